package play

import (
	"fmt"
	"maps"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Arrangements bring about what a scenario takes for granted. They block the scenario where
// the target does not let them come about; that they work is judged by scenarios of their own.

// Dial makes a call between two people of the station and returns it once the called one
// has been notified (or, where we cannot see the called one, the calling one).
func (s *Stage) Dial(from, to *Actor, role string, params map[string]any) *Call {
	mark := s.Mark()
	e, call := s.DialJudged(recording.Arrange.Label("dial"), from, to, role, params)
	if s.turnedAway(from, to, mark) {
		s.station.turnsAway = true
		delete(s.calls, role)
		e, call = s.DialJudged(recording.Arrange.Label("dial"), from, to, role, params)
	}
	if !e.Accepted() {
		s.Block("the %s could not dial the %s: %s", from.Role, to.Role, Outcome(e))
	}
	first, state := to, voice.Ringing // the agent's view names the call
	if from.Role == voice.Agent || !to.hears() {
		first, state = from, voice.Dialing
	}
	if call == nil || call.ids[first.Role] == "" {
		s.Block("the %s was not notified of the call in state %s after the %s dialled", first.Role, state, from.Role)
	}
	return call
}

// toDial is what somebody dials to call another.
func (a *Actor) toDial(to *Actor) string {
	if a.Party.Dials != "" && to.Role == voice.Agent {
		return a.Party.Dials
	}
	return to.Party.Number
}

// DialJudged is Dial for scenarios that judge it: the step is theirs, and where it is refused or not
// notified the scenario goes on without a call.
func (s *Stage) DialJudged(step string, from, to *Actor, role string, params map[string]any) (*recording.Entry, *Call) {
	s.MakeReady(to)
	if from.FromOutside() {
		return s.dialFromOutside(step, from, to, role, params)
	}
	mark := s.Mark()
	body := map[string]any{"operationName": "Dial", "destination": map[string]any{"phoneNumber": from.toDial(to)}}
	maps.Copy(body, params)
	e := s.Post(from, step, "/me/devices/"+from.Device+"/calls", body)
	if !e.Accepted() {
		return e, nil
	}
	parties := from.Role + "," + to.Role
	first, second := to, from // the agent's view names the call
	if from.Role == voice.Agent || !to.hears() {
		first, second = from, to
	}
	states := map[*Actor]string{from: voice.Dialing, to: voice.Ringing}
	hopeless := func() bool { return s.turnedAway(from, to, mark) || s.engaged(from, to, mark) }
	var call *Call
	if id := s.newCallUnless(first, states[first], mark, second.Party.Number, hopeless); id != "" {
		call = s.bind(first, role, id, parties)
	}
	if second.hears() {
		if id := s.newCallUnless(second, states[second], mark, first.Party.Number, hopeless); id != "" {
			if call == nil || call.ID(second) != id {
				call = s.bind(second, role, id, parties)
			}
		}
	}
	return e, call
}

// newCall learns the id of a call that is new to an actor. Another call may come at the same
// moment, so the one with the expected party is preferred; only when it does not come is a
// single other candidate taken, so that a wrong participant is reported as that.
func (s *Stage) newCall(a *Actor, state string, mark int, party string) string {
	return s.newCallUnless(a, state, mark, party, func() bool { return false })
}

// newCallUnless is newCall for one that may be known not to come.
func (s *Stage) newCallUnless(a *Actor, state string, mark int, party string, hopeless func() bool) string {
	knew := func(e *recording.Entry) bool { return s.station.tape.Knew(a.Role, e.CallID(), mark) }
	candidate := func(e *recording.Entry) bool {
		up := a.answersItself && state == voice.Ringing && e.State() == voice.Established
		return e.Call() != nil && (e.State() == state || up) && e.CallID() != "" && e.Type() != voice.AttachedDataChanged && (state == voice.Dialing || !knew(e))
	}
	sure := func(e *recording.Entry) bool {
		return candidate(e) && voice.CallOf(e).Names(party) && !knew(e)
	}
	if e := s.AwaitUnless(a, "new call "+state, mark, sure, hopeless); e != nil {
		return e.CallID()
	}
	if e := s.Seen(a, mark, candidate); e != nil {
		return e.CallID()
	}
	return ""
}

// Answer answers a ringing call and waits until it is established.
func (s *Stage) Answer(a *Actor, c *Call) {
	mark := s.Mark()
	if a.answersItself {
		if s.AwaitState(a, c, s.begin, voice.Established) == nil {
			s.Block("the telephone of the %s did not answer by itself, as answer: auto in the target file says or it has done before", a.Role)
		}
		return
	}
	e := s.Operate(a, recording.Arrange.Label("answer"), c, "Answer", nil)
	if !e.Accepted() {
		if s.AwaitState(a, c, s.begin, voice.Established) != nil {
			return // the phone picked up by itself, and may be told so later than our answer was refused
		}
		s.Block("the %s could not answer: %s", a.Role, Outcome(e))
	}
	// What the others are told is judged elsewhere; scenarios go on by what the agent is told.
	if s.AwaitState(a, c, mark, voice.Established) == nil && a == s.Agent {
		s.Block("after Answer the %s was not notified of Established (ANSWER-1); %s", a.Role, voice.PickUpHint)
	}
}

// Inbound is an established call that the caller dialled to the agent.
func (s *Stage) Inbound(role string) *Call {
	c := s.Dial(s.Caller, s.Agent, role, nil)
	s.Answer(s.Agent, c)
	return c
}

// Consult starts a consult call to the destination by InitiateTransfer or InitiateConference.
func (s *Stage) Consult(original *Call, role, operation string) *Call {
	s.MakeReady(s.Destination)
	mark := s.Mark()
	e := s.Operate(s.Agent, recording.Arrange.Label("consult"), original, operation,
		map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}})
	if !e.Accepted() {
		s.Block("%s was refused: %s", operation, Outcome(e))
	}
	c := s.AwaitConsult(original, role, mark)
	if c == nil {
		s.Block("after %s the agent was not notified of a consult call that is Dialing", operation)
	}
	s.AwaitState(s.Agent, original, mark, voice.Held)
	return c
}

