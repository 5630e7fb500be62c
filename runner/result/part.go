package result

import (
	"slices"

	"github.com/voicespec/voicespec/runner/requirement"
)

// Selection is what a run was asked for. The zero value, with a gate, is everything.
type Selection struct {
	Profile     string            `json:"profile,omitempty"`
	Run         []string          `json:"run,omitempty"` // globs of ids
	LabelFilter string            `json:"labelFilter,omitempty"`
	Share       string            `json:"share,omitempty"` // of several processes that share the scenarios out, such as 1/3
	Gate        requirement.Level `json:"gate"`
	Transport   string            `json:"transport,omitempty"` // as asked for, such as auto; the report's own is the one that was used
	Recording   string            `json:"recording,omitempty"` // the file that was judged in place of a target
	Complete    bool              `json:"complete,omitempty"`  // everything else than conforms fails
}

// Part reports whether only a part of the catalogue was asked for.
func (s *Selection) Part() bool {
	return s != nil && (s.Profile != "" && s.Profile != "full" || len(s.Run) > 0 || s.LabelFilter != "" || s.Share != "")
}

// RequirementSet is what a catalogue asks of a server. Two results with the same digest were judged by the same rules,
// levels and checks.
type RequirementSet struct {
	Name         string `json:"name"` // of the release that froze it, or unreleased
	Digest       string `json:"digest"`
	Requirements int    `json:"requirements"`
	Checks       int    `json:"checks"`
}

// NotJudged counts the checks at the gate that were not judged for one reason.
type NotJudged struct {
	Outcome Outcome `json:"outcome"` // not-selected, untestable, blocked or disturbed
	Reason  string  `json:"reason"`
	Checks  int     `json:"checks"`
}

// AtGate reports whether a check decides about the verdict.
func (r *Report) AtGate(c Check) bool { return c.Level.Rank() <= r.Gate.Rank() }

// Judged counts the checks at the gate that apply to the target, and those of them that were judged. What the target does
// not claim, or no document requires of it, does not apply.
func (r *Report) Judged() (judged, applicable int) {
	for _, c := range r.Checks {
		switch {
		case !r.AtGate(c):
		case c.Outcome == Passed, c.Outcome == Failed, c.Outcome == KnownFailure:
			judged++
			applicable++
		case c.Outcome != NotApplicable:
			applicable++
		}
	}
	return judged, applicable
}

// unjudgedOutcomes are those of checks that say nothing about the target.
var unjudgedOutcomes = []Outcome{NotSelected, Untestable, Blocked, Disturbed}

// unjudged are the checks at the gate that say nothing about the target, by reason: the most frequent first.
func (r *Report) unjudged() []NotJudged {
	var out []NotJudged
	for _, c := range r.Checks {
		if !r.AtGate(c) || !slices.Contains(unjudgedOutcomes, c.Outcome) {
			continue
		}
		reason := c.Message
		if c.Outcome == NotSelected {
			reason = "not selected"
		}
		i := slices.IndexFunc(out, func(n NotJudged) bool { return n.Outcome == c.Outcome && n.Reason == reason })
		if i < 0 {
			i = len(out)
			out = append(out, NotJudged{Outcome: c.Outcome, Reason: reason})
		}
		out[i].Checks++
	}
	slices.SortStableFunc(out, func(a, b NotJudged) int { return b.Checks - a.Checks })
	return out
}
