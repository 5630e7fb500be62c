package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"

	// The command is built and run, so a cached result of these tests must not outlive a change in it.
	_ "github.com/voicespec/voicespec/runner/cli"
)

// budget bounds each call of the command: far more than one needs on a busy machine.
const budget = 2 * time.Minute

var buildDir string

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		_ = os.RemoveAll(buildDir)
	}
	os.Exit(code)
}

// binary builds the command, once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "voicespec-test-")
	if err != nil {
		return "", err
	}
	buildDir = dir
	path := filepath.Join(dir, "voicespec")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// command is a call of the built command in a folder of its own, not yet started.
type command struct {
	*exec.Cmd
	out, err lockedBuffer
}

func newCommand(t testing.TB, args ...string) *command {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), budget)
	t.Cleanup(cancel)
	c := &command{Cmd: exec.CommandContext(ctx, path, args...)}
	c.Dir, c.Stdout, c.Stderr = t.TempDir(), &c.out, &c.err
	c.Env = append(os.Environ(), "NO_COLOR=1", "GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=")
	return c
}

// code waits for a started command.
func (c *command) code(t testing.TB) int {
	t.Helper()
	err := c.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

// call runs the command to its end.
func (c *command) call(t testing.TB) int {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c.code(t)
}

// results are those of the report folder.
func (c *command) results(t testing.TB) *result.Report {
	t.Helper()
	return readResults(t, filepath.Join(c.Dir, "voicespec-report", "results.json"))
}

func readResults(t testing.TB, path string) *result.Report {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Report{}
	if err := json.Unmarshal(data, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// lockedBuffer may be read while the command writes.
type lockedBuffer struct {
	mu      sync.Mutex
	b       bytes.Buffer
	awaited string
	came    chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.b.Write(p)
	if b.awaited != "" && strings.Contains(b.b.String(), b.awaited) {
		b.awaited = ""
		close(b.came)
	}
	return n, err
}

// wait returns a channel that is closed when text was written; it serves once.
func (b *lockedBuffer) wait(text string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.awaited, b.came = text, make(chan struct{})
	return b.came
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// patient are the budgets of a target file for a server that behaves.
const patient = "{connect: 20s, request: 20s, event: 20s, quiet: 100ms}"

// targetFile is a target file for agents, three a station.
func targetFile(url, budgets string, agents []reference.Agent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "target: %s\nbudgets: %s\nstations:\n", url, budgets)
	for i, a := range agents {
		role := []string{"  - agent:", "    caller:", "    destination:"}[i%3]
		fmt.Fprintf(&b, "%s {user: %s, password: %q, number: %q}\n", role, a.User, a.Password, a.Number)
	}
	return b.String()
}

// write puts the target file where the command finds it.
func (c *command) write(t testing.TB, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, "voicespec.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// serve starts a reference server.
func serve(t testing.TB, o reference.Options) (*reference.Server, string) {
	t.Helper()
	if o.Agents == nil {
		o.Agents = reference.DefaultAgents(1)
	}
	server, err := reference.New(o)
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, url
}