// AwaitConsult waits for the Dialing of a consult call; nil if it does not come.
func (s *Stage) AwaitConsult(original *Call, role string, mark int) *Call {
	id := s.newCall(s.Agent, voice.Dialing, mark, s.Destination.Party.Number)
	if id == "" {
		return nil
	}
	return s.bindConsult(s.Agent, role, id, "agent,destination", original.Role)
}

// DestinationAnswers answers the consult call at the destination and waits until the agent's side is established.
func (s *Stage) DestinationAnswers(c *Call) {
	d := s.Destination
	if !d.Controlled() {
		s.Untestable("%s, so it cannot answer", d.Absence())
	}
	mark := s.Mark()
	s.AwaitRinging(d, c)
	if s.turnedAway(s.Agent, d, s.begin) {
		s.Untestable("%s", s.away(d))
	}
	if d.answersItself {
		mark = s.begin
	} else if e := s.Operate(d, recording.Arrange.Label("answer"), c, "Answer", nil); !e.Accepted() &&
		s.AwaitState(s.Agent, c, s.begin, voice.Established) == nil {
		s.Block("the destination could not answer: %s", Outcome(e))
	}
	if s.Seen(s.Agent, s.begin, s.InState(s.Agent, c, voice.Established)) == nil && s.AwaitState(s.Agent, c, mark, voice.Established) == nil {
		s.Block("after the destination answered, the agent was not notified of Established")
	}
}

// AwaitRinging waits until an actor rings, and learns the id that the call has there.
func (s *Stage) AwaitRinging(a *Actor, c *Call) *recording.Entry {
	fits := func(e *recording.Entry) bool {
		up := a.answersItself && e.State() == voice.Established
		return (e.State() == voice.Ringing || up) && (c.about(a, e) || s.betweenOurs(voice.CallOf(e)))
	}
	e := s.Await(a, "Ringing", s.begin, fits)
	if e != nil && e.CallID() != c.ID(a) {
		s.bind(a, c.Role, e.CallID(), "")
	}
	return e
}

// number is the station's number for a role name.
func (s *Stage) number(role string) string { return s.station.Actors[role].Party.Number }

