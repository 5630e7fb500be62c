// Command docimages makes the pictures of the documents from real runs against the reference server: what the
// terminal shows, and the ladder of a failed scenario as the HTML report draws it. `make images` runs it. No two runs have the
// same times and ids, so a picture is made anew only where it says something else.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/suites"
)

// The failure that the documents show, and the scenario in which it is seen first.
const (
	fault    = "held-after-dialing"
	scenario = "transfer.sample-2"
	delay    = 20 * time.Millisecond
)

func main() {
	folder := "docs/images"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := images(folder); err != nil {
		fmt.Fprintln(os.Stderr, "docimages:", err)
		os.Exit(1) //nolint:forbidigo // this is a command
	}
}

func images(folder string) error {
	clean, err := run(reference.Options{}, 4, nil)
	if err != nil {
		return err
	}
	broken, err := run(reference.Options{Fault: fault}, 1, []string{scenario})
	if err != nil {
		return err
	}
	// With a delay the offsets differ: `voicespec serve --step-delay 20ms` in another terminal.
	slow, err := run(reference.Options{Fault: fault, StepDelay: delay}, 1, []string{scenario})
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.WriteHTML(&page, slow); err != nil {
		return err
	}
	ladder, err := ladderOf(page.Bytes(), scenario)
	if err != nil {
		return err
	}
	for _, picture := range []struct {
		name string
		make func() ([]byte, error)
	}{
		{"run.svg", func() ([]byte, error) { return console("voicespec run", clean) }},
		{"failure.svg", func() ([]byte, error) {
			return console("voicespec run --fault "+fault+" --run "+scenario, broken)
		}},
		{"ladder.svg", func() ([]byte, error) { return ladder, nil }},
	} {
		svg, err := picture.make()
		if err != nil {
			return fmt.Errorf("%s: %w", picture.name, err)
		}
		if err := wellFormed(svg); err != nil {
			return fmt.Errorf("%s: %w", picture.name, err)
		}
		name := filepath.Join(folder, picture.name)
		if old, err := os.ReadFile(name); err == nil && slices.Equal(says(old), says(svg)) { //nolint:gosec // the folder is an argument
			continue
		}
		if err := os.WriteFile(name, svg, 0o644); err != nil { //nolint:gosec // pictures are for everybody
			return err
		}
	}
	return nil
}

// says are the words of a picture, and its colours, without what differs from one run to another: numbers, ids, which of two
// messages came first, where a line breaks. Of a ladder it is the names of the lifelines and what is red.
func says(svg []byte) []string {
	style, body, _ := strings.Cut(string(svg), "</style>")
	_, style, _ = strings.Cut(style, "<style>")
	if drawn := steady.FindAllString(body, -1); drawn != nil {
		body = strings.Join(drawn, " ")
	}
	words := []string{style}
	for word := range strings.FieldsSeq(tag.ReplaceAllString(body, " ")) {
		if !strings.ContainsAny(word, "0123456789") {
			words = append(words, strings.Trim(word, "(),"))
		}
	}
	slices.Sort(words)
	return words
}

var (
	tag    = regexp.MustCompile(`<[^>]*>`)
	steady = regexp.MustCompile(`<g class="(heads|m [^"]*bad)".*</g>`)
)

// run tests a reference server of its own, as `voicespec run` does.
func run(o reference.Options, stations int, globs []string) (report.Input, error) {
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		return report.Input{}, err
	}
	defer server.Close() //nolint:errcheck // a server that was only for this run
	registry, err := requirement.Load()
	if err != nil {
		return report.Input{}, err
	}
	command := []string{"voicespec", "run"}
	if o.Fault != "" {
		command = append(command, "--fault", o.Fault)
	}
	out, err := suites.Run(context.Background(), engine.Options{
		Target: target, Reference: true, Fault: o.Fault, Globs: globs, Gate: requirement.Required, Version: "devel", Command: command,
	})
	if err != nil {
		return report.Input{}, err
	}
	in := report.Input{Report: out.Report, Registry: registry, Header: out.Header, Scenarios: out.Scenarios, Documented: out.Documented}
	for _, name := range []string{"report.html", "results.json", "junit.xml", "summary.md"} {
		in.Files = append(in.Files, "voicespec-report/"+name)
	}
	return in, nil
}
