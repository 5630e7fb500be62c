package licences_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/licences"
)

var update = flag.Bool("update", false, "write third-party.txt anew")

const (
	file = "third-party.txt"
	head = `voicespec contains what follows, under the licences that are printed behind each list.
Generated from the module cache by go generate ./runner/licences. Do not edit.
`
	rule = "\n================================================================================\n"
	// standard is what every Go binary contains.
	standard = "Go standard library and runtime"
)

// module is one that is linked into the binary.
type module struct{ name, folder string }

// linked are the modules of the binary, on all systems that it is built for.
func linked(t *testing.T) []module {
	t.Helper()
	folders := map[string]string{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "../voicespec")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			if exit, is := errors.AsType[*exec.ExitError](err); is {
				err = fmt.Errorf("%w: %s", err, exit.Stderr)
			}
			t.Fatalf("list the modules for %s: %v", system, err)
		}
		for line := range strings.Lines(string(out)) {
			if name, folder, found := strings.Cut(strings.TrimSpace(line), "\t"); found {
				folders[name] = folder
			}
		}
	}
	var modules []module
	for name, folder := range folders {
		modules = append(modules, module{name, folder})
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.name, b.name) })
	return modules
}

var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-.].*)?$`)

// texts are the legal files at the top of a folder, joined.
func texts(t *testing.T, m module) string {
	t.Helper()
	entries, err := os.ReadDir(m.folder)
	if err != nil {
		t.Fatalf("read %s: %v; run go mod download", m.name, err)
	}
	var all []string
	for _, e := range entries {
		if !e.Type().IsRegular() || !legal.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))+"\n")
	}
	if len(all) == 0 {
		t.Fatalf("%s has no licence file: find out under which licence it is before it is used", m.name)
	}
	return strings.Join(all, "\n")
}

// generate makes the file. Modules under the same text share it.
func generate(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("ask for GOROOT: %v", err)
	}
	var order []string
	under := map[string][]string{}
	for _, m := range append([]module{{standard, strings.TrimSpace(string(out))}}, linked(t)...) {
		text := texts(t, m)
		if under[text] == nil {
			order = append(order, text)
		}
		under[text] = append(under[text], m.name)
	}
	var b strings.Builder
	b.WriteString(head)
	for _, text := range order {
		b.WriteString(rule + "* " + strings.Join(under[text], "\n* ") + "\n\n" + text)
	}
	return b.String()
}

// TestDocsAreUpToDate compares the modules and their versions; the texts of a
// version do not change.
func TestDocsAreUpToDate(t *testing.T) {
	text := licences.ThirdParty
	if *update {
		text = generate(t)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var named []string
	for section := range strings.SplitSeq(text, rule) {
		for line := range strings.Lines(section) {
			name, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "* ")
			if !is {
				break
			}
			named = append(named, name)
		}
	}
	slices.Sort(named)
	want := []string{standard}
	for _, m := range linked(t) {
		want = append(want, m.name)
	}
	slices.Sort(want)
	if !slices.Equal(named, want) {
		t.Errorf("%s is out of date; run go generate ./runner/licences\nit has  %q\nlinked: %q", file, named, want)
	}
}
