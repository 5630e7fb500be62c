//go:build !race

package engine_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// A saved recording is judged like the live run: the same outcome of every check, by the same findings.
func TestVerifyIsLikeTheRun(t *testing.T) {
	t.Parallel()
	for _, o := range []reference.Options{
		{},
		{Fault: "initiate-transfer-without-held"},
		{Fault: "held-original-mixture"},
		{Fault: "answer-as-html"},
		{Fault: "call-without-id"},
		{Variation: "features-off"},
		{Variation: "unrelated-calls"},
	} {
		t.Run("with-"+o.Fault+o.Variation, func(t *testing.T) {
			t.Parallel()
			_, target := start(t, o, 2)
			target.Budgets.Quiet = 100 * time.Millisecond
			if o.Fault != "" {
				target.Budgets.Event = time.Second
			}
			var saved bytes.Buffer
			live, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Save: &saved})
			if err != nil {
				t.Fatal(err)
			}
			again, err := suites.Verify(t.Context(), bytes.NewReader(saved.Bytes()), engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if live.Report.Outcome != again.Report.Outcome {
				t.Errorf("the run %s, its recording %s", live.Report.Outcome, again.Report.Outcome)
			}
			if o.Fault != "" && live.Report.Counts[result.Failed] == 0 {
				t.Error("the fault is not found")
			}
			if len(live.Report.Checks) != len(again.Report.Checks) {
				t.Fatalf("%d checks and %d", len(live.Report.Checks), len(again.Report.Checks))
			}
			for i, c := range live.Report.Checks {
				d := again.Report.Checks[i]
				if c.ID != d.ID || c.Outcome != d.Outcome {
					t.Errorf("%s is %s, judged again %s %s\n%s\n%s", c.ID, c.Outcome, d.ID, d.Outcome, c.Message, d.Message)
				}
				if diff := cmp.Diff(c.Findings, d.Findings); diff != "" {
					t.Errorf("%s: %s", c.ID, diff)
				}
			}
		})
	}
}

// Two runs of the same server differ only in times: the results without them are the same. What is judged wherever the
// recording allows it (an outcome, a read) may have had an occasion in the one and none in the other.
func TestTwoRunsAreAlike(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"", "complete-transfer-without-original"} {
		t.Run("fault-"+fault, func(t *testing.T) {
			t.Parallel()
			var both [2]any
			for i := range both {
				_, target := start(t, reference.Options{Fault: fault}, 1) // one station: the order of playing is the same
				target.Budgets.Quiet = 100 * time.Millisecond
				target.Budgets.Event = 2 * time.Second
				out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true})
				if err != nil {
					t.Fatal(err)
				}
				for i, c := range out.Report.Checks {
					if strings.HasPrefix(c.ID, "invariants.every-") && c.Outcome == result.NotApplicable {
						out.Report.Checks[i].Outcome = result.Passed
					}
				}
				both[i] = timeless(t, out.Report)
			}
			if diff := cmp.Diff(both[0], both[1]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// timeless is a report as its file reads, without times and what is measured of them, the address, and the texts of failures: those
// show ids, which a server gives anew in each run.
func timeless(t *testing.T, r *result.Report) any {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return without(v, "durationMs", "playedMs", "started", "target", "message", "findings", "rerun", "latency", "counts")
}

func without(v any, names ...string) any {
	switch x := v.(type) {
	case map[string]any:
		for _, name := range names {
			delete(x, name)
		}
		for _, inner := range x {
			without(inner, names...)
		}
	case []any:
		for _, inner := range x {
			without(inner, names...)
		}
	}
	return v
}
