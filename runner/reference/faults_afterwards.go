package reference

import (
	"maps"
	"slices"
	"sync"
)

// afterwardsFaults are deviations that show after something else was done: in a call that is muted, in a conference at those who do not
// own it, after somebody was removed, after a refusal.
func afterwardsFaults() []fault {
	return slices.Concat(whileMuted(), ofParties(), afterRemoval(), deletedBefore(), settingsOfStates(), otherEnds(), mistypedTaken())
}

func whileMuted() []fault {
	return []fault{
		row("dtmf-of-muted-call-unnoticed", "DTMF-1", "SendDtmf of a muted call is not notified",
			drop("SendDtmf", func(x *exchange, n *note) bool { return n.to == x.agent && x.leg != nil && x.leg.mute == "On" })),
		row("mute-resumes-recording", "MSG-16", "MuteCall of a call whose recording is paused goes on with it", func(h *hooks) {
			arrives("MuteCall", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && l.recording == "Paused" && l.state == established {
					l.recording = "Recording"
				}
				return nil
			})(h)
		}),
		row("refused-consult-unmutes", "MSG-16", "an InitiateTransfer that is refused ends the mute of the call, without a word",
			refusal("InitiateTransfer", func(x *exchange, _ *apiError) {
				if x.leg != nil {
					x.leg.mute = "Off"
				}
			})),
		row("refused-completion-ends-swaps", "READ-1", "after a CompleteTransfer that was refused the call does not offer SwapCalls any more, without a word",
			func(h *hooks) {
				done := map[*leg]bool{}
				refusal("CompleteTransfer", func(x *exchange, _ *apiError) {
					if x.leg != nil {
						done[x.leg] = true
					}
				})(h)
				h.capabilities = append(h.capabilities, func(l *leg, list []string) []string {
					if done[l] {
						return omit(list, "SwapCalls")
					}
					return list
				})
			}),
		row("consult-right-behind-retrieve-without-held", "TRANSFER-1", "InitiateTransfer right behind Retrieve is not notified as Held", func(h *hooks) {
			last := map[*leg]string{}
			onNotes("", func(x *exchange, notes []*note) []*note {
				if x.leg == nil {
					return notes
				}
				was := last[x.leg]
				last[x.leg] = x.op
				if x.op != "InitiateTransfer" || was != "Retrieve" {
					return notes
				}
				return slices.DeleteFunc(notes, func(n *note) bool { return n.leg == x.leg && n.state == held })
			})(h)
		}),
	}
}

// guest reports whether a call is that of somebody in a conference who does not own it.
func guest(l *leg) bool { return l != nil && !l.owner && len(l.peers) > 1 && l.watched == nil }

func ofParties() []fault {
	ofGuest := func(x *exchange, n *note) bool { return n.to == x.agent && guest(x.leg) }
	return []fault{
		row("hold-of-guest-unnoticed", "HOLD-1", "Hold by somebody in a conference who does not own it is not notified", drop("Hold", ofGuest)),
		row("digits-of-guest-refused", "STATE-5", "SendDtmf by somebody in a conference who does not own it is offered and refused",
			refuses("SendDtmf", func(x *exchange) bool { return guest(x.agent.find(x.id)) })),
		row("guest-who-leaves-ends-conference", "CONFERENCE-17", "when somebody who does not own a conference hangs up it ends for all",
			arrives("Hangup", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); guest(l) {
					for _, p := range l.peers {
						p.peers = []*leg{l} // and nobody else is left
					}
				}
				return nil
			})),
	}
}

