package reference

// faultsCapabilities break what a call offers in a state.
func faultsCapabilities() []fault {
	return []fault{
		row("ringing-without-answer", "CAP-1", "a Ringing call does not offer Answer", lacks(ringing, "Answer")),
		row("ringing-without-user-data", "CAP-1", "a Ringing call does not offer UpdateUserData", lacks(ringing, "UpdateUserData")),
		row("ringing-offers-hold", "CAP-1", "a Ringing call offers Hold", offers(ringing, "Hold")),
		row("ringing-offers-nothing", "CAP-1", "a Ringing call offers nothing", offersNothing(ringing)),
		row("dialing-without-hangup", "CAP-2", "a Dialing call does not offer Hangup", plainDialing(func(list []string) []string { return omit(list, "Hangup") })),
		row("dialing-without-dtmf", "CAP-2", "a Dialing call does not offer SendDtmf", plainDialing(func(list []string) []string { return omit(list, "SendDtmf") })),
		row("dialing-offers-transfer", "CAP-2", "a Dialing call offers InitiateTransfer",
			plainDialing(func(list []string) []string { return append(list, "InitiateTransfer") })),
		row("consult-without-completion", "CAP-3", "the dialing consult call does not offer CompleteTransfer", consultDialing(func(list []string) []string {
			return omit(list, "CompleteTransfer")
		})),
		row("consult-without-swap", "CAP-3", "the dialing consult call does not offer SwapCalls",
			consultDialing(func(list []string) []string { return omit(list, "SwapCalls") })),
		row("consult-offers-retrieve", "CAP-3", "the dialing consult call offers Retrieve",
			consultDialing(func(list []string) []string { return append(list, "Retrieve") })),
		row("consult-offers-as-plain-call", "CAP-3", "the dialing consult call offers what a plain Dialing call does", consultDialing(func([]string) []string {
			return append([]string{}, capsDialing...)
		})),
		row("established-without-hold", "CAP-4", "an Established call does not offer Hold", lacks(established, "Hold")),
		row("established-without-transfer", "CAP-4", "an Established call does not offer InitiateTransfer", lacks(established, "InitiateTransfer")),
		row("established-without-single-step", "CAP-4", "an Established call does not offer SingleStepTransfer", lacks(established, "SingleStepTransfer")),
		row("established-offers-answer", "CAP-4", "an Established call offers Answer", offers(established, "Answer")),
		row("established-offers-retrieve", "CAP-4", "an Established call offers Retrieve", offers(established, "Retrieve")),
		row("established-offers-nothing", "CAP-4", "an Established call offers nothing", offersNothing(established)),
		row("held-without-retrieve", "CAP-5", "a Held call does not offer Retrieve", plainHeld(func(list []string) []string { return omit(list, "Retrieve") })),
		row("held-offers-hold", "CAP-5", "a Held call offers Hold", plainHeld(func(list []string) []string { return append(list, "Hold") })),
		row("held-keeps-capabilities", "CAP-5", "a Held call offers what an Established call does", plainHeld(func([]string) []string {
			return append([]string{}, capsEstablished...)
		})),
		row("held-original-mixture", "CAP-10", "the Held original offers Retrieve, SwapCalls and CompleteTransfer", heldOriginal(func(list []string) []string {
			return append(list, "SwapCalls", "CompleteTransfer")
		})),
		row("held-original-half-mixture", "CAP-10", "the Held original offers Retrieve and CompleteTransfer", heldOriginal(func(list []string) []string {
			return append(list, "CompleteTransfer")
		})),
		row("held-original-without-either", "CAP-6", "the Held original offers neither Retrieve nor the completion", heldOriginal(func(list []string) []string {
			return omit(list, "Retrieve")
		})),
		row("held-original-without-transfer", "CAP-6", "the Held original does not offer InitiateTransfer", heldOriginal(func(list []string) []string {
			return omit(list, "InitiateTransfer")
		})),
		row("held-original-offers-nothing", "CAP-6", "the Held original offers nothing", heldOriginal(func([]string) []string { return []string{} })),
		row("released-offers-hangup", "CAP-7", "a Released call offers Hangup", offers(released, "Hangup")),
		row("released-offers-user-data", "CAP-7", "a Released call offers UpdateUserData", offers(released, "UpdateUserData")),
		row("released-keeps-capabilities", "CAP-7", "a Released call offers what an Established call does", offer(released, func(*leg, []string) []string {
			return append([]string{}, capsEstablished...)
		})),
		row("capability-twice", "CAP-8", "an Established call offers Hangup twice", offers(established, "Hangup")),
		row("capability-twice-when-held", "CAP-8", "the Held call offers Retrieve twice", offers(held, "Retrieve")),
		row("capability-lower-case", "CAP-4", "an Established call offers hold instead of Hold", offer(established, func(_ *leg, list []string) []string {
			return append(omit(list, "Hold"), "hold")
		})),
	}
}

func offersNothing(state string) func(*hooks) {
	return offer(state, func(*leg, []string) []string { return []string{} })
}

// some bends the capabilities of those calls of a state that are, or are not,
// part of a consultation.
func some(state string, when func(*leg) bool, f func([]string) []string) func(*hooks) {
	return offer(state, func(l *leg, list []string) []string {
		if when(l) {
			return f(list)
		}
		return list
	})
}

func plainDialing(f func([]string) []string) func(*hooks) {
	return some(dialing, func(l *leg) bool { return l.parent == nil }, f)
}

func consultDialing(f func([]string) []string) func(*hooks) {
	return some(dialing, func(l *leg) bool { return l.parent.live() }, f)
}

func plainHeld(f func([]string) []string) func(*hooks) {
	return some(held, func(l *leg) bool { return l.partner() == nil }, f)
}

func heldOriginal(f func([]string) []string) func(*hooks) {
	return some(held, func(l *leg) bool { return len(l.consults()) > 0 }, f)
}
