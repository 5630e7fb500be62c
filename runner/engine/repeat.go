package engine

import (
	"context"
	"fmt"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// Again says how often a run is repeated on the same server.
type Again struct {
	Times        int  // at most; 0 for no end
	UntilFailure bool // or until a check fails at the gate
}

// Repeat runs the same selection again and again, and makes one outcome of all runs: a check that passes sometimes is
// unstable, which is a failure; its text and its evidence are those of the first run in which it failed. What ends a run ends
// the repetition.
func Repeat(ctx context.Context, o Options, again Again, run func(context.Context, Options) (*Outcome, error)) (*Outcome, error) {
	all := &runs{}
	for n := 1; again.Times == 0 || n <= again.Times; n++ {
		out, err := run(ctx, o)
		if err != nil || out == nil || out.Report == nil {
			if all.first != nil && out != nil && out.Report != nil {
				out.Report.Reason = fmt.Sprintf("run %d: %s", n, out.Report.Reason)
			}
			return out, err
		}
		all.add(out)
		if again.UntilFailure && out.failures(o.gate()) > 0 {
			break
		}
	}
	return all.merged(), nil
}

// runs are the outcomes of a repetition. Of all that was recorded only what a report shows is kept.
type runs struct {
	first *Outcome
	n     int
	took  float64
	of    map[string]*tally
	shown map[string][]*recording.Entry // scenario: the recording that stands beside its checks
}

// tally is what became of one check in all runs.
type tally struct {
	passed, failed int
	worst          result.Check
}

// rank says which of two outcomes of a check is told.
var rank = map[result.Outcome]int{result.Failed: 2, result.Blocked: 1}

// mostLeft is how many are told of what runs have left behind.
const mostLeft = 100

func (r *runs) add(out *Outcome) {
	if r.first == nil {
		r.first, r.of, r.shown = out, map[string]*tally{}, map[string][]*recording.Entry{}
	}
	r.n++
	r.took += out.Report.DurationMs
	for _, c := range out.Report.Checks {
		t := r.of[c.ID]
		if t == nil {
			t = &tally{worst: c}
			r.of[c.ID] = t
		}
		switch c.Outcome {
		case result.Passed:
			t.passed++
		case result.Failed, result.Blocked:
			t.failed++
		default:
		}
		if rank[c.Outcome] > rank[t.worst.Outcome] {
			t.worst = c
		}
		if c.Outcome == result.Failed && r.shown[c.Scenario] == nil {
			r.shown[c.Scenario] = out.Scenarios(c.Scenario)
		}
	}
	for _, left := range out.Report.LeftBehind {
		if out != r.first && len(r.first.Report.LeftBehind) < mostLeft {
			r.first.Report.LeftBehind = append(r.first.Report.LeftBehind, fmt.Sprintf("run %d: %s", r.n, left))
		}
	}
}

// merged is the one outcome of all runs.
func (r *runs) merged() *Outcome {
	report := r.first.Report
	report.Runs, report.DurationMs = r.n, r.took
	for i := range report.Checks {
		c := &report.Checks[i]
		t := r.of[c.ID]
		*c = t.worst
		if t.passed > 0 && t.failed > 0 {
			c.Ratio = &result.Ratio{Passed: t.passed, Of: t.passed + t.failed}
			c.Message = fmt.Sprintf("%s\n  Unstable  %s", c.Message, c.Ratio)
		}
	}
	report.Count()
	report.Decide()
	out := *r.first
	first := r.first.Scenarios
	out.Scenarios = func(id string) []*recording.Entry {
		if from := r.shown[id]; from != nil {
			return from
		}
		return first(id)
	}
	return &out
}
