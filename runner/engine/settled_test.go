package engine

import (
	"testing"

	"github.com/voicespec/voicespec/runner/result"
)

// What became of a check when it was played again says something of the server only where others were not at it, and, if it passes,
// where the scenario came to its end.
func TestSettled(t *testing.T) {
	t.Parallel()
	const id, scenario = "invariants.parties", "calls.answer"
	finding := []result.Finding{{Requirement: "ID-9", Path: "dnis"}}
	d := &doubtful{check: &result.Check{ID: id}}
	if used := (&TargetError{Cause: "others use the agent", Passing: true}); d.settled(nil, used) || d.unplayed != used.Cause {
		t.Error("who is used by others at the moment may be free the next time")
	}
	for name, x := range map[string]struct {
		again           result.Outcome
		busy, cut       bool
		settled, others bool
		failed          int
	}{
		"passes":                         {again: result.Passed, settled: true, others: true},
		"passes beside others":           {again: result.Passed, busy: true},
		"passes, cut short":              {again: result.Passed, cut: true},
		"passes, cut short by others":    {again: result.Passed, busy: true, cut: true},
		"fails":                          {again: result.Failed, settled: true, failed: 1},
		"fails beside others":            {again: result.Failed, busy: true, failed: 1},
		"fails, and is cut short by it":  {again: result.Failed, cut: true, settled: true, failed: 1},
		"blocked":                        {again: result.Blocked, cut: true, settled: true},
		"blocked by others":              {again: result.Blocked, busy: true, cut: true},
		"cannot be judged":               {again: result.Untestable, cut: true},
		"excused by another's deviation": {again: result.KnownFailure, settled: true, others: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			was := result.Check{ID: id, Outcome: result.Failed, Findings: finding}
			d := &doubtful{check: &was, places: []string{scenario}, always: story(&was)}
			now := result.Check{ID: id, Outcome: x.again}
			if x.again == result.Failed {
				now.Findings = finding
			}
			again := &Outcome{Report: &result.Report{Checks: []result.Check{now}}, busy: map[string]bool{scenario: x.busy}, cut: map[string]bool{scenario: x.cut}}
			if settled := d.settled(again, nil); settled != x.settled || (d.why != "") != x.others || d.failed != x.failed || len(d.always) != 1 {
				t.Errorf("settled %t, others' doing %q, failed %d times, always %q", settled, d.why, d.failed, d.always)
			}
		})
	}
}
