package reference

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// faultsLater show at who was called, who is held, who stays: where something has been done before, and not by the agent.
func faultsLater() []fault {
	return slices.Concat(afterSwap(), ofHeld(), ofThird(), ofPassedOn(), whileRinging(), ofTwoCalls(), ofStrangers(), afterSessions(), ofSubscriptions())
}

// swappedBack reports whether a call is the original, up again beside its consult call, which is held.
func swappedBack(x *exchange) bool {
	l := x.agent.find(x.id)
	return l != nil && l.parent == nil && l.state == established && l.partner() != nil && l.partner().state == held
}

func afterSwap() []fault {
	return []fault{
		row("transfer-after-swap-refused", "STATE-5", "CompleteTransfer of an original that was swapped back is offered and refused",
			refuses("CompleteTransfer", swappedBack)),
		row("conference-after-swap-refused", "STATE-5", "CompleteConference of an original that was swapped back is offered and refused",
			refuses("CompleteConference", swappedBack)),
		row("swap-back-refused", "STATE-5", "SwapCalls of an original that was swapped back is offered and refused", refuses("SwapCalls", swappedBack)),
		row("consulted-hangs-up-both", "TRANSFER-20", "when who was consulted hangs up the original ends, too", arrives("Hangup", func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil {
				for _, p := range l.peers {
					if p.parent.live() && p.state == established {
						x.release(p.parent)
					}
				}
			}
			return nil
		})),
	}
}

func ofHeld() []fault {
	third := map[*leg]int{}
	heldGuest := map[*leg]bool{}
	return []fault{
		row("hold-of-guest-holds-all", "MSG-16", "Hold by somebody in a conference who does not own it holds it at all ends",
			onNotes("Hold", func(x *exchange, notes []*note) []*note {
				if !guest(x.leg) {
					return notes
				}
				more := &exchange{s: x.s, agent: x.agent}
				for _, p := range x.leg.peers {
					more.set(p, held)
				}
				return append(notes, more.notes...)
			})),
		row("held-guest-hangs-up-unnoticed", "HANGUP-1", "who has held a conference is not notified of Released after Hangup", both(
			arrives("Hangup", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); guest(l) && l.state == held {
					heldGuest[l] = true
				}
				return nil
			}),
			drop("Hangup", func(_ *exchange, n *note) bool { return heldGuest[n.leg] && n.state == released }))),
		row("second-hold-of-called-unnoticed", "HOLD-1", "the second Hold by who was called into a transferred call is not notified",
			drop("Hold", func(x *exchange, n *note) bool {
				if x.leg == nil || n.to != x.agent || x.leg.owner || x.leg.dnis != x.agent.Number || x.leg.peers[0].dnis == x.leg.dnis {
					return false
				}
				third[x.leg]++
				return third[x.leg] == 2
			})),
		row("hangup-of-held-unnoticed-by-other", "HANGUP-2", "Hangup of a call that both ends hold is not notified to the other end", drop("Hangup",
			func(x *exchange, n *note) bool {
				return n.to != x.agent && x.before == held && n.state == released && len(n.leg.peers) == 1
			})),
		row("hangup-of-held-refused-to-caller", "STATE-5", "Hangup of a Held call is offered to who dialled it, and refused",
			refuses("Hangup", func(x *exchange) bool {
				l := x.agent.find(x.id)
				return inState(held)(x) && l.dnis != x.agent.Number && l.parent == nil && !l.owner
			})),
	}
}

