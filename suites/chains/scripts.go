package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"

	. "github.com/voicespec/voicespec/runner/spec"
)

func again(s *chained) {
	c, a := s.Inbound("original"), s.Agent
	s.do(a, c, "AttachUserData", with(map[string]any{"Chain": "1", "Order": "A \"7\""}))
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "2"}))
	for _, digits := range []string{"1", "2", "1"} {
		s.do(a, c, "Hold", nil)
		s.do(a, c, "Retrieve", nil)
		s.do(a, c, "SendDtmf", map[string]any{"digits": digits})
	}
	s.do(a, c, "Hold", nil)
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "3", "Held": "yes"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Held"})
	s.do(a, c, "AttachUserData", with(map[string]any{"Held": "again"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Held"})
	s.do(a, c, "Retrieve", nil)
	s.do(a, c, "DeleteUserData", nil)
	s.do(a, c, "AttachUserData", with(map[string]any{"Last": "4"}))
	s.do(a, c, "DeleteUserData", nil)
	s.do(a, c, "Hold", nil)
	s.do(a, c, "AttachUserData", with(map[string]any{"Last": "5", "Least": "6"}))
	s.do(a, c, "DeleteUserData", nil)
	s.do(a, c, "Retrieve", nil)
	if s.Caller.Controlled() {
		s.do(s.Caller, c, "Hold", nil)
		s.do(s.Caller, c, "Retrieve", nil)
		s.hangsUp(s.Caller, a, c)
	}
}

func features(s *chained) {
	c, a := s.Inbound("original"), s.Agent
	for range 2 {
		for _, operation := range []string{"MuteCall", "UnmuteCall", "StartCallRecording", "PauseCallRecording"} {
			s.may(a, c, operation)
		}
		s.may(a, c, "Hold")
		s.may(a, c, "Retrieve")
		s.may(a, c, "StopCallRecording")
	}
	for _, operation := range []string{"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "MuteCall", "Hold"} {
		s.may(a, c, operation)
	}
	s.readsAll("muted-and-held", a, c)
	s.may(a, c, "Retrieve")
	s.readsAll("muted-and-retrieved", a, c)
	s.may(a, c, "UnmuteCall")
	s.mutes(s.Caller, c)
}

// mutes lets who did not begin with it mute and unmute a call, where that is offered.
func (s *chained) mutes(a *play.Actor, c *play.Call) {
	if a.Controlled() {
		s.may(a, c, "MuteCall")
		s.may(a, c, "UnmuteCall")
	}
}

func secondConsult(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	s.do(a, c, "UpdateUserData", with(map[string]any{"Deleted": "before the consult call", "Kept": "in it"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Deleted"})
	first := s.consult(c, "first", "InitiateTransfer", nil)
	s.readsAll("ringing", d, first)
	s.hangsUp(a, d, first)
	s.readsAll("given-up", a, c)
	s.may(a, c, "Retrieve")
	second := s.consult(c, "second", "InitiateTransfer", nil)
	s.picksUp(second)
	s.readsAll("consult", a, second)
	s.readsAll("consult", d, second)
	s.do(a, second, "AttachUserData", with(map[string]any{"Second": "of the consult call"}))
	s.may(a, second, "MuteCall")
	s.may(a, second, "StartCallRecording")
	s.readsAll("beside", a, c)
	s.may(a, second, "UnmuteCall")
	s.may(a, second, "StopCallRecording")
	s.do(d, second, "Hold", nil)
	s.do(d, second, "Retrieve", nil)
	s.may(d, second, "MuteCall") // who is consulted changes nothing of the original
	s.may(d, second, "StartCallRecording")
	s.do(d, second, "AttachUserData", with(map[string]any{"Consulted": "by who is consulted"}))
	s.do(d, second, "DeleteUserDataPair", map[string]any{"key": "Consulted"})
	s.may(d, second, "UnmuteCall")
	s.may(d, second, "StopCallRecording")
	s.hangsUp(d, a, second)
	s.may(a, c, "Retrieve")
	third := s.consult(c, "third", "InitiateConference", with(map[string]any{"Chain": "third"}))
	s.picksUp(third)
	s.hangsUp(a, d, third)
	s.may(a, c, "Retrieve")
	fourth := s.consult(c, "fourth", "InitiateConference", nil)
	s.hangsUp(a, d, fourth)
	s.may(a, c, "Retrieve")
	s.hangsUp(a, s.Caller, c)
}

// swap swaps the agent's calls, at the one that offers it, and waits for both.
func (s *chained) swap(c, other *play.Call) {
	if s.at(s.Agent, "SwapCalls", c, other) == other {
		c, other = other, c
	}
	mark := s.Mark()
	s.do(s.Agent, c, "SwapCalls", map[string]any{"otherCallUri": s.CallURI(s.Agent, other)})
	s.must(s.Await(s.Agent, "the other call", mark, s.About(s.Agent, other)))
}

func swappedTransfer(s *chained) {
	s.needsDestination()
	c, a := s.Inbound("original"), s.Agent
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "original"}))
	consult := s.consult(c, "consult", "InitiateTransfer", nil)
	s.picksUp(consult)
	s.swap(c, consult)
	s.do(a, c, "SendDtmf", map[string]any{"digits": "5"})
	s.swap(c, consult)
	s.swap(c, consult)
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "swapped"}))
	s.complete(c, consult, "CompleteTransfer")
	s.staying(s.Caller, s.Destination, 0)
}

