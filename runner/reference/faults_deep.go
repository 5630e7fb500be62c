package reference

import (
	"slices"
	"sync"
)

// faultsDeep show some times only, at the other end, or after something else: what is right the first time is wrong later.
func faultsDeep() []fault { return slices.Concat(recurring(), elsewhere(), afterwards()) }

// From the second time on, and so forth: whichever scenarios are played first, the later ones show it.
var second, third, fourth = fromNth(2), fromNth(3), fromNth(4)

// recurring are deviations of what was right before.
func recurring() []fault {
	return []fault{
		row("second-hold-unnoticed", "HOLD-1", "from the second on, each Hold is not notified", only(second, drop("Hold", own("")))),
		row("third-hold-does-nothing", "HOLD-1", "from the third on, each Hold is answered 0 and nothing happens", only(third, idle("Hold"))),
		row("hold-notified-as-established-by-chance", "HOLD-1", "every other Hold, by chance, is notified as Established",
			only(chance(50), pretend("Hold", own(held), established))),
		row("second-retrieve-unnoticed", "RETRIEVE-1", "from the second on, each Retrieve is not notified", only(second, drop("Retrieve", own("")))),
		row("third-retrieve-does-nothing", "RETRIEVE-1", "from the third on, each Retrieve is answered 0 and nothing happens", only(third, idle("Retrieve"))),
		row("second-dtmf-unnoticed", "DTMF-1", "from the second on, each SendDtmf is not notified", only(second, drop("SendDtmf", own("")))),
		row("third-dtmf-twice", "MSG-4", "from the third on, each SendDtmf is notified twice", only(third, again("SendDtmf", own("")))),
		row("second-attach-unnoticed", "DATA-1", "from the second on, each AttachUserData is not notified", only(second, drop("AttachUserData", own("")))),
		row("second-update-unnoticed", "DATA-2", "from the second on, each UpdateUserData is not notified", only(second, drop("UpdateUserData", own("")))),
		row("third-update-does-nothing", "DATA-2", "from the third on, each UpdateUserData is answered 0 and nothing happens", only(third, idle("UpdateUserData"))),
		row("second-delete-pair-unnoticed", "DATA-3", "from the second on, each DeleteUserDataPair is not notified",
			only(second, drop("DeleteUserDataPair", own("")))),
		row("second-delete-unnoticed", "DATA-4", "from the second on, each DeleteUserData is not notified", only(second, drop("DeleteUserData", own("")))),
		row("second-mute-unnoticed", "MUTE-1", "from the second on, each MuteCall is not notified", only(second, drop("MuteCall", own("")))),
		row("second-unmute-does-nothing", "MUTE-1", "from the second on, each UnmuteCall is answered 0 and nothing happens", only(second, idle("UnmuteCall"))),
		row("second-recording-unnoticed", "RECORD-1", "from the second on, each StartCallRecording is not notified",
			only(second, drop("StartCallRecording", own("")))),
		row("second-pause-unnoticed", "RECORD-2", "from the second on, each PauseCallRecording is not notified", only(second, drop("PauseCallRecording", own("")))),
		row("second-stop-unnoticed", "RECORD-4", "from the second on, each StopCallRecording is not notified", only(second, drop("StopCallRecording", own("")))),
		row("second-swap-without-held", "SWAP-1", "from the second on, each SwapCalls does not notify the held call", only(second, drop("SwapCalls", own(held)))),
		row("second-swap-without-established", "SWAP-1", "from the second on, each SwapCalls does not notify the retrieved call",
			only(second, drop("SwapCalls", own(established)))),
		row("second-transfer-without-held", "TRANSFER-1", "from the second on, each InitiateTransfer does not notify Held",
			only(second, drop("InitiateTransfer", own(held)))),
		row("third-transfer-without-consult", "TRANSFER-2", "from the third on, each InitiateTransfer does not notify the consult call",
			only(third, drop("InitiateTransfer", own(dialing)))),
		row("second-transfer-without-original", "TRANSFER-4", "from the second on, each CompleteTransfer does not notify the original as Released",
			only(second, drop("CompleteTransfer", original(own(released))))),
		row("third-transfer-completes-nothing", "TRANSFER-4", "from the third on, each CompleteTransfer is answered 0 and nothing happens",
			only(third, idle("CompleteTransfer"))),
		row("second-transfer-keeps-consult", "TRANSFER-5", "from the second on, each CompleteTransfer does not notify the consult call as Released",
			only(second, drop("CompleteTransfer", consulting(own(released))))),
		row("second-conference-without-held", "CONFERENCE-1", "from the second on, each InitiateConference does not notify Held",
			only(second, drop("InitiateConference", own(held)))),
		row("second-conference-without-consult", "CONFERENCE-2", "from the second on, each InitiateConference does not notify the consult call",
			only(second, drop("InitiateConference", own(dialing)))),
		row("second-conference-keeps-consult", "CONFERENCE-4", "from the second on, each CompleteConference does not notify the consult call as Released",
			only(second, drop("CompleteConference", consulting(own(released))))),
		row("third-hangup-unnoticed", "HANGUP-1", "from the third on, each Hangup is not notified", only(third, drop("Hangup", own("")))),
		row("third-hangup-does-nothing", "HANGUP-1", "from the third on, each Hangup is answered 0 and nothing happens", only(third, idle("Hangup"))),
		row("fourth-dial-unnoticed", "DIAL-1", "from the fourth on, each Dial is not notified", only(fourth, drop("Dial", own("")))),
		row("second-single-step-keeps-call", "TRANSFER-18", "from the second on, each SingleStepTransfer does not notify Released",
			only(second, drop("SingleStepTransfer", own(released)))),
		row("second-do-not-disturb-unnoticed", "DEVICE-3", "from the second on, each DoNotDisturbOn is not notified", only(second, drop("DoNotDisturbOn", own("")))),
		row("second-forwarding-unnoticed", "DEVICE-4", "from the second on, each ForwardCallsOn is not notified", only(second, drop("ForwardCallsOn", own("")))),
		row("second-ready-unnoticed", "AGENT-1", "from the second on, each Ready is not notified", only(second, drop("Ready", own("")))),
		row("second-not-ready-does-nothing", "AGENT-2", "from the second on, each NotReady is answered 0 and nothing happens", only(second, idle("NotReady"))),
		row("second-ready-does-nothing", "AGENT-1", "from the second on, each Ready is answered 0 and nothing happens", only(second, idle("Ready"))),
	}
}

