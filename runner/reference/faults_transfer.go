package reference

import "slices"

// faultsTransfer break the transfer operations.
func faultsTransfer() []fault {
	return slices.Concat(initiateFaults(), completeFaults(), []fault{
		row("single-step-transfer-without-notification", "TRANSFER-18", "the agent is not notified after SingleStepTransfer", drop("SingleStepTransfer", own(""))),
		row("single-step-transfer-does-nothing", "TRANSFER-18", "SingleStepTransfer is answered 0 and nothing happens", idle("SingleStepTransfer")),
		row("single-step-transfer-does-not-ring", "TRANSFER-18", "the destination is not notified of a single-step transfer",
			drop("SingleStepTransfer", theirs(ringing))),
		row("single-step-transfer-held-first", "TRANSFER-18", "SingleStepTransfer notifies Held before Released",
			extraState("SingleStepTransfer", own(released), held, true)),
		row("single-step-transfer-refused", "HTTP-1", "SingleStepTransfer is refused", refuses("SingleStepTransfer", inState(established))),
		row("single-step-transfer-loses-user-data", "TRANSFER-22", "the call does not carry the userData of SingleStepTransfer",
			loses("SingleStepTransfer", "userData")),
		row("single-step-transfer-refuses-location", "TRANSFER-24", "SingleStepTransfer with location is refused",
			refuses("SingleStepTransfer", given("location"))),
		row("single-step-transfer-accepts-no-destination", "TRANSFER-19", "SingleStepTransfer without destination is answered 0",
			accepts("SingleStepTransfer", lacking("destination"))),
		row("consult-hangup-releases-both", "TRANSFER-20", "Hangup of the consult call releases the original too", alsoReleases((*exchange).release)),
		row("consult-hangup-releases-caller", "TRANSFER-20", "Hangup of the consult call releases the other end of the original",
			alsoReleases(func(x *exchange, original *leg) {
				for _, p := range original.peers {
					x.set(p, released)
				}
			})),
		row("consult-hangup-releases-original", "TRANSFER-20", "Hangup of the consult call releases the original instead",
			arrives("Hangup", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && l.parent.live() {
					x.id = l.parent.id
				}
				return nil
			})),
		row("retrieve-of-original-refused", "TRANSFER-21", "Retrieve of the original is refused while a consult call is up", refuses("Retrieve", withConsult)),
		row("retrieve-of-original-without-effect", "TRANSFER-21", "Retrieve of the original is answered 0 and nothing happens while a consult call is up",
			idleWhen("Retrieve", withConsult)),
	})
}