// kept are two calls of which each has user data of its own, and the one is recorded: that changes by no swap.
func kept(s *chained) {
	s.needsDestination()
	c, a := s.Inbound("original"), s.Agent
	s.do(a, c, "UpdateUserData", with(map[string]any{"Kept": "of the original", "Deleted": "before the conference"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Deleted"})
	s.may(a, c, "StartCallRecording")
	consult := s.consult(c, "consult", "InitiateConference", with(map[string]any{"Consulted": "of the consult call"}))
	s.picksUp(consult)
	if s.Operate(a, recording.Refusal.Label("with-nothing"), s.at(a, "SwapCalls", c, consult), "SwapCalls", nil).Accepted() {
		s.breaks("SwapCalls without otherCallUri was accepted")
	}
	s.readsAll("refused", a, c)
	for range 2 {
		s.swap(c, consult)
		s.Get(a, "read.list", "/me/calls?fields=*")
	}
	mark := s.Mark()
	s.complete(c, consult, "CompleteConference")
	s.must(s.Await(a, "the conference", mark, voice.All(s.About(a, c), voice.InState(voice.Established))))
	s.do(a, c, "UpdateUserData", with(map[string]any{"Kept": "in the conference"}))
	s.Get(a, "read.conference", "/me/calls/"+c.ID(a))
}

// complete completes a consultation at the call that offers it, and waits for both calls of the agent.
func (s *chained) complete(original, consult *play.Call, operation string) {
	mark := s.Mark()
	s.do(s.Agent, s.at(s.Agent, operation, consult, original), operation, nil)
	if operation == "CompleteTransfer" {
		s.told(s.Agent, original, mark, Released)
	}
	s.told(s.Agent, consult, mark, Released)
}

// staying lets two who were put together act on what they have left, where they were told of each other since a mark.
func (s *chained) staying(a, b *play.Actor, mark int) {
	first, second := s.with(a, b, mark), s.with(b, a, mark)
	s.do(a, first, "Hold", nil)
	s.do(a, first, "Retrieve", nil)
	s.readsAll("staying", a, first)
	s.do(b, second, "Hold", nil)
	s.do(b, second, "Retrieve", nil)
	s.readsAll("staying", b, second)
	s.do(b, second, "SendDtmf", map[string]any{"digits": "9"})
	s.do(a, first, "UpdateUserData", with(map[string]any{"Staying": "yes"}))
	mark = s.Mark()
	s.do(b, second, "Hangup", nil)
	s.told(a, first, mark, Released)
}

// meets waits until somebody is told of a call with another, for the judge; the chain goes on without.
func (s *chained) meets(a, other *play.Actor) {
	s.Await(a, "the call with the "+other.Role, 0, func(e *recording.Entry) bool { return voice.CallOf(e).Names(other.Party.Number) })
}

// with is the call in which somebody is told since a mark to be with another; the chain ends where none is.
func (s *chained) with(a, other *play.Actor, mark int) *play.Call {
	e := s.Await(a, "the call with the "+other.Role, mark, func(e *recording.Entry) bool {
		return e.State() != voice.Released && voice.CallOf(e).Names(other.Party.Number)
	})
	s.must(e)
	return s.Learn(a, "with-"+other.Role, e)
}

func swappedConference(s *chained) {
	s.needsDestination()
	c, a := s.Inbound("original"), s.Agent
	consult := s.consult(c, "consult", "InitiateConference", nil)
	s.picksUp(consult)
	s.swap(c, consult)
	mark := s.Mark()
	s.complete(c, consult, "CompleteConference")
	s.must(s.Await(a, "the conference", mark, voice.All(s.About(a, c), voice.InState(voice.Established))))
	s.meets(s.Caller, s.Destination)
	theirs := s.joined(s.Destination, s.Caller, 0, mark)
	s.do(a, c, "SendDtmf", map[string]any{"digits": "6"})
	s.do(a, c, "AttachUserData", with(map[string]any{"Attached": "in the conference", "Gone": "before it ends"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Gone"})
	s.do(a, c, "DeleteUserData", nil)
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "conference"}))
	s.readsAll("conference", a, c)
	s.do(a, c, "Hold", nil)
	s.Get(a, "read.held", "/me/calls/"+c.ID(a))
	s.Get(a, "read.list", "/me/calls?fields=*")
	s.do(a, c, "Retrieve", nil)
	s.Get(a, "read.retrieved", "/me/calls/"+c.ID(a))
	s.do(a, c, "SendDtmf", map[string]any{"digits": "7"})
	mark = s.Mark()
	s.do(s.Destination, theirs, "Hangup", nil)
	s.Await(s.Caller, "the call without the destination", mark, voice.Without(s.Destination.Party.Number))
	s.do(a, c, "Hold", nil)
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "two"}))
	s.Get(a, "read.two", "/me/calls/"+c.ID(a))
	s.do(a, c, "Retrieve", nil)
	s.joinsAgain(c)
	s.hangsUp(a, s.Caller, c)
}

