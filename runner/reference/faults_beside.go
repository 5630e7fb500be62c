package reference

import (
	"maps"
	"slices"
)

// faultsBeside show the second time that something is done to a call, after something that was refused, or at a call that is held while
// something is done to another.
func faultsBeside() []fault {
	return slices.Concat(besideHeld(), ofTheSecond(), begunWithData(), ofOthers(), lateFaults(), acceptedFaults(), afterDeletions(), deletedAll())
}

func besideHeld() []fault {
	// releasing ends the agent's held calls before an operation is done.
	releasing := func(op string) func(*hooks) {
		return arrives(op, func(x *exchange) *apiError {
			for _, l := range slices.Clone(x.agent.legs) {
				if l.state == held && l.id != x.id {
					x.release(l)
				}
			}
			return nil
		})
	}
	return []fault{
		row("dial-ends-held-call", "MSG-16", "Dial ends the call that is held", releasing("Dial")),
		row("answer-ends-held-call", "MSG-16", "Answer ends the call that is held", releasing("Answer")),
		row("second-call-cannot-be-answered", "CAP-1", "a call that comes while another is held does not offer Answer",
			calls(ringing, func(_ *Server, l *leg, c object) {
				if l.agent != nil && len(l.agent.legs) > 1 {
					omitting("Answer")(c)
				}
			})),
		row("held-consult-hung-up-with-original", "TRANSFER-20", "Hangup of a consult call that is held ends the original, too",
			arrives("Hangup", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && l.state == held && l.parent != nil {
					x.release(l.parent)
				}
				return nil
			})),
	}
}

func ofTheSecond() []fault {
	consultedBefore := repeatedly()
	return []fault{
		row("second-consult-of-type-internal", "MSG-10", "each consult call of an original but the first has callType Internal",
			onNotes("InitiateTransfer", func(x *exchange, notes []*note) []*note {
				before := consultedBefore(x)
				for _, n := range notes {
					if n.state == dialing && before {
						n.leg.callType = "Internal"
						n.call()["callType"] = n.leg.callType
					}
				}
				return notes
			})),
		row("second-single-step-conference-does-not-ring", "CONFERENCE-11", "from the second SingleStepConference of a call on the destination is not notified",
			func(h *hooks) {
				again := repeatedly()
				onNotes("SingleStepConference", func(x *exchange, notes []*note) []*note {
					if !again(x) {
						return notes
					}
					return slices.DeleteFunc(notes, func(n *note) bool { return n.state == ringing })
				})(h)
			}),
		row("completion-after-a-refused-one-keeps-consult", "TRANSFER-5", "CompleteTransfer that was refused once does not notify the consult call as Released",
			func(h *hooks) {
				tried := map[string]bool{}
				h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
					tried[x.id] = tried[x.id] || x.op == "CompleteTransfer"
					return err
				})
				onNotes("CompleteTransfer", func(x *exchange, notes []*note) []*note {
					return slices.DeleteFunc(notes, func(n *note) bool { return tried[x.id] && n.to == x.agent && n.leg != nil && n.leg.parent != nil })
				})(h)
			}),
	}
}

// repeatedly reports whether an operation was sent to a call before.
func repeatedly() func(*exchange) bool {
	times := map[string]int{}
	return func(x *exchange) bool {
		times[x.op+x.id]++
		return times[x.op+x.id] > 1
	}
}

func begunWithData() []fault {
	flat := func(x *exchange) *apiError {
		pairs, _ := x.body["userData"].(object)
		for key, value := range pairs {
			if inner, nested := value.(object); nested {
				delete(pairs, key)
				for k, v := range inner {
					pairs[key+"."+k] = v
				}
			}
		}
		return nil
	}
	besideOthers := func(op string) func(*hooks) {
		return arrives(op, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && len(l.data.pairs) > 0 {
				delete(x.body, "userData")
			}
			return nil
		})
	}
	return []fault{
		row("dial-flattens-user-data", "DIAL-3", "nested user data of Dial are pairs of their own", arrives("Dial", flat)),
		row("initiate-transfer-loses-user-data-beside-others", "TRANSFER-12", "a consult call does not carry its userData where the original has some",
			besideOthers("InitiateTransfer")),
		row("initiate-conference-loses-user-data-beside-others", "CONFERENCE-15",
			"a consult call of a conference does not carry its userData where the original has some",
			besideOthers("InitiateConference")),
		row("removed-party-shown-to-third", "ID-8", "who is neither the owner of a conference nor removed from it goes on to be shown who was",
			func(h *hooks) {
				removed := map[*leg]string{}
				onNotes("RemoveParticipantFromConference", func(x *exchange, notes []*note) []*note {
					for _, p := range x.leg.peers {
						removed[p], _ = x.body["participant"].(string)
					}
					return notes
				})(h)
				calls("", func(_ *Server, l *leg, c object) {
					if parties, _ := c["participants"].([]any); removed[l] != "" && l.state != released {
						c["participants"] = append(parties, participant(removed[l]))
					}
				})(h)
			}),
		row("conference-forgets-user-data", "DATA-9", "a conference does not show the user data of the original", onNotes("CompleteConference",
			func(_ *exchange, notes []*note) []*note {
				for _, n := range notes {
					if n.leg != nil && n.leg.owner {
						n.leg.data = newData(nil)
						delete(n.call(), "userData")
					}
				}
				return notes
			})),
	}
}

