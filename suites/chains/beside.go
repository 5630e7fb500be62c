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
	if s.Operate(a, recording.Refusal.Label("of-no-call"), second, "CompleteTransfer", nobody).Accepted() {
		s.Settle()
		return
	}
	s.complete(c, second, "CompleteTransfer")
	s.staying(s.Caller, d, 0)
}

// calledIn is called into a call, leaves it, and is called into it again.
func calledIn(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	for _, role := range []string{"first", "second"} {
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