// ofThird show to who stays in a call, or to the agent, what is no longer so.
func ofThird() []fault {
	removed := map[*leg]string{}
	return []fault{
		row("removed-party-read-by-third", "READ-1", "who stays in a conference from which another was removed reads of both", both(
			onNotes("RemoveParticipantFromConference", func(x *exchange, notes []*note) []*note {
				for _, p := range x.leg.peers {
					removed[p], _ = x.body["participant"].(string)
				}
				return notes
			}),
			readCall(func(x *exchange, c object) {
				if number := removed[x.leg]; number != "" {
					parties, _ := c["participants"].([]any)
					c["participants"] = append(slices.Clone(parties), participant(number))
				}
			}))),
		row("consult-unlisted-without-original", "READ-2", "a consult call whose original is over is not in the list of calls",
			listed(func(x *exchange, list []object) []object {
				return slices.DeleteFunc(list, func(c object) bool {
					id, _ := c["id"].(string)
					l := x.agent.find(id)
					return l != nil && l.parent != nil && !l.parent.live()
				})
			})),
		row("hangup-ends-do-not-disturb", "DEVICE-13", "Hangup ends do-not-disturb, without a word", onNotes("Hangup", func(x *exchange, notes []*note) []*note {
			x.agent.doNotDisturb = "Off"
			return notes
		})),
		row("hangup-ends-forwarding", "DEVICE-13", "Hangup ends forwarding, without a word", onNotes("Hangup", func(x *exchange, notes []*note) []*note {
			x.agent.forwardTo = ""
			return notes
		})),
	}
}

func ofPassedOn() []fault {
	return []fault{
		row("single-step-transfer-untold-to-caller", "TRANSFER-23", "who is transferred in one step is not told of the new party",
			drop("SingleStepTransfer", func(x *exchange, n *note) bool { return n.to != x.agent && n.kind == kindParticipants })),
		row("single-step-of-held-loses-user-data", "TRANSFER-22", "SingleStepTransfer of a Held call does not carry its userData",
			arrives("SingleStepTransfer", func(x *exchange) *apiError {
				if inState(held)(x) {
					delete(x.body, "userData")
				}
				return nil
			})),
		row("single-step-transfer-forgets-user-data", "DATA-24", "who is transferred in one step is not shown the user data that the call had",
			arrives("SingleStepTransfer", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil {
					clear(l.data.pairs)
				}
				return nil
			})),
	}
}

func whileRinging() []fault {
	return []fault{
		row("ringing-deletion-does-nothing", "DATA-4", "DeleteUserData of a Ringing call is notified and does nothing", func(h *hooks) {
			kept := map[*leg]object{}
			arrives("DeleteUserData", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && l.state == ringing {
					kept[l] = maps.Clone(l.data.pairs)
				}
				return nil
			})(h)
			onNotes("DeleteUserData", func(x *exchange, notes []*note) []*note {
				if pairs := kept[x.leg]; x.leg != nil && len(pairs) > 0 {
					x.leg.data.merge(pairs)
					for i, n := range notes {
						if n.leg != nil {
							notes[i] = x.s.callNote(n.leg, kindData)
						}
					}
				}
				return notes
			})(h)
		}),
		row("deletion-takes-what-begins-alike", "DATA-3", "DeleteUserDataPair deletes every pair whose key begins with the one that was named",
			onNotes("DeleteUserDataPair", func(x *exchange, notes []*note) []*note {
				key, _ := x.body["key"].(string)
				if x.leg == nil || key == "" {
					return notes
				}
				maps.DeleteFunc(x.leg.data.pairs, func(k string, _ any) bool { return strings.HasPrefix(k, key) })
				for i, n := range notes {
					if n.leg != nil {
						notes[i] = x.s.callNote(n.leg, kindData)
					}
				}
				return notes
			})),
	}
}