// joinsAgain makes a conference of a call that was one before, until the destination leaves once more.
func (s *chained) joinsAgain(c *play.Call) {
	a, begin := s.Agent, s.Mark()
	consult := s.consult(c, "again", "InitiateConference", nil)
	s.picksUp(consult)
	mark := s.Mark()
	s.complete(c, consult, "CompleteConference")
	s.must(s.Await(a, "the second conference", mark, voice.All(s.About(a, c), voice.InState(voice.Established))))
	s.Await(a, "both in the second conference", mark, voice.All(s.About(a, c), voice.Not(voice.Without(s.Destination.Party.Number))))
	theirs := s.joined(s.Destination, s.Caller, begin, mark)
	mark = s.Mark()
	s.do(s.Destination, theirs, "Hangup", nil)
	s.must(s.Await(a, "the call without the destination", mark, voice.All(s.About(a, c), voice.Without(s.Destination.Party.Number))))
}

// passedOn is transferred to the destination, who goes on with it.
func passedOn(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "passed on", "Deleted": "before that"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Deleted"})
	mark := s.Mark()
	s.do(a, c, "SingleStepTransfer", to(d))
	there := s.arrives(d, "there", mark, a, s.Caller)
	s.do(d, there, "Answer", nil)
	s.do(d, there, "SendDtmf", map[string]any{"digits": "7"})
	s.do(d, there, "UpdateUserData", with(map[string]any{"Arrived": "there"}))
	s.mutes(d, there)
	s.staying(s.Caller, d, 0)
}

// arrives waits for a call that is new to somebody, with one of others.
func (s *chained) arrives(a *play.Actor, role string, mark int, others ...*play.Actor) *play.Call {
	var numbers []string
	for _, other := range others {
		numbers = append(numbers, other.Party.Number)
	}
	e := s.Await(a, "Ringing", mark, voice.ArrivedWith(numbers...))
	s.must(e)
	return s.Learn(a, role, e)
}

// outbound is dialled by the agent; the caller is who transfers it.
func outbound(s *chained) {
	s.needsDestination()
	a, b := s.Agent, s.Caller
	c := s.Dial(a, b, "original", with(map[string]any{"Chain": "outbound"}))
	mark := s.Mark()
	s.do(b, c, "Answer", nil)
	s.told(a, c, mark, Established)
	s.do(a, c, "Hold", nil)
	s.do(b, c, "Hold", nil)
	s.do(a, c, "Retrieve", nil)
	s.do(b, c, "Retrieve", nil)
	mark = s.Mark()
	if !s.Operate(b, "InitiateTransfer", c, "InitiateTransfer", to(s.Destination)).Accepted() {
		return
	}
	there := s.arrives(s.Destination, "there", mark, b)
	s.do(s.Destination, there, "Answer", nil)
	s.do(s.Destination, there, "Hangup", nil)
	s.do(a, c, "DeleteUserData", nil)
	s.may(b, c, "Retrieve")
	s.hangsUp(a, b, c)
}

// passedBack is transferred by the agent, and by who got it transferred back to the agent.
func passedBack(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	s.do(a, c, "UpdateUserData", with(map[string]any{"Chain": "passed back"}))
	consult := s.consult(c, "consult", "InitiateTransfer", nil)
	s.picksUp(consult)
	s.complete(c, consult, "CompleteTransfer")
	theirs := s.with(d, s.Caller, 0)
	s.meets(s.Caller, d)
	s.MakeReady(a)
	mark := s.Mark()
	if !s.offers(d, theirs, "InitiateTransfer") || !s.Operate(d, "back", theirs, "InitiateTransfer", to(a)).Accepted() {
		s.breaks("InitiateTransfer is not offered to the destination, or was not accepted")
	}
	s.do(a, s.arrives(a, "back", mark, d), "Answer", nil)
	up := s.Await(d, "the consult call", mark, func(e *recording.Entry) bool {
		return e.State() == voice.Established && voice.CallOf(e).Names(a.Party.Number)
	})
	s.must(up)
	mine := s.Learn(d, "mine", up)
	mark = s.Mark()
	s.do(d, s.at(d, "CompleteTransfer", mine, theirs), "CompleteTransfer", nil)
	s.told(d, theirs, mark, Released)
	s.staying(s.Caller, a, mark)
}
