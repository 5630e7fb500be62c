package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"

	. "github.com/voicespec/voicespec/runner/spec"
)

// atOnce is a call of which both ends do the same at the same moment: hold and retrieve it, send digits, begin a transfer, hang up.
func atOnce(s *chained) {
	if !s.Caller.Controlled() {
		s.Untestable("the caller needs credentials in the target file")
	}
	c := s.Inbound("original")
	for range rounds {
		s.both(c, "Hold", nil)
		s.both(c, "Retrieve", nil)
		s.both(c, "SendDtmf", map[string]any{"digits": "3"})
	}
	mark := s.Mark()
	hangUp := func(a *play.Actor) func() { return func() { s.Operate(a, "Hangup."+a.Role, c, "Hangup", nil) } }
	s.AtOnce(hangUp(s.Agent), hangUp(s.Caller)) // one of the two may come too late
	s.told(s.Agent, c, mark, Released)
	s.told(s.Caller, c, mark, Released)
	s.bothConsult(s.Inbound("next"))
}

// both posts an operation for the agent and the caller at the same moment, and waits until each is told.
func (s *chained) both(c *play.Call, operation string, params map[string]any) {
	people := []*play.Actor{s.Agent, s.Caller}
	var answers [2]*recording.Entry
	var posts []func()
	for i, a := range people {
		if !s.offers(a, c, operation) {
			s.breaks("%s is not offered to the %s", operation, a.Role)
		}
		posts = append(posts, func() { answers[i] = s.Operate(a, operation+"."+a.Role, c, operation, params) })
	}
	mark := s.Mark()
	s.AtOnce(posts...)
	for i, a := range people {
		if !answers[i].Accepted() {
			s.breaksRefused(operation)
		}
		s.must(s.Await(a, operation, mark, voice.All(s.About(a, c), voice.Find(operation).Tells)))
	}
}

// bothConsult begins two transfers of one call to one destination. Who gets it, no page says: what is told is judged.
func (s *chained) bothConsult(c *play.Call) {
	if !s.offers(s.Agent, c, "InitiateTransfer") || !s.offers(s.Caller, c, "InitiateTransfer") {
		return
	}
	consult := func(a *play.Actor) func() {
		return func() { s.Operate(a, "consult."+a.Role, c, "InitiateTransfer", to(s.Destination)) }
	}
	s.AtOnce(consult(s.Agent), consult(s.Caller))
	s.Settle()
}
