// Package compare holds two results side by side: what fails now and did not, what was
// repaired, which checks are gone or new, which failures read differently, and how the
// latencies moved. A gate asks for Regression alone. It imports the result types and the
// reports' text helpers.
package compare

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Run is one side of a comparison.
type Run struct {
	Suite   string         `json:"suite"`
	Target  string         `json:"target"`
	Started time.Time      `json:"started"`
	Outcome result.Verdict `json:"outcome"`
	Checks  int            `json:"checks"`
}

// Change is what became of one check.
type Change struct {
	ID           string            `json:"id"`
	Title        string            `json:"title"`
	Requirements []string          `json:"requirements"`
	Level        requirement.Level `json:"level"`
	Old          result.Outcome    `json:"old,omitempty"`     // empty: it was not there
	New          result.Outcome    `json:"new,omitempty"`     // empty: it is not there any more
	OldSays      string            `json:"oldSays,omitempty"` // expected and observed in one line, or why it was not judged
	NewSays      string            `json:"newSays,omitempty"`
	Regression   bool              `json:"regression"`
}

// Latency is one kind of step in both runs, in milliseconds. Count 0 means: not measured.
type Latency struct {
	Operation string         `json:"operation"`
	To        string         `json:"to"`
	Old       result.Latency `json:"old"`
	New       result.Latency `json:"new"`
	Factor    float64        `json:"factor,omitempty"` // new p50 by old p50; 0: not in both
}

// Diff is the difference between two runs. Every check is in at most one list.
type Diff struct {
	Old             Run       `json:"old"`
	New             Run       `json:"new"`
	Regressed       bool      `json:"regression"`
	NewlyFailing    []Change  `json:"newlyFailing"`    // fails now; did not, or was not judged
	NewlyPassing    []Change  `json:"newlyPassing"`    // passes now; failed, was a known failure or blocked
	NoLongerJudged  []Change  `json:"noLongerJudged"`  // passed; now blocked, untestable, not selected, not applicable
	Gone            []Change  `json:"gone"`            // in the old run only
	Added           []Change  `json:"added"`           // in the new run only, and not failing
	ChangedMessages []Change  `json:"changedMessages"` // fails in both, but reads differently
	Latency         []Latency `json:"latency"`
}

