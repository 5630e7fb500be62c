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
	Path        string           // JSON path within the message or answer
	Expected    string
	Observed    string
}

// Ruling is what became of one check.
type Ruling struct {
	Outcome  result.Outcome
	Findings []Finding
	Reason   string // why it was not judged
}

// Ruled is the ruling from findings: none means passed.
func Ruled(findings []Finding) Ruling {
	if len(findings) == 0 {
		return Ruling{Outcome: result.Passed}
	}
	return Ruling{Outcome: result.Failed, Findings: findings}
}

// Pass is the ruling of a kept rule.
func Pass() Ruling { return Ruling{Outcome: result.Passed} }

// Fail is the ruling of one deviation.
func Fail(f Finding) Ruling { return Ruled([]Finding{f}) }

// Block is the ruling where an earlier step broke.
func Block(format string, args ...any) Ruling {
	return Ruling{Outcome: result.Blocked, Reason: fmt.Sprintf(format, args...)}
}

// CannotTest is the ruling where the station lacks what the check needs.
func CannotTest(format string, args ...any) Ruling {
	return Ruling{Outcome: result.Untestable, Reason: fmt.Sprintf(format, args...)}
}

// DoesNotApply is the ruling where the target does not claim the feature.
func DoesNotApply(format string, args ...any) Ruling {
	return Ruling{Outcome: result.NotApplicable, Reason: fmt.Sprintf(format, args...)}
}

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
