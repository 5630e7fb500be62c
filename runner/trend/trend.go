// Package trend shows many runs beside each other: their verdicts, the checks whose outcome changed, and latencies over
// time, as text, Markdown and HTML. It imports the result types and the reports' text helpers.
package trend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Run is one of the runs, with the name that it is called by.
type Run struct {
	Name   string
	Report *result.Report
}

// Trend is what became of checks and latencies from run to run, the oldest first.
type Trend struct {
	Runs    []Run
	Changed []Row
	Latency []Line
}

// Row is a check whose outcome is not the same in all runs. An outcome is empty where a run does not know the check.
type Row struct {
	ID       string
	Level    requirement.Level
	Outcomes []result.Outcome
	Says     string // of the last run in which it failed
}

// Line is one kind of step over time: the medians in milliseconds, 0 where a run has too few samples.
type Line struct {
	Operation, To string
	P50           []float64
}

// What is shown of latencies: medians of so many samples, in two runs at least.
const (
	enoughSamples = 10
	mostLines     = 8
)

// Of makes the trend of runs, in the order in which they were started.
func Of(runs []Run) Trend {
	t := Trend{Runs: slices.Clone(runs)}
	slices.SortStableFunc(t.Runs, func(a, b Run) int { return a.Report.Started.Compare(b.Report.Started) })
	t.Changed, t.Latency = changed(t.Runs), latency(t.Runs)
	return t
}

func changed(runs []Run) []Row {
	rows := map[string]*Row{}
	for i, run := range runs {
		for _, c := range run.Report.Checks {
			row := rows[c.ID]
			if row == nil {
				row = &Row{ID: c.ID, Outcomes: make([]result.Outcome, len(runs))}
				rows[c.ID] = row
			}
			row.Outcomes[i], row.Level = c.Outcome, c.Level
			if c.Outcome == result.Failed {
				row.Says = evidence.Difference(c)
			}
		}
	}
	var out []Row
	for _, row := range rows {
		if slices.ContainsFunc(row.Outcomes, func(o result.Outcome) bool { return o != row.Outcomes[0] }) {
			out = append(out, *row)
		}
	}
	// What fails now comes first, then what failed.
	now := func(r Row) int {
		switch {
		case r.Outcomes[len(r.Outcomes)-1] == result.Failed:
			return 0
		case slices.Contains(r.Outcomes, result.Failed):
			return 1
		}
		return 2
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(now(a)-now(b), a.Level.Rank()-b.Level.Rank(), strings.Compare(a.ID, b.ID))
	})
	return out
}

// latency are the steps whose medians differ most.
func latency(runs []Run) []Line {
	lines := map[[2]string]*Line{}
	for i, run := range runs {
		for _, l := range run.Report.Latency {
			if l.Count < enoughSamples {
				continue
			}
			key := [2]string{l.Operation, l.To}
			if lines[key] == nil {
				lines[key] = &Line{Operation: l.Operation, To: l.To, P50: make([]float64, len(runs))}
			}
			lines[key].P50[i] = l.P50
		}
	}
	var out []Line
	for _, l := range lines {
		if l.measured() > 1 {
			out = append(out, *l)
		}
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.spread(), a.spread()), strings.Compare(a.Operation, b.Operation), strings.Compare(a.To, b.To))
	})
	return out[:min(len(out), mostLines)]
}

func (l Line) measured() int {
	n := 0
	for _, ms := range l.P50 {
		if ms > 0 {
			n++
		}
	}
	return n
}

// spread is how far the medians lie apart.
func (l Line) spread() float64 {
	measured := slices.DeleteFunc(slices.Clone(l.P50), func(ms float64) bool { return ms == 0 })
	return slices.Max(measured) - slices.Min(measured)
}

// name is a step in words.
func (l Line) name() string { return evidence.Clean(l.Operation + " to " + l.To) }

// when is the time of a run, for the head of its column.
func (r Run) when() string {
	if r.Report.Started.IsZero() {
		return "–"
	}
	return r.Report.Started.UTC().Format("2006-01-02 15:04")
}

// mark is an outcome as a short sign, which the legend explains.
func mark(o result.Outcome) string {
	switch o {
	case result.Passed:
		return "ok"
	case result.Failed:
		return "FAILED"
	case result.KnownFailure:
		return "known"
	case "":
		return "–"
	case result.Blocked, result.Disturbed, result.Untestable, result.NotApplicable, result.NotSelected:
	}
	return evidence.Words(o)
}

func verdict(r *result.Report) string { return evidence.Verdict(&result.Report{Outcome: r.Outcome}) }
