package judge

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// CallsFromNowhere are the changes of state that were notified of calls between people of the station of which nothing was
// notified before a request, and which the scenario did not make itself.
func (c *Case) CallsFromNowhere(request *recording.Entry) []*recording.Entry {
	known := map[string]bool{}
	for _, e := range c.Entries {
		if e.Kind == recording.KindCall {
			known[e.ID] = true
		}
	}
	for _, m := range c.Messages("") {
		if m.At < request.At {
			known[m.CallID()] = true
		}
	}
	var out []*recording.Entry
	for _, m := range c.Messages("") {
		if m.Type() == voice.StatusChange && !known[m.CallID()] && c.BetweenOurs(m) {
			out = append(out, m)
		}
	}
	return out
}

// FirstWith is a person's first notification of a call in a state that has another as a participant; nil if there is none.
func (c *Case) FirstWith(who, state, other string) *recording.Entry {
	number := c.Station.Party(other).Number
	for _, m := range c.Messages(who) {
		for _, p := range voice.CallOf(m).Participants() {
			if m.State() == state && number != "" && p.PhoneNumber() == number {
				return m
			}
		}
	}
	return nil
}
