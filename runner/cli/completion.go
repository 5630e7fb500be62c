package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
)

// shells are those that completions can be printed for.
var shells = []string{"bash", "zsh", "fish"}

type completionCmd struct {
	Shell string `arg:"" name:"shell" help:"bash, zsh or fish."`
}

// Help is what `voicespec completion --help` adds.
func (completionCmd) Help() string {
	return `bash: source <(voicespec completion bash), in ~/.bashrc.

zsh: source <(voicespec completion zsh), in ~/.zshrc behind compinit.

fish: voicespec completion fish > ~/.config/fish/completions/voicespec.fish`
}

// Run prints the completions of a shell.
func (c *completionCmd) Run(p *Program) error {
	if err := oneOf(c.Shell, shells); err != nil {
		return usagef("%s", err)
	}
	parser, err := newParser(&Program{})
	if err != nil {
		return err
	}
	text := bash(parser.Model)
	switch c.Shell {
	case "zsh":
		text = "autoload -U +X bashcompinit && bashcompinit\n" + text
	case "fish":
		text = fish(parser.Model)
	}
	_, err = fmt.Fprint(p.Stdout, text)
	return err
}

// words are the values that a flag takes; names of faults and variations are asked for when they are needed.
func words(flag string) string {
	switch flag {
	case "transport":
		return strings.Join(config.Transports, " ")
	case "gate":
		return fmt.Sprintf("%s %s", requirement.Required, requirement.Recommended)
	case "profile":
		return strings.Join(engine.Profiles, " ")
	case "fault", "variation":
		return "$(voicespec " + flag + "s 2>/dev/null | sed -n '2,$s/ .*//p')"
	}
	return ""
}

// flags of a command, sorted, with their values.
func flags(node *kong.Node) []*kong.Flag {
	var out []*kong.Flag
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if f.Name != "help" {
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(a, b *kong.Flag) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func bash(app *kong.Application) string {
	var b strings.Builder
	b.WriteString("# Completions of voicespec, made by `voicespec completion`.\n_voicespec() {\n" +
		"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n\tCOMPREPLY=()\n")
	var names []string
	for _, leaf := range app.Leaves(true) {
		names = append(names, strings.Fields(leaf.Path())[0])
	}
	names = slices.Compact(names)
	fmt.Fprintf(&b, "\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W %q -- \"$word\"))\n\t\treturn\n\tfi\n", strings.Join(names, " "))
	b.WriteString("\tcase $before in\n")
	for _, flag := range []string{"transport", "gate", "profile", "fault", "variation"} {
		fmt.Fprintf(&b, "\t--%s)\n\t\tCOMPREPLY=($(compgen -W \"%s\" -- \"$word\"))\n\t\treturn\n\t\t;;\n", flag, words(flag))
	}
	b.WriteString("\tesac\n\tif [[ $word == -* ]]; then\n\t\tcase ${COMP_WORDS[1]} in\n")
	for _, leaf := range app.Leaves(true) {
		all := []string{"--help"}
		for _, f := range flags(leaf) {
			all = append(all, "--"+f.Name)
		}
		fmt.Fprintf(&b, "\t\t%s) COMPREPLY=($(compgen -W %q -- \"$word\")) ;;\n", strings.Fields(leaf.Path())[0], strings.Join(all, " "))
	}
	fmt.Fprintf(&b, "\t\tesac\n\t\treturn\n\tfi\n\tif [[ ${COMP_WORDS[1]} == completion ]]; then\n"+
		"\t\tCOMPREPLY=($(compgen -W %q -- \"$word\"))\n\tfi\n}\ncomplete -o default -F _voicespec voicespec\n", strings.Join(shells, " "))
	return b.String()
}

func fish(app *kong.Application) string {
	var b strings.Builder
	b.WriteString("# Completions of voicespec, made by `voicespec completion`.\n")
	for _, leaf := range app.Leaves(true) {
		command := strings.Fields(leaf.Path())[0]
		fmt.Fprintf(&b, "complete -c voicespec -n __fish_use_subcommand -f -a %s -d %s\n", command, quoteFish(leaf.Help))
		for _, f := range flags(leaf) {
			line := fmt.Sprintf("complete -c voicespec -n '__fish_seen_subcommand_from %s' -l %s -d %s", command, f.Name, quoteFish(f.Help))
			switch values := words(f.Name); {
			case f.IsBool():
			case values == "":
				line += " -r"
			default:
				line += " -x -a " + quoteFish(strings.ReplaceAll(values, "$(", "("))
			}
			b.WriteString(line + "\n")
		}
	}
	fmt.Fprintf(&b, "complete -c voicespec -n '__fish_seen_subcommand_from completion' -f -a %s\n", quoteFish(strings.Join(shells, " ")))
	return b.String()
}

func quoteFish(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", " ").Replace(text) + "'"
}

type manCmd struct{}

// Run prints the manual page.
func (manCmd) Run(p *Program) error {
	parser, err := newParser(&Program{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(p.Stdout, manual(parser.Model))
	return err
}

// manual is the manual page, for man(1).
func manual(app *kong.Application) string {
	var b strings.Builder
	paragraphs := func(text string) {
		for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
			if strings.HasPrefix(part, "    ") {
				fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", roff(part))
				continue
			}
			fmt.Fprintf(&b, ".PP\n%s\n", roff(strings.Join(strings.Fields(part), " ")))
		}
	}
	fmt.Fprintf(&b, ".TH VOICESPEC 1 \"\" \"voicespec %s\" \"User Commands\"\n.SH NAME\nvoicespec \\- test a server of the GWS Voice API v2\n"+
		".SH SYNOPSIS\n.B voicespec\n.I command\n.RI [ flags ]\n.SH DESCRIPTION\n", roff(Version()))
	paragraphs(about)
	b.WriteString(".SH COMMANDS\n")
	for _, leaf := range app.Leaves(true) {
		usage := []string{leaf.Path()}
		for _, arg := range leaf.Positional {
			usage = append(usage, arg.Summary())
		}
		fmt.Fprintf(&b, ".SS voicespec %s\n%s\n", roff(strings.Join(usage, " ")), roff(leaf.Help))
		if leaf.Detail != "" {
			paragraphs(leaf.Detail)
		}
		for _, f := range flags(leaf) {
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(flagForm(f)), roff(f.Help))
		}
	}
	return b.String()
}

// roff makes a text one that troff prints as it is.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	for _, control := range []string{".", "'"} {
		text = strings.ReplaceAll("\n"+text, "\n"+control, "\n\\&"+control)[1:]
	}
	return text
}
