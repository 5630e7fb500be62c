package reference

import (
	"maps"
	"slices"
)

// faultsEverywhere show where no scenario is about them: in what others than the agent read, and in what is refused in passing.
func faultsEverywhere() []fault {
	return slices.Concat(readBackFaults(), passingRefusalFaults(), resourceFaults())
}

// at are the people who play a role at their stations, of three each.
func at(role int) func(*agent, *Server) bool {
	return func(a *agent, s *Server) bool { return slices.Index(s.agents, a)%3 == role }
}

const (
	callerRole      = 1
	destinationRole = 2
)

// readBy bends the calls that people of a role read in lists.
func readBy(role int, f func(list []object) []object) func(*hooks) {
	return listed(func(x *exchange, list []object) []object {
		if at(role)(x.agent, x.s) {
			return f(list)
		}
		return list
	})
}

// each bends the calls of a list that are in a state; "" for all.
func each(state string, f func(object)) func([]object) []object {
	return func(list []object) []object {
		for _, c := range list {
			if state == "" || c["state"] == state {
				f(c)
			}
		}
		return list
	}
}

func readBackFaults() []fault {
	set := func(member string, value any) func(object) { return func(c object) { c[member] = value } }
	return []fault{
		row("caller-reads-established-as-dialing", "READ-1", "the caller's list shows an Established call as Dialing",
			readBy(callerRole, each(established, set("state", dialing)))),
		row("destination-reads-established-as-ringing", "READ-1", "the destination's list shows an Established call as Ringing",
			readBy(destinationRole, each(established, set("state", ringing)))),
		row("caller-reads-other-capabilities", "READ-1", "the caller's list shows no capabilities of an Established call",
			readBy(callerRole, each(established, set("capabilities", []string{})))),
		row("caller-reads-another-party", "READ-1", "the caller's list shows another party",
			readBy(callerRole, each("", set("participants", []any{participant("4711")})))),
		row("destination-reads-another-dnis", "READ-1", "the destination's list shows another dnis", readBy(destinationRole, each("", set("dnis", "4711")))),
		row("caller-reads-muted-call", "READ-1", "the caller's list shows calls as muted", readBy(callerRole, each("", set("mute", "On")))),
		row("destination-reads-another-device", "READ-1", "the destination's list shows another device",
			readBy(destinationRole, each("", set("deviceUri", "http://x/api/v2/devices/1")))),
		row("list-forgets-recording", "READ-1", "lists show a call that is recorded as Stopped", listed(func(_ *exchange, list []object) []object {
			return each("", func(c object) {
				if c["recordingState"] != nil {
					c["recordingState"] = "Stopped"
				}
			})(list)
		})),
		row("list-forgets-mute", "READ-1", "lists show a muted call with mute Off", listed(func(_ *exchange, list []object) []object {
			return each("", set("mute", "Off"))(list)
		})),
		row("list-forgets-second-pair", "READ-1", "lists show one pair of user data", listed(func(_ *exchange, list []object) []object {
			return each("", func(c object) {
				pairs, _ := c["userData"].(object)
				for k := range pairs {
					if len(pairs) > 1 {
						delete(pairs, k)
					}
				}
			})(list)
		})),
		row("caller-reads-no-calls", "READ-2", "the caller's list of calls is empty", readBy(callerRole, func([]object) []object { return []object{} })),
		row("destination-reads-no-calls", "READ-2", "the destination's list of calls is empty",
			readBy(destinationRole, func([]object) []object { return []object{} })),
		row("list-misses-conference", "READ-2", "lists leave out a call of three", listed(func(_ *exchange, list []object) []object {
			return slices.DeleteFunc(list, func(c object) bool { parties, _ := c["participants"].([]any); return len(parties) > 1 })
		})),
		row("destination-keeps-released-calls", "READ-3", "the destination's list keeps what was Released, as Held", keepReleased(
			func(x *exchange, list, over []object) []object {
				if !at(destinationRole)(x.agent, x.s) {
					return list
				}
				for _, c := range over {
					c = maps.Clone(c)
					c["state"], c["capabilities"] = held, slices.Clone(capsHeld)
					list = append(list, c)
				}
				return list
			})),
		row("empty-list-missing", "READ-6", "a list of calls without any has no member calls", reads("me/calls", func(x *exchange) {
			if list, _ := x.answer.body["calls"].([]object); x.answer.body["calls"] != nil && len(list) == 0 {
				delete(x.answer.body, "calls")
			}
		})),
		row("empty-list-null", "READ-2", "a list of calls without any is null", reads("me/calls", func(x *exchange) {
			if list, _ := x.answer.body["calls"].([]object); x.answer.body["calls"] != nil && len(list) == 0 {
				x.answer.body["calls"] = nil
			}
		})),
	}
}