func afterRemoval() []fault {
	const remove = "RemoveParticipantFromConference"
	return []fault{
		row("hold-after-removal-unnoticed", "HOLD-1", "Hold after somebody was removed from the call is not notified", afterOwn(remove, "Hold")),
		row("dtmf-after-removal-refused", "STATE-5", "SendDtmf after somebody was removed from the call is offered and refused", refusedAfter(remove, "SendDtmf")),
		row("hangup-after-removal-unnoticed-by-other", "HANGUP-2", "Hangup after somebody was removed from the call is not notified to who is left", func(h *hooks) {
			done := map[string]bool{}
			onNotes("", func(x *exchange, notes []*note) []*note {
				switch {
				case x.op == remove:
					done[x.id] = true
				case x.op == "Hangup" && done[x.id]:
					return slices.DeleteFunc(notes, func(n *note) bool { return n.to != x.agent })
				}
				return notes
			})(h)
		}),
		row("removed-party-shown-again-when-held", "ID-8", "a call that is held after somebody was removed from it shows him again", func(h *hooks) {
			gone := map[*leg]string{}
			onNotes(remove, func(x *exchange, notes []*note) []*note {
				if number, _ := x.body["participant"].(string); x.leg != nil && number != "" {
					gone[x.leg] = number
				}
				return notes
			})(h)
			bend("Hold", own(held), func(_ *exchange, n *note) {
				if number := gone[n.leg]; number != "" {
					list, _ := n.call()["participants"].([]any)
					n.call()["participants"] = append(slices.Clone(list), participant(number))
				}
			})(h)
		}),
	}
}

// deletedBefore bring back what was deleted, once something else is done with the call.
func deletedBefore() []fault {
	back := func(op string) func(*hooks) {
		return func(h *hooks) {
			var mu sync.Mutex
			gone := map[*leg]object{}
			for _, deletes := range []string{"DeleteUserDataPair", "DeleteUserData"} {
				arrives(deletes, func(x *exchange) *apiError {
					mu.Lock()
					defer mu.Unlock()
					if l := x.agent.find(x.id); l != nil && len(l.data.pairs) > 0 {
						gone[l] = maps.Clone(l.data.pairs)
					}
					return nil
				})(h)
			}
			arrives(op, func(x *exchange) *apiError {
				mu.Lock()
				defer mu.Unlock()
				l := x.agent.find(x.id)
				if l != nil && l.parent != nil {
					l = l.parent
				}
				if pairs := gone[l]; l != nil && len(pairs) > 0 {
					for key, value := range pairs {
						if _, there := l.data.pairs[key]; !there {
							l.data.pairs[key] = value
						}
					}
				}
				return nil
			})(h)
		}
	}
	return []fault{
		row("deleted-pairs-back-in-conference", "DATA-9", "what was deleted of a call's user data is there again once the call has become a conference",
			back("CompleteConference")),
		row("deleted-pairs-back-at-single-step", "DATA-9", "what was deleted of a call's user data rings again where SingleStepTransfer brings it",
			back("SingleStepTransfer")),
		row("deleted-pairs-back-when-recorded", "DATA-9", "what was deleted of a call's user data is there again once the call is recorded",
			back("StartCallRecording")),
	}
}

// mistypedTaken take a parameter of another type.
func mistypedTaken() []fault {
	return []fault{
		row("dial-takes-text-as-user-data", "ERR-8", "Dial with a text as userData is answered 0", accepts("Dial", mistyped("userData"))),
		row("dial-takes-list-as-user-data", "ERR-8", "Dial with a list as userData is answered 0", accepts("Dial", aList("userData"))),
		row("transfer-takes-list-as-user-data", "ERR-8", "InitiateTransfer with a list as userData is answered 0",
			accepts("InitiateTransfer", aList("userData"))),
		row("single-step-takes-text-as-user-data", "ERR-8", "SingleStepTransfer with a text as userData is answered 0",
			accepts("SingleStepTransfer", mistyped("userData"))),
		row("removal-takes-object-as-participant", "ERR-8", "RemoveParticipantFromConference with an object as participant is answered 0",
			accepts("RemoveParticipantFromConference", mistyped("participant"))),
		row("attach-takes-text-on-held", "ERR-8", "AttachUserData of a Held call with a text as userData is answered 0",
			acceptsOf("AttachUserData", mistyped("userData"), func(l *leg) bool { return l.state == held })),
		row("digits-with-letters-taken-in-consult", "DTMF-2", "SendDtmf of a consult call with letters is answered 0",
			acceptsOf("SendDtmf", mistyped("digits"), func(l *leg) bool { return l.parent != nil })),
		row("update-of-nothing-taken-from-caller", "ERR-7", "UpdateUserData without userData is answered 0 to who dialled the call",
			acceptsOf("UpdateUserData", lacking("userData"), func(l *leg) bool { return l.agent.Number != l.dnis && l.parent == nil && l.callType != "Consult" })),
		row("nothing-is-an-operation-where-consulted", "ERR-6", "an operation that does not exist is answered 0 to who was called",
			acceptsOf("NoSuchOperation", coded(codeInvalid, codeMissing, codeState), func(l *leg) bool { return l.callType == "Consult" && l.parent == nil })),
	}
}

