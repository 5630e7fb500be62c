package reference

// faultsDone say of what was done that it was not: it is refused, or told as if it had not been, in some situation only.
func faultsDone() []fault {
	return []fault{
		row("mute-of-a-call-muted-before-notified-as-off", "MUTE-1", "MuteCall of a call that was muted before is notified as Off",
			secondOfACall("MuteCall", func(c object) { c["mute"] = "Off" })),
		row("second-swap-refused-and-done", "ERR-2", "from the second on, each SwapCalls is refused and done all the same",
			func(h *hooks) { refusedAndDone("SwapCalls", fromSecond())(h) }),
		row("retrieve-in-conference-refused-and-done", "ERR-2", "Retrieve of a conference is refused and done all the same",
			refusedAndDone("Retrieve", inCompany)),
		row("attach-of-an-object-refused-and-done", "ERR-2", "AttachUserData of an object is refused and done all the same",
			refusedAndDone("AttachUserData", nested)),
		row("consult-of-what-was-held-stays", "TRANSFER-5", "CompleteTransfer does not notify the consult call as Released where its original was held before",
			consultOfHeldStays),
	}
}

// refusedAndDone does what is allowed, and answers that it is not.
func refusedAndDone(op string, when func(*exchange) bool) func(*hooks) {
	return both(
		arrives(op, func(x *exchange) *apiError {
			if when(x) {
				x.stashed = wrongState("Operation %s is not allowed in this state", x.op)
			}
			return nil
		}),
		func(h *hooks) { h.answer = append(h.answer, failStashed) },
	)
}

// inCompany looks at whether the call that an operation is posted to has more than one other party.
func inCompany(x *exchange) bool {
	l := x.agent.find(x.id)
	return l != nil && len(l.peers) > 1
}

// fromSecond is a condition that holds from the second time on.
func fromSecond() func(*exchange) bool {
	n := 0
	return func(*exchange) bool { n++; return n > 1 }
}

// secondOfACall bends what is notified of an operation from the second time on that it is done to the same end of a call.
func secondOfACall(op string, f func(object)) func(*hooks) {
	return func(h *hooks) {
		done := map[*leg]int{}
		onNotes(op, func(x *exchange, notes []*note) []*note {
			for _, n := range notes {
				if n.to != x.agent || n.leg == nil || n.call() == nil {
					continue
				}
				if done[n.leg]++; done[n.leg] > 1 {
					f(n.call())
				}
			}
			return notes
		})(h)
	}
}

// nested looks at whether a value of the user data that are sent is an object.
func nested(x *exchange) bool {
	pairs, _ := x.body["userData"].(object)
	for _, value := range pairs {
		if _, is := value.(object); is {
			return true
		}
	}
	return false
}

func consultOfHeldStays(h *hooks) {
	before := map[*leg]bool{}
	arrives("InitiateTransfer", func(x *exchange) *apiError {
		if l := x.agent.find(x.id); l != nil && l.state == held {
			before[l] = true
		}
		return nil
	})(h)
	drop("CompleteTransfer", func(x *exchange, n *note) bool {
		return consulting(own(released))(x, n) && before[n.leg.parent]
	})(h)
}
