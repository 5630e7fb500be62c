package runner_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/cli"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
)

// pages are all documents by their path below the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		files, err := filepath.Glob(filepath.Join(root(t), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root(t), f)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(text)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d documents found", len(out))
	}
	return out
}

var (
	fence   = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	span    = regexp.MustCompile("`([^`\n]+)`")
)

// prose is a page without its blocks of code.
func prose(text string) string { return fence.ReplaceAllString(text, "") }

// slug is the anchor that a Markdown heading gets.
func slug(title string) string {
	title = strings.ToLower(strings.ReplaceAll(title, "`", ""))
	return strings.ReplaceAll(regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(title, ""), " ", "-")
}

func TestLinks(t *testing.T) {
	all := pages(t)
	for name, text := range all {
		for _, m := range link.FindAllStringSubmatch(prose(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			where := name
			if path != "" {
				where = filepath.Join(filepath.Dir(name), path)
				if _, err := os.Stat(filepath.Join(root(t), where)); err != nil {
					t.Errorf("%s links to %s, which is not there", name, m[1])
					continue
				}
			}
			if anchor != "" && !slices.ContainsFunc(heading.FindAllStringSubmatch(prose(all[where]), -1), func(h []string) bool { return slug(h[1]) == anchor }) {
				t.Errorf("%s links to %s: there is no such heading", name, m[1])
			}
		}
	}
}

// flags are the flags of every command, as docs/commands.md has them.
func flags(t *testing.T) map[string][]string {
	t.Helper()
	text, err := cli.Markdown()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, section := range strings.Split(text, "\n## voicespec ")[1:] {
		command, body, _ := strings.Cut(section, "\n")
		out[command] = []string{"help"}
		for _, m := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)").FindAllStringSubmatch(body, -1) {
			out[command] = append(out[command], m[1])
		}
		if group, _, within := strings.Cut(command, " "); within {
			out[group] = append(out[group], out[command]...)
		}
	}
	if !slices.Contains(out["run"], "fault") {
		t.Fatal("the flags of run cannot be read off docs/commands.md")
	}
	return out
}

// code are all pieces of code of a page: spans, and blocks with their continued lines joined.
func code(text string) []string {
	var out []string
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		for line := range strings.SplitSeq(strings.ReplaceAll(m[2], "\\\n", " "), "\n") {
			out = append(out, line)
		}
	}
	for _, m := range span.FindAllStringSubmatch(prose(text), -1) {
		out = append(out, m[1])
	}
	return out
}

var (
	command = regexp.MustCompile(`(?:^|[ /"])voicespec ((?:known-failures )?[a-z]+)\b(.*)`)
	flag    = regexp.MustCompile(`(?:^| )--([a-z][a-z-]*)(?:[ =]("[^"]*"|'[^']*'|\S+))?`)
)

// TestFlags holds that the documents name no command, flag, fault, variation or id that voicespec does not know.
func TestFlags(t *testing.T) {
	known := flags(t)
	var faults, variations []string
	for _, f := range append(reference.Faults(), reference.TelephoneFaults()...) {
		faults = append(faults, f.Name)
	}
	for _, v := range reference.Variations() {
		variations = append(variations, v.Name)
	}
	for name, text := range pages(t) {
		if strings.HasPrefix(name, "docs/commands.md") {
			continue // made from the commands themselves
		}
		for _, piece := range code(text) {
			piece, _, _ = strings.Cut(" "+piece, " # ")
			piece = strings.TrimSpace(piece)
			m := command.FindStringSubmatch(piece)
			switch {
			case m == nil && strings.HasPrefix(piece, "--"):
				checkBare(t, name, piece, known)
			case m == nil:
			case known[m[1]] == nil:
				t.Errorf("%s: there is no command voicespec %s", name, m[1])
			}
			if m == nil {
				continue
			}
			for _, f := range flag.FindAllStringSubmatch(m[2], -1) {
				value := strings.Trim(f[2], `'"`)
				value, _, _ = strings.Cut(value, "@") // a fault that shows some times only
				switch {
				case known[m[1]] != nil && !slices.Contains(known[m[1]], f[1]):
					t.Errorf("%s: voicespec %s has no flag --%s", name, m[1], f[1])
				case strings.HasPrefix(value, "tutorial") || strings.Contains(value, ".tutorial") || value == "NAME":
				case f[1] == "fault" && !slices.Contains(faults, value):
					t.Errorf("%s: there is no fault %s", name, value)
				case f[1] == "variation" && !slices.Contains(variations, value):
					t.Errorf("%s: there is no variation %s", name, value)
				}
			}
		}
	}
}

// checkBare looks at a flag that is named without its command.
func checkBare(t *testing.T, name, piece string, known map[string][]string) {
	t.Helper()
	for _, f := range flag.FindAllStringSubmatch(piece, -1) {
		there := false
		for _, flags := range known {
			there = there || slices.Contains(flags, f[1])
		}
		if !there {
			t.Errorf("%s: no command has a flag --%s", name, f[1])
		}
		value := strings.NewReplacer(`'`, "", `"`, "", `\`, "").Replace(f[2])
		if value == "" || strings.ToUpper(value) == value && !strings.Contains(value, "-") {
			continue
		}
		var o engine.Options
		switch f[1] {
		case "label-filter":
			o.LabelFilter = value
		case "profile":
			o.Profile = value
		case "run":
			o.Globs = []string{value}
		default:
			continue
		}
		if _, err := suites.List(o); err != nil {
			t.Errorf("%s: %s: %v", name, piece, err)
		}
	}
}

var (
	place    = regexp.MustCompile(`^(suites|schemas|fixtures|runner|docs)/[A-Za-z0-9_./-]*$`)
	makeGoal = regexp.MustCompile(`(?:^|&& )make ([a-z]+)$`)
)

// TestPlaces holds that the folders, files and make targets that the documents name are there.
func TestPlaces(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages(t) {
		for _, piece := range code(text) {
			if m := makeGoal.FindStringSubmatch(piece); m != nil && !strings.Contains(string(makefile), "\n"+m[1]+":") {
				t.Errorf("%s: there is no make %s", name, m[1])
			}
			if !place.MatchString(piece) || strings.Contains(piece, "tutorial") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root(t), piece)); err != nil {
				t.Errorf("%s names %s, which is not there", name, piece)
			}
		}
	}
}

// TestNothingOfOurMachines holds that no document names the folders or hosts of those who wrote it.
func TestNothingOfOurMachines(t *testing.T) {
	private := regexp.MustCompile(`/(?:home|Users|root|work|tmp)/\w`)
	for name, text := range pages(t) {
		if m := private.FindString(text); m != "" {
			t.Errorf("%s names %q", name, m)
		}
	}
}
