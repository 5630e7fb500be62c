package voice

import (
	"iter"
	"maps"
)

// Participant is one of the other parties of a call: an object with the number in several forms, or a text.
type Participant struct{ value any }

// Participants are the other parties that the call shows, each with its place in the list.
func (c Call) Participants() iter.Seq2[int, Participant] {
	list, _ := c["participants"].([]any)
	return func(yield func(int, Participant) bool) {
		for i, x := range list {
			if !yield(i, Participant{x}) {
				return
			}
		}
	}
}

// Parties is how many other parties the call shows; ok is false if participants is no list.
func (c Call) Parties() (n int, ok bool) {
	list, ok := c["participants"].([]any)
	return len(list), ok
}

// Numbers are those of the other parties, "" for one without.
func (c Call) Numbers() []string {
	var out []string
	for _, p := range c.Participants() {
		out = append(out, p.Number())
	}
	return out
}

// IsObject reports whether the participant is an object, as today's documents show it.
func (p Participant) IsObject() bool { _, ok := p.value.(map[string]any); return ok }

// IsText reports whether it is a text, as the documents of 8.5.0 show it.
func (p Participant) IsText() bool { _, ok := p.value.(string); return ok }

// PhoneNumber is that member of an object; "" of a text.
func (p Participant) PhoneNumber() string { return text(object(p.value)["phoneNumber"]) }

// Members are the names of what an object says of the participant.
func (p Participant) Members() iter.Seq[string] { return maps.Keys(object(p.value)) }

// Number is the participant's number in either form.
func (p Participant) Number() string {
	if number, ok := p.value.(string); ok {
		return number
	}
	return p.PhoneNumber()
}

// Digits is the number as it is dialled.
func (p Participant) Digits() string { return text(object(p.value)["digits"]) }

// Form is a member that shows the number in a form of its own (digits, formattedPhoneNumber); ok is false if it
// is no text.
func (p Participant) Form(member string) (number string, ok bool) {
	number, ok = object(p.value)[member].(string)
	return number, ok
}
