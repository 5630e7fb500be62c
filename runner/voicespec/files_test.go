package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// quick is a run of one scenario of the built-in reference server.
var quick = []string{"run", "--run", "agent-state.ready"}

// needsUnix leaves out what only Unix has.
func needsUnix(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("pipes and devices are files on Unix alone")
	}
}

// What is no file is refused with a sentence, at once, by every flag that names one.
func TestWhatIsNoFile(t *testing.T) {
	t.Parallel()
	needsUnix(t)
	good := "good.json"
	for _, args := range [][]string{
		append(slices.Clone(quick), "--report-dir=", "--json", "X"),
		append(slices.Clone(quick), "--report-dir=", "--junit", "X"),
		append(slices.Clone(quick), "--report-dir=", "--save", "X"),
		append(slices.Clone(quick), "--report-dir=", "--baseline", "X"),
		append(slices.Clone(quick), "--report-dir=", "--known-failures", "X"),
		append(slices.Clone(quick), "--report-dir=", "--config", "X"),
		append(slices.Clone(quick), "--report-dir=", "--config", "with-ca.yaml"),
		append(slices.Clone(quick), "--report-dir", "X"),
		{"doctor", "--config", "X"},
		{"verify", "X"},
		{"verify", "-", "--baseline", "X"},
		{"verify", "-", "--known-failures", "X"},
		{"verify", "-", "--json", "X"},
		{"compare", "X", good},
		{"compare", good, "X"},
		{"known-failures", "write", "X"},
		{"known-failures", "write", good, "--file", "X"},
		{"init", "--force", "X"},
	} {
		for _, odd := range []string{"pipe", "/dev/zero", "/dev/full", "folder", "/dev/stdout"} {
			if odd == "folder" && slices.Contains(args, "--report-dir") {
				continue // is what is wanted
			}
			t.Run(strings.Join(args, " ")+" "+odd, func(t *testing.T) {
				t.Parallel()
				args := slices.Clone(args)
				for i := range args {
					if args[i] == "X" {
						args[i] = odd
					}
				}
				c := newCommand(t, args...)
				c.Stdin = strings.NewReader("")
				c.prepare(t, good, odd)
				if code := c.call(t); code != result.ExitUsage {
					t.Errorf("exit code %d; %s%s", code, &c.out, &c.err)
				}
				if said := c.err.String(); !strings.Contains(said, "(is a") && !strings.Contains(said, "(is the standard output") && !strings.Contains(said, "is a folder") && !strings.Contains(said, "not a directory") &&
					!strings.Contains(said, "file exists") {
					t.Errorf("said: %s", said)
				}
			})
		}
	}
}