func initiateFaults() []fault {
	const op = "InitiateTransfer"
	return []fault{
		row("initiate-transfer-without-held", "TRANSFER-1", "the original is not notified as Held", drop(op, own(held))),
		row("initiate-transfer-keeps-established", "TRANSFER-1", "the original is notified as Established instead of Held", pretend(op, own(held), established)),
		row("initiate-transfer-does-nothing", "TRANSFER-1", "InitiateTransfer is answered 0 and nothing happens", idle(op)),
		row("initiate-transfer-held-as-data", "MSG-2", "Held comes as AttachedDataChanged", bend(op, own(held), func(_ *exchange, n *note) {
			n.data["notificationType"] = kindData
		})),
		row("initiate-transfer-refused", "HTTP-1", "InitiateTransfer is refused", refuses(op, inState(established))),
		row("initiate-transfer-without-dialing", "TRANSFER-2", "the consult call is not notified", drop(op, own(dialing))),
		row("initiate-transfer-consult-established", "TRANSFER-2", "the consult call is notified as Established at once",
			pretend(op, consulting(own(dialing)), established)),
		row("initiate-transfer-consult-ringing", "TRANSFER-2", "the consult call is notified as Ringing to the agent",
			pretend(op, consulting(own(dialing)), ringing)),
		row("initiate-transfer-no-consult", "TRANSFER-2", "the call is held, and no consult call is made", onlyHeld),
		row("held-after-dialing", "TRANSFER-3", "the consult call is notified as Dialing before the original as Held", last(op, own(held))),
		row("initiate-transfer-refuses-location", "TRANSFER-11", "InitiateTransfer with location is refused", refuses(op, given("location"))),
		row("initiate-transfer-refuses-user-data", "TRANSFER-12", "InitiateTransfer with userData is refused", refuses(op, given("userData"))),
		row("initiate-transfer-loses-user-data", "TRANSFER-12", "the consult call does not carry the userData of InitiateTransfer", loses(op, "userData")),
		row("initiate-transfer-accepts-no-destination", "TRANSFER-13", "InitiateTransfer without destination is answered 0", accepts(op, lacking("destination"))),
		row("initiate-transfer-dials-without-destination", "TRANSFER-13", "InitiateTransfer without destination is done, to somewhere",
			arrives(op, func(x *exchange) *apiError {
				if x.body["destination"] == nil {
					somewhere(x)
				}
				return nil
			})),
		row("initiate-transfer-accepts-wrong-type", "TRANSFER-13", "InitiateTransfer with a destination of the wrong type is answered 0",
			accepts(op, mistyped("destination"))),
		row("initiate-transfer-dials-string", "TRANSFER-13", "InitiateTransfer takes a destination that is a string", arrives(op, func(x *exchange) *apiError {
			if number, isText := x.body["destination"].(string); isText {
				x.body["destination"] = object{"phoneNumber": number}
			}
			return nil
		})),
		row("initiate-transfer-refused-but-done", "ERR-2", "InitiateTransfer without a usable destination is refused and done all the same", both(
			arrives(op, func(x *exchange) *apiError {
				if _, err := destination(x); err != nil {
					x.stashed = err
					somewhere(x)
				}
				return nil
			}),
			func(h *hooks) { h.answer = append(h.answer, failStashed) })),
		row("initiate-transfer-holds-before-refusal", "ERR-2", "InitiateTransfer without destination is refused, and the call is held", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if x.op == op && x.leg != nil && x.leg.state == established && err.code != codeState {
					x.set(x.leg, held)
				}
				return err
			})
		}),
		row("initiate-transfer-of-ringing-call", "TRANSFER-14", "InitiateTransfer of a Ringing call is done", forced(op, inState(ringing))),
		row("initiate-transfer-of-ringing-call-accepted", "TRANSFER-14", "InitiateTransfer of a Ringing call is answered 0",
			accepts(op, func(x *exchange, err *apiError) bool {
				return err.code == codeState && x.before == ringing
			})),
		row("initiate-transfer-of-released-call-accepted", "TRANSFER-14", "InitiateTransfer of a Released call is answered 0", accepts(op, notFoundAnd(over))),
		row("initiate-transfer-of-unknown-call-accepted", "ERR-9", "InitiateTransfer of a call that does not exist is answered 0", accepts(op, notFoundAnd(unknown))),
		row("initiate-transfer-of-foreign-call", "AUTH-7", "an agent can transfer a call of others", arrives(op, asOwner)),
		row("transfer-destination-does-not-ring", "TRANSFER-16", "the destination of a transfer is not notified", drop(op, theirs(ringing))),
		row("transfer-destination-established", "TRANSFER-16", "the destination of a transfer is notified of an Established call",
			pretend(op, theirs(ringing), established)),
	}
}