// ofOthers show or change what is somebody else's, or was another's before.
func ofOthers() []fault {
	return []fault{
		row("fifth-user-is-another", "SESSION-1", "each fifth GET of the user shows another's", func(h *hooks) {
			n := 0
			reads("me", func(x *exchange) {
				user, _ := x.answer.body["user"].(object)
				if n++; n%5 == 0 && user != nil {
					i := slices.Index(x.s.agents, x.agent)
					user["id"] = x.s.agents[(i+1)%len(x.s.agents)].userID
				}
			})(h)
		}),
		row("third-user-with-the-name-of-another", "SESSION-1", "each third GET of the user shows another's userName", func(h *hooks) {
			n := 0
			reads("me", func(x *exchange) {
				user, _ := x.answer.body["user"].(object)
				if n++; n%3 == 0 && user != nil {
					i := slices.Index(x.s.agents, x.agent)
					user["userName"] = x.s.agents[(i+1)%len(x.s.agents)].User
				}
			})(h)
		}),
		row("forwarding-of-everybody", "DEVICE-13", "calls of everybody are forwarded while those of an agent are who is not to be disturbed", func(h *hooks) {
			forwards := func(x *exchange, notes []*note) []*note {
				for _, a := range x.s.agents {
					if a != x.agent && x.agent.doNotDisturb == "On" {
						a.forwardTo = x.agent.forwardTo
					}
				}
				return notes
			}
			onNotes("ForwardCallsOn", forwards)(h)
			onNotes("ForwardCallsOff", forwards)(h)
		}),
	}
}

// acceptedFaults accept what must be refused, or do it all the same.
func acceptedFaults() []fault {
	return []fault{
		row("foreign-device-monitors", "DEVICE-14", "ListenIn at another agent's device is done at the own one", accepts("ListenIn", coded(codeNotFound))),
		row("unknown-operation-accepted-again", "ERR-6", "an unknown operation is answered 0 the second time that a call is asked for it", func(h *hooks) {
			again := repeatedly()
			accepts("FlyToTheMoon", func(x *exchange, _ *apiError) bool { return again(x) })(h)
		}),
		row("refused-session-start-logs-out", "ERR-2", "StartContactCenterSession that is refused leaves the device inactive", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if x.op == "StartContactCenterSession" {
					x.agent.session = false
				}
				return err
			})
		}),
	}
}

// lateFaults show in what is read, or done, some time after what brought them about.
func lateFaults() []fault {
	return []fault{
		row("transferred-call-read-as-before", "READ-1", "a call that was transferred is read with the party who transferred it", func(h *hooks) {
			before := map[*leg]string{}
			arrives("CompleteTransfer", func(x *exchange) *apiError {
				for _, a := range x.s.agents {
					for _, l := range a.legs {
						if a != x.agent && len(l.peers) == 1 && l.peers[0].agent == x.agent {
							before[l] = x.agent.Number
						}
					}
				}
				return nil
			})(h)
			readCall(func(x *exchange, c object) {
				if number := before[x.leg]; number != "" {
					c["participants"] = []any{participant(number)}
				}
			})(h)
		}),
		row("refused-swap-exchanges-user-data", "DATA-9", "SwapCalls that is refused exchanges the user data of the two calls", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if other := x.leg; x.op == "SwapCalls" && other != nil && other.partner() != nil {
					other.data, other.partner().data = other.partner().data, other.data
				}
				return err
			})
		}),
	}
}

// afterDeletions know what was deleted, or what there was before.
func afterDeletions() []fault {
	return []fault{
		row("pair-attached-after-deletion-is-lost", "DATA-1", "a pair that was deleted is not attached again", func(h *hooks) {
			gone := map[string]bool{}
			h.arrive = append(h.arrive, func(x *exchange) *apiError {
				key, _ := x.body["key"].(string)
				pairs, _ := x.body["userData"].(object)
				switch x.op {
				case "DeleteUserDataPair":
					gone[x.id+key] = true
				case "AttachUserData":
					for k := range pairs {
						if gone[x.id+k] {
							delete(pairs, k)
						}
					}
				}
				return nil
			})
		}),
	}
}

// deletedAll know what DeleteUserData has deleted.
func deletedAll() []fault {
	return []fault{
		row("deleted-user-data-back-at-hold", "DATA-9", "what DeleteUserData has deleted is shown again when the call is held", func(h *hooks) {
			gone := map[*leg]object{}
			arrives("DeleteUserData", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil {
					gone[l] = maps.Clone(l.data.pairs)
				}
				return nil
			})(h)
			onNotes("Hold", func(_ *exchange, notes []*note) []*note {
				for _, n := range notes {
					if pairs := gone[n.leg]; len(pairs) > 0 && n.state == held {
						n.call()["userData"] = pairs
					}
				}
				return notes
			})(h)
		}),
		row("deletion-keeps-what-was-dialled", "DATA-4", "DeleteUserData leaves what Dial attached", func(h *hooks) {
			dialled := map[*callData]object{}
			onNotes("Dial", func(_ *exchange, notes []*note) []*note {
				for _, n := range notes {
					if n.leg != nil && len(n.leg.data.pairs) > 0 {
						dialled[n.leg.data] = maps.Clone(n.leg.data.pairs)
					}
				}
				return notes
			})(h)
			onNotes("DeleteUserData", func(_ *exchange, notes []*note) []*note {
				for _, n := range notes {
					if n.leg != nil && dialled[n.leg.data] != nil {
						n.leg.data.merge(dialled[n.leg.data])
						n.call()["userData"] = maps.Clone(n.leg.data.pairs)
					}
				}
				return notes
			})(h)
		}),
	}
}
