package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/voice"
)

// aside are the operations that leave their own call in its state: all the more any other of the same person.
var aside = []string{
	"SendDtmf", "MuteCall", "UnmuteCall", "AttachUserData", "UpdateUserData", "DeleteUserData", "DeleteUserDataPair",
	"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording",
}

// otherCallsStay judges that what somebody does with a call holds, retrieves and ends no other call of his, nor of who is in the call with
// him, at either end: the original while a consult call is worked on, and the other way about. Only what comes at once is held against a
// server, while nobody has asked for it.
func (t *timeline) otherCallsStay() {
	for _, o := range t.ops {
		if !o.sure || o.end == nil || o.Purpose == "" || !t.ours(o.end) {
			continue
		}
		if slices.Contains(aside, o.name) {
			t.callsStay(o, o.who)
		}
		if o.name == "Answer" {
			t.farEndsStay(o)
		}
		if far := t.partner(o.end, o.At); far != nil && leaveOthers[o.name] == "MSG-16" {
			t.callsStay(o, far.who)
		}
	}
}

// callsStay judges the other calls of a person in the call of an operation.
func (t *timeline) callsStay(o *operation, p *person) {
	for _, m := range p.in[o.Scenario] {
		if m == o.end || m.id == o.end.id || !m.liveAt(o.At) || !t.ours(m) {
			continue
		}
		far := t.partner(m, o.At)
		if far == nil || far.who == o.who {
			continue // another call of the same two
		}
		for _, n := range []*end{m, far} {
			if n.talks(o.At) && !t.supervising(n.who, o.Entry) {
				t.callStays(o, m, n)
			}
		}
	}
}

// farEndsStay judges the other ends of the calls that somebody has when he answers one more: his own may be held by that.
func (t *timeline) farEndsStay(o *operation) {
	for _, m := range o.who.in[o.Scenario] {
		if m == o.end || m.id == o.end.id || !m.liveAt(o.At) || !t.ours(m) {
			continue
		}
		if far := t.partner(m, o.At); far != nil && far.talks(o.At) && !far.who.double(o.At) && !t.supervising(far.who, o.Entry) {
			t.callStays(o, m, far)
		}
	}
}

// callStays judges one end of another call.
func (t *timeline) callStays(o *operation, m, n *end) {
	t.judged["MSG-16"]++
	was := n.stateAt(o.At)
	e := n.changesAtOnce(o)
	if e == nil {
		return
	}
	asked := func(p *operation) bool { return ends(p.name) && p.end != nil && p.end.id == o.end.id }
	if over := o.end.over(); over != nil && over.At < e.At+together && !slices.ContainsFunc(posted(t.ops, e.At, over.At), asked) {
		return // a switch may go back to a call when a telephone has ended the other
	}
	if slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, e.At), func(p *operation) bool { return t.mayChange(p, o, m, n) }) {
		return
	}
	t.find("MSG-16", judge.Finding{
		Entry: e, Path: "data.call.state", Expected: was + ", as before: " + o.name + " was about another call", Observed: e.State(),
	})
}

// mayChange reports whether an end of another call may have changed by a further operation, whose effect had not come before.
func (t *timeline) mayChange(p, o *operation, m, n *end) bool {
	switch {
	case p == o || p.denied || !changesCalls(p) && !ends(p.name):
		return false
	case p.At > o.At || !p.sure:
		return true
	case p.end == nil:
		return !t.settled(p, o.At)
	case ofPastCall(p, o, m):
		return false
	case p.end.id != m.id:
		return !t.settled(p, o.At)
	}
	return !t.settled(p, o.At) || p.who != n.who && leaveOthers[p.name] != "MSG-16" && !n.heardOf(p, o.At)
}

// ofPastCall reports whether an operation was about a call that is neither that of another one nor a given one, and was over before.
func ofPastCall(p, o *operation, m *end) bool {
	mine := m.who.named[p.end.id]
	return !voice.Find(p.name).Merges && mine != nil && mine != m && mine.id != o.end.id && mine.over() != nil && mine.over().At < o.At
}
