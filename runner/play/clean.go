package play

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sort"
	"sync"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// leg is one actor's end of a live call.
type leg struct {
	actor *Actor
	id    string
	state string
	seq   int // of the last notification
}

func (l leg) key() string { return l.actor.Role + " " + l.id }

// rounds of hanging up: a conference of three ends after two.
const cleaningRounds = 4

// clean hangs up the calls that this scenario made, and no others, undoes what was deferred,
// and says what is left.
func (s *Stage) clean() (left []string) {
	// What undoing finds broken is no finding of the scenario: it has been told already.
	defer func() {
		if r := recover(); r != nil {
			e, ours := r.(ended)
			if !ours {
				panic(r)
			}
			left = append(left, e.reason)
		}
	}()
	for _, v := range slices.Backward(s.undo) {
		v()
	}
	s.awaitTransferred()
	for range cleaningRounds {
		legs := s.liveLegs()
		if len(legs) == 0 || !s.hangUp(legs) {
			break
		}
	}
	s.unaccounted()
	s.endUnheard()
	s.endOutside()
	return left
}

// liveLegs are the ends of our calls that have not been notified as Released, those first that
// can be hung up.
func (s *Stage) liveLegs() []leg {
	type key struct{ role, id string }
	state := map[key]*recording.Entry{}
	for _, e := range s.station.tape.Scenario(s.scenario) {
		if e.Kind == recording.KindMessage && e.Browser == "" && e.Call() != nil && e.CallID() != "" {
			state[key{e.Actor, e.CallID()}] = e
		}
	}
	var legs []leg
	for k, e := range state {
		if e.State() != voice.Released && s.made(k.id, voice.CallOf(e)) {
			legs = append(legs, leg{s.station.Actors[k.role], k.id, e.State(), e.Seq})
		}
	}
	sort.Slice(legs, func(i, j int) bool {
		a, b := canHangUp(legs[i]), canHangUp(legs[j])
		if a != b {
			return a
		}
		return legs[i].seq < legs[j].seq
	})
	return legs
}

func canHangUp(l leg) bool { return l.state != voice.Ringing }

// made reports whether the scenario made a call: it plays a role, or is the consult call of one that does (whose
// destination may be a number of nobody's), or all its parties are people of the station, who had no calls when the
// run began.
func (s *Stage) made(id string, call voice.Call) bool {
	return s.plays(id) || s.plays(call.ParentID()) || s.betweenOurs(call)
}

// plays reports whether a call plays a role in the scenario.
func (s *Stage) plays(id string) bool {
	for _, c := range s.calls {
		for _, known := range c.ids {
			if id != "" && known == id {
				return true
			}
		}
	}
	return false
}

func (s *Stage) betweenOurs(call voice.Call) bool {
	return call.Between(s.Agent.Party.Number, s.Caller.Party.Number, s.Destination.Party.Number)
}

// hangUp ends the first leg and waits until the other ends have heard of it.
func (s *Stage) hangUp(legs []leg) bool {
	l := legs[0]
	mark := s.Mark()
	e := s.hangUpAtTheEnd(l)
	if !e.Accepted() {
		if len(legs) == 1 {
			return false
		}
		return s.hangUp(legs[1:])
	}
	if !s.released(l, mark) {
		return false
	}
	for _, other := range legs[1:] {
		if other.id != l.id || other.actor == l.actor {
			continue
		}
		// Of a conference the others stay, and hear that a participant has gone.
		s.Await(other.actor, "the other end at the end", mark, voice.WithID(other.id))
	}
	return true
}

func (s *Stage) hangUpAtTheEnd(l leg) *recording.Entry {
	return l.actor.post(s.ctx, recording.Clean.Label("hangup"), "/me/calls/"+l.id, operationBody("Hangup", nil))
}

// released waits until an end of a call that was hung up is notified as Released.
func (s *Stage) released(l leg, mark int) bool {
	return s.Await(l.actor, "Released at the end", mark, voice.All(voice.WithID(l.id), voice.InState(voice.Released))) != nil
}