// settingsOfStates set the agent state by what sets something else.
func settingsOfStates() []fault {
	sets := func(op, state string) func(*hooks) {
		return func(h *hooks) {
			onNotes(op, func(x *exchange, notes []*note) []*note {
				x.agent.userState = state
				for _, n := range notes {
					if n.to == x.agent && n.call() == nil {
						n.data = x.s.deviceNote(x.agent).data
					}
				}
				return notes
			})(h)
		}
	}
	return []fault{
		row("do-not-disturb-sets-not-ready", "AGENT-11", "DoNotDisturbOn makes the agent NotReady", sets("DoNotDisturbOn", "NotReady")),
		row("forwarding-sets-not-ready", "AGENT-11", "ForwardCallsOn makes the agent NotReady", sets("ForwardCallsOn", "NotReady")),
	}
}

// otherEnds do to somebody else's end of a call what was asked for at one.
func otherEnds() []fault {
	becomes := func(op, state string, which func(x *exchange) *leg) func(*hooks) {
		return onNotes(op, func(x *exchange, notes []*note) []*note {
			l := which(x)
			if l == nil || l.agent == nil || l.watched != nil || l.state == state || l.state != established && l.state != held {
				return notes
			}
			l.state = state
			if state == released {
				l.agent.drop(l)
			}
			return append(notes, x.s.callNote(l, kindStatus))
		})
	}
	other := func(x *exchange) *leg {
		if x.leg == nil || len(x.leg.peers) != 1 {
			return nil
		}
		return x.leg.peers[0]
	}
	begun := map[*leg]int{}
	return []fault{
		row("retrieve-retrieves-both-ends", "MSG-16", "Retrieve of a call that the other end holds, too, retrieves that as well",
			becomes("Retrieve", established, other)),
		row("hold-holds-both-ends-of-consult", "MSG-16", "Hold by who was consulted holds the other end as well", becomes("Hold", held, func(x *exchange) *leg {
			if x.leg == nil || x.leg.parent != nil || x.leg.callType != "Consult" {
				return nil
			}
			return other(x)
		})),
		row("second-consult-releases-caller", "MSG-16", "the second InitiateConference of a call releases the other end", becomes("InitiateConference", released,
			func(x *exchange) *leg {
				if begun[x.leg]++; x.leg == nil || begun[x.leg] != 2 {
					return nil
				}
				return other(x)
			})),
		row("single-step-transfer-tells-caller-of-the-end", "TRANSFER-17", "SingleStepTransfer is told to who is transferred as the end of the call",
			onNotes("SingleStepTransfer", func(x *exchange, notes []*note) []*note {
				for _, n := range slices.Clone(notes) {
					if n.to != x.agent && n.leg != nil && n.leg.state == established {
						over := *n.leg
						over.state = released
						notes = append(notes, x.s.callNote(&over, kindStatus))
					}
				}
				return notes
			})),
		row("complete-transfer-releases-destination", "TRANSFER-17", "CompleteTransfer releases who was consulted", onNotes("CompleteTransfer",
			func(x *exchange, notes []*note) []*note {
				for _, n := range slices.Clone(notes) {
					if n.to != x.agent && n.leg != nil && n.leg.state == established && n.leg.callType == "Consult" {
						n.leg.state = released
						n.leg.agent.drop(n.leg)
						notes = append(notes, x.s.callNote(n.leg, kindStatus))
					}
				}
				return notes
			})),
	}
}

// aList reports whether a parameter was refused because it is a list.
func aList(parameter string) func(*exchange, *apiError) bool {
	return func(x *exchange, err *apiError) bool {
		_, list := x.body[parameter].([]any)
		return list && mistyped(parameter)(x, err)
	}
}

// acceptsOf is accepts of some calls.
func acceptsOf(op string, when func(*exchange, *apiError) bool, of func(*leg) bool) func(*hooks) {
	return accepts(op, func(x *exchange, err *apiError) bool {
		l := x.agent.find(x.id)
		return when(x, err) && x.resource == "me/calls/*" && l != nil && of(l)
	})
}
