package reference

import (
	"slices"
	"strings"
)

// faultsAgents break devices, agent states, monitoring and the session.
func faultsAgents() []fault {
	return slices.Concat(deviceFaults(), monitorFaults(), agentFaults(), sessionFaults())
}

func deviceFaults() []fault {
	return []fault{
		row("device-list-without-uris", "DEVICE-1", "GET /me/devices has neither uris nor devices",
			reads("me/devices", func(x *exchange) { x.answer.body = object{"statusCode": codeOK} })),
		row("device-list-ignores-fields", "DEVICE-1", "GET /me/devices has uris although fields=* asks for resources", reads("me/devices", func(x *exchange) {
			x.answer.body = ok("uris", []any{x.s.deviceURI(x.agent)})
		})),
		row("device-read-as-array", "DEVICE-1", "GET of a device answers with devices", reads("me/devices/*", func(x *exchange) {
			x.answer.body = ok("devices", []any{x.answer.body["device"]})
		})),
		row("device-without-phone-number", "DEVICE-2", "a device has no phoneNumber", devices(func(_ *agent, d object) { delete(d, "phoneNumber") })),
		row("device-without-state", "DEVICE-2", "a device has no deviceState", devices(func(_ *agent, d object) { delete(d, "deviceState") })),
		row("device-do-not-disturb-as-boolean", "DEVICE-2", "doNotDisturb of a device is a boolean",
			devices(func(a *agent, d object) { d["doNotDisturb"] = a.doNotDisturb == "On" })),
		row("device-user-state-as-string", "DEVICE-2", "userState of a device is a string", devices(func(a *agent, d object) {
			if d["userState"] != nil {
				d["userState"] = a.userState
			}
		})),
		row("device-capabilities-as-string", "DEVICE-2", "capabilities of a device is a string",
			devices(func(_ *agent, d object) { d["capabilities"] = "DoNotDisturbOn" })),
		row("do-not-disturb-without-notification", "DEVICE-3", "DoNotDisturbOn is not notified", drop("DoNotDisturbOn", own(""))),
		row("do-not-disturb-stays-off", "DEVICE-3", "DoNotDisturbOn is answered 0 and notified as Off",
			bendDevice("DoNotDisturbOn", func(d object) { d["doNotDisturb"] = "Off" })),
		row("do-not-disturb-off-without-notification", "DEVICE-3", "DoNotDisturbOff is not notified", drop("DoNotDisturbOff", own(""))),
		row("do-not-disturb-off-stays-on", "DEVICE-3", "DoNotDisturbOff is answered 0 and notified as On",
			bendDevice("DoNotDisturbOff", func(d object) { d["doNotDisturb"] = "On" })),
		row("do-not-disturb-still-offered", "DEVICE-3", "DoNotDisturbOn is still offered when it is on", bendDevice("DoNotDisturbOn", func(d object) {
			d["capabilities"] = []string{"ForwardCallsOn", "DoNotDisturbOn", "ListenIn", "Coach", "BargeIn"}
		})),
		row("forward-without-notification", "DEVICE-4", "ForwardCallsOn is not notified", drop("ForwardCallsOn", own(""))),
		row("forward-to-another-number", "DEVICE-4", "forwardTo is another number", bendDevice("ForwardCallsOn", func(d object) { d["forwardTo"] = "4711" })),
		row("forward-to-as-object", "DEVICE-4", "forwardTo is an object",
			bendDevice("ForwardCallsOn", func(d object) { d["forwardTo"] = object{"phoneNumber": d["forwardTo"]} })),
		row("forward-offers-no-off", "DEVICE-4", "ForwardCallsOff is not offered while calls are forwarded",
			bendDevice("ForwardCallsOn", omitting("ForwardCallsOff"))),
		row("forward-accepts-no-destination", "DEVICE-6", "ForwardCallsOn without destination is answered 0", accepts("ForwardCallsOn", lacking("destination"))),
		row("forward-without-destination-forwards", "DEVICE-6", "ForwardCallsOn without destination forwards to the agent's own number",
			arrives("ForwardCallsOn", func(x *exchange) *apiError {
				if x.body["destination"] == nil {
					x.body["destination"] = x.agent.Number
				}
				return nil
			})),
		row("unknown-device-operation-accepted", "DEVICE-7", "an unknown operation of a device is answered 0", accepts("", unknownAt("me/devices/*"))),
		row("unknown-device-operation-notified", "DEVICE-7", "an unknown operation of a device is refused, and the device is notified as Inactive", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if unknownAt("me/devices/*")(x, err) {
					n := x.s.deviceNote(x.agent)
					n.device()["deviceState"], n.device()["doNotDisturb"] = "Inactive", "On"
					x.notes = append(x.notes, n)
				}
				return err
			})
		}),
	}
}

