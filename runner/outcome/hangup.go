package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// hungUp judges that the other of two parties is told of the end, too, and those who stay in a conference of who has left.
func (t *timeline) hungUp(o *operation) {
	t.leavesOriginal(o, o.end)
	if consult := t.partner(o.end, o.At); consult != nil && o.end.parent() == "" {
		t.leavesOriginal(o, consult)
	}
	if o.end.over() == nil || t.mergingAround(o) {
		return
	}
	if len(o.end.others(o.At)) > 1 {
		t.leftCompany(o, o.who)
		return
	}
	far := t.partner(o.end, o.At)
	if far == nil {
		return
	}
	if over := far.over(); over != nil && (over.At <= o.At || slices.Contains(t.before(o, far.who, far.told), over)) {
		t.judged["HANGUP-2"]++
		return
	}
	t.due("HANGUP-2", o, far.who, far.told, "Released", voice.MayBeIn(voice.Released))
}

// together is how long after one another two calls end that one operation ended, in seconds.
const together = 0.5

// leavesOriginal judges that the original does not end with a consult call that is hung up, be it by who was consulted: not together with
// it, while nobody hung it up.
func (t *timeline) leavesOriginal(o *operation, consult *end) {
	original, over := consult.who.named[consult.parent()], consult.over()
	if original == nil || original == consult || over == nil || !original.liveAt(o.At) || t.mergingAround(o) ||
		original.told[0].Scenario != o.Scenario {
		return
	}
	far := t.partner(original, o.At)
	if far == nil || far.who == o.who {
		return
	}
	t.judged["TRANSFER-20"]++
	for _, n := range []*end{original, far} {
		if gone := t.endsWith(o, original, n, over); gone != nil {
			t.find("TRANSFER-20", judge.Finding{Entry: gone, Expected: "the original stays", Observed: "Released together with the consult call"})
			return
		}
	}
}

// endsWith is the Released of an end of the original that comes together with that of the consult call, and that nobody asked for.
func (t *timeline) endsWith(o *operation, original, n *end, over *recording.Entry) *recording.Entry {
	gone := n.over()
	used := func(p *operation) bool { return p.end == original && p.sure }
	if gone == nil || gone.At < o.At || gone.At > over.At+together || slices.ContainsFunc(posted(t.in[o.Scenario], over.At, gone.At), used) {
		return nil // it went on
	}
	if slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, gone.At), func(p *operation) bool { // what is of another scenario is over
		return p != o && ends(p.name) && (p.end == nil || p.end != o.end && p.end.tied(original) && !ofPastCall(p, o, original)) && !t.overBefore(p, o, original)
	}) {
		return nil
	}
	return gone
}

// overBefore reports whether an operation of the same person, or of whose call it is, which does not end that call, had been told to have
// had its effect when the next was posted.
func (t *timeline) overBefore(p, next *operation, other *end) bool {
	return (p.who == next.who || p.who == other.who) && p.end != nil &&
		(p.end != other || p.name == "Retrieve") && p.sure && !voice.Find(p.name).Merges && t.settled(p, next.At)
}

// mergingAround reports whether calls were being merged when an operation was posted: who is in which call is not sure then.
func (t *timeline) mergingAround(o *operation) bool {
	return slices.ContainsFunc(t.merges[o.Scenario], func(p *operation) bool {
		return p.At < o.At && (p.AnsweredAt == 0 || p.AnsweredAt > o.At)
	})
}
