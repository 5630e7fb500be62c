package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/voice"
)

// elsewhere judges what somebody asks for of a call in which he has no part, or none any more: however it was answered, nothing of it is
// told to who has one.
func (t *timeline) elsewhere() {
	for _, o := range slices.Concat(t.denied, t.ops) {
		if voice.Find(o.name).To != voice.ToCall || o.Scenario == "" || !o.denied && !o.sure || t.supervising(o.who, o.Entry) {
			continue
		}
		requirement := "AUTH-7"
		if o.denied {
			requirement = "ERR-2"
		}
		for _, role := range t.roles {
			n := t.people[role].named[voice.CallIDOf(o.Path)]
			if n == nil || !o.hasNoPartIn(n) || !t.ours(n) {
				continue
			}
			aimed := *o // as if who has a part in the call had posted it, and was refused
			aimed.who, aimed.end = n.who, n
			t.judged["AUTH-7"]++
			if told := t.firstEffect(&aimed); told.entry != nil {
				t.judged[requirement]++
				t.find(requirement, judge.Finding{
					Entry: told.entry, Path: told.path, Observed: told.what,
					Expected: "nothing of this: " + o.name + " was asked for by the " + o.who.role + ", who has no part in the call",
				})
				break
			}
		}
	}
}

// hasNoPartIn reports whether who posted an operation is in no call with an end at that time, as far as was told to both.
func (o *operation) hasNoPartIn(n *end) bool {
	if n.who == o.who || !n.liveAt(o.At) || o.who.number == "" || o.who.deaf.within(n.told[0].At-1, o.At) {
		return false
	}
	if o.end == nil {
		return !n.names(o.who.number)
	}
	over := o.end.over()
	return over != nil && over.At < o.At && !slices.ContainsFunc(voice.CallOf(n.before(o.At)).Numbers(), func(shown string) bool {
		return voice.MayBeSameNumber(shown, o.who.number)
	})
}

// firstEffect is the first trace that an operation left; none where it left none, or where it could not be told from what others did.
func (t *timeline) firstEffect(o *operation) trace {
	for _, effect := range []func(*operation) (trace, bool){t.effect, t.effectOnPairs} {
		if told, is := effect(o); is && told.entry != nil {
			return told
		}
	}
	return trace{}
}