// bendDevice changes the device in the agent's own notifications.
func bendDevice(op string, f func(object)) func(*hooks) {
	return bend(op, own(""), func(_ *exchange, n *note) {
		if d := n.device(); d != nil {
			f(d)
		}
	})
}

func unknownAt(resource string) func(*exchange, *apiError) bool {
	return func(x *exchange, err *apiError) bool {
		return x.resource == resource && x.op != "" && err.code == codeInvalid && err.message == unknownOperation(x.op).message
	}
}

func monitorFaults() []fault {
	with := func(op, member, value string) func(*hooks) {
		return bendDevice(op, func(d object) {
			if m, _ := d["supervisorMonitoringState"].(object); m != nil {
				m[member] = value
			}
		})
	}
	state := func(op, other string) func(*hooks) { return with(op, "state", other) }
	shows := func(member, value string) func(*hooks) { return with("ListenIn", member, value) }
	return []fault{
		row("listen-in-without-notification", "MONITOR-1", "ListenIn is not notified", drop("ListenIn", own(""))),
		row("listen-in-notified-as-coach", "MONITOR-1", "ListenIn is notified with state Coach", state("ListenIn", "Coach")),
		row("listen-in-without-target", "MONITOR-1", "ListenIn is notified without targetDeviceUri", bendDevice("ListenIn", func(d object) {
			if m, _ := d["supervisorMonitoringState"].(object); m != nil {
				delete(m, "targetDeviceUri")
			}
		})),
		row("coach-does-nothing", "MONITOR-1", "Coach is answered 0 and nothing happens", idle("Coach")),
		row("coach-notified-as-listen-in", "MONITOR-1", "Coach is notified with state ListenIn", state("Coach", "ListenIn")),
		row("barge-in-without-notification", "MONITOR-1", "BargeIn is not notified", drop("BargeIn", own(""))),
		row("barge-in-notified-as-string", "MONITOR-1", "supervisorMonitoringState of BargeIn is a string",
			bendDevice("BargeIn", func(d object) { d["supervisorMonitoringState"] = "BargeIn" })),
		row("monitoring-offers-no-cancel", "MONITOR-1", "CancelSupervisorMonitoring is not offered", bendDevice("", omitting("CancelSupervisorMonitoring"))),
		row("monitoring-accepts-no-target", "MONITOR-2", "ListenIn, Coach and BargeIn without targetDeviceUri are answered 0",
			accepts("", func(x *exchange, err *apiError) bool {
				return slices.Contains([]string{"ListenIn", "Coach", "BargeIn"}, x.op) && lacking("targetDeviceUri")(x, err)
			})),
		row("listen-in-accepts-no-target", "MONITOR-2", "ListenIn without targetDeviceUri is answered 0", accepts("ListenIn", lacking("targetDeviceUri"))),
		row("monitoring-stays-after-cancel", "MONITOR-3", "after CancelSupervisorMonitoring the state is still there",
			bendDevice("CancelSupervisorMonitoring", func(d object) {
				d["supervisorMonitoringState"] = object{"state": "ListenIn", "mode": "AllCalls", "scope": "Call", "targetDeviceUri": ""}
			})),
		row("monitoring-cancel-without-notification", "MONITOR-3", "CancelSupervisorMonitoring is not notified", drop("CancelSupervisorMonitoring", own(""))),
		row("monitoring-refuses-mode", "MONITOR-5", "ListenIn with supervisorMonitoringMode is refused", refuses("ListenIn", given("supervisorMonitoringMode"))),
		row("monitoring-refuses-scope", "MONITOR-5", "ListenIn with supervisorMonitoringScope is refused", refuses("ListenIn", given("supervisorMonitoringScope"))),
		row("monitoring-of-all-calls-only", "MONITOR-6", "supervisorMonitoringState shows AllCalls, whatever was asked for", shows("mode", "AllCalls")),
		row("monitoring-of-calls-only", "MONITOR-6", "supervisorMonitoringState shows the scope Call, whatever was asked for", shows("scope", "Call")),
		row("mute-monitored-without-notification", "MONITOR-4", "MuteMonitoredUser is not notified", drop("MuteMonitoredUser", own(""))),
		row("mute-monitored-as-status-change", "MONITOR-4", "MuteMonitoredUser is notified as StatusChange", asStatusChange("MuteMonitoredUser")),
		row("mute-monitored-notified-as-false", "MONITOR-4", "MuteMonitoredUser is notified with monitoredUserMuted false",
			bendCall("MuteMonitoredUser", own(""), func(c object) {
				c["monitoredUserMuted"] = false
			})),
	}
}

