package chains

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// beside is a held call while the agent has another, and then consults, one of which ends while it is held. What is refused in between
// keeps nothing from being done afterwards.
func beside(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	s.do(a, c, "Hold", nil)
	e, other := s.DialJudged("dial.beside", a, d, "other", with(odd))
	if !e.Accepted() || other == nil {
		s.breaks("Dial beside a Held call was not accepted, or not told")
	}
	s.picksUp(other)
	s.do(a, other, "SendDtmf", map[string]any{"digits": "4"})
	s.hangsUp(a, d, other)
	s.do(a, c, "Retrieve", nil)
	first := s.consult(c, "first", "InitiateTransfer", nil)
	s.picksUp(first)
	s.swap(c, first)
	s.hangsUp(a, d, first)
	s.do(a, c, "SendDtmf", map[string]any{"digits": "5"})
	second := s.consult(c, "second", "InitiateTransfer", nil)
	s.picksUp(second)
	nobody := map[string]any{"consultCallUri": strings.TrimSuffix(s.CallURI(a, second), second.ID(a)) + "00000000000000000000000000000000"}
	for _, completion := range []string{"CompleteTransfer", "CompleteConference"} {
		if s.Operate(a, recording.Refusal.Label("of-no-call"), second, completion, nobody).Accepted() {
			s.Settle()
			return
		}
	}
	s.readsAll("refused", a, second)
	s.complete(c, second, "CompleteTransfer")
	s.staying(s.Caller, d, 0)
}

// secondCall comes while the agent holds another call. Whoever made it hangs up, and the first goes on.
func secondCall(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	s.do(a, c, "UpdateUserData", with(map[string]any{"Call": "first"}))
	s.do(a, c, "Hold", nil)
	e, second := s.DialJudged("dial.second", d, a, "second", nil)
	if !e.Accepted() || second == nil || s.Seen(a, 0, s.About(a, second)) == nil {
		s.breaks("who holds a call is not reached by another")
	}
	mark := s.Mark()
	s.do(a, second, "Answer", nil)
	s.told(d, second, mark, voice.Established)
	s.Get(a, "read.list", "/me/calls?fields=*")
	s.do(a, second, "UpdateUserData", with(map[string]any{"Call": "second"}))
	s.do(a, second, "SendDtmf", map[string]any{"digits": "6"})
	s.hangsUp(d, a, second)
	s.do(a, c, "Retrieve", nil)
	s.hangsUp(a, s.Caller, c)
}

// calledIn is called into a call, leaves it, and is called into it again.
func calledIn(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	for _, role := range []string{"first", "second"} {
		s.MakeReady(d)
		mark := s.Mark()
		if !s.offers(a, c, "SingleStepConference") || !s.Operate(a, role, c, "SingleStepConference", to(d)).Accepted() {
			s.breaks("SingleStepConference is not offered, or was not accepted")
		}
		there := s.arrives(d, role, mark, a, s.Caller)
		s.do(d, there, "Answer", nil)
		s.do(d, there, "Hangup", nil)
		s.Await(a, "the call without the destination", mark, voice.All(s.About(a, c), voice.Without(d.Party.Number)))
	}
}
