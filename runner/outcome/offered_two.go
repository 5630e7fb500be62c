package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/voice"
)

// ofTwoCalls names an operation of two calls of a person, who has no third, with what began the one from the other and with the states of both;
// "" for any other, and where it may be refused for what it names.
func (t *timeline) ofTwoCalls(o *operation) string {
	original, consult := o.twoCalls()
	if original == nil || !original.liveAt(o.At) || !consult.liveAt(o.At) {
		return ""
	}
	for _, n := range o.who.ends {
		if n != original && n != consult && n.liveAt(o.At) {
			return ""
		}
	}
	begun := "InitiateTransfer"
	if !t.begunBy(original, o.At, begun) {
		begun = "InitiateConference"
	}
	other := original
	if o.end == original {
		other = consult
	}
	return o.name + " " + o.end.stateAt(o.At) + " beside " + other.stateAt(o.At) + " of " + begun
}

// twoCalls are the original and the consult call that an operation swaps or completes, where it names none but them; nil for any other operation.
func (o *operation) twoCalls() (original, consult *end) {
	var named string
	switch o.name {
	case "SwapCalls":
		named = "otherCallUri"
	case "CompleteTransfer", "CompleteConference":
		named = "consultCallUri"
	default:
		return nil, nil
	}
	original, consult = o.pair()
	if original == nil || consult.original() != original {
		return nil, nil
	}
	uri, names := o.Body()[named].(string)
	if !names && (o.name == "SwapCalls" || o.Body()[named] != nil) || len(o.Body()) > 2 || len(o.Body()) == 2 && !names {
		return nil, nil
	}
	other := consult
	if o.name == "SwapCalls" && o.end == consult {
		other = original
	}
	if names && o.who.named[voice.CallIDOf(uri)] != other {
		return nil, nil
	}
	return original, consult
}

// both are the calls of a person that have to be as they were told for an operation to be taken.
func (o *operation) both() []*end {
	calls := []*end{o.end}
	if original, consult := o.twoCalls(); original != nil {
		calls = append(calls, slices.DeleteFunc([]*end{original, consult}, func(n *end) bool { return n == o.end })...)
	}
	return calls
}
