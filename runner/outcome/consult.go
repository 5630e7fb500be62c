package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// consultation are the requirements about the beginning of a consult call; "" for none.
type consultation struct{ held, dialing, order, ringing, data string }

// consulted judges that the original is held and a consult call begun, which rings.
func (t *timeline) consulted(o *operation, by consultation) {
	if o.Body()["location"] != nil {
		return // a switch looks it up, and may know none of that name
	}
	var held *recording.Entry
	first, alone := o.holds()
	if first && o.end.stateAt(o.At) == voice.Established {
		held = t.dueAt(by.held, o, o.end, "Held", voice.MayBeIn(voice.Held))
	}
	number := voice.DialledBy(o.Entry)
	if number == "" {
		return
	}
	fresh := func(e *recording.Entry) bool {
		n := o.who.named[e.CallID()]
		return n != nil && n != o.end && n.told[0] == e && (e.State() == voice.Dialing || !voice.CallOf(e).StateIsText()) &&
			(voice.CallOf(e).Consult() || voice.CallOf(e).Names(number)) && o.began(n)
	}
	ofThis := func(e *recording.Entry) bool { return fresh(e) && o.who.named[e.CallID()].original() == o.end }
	what := "a new consult call that is Dialing to " + number
	mine := t.take(newCall+" "+o.who.role, o, t.before(o, o.who, o.who.calls), ofThis)
	if mine != nil {
		t.decide(by.dialing, o, o.who, what, mine)
	} else { // one that names no original
		mine = t.dueAs(newCall, by.dialing, o, o.who, o.who.calls, what, fresh)
	}
	t.carries(by.data, o, mine)
	if alone {
		t.inOrder(by.order, o, held, mine, "Held of the original before Dialing of the consult call")
	}
	if by.ringing != "" && mine != nil {
		t.rings(by.ringing, o, o.who.named[mine.CallID()])
	}
}

// holds reports whether an operation is the first of those that hold a call at about the same time, and the only one: then the call is
// told as Held once, and by which of them nobody can say. One that was told as Held before the other was sent is over.
func (o *operation) holds() (first, alone bool) {
	first, alone = true, true
	isHeld := func(e *recording.Entry) bool { return e.State() == voice.Held }
	for _, p := range posted(o.end.ops, o.At-meanwhile, o.At+meanwhile) {
		if p.At < o.At && slices.ContainsFunc(since(o.end.told[:len(o.end.told)-len(since(o.end.told, o.At))], p.At), isHeld) {
			continue
		}
		if p != o && (p.name == "Hold" || p.name == "InitiateTransfer" || p.name == "InitiateConference") && o.end.stateAt(p.At) == voice.Established {
			alone = false
			first = first && (p.At > o.At || p.At == o.At && p.Seq > o.Seq)
		}
	}
	return first, alone
}

// began reports whether a consult call may have been begun by an operation: it names no other original.
func (o *operation) began(consult *end) bool {
	original := consult.original()
	return original == nil || original == o.end
}

// original is the person's call that a consult call names as its original; nil where it names none but itself.
func (n *end) original() *end {
	if found := n.who.named[n.parent()]; found != n {
		return found
	}
	return nil
}