// Arrange does what an arrangement of a documented scenario says, e.g. "caller dials agent".
func (s *Stage) Arrange(name string, value any) {
	text, _ := value.(string)
	who, what, _ := strings.Cut(name, " ")
	a := s.station.Actors[who]
	if a == nil {
		panic(fmt.Sprintf("arrangement %q: nobody is called %s", name, who))
	}
	switch {
	case strings.HasPrefix(what, "dials "):
		s.Dial(a, s.station.Actors[strings.TrimPrefix(what, "dials ")], text, nil)
	case what == "answers" && who == voice.Destination && s.consult() != nil:
		s.DestinationAnswers(s.consult())
	case what == "answers":
		s.answers(a)
	case what == "initiates transfer":
		s.Consult(s.current(), text, "InitiateTransfer")
	case what == "initiates conference":
		s.Consult(s.current(), text, "InitiateConference")
	default:
		s.operateArranged(a, what, value)
	}
}

// arranged are the operations that arrangements name. What they are told by ends the wait.
var arranged = map[string]string{
	"holds":                "Hold",
	"completes conference": "CompleteConference",
	"attaches user data":   "AttachUserData",
	"starts recording":     "StartCallRecording",
	"pauses recording":     "PauseCallRecording",
	"mutes":                "MuteCall",
}

func (s *Stage) operateArranged(a *Actor, what string, value any) {
	if s.deviceArranged(a, what, value) {
		return
	}
	op, known := arranged[what]
	if !known {
		panic(fmt.Sprintf("unknown arrangement %q", what))
	}
	c := s.current()
	if what == "completes conference" {
		c = s.consult()
	}
	if _, is := s.recorded(c); is && op == "StartCallRecording" {
		return
	}
	s.MustOffer(op)
	var params map[string]any
	if op == "AttachUserData" {
		params = map[string]any{"userData": value}
	}
	mark := s.Mark()
	e := s.Operate(a, recording.Arrange.Label(strings.ReplaceAll(what, " ", "-")), c, op, params)
	if !e.Accepted() {
		s.Block("%s was refused: %s", op, Outcome(e))
	}
	// A StatusChange that does not show it may still be one of the operation before: that is no reason to go on at once.
	told, shown := voice.All(c.aboutAt(a), voice.Find(op).Tells), voice.All(c.aboutAt(a), voice.Find(op).Shows)
	if s.Await(a, op, mark, shown) == nil && s.Seen(a, mark, told) == nil {
		s.Block("%s was not notified", op)
	}
	if op == "CompleteConference" {
		s.awaitConference(a, s.current(), mark)
	}
}

// awaitConference waits until a call is told to be up after its completion. It may be that of the call alone, which is retrieved first: then
// for a moment until it is told with those who are in it, or with what only a conference offers.
func (s *Stage) awaitConference(a *Actor, c *Call, mark int) {
	s.Await(a, "the original after CompleteConference", mark, voice.All(c.aboutAt(a), voice.InState(voice.Established)))
	joined := func() bool {
		last := s.Seen(a, mark, c.aboutAt(a))
		return last != nil && (len(voice.CallOf(last).Numbers()) > 1 || voice.CallOf(last).Offers("RemoveParticipantFromConference"))
	}
	if !joined() {
		s.SettleUnless(joined)
	}
}

func (s *Stage) answers(a *Actor) {
	c := s.current()
	if a.FromOutside() {
		s.picksUpOutside(a, c)
		return
	}
	s.AwaitRinging(a, c)
	s.Answer(a, c)
	if a != s.Agent && s.Seen(s.Agent, s.begin, s.InState(s.Agent, c, voice.Established)) == nil {
		if s.AwaitState(s.Agent, c, s.begin, voice.Established) == nil {
			s.Block("after the %s answered, the agent was not notified of Established", a.Role)
		}
	}
}

// current is the scenario's original call; consult its consult call.
func (s *Stage) current() *Call {
	for _, e := range s.station.tape.From(s.begin) {
		if e.Kind == recording.KindCall && e.Role != "" {
			return s.calls[e.Role]
		}
	}
	s.Block("there is no call yet")
	return nil
}

func (s *Stage) consult() *Call {
	first := ""
	for _, e := range s.station.tape.From(s.begin) {
		if e.Kind != recording.KindCall {
			continue
		}
		if first == "" {
			first = e.Role
		}
		if e.Role != first {
			return s.calls[e.Role]
		}
	}
	return nil
}
