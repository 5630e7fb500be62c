package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

const docsHead = `# Commands

<!-- Generated from runner/cli by go generate. Do not edit. -->

`

// Markdown is docs/commands.md: the command line as kong knows it.
func Markdown() (string, error) {
	parser, err := newParser(&Program{Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(docsHead)
	b.WriteString(markdownText(about))
	b.WriteString("| command | |\n|---|---|\n")
	for _, leaf := range parser.Model.Leaves(true) {
		fmt.Fprintf(&b, "| [`voicespec %s`](#%s) | %s |\n", leaf.Path(), strings.ReplaceAll("voicespec "+leaf.Path(), " ", "-"), cell(leaf.Help))
	}
	for _, leaf := range parser.Model.Leaves(true) {
		document(&b, leaf)
	}
	return b.String(), nil
}

func document(b *strings.Builder, node *kong.Node) {
	path := node.Path()
	fmt.Fprintf(b, "\n## voicespec %s\n\n%s\n", path, node.Help)
	if node.Detail != "" {
		fmt.Fprintf(b, "\n%s\n", strings.TrimRight(markdownText(node.Detail), "\n"))
	}
	usage := []string{"voicespec", path}
	var rows []string
	for _, arg := range node.Positional {
		usage = append(usage, arg.Summary())
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", arg.Summary(), cell(arg.Help)))
	}
	fmt.Fprintf(b, "\n```\n%s [flags]\n```\n", strings.Join(usage, " "))
	for _, flag := range node.Flags {
		if flag.Hidden || flag.Name == "help" {
			continue
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", flagForm(flag), cell(flag.Help)))
	}
	if len(rows) > 0 {
		fmt.Fprintf(b, "\n| | |\n|---|---|\n%s\n", strings.Join(rows, "\n"))
	}
}

func flagForm(flag *kong.Flag) string {
	text := "--" + flag.Name
	if !flag.IsBool() {
		text += "=" + flag.PlaceHolder
	}
	return text
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// markdownText is help text as a Markdown paragraph; what is indented in it already is code there.
func markdownText(text string) string { return strings.TrimSpace(text) + "\n\n" }
