package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// ran are the results of a run in the folder r.
func ran(t *testing.T, w *world) {
	t.Helper()
	r := w.engine.report(engine.Options{Gate: requirement.Required, Version: "0.1.0"})
	r.Selection = &result.Selection{Gate: requirement.Required}
	r.RequirementSet = &result.RequirementSet{Name: requirement.Unreleased, Digest: "sha256:" + strings.Repeat("ab", 32), Requirements: 2, Checks: 1}
	if err := os.MkdirAll("r", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeJSON("r/results.json", report.Input{Report: r}); err != nil {
		t.Fatal(err)
	}
}

func TestStatement(t *testing.T) {
	w := newWorld(t)
	ran(t, w)
	got := w.call("statement", "r/results.json")
	if got.code != 0 || got.stdout != "conforms\nwrote r/statement.md, r/statement.json, r/badge.svg\n" || got.stderr != "" {
		t.Fatalf("%+v", got)
	}
	if got := w.call("statement", "--out", "deep/out", "r/results.json"); got.code != 0 || read(t, "deep/out/statement.md") != read(t, "r/statement.md") {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"statement.md", "statement.json", "badge.svg"} {
		if got := w.call("statement", "--check", "r/"+name); got.code != 0 || got.stdout != "r/"+name+" follows from r/results.json\n" {
			t.Errorf("%+v", got)
		}
		if got := w.call("statement", "--check", "deep/out/"+name, "--results", "r/results.json"); got.code != 0 {
			t.Errorf("%+v", got)
		}
		got := w.call("statement", "--check", "deep/out/"+name)
		if got.code != 2 || got.stdout != "" || !strings.Contains(got.stderr, "not beside it (deep/out/results.json: no such file or directory); name them by --results FILE") {
			t.Errorf("%+v", got)
		}
	}
	write(t, "r/statement.md", strings.Replace(read(t, "r/statement.md"), "**conforms**", "**conforms, and how**", 1))
	got = w.call("statement", "--check", "r/statement.md")
	if got.code != 1 || strings.Count(got.stdout, "\n") != 2 || !strings.Contains(got.stdout, "line 6 does not follow from the results: **conforms, and how**") {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(got.stderr, "r/statement.md does not follow from r/results.json") {
		t.Errorf("%+v", got)
	}
}

// A server that does not conform has a statement, too; results that say otherwise than their checks have none.
func TestStatementOfFailures(t *testing.T) {
	w := newWorld(t)
	w.engine.verdict = result.Failed
	ran(t, w)
	if got := w.call("statement", "r/results.json"); got.code != 0 || !strings.HasPrefix(got.stdout, "does not conform: 1 check failed (gate required)\n") {
		t.Fatalf("%+v", got)
	}
	write(t, "r/results.json", strings.Replace(read(t, "r/results.json"), `"outcome": "does-not-conform"`, `"outcome": "conforms"`, 1))
	got := w.call("statement", "--out", "none", "r/results.json")
	if got.code != 2 || !strings.Contains(got.stderr, `outcome: they say "conforms", their checks "does-not-conform"`) {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat("none"); err == nil {
		t.Error("a statement that is refused leaves a folder behind")
	}
	if got := w.call("statement", "--check", "r/statement.json"); got.code != 1 || !strings.Contains(got.stdout, "results.json: outcome: they say") {
		t.Errorf("%+v", got)
	}
}
