package reference

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// apartFaults mix up what is to be kept apart: two calls of one agent, the sessions of people, what one may see and another not.
func apartFaults() []fault {
	return slices.Concat(swappedFaults(), sessionsApart(), shownApart(), refusedFaults())
}

// swapping acts on both calls of an agent when they are swapped.
func swapping(f func(original, consult *leg)) func(*hooks) {
	return arrives("SwapCalls", func(x *exchange) *apiError {
		if l := x.agent.find(x.id); l != nil && x.body["otherCallUri"] != nil {
			if other := l.partner(); other != nil {
				if l.parent == nil {
					l, other = other, l
				}
				f(other, l)
			}
		}
		return nil
	})
}

func swappedFaults() []fault {
	return []fault{
		row("swap-exchanges-user-data", "DATA-9", "SwapCalls exchanges the user data of the two calls",
			swapping(func(original, consult *leg) { original.data, consult.data = consult.data, original.data })),
		row("consult-with-deleted-pairs", "DATA-9", "a consult call begins with the pairs that were deleted from the original", func(h *hooks) {
			gone := map[string]object{}
			arrives("DeleteUserDataPair", func(x *exchange) *apiError {
				key, _ := x.body["key"].(string)
				if l := x.agent.find(x.id); l != nil && l.data.pairs[key] != nil {
					gone[x.id] = object{key: l.data.pairs[key]}
				}
				return nil
			})(h)
			h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
				for _, n := range notes {
					if n.leg != nil && n.leg.parent != nil && n.state == dialing && gone[n.leg.parent.id] != nil {
						pairs := maps.Clone(n.leg.data.pairs)
						maps.Copy(pairs, gone[n.leg.parent.id])
						n.call()["userData"] = pairs
					}
				}
				return notes
			})
		}),
		row("swap-exchanges-durations", "MSG-8", "SwapCalls exchanges the durations of the two calls",
			swapping(func(original, consult *leg) { original.created, consult.created = consult.created, original.created })),
		row("swap-ends-recording", "MSG-16", "SwapCalls ends the recording of the call", swapping(func(original, _ *leg) { original.recording = "Stopped" })),
		row("swapped-original-names-a-parent", "ID-6", "an original that was swapped names the consult call as its original",
			calls(established, func(s *Server, l *leg, c object) {
				if other := l.partner(); l.parent == nil && other != nil {
					c["parentCallUri"] = s.callURI(other.id)
				}
			})),
		row("retrieve-refused-while-both-hold", "STATE-5", "Retrieve is refused while the other party holds the call, too",
			refuses("Retrieve", func(x *exchange) bool {
				l := x.agent.find(x.id)
				return l != nil && slices.ContainsFunc(l.peers, func(p *leg) bool { return p.state == held })
			})),
	}
}

func sessionsApart() []fault {
	const start, end = "StartContactCenterSession", "EndContactCenterSession"
	return []fault{
		row("session-end-ends-all", "AUTH-4", "EndContactCenterSession ends the HTTP sessions of everybody", answers(false, func(x *exchange) {
			if x.op == end {
				for _, a := range x.s.agents {
					x.s.http.end(a)
				}
			}
		})),
		row("second-session-end-keeps-cookie", "SESSION-7", "from the second on, EndContactCenterSession leaves the cookie", func(h *hooks) {
			h.keepCookiesAgain = true
		}),
		row("session-begun-again-stays-inactive", "SESSION-11", "a session that begins when one was ended is answered 0, and leaves the device inactive",
			idleAgain(start)),
		row("ready-refused-while-undisturbed", "AGENT-10", "Ready is refused while do-not-disturb is on",
			refuses("Ready", func(x *exchange) bool { return x.agent.doNotDisturb == "On" })),
		row("do-not-disturb-unnoticed-in-a-call", "DEVICE-3", "do-not-disturb is not notified while there is a call",
			onNotes("", func(x *exchange, notes []*note) []*note {
				if strings.HasPrefix(x.op, "DoNotDisturb") && len(x.agent.legs) > 0 {
					return nil
				}
				return notes
			})),
		row("do-not-disturb-notified-with-ready", "DEVICE-13", "a change of do-not-disturb is notified with Ready as the agent's state",
			both(bendDevice("DoNotDisturbOn", asReady), bendDevice("DoNotDisturbOff", asReady))),
		row("session-start-sets-others-not-ready", "DEVICE-13", "StartContactCenterSession sets everybody else not ready without a word",
			onNotes(start, func(x *exchange, notes []*note) []*note {
				for _, a := range x.s.agents {
					if a != x.agent && a.session {
						a.userState = "NotReady"
					}
				}
				return notes
			})),
	}
}

