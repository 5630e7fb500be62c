package outcome

import (
	"cmp"
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// What is told this long after an operation has nothing to do with it any more; and what was not told although the
// recording went on for so long, did not come.
const (
	aftermath = 60.0 // seconds
	patience  = 10.0
)

// meanwhile is how far apart two operations may have been sent whose effects are told in one.
const meanwhile = 1.0

// due judges that somebody is told something as the outcome of an operation, from a list of what the person was told. Each
// notification is the outcome of one operation. It returns what came; nil if nothing did, or nothing had to.
func (t *timeline) due(requirement string, o *operation, p *person, list []*recording.Entry, expected string, fits voice.Predicate) *recording.Entry {
	return t.dueAs(requirement, requirement, o, p, list, expected, fits)
}

// newCall is the outcome of whatever makes a call, at either end: it is that of one operation only.
const newCall = "new call"

// dueAs is due of an outcome that operations of several kinds have.
func (t *timeline) dueAs(
	kind, requirement string, o *operation, p *person, list []*recording.Entry, expected string, fits voice.Predicate,
) *recording.Entry {
	e := t.take(kind+" "+p.role, o, t.before(o, p, list), fits)
	if e == nil && t.unknown(o, p) {
		return nil
	}
	t.decide(requirement, o, p, expected, e)
	return e
}

// dueAt is due at one end of a call. Where the call was over before the outcome could come, and it did not, nothing is due.
func (t *timeline) dueAt(requirement string, o *operation, n *end, expected string, fits voice.Predicate) *recording.Entry {
	e := t.take(requirement+" "+n.who.role, o, t.before(o, n.who, n.told), fits)
	if e != nil || !t.unknown(o, n.who) && !t.cut(o, n) {
		t.decide(requirement, o, n.who, expected, e)
	}
	return e
}

// inOrder judges that of two outcomes of an operation, both told in one session, one was told before the other.
func (t *timeline) inOrder(requirement string, o *operation, first, then *recording.Entry, expected string) {
	if first == nil || then == nil || first.Actor != then.Actor || first.Browser != then.Browser {
		return
	}
	t.judged[requirement]++
	if first.Seq > then.Seq && first.At >= then.At {
		t.find(requirement, judge.Finding{Entry: then, Expected: expected, Observed: "the other way round after " + o.name})
	}
}

// before are the notifications of a list but those that came after somebody had waited in vain and then begun to hang up: what
// an operation was to bring about, the hanging up has.
func (t *timeline) before(o *operation, p *person, list []*recording.Entry) []*recording.Entry {
	for _, later := range posted(t.in[o.Scenario], o.At, math.Inf(1)) {
		if later.name != "Hangup" || !within(p.missed, o.At, later.At) && (o.Purpose != "" || later.At <= o.At+patience) {
			continue
		}
		return list[:len(list)-len(since(list, later.At))]
	}
	return list
}

// decide notes what became of an outcome: what was told, or nil for nothing.
func (t *timeline) decide(requirement string, o *operation, p *person, expected string, told *recording.Entry) {
	t.judged[requirement]++
	if told == nil {
		t.find(requirement, judge.Finding{After: o.Entry, Expected: expected, Observed: "the " + p.role + " was not told so after " + o.name})
	}
}

// take is the first fitting notification since an operation that is not the outcome of an earlier one.
func (t *timeline) take(key string, o *operation, list []*recording.Entry, fits voice.Predicate) *recording.Entry {
	used := t.used[key]
	if used == nil {
		used = map[*recording.Entry]bool{}
		t.used[key] = used
	}
	for _, e := range since(list, o.At) {
		if !used[e] && fits(e) {
			used[e] = true
			return e
		}
	}
	return nil
}

// setOtherwise reports whether an operation that sets a member of its call had been followed by another one that sets it otherwise, and that
// one was told, before a notification came: it was posted when this one had been told in whatever way, or awaited in vain.
func (t *timeline) setOtherwise(o *operation, e *recording.Entry) bool {
	sets := voice.Find(o.name).Told
	return o.AnsweredAt > 0 && slices.ContainsFunc(o.end.ops, func(p *operation) bool {
		other := voice.Find(p.name).Told
		if p.who != o.who || !p.sure || p.At <= o.AnsweredAt || p.At >= e.At || other.Member != sets.Member || other.Value == nil || other.Value == sets.Value {
			return false
		}
		shown := slices.ContainsFunc(since(o.end.told, o.At), func(m *recording.Entry) bool {
			return m.At < p.At && m.Type() == sets.Type && voice.CallOf(m)[sets.Member] != sets.Value
		})
		return (shown || within(o.who.missed, o.At, p.At)) && slices.ContainsFunc(since(o.end.told, p.At), func(m *recording.Entry) bool {
			return m.At < e.At && m.Type() == other.Type && voice.CallOf(m)[other.Member] == other.Value
		})
	})
}

// unknown reports whether the recording does not say what became of an operation at somebody's session: something may be
// missing from it, an error was told, or it ends before.
func (t *timeline) unknown(o *operation, p *person) bool {
	return p.lost(o.At-1, o.At, o.AnsweredAt, aftermath) || !p.wouldKnow(o)
}

// lost reports whether something of what was under way when an answer came may be missing at somebody's session since a time, or an error
// was told of it since another. By when the person was told of what was asked for later it would have come, some time after that at most; an
// error comes on a topic of its own, and may be behind.
func (p *person) lost(heard, erred, answered, most float64) bool {
	until, late := max(erred, answered)+most, max(erred, answered)+most
	if answered > 0 {
		for _, list := range [][]fence{p.fences, p.begun} {
			i, _ := slices.BinarySearchFunc(list, answered, func(f fence, at float64) int { return cmp.Compare(f.at, at) })
			if later := slices.IndexFunc(list[i:], func(f fence) bool { return f.at > answered }); later >= 0 {
				until = min(until, list[i+later].told)
			}
		}
		late = min(late, until+meanwhile)
	}
	return p.deaf.within(heard, until) || within(p.errors, erred, late)
}

// wouldKnow reports whether what an operation caused would have come to somebody by the end of the recording: the player
// waited in vain after it, or something has come that was caused later, or much later.
func (p *person) wouldKnow(o *operation) bool {
	if within(p.missed, o.At, o.At+aftermath) {
		return true
	}
	if o.AnsweredAt > 0 && slices.ContainsFunc(p.begun, func(f fence) bool { return f.at > o.AnsweredAt }) {
		return true
	}
	if o.Purpose != "" {
		return false
	}
	// Nobody waited: what the same person asked for once this was answered, and was told of, came after it.
	return o.AnsweredAt > 0 && slices.ContainsFunc(p.fences, func(f fence) bool { return f.at > o.AnsweredAt }) || len(since(p.calls, o.At+patience)) > 0
}

// fenced notes which operations were told to who posted them, so that what they asked for before would have been told by then.
func (t *timeline) fenced() {
	used := map[*recording.Entry]bool{}
	for _, o := range t.ops {
		row := voice.Find(o.name)
		if !o.sure || o.end == nil || !o.offered || row.Told.Type == "" || o.name == "Answer" {
			continue
		}
		for _, e := range since(o.end.told, o.At) {
			if !used[e] && row.Shows(e) && t.dataFits(o, e) {
				used[e] = true
				o.who.fences = append(o.who.fences, fence{o.At, e.At})
				break
			}
		}
	}
}

// cut reports whether the call of an end was over before an operation on it could have had its outcome, by somebody else's
// doing: who hangs up, and when, is nobody's fault.
func (t *timeline) cut(o *operation, n *end) bool {
	over := n.over()
	if over == nil {
		return false
	}
	if over.At < o.At {
		return true
	}
	for _, later := range posted(t.ops, o.At, over.At) {
		if !ends(later.name) || later.name == "Retrieve" && later.end != nil && !later.end.sibling(later.At) {
			continue // Retrieve ends no call but another one of who asks for it
		}
		// Our own, sent when this one had been answered, is worked on after it; so is one that was sent after a wait in vain, or
		// when this end had been told of something that was caused later.
		return !(o.AnsweredAt > 0 && (later.who == o.who && later.At > o.AnsweredAt || fencedBetween(n.who.fences, o.AnsweredAt, later.At)) ||
			within(n.who.missed, o.At, later.At))
	}
	return true // nobody of the station did
}

// ends reports whether an operation can end a call.
func ends(name string) bool {
	return name == "Hangup" || name == "ClearCall" || name == "CancelSupervisorMonitoring" || voice.Find(name).Merges || name == "Retrieve"
}

// sibling reports whether the person had another live call at a time.
func (n *end) sibling(at float64) bool {
	return slices.ContainsFunc(n.who.ends, func(m *end) bool { return m != n && m.liveAt(at) })
}

// consults are the ends of consult calls that were begun from this one and live at a time.
func (n *end) consults(at float64) []*end {
	var out []*end
	for _, m := range n.who.ends {
		if m != n && m.liveAt(at) && n.who.named[m.parent()] == n {
			out = append(out, m)
		}
	}
	return out
}

// parent is the id of the call that this one was begun from; "" for one that is no consult call.
func (n *end) parent() string {
	for _, e := range n.told {
		if id := voice.CallOf(e).ParentID(); id != "" {
			return id
		}
	}
	return ""
}

// others are the numbers of the other parties as they were told last before a time.
func (n *end) others(at float64) []string {
	if e := n.before(at); e != nil {
		return voice.CallOf(e).Numbers()
	}
	return nil
}

// partner is the other end of a call between two recorded people at a time: the live end of the only other party that shows this
// one's number as its only other party, and has the same id, or is the only one. nil if that is not sure.
func (t *timeline) partner(n *end, at float64) *end {
	others := n.others(at)
	if len(others) != 1 || n.who.number == "" {
		return nil
	}
	var found []*end
	for _, role := range t.roles {
		p := t.people[role]
		if p == n.who || p.number == "" || !voice.SameNumber(others[0], p.number) {
			continue
		}
		for _, m := range p.ends {
			switch {
			case m.faces(n, at) && m.id == n.id:
				return m
			case m.id == n.id:
				return nil // it was not told yet who is in the call, or of the call, or has left it
			case m.faces(n, at):
				found = append(found, m)
			}
		}
	}
	if len(found) != 1 || slices.ContainsFunc(n.who.ends, func(o *end) bool { return o != n && o.id == found[0].id && o.liveAt(at) }) {
		return nil // none, one of several, or that of another call of the two
	}
	return found[0]
}

// faces reports whether an end is live at a time and shows another's person as its only other party.
func (n *end) faces(other *end, at float64) bool {
	if !n.liveAt(at) {
		return false
	}
	shown := n.others(at)
	return len(shown) == 1 && voice.SameNumber(shown[0], other.who.number)
}

// called is the recorded person that an operation dials, if it is known that the call can reach them: without another call,
// and with a device that neither forwards nor refuses calls.
func (t *timeline) called(o *operation) *person {
	number := voice.DialledBy(o.Entry)
	for _, role := range t.roles {
		p := t.people[role]
		if number == "" || p == o.who || p.number != number {
			continue
		}
		if slices.ContainsFunc(p.ends, func(n *end) bool { return n.liveAt(o.At) }) || len(p.calls) == 0 {
			return nil
		}
		if last := lastBefore(p.devices, o.At); last != nil {
			d := voice.DeviceOf(last, p.device)
			if d.DoNotDisturb() == voice.On || d["forwardTo"] != nil {
				return nil
			}
		}
		return p
	}
	return nil
}

// begunBy reports whether the consult call that a call has at a time was begun by an operation.
func (t *timeline) begunBy(original *end, at float64, name string) bool {
	last := ""
	for _, o := range original.ops {
		if o.At < at && (o.name == "InitiateTransfer" || o.name == "InitiateConference") {
			last = o.name
		}
	}
	return last == name
}
