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
	beside   map[*recording.Entry]bool // what other parts of the recording hold
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

// Join adds what became of all rules over another recording.
func (v *Verdict) Join(other *Verdict) {
	for requirement, n := range other.judged {
		v.judged[requirement] += n
	}
	for requirement, found := range other.findings {
		v.findings[requirement] = append(v.findings[requirement], found...)
	}
}

// Judge folds a whole recording, station by station.
func Judge(header *recording.Header, entries []*recording.Entry) *Verdict {
	return Continue(nil, header, entries, nil)
}

// Memory is what a recording that is judged in parts has shown of its people so far.
type Memory struct {
	people map[someone]person
}

type someone struct {
	station int
	role    string
}

// NewMemory is an empty one.
func NewMemory() *Memory { return &Memory{people: map[someone]person{}} }

// Continue folds the next part of a recording: memory holds what the parts before have shown of the people, and is nil for the
// first and only one. What lies beside it, in other parts, is taken into account and not judged: no finding is about it.
func Continue(memory *Memory, header *recording.Header, entries, beside []*recording.Entry) *Verdict {
	v := &Verdict{judged: map[string]int{}, findings: map[string][]judge.Finding{}, beside: map[*recording.Entry]bool{}}
	for _, e := range beside {
		v.beside[e] = true
	}
	stations := map[int][]*recording.Entry{}
	var everywhere []*recording.Entry // gaps of all sessions
	for _, e := range slices.Concat(entries, beside) {
		if e.Kind == recording.KindGap && e.Station == 0 && e.Actor == "" {
			everywhere = append(everywhere, e)
			continue
		}
		stations[e.Station] = append(stations[e.Station], e)
	}
	timelines := map[int]*timeline{}
	for number, list := range stations {
		t := newTimeline(v, memory.of(number), cast(header, number), append(list, everywhere...))
		timelines[number] = t
		t.operations()
		t.dataElsewhere()
		t.lasting()
		t.reads()
		t.refused()
		t.elsewhere()
		t.offered()
		t.statesOffered()
		t.deleted()
		t.staysDeleted()
		t.begun()
		t.gone()
		t.heldStays()
		t.othersStay()
		t.otherCallsStay()
		t.premature()
		t.connections()
		t.pairsApart()
		memory.keep(number, t)
	}
	v.belonging(timelines)
	return v
}

func cast(header *recording.Header, number int) recording.Station {
	number = max(number, 1)
	if header == nil || number > len(header.Stations) {
		return recording.Station{}
	}
	return header.Stations[number-1]
}

// of are the people of a station as they are remembered.
func (m *Memory) of(number int) map[string]person {
	out := map[string]person{}
	if m != nil {
		for k, p := range m.people {
			if k.station == number {
				out[k.role] = p
			}
		}
	}
	return out
}

// keep remembers of the people what outlasts their calls: who they are, what their devices were told to be last, and
// whether they hear.
func (m *Memory) keep(number int, t *timeline) {
	if m == nil {
		return
	}
	for role, p := range t.people {
		known := person{role: role, number: p.number, device: p.device, deaf: p.deaf.still()}
		if n := len(p.devices); n > 0 {
			known.devices = p.devices[n-1:]
		}
		m.people[someone{number, role}] = known
	}
}
