package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Recognise finds out, where no player has said so, which calls the recording is about: those whose beginning it holds, if all
// who take part in any of them were recorded with what they asked for. Of others nobody knows what was done to their calls.
func (c *Case) Recognise() {
	if !c.closed() {
		return
	}
	for _, e := range c.messages {
		r, known := c.roles[e.CallID()]
		if !known {
			if e.CallID() == "" || e.State() != voice.Ringing && e.State() != voice.Dialing {
				continue
			}
			r = Role{Name: e.CallID(), ID: e.CallID(), Entry: e}
		}
		if parent := voice.CallOf(e).ParentID(); r.Of == "" && parent != r.ID {
			r.Of, r.Entry = parent, e // of whoever has it as a consult call
		}
		c.roles[e.CallID()] = r
	}
	for name, r := range c.roles {
		if _, known := c.roles[r.Of]; r.Of != "" && !known {
			delete(c.roles, name) // nobody knows what its original was
		}
	}
	c.recognised = true
	clear(c.roleOf)
}

// closed reports whether all the numbers that calls name are those of people who were recorded with their requests.
func (c *Case) closed() bool {
	numbers := map[string]bool{}
	for _, actor := range c.Actors() {
		if !c.Station.Party(actor).Controlled {
			return false
		}
		numbers[c.Station.Party(actor).Number] = true
	}
	for _, e := range c.messages {
		call := voice.CallOf(e)
		for _, number := range append(call.Numbers(), call.DNIS()) {
			if number != "" && !numbers[number] {
				return false
			}
		}
	}
	return !slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool { return e.Kind == recording.KindGap })
}

// Touched reports whether a notification is of a call that somebody who was recorded did something with: it was posted to, or
// dialled. What others do with other calls, nobody knows.
func (c *Case) Touched(e *recording.Entry) bool {
	if c.touched == nil {
		c.touched = map[string]bool{}
		dialled := false
		for _, r := range c.Requests() {
			if r.Operation() == "" {
				continue
			}
			dialled = dialled || voice.Find(r.Operation()).To == voice.ToCalls
			c.touched[voice.CallIDOf(r.Path)] = true
			for _, member := range []string{"otherCallUri", "consultCallUri"} {
				uri, _ := r.Body()[member].(string)
				c.touched[voice.CallIDOf(uri)] = true
			}
		}
		for _, m := range c.messages {
			if parent := voice.CallOf(m).ParentID(); dialled && m.State() == voice.Dialing || parent != "" && c.touched[parent] {
				c.touched[m.CallID()] = true
			}
		}
	}
	return e.CallID() != "" && (c.touched[e.CallID()] || c.touched[voice.CallOf(e).UUID()])
}

// OfTouched are the notifications of calls that somebody who was recorded did something with. Every rule asks.
func (c *Case) OfTouched() []*recording.Entry {
	if c.ofTouched == nil {
		c.ofTouched = slices.DeleteFunc(c.Messages(""), func(e *recording.Entry) bool { return !c.Touched(e) })
	}
	return slices.Clone(c.ofTouched)
}
