package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"

	. "github.com/voicespec/voicespec/runner/spec"
)

// once asks for what has taken effect already, whether it is offered or not: it is refused and changes nothing, or it is
// accepted and there is nothing to do. The call is read behind it.
func (s *chained) once(a *play.Actor, c *play.Call, operation string, params map[string]any) {
	label := recording.Refusal.Label("again." + a.Role + "." + operation)
	if s.Operate(a, label, c, operation, params).Accepted() {
		s.Fence("again."+operation, c, a)
	}
	s.Get(a, "read."+operation, "/me/calls/"+c.ID(a))
}

// twice does an operation of a call that offers it, and asks for it once more.
func (s *chained) twice(a *play.Actor, c *play.Call, operation string, params map[string]any) {
	if s.offers(a, c, operation) {
		s.do(a, c, operation, params)
		s.once(a, c, operation, params)
	}
}

func repeated(s *chained) {
	c, a := s.Inbound("original"), s.Agent
	s.once(a, c, "Answer", nil)
	s.do(a, c, "AttachUserData", with(map[string]any{"Repeated": "1", "Gone": "2"}))
	s.twice(a, c, "DeleteUserDataPair", map[string]any{"key": "Gone"})
	s.once(a, c, "UpdateUserData", with(map[string]any{}))
	for _, operation := range []string{
		"MuteCall", "UnmuteCall", "StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording", "Hold", "Retrieve", "DeleteUserData",
	} {
		s.twice(a, c, operation, nil)
	}
	if s.Caller.Controlled() {
		s.once(s.Caller, c, "Answer", nil)
		for _, operation := range []string{"Hold", "Retrieve"} {
			s.twice(s.Caller, c, operation, nil)
		}
	}
	if s.Destination.Controlled() && s.Caller.Controlled() {
		s.removesTwice(c)
	}
	if last := s.Seen(a, 0, s.About(a, c)); last == nil || last.State() != voice.Released {
		s.do(a, c, "Hangup", nil)
	}
	s.Operate(a, recording.Refusal.Label("again.hangup"), c, "Hangup", nil)
}

// removesTwice makes a conference and removes the caller from it, twice; who stays goes on.
func (s *chained) removesTwice(c *play.Call) {
	begin := s.Mark()
	consult := s.consult(c, "consult", "InitiateConference", nil)
	s.picksUp(consult)
	for _, operation := range []string{"Hold", "Retrieve"} {
		s.twice(s.Destination, consult, operation, nil)
	}
	mark := s.Mark()
	s.complete(c, consult, "CompleteConference")
	s.must(s.Await(s.Agent, "the conference", mark, voice.All(s.About(s.Agent, c), voice.InState(voice.Established))))
	theirs := s.joined(s.Destination, s.Caller, begin, mark)
	remove := map[string]any{"participant": s.Caller.Party.Number}
	if s.offers(s.Agent, c, "RemoveParticipantFromConference") {
		s.Operate(s.Agent, recording.Refusal.Label("without-participant"), c, "RemoveParticipantFromConference", nil)
		s.readsAll("conference", s.Caller, c)
		s.readsAll("conference", s.Agent, c)
		mark = s.Mark()
		s.do(s.Agent, c, "RemoveParticipantFromConference", remove)
		s.AwaitState(s.Caller, c, mark, string(Released))
		s.do(s.Destination, theirs, "SendDtmf", map[string]any{"digits": "2"})
		s.readsAll("removed", s.Destination, theirs)
		s.once(s.Agent, c, "RemoveParticipantFromConference", remove)
		s.tour(s.Agent, c, 1)
		s.hangsUpTheirs(s.Agent, c, s.Destination, theirs)
	}
}