// ofTwoCalls mix up the two calls that a person has.
func ofTwoCalls() []fault {
	return []fault{
		row("update-goes-to-the-other-call-too", "DATA-11", "UpdateUserData of one of two calls shows in the other",
			arrives("UpdateUserData", func(x *exchange) *apiError {
				pairs, _ := x.body["userData"].(object)
				for _, l := range x.agent.legs {
					if l.id != x.id && x.agent.find(x.id) != nil && l.partner() == nil {
						l.data.merge(pairs)
					}
				}
				return nil
			})),
		row("answer-holds-the-first-silently", "READ-1", "Answer of a second call holds the first, without a word", arrives("Answer", func(x *exchange) *apiError {
			for _, l := range x.agent.legs {
				if inState(ringing)(x) && l.id != x.id && l.state == established {
					l.state = held
					l.shown = key(x.s.baseCapabilities(l))
				}
			}
			return nil
		})),
		row("answer-holds-the-first-at-its-other-end", "MSG-16", "Answer of a second call holds the first at its other end",
			onNotes("Answer", func(x *exchange, notes []*note) []*note {
				more := &exchange{s: x.s, agent: x.agent}
				for _, l := range x.agent.legs {
					if x.leg == nil || l == x.leg || l.state != established && l.state != held {
						continue
					}
					for _, p := range l.peers {
						if p.state == established {
							more.set(p, held)
						}
					}
				}
				return append(notes, more.notes...)
			})),
	}
}

// ofStrangers is what somebody reads and does who has no part in it, or was told by another.
func ofStrangers() []fault {
	return []fault{
		row("update-of-another-unread", "READ-1", "who is told of user data that another has changed reads of them as they were", func(h *hooks) {
			before := map[*leg]object{}
			arrives("UpdateUserData", func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil {
					for _, p := range l.peers {
						before[p] = maps.Clone(p.data.pairs)
					}
					delete(before, l)
				}
				return nil
			})(h)
			h.notifyPeers = true
			readCall(func(x *exchange, c object) {
				if pairs, known := before[x.leg]; known {
					c["userData"] = pairs
				}
			})(h)
		}),
		row("held-calls-readable", "AUTH-8", "an agent can read the Held calls of others", func(h *hooks) {
			h.lookup = append(h.lookup, func(x *exchange, l *leg) *leg {
				if owner := x.ownerOf(); l == nil && owner != nil && owner.find(x.id).state == held {
					return owner.find(x.id)
				}
				return l
			})
		}),
		row("refused-stranger-retrieves", "MSG-16", "Retrieve by somebody who has no part in a Held call is refused and retrieves it, without a word",
			refusal("Retrieve", func(x *exchange, _ *apiError) {
				if owner := x.ownerOf(); owner != nil && owner.find(x.id).state == held {
					owner.find(x.id).state = established
				}
			})),
	}
}

// afterSessions let in who has been in before, or who says nothing.
func afterSessions() []fault {
	return []fault{
		row("ended-cookie-good-in-the-next-session", "SESSION-7", "the cookie of an ended session is good again in the agent's next", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				if hs := s.http.ended(r); hs != nil && hs.agent.session && r.Header.Get("Authorization") == "" {
					return hs.agent
				}
				return nil
			})
		}),
		row("password-empty", "AUTH-2", "an empty password opens the account of any agent", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				name, password, given := r.BasicAuth()
				for _, a := range s.agents {
					if given && password == "" && a.User == name {
						return a
					}
				}
				return nil
			})
		}),
	}
}

// ofSubscriptions keep what was ended.
func ofSubscriptions() []fault {
	return []fault{
		row("wildcard-stays-subscribed", "BAYEUX-11", "an unsubscription of a wildcard is answered successfully and ignored", func(h *hooks) {
			h.bayeux.leave = append(h.bayeux.leave, func(topics []string) []string {
				return slices.DeleteFunc(slices.Clone(topics), func(t string) bool { return strings.HasSuffix(t, "*") })
			})
		}),
		row("ended-session-subscribes", "BAYEUX-7", "a subscription in a session that was ended is answered successfully", func(h *hooks) {
			over := map[string]bool{}
			h.bayeux.ended = append(h.bayeux.ended, func(_ *bayeux, s *session) { over[s.id] = true })
			replies("/meta/subscribe", func(_ *session, request, reply object) {
				if id, _ := request["clientId"].(string); over[id] {
					reply["successful"], reply["subscription"] = true, request["subscription"]
					delete(reply, "error")
				}
			})(h)
		}),
	}
}