func (c *command) prepare(t *testing.T, good, odd string) {
	t.Helper()
	if err := syscall.Mkfifo(filepath.Join(c.Dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(c.Dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		good:           `{"version":1,"suite":"x","outcome":"conforms","checks":[]}`,
		"with-ca.yaml": targetFile("https://127.0.0.1:1", patient, reference.DefaultAgents(1)) + "tls: {ca: " + odd + "}\n",
	} {
		if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A step summary that cannot be written is left out with a word; the verdict does not hang on it.
func TestOddStepSummary(t *testing.T) {
	t.Parallel()
	needsUnix(t)
	for _, odd := range []string{"pipe", "/dev/full", "folder"} {
		c := newCommand(t, quick...)
		c.prepare(t, "good.json", "")
		c.Env = append(c.Env, "GITHUB_STEP_SUMMARY="+odd)
		if code := c.call(t); code != result.ExitConforms || !strings.Contains(c.err.String(), "the step summary is left out") {
			t.Errorf("%s: exit code %d; %s", odd, code, &c.err)
		}
	}
}

// limited runs a command that can write files of so many blocks of 512 bytes, as on a disk that fills up.
func limited(t *testing.T, blocks int, args ...string) *command {
	t.Helper()
	needsUnix(t)
	c := newCommand(t)
	c.Args = append([]string{"sh", "-c", fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, blocks), c.Path}, args...)
	c.Path = "/bin/sh"
	return c
}

// On a disk that fills up the verdict is printed all the same, the exit code says that not all outputs are there, and
// no half of one is.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args    []string
		verdict string
	}{
		{append(slices.Clone(quick), "--report-dir", "out"), "conforms"},
		{append(slices.Clone(quick), "--report-dir=", "--save", "run.ndjson"), "conforms"},
		{append(slices.Clone(quick), "--report-dir=", "--json", "r.json", "--junit", "j.xml"), "conforms"},
		{append(slices.Clone(quick), "--report-dir=", "--json", "r.json", "--fault", "ready-without-notification"), "does not conform"},
	} {
		const blocks = 4
		c := limited(t, blocks, tt.args...)
		if code := c.call(t); code != result.ExitInternal {
			t.Errorf("%q: exit code %d; %s%s", tt.args, code, &c.out, &c.err)
		}
		if !strings.Contains(c.out.String(), tt.verdict) || !strings.Contains(c.err.String(), "file too large") || strings.Contains(c.err.String(), "itself failed") {
			t.Errorf("%q: %s%s", tt.args, &c.out, &c.err)
		}
		err := filepath.WalkDir(c.Dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && d.Name() != "summary.md" {
				t.Errorf("%q: %s is there", tt.args, path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// Reports of an earlier run do not outlive one that plays nothing; what is no report, and a baseline, does.
func TestNoOlderReports(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][]string{
		{"--no-such-flag"}, {"--run", "nothing.*"}, {"--config", "missing.yaml"}, {"--known-failures", "missing.yaml"}, {"--save", "no/such/folder"}, {"--gate", "x"},
	} {
		c := newCommand(t, append(slices.Clone(quick), "--json", "r.json", "--junit=j.xml")...)
		if code := c.call(t); code != result.ExitConforms {
			t.Fatalf("exit code %d; %s", code, &c.err)
		}
		again := newCommand(t, append([]string{"run", "--json", "r.json", "--junit=j.xml"}, wrong...)...)
		again.Dir = c.Dir
		if err := os.WriteFile(filepath.Join(c.Dir, "voicespec-report", "notes.txt"), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := again.call(t); code != result.ExitUsage {
			t.Errorf("%q: exit code %d", wrong, code)
		}
		left := entries(t, c.Dir)
		if want := []string{"voicespec-report/notes.txt"}; !slices.Equal(left, want) {
			t.Errorf("%q: left are %q", wrong, left)
		}
	}
	c := newCommand(t, quick...)
	if code := c.call(t); code != result.ExitConforms {
		t.Fatalf("exit code %d; %s", code, &c.err)
	}
	mine := filepath.Join(c.Dir, "mine.json")
	if err := os.WriteFile(mine, []byte(`{"mine":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	again := newCommand(t, "run", "--baseline", "voicespec-report/results.json", "--json", "mine.json", "--gate", "x")
	again.Dir = c.Dir
	if code := again.call(t); code != result.ExitUsage {
		t.Errorf("exit code %d", code)
	}
	if left := entries(t, c.Dir); !slices.Equal(left, []string{"mine.json", "voicespec-report/results.json"}) {
		t.Errorf("left are %q", left)
	}
}

// entries are the files below a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A limit of the process is told as that, and never as something that the target does wrong.
func TestOpenFilesRunOut(t *testing.T) {
	t.Parallel()
	needsUnix(t)
	_, url := serve(t, reference.Options{})
	for _, n := range []int{12, 16, 20} {
		c := newCommand(t)
		c.write(t, targetFile(url, patient, reference.DefaultAgents(1)))
		c.Args = []string{"sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" run --run "calls.*"`, n), c.Path}
		c.Path = "/bin/sh"
		if code := c.call(t); code != result.ExitInternal && code != result.ExitConforms || code != 0 && !strings.Contains(c.err.String(), "ulimit -n") &&
			!strings.Contains(c.err.String(), "too many open files") {
			t.Errorf("%d descriptors: exit code %d; %s%s", n, code, &c.out, &c.err)
		}
	}
}
