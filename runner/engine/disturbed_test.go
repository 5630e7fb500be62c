package engine_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// somewhere is a part of the catalogue in which others have time to get in between, and in which somebody always listens.
var somewhere = []string{
	"calls.hold", "calls.answer", "calls.hangup", "calls.dtmf", "agent-state.*", "devices.do-not-disturb-on", "transfer.complete",
	"notifications.delivery", "invariants",
}

// others is a run where others use the same system.
func others(t *testing.T, fault string) (*engine.Outcome, []byte) {
	t.Helper()
	_, target := start(t, reference.Options{Variation: "shared-with-others", Fault: fault}, 1)
	target.Budgets.Event, target.Budgets.Quiet = time.Second, 100*time.Millisecond
	var saved bytes.Buffer
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: somewhere, Save: &saved})
	if err != nil {
		t.Fatal(err)
	}
	return out, saved.Bytes()
}

// Where others phone and work with the same people nothing fails: what they disturbed is told, and the recording tells it, too.
func TestSharedWithOthers(t *testing.T) {
	t.Parallel()
	out, saved := others(t, "")
	r := out.Report
	for _, c := range r.Checks {
		switch c.Outcome {
		case result.Failed, result.Blocked:
			if len(r.Others) == 0 {
				continue // by chance they did nothing but end a call: without any other trace of them that is the server's doing
			}
			t.Errorf("%s %s: %s", c.ID, c.Outcome, c.Message)
		case result.Disturbed:
			if !strings.Contains(c.Message, "others had a hand in it (") {
				t.Errorf("%s: %s", c.ID, c.Message)
			}
		default:
		}
	}
	disturbed := slices.ContainsFunc(r.Checks, func(c result.Check) bool { return c.Outcome == result.Disturbed && r.AtGate(c) })
	if disturbed != (r.ExitCode() == result.ExitNotTested) || disturbed != strings.Contains(r.Reason, "others disturbed") {
		t.Errorf("disturbed %t, exit code %d, %q, others %q", disturbed, r.ExitCode(), r.Reason, r.Others)
	}
	again, err := suites.Verify(t.Context(), bytes.NewReader(saved), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range again.Report.Checks {
		i := slices.IndexFunc(r.Checks, func(x result.Check) bool { return x.ID == c.ID })
		if (c.Outcome == result.Disturbed) != (r.Checks[i].Outcome == result.Disturbed) {
			t.Errorf("%s: %s in the run, %s in its recording", c.ID, r.Checks[i].Outcome, c.Outcome)
		}
	}
}

// A fault does not hide behind what others do: it is there again when what they touched is played again. While a notification that
// does not come is waited for, they have time to get in between each time: then a fault may be disturbed, and is no success either.
func TestFaultsBesideOthers(t *testing.T) {
	t.Parallel()
	for fault, x := range map[string]struct {
		requirement string
		waits       bool
	}{
		"others-notifications-delivered":     {"BAYEUX-18", true}, // of another call each time
		"answered-caller-told-of-stranger":   {"ID-8", false},
		"answered-caller-told-of-other-dnis": {"ID-9", false},
		"hold-without-notification":          {"HOLD-1", true},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			out, _ := others(t, fault)
			if !slices.ContainsFunc(out.Report.Checks, func(c result.Check) bool {
				return (c.Outcome == result.Failed || x.waits && c.Outcome == result.Disturbed) && slices.Contains(c.Requirements, x.requirement)
			}) || out.Report.ExitCode() == result.ExitConforms || !x.waits && out.Report.Outcome != result.DoesNotConform {
				t.Errorf("%s: no check of %s failed, others %q", out.Report.Outcome, x.requirement, out.Report.Others)
				for _, c := range out.Report.Checks {
					if slices.Contains(c.Requirements, x.requirement) {
						t.Logf("%s %s: %s", c.ID, c.Outcome, c.Message)
					}
				}
			}
		})
	}
}

// Walks, too, find nothing where others use the same people: what does not show again when a walk is replayed is disturbed. A fault shows again.
func TestExploresBesideOthers(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"", "held-without-retrieve"} {
		target := exploredTarget(t, reference.Options{Variation: "shared-with-others", Fault: fault}, 4)
		target.Budgets.Event = 2 * time.Second
		out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Fault: fault},
			engine.Exploration{Seed: 1, Steps: 300, Shrink: 5 * time.Second, Focus: []string{"Hold"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Report.Others) == 0 {
			t.Error("nothing is told of others")
		}
		found := failed(out.Report)
		for _, c := range found {
			if fault == "" {
				t.Errorf("%s\n%s", c.Message, strings.Join(c.Walk, "\n"))
			}
		}
		// The call that is held first may be the original of a consultation, which has a rule of its own.
		if fault != "" && !slices.ContainsFunc(found, func(c result.Check) bool {
			return slices.Contains(c.Requirements, "CAP-5") || slices.Contains(c.Requirements, "CAP-6")
		}) {
			t.Errorf("%s is not found: %+v", fault, found)
		}
		for _, c := range out.Report.Checks {
			if c.Outcome == result.Disturbed && !strings.Contains(c.Message, "others had a hand in it (") {
				t.Errorf("%s: %s", c.ID, c.Message)
			}
		}
	}
}