// elsewhere are deviations at the other ends, or of one of many.
func elsewhere() []fault {
	return []fault{
		row("third-dialled-agent-not-notified", "DIAL-2", "from the third on, each Dial does not notify who is dialled", only(third, drop("Dial", theirs(ringing)))),
		row("third-answer-unnoticed-by-caller", "ANSWER-2", "from the third on, each Answer is not notified to the caller",
			only(third, drop("Answer", theirs(established)))),
		row("third-hangup-unnoticed-by-other", "HANGUP-2", "from the third on, each Hangup is not notified to the other party",
			only(third, drop("Hangup", theirs(released)))),
		row("hangup-of-consult-unnoticed-by-destination", "HANGUP-2", "Hangup of a consult call is not notified to the destination",
			drop("Hangup", ofConsult(theirs(released)))),
		row("second-transfer-does-not-ring", "TRANSFER-16", "from the second on, each InitiateTransfer does not notify the destination",
			only(second, drop("InitiateTransfer", theirs(ringing)))),
		row("second-single-step-does-not-ring", "TRANSFER-18", "from the second on, each SingleStepTransfer does not notify the destination",
			only(second, drop("SingleStepTransfer", theirs(ringing)))),
		row("answered-caller-told-of-himself", "ID-8", "at the answer the caller is shown as the own other party",
			bendEnd("Answer", established, func(n *note, c object) {
				c["participants"] = []any{participant(n.to.Number)}
			})),
		row("answered-caller-told-of-stranger", "ID-8", "at the answer the caller is shown another party", bendEnd("Answer", established, func(_ *note, c object) {
			c["participants"] = []any{participant("5777")}
		})),
		row("released-caller-told-of-stranger", "ID-8", "at the end the other end is shown another party", bendEnd("Hangup", released, func(_ *note, c object) {
			c["participants"] = []any{participant("5777")}
		})),
		row("answered-caller-told-of-other-dnis", "ID-9", "at the answer the caller is shown another dnis", bendEnd("Answer", established, func(_ *note, c object) {
			c["dnis"] = "5777"
		})),
		row("held-call-with-other-dnis", "ID-9", "a Held call shows the own number as dnis", calls(held, func(_ *Server, l *leg, c object) {
			if l.dnis == l.number {
				c["dnis"] = "5778"
			} else {
				c["dnis"] = l.number
			}
		})),
		row("answered-caller-told-of-other-device", "ID-3", "at the answer the caller's call shows another device",
			bendEnd("Answer", established, func(_ *note, c object) {
				c["deviceUri"] = "http://127.0.0.1/api/v2/devices/00000000-0000-4000-8000-000000000000"
			})),
	}
}

