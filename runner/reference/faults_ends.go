package reference

import (
	"slices"
	"time"
)

// faultsEnds are deviations at the ends of those who did not begin with a call, and in what stands for a while.
func faultsEnds() []fault {
	done := func(role int) pick {
		return func(x *exchange, n *note) bool { return n.to == x.agent && at(role)(x.agent, x.s) }
	}
	return []fault{
		row("ends-have-different-connections", "ID-10", "the called agent sees the call with another connId", calls("", func(_ *Server, l *leg, c object) {
			if conn, _ := c["connId"].(string); conn != "" && l.number == l.dnis {
				c["connId"] = altered(conn)
			}
		})),
		row("callers-mute-unnoticed", "MUTE-1", "MuteCall of the caller is not notified", drop("MuteCall", done(callerRole))),
		row("destinations-mute-unnoticed", "MUTE-1", "MuteCall of somebody who was called into a call is not notified",
			drop("MuteCall", done(destinationRole))),
		row("destinations-update-lost", "DATA-2", "UpdateUserData of somebody who was called into a call is notified and changes nothing",
			onNotes("UpdateUserData", func(x *exchange, notes []*note) []*note {
				if !at(destinationRole)(x.agent, x.s) {
					return notes
				}
				for _, n := range notes {
					if c := n.call(); c != nil {
						lost(x, c)
					}
				}
				return notes
			})),
		row("initiate-refused-to-the-transferred", "STATE-5", "InitiateTransfer is offered to somebody whom a call was transferred to, and refused",
			refuses("InitiateTransfer", func(x *exchange) bool {
				l := x.agent.find(x.id)
				return l != nil && slices.ContainsFunc(l.peers, func(p *leg) bool { return p.id != l.id })
			})),
		row("duration-of-held-by-swap-begins-anew", "MSG-8", "SwapCalls says a duration of 0 of the call that it holds",
			bendCall("SwapCalls", own(held), func(c object) { c["duration"] = "0" })),
		row("consult-answered-again-later", "MSG-4", "that a consult call is Established is notified once more, a moment later",
			onNotes("Answer", func(x *exchange, notes []*note) []*note {
				for _, n := range notes {
					if l := n.leg; l != nil && l.parent != nil && n.state == established {
						again := n.clone()
						x.s.inAWhile(30*time.Millisecond, func(later *exchange) {
							if l.state == established {
								later.notes = append(later.notes, again)
							}
						})
					}
				}
				return notes
			})),
	}
}

// lost takes out of a call what a request was to put into it.
func lost(x *exchange, c object) {
	sent, _ := x.body["userData"].(object)
	have, _ := c["userData"].(object)
	if len(sent) == 0 || have == nil {
		return
	}
	left := object{}
	for key, value := range have {
		if _, lost := sent[key]; !lost {
			left[key] = value
		}
	}
	c["userData"] = left
}
