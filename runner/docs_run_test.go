package runner_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
)

// copied are the files of the module in a folder of their own, as in a fresh clone.
func copied(t *testing.T) string {
	t.Helper()
	from, to := root(t), t.TempDir()
	left := map[string]bool{".git": true, "node_modules": true, "bin": true, "voicespec-report": true, "testdata-tmp": true}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a file that another test has just taken away
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && left[d.Name()]:
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// reader is somebody who does what a page says, block by block, in a folder.
type reader struct {
	*testing.T

	folder  string
	env     []string
	replace *strings.Replacer // what stands for the reader's own server
}

// follow does what the page says: types every line of a block marked sh, and writes and edits the files that
// stand before other blocks.
func (r *reader) follow(page string) {
	r.Helper()
	text, err := os.ReadFile(filepath.Join(root(r.T), page))
	if err != nil {
		r.Fatal(err)
	}
	done := 0
	for _, at := range fence.FindAllSubmatchIndex(text, -1) {
		language, body := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		before := string(text[done:at[0]])
		done = at[1]
		switch file := named(before); {
		case language == "sh":
			for line := range strings.Lines(body) {
				r.types(strings.TrimSpace(line))
			}
		case file != "" && language == "diff":
			r.edits(file, body)
		case file != "":
			r.writes(file, body)
		}
	}
}

var lastSpan = regexp.MustCompile("`([a-z_/.-]+\\.(?:go|yaml))`[^`\n]*:$")

// named is the file that the paragraph before a block names, "" if it names none.
func named(before string) string {
	if m := lastSpan.FindStringSubmatch(strings.TrimSpace(before)); m != nil {
		return m[1]
	}
	return ""
}

var exitCode = regexp.MustCompile(`# exit (\d+)$`)

// types runs one line and holds its exit code against the one that the page tells.
func (r *reader) types(line string) {
	r.Helper()
	want := 0
	if m := exitCode.FindStringSubmatch(line); m != nil {
		want, _ = strconv.Atoi(m[1])
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", r.replace.Replace(line))
	command.Dir, command.Env = r.folder, r.env
	began := time.Now()
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != want {
		r.Fatalf("%s: exit code %d, want %d (%v)\n%s", line, got, want, err, out)
	}
	if strings.Contains(line, "--fault tutorial-") && !strings.Contains(string(out), " · TUTORIAL-") {
		r.Fatalf("%s: the fault is not found by the page's own requirement\n%s", line, out)
	}
	r.Logf("%s: %s", line, time.Since(began).Round(time.Millisecond))
	r.fillsIn()
}

// fillsIn puts the reader's own address into a target file that voicespec init has written.
func (r *reader) fillsIn() {
	r.Helper()
	path := filepath.Join(r.folder, "voicespec.yaml")
	if text, err := os.ReadFile(path); err == nil {
		r.write(path, r.replace.Replace(string(text)))
	}
}

func (r *reader) writes(file, text string) {
	r.Helper()
	path := filepath.Join(r.folder, file)
	if _, err := os.Stat(path); err == nil {
		r.Fatalf("%s is there already", file)
	}
	r.write(path, text)
}

func (r *reader) write(path, text string) {
	r.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

// edits does what a diff shows: what stands behind - becomes what stands behind +; a + behind a line that stays
// is a new line. The lines of the diff are parts of lines that are there once.
func (r *reader) edits(file, diff string) {
	r.Helper()
	path := filepath.Join(r.folder, file)
	data, err := os.ReadFile(path)
	if err != nil {
		r.Fatal(err)
	}
	text, anchor, removed := string(data), "", false
	for line := range strings.Lines(diff) {
		sign, line := line[0], strings.TrimRight(line[1:], "\n")
		switch {
		case sign != '+':
			anchor, removed = strings.TrimSpace(line), sign == '-'
			if n := strings.Count(text, anchor); n != 1 {
				r.Fatalf("%s has %d lines with %q, want 1: the page is out of date", file, n, anchor)
			}
		case removed:
			text = strings.Replace(text, anchor, strings.TrimSpace(line), 1)
			anchor, removed = strings.TrimSpace(line), false
		default:
			text = strings.Replace(text, anchor, anchor+"\n"+line, 1)
			anchor = strings.TrimSpace(line)
		}
	}
	r.write(path, text)
}

// TestDocumentsWork does what the documents tell a newcomer to do, in a clean copy.
func TestDocumentsWork(t *testing.T) {
	if testing.Short() {
		t.Skip("builds voicespec from a copy of the sources")
	}
	for _, tool := range []string{"bash", "make", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the documents cannot be followed without %s", tool)
		}
	}
	server, target, err := embedded.Start(reference.Options{}, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	folder := copied(t)
	// With these flags all commands share what one of them has compiled, in this folder or in another.
	env := []string{"GOFLAGS=-trimpath", "CGO_ENABLED=0", "PATH=" + filepath.Join(folder, "bin") + string(os.PathListSeparator) + os.Getenv("PATH"), "NO_COLOR=1"}
	for _, name := range []string{"HOME", "GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOTOOLCHAIN", "GONOSUMDB", "GOSUMDB", "TMPDIR"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	for _, agent := range reference.DefaultAgents(1) {
		name := map[string]string{"agent": "AGENT", "caller": "CALLER", "destination": "DEST"}[agent.User]
		env = append(env, name+"_PASSWORD="+agent.Password)
	}
	follow := func(page, folder string) {
		t.Run(page, func(t *testing.T) {
			r := &reader{T: t, folder: folder, env: env, replace: strings.NewReplacer("https://gws.example.com", target.URL, "http://127.0.0.1:8080", target.URL)}
			r.follow(page)
		})
	}
	follow("README.md", folder)
	if err := os.Remove(filepath.Join(folder, "voicespec.yaml")); err != nil {
		t.Fatal(err)
	}
	follow("docs/embedding.md", folder)
	follow("docs/known-failures-and-comparing.md", t.TempDir())
	follow("docs/telephones.md", t.TempDir())
	follow("docs/adding-a-scenario.md", folder)
	matrix, err := os.ReadFile(filepath.Join(folder, "docs", "matrix.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"**TUTORIAL-1**", "**TUTORIAL-2**", "`calls.tutorial-hangup.released`", "`tutorial-hangup-of-held-refused`"} {
		if !strings.Contains(string(matrix), part) {
			t.Errorf("docs/matrix.md, written by the page's commands, does not name %s", part)
		}
	}
}
