package reference

import "slices"

// faultsCalls break the operations on one call.
func faultsCalls() []fault {
	return slices.Concat(dialFaults(), stateFaults(), dataFaults(), featureFaults(), []fault{
		row("answer-without-notification", "ANSWER-1", "the agent is not notified of the answer", drop("Answer", own(""))),
		row("answer-does-nothing", "ANSWER-1", "Answer is answered 0 and nothing happens", idle("Answer")),
		row("answer-notified-as-held", "ANSWER-1", "the answered call is notified as Held", pretend("Answer", own(established), held)),
		row("answer-refused", "HTTP-1", "Answer of a Ringing call is refused", refuses("Answer", inState(ringing))),
		row("answer-without-notification-of-caller", "ANSWER-2", "the caller is not notified of the answer", drop("Answer", theirs(established))),
		row("answer-keeps-caller-dialing", "ANSWER-2", "the caller is notified of Dialing at the answer", pretend("Answer", theirs(established), dialing)),
		row("hold-without-notification", "HOLD-1", "the agent is not notified of Held", drop("Hold", own(""))),
		row("hold-does-nothing", "HOLD-1", "Hold is answered 0 and nothing happens", idle("Hold")),
		row("hold-notified-as-established", "HOLD-1", "the held call is notified as Established", pretend("Hold", own(held), established)),
		row("retrieve-without-notification", "RETRIEVE-1", "the agent is not notified of the retrieved call", drop("Retrieve", own(""))),
		row("retrieve-does-nothing", "RETRIEVE-1", "Retrieve is answered 0 and nothing happens", idle("Retrieve")),
		row("retrieve-notified-as-held", "RETRIEVE-1", "the retrieved call is notified as Held", pretend("Retrieve", own(established), held)),
		row("hangup-without-notification", "HANGUP-1", "the agent is not notified of Released", drop("Hangup", own(""))),
		row("hangup-does-nothing", "HANGUP-1", "Hangup is answered 0 and nothing happens", idle("Hangup")),
		row("hangup-notified-as-held", "HANGUP-1", "the released call is notified as Held", pretend("Hangup", own(released), held)),
		row("hangup-without-notification-of-other", "HANGUP-2", "the other party is not notified of Released", drop("Hangup", theirs(""))),
		row("hangup-notifies-other-of-established", "HANGUP-2", "the other party is notified of Established at the end",
			pretend("Hangup", theirs(released), established)),
		row("swap-without-established", "SWAP-1", "SwapCalls does not notify the retrieved call", drop("SwapCalls", own(established))),
		row("swap-without-held", "SWAP-1", "SwapCalls does not notify the held call", drop("SwapCalls", own(held))),
		row("swap-does-nothing", "SWAP-1", "SwapCalls is answered 0 and nothing happens", idle("SwapCalls")),
		row("swap-accepts-no-other-call", "SWAP-3", "SwapCalls without otherCallUri is answered 0", accepts("SwapCalls", lacking("otherCallUri"))),
		row("swap-guesses-the-other-call", "SWAP-3", "SwapCalls without otherCallUri swaps", arrives("SwapCalls", func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && x.body["otherCallUri"] == nil && l.partner() != nil {
				x.body["otherCallUri"] = x.s.callURI(l.partner().id)
			}
			return nil
		})),
		row("dtmf-without-notification", "DTMF-1", "SendDtmf is not notified", drop("SendDtmf", own(""))),
		row("dtmf-as-status-change", "DTMF-1", "SendDtmf is notified as StatusChange", asStatusChange("SendDtmf")),
		row("dtmf-changes-state", "DTMF-1", "SendDtmf is notified with state Held", pretend("SendDtmf", own(""), held)),
		row("dtmf-accepts-no-digits", "DTMF-2", "SendDtmf without digits is answered 0", accepts("SendDtmf", lacking("digits"))),
		row("dtmf-accepts-letters", "DTMF-2", "SendDtmf with letters is answered 0", accepts("SendDtmf", mistyped("digits"))),
	})
}

