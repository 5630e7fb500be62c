package refusals

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// Play sends cases: where the server answers at once one after the other, else some of them side by side. state is the state that
// the call must be in for each; renew makes another call where a case changed this one after all, or is nil where the scenario
// cannot go on then. The call in use at the end is returned.
func Play(s *play.Stage, c *play.Call, state string, renew func() *play.Call, cases ...Case) *play.Call {
	if state == "Ringing" && s.AnswersItself(s.Agent) {
		return c
	}
	t := &table{s, c, state, renew, 0}
	for len(cases) > 0 {
		group := cases[:min(len(cases), t.abreast())]
		cases = cases[len(group):]
		if len(group) > 1 && t.together(group, len(cases) == 0) {
			continue
		}
		for i, p := range group {
			t.alone(p, i+1 == len(group) && len(cases) == 0)
		}
	}
	return t.call
}

// table is one on its way.
type table struct {
	*play.Stage

	call   *play.Call
	state  string
	renew  func() *play.Call
	doubts int // groups that had to be sent again, one by one
}

// mostDoubts is so many groups that sending others costs more than it saves.
const mostDoubts = 2

func (t *table) abreast() int {
	if t.renew == nil || t.doubts >= mostDoubts {
		return 1
	}
	return t.Abreast()
}

// alone sends a case and looks whether it changed the call.
func (t *table) alone(p Case, last bool) {
	mark := t.Mark()
	e := p.Send(t.Stage, t.call, p.Label())
	if e.Accepted() {
		Later(t.Stage, mark, 1, func() bool { return disturbed(t.Stage, t.call, mark, t.state) })
	}
	switch {
	case last && t.state != "Released":
		FenceAll(t.Stage, t.call, p.Name)
	case e.Accepted():
		Fence(t.Stage, t.call, p.Name, t.state)
	}
	if last || !disturbed(t.Stage, t.call, mark, t.state) {
		return
	}
	if t.renew == nil {
		t.Block("%s changed the call", p.Title)
	}
	t.again()
}

func (t *table) again() {
	t.EndCalls()
	t.call = t.renew()
}

// together sends cases side by side, and reports whether each was refused just as it must be and nobody was told of anything. Where
// it was not so, which of them did it can be seen of each alone only.
func (t *table) together(group []Case, last bool) bool {
	mark := t.Mark()
	answers := make([]*recording.Entry, len(group))
	sends := make([]func(), len(group))
	for i, p := range group {
		sends[i] = func() { answers[i] = p.Send(t.Stage, t.call, p.Label()) }
	}
	t.AtOnce(sends...)
	due, taken, accepted := true, false, 0
	for i, p := range group {
		e := answers[i]
		due = due && (e.Kind != recording.KindRest || spec.RefusedAsDue(e, p.Freeform || p.Malformed(), p.Expect...))
		taken = taken || e.Kind == recording.KindRest && (e.Accepted() || e.Problem != "")
		if e.Kind == recording.KindRest && e.Accepted() {
			accepted++
		}
	}
	if accepted > 0 {
		Later(t.Stage, mark, accepted, func() bool { return disturbed(t.Stage, t.call, mark, t.state) })
	}
	told := Told(t.Stage, mark)
	if due && !told && last && t.state != "Released" {
		FenceAll(t.Stage, t.call, "together."+group[len(group)-1].Name)
	}
	told = told || disturbed(t.Stage, t.call, mark, t.state)
	if due && !told {
		return true
	}
	t.doubts++
	if taken || told { // more of it may be on its way
		Fence(t.Stage, t.call, "together."+group[0].Name, t.state)
	}
	if disturbed(t.Stage, t.call, mark, t.state) {
		t.again()
	}
	return false
}

// Told reports whether the agent was told of calls of the scenario since mark, or anybody of the end of one.
func Told(s *play.Stage, mark int) bool {
	for _, a := range []*play.Actor{s.Agent, s.Caller, s.Destination} {
		if s.Seen(a, mark, func(e *recording.Entry) bool { return s.Made(e) && (a == s.Agent || e.State() == "Released") }) != nil {
			return true
		}
	}
	return false
}

// Later waits for what takes back so many operations of the agent that were accepted since mark, although they must be refused: back ends
// answer in their own time, and an error notification of one operation has no order with what another causes. It ends when something has
// changed.
func Later(s *play.Stage, mark, accepted int, changed func() bool) {
	errors := map[int]bool{}
	s.AwaitUnless(s.Agent, "an error notification", mark, func(e *recording.Entry) bool {
		if e.IsError() {
			errors[e.Seq] = true
		}
		return len(errors) >= accepted
	}, changed)
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
	s.Get(s.Agent, "read."+name, "/me/calls/"+c.ID(s.Agent)) // of some effects nobody is told
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
		established := func() *play.Call {
			c := s.Inbound("original")
			Keep(s, c)
			return c
		}
		Play(s, established(), "Established", established, cases...)
	}
}

// KeptKey is the key of the user data that Keep attaches.
const KeptKey = "VoicespecKept"

var kept = map[string]any{KeptKey: "before the refusals"}

// Keep attaches user data to a call before anything is refused: so it is seen where that takes them away.
func Keep(s *play.Stage, c *play.Call) {
	mark := s.Mark()
	if s.Operate(s.Agent, recording.Arrange.Label("kept"), c, "UpdateUserData", map[string]any{"userData": kept}).Accepted() {
		s.Await(s.Agent, "user data", mark, voice.All(s.About(s.Agent, c), voice.Find("UpdateUserData").Shows))
	}
}