func agentFaults() []fault {
	as := func(op, member string, value any) func(*hooks) {
		return bendDevice(op, func(d object) {
			if u, _ := d["userState"].(object); u != nil {
				u[member] = value
				if value == nil {
					delete(u, member)
				}
			}
		})
	}
	return []fault{
		row("ready-without-notification", "AGENT-1", "Ready is not notified", drop("Ready", own(""))),
		row("ready-notified-as-not-ready", "AGENT-1", "Ready is notified as NotReady", as("Ready", "state", "NotReady")),
		row("ready-does-nothing", "AGENT-1", "Ready is answered 0 and nothing happens", idle("Ready")),
		row("not-ready-without-notification", "AGENT-2", "NotReady is not notified", drop("NotReady", own(""))),
		row("not-ready-notified-as-ready", "AGENT-2", "NotReady is notified as Ready", as("NotReady", "state", "Ready")),
		row("after-call-work-without-notification", "AGENT-3", "AfterCallWork is not notified", drop("AfterCallWork", own(""))),
		row("after-call-work-without-work-mode", "AGENT-3", "AfterCallWork is notified without workMode", as("AfterCallWork", "workMode", nil)),
		row("aux-work-without-notification", "AGENT-4", "AuxWork is not notified", drop("AuxWork", own(""))),
		row("aux-work-as-after-call-work", "AGENT-4", "AuxWork is notified with workMode AfterCallWork", as("AuxWork", "workMode", "AfterCallWork")),
		row("not-ready-twice-without-notification", "AGENT-5", "NotReady of an agent who is not ready is not notified", twiceNotReady(drop("NotReady", own("")))),
		row("not-ready-twice-refused", "AGENT-5", "NotReady of an agent who is not ready is refused", refuses("NotReady", func(x *exchange) bool {
			return x.agent.userState == "NotReady"
		})),
		row("ready-at-me-refused", "AGENT-9", "Ready posted to /me is refused", refuses("Ready", func(x *exchange) bool {
			return strings.HasSuffix(x.r.URL.Path, "/me")
		})),
		row("agent-state-without-id", "AGENT-6", "userState has no id", devices(func(_ *agent, d object) {
			if u, _ := d["userState"].(object); u != nil {
				delete(u, "id")
			}
		})),
		row("agent-state-with-other-id", "AGENT-6", "Ready has the id of NotReady", as("Ready", "id", userStates["NotReady"]["id"])),
		row("agent-state-with-other-name", "AGENT-6", "NotReady has the display name Pause", as("NotReady", "displayName", "Pause")),
		row("device-read-shows-old-agent-state", "AGENT-7", "GET of the device shows the agent as LoggedIn", func(h *hooks) {
			for _, resource := range []string{"me/devices", "me/devices/*"} {
				reads(resource, func(x *exchange) {
					d, _ := x.answer.body["device"].(object)
					if list, _ := x.answer.body["devices"].([]object); len(list) > 0 {
						d = list[0]
					}
					if d["userState"] != nil {
						d["userState"] = object{"state": "LoggedIn"}
					}
				})(h)
			}
		}),
		row("unknown-agent-state-accepted", "AGENT-8", "an unknown operation of the voice channel is answered 0", accepts("", unknownAt("me/channels/voice"))),
		row("unknown-agent-state-makes-not-ready", "AGENT-8", "an unknown operation of the voice channel makes the agent not ready", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if unknownAt("me/channels/voice")(x, err) && x.agent.session {
					x.enter("NotReady")
				}
				return err
			})
		}),
	}
}

// twiceNotReady limits a fault to an agent who was not ready before.
func twiceNotReady(set func(*hooks)) func(*hooks) {
	return func(h *hooks) {
		was := false // of the agent of the exchange, under the server's lock
		arrives("", func(x *exchange) *apiError {
			was = x.agent.userState == "NotReady"
			return nil
		})(h)
		var inner hooks
		set(&inner)
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			if !was {
				return notes
			}
			for _, f := range inner.notes {
				notes = f(x, notes)
			}
			return notes
		})
	}
}

