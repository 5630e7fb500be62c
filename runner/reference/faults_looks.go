package reference

import "maps"

// looksFaults show somebody an older call when he reads it, behind one operation alone: what was told him is right.
func looksFaults() []fault {
	return []fault{
		row("caller-reads-older-after-hold", "READ-1", "GET of a call that its caller has held shows him what it was before", older("Hold", callerRole)),
		row("destination-reads-older-after-hold", "READ-1", "GET of a call that who was called in has held shows him what it was before",
			older("Hold", destinationRole)),
		row("caller-reads-older-after-mute", "READ-1", "GET of a call that its caller has muted shows him what it was before", older("MuteCall", callerRole)),
		row("destination-reads-older-after-recording", "READ-1", "GET of a call whose recording who was called in has begun shows him what it was before",
			older("StartCallRecording", destinationRole)),
		row("destination-reads-older-after-update", "READ-1", "GET of a call shows who was called in the user data that were there before he was told of others",
			older("UpdateUserData", destinationRole)),
	}
}

// older shows who plays a role what he was told of a call before an operation, as long as nothing else happens to it.
func older(op string, role int) func(*hooks) {
	type history struct {
		was, is object
		by      string
	}
	told := map[*leg]*history{} // under the server's lock
	return both(
		onNotes("", func(x *exchange, notes []*note) []*note {
			for _, n := range notes {
				if c := n.call(); c != nil && n.leg != nil {
					h := told[n.leg]
					if h == nil {
						h = &history{}
						told[n.leg] = h
					}
					h.was, h.is, h.by = h.is, maps.Clone(c), x.op
				}
			}
			return notes
		}),
		readCall(func(x *exchange, c object) {
			if h := told[x.leg]; h != nil && h.by == op && h.was != nil && at(role)(x.agent, x.s) {
				clear(c)
				maps.Copy(c, h.was)
			}
		}),
	)
}