func asReady(d object) {
	if d["userState"] != nil {
		d["userState"] = userStates["Ready"]
	}
}

// idleAgain answers an operation with 0 and does nothing where the agent has ended a session before.
func idleAgain(op string) func(*hooks) {
	nothing := &apiError{message: "nothing is done"}
	return func(h *hooks) {
		arrives(op, func(x *exchange) *apiError {
			if x.agent.ended > 0 {
				return nothing
			}
			return nil
		})(h)
		accepts(op, func(_ *exchange, err *apiError) bool { return err == nothing })(h)
	}
}

// refusedFaults change what they refuse to.
func refusedFaults() []fault {
	const remove = "RemoveParticipantFromConference"
	return []fault{
		row("refused-operation-attaches-its-user-data", "ERR-2", "an operation that is refused attaches its user data all the same",
			refusal("", func(x *exchange, _ *apiError) {
				if pairs, _ := x.body["userData"].(object); x.leg != nil && len(pairs) > 0 && x.body["destination"] != nil {
					x.leg.data.merge(pairs)
				}
			})),
		row("refused-removal-removes-somebody", "ERR-2", "a removal of who is not in the conference is refused, and removes somebody else without a word",
			refusal(remove, func(x *exchange, _ *apiError) {
				if l := x.leg; l != nil && x.body["participant"] != nil && l.owner && len(l.peers) > 1 {
					l.peers = l.peers[:1]
				}
			})),
		row("refused-agent-state-sets-not-ready", "DEVICE-13", "an agent state that does not exist is refused, and the agent is not ready any more",
			refusal("VoicespecNoSuchState", func(x *exchange, _ *apiError) { x.agent.userState = "NotReady" })),
	}
}

func shownApart() []fault {
	return []fault{
		row("devices-of-all-listed", "DEVICE-14", "GET /me/devices lists the devices of everybody", func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if x.resource != "me/devices" || x.r.Method != http.MethodGet || x.answer.err != nil {
					return
				}
				var list []object
				for _, a := range x.s.agents {
					list = append(list, x.s.devicesOf(a)...)
				}
				x.collection("devices", list)
			})
		}),
		row("user-without-devices-in-a-call", "DEVICE-13", "the user has no devices while there is a call", reads("me", func(x *exchange) {
			if user, _ := x.answer.body["user"].(object); user["devices"] != nil && len(x.agent.legs) > 0 {
				user["devices"] = []any{}
			}
		})),
		row("listed-duration-as-number", "READ-1", "duration of a call that is listed is a number", func(h *hooks) {
			h.list = append(h.list, func(_ *exchange, list []object) []object {
				for _, c := range list {
					c["duration"] = json.Number(c["duration"].(string))
				}
				return list
			})
		}),
		row("device-with-uri-of-another", "DEVICE-10", "the uri of a device ends in another id", devices(func(_ *agent, d object) {
			d["uri"] = "http://gws.example.com/api/v2/devices/another"
		})),
		row("first-subresource-alone", "READ-5", "of several sub-resources the first is shown", reads("me", func(x *exchange) {
			user, _ := x.answer.body["user"].(object)
			asked := strings.Split(x.r.URL.Query().Get("subresources"), ",")
			for _, name := range asked[1:] {
				delete(user, name)
			}
		})),
		row("any-scheme-lets-in", "AUTH-24", "an Authorization header of an unknown scheme lets in the first agent", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
				if scheme == "" || strings.EqualFold(scheme, "Basic") {
					return nil
				}
				return s.agents[0]
			})
		}),
	}
}

// refusal acts on what was refused; op may be "".
func refusal(op string, f func(x *exchange, err *apiError)) func(*hooks) {
	return func(h *hooks) {
		h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
			if op == "" || x.op == op {
				f(x, err)
			}
			return err
		})
	}
}