func sessionFaults() []fault {
	return slices.Concat(userFaults(), loginFaults())
}

func userFaults() []fault {
	return []fault{
		row("me-without-user", "SESSION-1", "GET /me has no user", reads("me", func(x *exchange) { delete(x.answer.body, "user") })),
		row("me-with-password", "AUTH-23", "the user of GET /me holds the password", reads("me", func(x *exchange) {
			if user, is := x.answer.body["user"].(object); is {
				user["password"] = x.agent.Password
			}
		})),
		row("errors-with-authorization", "AUTH-23", "the statusMessage of a refusal quotes the Authorization of its request", func(h *hooks) {
			h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
				if err == nil {
					return nil
				}
				said := *err
				said.message += ": " + x.r.Header.Get("Authorization")
				return &said
			})
		}),
		row("me-as-array", "SESSION-1", "user of GET /me is an array", reads("me", func(x *exchange) { x.answer.body["user"] = []any{x.answer.body["user"]} })),
		row("me-of-other-user", "SESSION-1", "GET /me names another user", reads("me", func(x *exchange) {
			if u, _ := x.answer.body["user"].(object); u != nil {
				u["userName"] = "somebody"
			}
		})),
		row("subresources-ignored", "SESSION-2", "GET /me?subresources= leaves out what was asked for", reads("me", func(x *exchange) {
			if u, _ := x.answer.body["user"].(object); u != nil {
				delete(u, "devices")
				delete(u, "calls")
				delete(u, "features")
			}
		})),
		row("subresources-refused", "SESSION-2", "GET /me?subresources= is refused", func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if x.resource == "me" && x.r.URL.Query().Has("subresources") && x.answer.err == nil {
					x.fail(invalid("Unknown parameter subresources"))
				}
			})
		}),
	}
}

func loginFaults() []fault {
	const start, end = "StartContactCenterSession", "EndContactCenterSession"
	return []fault{
		row("session-start-refused", "SESSION-3", "StartContactCenterSession is refused", refuses(start, always)),
		row("partial-success-without-failed", "SESSION-4", "a partial success has no member failed", answers(false, func(x *exchange) {
			if x.answer.body["statusCode"] == codePartial {
				delete(x.answer.body, "failed")
			}
		})),
		row("partial-success-without-channel", "SESSION-4", "the entries of a partial success do not name the channel", answers(false, func(x *exchange) {
			for _, name := range []string{"failed", "succeeded"} {
				list, _ := x.answer.body[name].([]any)
				for _, e := range list {
					delete(e.(object), "channel")
				}
			}
		})),
		row("session-start-without-notification", "SESSION-5", "StartContactCenterSession is not notified", drop(start, own(""))),
		row("session-start-notified-as-inactive", "SESSION-5", "StartContactCenterSession is notified with an Inactive device", bendDevice(start, func(d object) {
			d["deviceState"] = "Inactive"
			delete(d, "userState")
		})),
		row("session-end-refused", "SESSION-6", "EndContactCenterSession is refused", refuses(end, always)),
		row("session-end-without-status-code", "SESSION-6", "EndContactCenterSession is answered by an empty object", answers(false, func(x *exchange) {
			if x.op == end {
				x.answer.body = object{}
			}
		})),
		row("session-end-keeps-cookie", "SESSION-7", "the cookie authenticates after EndContactCenterSession", func(h *hooks) { h.keepCookies = true }),
		row("session-start-needs-bayeux", "SESSION-8", "StartContactCenterSession is refused without a Bayeux session", refuses(start, func(x *exchange) bool {
			return !x.s.bayeux.serves(x.agent)
		})),
		row("session-start-refused-with-bayeux", "SESSION-8", "StartContactCenterSession is refused once there is a Bayeux session",
			refuses(start, func(x *exchange) bool {
				return x.s.bayeux.serves(x.agent)
			})),
		row("session-start-accepts-channels-as-string", "SESSION-9", "channels that is a string is answered 0", accepts(start, mistyped("channels"))),
		row("session-start-accepts-numbers-as-channels", "SESSION-9", "channels of numbers start a session", arrives(start, func(x *exchange) *apiError {
			if _, err := sessionChannels(x.body); err != nil {
				delete(x.body, "channels")
			}
			return nil
		})),
		row("no-session-cookie", "SESSION-10", "no JSESSIONID cookie is set", func(h *hooks) { h.noCookie = true }),
	}
}
