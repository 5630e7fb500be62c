package states

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// The arrangements wait for what both ends are notified of: nothing that they caused must
// arrive later and look like the effect of a refused operation.

func aRinging(s *Stage, suffix string) []*play.Call {
	return []*play.Call{s.Dial(s.Caller, s.Agent, "call"+suffix, nil)}
}

func aDialing(s *Stage, suffix string) []*play.Call {
	return []*play.Call{s.Dial(s.Agent, s.Caller, "call"+suffix, nil)}
}

func anEstablished(s *Stage, suffix string) []*play.Call {
	c := s.Dial(s.Caller, s.Agent, "call"+suffix, nil)
	mark := s.Mark()
	s.Answer(s.Agent, c)
	s.AwaitState(s.Caller, c, mark, "Established")
	return []*play.Call{c}
}

func aHeld(s *Stage, suffix string) []*play.Call {
	calls := anEstablished(s, suffix)
	must(s, calls[0], "Hold", nil, "Held")
	return calls
}

func aConsult(s *Stage, suffix string) []*play.Call {
	first := anEstablished(s, suffix)[0]
	second := s.Consult(first, "consult"+suffix, "InitiateTransfer")
	if s.Destination.Controlled() {
		s.AwaitRinging(s.Destination, second)
	}
	return []*play.Call{first, second}
}

func anAnswered(s *Stage, suffix string) []*play.Call {
	pair := aConsult(s, suffix)
	mark := s.Mark()
	s.DestinationAnswers(pair[1])
	if s.Seen(s.Destination, 0, s.InState(s.Destination, pair[1], "Established")) == nil {
		s.AwaitState(s.Destination, pair[1], mark, "Established")
	}
	return []*play.Call{pair[1], pair[0]}
}

// aSwapped takes the way that the call offers, as clients do.
func aSwapped(s *Stage, suffix string) []*play.Call {
	pair := anAnswered(s, suffix)
	consulted, first := pair[0], pair[1]
	if !last(s, consulted).Offers("SwapCalls") {
		s.NotApplicable("the consult call does not offer SwapCalls")
	}
	mark := s.Mark()
	must(s, consulted, "SwapCalls", map[string]any{"otherCallUri": s.CallURI(s.Agent, first)}, "Held")
	s.AwaitState(s.Agent, first, mark, "Established")
	return pair
}

func aReleased(s *Stage, suffix string) []*play.Call {
	calls := anEstablished(s, suffix)
	mark := s.Mark()
	must(s, calls[0], "Hangup", nil, "Released")
	s.AwaitState(s.Caller, calls[0], mark, "Released")
	return calls
}

// must does an operation and waits for the state that it leads to.
func must(s *Stage, c *play.Call, operation string, params map[string]any, state string) {
	mark := s.Mark()
	if e := s.Operate(s.Agent, recording.Arrange.Label(operation), c, operation, params); !e.Accepted() {
		s.Block("%s was refused: %s", operation, play.Outcome(e))
	}
	if s.AwaitState(s.Agent, c, mark, state) == nil {
		s.Block("after %s the agent was not notified of %s", operation, state)
	}
}

// own waits for the agent's end of the call in a state.
func own(state string) func(*Stage, scene, int) {
	return func(s *Stage, at scene, mark int) { s.AwaitState(s.Agent, at.call, mark, state) }
}

// both waits for all ends of the call that were notified of it before.
func both(state string) func(*Stage, scene, int) {
	return func(s *Stage, at scene, mark int) {
		for _, a := range []*play.Actor{s.Agent, s.Caller, s.Destination} {
			if s.Seen(a, 0, func(e *recording.Entry) bool { return e.CallID() == at.call.ID(a) }) != nil {
				s.AwaitState(a, at.call, mark, state)
			}
		}
	}
}

// rings waits for the destination, or where we cannot see it for anything new at the agent.
func rings(s *Stage, at scene, mark int) {
	if s.Destination.Controlled() {
		s.Await(s.Destination, "Ringing", mark, func(e *recording.Entry) bool { return e.State() == "Ringing" && s.Made(e) })
		return
	}
	s.Await(s.Agent, "what follows", mark, func(e *recording.Entry) bool {
		return s.Made(e) && (e.CallID() != at.call.ID(s.Agent) || e.Type() == "ParticipantsUpdated" || e.State() == "Released")
	})
}

// exchanged waits for both calls of a pair.
func exchanged(state, other string) func(*Stage, scene, int) {
	return func(s *Stage, at scene, mark int) {
		s.AwaitState(s.Agent, at.call, mark, state)
		s.AwaitState(s.Agent, at.other, mark, other)
	}
}

// last is the call as the agent was notified of it last; nil if he was not.
func last(s *Stage, c *play.Call) voice.Call {
	e := s.Seen(s.Agent, 0, func(e *recording.Entry) bool { return e.CallID() == c.ID(s.Agent) && !e.IsError() })
	if e == nil {
		return nil
	}
	return voice.CallOf(e)
}