func dialFaults() []fault {
	return []fault{
		row("dial-without-notification", "DIAL-1", "the caller is not notified of Dialing", drop("Dial", own(""))),
		row("dial-does-nothing", "DIAL-1", "Dial is answered 0 and nothing happens", idle("Dial")),
		row("dial-notified-as-established", "DIAL-1", "the dialled call is notified as Established", pretend("Dial", own(dialing), established)),
		row("dial-participant-of-caller", "ID-8", "the Dialing call lists the caller as participant", bend("Dial", own(""), func(x *exchange, n *note) {
			n.call()["participants"] = []any{participant(x.agent.Number)}
		})),
		row("dialled-agent-not-notified", "DIAL-2", "the dialled agent is not notified", drop("Dial", theirs(""))),
		row("dialled-agent-established", "DIAL-2", "the dialled agent is notified of an Established call", pretend("Dial", theirs(ringing), established)),
		row("dial-loses-user-data", "DIAL-3", "the call does not carry the userData of Dial", bendCall("Dial", own(""), func(c object) { delete(c, "userData") })),
		row("dial-refuses-user-data", "DIAL-3", "Dial with userData is refused", refuses("Dial", given("userData"))),
		row("dial-refuses-location", "DIAL-4", "Dial with location is refused", refuses("Dial", given("location"))),
		row("dial-refuses-outbound-caller-id", "DIAL-4", "Dial with outboundCallerId is refused", refuses("Dial", given("outboundCallerId"))),
		row("dial-accepts-no-destination", "DIAL-5", "Dial without destination is answered 0", accepts("Dial", lacking("destination"))),
		row("dial-calls-without-destination", "DIAL-5", "Dial without destination calls somebody", arrives("Dial", func(x *exchange) *apiError {
			if x.body["destination"] == nil {
				somewhere(x)
			}
			return nil
		})),
		row("dial-accepts-wrong-type", "DIAL-5", "Dial with a destination of the wrong type is answered 0", accepts("Dial", mistyped("destination"))),
		row("dial-refused-but-done", "DIAL-5", "Dial with a wrong destination is refused and calls somebody", both(
			arrives("Dial", func(x *exchange) *apiError {
				if _, err := destination(x); err != nil {
					x.stashed = err
					somewhere(x)
				}
				return nil
			}),
			func(h *hooks) { h.answer = append(h.answer, failStashed) })),
		row("ringing-without-user-data-of-dial", "DIAL-6", "the dialled agent's Ringing does not carry the userData of Dial",
			bendCall("Dial", theirs(ringing), func(c object) {
				delete(c, "userData")
			})),
		row("ringing-with-other-user-data", "DIAL-6", "the dialled agent's Ringing carries other userData than Dial sent",
			bendCall("Dial", theirs(ringing), func(c object) {
				if c["userData"] != nil {
					c["userData"] = object{"Other": "1"}
				}
			})),
	}
}

func stateFaults() []fault {
	return []fault{
		row("hold-while-ringing", "STATE-4", "Hold of a Ringing call is done", forced("Hold", inState(ringing))),
		row("hangup-while-ringing", "STATE-4", "Hangup of a Ringing call is done", forced("Hangup", inState(ringing))),
		row("dtmf-while-held", "STATE-4", "SendDtmf of a Held call is done", forced("SendDtmf", inState(held))),
		row("answer-by-the-caller", "STATE-1", "Answer of a Dialing call is done", forced("Answer", inState(dialing))),
		row("retrieve-by-the-caller", "STATE-1", "Retrieve of a Dialing call makes it Established", forced("Retrieve", inState(dialing))),
		row("wrong-state-accepted", "STATE-2", "an operation that is not offered is answered 0", accepts("", coded(codeState))),
		row("wrong-state-accepted-when-held", "STATE-2", "an operation that a Held call does not offer is answered 0",
			accepts("", func(x *exchange, err *apiError) bool {
				return err.code == codeState && x.before == held
			})),
		row("offered-conference-refused", "STATE-3", "InitiateConference of a Held call is offered and refused", refuses("InitiateConference", inState(held))),
		row("offered-single-step-refused", "STATE-3", "SingleStepTransfer of a Held call is offered and refused", refuses("SingleStepTransfer", inState(held))),
		row("offered-dtmf-refused", "STATE-3", "SendDtmf of a Dialing call is offered and refused", refuses("SendDtmf", inState(dialing))),
	}
}

