package outcome

import (
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// answered judges that the other end, which dialled, is told that the call is Established.
func (t *timeline) answered(o *operation) {
	up := slices.IndexFunc(o.end.told, func(e *recording.Entry) bool { return e.At >= o.At && e.State() == voice.Established })
	far := t.partner(o.end, o.At)
	if up < 0 || far == nil || far.stateAt(o.At) != voice.Dialing || t.mergedSince(o, far) || t.underway(o, far) {
		return
	}
	t.due("ANSWER-2", o, far.who, far.told, "Established", func(e *recording.Entry) bool {
		return e.State() == voice.Established || !voice.CallOf(e).StateIsText()
	})
}

// often is how many calls must be told as Established before they are answered until that is held against a server: a telephone may pick
// up by itself just when somebody answers.
const often = 3

// premature judges that the call of who dialled is not told as Established while the other end rings, and is not answered before that.
func (t *timeline) premature() {
	var early []judge.Finding
	for _, role := range t.roles {
		for _, n := range t.people[role].ends {
			if n.told[0].State() != voice.Dialing || !t.ours(n) {
				continue
			}
			i := slices.IndexFunc(n.told, voice.InState(voice.Established))
			if i < 0 || n.told[i].Scenario != n.told[0].Scenario || t.mergedBy(n.told[i]) {
				continue
			}
			far := t.ringing(n, n.told[i].At)
			if far == nil || far.who.deaf.within(n.told[0].At, n.told[i].At+patience) {
				continue
			}
			t.judged["ANSWER-3"]++
			if t.stillRings(far, max(n.told[i].At, far.told[0].At)) {
				early = append(early, judge.Finding{
					Entry: n.told[i], Path: "data.call.state", Expected: "Dialing, until the " + far.who.role + " answers", Observed: voice.Established,
				})
			}
		}
	}
	if len(early) >= often {
		for _, f := range early {
			t.find("ANSWER-3", f)
		}
	}
}

// ringing is the end at which a call that somebody dialled began to ring; nil where that is not sure.
func (t *timeline) ringing(n *end, by float64) *end {
	for _, role := range t.roles {
		q := t.people[role]
		for _, m := range q.in[n.told[0].Scenario] {
			first := m.told[0]
			if q != n.who && m.id == n.id && first.State() == voice.Ringing && voice.CallOf(first).Names(n.who.number) && first.At <= by+meanwhile {
				return m
			}
		}
	}
	return nil
}

// stillRings reports whether an end rings at a time, and goes on to do so until it is answered, or over.
func (t *timeline) stillRings(n *end, at float64) bool {
	if n.stateAt(at) != voice.Ringing || slices.ContainsFunc(n.ops, func(o *operation) bool { return o.name == "Answer" && o.At <= at }) {
		return false
	}
	next := slices.IndexFunc(n.told, func(e *recording.Entry) bool { return e.At > at && e.State() != voice.Ringing })
	if next < 0 {
		return false
	}
	until := n.told[next].At
	if n.told[next].State() == voice.Released { // by itself it may have gone to a mailbox, which answers
		return slices.ContainsFunc(t.ops, func(o *operation) bool {
			return o.end != nil && o.end.id == n.id && o.sure && ends(o.name) && o.At > at && o.At < until
		})
	}
	return slices.ContainsFunc(n.ops, func(o *operation) bool { return o.name == "Answer" && o.sure && o.At < until })
}

// underway reports whether who has an end of a call had asked for something else when an operation was posted, and was not
// told of it yet.
func (t *timeline) underway(o *operation, n *end) bool {
	told := n.before(o.At)
	return told != nil && slices.ContainsFunc(posted(t.ops, told.At, o.At), func(p *operation) bool {
		return p.who == n.who && p.end != nil && p.name != "SendDtmf" && voice.Find(p.name).Group != voice.GroupUserData
	})
}

// mergedSince reports whether the call of an end was merged with another, swapped away or given up soon after an operation:
// then it may never be told as Established.
func (t *timeline) mergedSince(o *operation, n *end) bool {
	later := posted(t.ops, o.At, math.Inf(1))
	next := slices.IndexFunc(later, func(p *operation) bool {
		return p.who == n.who && p.end != nil && p.name != "SendDtmf" && voice.Find(p.name).Group != voice.GroupUserData
	})
	if next < 0 || within(n.who.missed, o.At, later[next].At) {
		return false
	}
	i := slices.IndexFunc(n.told, func(e *recording.Entry) bool { return e.At >= o.At && e.State() == voice.Established })
	return i < 0
}