// passingRefusalFaults do what they refuse, the second time and so on.
func passingRefusalFaults() []fault {
	done := func(op string) func(*hooks) {
		return refusedButDone(func(x *exchange) bool { return x.op == op })
	}
	return []fault{
		row("refused-hold-retrieves", "ERR-2", "Hold of a Held call is refused and retrieves it", refusedInstead("Hold", held, retrieveCall)),
		row("refused-retrieve-holds", "ERR-2", "Retrieve of an Established call is refused and holds it", refusedInstead("Retrieve", established, holdCall)),
		row("refused-hangup-done", "ERR-2", "Hangup that is not offered is refused and done all the same", done("Hangup")),
		row("refused-mute-unmutes", "ERR-2", "MuteCall of a muted call is refused and unmutes it", refusedInstead("MuteCall", established, mute("Off"))),
		row("refused-start-stops-recording", "ERR-2", "StartCallRecording of a recorded call is refused and stops the recording",
			refusedInstead("StartCallRecording", established, record("Stopped", "OFF"))),
		row("refused-transfer-releases-consult", "ERR-2", "CompleteTransfer that is refused releases the consult call all the same",
			refusal("CompleteTransfer", releaseConsult)),
		row("refused-conference-releases-consult", "ERR-2", "CompleteConference that is refused releases the consult call all the same",
			refusal("CompleteConference", releaseConsult)),
		row("refused-dtmf-notified", "ERR-2", "SendDtmf of a Held call is refused and notified", done("SendDtmf")),
	}
}

// refusedInstead refuses an operation that a call in a state does not offer, and does another.
func refusedInstead(op, state string, do operation) func(*hooks) {
	return func(h *hooks) {
		h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
			if x.op == op && x.leg != nil && x.before == state && err.code == codeState {
				_ = do(x, x.leg)
			}
			return err
		})
	}
}

// releaseConsult ends the consult call of a pair.
func releaseConsult(x *exchange, _ *apiError) {
	if x.leg == nil {
		return
	}
	consult := x.leg
	if consult.parent == nil {
		consult = consult.partner()
	}
	if consult != nil {
		x.release(consult)
	}
}

// resourceFaults accept what other resources than calls must refuse, and forget what the start and the end of a session are for.
func resourceFaults() []fault {
	without := func(resource string) func(*hooks) {
		return accepts("", func(x *exchange, _ *apiError) bool {
			return x.resource == resource && x.body != nil && x.body["operationName"] == nil
		})
	}
	mistyped := func(resource string) func(*hooks) {
		return accepts("", func(x *exchange, _ *apiError) bool {
			_, isText := x.body["operationName"].(string)
			return x.resource == resource && x.body["operationName"] != nil && !isText
		})
	}
	topic := func(names ...string) func(*hooks) {
		return replies("/meta/subscribe", func(_ *session, request, reply object) {
			if name, _ := request["subscription"].(string); slices.Contains(names, name) {
				reply["successful"], reply["error"] = false, "403:"+name+":not allowed"
			}
		})
	}
	return []fault{
		row("me-accepts-unknown-operation", "ERR-6", "an operation of the user that does not exist is answered 0",
			accepts("", func(x *exchange, _ *apiError) bool {
				_, known := userStates[x.op]
				return x.resource == "me" && x.op != "" && !known && x.op != "StartContactCenterSession"
			})),
		row("me-accepts-no-operation", "ERR-6", "a request to the user without operationName is answered 0", without("me")),
		row("channel-accepts-no-operation", "ERR-6", "a request to the voice channel without operationName is answered 0", without("me/channels/voice")),
		row("device-accepts-no-operation", "ERR-6", "a request to a device without operationName is answered 0", without("me/devices/*")),
		row("dial-accepts-no-operation", "ERR-6", "a request to the calls of a device without operationName is answered 0", without("me/devices/*/calls")),
		row("me-accepts-number-as-operation", "ERR-8", "a number as operationName of the user is answered 0", mistyped("me")),
		row("channel-accepts-number-as-operation", "ERR-8", "a number as operationName of the voice channel is answered 0", mistyped("me/channels/voice")),
		row("device-accepts-list-as-operation", "ERR-8", "a list as operationName of a device is answered 0", mistyped("me/devices/*")),
		row("session-start-shown-as-logged-out", "SESSION-11", "after StartContactCenterSession the device is read as LoggedOut",
			reads("me/devices/*", func(x *exchange) {
				if d, _ := x.answer.body["device"].(object); d != nil && at(destinationRole)(x.agent, x.s) {
					d["userState"] = maps.Clone(userStates["Offline"])
				}
			})),
		row("session-end-leaves-ready", "SESSION-12", "EndContactCenterSession leaves the agent Ready", answers(false, func(x *exchange) {
			if x.op == "EndContactCenterSession" {
				x.agent.session, x.agent.userState = true, "Ready"
			}
		})),
		row("services-topic-refused", "BAYEUX-4", "a subscription to /notifications/services is refused", topic("/notifications/services")),
		row("media-topics-refused", "BAYEUX-40", "subscriptions to the topics of chats and e-mails are refused", topic("/v2/me/chats", "/v2/me/emails")),
	}
}
