package play

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// A number that nobody has looks like a server that transfers nothing. Whose number it is cannot be asked, so it is dialled.

// TryDestination dials the destination where nobody answers for it, and hangs up: where that does not come through although a
// call to the caller does, the number is nobody's. Once is enough.
func (s *Station) TryDestination(ctx context.Context) {
	d := s.Actors[voice.Destination]
	if d.Controlled() || s.NoNotifications != "" || s.destinationTried {
		return
	}
	s.destinationTried = true
	if s.nobody = d.absent; s.nobody != "" {
		return
	}
	agent := s.Actors[voice.Agent]
	why := s.TryCall(ctx, agent, d)
	if why == "" || s.TryCall(ctx, agent, s.Actors[voice.Caller]) != "" {
		return // it came through, or none does
	}
	s.nobody = fmt.Sprintf("the number %s of the destination is nobody's, or its telephone is not there: %s", d.Party.Number, why)
}

// TryCall has one person dial another, as the target file says that it is done, and hangs up. It says what became of a call that did not come through; "" where
// it did, or where nothing was told.
func (s *Station) TryCall(ctx context.Context, from, to *Actor) (why string) {
	if from.FromOutside() {
		return s.tryFromOutside(ctx, from, to)
	}
	mark := s.tape.Mark()
	e := from.post(ctx, recording.Connect.Label("call"), "/me/devices/"+from.Device+"/calls",
		map[string]any{"operationName": "Dial", "destination": map[string]any{"phoneNumber": from.toDial(to)}})
	if !e.Accepted() {
		if e.Problem != "" {
			return ""
		}
		return "Dial was refused: " + Outcome(e)
	}
	id := ""
	s.within(ctx, s.run.patience.wait("tried call"), func() bool {
		for _, m := range s.told(from, mark) {
			if m.IsError() {
				why = "Dial was accepted, and an error was told: " + recording.Cut(string(m.Message))
			} else if m.Call() != nil && m.State() == voice.Dialing && voice.CallOf(m).Names(to.Party.Number) {
				id = m.CallID()
			}
		}
		return why != "" || id != ""
	})
	if id == "" {
		return why
	}
	over := func() bool {
		return slices.ContainsFunc(s.told(from, mark), func(m *recording.Entry) bool { return m.CallID() == id && m.State() == voice.Released })
	}
	if s.within(ctx, max(s.run.Budgets.Quiet/2, patienceFactor*s.run.Slowest()), over) {
		return "the call was Dialing, and Released at once"
	}
	if from.Party.Dials != "" && to.hears() && !s.rings(ctx, from, to, mark) {
		why = fmt.Sprintf("%s was dialled, and the %s was told of no call", from.toDial(to), to.Role)
	}
	from.post(ctx, recording.Clean.Label("hangup"), "/me/calls/"+id, operationBody("Hangup", nil))
	s.within(ctx, s.run.Budgets.Event, over)
	return why
}

// tryFromOutside is TryCall for a caller from outside, who is told nothing.
func (s *Station) tryFromOutside(ctx context.Context, from, to *Actor) (why string) {
	mark := s.tape.Mark()
	s.switchboard.caused(from.Party.Number, to.Party.Number)
	c, err := from.call(from.toDial(to), func() {})
	if err != nil {
		return s.run.Redact(err.Error())
	}
	rang := s.rings(ctx, from, to, mark)
	why = s.run.Redact(c.Failed())
	if why == "" && !rang {
		why = fmt.Sprintf("%s was dialled, and the %s was told of no call", from.toDial(to), to.Role)
	}
	c.HangUp(ctx)
	s.within(ctx, s.run.Budgets.Event, func() bool { return !rang || len(s.toldOfCall(from, to, mark, voice.Released)) > 0 })
	return why
}

// rings waits until somebody is told of a call of another.
func (s *Station) rings(ctx context.Context, from, to *Actor, mark int) bool {
	return s.within(ctx, s.run.patience.wait("tried call"), func() bool {
		return len(s.toldOfCall(from, to, mark, voice.Ringing))+len(s.toldOfCall(from, to, mark, voice.Established)) > 0
	})
}

func (s *Station) toldOfCall(from, to *Actor, mark int, state string) []*recording.Entry {
	return slices.DeleteFunc(s.told(to, mark), func(e *recording.Entry) bool {
		return e.Call() == nil || e.State() != state || !voice.CallOf(e).Names(from.Party.Number)
	})
}

// told are an actor's own notifications since a mark.
func (s *Station) told(a *Actor, mark int) []*recording.Entry {
	return slices.DeleteFunc(s.tape.From(mark), func(e *recording.Entry) bool { return !voice.IsOwn(e, a.Role) })
}

// within waits until something is so.
func (s *Station) within(ctx context.Context, budget time.Duration, so func() bool) bool {
	wctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return s.tape.Await(wctx, s.tape.Mark(), func([]*recording.Entry) bool { return so() })
}

// cellPrefix is that of what is tried in a state, where a refusal is as good as any.
const cellPrefix = "cell."

// Unreachable reports whether an operation would call a destination whose number is nobody's.
func (s *Stage) Unreachable(operation string) bool {
	if s.station.nobody == "" || !makesCall(operation) {
		return false
	}
	s.lack("%s", s.station.nobody)
	return true
}

// reachable ends a scenario that needs the number of somebody who is not there.
func (s *Stage) reachable(step string, body any) {
	if s.station.nobody == "" || recording.PurposeOf(step) == recording.Refusal || strings.HasPrefix(step, cellPrefix) {
		return
	}
	request, _ := body.(map[string]any)
	operation, _ := request["operationName"].(string)
	if to, _ := request["destination"].(map[string]any); makesCall(operation) && to["phoneNumber"] == s.Destination.Party.Number {
		s.Untestable("%s", s.station.nobody)
	}
}

// Absences say who of a station is not there although the target file names them.
func (s *Station) Absences() (out []string) {
	for _, role := range config.Roles {
		if why := s.Actors[role].absent; why != "" {
			out = append(out, why)
		}
	}
	if s.nobody != "" && len(out) == 0 {
		out = append(out, s.nobody)
	}
	return out
}