// afterwards are deviations that something before is needed for.
func afterwards() []fault {
	return []fault{
		row("retrieve-forgets-user-data", "DATA-9", "after Retrieve a call shows no user data",
			bendCall("Retrieve", own(""), func(c object) { delete(c, "userData") })),
		row("dtmf-turns-user-data-around", "DATA-9", "after SendDtmf the values of user data are another", bendCall("SendDtmf", own(""), func(c object) {
			pairs, _ := c["userData"].(object)
			for k := range pairs {
				pairs[k] = "?"
			}
		})),
		row("ready-forgets-do-not-disturb", "DEVICE-3", "an agent who becomes Ready is shown without do-not-disturb", onDevice("Ready", "doNotDisturb", "Off")),
		row("not-ready-forgets-forwarding", "DEVICE-4", "an agent who becomes NotReady is shown without forwarding", onDevice("NotReady", "forwardTo", nil)),
		row("forwarding-forgets-do-not-disturb", "DEVICE-3", "with forwarding do-not-disturb is shown as Off", onDevice("ForwardCallsOn", "doNotDisturb", "Off")),
		row("hold-after-hold-unnoticed", "HOLD-1", "Hold of a call that was held before is not notified", afterOwn("Hold", "Hold")),
		row("dtmf-after-hold-unnoticed", "DTMF-1", "SendDtmf of a call that was held before is not notified", afterOwn("Hold", "SendDtmf")),
		row("update-after-transfer-unnoticed", "DATA-2", "UpdateUserData of a call that was swapped is not notified", afterOwn("SwapCalls", "UpdateUserData")),
		row("hold-after-single-step-unnoticed", "HOLD-1", "after SingleStepTransfer the next Hold is not notified", afterAny("SingleStepTransfer", "Hold")),
		row("retrieve-after-complete-unnoticed", "RETRIEVE-1", "after CompleteTransfer the next Retrieve is not notified", afterAny("CompleteTransfer", "Retrieve")),
		row("hold-after-conference-unnoticed", "HOLD-1", "after CompleteConference the next Hold is not notified", afterAny("CompleteConference", "Hold")),
		row("hold-refused-after-digits", "STATE-5", "Hold of a call in which digits were sent is offered and refused", refusedAfter("SendDtmf", "Hold")),
		row("update-refused-after-hold", "STATE-5", "UpdateUserData of a call that was held before is offered and refused", refusedAfter("Hold", "UpdateUserData")),
		row("consult-after-given-up-unnoticed", "TRANSFER-2", "after a Hangup the next consult call is not notified", afterAny("Hangup", "InitiateTransfer")),
	}
}

// ofConsult narrows a pick to the far ends of consult calls.
func ofConsult(p pick) pick {
	return func(x *exchange, n *note) bool { return p(x, n) && n.leg != nil && n.leg.callType == "Consult" }
}

// bendEnd changes what the other ends of a call are told.
func bendEnd(op, state string, f func(*note, object)) func(*hooks) {
	return bend(op, theirs(state), func(_ *exchange, n *note) {
		if c := n.call(); c != nil {
			f(n, c)
		}
	})
}

// onDevice shows another value of a device's member after an operation; nil for none.
func onDevice(op, member string, value any) func(*hooks) {
	return bend(op, own(""), func(_ *exchange, n *note) {
		d := n.device()
		switch {
		case d == nil || d[member] == nil:
		case value == nil:
			delete(d, member)
		default:
			d[member] = value
		}
	})
}

// afterOwn keeps back what an operation is notified by, once another was posted to the same call.
func afterOwn(first, op string) func(*hooks) {
	return func(h *hooks) {
		done := map[string]bool{}
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			if x.op == op && done[x.id] {
				notes = toOthers(notes, x.agent)
			}
			if x.op == first {
				done[x.id] = true
			}
			return notes
		})
	}
}

// afterAny keeps back what the first operation of a kind is notified by that follows another of anybody.
func afterAny(first, op string) func(*hooks) {
	return func(h *hooks) {
		armed := false
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			switch {
			case x.op == first && len(notes) > 0:
				armed = true
			case x.op == op && armed && len(notes) > 0:
				armed = false
				return toOthers(notes, x.agent)
			}
			return notes
		})
	}
}

// toOthers are the notifications to others than an agent.
func toOthers(notes []*note, a *agent) []*note {
	var out []*note
	for _, n := range notes {
		if n.to != a {
			out = append(out, n)
		}
	}
	return out
}

// refusedAfter refuses an operation of an end at which another was done before.
func refusedAfter(before, op string) func(*hooks) {
	return func(h *hooks) {
		var mu sync.Mutex
		done := map[*leg]bool{}
		refuses(op, func(x *exchange) bool {
			mu.Lock()
			defer mu.Unlock()
			return done[x.agent.find(x.id)]
		})(h)
		arrives(before, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && l.state == established {
				mu.Lock()
				defer mu.Unlock()
				done[l] = true
			}
			return nil
		})(h)
	}
}
