package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// leaveOthers are the operations that do nothing to the state of the call at its other ends, and the requirement that speaks of those
// where they end there. A transfer and a conference go on with who else is in them.
var leaveOthers = map[string]string{
	"Hold": "MSG-16", "Retrieve": "MSG-16", "SendDtmf": "MSG-16", "MuteCall": "MSG-16", "UnmuteCall": "MSG-16",
	"AttachUserData": "MSG-16", "UpdateUserData": "MSG-16", "DeleteUserData": "MSG-16", "DeleteUserDataPair": "MSG-16",
	"StartCallRecording": "MSG-16", "PauseCallRecording": "MSG-16", "ResumeCallRecording": "MSG-16", "StopCallRecording": "MSG-16",
	"InitiateTransfer": "MSG-16", "InitiateConference": "MSG-16",
	"CompleteTransfer": "TRANSFER-17", "SingleStepTransfer": "TRANSFER-17", "CompleteConference": "CONFERENCE-17",
}

// othersStay judges that what somebody does with a call leaves the others of it where they are: held, or not, or on the line; and his own
// end where he changes something else. Anybody may do at any time what no operation asks for: only what comes at once is held against a
// server, while nobody else has asked for it.
func (t *timeline) othersStay() {
	for _, o := range t.ops {
		requirement := leaveOthers[o.name]
		if !o.sure || o.end == nil || o.Scenario == "" || o.Purpose == "" || requirement == "" || !t.ours(o.end) {
			continue
		}
		calls := []*end{o.end}
		if original, consult := o.pair(); requirement != "MSG-16" && original != nil {
			if consult.stateAt(o.At) != voice.Established && consult.stateAt(o.At) != voice.Held {
				continue // who is dialled may not answer
			}
			calls = []*end{original, consult}
		}
		if own := t.ownStays(o); own != "" && o.end.talks(o.At) {
			t.otherStays(own, o, o.end)
		}
		for _, call := range calls {
			for _, n := range t.partners(call, o.At) {
				if n.talks(o.At) && !t.supervising(n.who, o.Entry) {
					t.otherStays(requirement, o, n)
				}
			}
		}
	}
}

// partners are the other ends of a call between recorded people: the one of a call of two, and in a conference those who show each other.
func (t *timeline) partners(n *end, at float64) []*end {
	others := n.others(at)
	if len(others) < 2 {
		if far := t.partner(n, at); far != nil {
			return []*end{far}
		}
		return nil
	}
	var found []*end
	for _, role := range t.roles {
		p := t.people[role]
		if p == n.who || p.number == "" || n.who.double(at) || !names(others, p.number) {
			continue
		}
		for _, m := range p.ends {
			if m.liveAt(at) && names(m.others(at), n.who.number) {
				found = append(found, m)
			}
		}
	}
	return found
}

// ownStays is the requirement by which the call stays in its state where an operation was posted: it changes something else, or has taken
// effect before. It is empty for others.
func (t *timeline) ownStays(o *operation) string {
	switch was := o.end.stateAt(o.At); {
	case slices.Contains(aside, o.name):
		return "MSG-16"
	case o.name == "Hold" && was == voice.Held, o.name == "Retrieve" && was == voice.Established:
		return "STATE-4"
	}
	return ""
}

// otherStays judges the state of an end at which an operation changes nothing.
func (t *timeline) otherStays(requirement string, o *operation, n *end) {
	was := n.stateAt(o.At)
	e := n.changesAtOnce(o)
	if e == nil {
		return
	}
	if n.who.double(o.At) && (e.State() != voice.Held || t.merged(o)) {
		return // a switch takes a call back where another of its person ends, and calls that were merged may be one conversation
	}
	if slices.ContainsFunc(posted(t.in[o.Scenario], o.At, e.At), func(p *operation) bool {
		switch {
		case p == o || p.denied || p.who != o.who && p.who != n.who:
			return false
		case e.State() == voice.Released:
			return true
		case p.who == n.who:
			return changesCalls(p) && !hangsUp(p, n)
		}
		return leaveOthers[p.name] != "MSG-16" && (e.State() != voice.Held || p.name != "Hangup")
	}) {
		return // it may be of that
	}
	switch e.State() {
	case voice.Released:
		if t.goesOnAs(o, n, e.At) || o.name == "SingleStepTransfer" && !t.arrived(o, e.At) || t.askedToEnd(o, n, e.At) {
			return
		}
	case voice.Held, voice.Established:
		if voice.Find(o.name).Merges || t.askedToChange(o, n, e.At) {
			return
		}
	default:
		return
	}
	t.judged[requirement]++
	t.find(requirement, judge.Finding{
		Entry: e, Path: "data.call.state", Expected: was + ", as before: " + o.name + " by the " + o.who.role + " changes nothing of that", Observed: e.State(),
	})
}