// unaccounted asks the server for what the notifications did not tell: only where something was
// missed or refused, or a leg is still live, since asking costs a request for each actor. What goes
// on all the same is kept for the end and not tried again behind a later scenario: a server that ends no
// call would be asked about more and more of them.
func (s *Stage) unaccounted() {
	if !s.needsLook() {
		return
	}
	accepted, refused := map[string]bool{}, map[string]string{}
	defer func() { maps.Copy(s.station.stuck, refused) }()
	for range cleaningRounds {
		legs := s.remaining()
		clear(refused)
		mark, hung := s.Mark(), []leg(nil)
		for _, l := range legs { // one that only rings can often be hung up at its other end alone
			if accepted[l.key()] {
				s.station.stuck[l.key()] = fmt.Sprintf("call %s of %s is still %s: Hangup was accepted and did not end it", l.id, l.actor.Party.User, l.state)
				continue
			}
			if e := s.hangUpAtTheEnd(l); e.Accepted() {
				accepted[l.key()], hung = true, append(hung, l)
			} else if text := fmt.Sprintf("call %s of %s is still %s: Hangup: %s", l.id, l.actor.Party.User, l.state, Outcome(e)); e.Status == http.StatusNotFound {
				s.station.doubts[l.key()] = text
			} else if e.Problem == "" {
				refused[l.key()] = text
			} else {
				s.station.doubts[l.key()] = text
			}
		}
		if len(hung) == 0 && !s.pickUp(legs) {
			return
		}
		for _, l := range hung { // an operation takes effect when it is notified
			if !s.released(l, mark) {
				break // the others had the same time
			}
		}
	}
}

// pickUp answers the first call that only rings, where nothing can be hung up: after a transfer or a conference a telephone may
// ring for itself, or for another that rings, and a switch may let no end of that be hung up.
func (s *Stage) pickUp(legs []leg) bool {
	i := slices.IndexFunc(legs, func(l leg) bool { return !canHangUp(l) })
	if i < 0 {
		return false
	}
	l, mark := legs[i], s.Mark()
	e := l.actor.post(s.ctx, recording.Clean.Label("answer"), "/me/calls/"+l.id, operationBody("Answer", nil))
	if !e.Accepted() {
		return false
	}
	s.Await(l.actor, "Established at the end", mark, voice.All(voice.WithID(l.id), voice.MayBeIn(voice.Established)))
	return true
}

// remaining are the ends of our calls that the server shows, those last that only ring. Where it does not let us know,
// those are in doubt that went on when it was last heard. All are read at once.
func (s *Stage) remaining() (legs []leg) {
	read := make([]*recording.Entry, len(config.Roles))
	var all sync.WaitGroup
	for i, role := range config.Roles {
		if a := s.station.Actors[role]; a.Controlled() {
			all.Go(func() { read[i] = a.get(s.ctx, recording.Clean.Label("calls"), "/me/calls?fields=*") })
		}
	}
	all.Wait()
	for i, role := range config.Roles {
		a, e := s.station.Actors[role], read[i]
		if e == nil {
			continue
		}
		calls, listed := voice.CallsIn(e)
		if !listed {
			s.maybeLeft(a, e)
		}
		for _, c := range calls {
			l := leg{actor: a, id: c.ID(), state: c.State()}
			if l.id != "" && l.state != voice.Released && s.station.stuck[l.key()] == "" && s.made(l.id, c) {
				legs = append(legs, l)
			}
		}
	}
	sort.SliceStable(legs, func(i, j int) bool { return canHangUp(legs[i]) && !canHangUp(legs[j]) })
	return legs
}

// maybeLeft keeps the calls that an actor had when the server was last heard.
func (s *Stage) maybeLeft(a *Actor, e *recording.Entry) {
	for _, l := range s.liveLegs() {
		if l.actor == a {
			s.station.doubts[l.key()] = fmt.Sprintf("call %s of %s was %s, and may still be: %s", l.id, a.Party.User, l.state, Outcome(e))
		}
	}
}

func (s *Stage) needsLook() bool {
	if len(s.liveLegs()) > 0 {
		return true
	}
	dialled := false
	for _, e := range s.station.tape.Scenario(s.scenario) {
		switch {
		case e.Kind == recording.KindMissed, e.Kind == recording.KindGap, e.Kind == recording.KindScenario && e.Event == recording.Blocked:
			return true
		case e.Kind == recording.KindRest && e.Operation() == "Dial" && e.Problem != "":
			return true
		case e.Kind == recording.KindCall:
			dialled = true
		}
	}
	return !dialled && s.NoNotifications() != ""
}

// Made reports whether a notified call is one that the scenario made.
func (s *Stage) Made(e *recording.Entry) bool { return s.made(e.CallID(), voice.CallOf(e)) }

// EndCalls hangs up what the scenario has made so far, so that it can begin with another call.
func (s *Stage) EndCalls() {
	defer s.endOutside()
	for range cleaningRounds {
		legs := s.liveLegs()
		if len(legs) == 0 || !s.hangUp(legs) {
			return
		}
	}
}