func completeFaults() []fault {
	const op = "CompleteTransfer"
	return []fault{
		row("complete-transfer-without-original", "TRANSFER-4", "the original is not notified as Released", drop(op, original(own(released)))),
		row("complete-transfer-original-held", "TRANSFER-4", "the original is notified as Held instead of Released", pretend(op, original(own(released)), held)),
		row("complete-transfer-does-nothing", "TRANSFER-4", "CompleteTransfer is answered 0 and nothing happens", idle(op)),
		row("complete-transfer-without-consult", "TRANSFER-5", "the consult call is not notified as Released", drop(op, consulting(own(released)))),
		row("complete-transfer-consult-established", "TRANSFER-5", "the consult call is notified as Established instead of Released",
			pretend(op, consulting(own(released)), established)),
		row("consult-released-before-original", "TRANSFER-6", "the consult call is notified as Released before the original",
			func(h *hooks) { h.consultReleasedFirst = true }),
		row("complete-transfer-of-dialing-refused", "TRANSFER-7", "CompleteTransfer is refused while the consult call is Dialing", refuses(op, consultIs(dialing))),
		row("complete-transfer-of-dialing-without-effect", "TRANSFER-4", "CompleteTransfer does nothing while the consult call is Dialing",
			idleWhen(op, consultIs(dialing))),
		row("complete-transfer-of-established-refused", "TRANSFER-8", "CompleteTransfer is refused once the destination has answered",
			refuses(op, consultIs(established))),
		row("complete-transfer-of-established-without-effect", "TRANSFER-4", "CompleteTransfer does nothing once the destination has answered",
			idleWhen(op, consultIs(established))),
		row("complete-transfer-at-original-refused", "TRANSFER-9", "CompleteTransfer posted to the original is refused", refuses(op, withConsult)),
		row("complete-transfer-at-original-without-effect", "TRANSFER-9", "CompleteTransfer posted to the original does nothing", idleWhen(op, withConsult)),
		row("complete-transfer-refuses-consult-call-uri", "TRANSFER-10", "CompleteTransfer with consultCallUri is refused", refuses(op, given("consultCallUri"))),
		row("complete-transfer-with-uri-without-effect", "TRANSFER-10", "CompleteTransfer with consultCallUri does nothing", idleWhen(op, given("consultCallUri"))),
		row("complete-transfer-without-consult-accepted", "TRANSFER-15", "CompleteTransfer without a consult call is answered 0", accepts(op, coded(codeState))),
		row("complete-transfer-without-consult-releases", "TRANSFER-15", "CompleteTransfer without a consult call releases the call", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if x.op != op || x.leg == nil || err.code != codeState {
					return err
				}
				x.release(x.leg)
				return nil
			})
		}),
		row("complete-transfer-releases-caller", "TRANSFER-17", "the caller's call is Released by CompleteTransfer", endOthers(op)),
		row("complete-transfer-notifies-caller-released", "TRANSFER-17", "the caller is notified of Released by CompleteTransfer, though the call goes on",
			pretend(op, theirs(established), released)),
	}
}

func withConsult(x *exchange) bool {
	l := x.agent.find(x.id)
	return len(l.consults()) > 0
}

// consultIs looks at the consult call of the pair that a completion names.
func consultIs(state string) func(*exchange) bool {
	return func(x *exchange) bool {
		l := x.agent.find(x.id)
		if l == nil {
			return false
		}
		if !l.parent.live() {
			l = l.partner()
		}
		return l != nil && l.state == state
	}
}

// idleWhen answers 0 and does nothing where the condition holds.
func idleWhen(op string, when func(*exchange) bool) func(*hooks) {
	nothing := &apiError{message: "nothing is done"}
	return both(
		arrives(op, func(x *exchange) *apiError {
			if when(x) {
				return nothing
			}
			return nil
		}),
		accepts(op, func(_ *exchange, err *apiError) bool { return err == nothing }),
	)
}

// asOwner lets a request act for the agent whose call it names.
func asOwner(x *exchange) *apiError {
	if foreign(x) {
		x.agent = x.ownerOf()
	}
	return nil
}

// onlyHeld undoes the consult call before anybody is told of it.
func onlyHeld(h *hooks) {
	onNotes("InitiateTransfer", func(x *exchange, notes []*note) []*note {
		var kept []*note
		for _, n := range notes {
			if n.leg != nil && n.leg.callType == "Consult" {
				n.leg.state = released
				n.leg.agent.legs = without(n.leg.agent.legs, n.leg)
				continue
			}
			kept = append(kept, n)
		}
		return kept
	})(h)
}

// alsoReleases lets the end of a consult call do something to its original.
func alsoReleases(release func(*exchange, *leg)) func(*hooks) {
	return func(h *hooks) {
		var originals []*leg // between the request and its notifications, under the server's lock
		arrives("Hangup", func(x *exchange) *apiError {
			originals = nil
			if l := x.agent.find(x.id); l != nil && l.parent.live() {
				originals = []*leg{l.parent}
			}
			return nil
		})(h)
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			if x.op != "Hangup" || len(originals) == 0 {
				return notes
			}
			more := &exchange{s: x.s, agent: x.agent}
			release(more, originals[0])
			originals = nil
			return append(notes, more.notes...)
		})
	}
}

// endOthers releases what the other parties have left after an operation.
func endOthers(op string) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		more := &exchange{s: x.s, agent: x.agent}
		for _, n := range notes {
			if n.to != x.agent && n.leg != nil && n.leg.state == established {
				more.release(n.leg)
			}
		}
		return append(notes, more.notes...)
	})
}
