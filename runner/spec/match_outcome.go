package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// Outcomes are the rules about every operation of everybody, whatever it was done for.
func Outcomes() []outcome.Rule { return outcome.Rules }

// OutcomesOf are those of some requirements, in the order of the rules.
func OutcomesOf(requirements ...string) []outcome.Rule {
	return slices.DeleteFunc(slices.Clone(outcome.Rules), func(r outcome.Rule) bool { return !slices.Contains(requirements, r.Requirement) })
}

// EverythingHere is what was recorded of one scenario, as a whole of its own.
func EverythingHere() *Whole {
	return &Whole{Played: []Played{{now.definition, Case()}}}
}

// KeepOutcome judges a rule about operations over everything that was recorded.
func KeepOutcome(rule outcome.Rule) types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		found, due := w.outcome().Of(rule)
		if due == 0 && len(found) == 0 {
			w.nothing("an operation whose outcome this is")
		}
		return found
	})
}

// outcome folds everything that was recorded, once. Processes that play side by side have recorded it each by itself, with people and a
// clock of their own.
func (w *Whole) outcome() *outcome.Verdict {
	if w.outcomes != nil {
		return w.outcomes
	}
	var headers []*recording.Header
	entries := map[*recording.Header][]*recording.Entry{}
	for _, c := range w.Cases() {
		if !slices.Contains(headers, c.Header) {
			headers = append(headers, c.Header)
		}
		entries[c.Header] = append(entries[c.Header], c.Entries...)
	}
	if len(headers) == 0 {
		headers = append(headers, nil)
	}
	w.outcomes = outcome.Continue(w.Memory, headers[0], entries[headers[0]], w.Beside)
	for _, h := range headers[1:] {
		w.outcomes.Join(outcome.Judge(h, entries[h]))
	}
	return w.outcomes
}
