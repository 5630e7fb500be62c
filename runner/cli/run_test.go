package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/knownfailures"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

func TestRunReference(t *testing.T) {
	w := newWorld(t)
	got := w.call("run", "--save", "run.ndjson", "--json", "r.json", "--junit", "j.xml", "--slow", "2.5", "--timeout", "90s", "--run", "a.*,b", "--run", "c",
		"--label-filter", "area:x", "--profile", "smoke", "--gate", "recommended", "--transport", "websocket", "--variation", "batched")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	o := w.engine.asked
	if !o.Reference || !strings.HasPrefix(o.Target.URL, "http://127.0.0.1:") || len(o.Target.Stations) != referenceStations ||
		o.Target.Transport != "websocket" || o.Variation != "batched" {
		t.Errorf("target: %+v", o)
	}
	if strings.Join(o.Globs, " ") != "a.*,b c" || o.LabelFilter != "area:x" || o.Profile != "smoke" || o.Gate != "recommended" || o.Slow != 2.5 || o.Timeout != 90*time.Second || o.Seed != 0 {
		t.Errorf("options: %+v", o)
	}
	for _, name := range []string{"run.ndjson", "r.json", "j.xml", "voicespec-report/report.html", "voicespec-report/results.json", "voicespec-report/junit.xml", "voicespec-report/summary.md"} {
		if read(t, name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
	if !strings.Contains(got.stderr, "[1/1] transfer.sample-2: 1 passed") {
		t.Errorf("no progress: %q", got.stderr)
	}
}

func TestRunTargetFile(t *testing.T) {
	w := newWorld(t)
	write(t, "voicespec.yaml", strings.Replace(targetYAML, ":8080", ":8080/api/v2/", 1))
	got := w.call("run", "--report-dir=")
	if got.code != 0 || w.engine.asked.Reference || w.engine.asked.Target.URL != "http://gws:8080" {
		t.Errorf("%+v, %v", got, w.engine.asked.Target)
	}
	if !strings.Contains(got.stderr, "taken as http://gws:8080\n") {
		t.Errorf("what was cut off is not said: %q", got.stderr)
	}
	if entries(t) != "voicespec.yaml" {
		t.Errorf("an empty --report-dir leaves %s", entries(t))
	}
	if got := w.call("run", "--target", "https://other/x"); got.code != 0 || w.engine.asked.Target.URL != "https://other/x" {
		t.Errorf("%+v, %v", got, w.engine.asked.Target)
	}
	if got := w.call("run", "--fault", "answer-201"); got.code != 0 || !w.engine.asked.Reference || w.engine.asked.Fault != "answer-201" ||
		!strings.Contains(got.stderr, "voicespec.yaml is not used, since --fault tests the built-in reference server") {
		t.Errorf("%+v", got)
	}
}

func TestExitCodes(t *testing.T) {
	outcome := func(o engine.Options) *engine.Outcome { return &engine.Outcome{Report: (&fakeEngine{}).report(o)} }
	for _, tt := range []struct {
		name    string
		run     func(context.Context, engine.Options) (*engine.Outcome, error)
		code    int
		stderr  string
		reports bool
	}{
		{"does not conform", func(_ context.Context, o engine.Options) (*engine.Outcome, error) {
			return &engine.Outcome{Report: (&fakeEngine{verdict: result.Failed}).report(o)}, nil
		}, 1, "", true},
		{"nothing judged", func(_ context.Context, o engine.Options) (*engine.Outcome, error) {
			return &engine.Outcome{Report: (&fakeEngine{verdict: result.Untestable}).report(o)}, nil
		}, 3, "", true},
		{"usage", func(context.Context, engine.Options) (*engine.Outcome, error) {
			return nil, &engine.UsageError{Text: "the filter\nmatches nothing"}
		}, 2, "voicespec: the filter matches nothing\n", false},
		{"target", func(context.Context, engine.Options) (*engine.Outcome, error) {
			return nil, &engine.TargetError{Cause: "gws:8080 refuses connections.", Remedy: "start the server"}
		}, 3, "voicespec: gws:8080 refuses connections; start the server\n", true},
		{"internal", func(context.Context, engine.Options) (*engine.Outcome, error) { return nil, errors.New("a bug") },
			4, "voicespec: voicespec itself failed: a bug\n", false},
		{"panic", func(context.Context, engine.Options) (*engine.Outcome, error) { panic("a\nbug") },
			4, "voicespec: voicespec itself failed: a bug; please report this with the command that you ran\n", false},
		{"canceled", func(_ context.Context, o engine.Options) (*engine.Outcome, error) {
			return outcome(o), context.Canceled
		},
			130, "voicespec: interrupted\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.engine.run = tt.run
			got := w.call("run")
			if got.code != tt.code || got.stderr != tt.stderr {
				t.Errorf("%d, %q; want %d, %q", got.code, got.stderr, tt.code, tt.stderr)
			}
			written, err := os.ReadFile(filepath.Join("voicespec-report", "results.json"))
			if tt.reports != (err == nil) {
				t.Fatalf("results.json: %v", err)
			}
			if tt.code >= 3 && tt.reports && !strings.Contains(string(written), `"outcome": "not-tested"`) {
				t.Errorf("the outcome is not not-tested: %s", written)
			}
			if tt.name == "target" && !strings.Contains(string(written), `"reason": "gws:8080 refuses connections; start the server"`) {
				t.Errorf("the reason is missing: %s", written)
			}
		})
	}
}

// How often a run is made, by how it is asked for.
func TestRepeats(t *testing.T) {
	const endless = 5 // runs, when the target goes away
	for _, tt := range []struct {
		args string
		runs int
	}{
		{"", 1}, {"--repeat 1", 1}, {"--repeat 3", 3}, {"--until-failure --repeat 1", 1}, {"--until-failure --repeat 2", 2}, {"--until-failure", endless},
	} {
		w := newWorld(t)
		runs := 0
		w.engine.run = func(_ context.Context, o engine.Options) (*engine.Outcome, error) {
			if runs++; runs == endless {
				return nil, &engine.TargetError{Cause: "the target has gone", Remedy: "start it"}
			}
			return &engine.Outcome{Report: (&fakeEngine{}).report(o), Scenarios: func(string) []*recording.Entry { return nil }}, nil
		}
		if w.call(append([]string{"run", "--report-dir="}, strings.Fields(tt.args)...)...); runs != tt.runs {
			t.Errorf("%q makes %d runs, not %d", tt.args, runs, tt.runs)
		}
	}
	for _, wrong := range []string{"--repeat 2", "--share 1/2", "--save x", "--script x"} {
		if got := newWorld(t).call(append([]string{"run", "--soak=1h"}, strings.Fields(wrong)...)...); got.code != result.ExitUsage || !strings.Contains(got.stderr, "--soak") {
			t.Errorf("--soak and %s: %+v", wrong, got)
		}
	}
	for _, wrong := range []string{"0", "-1", "x"} {
		if got := newWorld(t).call("run", "--repeat="+wrong); got.code != result.ExitUsage || !strings.Contains(got.stderr, "once at least") {
			t.Errorf("--repeat %s: %+v", wrong, got)
		}
	}
}

// The first signal cancels the run, which then ends in order; the second ends the process.
func TestInterrupt(t *testing.T) {
	w := newWorld(t)
	signals := make(chan os.Signal, 2)
	w.Signals = signals
	w.engine.run = func(ctx context.Context, _ engine.Options) (*engine.Outcome, error) {
		signals <- syscall.SIGINT
		<-ctx.Done()
		return nil, ctx.Err()
	}
	got := w.call("run")
	want := "voicespec: interrupted: hanging up the calls of this run and logging off; Ctrl-C again stops at once\nvoicespec: interrupted\n"
	if got.code != 130 || got.stderr != want {
		t.Errorf("%+v", got)
	}

	ended := make(chan int, 1)
	w.Exit = func(code int) { ended <- code }
	w.engine.run = func(ctx context.Context, _ engine.Options) (*engine.Outcome, error) {
		signals <- syscall.SIGINT
		<-ctx.Done()
		signals <- syscall.SIGTERM // while it cleans up
		select {
		case code := <-ended:
			if code != 130 {
				t.Errorf("ended with %d", code)
			}
		case <-time.After(10 * time.Second):
			t.Error("the second signal does not end the process")
		}
		return nil, ctx.Err()
	}
	w.call("run")
}

// A run that ends in success although it was interrupted at the last moment is not a success.
func TestInterruptAtTheEnd(t *testing.T) {
	w := newWorld(t)
	signals := make(chan os.Signal, 2)
	w.Signals = signals
	w.engine.run = func(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
		signals <- syscall.SIGTERM
		<-ctx.Done()
		return &engine.Outcome{Report: (&fakeEngine{}).report(o)}, nil
	}
	if got := w.call("run"); got.code != 130 {
		t.Errorf("%+v", got)
	}
}

func TestGitHub(t *testing.T) {
	w := newWorld(t)
	w.engine.verdict = result.Failed
	w.env["GITHUB_ACTIONS"], w.env["GITHUB_STEP_SUMMARY"] = "true", "step.md"
	write(t, "step.md", "earlier\n")
	got := w.call("run")
	if got.code != 1 || !strings.Contains(got.stdout, "::error") {
		t.Errorf("%+v", got)
	}
	if step := read(t, "step.md"); !strings.HasPrefix(step, "earlier\n") || !strings.Contains(step, "transfer.sample-2.held") {
		t.Errorf("step summary: %q", step)
	}
	w.env["GITHUB_STEP_SUMMARY"] = "none/step.md"
	if got := w.call("run"); got.code != 1 || !strings.Contains(got.stderr, "the step summary is left out") {
		t.Errorf("%+v", got)
	}
}

func TestKnownFailuresAndComparing(t *testing.T) {
	w := newWorld(t)
	if got := w.call("run", "--json", "good.json"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	w.engine.verdict = result.Failed
	if got := w.call("run", "--json", "bad.json", "--baseline", "good.json"); got.code != 1 || !strings.Contains(got.stdout, "regression") {
		t.Errorf("%+v", got)
	}
	if got := w.call("compare", "good.json", "bad.json"); got.code != 1 || !strings.Contains(got.stdout, "transfer.sample-2.held") {
		t.Errorf("%+v", got)
	}
	if got := w.call("compare", "--json", "bad.json", "good.json"); got.code != 0 || !strings.HasPrefix(got.stdout, "{") {
		t.Errorf("%+v", got)
	}
	if got := w.call("known-failures", "write", "bad.json"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	list := read(t, "voicespec-known-failures.yaml")
	if !strings.Contains(list, "transfer.sample-2.held") {
		t.Errorf("known failures: %s", list)
	}
	write(t, "voicespec-known-failures.yaml", strings.Replace(list, knownfailures.Unexplained, "our switch is old", 1))
	if got := w.call("run", "--known-failures", "voicespec-known-failures.yaml"); got.code != 0 {
		t.Errorf("a known failure: %+v", got)
	}
	if got := w.call("known-failures", "write", "bad.json"); got.code != 0 || !strings.Contains(read(t, "voicespec-known-failures.yaml"), "our switch is old") {
		t.Errorf("rewriting loses the reason: %+v", got)
	}
	w.engine.verdict = result.Passed
	if got := w.call("run", "--known-failures", "voicespec-known-failures.yaml"); got.code != 1 {
		t.Errorf("an unexpected pass: %+v", got)
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t)
	write(t, "run.ndjson", `{"kind":"recording","header":{"version":1}}`+"\n")
	if got := w.call("verify", "run.ndjson", "--run", "transfer.*", "--json", "r.json"); got.code != 0 || read(t, "r.json") == "" {
		t.Errorf("%+v", got)
	}
	if entries(t) != "r.json run.ndjson" {
		t.Errorf("verify leaves %s", entries(t))
	}
	w.Stdin = strings.NewReader(`{"kind":"note"}`)
	if got := w.call("verify", "-"); got.code != 0 {
		t.Errorf("stdin: %+v", got)
	}
	write(t, "bad.ndjson", `{"kind":"rest","status":"200"}`)
	if got := w.call("verify", "bad.ndjson"); got.code != 2 || !strings.Contains(got.stderr, "bad.ndjson: recording line 1") {
		t.Errorf("%+v", got)
	}
	write(t, "none.ndjson", "{\n")
	if got := w.call("verify", "none.ndjson"); got.code != 2 || !strings.Contains(got.stderr, "none.ndjson: it is JSON that is cut off; export it again") {
		t.Errorf("%+v", got)
	}
}

// What runs a check again is what was called, with all that changes how it is played and judged.
func TestRerunAsCalled(t *testing.T) {
	w := newWorld(t)
	w.Name = "bin/voicespec"
	write(t, "good.yaml", targetYAML)
	w.call("run", "--config", "good.yaml", "--slow", "2", "--seed=-3", "--transport", "websocket", "--gate", "recommended", "--timeout", "10m", "--run", "transfer.*", "--json", "x.json")
	want := []string{
		"bin/voicespec", "run", "--config", "good.yaml", "--transport", "websocket", "--gate", "recommended", "--slow", "2", "--seed=-3", "--timeout", "10m0s",
	}
	if diff := cmp.Diff(want, w.engine.asked.Command); diff != "" {
		t.Error(diff)
	}
	write(t, "run.ndjson", `{"kind":"recording"}`+"\n")
	w.call("verify", "run.ndjson", "--gate", "recommended")
	if diff := cmp.Diff([]string{"bin/voicespec", "verify", "run.ndjson", "--gate", "recommended"}, w.engine.asked.Command); diff != "" {
		t.Error(diff)
	}
}
