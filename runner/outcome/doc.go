// Package outcome judges by what was done, not by what a scenario is about: every accepted operation of every person of a
// recording, arranging and cleaning up included, has its documented outcome at every end that the recording shows. It folds
// the recording of each station into a model: who has which calls, in which state, with whom. Calls of two people are tied
// together by what they say: id, callUuid, parentCallUri, numbers.
//
// What the model does not know is never wrong: what lies before the recording or in a gap, people who are not recorded,
// operations that were not offered, what anybody else may do at any time (hang up, pick up, attach data), and an error that
// is told later. That something did not come is judged only where the recording shows that it would have come by then.
package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Rule is one outcome that is judged wherever it is due.
type Rule struct {
	Requirement string
	Name        string // last part of the check's id, stable
	Title       string
}

// Verdict is what became of all rules over a recording.
type Verdict struct {
	judged   map[string]int // requirement: how often it was due
	findings map[string][]judge.Finding
}

// Of are the findings of a rule; due is how often it was judged.
func (v *Verdict) Of(rule Rule) (found []judge.Finding, due int) {
	return judge.InOrder(slices.Clone(v.findings[rule.Requirement])), v.judged[rule.Requirement]
}

// All are the findings of all rules, in the order of the recording.
func (v *Verdict) All() []judge.Finding {
	var out []judge.Finding
	for _, r := range Rules {
		out = append(out, v.findings[r.Requirement]...)
	}
	return judge.InOrder(out)
}

// Judge folds a whole recording, station by station.
func Judge(header *recording.Header, entries []*recording.Entry) *Verdict {
	v := &Verdict{judged: map[string]int{}, findings: map[string][]judge.Finding{}}
	stations := map[int][]*recording.Entry{}
	for _, e := range entries {
		stations[e.Station] = append(stations[e.Station], e)
	}
	for number, list := range stations {
		t := newTimeline(v, cast(header, number), list)
		t.operations()
		t.lasting()
	}
	return v
}

func cast(header *recording.Header, number int) recording.Station {
	number = max(number, 1)
	if header == nil || number > len(header.Stations) {
		return recording.Station{}
	}
	return header.Stations[number-1]
}
