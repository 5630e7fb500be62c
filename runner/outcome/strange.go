package outcome

import (
	"fmt"
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// strange judges the calls of a list that its reader was never told of: those of which others were told who have no part in common with
// him, and those that have come without a word.
func (t *timeline) strange(p *person, e *recording.Entry, items []voice.Call, member string) {
	ids := map[string]bool{}
	for i, call := range items {
		id := call.ID()
		ids[id] = true
		if id == "" || p.named[id] != nil || e.Purpose == "" || t.supervising(p, e) {
			continue
		}
		at := fmt.Sprintf("%s.%d", member, i)
		if other := t.foreign(id, p, e.At); other != nil {
			t.judged["AUTH-8"]++
			t.find("AUTH-8", judge.Finding{
				Entry: e, Path: at, Expected: "calls of the " + p.role + " only", Observed: "call " + id + ", which is between the " + other.who.role + " and others",
			})
		} else if last := p.listed; last != nil && !last.ids[id] && !p.lost(last.at, last.at, max(e.At, e.AnsweredAt), patience) &&
			fencedBetween(p.fences, e.AnsweredAt, math.Inf(1)) {
			t.judged["READ-7"]++
			t.find("READ-7", judge.Finding{Entry: e, Path: at, Expected: "no call that the " + p.role + " was never told of", Observed: "call " + id})
		}
	}
	if p.listed != nil && len(items) > 0 && e.Purpose != "" {
		t.judged["READ-7"]++
	}
	p.listed = &listing{e.At, ids}
}

// supervising reports whether somebody supervised another in a scenario: a supervisor may have calls of others in his list.
func (t *timeline) supervising(p *person, e *recording.Entry) bool {
	return slices.ContainsFunc(t.in[e.Scenario], func(o *operation) bool { return o.who == p && voice.Find(o.name).Group == voice.GroupSupervision })
}

// listing is a list of calls that somebody read.
type listing struct {
	at  float64
	ids map[string]bool
}

// foreign is an end that somebody else has of a call by that id, between people of the station that never were shown a person; nil if
// there is none.
func (t *timeline) foreign(id string, p *person, at float64) *end {
	for _, role := range t.roles {
		q := t.people[role]
		if n := q.named[id]; q != p && n != nil && n.told[0].At < at && t.ours(n) && !n.names(p.number) {
			return n
		}
	}
	return nil
}
