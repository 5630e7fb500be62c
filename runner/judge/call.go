package judge

import "github.com/voicespec/voicespec/runner/recording"

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
		if m.Type() == "StatusChange" && !known[m.CallID()] && c.BetweenOurs(m) {
			out = append(out, m)
		}
	}
	return out
}

// FirstWith is a person's first notification of a call in a state that has another as a participant; nil if there is none.
func (c *Case) FirstWith(who, state, other string) *recording.Entry {
	number := c.Station.Party(other).Number
	for _, m := range c.Messages(who) {
		list, _ := m.Call()["participants"].([]any)
		for _, p := range list {
			if party, _ := p.(map[string]any); m.State() == state && party["phoneNumber"] == number {
				return m
			}
		}
	}
	return nil
}
