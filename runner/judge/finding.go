// Package judge tells from a recording whether a rule was kept. It is pure: a recording
// in, findings out. It never waits, dials or sleeps, and judges a saved recording like a
// fresh one. Rules that hold for every notification are in Rules; what a documented page
// adds is in Page; scenarios written in Go bring their own functions over a Case.
package judge

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// Finding is one deviation with its evidence.
type Finding struct {
	Requirement string
	Entry       *recording.Entry // what breaks the rule
	After       *recording.Entry // nothing came: where it was expected
	Who         string           // nothing came: to whom, by the browser that is named, or else by the person's own session
	Browser     string
	Path        string // JSON path within the message or answer
	Expected    string
	Observed    string
}

// Ruling is what became of one check.
type Ruling struct {
	Outcome  result.Outcome
	Findings []Finding
	Reason   string // why it was not judged
}

// pass is the ruling of a kept rule.
func pass() Ruling { return Ruling{Outcome: result.Passed} }

// fail is the ruling of one deviation.
func fail(f Finding) Ruling { return Ruling{Outcome: result.Failed, Findings: []Finding{f}} }

// blocked is the ruling where an earlier step broke.
func blocked(format string, args ...any) Ruling {
	return Ruling{Outcome: result.Blocked, Reason: fmt.Sprintf(format, args...)}
}

// untestable is the ruling where the station lacks what the check needs.
func untestable(format string, args ...any) Ruling {
	return Ruling{Outcome: result.Untestable, Reason: fmt.Sprintf(format, args...)}
}

// inapplicable is the ruling where the target does not claim the feature.
func inapplicable(format string, args ...any) Ruling {
	return Ruling{Outcome: result.NotApplicable, Reason: fmt.Sprintf(format, args...)}
}

// Absence reports whether it is found that something did not come.
func (f Finding) Absence() bool { return f.Who != "" && f.Entry == nil }

// Export turns findings into the form of results.json.
func Export(findings []Finding) []result.Finding {
	var out []result.Finding
	for _, f := range findings {
		r := result.Finding{Requirement: f.Requirement, Path: f.Path, Expected: f.Expected, Observed: f.Observed}
		if f.Entry != nil {
			r.Seq = f.Entry.Seq
		}
		if f.After != nil {
			r.After = f.After.Seq
		}
		out = append(out, r)
	}
	return out
}

// InOrder sorts findings by the entries that break the rule.
func InOrder(found []Finding) []Finding {
	slices.SortStableFunc(found, func(a, b Finding) int { return seq(a) - seq(b) })
	return found
}

func seq(f Finding) int {
	switch {
	case f.Entry != nil:
		return f.Entry.Seq
	case f.After != nil:
		return f.After.Seq
	}
	return 0
}
