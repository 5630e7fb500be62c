package knownfailures

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/result"
)

// Kind is what is wrong with an entry.
type Kind string

// Kinds of problems. Each fails the run.
const (
	UnexpectedPass Kind = "unexpected pass"   // every judged check that it matches passed
	Expired        Kind = "expired"           // its last day is over
	Stale          Kind = "stale"             // it matches no check
	Mismatch       Kind = "fragment mismatch" // the failure reads differently
)

// Problem is an entry that no longer fits, with the remedy.
type Problem struct {
	Kind  Kind
	Entry Entry
	Text  string
}

func (p Problem) String() string { return p.Text }

// Apply marks the failures that the list knows as known and returns the entries
// that no longer fit. It also fills KnownFailureProblems and Counts of the report; the caller then
// calls report.Decide.
//
// A blocked check can be known like a failed one, since a known failure early in a
// scenario blocks what comes after it. A check that is already a known failure, in a results.json
// that is read again, counts as failed. What was not judged (not selected, not applicable,
// untestable) neither fits an entry nor speaks against it.
func Apply(report *result.Report, list *List, now time.Time) []Problem {
	if list == nil {
		return nil
	}
	for i := range report.Checks {
		if c := &report.Checks[i]; c.Outcome == result.KnownFailure {
			c.Outcome, c.KnownFailure = result.Failed, ""
		}
	}
	// All entries look at the checks as they were judged; only then outcomes change.
	matched := map[int]Entry{}
	var problems []Problem
	for _, e := range list.Entries {
		problems = append(problems, apply(report.Checks, list.File, e, now, matched)...)
	}
	for i, e := range matched {
		report.Checks[i].Outcome, report.Checks[i].KnownFailure = result.KnownFailure, e.text()
	}
	if note := list.unexplained(); note != "" && !slices.Contains(report.Notes, note) {
		report.Notes = append(report.Notes, note)
	}
	report.KnownFailureProblems = nil
	for _, p := range problems {
		report.KnownFailureProblems = append(report.KnownFailureProblems, p.Text)
	}
	report.Count()
	return problems
}

func apply(checks []result.Check, file string, e Entry, now time.Time, matched map[int]Entry) []Problem {
	found, broken, passed, unjudged := 0, 0, 0, 0
	var problems []Problem
	expired := e.expired(now)
	for i, c := range checks {
		if !e.matches(c.ID) {
			continue
		}
		found++
		switch c.Outcome {
		case result.Failed, result.Blocked:
			broken++
			switch _, known := matched[i]; {
			case expired:
			case !fits(c, e.Fragment):
				problems = append(problems, problem(Mismatch, file, e,
					fmt.Sprintf("%s fails, but with another message than %q: look whether this is a new failure, then change fragment", c.ID, e.Fragment)))
			case !known:
				matched[i] = e
			}
		case result.Passed:
			passed++
		case result.Disturbed, result.Untestable, result.NotSelected:
			unjudged++
		case result.KnownFailure, result.NotApplicable:
		}
	}
	switch {
	case found == 0:
		return []Problem{problem(Stale, file, e, e.Check+" matches no check: remove the entry, or correct the id")}
	case expired:
		return []Problem{
			problem(Expired, file, e, fmt.Sprintf("the known failure %s expired on %s: repair the deviation, or decide on a new date", e.Check, e.Expires)),
		}
	case broken == 0 && passed > 0 && unjudged == 0 && !e.Sometimes:
		return []Problem{problem(UnexpectedPass, file, e, e.Check+" passes now: remove the entry")}
	}
	return problems
}

func problem(k Kind, file string, e Entry, text string) Problem {
	where := file
	if e.line > 0 {
		where = strings.TrimPrefix(fmt.Sprintf("%s line %d", file, e.line), " ")
	}
	if where != "" {
		text = where + ": " + text
	}
	return Problem{Kind: k, Entry: e, Text: text}
}

// fits reports whether the fragment is part of what the failure says: its message, or what one of its findings observed or
// expected. How a text was wrapped does not matter, so that it can be copied from a console.
func fits(c result.Check, fragment string) bool {
	part := unwrap(fragment)
	if part == "" || strings.Contains(unwrap(c.Message), part) {
		return true
	}
	for _, f := range c.Findings {
		if strings.Contains(unwrap(f.Observed), part) || strings.Contains(unwrap(f.Expected), part) {
			return true
		}
	}
	return false
}

// unwrap puts one space in the place of any white space.
func unwrap(s string) string { return strings.Join(strings.Fields(s), " ") }
