package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// rounds is how often both stations do the same, so that what goes wrong some times only is seen.
const rounds = 3

func first(s *chained)  { together(s, true) }
func second(s *chained) { together(s, false) }

// together is played on two stations at once. Each step begins at the same moment on both: the same operation, then the refusal
// of one beside the success of the other.
func together(s *chained, first bool) {
	s.Meet()
	c, a := s.Inbound("original"), s.Agent
	key, value := "FirstStation", "of the first station"
	if !first {
		key, value = "SecondStation", "of the second station"
	}
	s.Meet()
	s.do(a, c, "AttachUserData", with(map[string]any{key: "attached, " + value}))
	for range rounds {
		s.Meet()
		s.do(a, c, "Hold", nil)
		s.Meet()
		s.do(a, c, "UpdateUserData", with(map[string]any{key: "held, " + value}))
		s.Meet()
		s.do(a, c, "Retrieve", nil)
		s.Meet()
		s.do(a, c, "SendDtmf", map[string]any{"digits": "8"})
	}
	for round := range rounds {
		s.Meet()
		s.refusedBeside(c, first == (round%2 == 0))
	}
	if !s.Destination.Controlled() {
		return
	}
	s.Meet()
	consult := s.consult(c, "consult", "InitiateTransfer", with(map[string]any{key: "a consult call " + value}))
	s.Meet()
	s.picksUp(consult)
	s.Meet()
	s.complete(c, consult, "CompleteTransfer")
	if s.Caller.Controlled() {
		s.Meet()
		s.staying(s.Caller, s.Destination, 0)
	}
}

// refusedBeside holds and retrieves the call on one station, and asks on the other for what no page knows.
func (s *chained) refusedBeside(c *play.Call, wrong bool) {
	a := s.Agent
	for _, operation := range []string{"Hold", "Retrieve"} {
		s.Meet()
		if !wrong {
			s.do(a, c, operation, nil)
			continue
		}
		s.Operate(a, recording.Refusal.Label("beside."+operation), c, "NoSuchOperation", nil)
	}
}
