package reference

import "slices"

// faultsCompany say nothing, or not all, of who is in a call now to those whom nobody asks.
func faultsCompany() []fault {
	const transfer, conference, remove = "CompleteTransfer", "CompleteConference", "RemoveParticipantFromConference"
	alone := func(_ *note, c object) {
		if list, _ := c["participants"].([]any); len(list) > 1 {
			c["participants"] = list[:1]
		}
	}
	return []fault{
		row("transfer-unnoticed-by-caller", "TRANSFER-23", "after CompleteTransfer the caller is not told of the destination",
			drop(transfer, ofOriginal(theirs("")))),
		row("transfer-unnoticed-by-destination", "TRANSFER-23", "after CompleteTransfer the destination is not told of the caller",
			drop(transfer, ofConsult(theirs("")))),
		row("transferred-party-keeps-agent", "TRANSFER-23", "after CompleteTransfer the destination is told of the agent, who has left",
			bend(transfer, ofConsult(theirs("")), func(x *exchange, n *note) {
				n.call()["participants"] = []any{participant(x.agent.Number)}
			})),
		row("transferred-caller-keeps-agent", "TRANSFER-23", "after CompleteTransfer the caller's call lists the agent, who has left, beside the destination",
			keepsAgent),
		row("second-transfer-unnoticed-by-caller", "TRANSFER-23", "who was transferred before is not told when the call is transferred again",
			movedTwice),
		row("conference-unnoticed-by-caller", "CONFERENCE-17", "CompleteConference is not notified to the caller", drop(conference, ofOriginal(theirs("")))),
		row("conference-unnoticed-by-destination", "CONFERENCE-17", "CompleteConference is not notified to the destination", drop(conference, ofConsult(theirs("")))),
		row("conference-after-swap-unnoticed", "CONFERENCE-5", "CompleteConference of an original that was swapped back is not notified of the original",
			drop(conference, func(x *exchange, n *note) bool {
				return n.to == x.agent && n.state == established && x.leg.parent == nil && x.before == established
			})),
		row("second-conference-loses-participant", "CONFERENCE-5", "when a call becomes a conference for the second time it lists one other party only",
			conferredTwice(alone)),
		row("conference-party-told-of-one", "CONFERENCE-17", "after CompleteConference the others are told of one other party only",
			bend(conference, theirs(""), func(_ *exchange, n *note) { alone(n, n.call()) })),
		row("removal-unnoticed-by-others", "CONFERENCE-17", "a removal is not notified to who stays", drop(remove, theirs(established))),
		row("leaving-unnoticed-by-others", "CONFERENCE-17", "Hangup in a conference is not notified to who stays", drop("Hangup", theirs(established))),
	}
}

// ofOriginal narrows a pick to the far ends of calls that are no consult calls.
func ofOriginal(p pick) pick {
	return func(x *exchange, n *note) bool { return p(x, n) && n.leg != nil && n.leg.callType != "Consult" }
}

// keepsAgent lists who has transferred a call among the parties of who was transferred, from then on.
func keepsAgent(h *hooks) {
	gone := map[*leg]string{}
	h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
		for _, n := range notes {
			if x.op == "CompleteTransfer" && n.to != x.agent && n.leg != nil && n.leg.callType != "Consult" && len(gone) < 1000 {
				gone[n.leg] = x.agent.Number
				n.data["call"] = x.s.renderCall(n.leg)
			}
		}
		return notes
	})
	h.call = append(h.call, func(_ *Server, l *leg, c object) {
		if number := gone[l]; number != "" {
			list, _ := c["participants"].([]any)
			c["participants"] = append([]any{participant(number)}, list...)
		}
	})
}

// movedTwice does not tell who was transferred of the next transfer.
func movedTwice(h *hooks) {
	moved := map[*leg]bool{}
	onNotes("CompleteTransfer", func(x *exchange, notes []*note) []*note {
		return slices.DeleteFunc(notes, func(n *note) bool {
			if n.to == x.agent || n.leg == nil || n.leg.callType == "Consult" || len(moved) > 1000 {
				return false
			}
			again := moved[n.leg]
			moved[n.leg] = true
			return again
		})
	})(h)
}

// conferredTwice bends what the owner of a conference is told of it when its call was one before.
func conferredTwice(do func(*note, object)) func(*hooks) {
	return func(h *hooks) {
		conferred := map[*leg]bool{}
		onNotes("CompleteConference", func(x *exchange, notes []*note) []*note {
			for _, n := range notes {
				if n.to != x.agent || n.leg == nil || n.state != established || len(conferred) > 1000 {
					continue
				}
				if conferred[n.leg] {
					do(n, n.call())
				}
				conferred[n.leg] = true
			}
			return notes
		})(h)
	}
}
