package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"

	. "github.com/voicespec/voicespec/runner/spec"
)

// heldEnds is a conference that somebody leaves who holds it, and a call of two that is hung up while both hold it.
func heldEnds(s *chained) {
	c, theirs := s.conference()
	a, d := s.Agent, s.Destination
	s.do(s.Caller, c, "SendDtmf", map[string]any{"digits": "3"})
	s.do(d, theirs, "Hold", nil)
	s.readsAll("held", d, theirs)
	s.readsAll("on-the-line", s.Caller, c)
	mark := s.Mark()
	s.do(d, theirs, "Hangup", nil)
	s.must(s.Await(a, "the call without the destination", mark, voice.All(s.About(a, c), voice.Without(d.Party.Number))))
	s.Await(s.Caller, "the call without the destination", mark, voice.All(s.About(s.Caller, c), voice.Without(d.Party.Number)))
	for range 2 {
		s.do(s.Caller, c, "Hold", nil)
		s.do(s.Caller, c, "Retrieve", nil)
	}
	s.readsAll("left", s.Caller, c)
	s.do(s.Caller, c, "Hold", nil)
	s.once(s.Caller, c, "Hold", nil)
	s.do(a, c, "Hold", nil)
	s.readsAll("both-held", a, c)
	s.hangsUp(s.Caller, a, c)
}

// joined is the call in which somebody is told since a mark to be with another in a conference, which may go by another id than the consult
// call did; where nobody is told, the one with the agent since it began.
func (s *chained) joined(a, other *play.Actor, begin, mark int) *play.Call {
	e := s.Await(a, "the call with the "+other.Role, mark, func(e *recording.Entry) bool {
		return e.State() != voice.Released && voice.CallOf(e).Names(other.Party.Number)
	})
	if e == nil {
		return s.with(a, s.Agent, begin)
	}
	return s.Learn(a, "joined-with-"+other.Role, e)
}

// heldPassedOn is transferred while it is held; who got it does everything twice.
func heldPassedOn(s *chained) {
	s.needsDestination()
	a, d := s.Agent, s.Destination
	c := s.Dial(s.Caller, a, "original", with(map[string]any{"Before": "it was held"}))
	s.Answer(a, c)
	s.do(a, c, "Hold", nil)
	mark := s.Mark()
	params := to(d)
	params["userData"] = map[string]any{"With": "the transfer"}
	s.do(a, c, "SingleStepTransfer", params)
	there := s.arrives(d, "there", mark, a, s.Caller)
	s.readsAll("arrived", d, there)
	s.do(d, there, "Answer", nil)
	for _, digits := range []string{"1", "1"} {
		s.do(d, there, "Hold", nil)
		s.do(d, there, "Retrieve", nil)
		s.do(d, there, "SendDtmf", map[string]any{"digits": digits})
	}
	s.staying(s.Caller, d, 0)
}

// originalFirst is hung up while a consult call is up. What becomes of that no page says: what is told and what is read must agree.
func originalFirst(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	consult := s.consult(c, "consult", "InitiateTransfer", nil)
	s.picksUp(consult)
	mark := s.Mark()
	s.do(a, c, "Hangup", nil)
	s.told(s.Caller, c, mark, Released)
	s.Settle()
	s.readsAll("alone", a, consult)
	s.readsAll("alone", d, consult)
	if last := s.Seen(a, 0, s.About(a, consult)); last == nil || last.State() == voice.Released {
		return
	}
	if s.Operate(a, recording.Refusal.Label("completed"), consult, "CompleteTransfer", nil).Accepted() {
		s.Settle()
		return
	}
	s.do(a, consult, "SendDtmf", map[string]any{"digits": "5"})
	s.readsAll("refused", a, consult)
	s.hangsUp(a, d, consult)
}

// unheld is a call that comes while the agent talks, and is answered all the same. Whether that is taken, and holds the first, no page says:
// what is told of both and what is read of them must agree.
func unheld(s *chained) {
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	e, second := s.DialJudged("dial.second", d, a, "second", nil)
	if !e.Accepted() || second == nil || s.Seen(a, 0, s.About(a, second)) == nil {
		s.breaks("who talks is not reached by another")
	}
	if !s.offers(a, second, "Answer") || !s.Operate(a, "Answer", second, "Answer", nil).Accepted() {
		s.breaks("who talks answers no other call")
	}
	s.Settle()
	s.do(a, second, "UpdateUserData", with(map[string]any{"Unheld": "of the second"}))
	s.readsAll("first", a, c)
	s.readsAll("second", a, second)
	s.readsAll("first", s.Caller, c)
	s.hangsUp(d, a, second)
	s.Settle()
	s.readsAll("left", a, c)
	s.may(a, c, "Retrieve")
	s.hangsUp(a, s.Caller, c)
}

// ringingData are user data of a call that rings: all that is done to them has its outcome there, too.
func ringingData(s *chained) {
	if !s.Caller.Controlled() {
		s.Untestable("the caller needs credentials in the target file")
	}
	a := s.Agent
	c := s.Dial(s.Caller, a, "original", with(map[string]any{"Dialled": "1", "Dial": "2"}))
	s.do(a, c, "AttachUserData", with(map[string]any{"Rang": "1"}))
	s.do(a, c, "UpdateUserData", with(map[string]any{"Rang": "2", "Dialled": "3"}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Dial"})
	s.do(s.Caller, c, "SendDtmf", map[string]any{"digits": "1"})
	s.do(s.Caller, c, "UpdateUserData", with(map[string]any{"Rang": "3"}))
	s.readsAll("ringing", a, c)
	s.do(a, c, "DeleteUserData", nil)
	s.readsAll("deleted", a, c)
	s.do(a, c, "AttachUserData", with(map[string]any{"Last": "4"}))
	s.Answer(a, c)
	s.do(s.Caller, c, "AttachUserData", with(map[string]any{"Caller's": "5", "Called": "6"}))
	s.do(s.Caller, c, "DeleteUserDataPair", map[string]any{"key": "Called"})
	s.readsAll("pair-deleted", s.Caller, c)
	s.do(a, c, "Hold", nil)
	s.hangsUp(s.Caller, a, c)
}
