package judge

import "github.com/voicespec/voicespec/runner/recording"

// At are the notifications of an actor about the call in a role, by the id that the call has at that
// end: that both ends have the same one is recommended only (ID-10).
func (c *Case) At(actor, role string) []*recording.Entry {
	id := ""
	for _, e := range c.Entries {
		if e.Kind == recording.KindCall && e.Role == role && e.Actor == actor {
			id = e.ID
		}
	}
	if r, known := c.roles[role]; id == "" || known && r.ID == id {
		return c.Of(actor, role)
	}
	var out []*recording.Entry
	for _, e := range c.Messages(actor) {
		if e.CallID() == id && c.misdelivered(e) == "" {
			out = append(out, e)
		}
	}
	return out
}
