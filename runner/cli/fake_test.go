package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// fakeEngine answers as it is told, and keeps what it was asked.
type fakeEngine struct {
	run    func(context.Context, engine.Options) (*engine.Outcome, error)
	doctor []engine.Finding
	asked  engine.Options

	exploration engine.Exploration

	verdict result.Outcome
}

func (f *fakeEngine) Run(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
	f.asked = o
	if f.run != nil {
		return f.run(ctx, o)
	}
	if len(o.Globs) > 0 && o.Globs[0] == "nothing" {
		return nil, &engine.UsageError{Text: `--run "nothing" matches no scenario and no check; voicespec list names them`}
	}
	if o.Progress != nil {
		o.Progress(engine.Event{Kind: "scenario", Scenario: "transfer.sample-2", Total: 1})
		o.Progress(engine.Event{Kind: "check", Scenario: "transfer.sample-2", Title: "transfer.sample-2.held", Text: "passed"})
		o.Progress(engine.Event{Kind: "done", Done: 1, Total: 1})
	}
	if o.Save != nil {
		_, _ = io.WriteString(o.Save, `{"kind":"recording"}`+"\n")
	}
	return &engine.Outcome{Report: f.report(o)}, nil
}

func (f *fakeEngine) report(o engine.Options) *result.Report {
	verdict := f.verdict
	if verdict == "" {
		verdict = result.Passed
	}
	r := &result.Report{Version: 1, Suite: o.Version, Target: "http://gws", Gate: o.Gate, Seed: o.Seed, Started: time.Now(), Checks: []result.Check{{
		ID: "transfer.sample-2.held", Title: "notifies Held", Requirements: []string{"TRANSFER-1"}, Level: requirement.Required,
		Area: "transfer", Scenario: "transfer.sample-2", Outcome: verdict, Message: map[bool]string{true: "none; 2 messages"}[verdict == result.Failed],
	}}}
	r.Count()
	r.Decide()
	return r
}

func (f *fakeEngine) Explore(ctx context.Context, o engine.Options, x engine.Exploration) (*engine.Outcome, error) {
	f.exploration = x
	return f.Run(ctx, o)
}

func (f *fakeEngine) Verify(_ context.Context, r io.Reader, o engine.Options) (*engine.Outcome, error) {
	f.asked = o
	for _, err := range recording.Read(r) {
		if err != nil {
			return nil, err
		}
	}
	return &engine.Outcome{Report: f.report(o)}, nil
}

func (f *fakeEngine) Doctor(_ context.Context, o engine.Options) ([]engine.Finding, error) {
	f.asked = o
	return f.doctor, nil
}

func (f *fakeEngine) List(o engine.Options) ([]engine.ScenarioInfo, error) {
	f.asked = o
	return []engine.ScenarioInfo{{
		ID: "transfer.sample-2", Title: "A two-step transfer", Area: "transfer", Profiles: []string{"smoke"},
		Source: requirement.Source{Page: "InitiateTransfer", Section: "sample 2"},
		Checks: []engine.CheckInfo{{ID: "transfer.sample-2.held", Title: "notifies Held", Requirements: []string{"TRANSFER-1"}, Level: requirement.Required}},
	}}, nil
}

// call is one command line that was run.
type call struct {
	code           int
	stdout, stderr string
}

// world is a Program in an empty working folder.
type world struct {
	*Program
	engine *fakeEngine
	env    map[string]string
	out    lockedBuffer
	err    lockedBuffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Chdir(t.TempDir())
	w := &world{engine: &fakeEngine{}, env: map[string]string{}}
	registry, err := requirement.LoadFS(fstest.MapFS{"requirements/transfer.yaml": {Data: []byte(`
- id: TRANSFER-1
  rule: After InitiateTransfer the agent is notified that the original call is Held.
  level: required
  source: {page: InitiateTransfer, section: samples 1 and 2}
  evidence: documented
- id: OTHER-1
  rule: Something else.
  level: recommended
  source: {page: Elsewhere}
  evidence: observed
  untested: nobody can see it
`)}})
	if err != nil {
		t.Fatal(err)
	}
	w.Program = &Program{
		Stdin: bytes.NewReader(nil), Stdout: &w.out, Stderr: &w.err, Engine: Engine{w.engine.Run, w.engine.Explore, w.engine.Verify, w.engine.Doctor, w.engine.List}, Registry: registry,
		Getenv: func(name string) string { return w.env[name] },
		Exit:   func(code int) { t.Errorf("the process was ended with %d", code) },
	}
	return w
}

func (w *world) call(args ...string) call {
	w.out.Reset()
	w.err.Reset()
	code := w.Main(args)
	return call{code, w.out.String(), w.err.String()}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lockedBuffer may be written by a command and read by the test at once; wait returns as
// soon as something was written.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
	wrote chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wrote != nil {
		close(b.wrote)
		b.wrote = nil
	}
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// next is closed by the next write.
func (b *lockedBuffer) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrote = make(chan struct{})
	return b.wrote
}

const targetYAML = `target: http://gws:8080
stations:
  - agent: {user: a, password: p, number: "1"}
    caller: {user: c, password: p, number: "2"}
    destination: {number: "3"}
`