func featureFaults() []fault {
	return []fault{
		row("mute-without-notification", "MUTE-1", "MuteCall is not notified", drop("MuteCall", own(""))),
		row("mute-notified-as-off", "MUTE-1", "MuteCall is notified with mute Off", bendCall("MuteCall", own(""), func(c object) { c["mute"] = "Off" })),
		row("unmute-notified-as-on", "MUTE-1", "UnmuteCall is notified with mute On", bendCall("UnmuteCall", own(""), func(c object) { c["mute"] = "On" })),
		row("unmute-without-notification", "MUTE-1", "UnmuteCall is not notified", drop("UnmuteCall", own(""))),
		row("recording-start-without-notification", "RECORD-1", "StartCallRecording is not notified", drop("StartCallRecording", own(""))),
		row("recording-start-notified-as-stopped", "RECORD-1", "StartCallRecording is notified with recordingState Stopped",
			recordingState("StartCallRecording", "Stopped")),
		row("recording-start-as-status-change", "RECORD-1", "StartCallRecording is notified as StatusChange", asStatusChange("StartCallRecording")),
		row("recording-offers-no-pause", "RECORD-1", "a call that is recorded does not offer PauseCallRecording",
			bendCall("StartCallRecording", own(""), omitting("PauseCallRecording"))),
		row("recording-pause-without-notification", "RECORD-2", "PauseCallRecording is not notified", drop("PauseCallRecording", own(""))),
		row("recording-pause-notified-as-recording", "RECORD-2", "PauseCallRecording is notified with recordingState Recording",
			recordingState("PauseCallRecording", "Recording")),
		row("recording-pause-offers-no-resume", "RECORD-2", "a paused recording does not offer ResumeCallRecording",
			bendCall("PauseCallRecording", own(""), omitting("ResumeCallRecording"))),
		row("recording-stop-without-notification", "RECORD-4", "StopCallRecording is not notified", drop("StopCallRecording", own(""))),
		row("recording-stop-notified-as-paused", "RECORD-4", "StopCallRecording is notified with recordingState Paused",
			recordingState("StopCallRecording", "Paused")),
		row("recording-stop-offers-no-start", "RECORD-4", "a stopped recording does not offer StartCallRecording",
			bendCall("StopCallRecording", own(""), omitting("StartCallRecording"))),
		row("recording-without-user-data", "RECORD-5", "user data does not show the recording state", calls("", func(_ *Server, _ *leg, c object) {
			if pairs, _ := c["userData"].(object); pairs != nil {
				delete(pairs, "GSIP_RECORD")
			}
		})),
		row("recording-user-data-stays-on", "RECORD-5", "GSIP_RECORD stays ON", calls("", func(_ *Server, _ *leg, c object) {
			if pairs, _ := c["userData"].(object); pairs["GSIP_RECORD"] != nil {
				pairs["GSIP_RECORD"] = "ON"
			}
		})),
	}
}

func recordingState(op, state string) func(*hooks) {
	return bendCall(op, own(""), func(c object) { c["recordingState"] = state })
}

func omitting(op string) func(object) {
	return func(c object) {
		if list, isList := c["capabilities"].([]string); isList {
			c["capabilities"] = omit(slices.Clone(list), op)
		}
	}
}
