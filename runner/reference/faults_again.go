package reference

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// faultsAgain are deviations that show in what is read or asked for again, somewhere else or after something else.
func faultsAgain() []fault {
	return slices.Concat(unequalReads(), laterRefusals(), quietEffects(), recordedAgain())
}

// unequalReads are answers that say another thing than was notified, in one moment only.
func unequalReads() []fault {
	lookup := func(when func(*exchange, *leg) bool) func(*hooks) {
		return func(h *hooks) {
			h.lookup = append(h.lookup, func(x *exchange, l *leg) *leg {
				if l != nil && when(x, l) {
					return nil
				}
				return l
			})
		}
	}
	listed := func(f func(x *exchange, list []object) []object) func(*hooks) {
		return func(h *hooks) { h.list = append(h.list, f) }
	}
	inRead := func(f func(c object)) func(*hooks) {
		return reads("me/calls/*", func(x *exchange) {
			if c, _ := x.answer.body["call"].(object); c != nil {
				f(c)
			}
		})
	}
	return []fault{
		row("read-call-without-duration", "READ-1", "GET of a call says a duration of 0, of one that began two seconds before it was told", func(h *hooks) {
			calls("", func(s *Server, l *leg, c object) { c["duration"] = fmt.Sprint(seconds(s, l) + 2) })(h)
			inRead(func(c object) { c["duration"] = "0" })(h)
		}),
		row("read-held-call-unmuted", "READ-1", "GET of a Held call says that it is not muted", inRead(func(c object) {
			if c["state"] == held {
				c["mute"] = "Off"
			}
		})),
		row("ringing-consult-not-to-be-read", "READ-1", "GET of a consult call that rings is refused", lookup(func(_ *exchange, l *leg) bool {
			return l.state == ringing && l.callType == "Consult"
		})),
		row("transferred-calls-not-listed", "READ-2", "a call that was transferred is in no list of who is left", listed(func(x *exchange, list []object) []object {
			return slices.DeleteFunc(list, func(c object) bool {
				id, _ := c["id"].(string)
				l := x.agent.find(id)
				return l != nil && slices.ContainsFunc(l.peers, func(p *leg) bool { return p.id != l.id })
			})
		})),
		row("call-by-the-beginning-of-its-id", "ERR-9", "a call is found by the beginning of its id", arrives("", func(x *exchange) *apiError {
			for _, l := range x.agent.legs {
				if x.resource == "me/calls/*" && len(x.id) == len(l.id)-1 && strings.HasPrefix(l.id, x.id) {
					x.id = l.id
				}
			}
			return nil
		})),
		row("unsubscription-without-id", "BAYEUX-2", "the reply to an unsubscription lacks its id", replies("/meta/unsubscribe", func(_ *session, _, reply object) {
			delete(reply, "id")
		})),
		row("unsubscription-of-a-list-answered-as-subscription", "BAYEUX-2", "the reply to an unsubscription of several topics has the channel of a subscription",
			replies("/meta/unsubscribe", listAsSubscription)),
		row("conference-listed-twice", "READ-2", "a conference stands twice in the list of calls", listed(conferencesTwice)),
		row("slash-not-found", "READ-8", "a path with a slash at its end is not found", func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if x.r.Method == "GET" && strings.HasSuffix(x.r.URL.Path, "/") {
					x.fail(notFound("There is no such path"))
				}
			})
		}),
		row("basic-by-another-name", "AUTH-24", "credentials of Basic are taken under the name of another scheme", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				as := r.Clone(r.Context())
				as.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Bearer ", "Basic ", 1))
				name, password, _ := as.BasicAuth()
				for _, a := range s.agents {
					if a.User == name && a.Password == password {
						return a
					}
				}
				return nil
			})
		}),
		row("recovery-shows-calls-of-others", "AUTH-8", "user.calls of somebody who has a call holds those of others, too", reads("me", withCallsOfOthers)),
	}
}