// merged reports whether calls had been merged in the scenario when an operation was posted: several calls of one person may be one
// conversation then.
func (t *timeline) merged(o *operation) bool {
	list := t.merges[o.Scenario]
	return len(list) > 0 && list[0].At <= o.At
}

// goesOnAs reports whether somebody's call of a consultation goes on under the id of the original, which that person is told
// of as a call of his own: no page says what id a call has that was put together of two.
func (t *timeline) goesOnAs(o *operation, n *end, at float64) bool {
	original, _ := o.pair()
	return original != nil && slices.ContainsFunc(n.who.ends, func(m *end) bool {
		return m != n && voice.SameID(m.id, original.id) && m.told[0].At > o.At && m.told[0].At < at+meanwhile && m.told[0].State() != voice.Released
	})
}

// changesAtOnce is what an end is told of another state so soon after an operation that it may be its effect; nil for nothing.
func (n *end) changesAtOnce(o *operation) *recording.Entry {
	was := n.stateAt(o.At)
	i := slices.IndexFunc(n.told, func(e *recording.Entry) bool {
		return e.At > o.At && e.Type() == voice.StatusChange && e.State() != was
	})
	if i < 0 || n.told[i].At > o.At+meanwhile {
		return nil
	}
	return n.told[i]
}

// askedToEnd reports whether anybody else may have ended a call, at whatever end. Calls that are put together are all one.
func (t *timeline) askedToEnd(o *operation, n *end, by float64) bool {
	list := t.merges[o.Scenario]
	merged := len(list) > 0 && list[0].At <= by
	return slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, by), func(p *operation) bool {
		if p == o || p.denied || !ends(p.name) || p.name == "Retrieve" && p.end == o.end {
			return false
		}
		apart := !merged && p.end != nil && p.end != n && p.end.id != n.id && !names(p.end.others(p.At), n.who.number)
		return !apart && (p.At > o.At-meanwhile || !n.heardOf(p, o.At) || p.removes() == n.who.number)
	})
}

// askedToChange reports whether the person of an end may have asked for another state of it, or anybody for another company.
func (t *timeline) askedToChange(o *operation, n *end, by float64) bool {
	return slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, by), func(p *operation) bool {
		if p == o || p.denied || hangsUp(p, n) || !changesCalls(p) || p.who != n.who && !voice.Find(p.name).Merges {
			return false
		}
		told := p.sure && p.AnsweredAt > 0 &&
			(p.who == n.who && t.settled(p, o.At) || p.who != n.who && n.heardOf(p, o.At) || fencedBetween(n.who.fences, p.AnsweredAt, o.At))
		return p.At > o.At || !told
	})
}

// hangsUp reports whether an operation hangs up an end: that holds and retrieves nothing.
func hangsUp(p *operation, n *end) bool { return p.name == "Hangup" && p.end == n }

// arrived reports whether who was called by an operation was told so, and gave up the call neither before a time nor, unasked, at about it.
func (t *timeline) arrived(o *operation, at float64) bool {
	number := voice.DialledBy(o.Entry)
	stays := func(n *end) bool {
		over := n.over()
		gaveUp := func(p *operation) bool { return p.name == "Hangup" && p.who == n.who }
		return n.told[0].At > o.At && n.told[0].At < at+meanwhile &&
			(over == nil || over.At > at && slices.ContainsFunc(posted(t.in[o.Scenario], at, over.At), gaveUp))
	}
	for _, p := range t.people {
		if number != "" && p.number == number && slices.ContainsFunc(p.ends, stays) {
			return true
		}
	}
	return false
}
