package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// whose is the role of the call that a notification is about. A notification whose id is not
// known is recognised by callUuid, uri or path, so that a wrong id is reported as that and
// not as a missing notification.
func (c *Case) whose(e *recording.Entry) (Role, bool) {
	r, known := c.roleOf[e]
	if !known {
		if found, ok := c.findRole(e); ok {
			r = &found
		}
		c.roleOf[e] = r
	}
	if r == nil {
		return Role{}, false
	}
	return *r, true
}

func (c *Case) findRole(e *recording.Entry) (Role, bool) {
	call := voice.CallOf(e)
	if call == nil {
		return Role{}, false
	}
	id := e.CallID()
	var second *Role
	for _, name := range c.roleNames() {
		r := c.roles[name]
		if r.ID == id {
			if r.Entry == nil || !c.sharesID(r) || c.fits(r, call) {
				return r, true
			}
			second = &r
			continue
		}
		if second == nil && call.Alias(r.ID) {
			second = &r
		}
	}
	if second != nil {
		return *second, true
	}
	return c.roleByConnection(e)
}

// roleByConnection recognises a call that changed all of its names by the connection that it
// had under the right ones, in the same agent's session.
func (c *Case) roleByConnection(e *recording.Entry) (Role, bool) {
	first := c.connected()[connection{e.Actor, voice.CallOf(e).ConnID()}]
	if first == nil || first.Seq >= e.Seq {
		return Role{}, false
	}
	return c.whose(first)
}

// connection is one, or a call, that an actor's notifications name.
type connection struct{ actor, id string }

// connected are the first notifications of each connection that name a role's call by its id. It is
// made once: a recording may be long.
func (c *Case) connected() map[connection]*recording.Entry {
	if c.connections != nil {
		return c.connections
	}
	c.connections = map[connection]*recording.Entry{}
	ids := map[string]bool{}
	for _, r := range c.roles {
		ids[r.ID] = true
	}
	for _, m := range c.messages {
		k := connection{m.Actor, voice.CallOf(m).ConnID()}
		if k.id != "" && m.CallID() != "" && ids[m.CallID()] && c.connections[k] == nil {
			c.connections[k] = m
		}
	}
	return c.connections
}

// sharesID reports whether two roles have one live id, as on a server whose consult call reuses the original's.
func (c *Case) sharesID(r Role) bool {
	for _, o := range c.roles {
		if o.Name != r.Name && o.ID == r.ID {
			return true
		}
	}
	return false
}

// fits tells two calls with one id apart by what only a consult call has.
func (c *Case) fits(r Role, call voice.Call) bool { return call.Consult() == (r.Of != "") }

func (c *Case) roleNames() []string {
	names := make([]string, 0, len(c.roles))
	for n := range c.roles {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Ours reports whether a notification is about a call of the scenario, not about another
// call that happens to be on the same channel.
func (c *Case) Ours(e *recording.Entry) bool {
	_, ok := c.whose(e)
	return ok
}

// NotificationsAt are the notifications of an actor about the call in a role, by the id that the call has at that
// end: that both ends have the same one is recommended only (ID-10).
func (c *Case) NotificationsAt(actor, role string) []*recording.Entry {
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