// withCallsOfOthers adds the calls of everybody else to those of who reads himself, where he has any.
func withCallsOfOthers(x *exchange) {
	user, _ := x.answer.body["user"].(object)
	list, _ := user["calls"].([]object)
	if len(list) == 0 {
		return
	}
	for _, a := range x.s.agents {
		for _, l := range a.legs {
			if x.agent.find(l.id) == nil {
				list = append(list, x.s.renderCall(l))
			}
		}
	}
	user["calls"] = list
}

// laterRefusals turn down what is offered, where something went before.
func laterRefusals() []fault {
	the := func(f func(x *exchange, l *leg) bool) func(*exchange) bool {
		return func(x *exchange) bool {
			l := x.agent.find(x.id)
			return l != nil && f(x, l)
		}
	}
	consulted := map[*leg]bool{} // those whose consult call is over
	return []fault{
		row("retrieve-refused-after-consult", "STATE-5", "Retrieve is refused once a consult call of the held call is over",
			both(
				onNotes("Hangup", func(_ *exchange, notes []*note) []*note {
					for _, n := range notes {
						if n.state == released && n.leg != nil && n.leg.parent != nil {
							consulted[n.leg.parent] = true
						}
					}
					return notes
				}),
				refuses("Retrieve", the(func(_ *exchange, l *leg) bool { return consulted[l] })),
			)),
		row("mute-refused-in-consult", "STATE-5", "MuteCall of a consult call is refused, though it is offered",
			refuses("MuteCall", the(func(_ *exchange, l *leg) bool { return l.parent != nil }))),
		row("attach-refused-in-consult", "STATE-5", "AttachUserData of an Established consult call is refused, though it is offered",
			refuses("AttachUserData", the(func(_ *exchange, l *leg) bool { return l.parent != nil && l.state == established }))),
	}
}

// quietEffects are those of what was refused, of which nobody is told.
func quietEffects() []fault {
	refused := func(f func(x *exchange, err *apiError)) func(*hooks) {
		return func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				f(x, err)
				return err
			})
		}
	}
	ghosts, alone := map[*agent]object{}, map[*leg]bool{}
	return []fault{
		row("refused-do-not-disturb-ends-it", "DEVICE-13", "DoNotDisturbOn that is refused turns do-not-disturb off", refused(func(x *exchange, _ *apiError) {
			if x.op == "DoNotDisturbOn" {
				x.agent.doNotDisturb = "Off"
			}
		})),
		row("refused-forwarding-ends-it", "DEVICE-13", "ForwardCallsOn that is refused ends forwarding", refused(func(x *exchange, _ *apiError) {
			if x.op == "ForwardCallsOn" {
				x.agent.forwardTo = ""
			}
		})),
		row("second-call-unannounced", "READ-7", "a call that comes to somebody who has another is in his list, and he is told nothing of it", unannounced),
		row("refused-dial-is-listed", "READ-7", "a Dial without a number is refused, and is in the list of calls from then on", both(
			refused(func(x *exchange, err *apiError) {
				if x.op == "Dial" && err.code == codeMissing {
					id, connID := x.s.ids.next()
					ghosts[x.agent] = x.s.renderCall(&leg{
						id: id, connID: connID, dnis: "5999", callType: "Internal", agent: x.agent, number: x.agent.Number, state: dialing, data: newData(),
					})
				}
			}),
			func(h *hooks) {
				h.list = append(h.list, func(x *exchange, list []object) []object {
					if c := ghosts[x.agent]; c != nil && x.resource == "me/calls" {
						list = append(list, c)
					}
					return list
				})
			},
		)),
		row("refused-single-step-empties-call", "MSG-16", "a call from which a single-step operation was refused shows nobody else", both(
			refused(func(x *exchange, err *apiError) {
				if l := x.agent.find(x.id); l != nil && strings.HasPrefix(x.op, "SingleStep") && err.code == codeMissing {
					alone[l] = true
				}
			}),
			calls(established, func(_ *Server, l *leg, c object) {
				if alone[l] {
					c["participants"] = []any{}
				}
			}),
		)),
		row("refused-delete-takes-user-data", "DATA-9", "DELETE of a call is refused, and its user data are gone", refused(func(x *exchange, _ *apiError) {
			if l := x.agent.find(x.id); l != nil && x.r.Method == "DELETE" {
				clear(l.data.pairs)
			}
		})),
		row("update-with-nothing-deletes", "DATA-9", "UpdateUserData without a pair deletes all", arrives("UpdateUserData", func(x *exchange) *apiError {
			pairs, is := x.body["userData"].(object)
			if l := x.agent.find(x.id); is && len(pairs) == 0 && l != nil {
				for k := range l.data.pairs {
					delete(l.data.pairs, k)
				}
			}
			return nil
		})),
	}
}