// Compare compares two runs by check id.
//
// A regression is a check at required or recommended level that
//   - fails now and passed, or was not judged, in the old run (a baseline vouches for no
//     failure that it does not show). Not counted: one that was a known failure or blocked, since
//     the old run did not conform there either, and one that the old run does not know
//     because the two were made by different versions of the suite, which may have gained it;
//   - passed and is blocked now, since something before it broke;
//   - passed and is gone, although both runs were made by the same version of the suite.
//
// Leaving a check out (not selected, not applicable, untestable) is the user's doing, not
// the target's: it is listed and does not count. A run that could not test its target is a
// regression from one that could.
func Compare(old, current *result.Report) Diff {
	d := Diff{
		Old: run(old), New: run(current),
		NewlyFailing: []Change{}, NewlyPassing: []Change{}, NoLongerJudged: []Change{},
		Gone: []Change{}, Added: []Change{}, ChangedMessages: []Change{},
	}
	before := map[string]result.Check{}
	for _, c := range old.Checks {
		before[c.ID] = c
	}
	here := map[string]bool{}
	for _, c := range current.Checks {
		here[c.ID] = true
		was, known := before[c.ID]
		d.add(was, c, known)
	}
	for _, was := range old.Checks {
		if !here[was.ID] {
			change := newChange(was)
			change.Old, change.OldSays = was.Outcome, evidence.Difference(was)
			change.Regression = was.Outcome == result.Passed && counts(was) && d.sameSuite()
			d.Gone = append(d.Gone, change)
		}
	}
	for _, list := range d.lists() {
		sort.SliceStable(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	}
	d.Latency = latencies(old.Latency, current.Latency)
	d.Regressed = d.regressed()
	return d
}

// Regression reports whether the new run is worse than the old one; see Compare.
func (d Diff) Regression() bool { return d.Regressed }

// Regressions lists the changes that count as regressions.
func (d Diff) Regressions() []Change {
	var out []Change
	for _, list := range d.lists() {
		for _, c := range list {
			if c.Regression {
				out = append(out, c)
			}
		}
	}
	return out
}

// Same reports whether no check changed; latencies may have.
func (d Diff) Same() bool {
	for _, list := range d.lists() {
		if len(list) > 0 {
			return false
		}
	}
	return d.Old.Outcome == d.New.Outcome
}

func (d Diff) lists() [][]Change {
	return [][]Change{d.NewlyFailing, d.NoLongerJudged, d.Gone, d.NewlyPassing, d.ChangedMessages, d.Added}
}

func (d Diff) regressed() bool {
	if d.New.Outcome == result.NotTested && d.Old.Outcome != result.NotTested {
		return true
	}
	return len(d.Regressions()) > 0
}

func (d Diff) sameSuite() bool { return d.Old.Suite == d.New.Suite }

// add puts a check of the new run into the list that it belongs to.
func (d *Diff) add(was, is result.Check, known bool) {
	c := newChange(is)
	c.New, c.NewSays = is.Outcome, evidence.Difference(is)
	if known {
		c.Old, c.OldSays = was.Outcome, evidence.Difference(was)
	}
	failing := is.Outcome == result.Failed
	switch {
	case failing && was.Outcome == result.Failed:
		if story(was) != story(is) {
			d.ChangedMessages = append(d.ChangedMessages, c)
		}
	case failing:
		c.Regression = counts(is) && was.Outcome != result.KnownFailure && was.Outcome != result.Blocked && (known || d.sameSuite())
		d.NewlyFailing = append(d.NewlyFailing, c)
	case !known:
		d.Added = append(d.Added, c)
	case is.Outcome == result.Passed && (was.Outcome == result.Failed || was.Outcome == result.Blocked || was.Outcome == result.KnownFailure):
		d.NewlyPassing = append(d.NewlyPassing, c)
	case was.Outcome == result.Passed && is.Outcome != result.Passed:
		c.Regression = counts(is) && is.Outcome == result.Blocked
		d.NoLongerJudged = append(d.NoLongerJudged, c)
	}
}

// counts reports whether a check's level matters to a gate.
func counts(c result.Check) bool { return c.Level.Rank() <= requirement.Recommended.Rank() }

func newChange(c result.Check) Change {
	return Change{ID: c.ID, Title: c.Title, Requirements: append([]string{}, c.Requirements...), Level: c.Level}
}

// volatile is what differs between two runs that fail alike: ids, and times with a unit.
var volatile = regexp.MustCompile(`[0-9A-Za-z-]*[0-9][0-9A-Za-z-]{7,}|[0-9A-Za-z-]{7,}[0-9][0-9A-Za-z-]*|` +
	`[0-9A-Za-z]{4}…[0-9A-Za-z]{4}|[+-]?\d+(\.\d+)? ?(ms|s)\b`)

// story is what a failure says without what is different in every run: its findings, since the timeline around them
// is in another order each time; its message where it has none.
func story(c result.Check) string {
	if len(c.Findings) == 0 {
		return volatile.ReplaceAllString(c.Message, "#")
	}
	var s strings.Builder
	for _, f := range c.Findings {
		fmt.Fprintf(&s, "%s %s\n%s\n%s\n", f.Requirement, f.Path, f.Expected, f.Observed)
	}
	return volatile.ReplaceAllString(s.String(), "#")
}

func run(r *result.Report) Run {
	return Run{Suite: r.Suite, Target: r.Target, Started: r.Started, Outcome: r.Outcome, Checks: len(r.Checks)}
}

func latencies(old, current []result.Latency) []Latency {
	type key struct{ operation, to string }
	both := map[key]*Latency{}
	at := func(l result.Latency) *Latency {
		k := key{l.Operation, l.To}
		if both[k] == nil {
			both[k] = &Latency{Operation: l.Operation, To: l.To}
		}
		return both[k]
	}
	for _, l := range old {
		at(l).Old = l
	}
	for _, l := range current {
		at(l).New = l
	}
	out := make([]Latency, 0, len(both))
	for _, l := range both {
		if l.Old.P50 > 0 && l.New.P50 > 0 {
			l.Factor = float64(int(l.New.P50/l.Old.P50*100+0.5)) / 100
		}
		out = append(out, *l)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Operation < out[j].Operation || out[i].Operation == out[j].Operation && out[i].To < out[j].To
	})
	return out
}
