package refusals

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// Play sends cases one after the other. state is the state that the call must be in for each;
// renew makes another call where a case changed this one after all, or is nil where the scenario
// cannot go on then. The call in use at the end is returned.
func Play(s *play.Stage, c *play.Call, state string, renew func() *play.Call, cases ...Case) *play.Call {
	if state == "Ringing" && s.AnswersItself(s.Agent) {
		return c
	}
	for i, p := range cases {
		mark := s.Mark()
		e := p.Send(s, c, p.Label())
		switch {
		case i+1 == len(cases) && state != "Released":
			FenceAll(s, c, p.Name)
		case e.Accepted():
			Fence(s, c, p.Name, state)
		}
		if !disturbed(s, c, mark, state) {
			continue
		}
		if i+1 == len(cases) {
			break
		}
		if renew == nil {
			s.Block("%s changed the call", p.Title)
		}
		s.EndCalls()
		c = renew()
	}
	return c
}

// Fence changes user data of the call and waits for the notification: what was caused before
// it has arrived by then. A call that is no more has no fence; then an error notification or
// a change is awaited as long as one that is missing.
func Fence(s *play.Stage, c *play.Call, name, state string) {
	if state == "Released" {
		s.Settle()
		return
	}
	s.Fence(name, c, s.Agent)
}

// FenceAll is Fence for all ends of the call that we can see, where what is judged are the
// changes at each of them.
func FenceAll(s *play.Stage, c *play.Call, name string) {
	s.Fence(name, c, append([]*play.Actor{s.Agent}, s.Others(c)...)...)
}

// disturbed reports whether the agent's call is in another state than it should be, or another call has come up.
func disturbed(s *play.Stage, c *play.Call, mark int, state string) bool {
	return s.Seen(s.Agent, mark, func(e *recording.Entry) bool {
		return e.Type() == "StatusChange" && (e.CallID() != c.ID(s.Agent) && s.Made(e) || e.CallID() == c.ID(s.Agent) && e.State() != state)
	}) != nil
}

// OnEstablished plays cases on an Established call that the caller dialled; where a case changed it, on another one.
func OnEstablished(cases ...Case) func(*play.Stage) {
	return func(s *play.Stage) {
		established := func() *play.Call { return s.Inbound("original") }
		Play(s, established(), "Established", established, cases...)
	}
}
