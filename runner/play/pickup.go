package play

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Some telephones answer by themselves: at once, after a while, or before anybody is told that they ring. What needs a call
// that goes on ringing cannot be tested with them.

// answersByItself is the word for what such a telephone keeps from being tested.
const answersByItself = "the telephone of %s (%s) answers by itself, so a call does not go on ringing there"

// RingsOn ends a scenario, or a part of it, about a call that goes on ringing at somebody, where none does.
func (s *Stage) RingsOn(a *Actor) {
	if a.answersItself {
		s.Untestable(answersByItself, a.name(), a.Role)
	}
}

// AnswersItself reports whether calls are answered by somebody's telephone. What the scenario leaves out for that is untestable.
func (s *Stage) AnswersItself(a *Actor) bool {
	if a.answersItself {
		s.lack(answersByItself, a.name(), a.Role)
	}
	return a.answersItself
}

// noticePickUps looks, at the end of a scenario, whether a call was picked up that nobody answered. Whether the telephone
// does that is tried once: a server may establish what it should not.
func (s *Stage) noticePickUps() {
	if s.NoNotifications() != "" || s.ctx.Err() != nil {
		return
	}
	for _, a := range []*Actor{s.Agent, s.Caller, s.Destination} {
		switch {
		case !a.Controlled():
			continue
		case a.answersItself:
			if s.neverRang(a) {
				s.excuse("the telephone of %s (%s) answers by itself, and nobody is told that it rings", a.name(), a.Role)
			}
			continue
		case a.pickUpsTried >= mostPickUpTries:
			continue
		}
		took, picked := s.pickedUp(a)
		if !picked {
			continue
		}
		a.pickUpsTried++
		if s.picksUp(a, took) {
			a.answersItself = true
			s.excuse(answersByItself, a.name(), a.Role)
		}
	}
}

// neverRang reports whether a call to somebody was established without a word of its ringing.
func (s *Stage) neverRang(a *Actor) bool {
	known := map[string]bool{}
	for _, e := range s.station.tape.Scenario(s.scenario) {
		if !voice.IsOwn(e, a.Role) || e.Call() == nil || known[e.CallID()] {
			continue
		}
		known[e.CallID()] = true
		if e.State() == voice.Established && s.Made(e) && voice.CallOf(e).DNIS() == a.Party.Number {
			return true
		}
	}
	return false
}

// pickedUp reports whether a call of the scenario was established at who was called, and that person had not answered it; and
// how long it rang.
func (s *Stage) pickedUp(a *Actor) (took time.Duration, picked bool) {
	rang, answered := map[string]float64{}, map[string]bool{}
	entries := s.station.tape.Scenario(s.scenario)
	dialled := slices.IndexFunc(entries, func(e *recording.Entry) bool { // such a call may be established without a word of its ringing
		return e.Kind == recording.KindRest && e.Operation() == "Dial" && e.Accepted() && voice.DialledBy(e) == a.Party.Number
	})
	for _, e := range entries { // what an answer brings about may be told before it is answered
		if e.Actor == a.Role && e.Kind == recording.KindRest && (e.Operation() == "Answer" || e.Operation() == "Retrieve") && e.Accepted() {
			answered[voice.LastSegment(e.Path)] = true
		}
	}
	for _, e := range entries {
		switch {
		case e.Actor != a.Role || e.Browser != "":
		case e.Kind != recording.KindMessage || e.Call() == nil || !s.Made(e):
		case e.State() == voice.Ringing:
			rang[e.CallID()] = e.At
		case e.State() == voice.Established && !answered[e.CallID()]:
			since, known := rang[e.CallID()]
			if !known && dialled >= 0 && voice.CallOf(e).DNIS() == a.Party.Number {
				since, known = entries[dialled].At, true
			}
			if known {
				return seconds(e.At - since), true
			}
		}
	}
	return 0, false
}

const (
	mostPickUpTries = 2
	pickUpFloor     = 3 * time.Second // a telephone takes its time
)

// picksUp calls somebody and answers nothing. took is how long another call rang.
func (s *Stage) picksUp(a *Actor, took time.Duration) (picks bool) {
	from := s.Caller
	if a == s.Caller {
		from = s.Agent
	}
	s.EndCalls()
	mark := s.Mark()
	if from.FromOutside() {
		return s.picksUpFor(from, a, mark, s.pickUpBudget(took))
	}
	e := s.Post(from, recording.Arrange.Label("pick-up"), "/me/devices/"+from.Device+"/calls",
		map[string]any{"operationName": "Dial", "destination": map[string]any{"phoneNumber": from.toDial(a)}})
	if !e.Accepted() {
		return false
	}
	budget := s.pickUpBudget(took)
	_, up := s.await(mark, budget, func([]*recording.Entry) bool { return s.upAtBoth(from, a, mark) })
	s.EndCalls()
	return up
}

func (s *Stage) pickUpBudget(took time.Duration) time.Duration {
	return min(s.station.run.Budgets.Event, pickUpFloor+max(2*took, patienceFactor*s.station.run.Slowest()))
}

// upAtBoth reports whether both ends of a call were told that it is established.
func (s *Stage) upAtBoth(from, to *Actor, mark int) bool {
	for _, a := range []*Actor{from, to} {
		if s.Seen(a, mark, func(e *recording.Entry) bool { return e.State() == voice.Established && s.Made(e) }) == nil {
			return false
		}
	}
	return true
}

// lack says what the station lacks; the scenario goes on.
func (s *Stage) lack(format string, args ...any) {
	s.mark(recording.Untestable, fmt.Sprintf(format, args...))
}

// answeredAlready leaves out the Answer of a page where the telephone answers by itself, and ends a page whose next operation
// needs a call that goes on ringing, at the agent or at who is dialled.
func (s *Stage) answeredAlready(p *page.Page, i int) bool {
	step := &p.Steps[i]
	if step.Operation() == "Answer" {
		return s.AnswersItself(s.Agent)
	}
	for _, next := range p.Steps[i+1:] {
		switch {
		case next.Posts != "":
			return false
		case next.Notified == nil || next.Call() == nil || next.Type() == voice.StatusChange:
		case next.State() == voice.Ringing:
			s.RingsOn(s.Agent)
		case next.State() == voice.Dialing:
			for _, b := range p.Before {
				if role, dials := strings.CutPrefix(b.Name, "agent dials "); dials {
					s.RingsOn(s.station.Actors[role])
				}
			}
		}
	}
	return false
}