// recordedAgain are of a call that is recorded, or talked in, for some time.
func recordedAgain() []fault {
	mark := func(op, value string) func(*hooks) {
		return only(second, bendCall(op, own(""), func(c object) {
			if pairs, _ := c["userData"].(object); pairs != nil {
				pairs["GSIP_RECORD"] = value
			}
		}))
	}
	return []fault{
		row("resumed-recording-cannot-be-stopped", "CAP-15", "a call does not offer StopCallRecording once its recording was resumed",
			bendCall("ResumeCallRecording", own(""), omitting("StopCallRecording"))),
		row("paused-recording-cannot-be-stopped", "CAP-15", "from the second pause on a call does not offer StopCallRecording",
			only(second, bendCall("PauseCallRecording", own(""), omitting("StopCallRecording")))),
		row("called-in-by-nobody", "ID-8", "who is called into a call is shown nobody in it while it rings", calls(ringing, func(_ *Server, l *leg, c object) {
			if len(l.peers) > 1 {
				c["participants"] = []any{}
			}
		})),
		row("second-recording-marked-off", "RECORD-5", "from the second on, StartCallRecording says OFF in user data", mark("StartCallRecording", "OFF")),
		row("second-pause-marked-on", "RECORD-5", "from the second on, PauseCallRecording says ON in user data", mark("PauseCallRecording", "ON")),
		row("dialled-call-established-at-once", "ANSWER-3", "a call that still rings at the agent is Established for who dialled",
			onNotes("Dial", func(x *exchange, notes []*note) []*note {
				for _, n := range notes {
					if own(dialing)(x, n) && n.leg != nil {
						n.leg.state = established
						up := n.clone()
						up.state, up.data["call"] = established, x.s.renderCall(n.leg)
						return append(notes, up)
					}
				}
				return notes
			})),
		row("transfer-takes-user-data", "DATA-24", "who stays after CompleteTransfer is shown no user data",
			bendCall("CompleteTransfer", theirs(""), func(c object) { delete(c, "userData") })),
		row("non-ascii-lost-at-other-ends", "DATA-20", "the other end sees question marks for letters beyond ASCII", calls("", func(_ *Server, l *leg, c object) {
			pairs, _ := c["userData"].(object)
			for k, v := range pairs {
				if text, is := v.(string); is && l.number == l.dnis {
					continue
				} else if is {
					pairs[k] = strings.Map(func(r rune) rune {
						if r > 127 {
							return '?'
						}
						return r
					}, text)
				}
			}
		})),
	}
}

// unannounced tells nothing of a call to whom it comes while he has another.
func unannounced(h *hooks) {
	silent := map[*leg]bool{}
	onNotes("", func(x *exchange, notes []*note) []*note {
		return slices.DeleteFunc(notes, func(n *note) bool {
			if n.leg != nil && n.leg.state == ringing && len(n.leg.agent.legs) > 1 {
				silent[n.leg] = true
			}
			return silent[n.leg]
		})
	})(h)
}

func conferencesTwice(_ *exchange, list []object) []object {
	for _, c := range slices.Clone(list) {
		if others, _ := c["participants"].([]any); len(others) > 1 {
			list = append(list, c)
		}
	}
	return list
}

func listAsSubscription(_ *session, asked, reply object) {
	if _, list := asked["subscription"].([]any); list {
		reply["channel"] = "/meta/subscribe"
	}
}
