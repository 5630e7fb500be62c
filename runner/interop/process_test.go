package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	// The command is built and run, so a cached result of these tests must not outlive a change in it.
	_ "github.com/voicespec/voicespec/runner/cli"
)

// budget bounds each test: far more than it needs on a busy machine.
const budget = 2 * time.Minute

// required turns what is skipped where Node is absent into a failure (CI).
var required = os.Getenv("VOICESPEC_REQUIRE_INTEROP") != ""

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

var buildDir string

// voicespec builds the command, once.
var voicespec = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "voicespec-interop-")
	if err != nil {
		return "", err
	}
	buildDir = dir
	binary := filepath.Join(dir, "voicespec")
	out, err := exec.Command("go", "build", "-o", binary, "../voicespec").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build ./runner/voicespec: %w\n%s", err, out)
	}
	return binary, nil
})

// install runs npm ci, once, and only if what is installed is not what the lock file says.
var install = sync.OnceValue(func() error {
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			return fmt.Errorf("%s is not installed", name)
		}
	}
	want, err := os.ReadFile("package-lock.json")
	if err != nil {
		return err
	}
	stamp := filepath.Join("node_modules", ".installed")
	if have, err := os.ReadFile(stamp); err == nil && bytes.Equal(have, want) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), budget)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.WaitDelay = 5 * time.Second
	if out, err := npm.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return os.WriteFile(stamp, want, 0o600)
})

func needNode(t *testing.T) {
	t.Helper()
	err := install()
	switch {
	case err == nil:
	case required:
		t.Fatalf("VOICESPEC_REQUIRE_INTEROP is set, but %v", err)
	default:
		t.Skipf("not tried against other Bayeux software: %v", err)
	}
}

// process is a child whose standard output is read line by line.
type process struct {
	t      *testing.T
	ctx    context.Context
	name   string
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  chan string
	stderr bytes.Buffer
}

// start runs a command until end is called. Whatever happens, no child outlives its test.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), budget)
	p := &process{t: t, ctx: ctx, name: filepath.Base(name) + " " + strings.Join(args, " "), lines: make(chan string, 1000)}
	p.cmd = exec.CommandContext(ctx, name, args...)
	p.cmd.Stderr = &p.stderr
	p.cmd.WaitDelay = 5 * time.Second
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.lines)
		for scan := bufio.NewScanner(stdout); scan.Scan(); {
			p.lines <- scan.Text()
		}
	}()
	t.Cleanup(func() {
		cancel()
		for range p.lines { // Wait closes the pipe: read it to its end before
		}
		p.cmd.Wait()
		if t.Failed() && p.stderr.Len() > 0 {
			t.Logf("%s, on standard error:\n%s", p.name, &p.stderr)
		}
	})
	return p
}

// node runs a script of this folder. It is opened so that a cached result does not outlive a change in it.
func node(t *testing.T, script string, args ...string) *process {
	t.Helper()
	if _, err := os.ReadFile(script); err != nil {
		t.Fatal(err)
	}
	return start(t, "node", append([]string{script}, args...)...)
}

// expect waits for a line that begins with prefix, and returns the rest of it.
func (p *process) expect(prefix string) string {
	p.t.Helper()
	for {
		select {
		case line, open := <-p.lines:
			if !open {
				p.t.Fatalf("%s ended before it said %q", p.name, prefix)
			}
			if rest, found := strings.CutPrefix(line, prefix); found {
				return rest
			}
		case <-p.ctx.Done():
			p.t.Fatalf("%s did not say %q within %v", p.name, prefix, budget)
		}
	}
}

// say writes a line to its standard input.
func (p *process) say(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// wait returns its last line, once it has ended with exit code 0.
func (p *process) wait() (last string) {
	p.t.Helper()
	for _, line := range p.ends(0) {
		last = line
	}
	return last
}

// ends returns what else it says, once it has ended with an exit code.
func (p *process) ends(code int) (said []string) {
	p.t.Helper()
	for line := range p.lines {
		said = append(said, line)
	}
	var exit *exec.ExitError
	switch err := p.cmd.Wait(); {
	case errors.As(err, &exit) && exit.ExitCode() == code, err == nil && code == 0:
	case err == nil:
		p.t.Errorf("%s: it ended with exit code 0, not %d", p.name, code)
	default:
		p.t.Errorf("%s: %v", p.name, err)
	}
	return said
}

// serve starts the reference server and returns its URL. It ends on SIGTERM with exit code 0, or the test fails.
func serve(t *testing.T, args ...string) string {
	t.Helper()
	binary, err := voicespec()
	if err != nil {
		t.Fatal(err)
	}
	server := start(t, binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	url := server.expect("listening on ")
	t.Cleanup(func() {
		if err := server.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("SIGTERM to the reference server: %v", err)
		}
		server.wait()
	})
	return url
}
