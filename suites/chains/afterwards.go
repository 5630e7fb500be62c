package chains

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// tour does with an Established call whatever leaves it as it was. Each tour of a scenario goes another way round, so that each operation
// comes after others than before: way is how far on it begins. What a call does not offer is left out, and a pair is deleted once it was attached.
func (s *chained) tour(a *play.Actor, c *play.Call, way int) {
	key, attached, deleted := fmt.Sprintf("Tour%d", way), false, false
	deletes := func() {
		if attached && !deleted {
			s.ifOffered(a, c, "DeleteUserDataPair", map[string]any{"key": key})
			deleted = true
		}
	}
	steps := []func(){
		func() { s.ifOffered(a, c, "SendDtmf", map[string]any{"digits": fmt.Sprint(way + 1)}) },
		func() {
			s.ifOffered(a, c, "AttachUserData", with(map[string]any{key: a.Role}))
			attached = s.offers(a, c, "AttachUserData")
		},
		func() {
			s.ifOffered(a, c, "Hold", nil)
			if way > 0 {
				s.ifOffered(a, c, "UpdateUserData", with(map[string]any{"TourHeld": a.Role}))
			}
			s.Get(a, "read.held", "/me/calls/"+c.ID(a))
			s.ifOffered(a, c, "Retrieve", nil)
		},
		deletes,
	}
	for i := range steps {
		steps[(i+way)%len(steps)]()
	}
	deletes()
}

// ifOffered is do, of an operation that a call need not offer.
func (s *chained) ifOffered(a *play.Actor, c *play.Call, operation string, params map[string]any) {
	if s.offers(a, c, operation) {
		s.do(a, c, operation, params)
	}
}

// muted is a call that is muted and recorded, while everything else is done with it; what is refused meanwhile changes nothing of that.
func muted(s *chained) {
	c, a := s.Inbound("original"), s.Agent
	s.do(a, c, "UpdateUserData", with(map[string]any{"Deleted": "before it is recorded"}))
	s.do(a, c, "DeleteUserData", nil)
	if !s.offers(a, c, "MuteCall") && !s.offers(a, c, "StartCallRecording") {
		s.NotApplicable("the call offers neither to be muted nor to be recorded")
	}
	s.may(a, c, "StartCallRecording")
	s.may(a, c, "MuteCall")
	s.tour(a, c, 0)
	if s.Caller.Controlled() {
		s.ifOffered(s.Caller, c, "Hold", nil)
		s.ifOffered(s.Caller, c, "Retrieve", nil)
		s.readsAll("recorded", s.Caller, c)
	}
	s.refused(c, "InitiateTransfer", nil)
	s.refused(c, "InitiateConference", nil)
	s.may(a, c, "PauseCallRecording")
	s.may(a, c, "UnmuteCall")
	s.tour(a, c, 2)
	s.may(a, c, "MuteCall")
	s.readsAll("paused-and-muted", a, c)
	s.may(a, c, "ResumeCallRecording")
	s.tour(a, c, 3)
	s.may(a, c, "StopCallRecording")
	s.do(a, c, "SendDtmf", map[string]any{"digits": "0"})
	if s.Destination.Controlled() && s.offers(a, c, "InitiateTransfer") {
		s.hangsUp(a, s.Destination, s.consult(c, "consult", "InitiateTransfer", nil))
	}
}

// refused asks for what must be refused, and reads the call behind it.
func (s *chained) refused(c *play.Call, operation string, params map[string]any) {
	if s.Operate(s.Agent, recording.Refusal.Label("refused."+operation), c, operation, params).Accepted() {
		s.breaks("%s was accepted", operation)
	}
	s.Get(s.Agent, "read."+operation, "/me/calls/"+c.ID(s.Agent))
}

// conference is one of all three, by a consult call to the destination: the agent's and the caller's call, and the destination's.
func (s *chained) conference() (c, theirs *play.Call) {
	s.needsDestination()
	a, d := s.Agent, s.Destination
	c = s.Inbound("original")
	begin := s.Mark()
	consult := s.consult(c, "consult", "InitiateConference", nil)
	s.picksUp(consult)
	mark := s.Mark()
	s.complete(c, consult, "CompleteConference")
	s.must(s.Await(a, "the conference", mark, voice.All(s.About(a, c), voice.InState(voice.Established))))
	theirs = s.joined(d, s.Caller, begin, mark)
	s.meets(s.Caller, d)
	return c, theirs
}

// parties are those of a conference who do not own it: each does what its call offers, then the owner, until one after the other leaves.
func parties(s *chained) {
	c, theirs := s.conference()
	a, d := s.Agent, s.Destination
	s.readsAll("conference", d, theirs)
	s.tour(d, theirs, 2)
	s.tour(s.Caller, c, 1)
	s.tour(a, c, 3)
	mark := s.Mark()
	s.do(s.Caller, c, "Hangup", nil)
	s.must(s.Await(a, "the call without the caller", mark, voice.All(s.About(a, c), voice.Without(s.Caller.Party.Number))))
	s.tour(a, c, 0)
	s.do(d, theirs, "SendDtmf", map[string]any{"digits": "2"})
	s.hangsUpTheirs(a, c, d, theirs)
}

// hangsUpTheirs is hangsUp where the two have calls of other ids.
func (s *chained) hangsUpTheirs(a *play.Actor, c *play.Call, other *play.Actor, theirs *play.Call) {
	mark := s.Mark()
	s.do(a, c, "Hangup", nil)
	s.told(other, theirs, mark, voice.Released)
}
