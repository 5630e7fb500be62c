package reference

import (
	"slices"
	"strings"
)

// faultsMessages break what holds for every notification.
func faultsMessages() []fault {
	return slices.Concat(membersMissing(), membersMistyped(), envelope(), []fault{
		row("released-twice", "MSG-4", "the end of a call is notified twice", again("", own(released))),
		row("established-twice", "MSG-4", "the answer of a call is notified twice", again("Answer", own(established))),
		row("user-data-told-twice", "MSG-14", "a change of user data is notified twice", again("UpdateUserData", own(""))),
		row("participants-told-twice", "MSG-14", "that a participant is removed is notified six times",
			onNotes("RemoveParticipantFromConference", func(_ *exchange, notes []*note) []*note {
				var out []*note
				for _, n := range notes {
					out = append(out, n)
					for range 5 {
						if n.kind == kindParticipants {
							out = append(out, n.clone())
						}
					}
				}
				return out
			})),
		row("dialing-twice", "MSG-4", "a dialing call is notified twice", again("", own(dialing))),
		row("notified-after-released", "MSG-13", "user data of a Released call is notified", afterReleased(released)),
		row("held-after-released", "MSG-5", "a Released call is notified as Held", afterReleased(held)),
		row("ringing-while-held", "MSG-6", "a call that is put on hold is notified as Ringing before", extraState("Hold", own(held), ringing, true)),
		row("dialing-after-answer", "MSG-6", "the caller is notified of Dialing again after the answer", extraState("Answer", theirs(established), dialing, false)),
		row("state-unknown", "MSG-6", "the state of an Established call is called Talking",
			bendCall("", own(established), func(c object) { c["state"] = "Talking" })),
		row("consult-told-to-caller", "MSG-7", "the caller is notified of the consult call too", onNotes("InitiateTransfer", tellCaller)),
		row("duration-as-number", "MSG-8", "duration is a number", calls("", func(s *Server, l *leg, c object) { c["duration"] = seconds(s, l) })),
		row("duration-as-clock", "MSG-8", "duration is written 00:00:00", member("duration", "00:00:07")),
		row("duration-with-fraction", "MSG-8", "duration has a fraction", calls("", func(s *Server, l *leg, c object) { c["duration"] = s.duration(l) + ".5" })),
		row("duration-falls", "MSG-8", "duration is 3600 until the answer and then begins again", calls("", func(_ *Server, l *leg, c object) {
			if l.state == ringing || l.state == dialing {
				c["duration"] = "3600"
			}
		})),
		row("mute-lower-case", "MSG-9", "mute is off instead of Off", calls("", func(_ *Server, l *leg, c object) { c["mute"] = strings.ToLower(l.mute) })),
		row("mute-on-when-held", "MSG-9", "a Held call has mute Hold", calls(held, func(_ *Server, _ *leg, c object) { c["mute"] = "Hold" })),
		row("mute-at-both-ends", "MSG-9", "MuteCall mutes the other ends, too", onNotes("MuteCall", func(x *exchange, notes []*note) []*note {
			for _, p := range x.leg.peers {
				p.mute = "On"
			}
			return notes
		})),
		row("supervisor-always-listening", "MSG-9", "supervisorListeningIn is true", member("supervisorListeningIn", true)),
		row("monitored-user-always-muted", "MSG-9", "monitoredUserMuted is true", member("monitoredUserMuted", true)),
		row("consult-of-type-internal", "MSG-10", "the consult call has callType Internal", calls("", func(_ *Server, _ *leg, c object) {
			if c["callType"] == "Consult" {
				c["callType"] = "Internal"
			}
		})),
		row("internal-of-type-inbound", "MSG-10", "a call between two agents has callType Inbound", calls("", func(_ *Server, _ *leg, c object) {
			if c["callType"] == "Internal" {
				c["callType"] = "Inbound"
			}
		})),
		row("call-type-changes", "MSG-10", "a Held call has callType Consult", calls(held, func(_ *Server, _ *leg, c object) { c["callType"] = "Consult" })),
		row("notification-not-utf8", "MSG-12", "a Held notification has a byte that is not UTF-8", bend("", own(held), func(_ *exchange, n *note) {
			n.raw = encode(object{"channel": n.channel, "data": n.data})
			n.raw = []byte(strings.Replace(string(n.raw), `"messageType"`, "\"note\":\"\xff\",\"messageType\"", 1))
		})),
		row("user-data-notified-in-latin1", "MSG-12", "user data is notified with one byte for each character", bend("UpdateUserData", own(""), func(_ *exchange, n *note) {
			n.raw = nil
			for _, r := range string(encode(object{"channel": n.channel, "data": n.data})) {
				n.raw = append(n.raw, byte(r)) //nolint:gosec // cutting it off is the fault
			}
		})),
	})
}

func seconds(s *Server, l *leg) int {
	n := 0
	for _, c := range s.duration(l) {
		n = n*10 + int(c-'0')
	}
	return n
}

// required are the members that every documented call has.
var required = []struct{ name, fault string }{
	{"id", "id"}, {"state", "state"}, {"callUuid", "call-uuid"}, {"connId", "conn-id"}, {"deviceUri", "device-uri"},
	{"participants", "participants"}, {"dnis", "dnis"}, {"callType", "call-type"}, {"capabilities", "capabilities"},
	{"duration", "duration"}, {"mute", "mute"}, {"supervisorListeningIn", "supervisor-listening-in"},
	{"monitoredUserMuted", "monitored-user-muted"}, {"uri", "uri"}, {"path", "path"},
}

func membersMissing() []fault {
	var rows []fault
	for _, m := range required {
		rows = append(rows, row("call-without-"+m.fault, "MSG-1", "a Held call is notified without "+m.name,
			bendCall("", anyHeld, func(c object) { delete(c, m.name) })))
	}
	return append(rows, row("notification-without-phone-number", "MSG-1", "there is no phoneNumber beside the call",
		bend("", anyCall, func(_ *exchange, n *note) { delete(n.data, "phoneNumber") })))
}

// anyHeld limits a fault to one state: the rest of a scenario stays playable.
func anyHeld(_ *exchange, n *note) bool { return n.call() != nil && n.state == held }

func membersMistyped() []fault {
	return []fault{
		row("participants-as-strings", "MSG-1", "participants is an array of strings", eachParticipant(func(p object) any { return p["phoneNumber"] })),
		row("participant-without-digits", "MSG-1", "a participant has no digits", eachParticipant(func(p object) any {
			delete(p, "digits")
			return p
		})),
		row("participant-number-as-number", "MSG-1", "a participant's phoneNumber is a number", eachParticipant(func(p object) any {
			p["phoneNumber"] = 5000
			return p
		})),
		row("participants-as-object", "MSG-1", "participants is an object", calls("", func(_ *Server, _ *leg, c object) {
			list := c["participants"].([]any)
			if len(list) > 0 {
				c["participants"] = list[0]
			}
		})),
		row("capabilities-as-string", "MSG-1", "capabilities is a string", calls("", func(_ *Server, _ *leg, c object) {
			list, _ := c["capabilities"].([]string)
			c["capabilities"] = strings.Join(list, ",")
		})),
		row("capabilities-null-when-released", "MSG-1", "capabilities of a Released call is null",
			calls(released, func(_ *Server, _ *leg, c object) { c["capabilities"] = nil })),
		row("boolean-as-string", "MSG-1", "supervisorListeningIn is a string", member("supervisorListeningIn", "false")),
		row("mute-as-boolean", "MSG-9", "mute is a boolean", calls("", func(_ *Server, l *leg, c object) { c["mute"] = l.mute == "On" })),
		row("dnis-as-number", "MSG-1", "dnis is a number", member("dnis", 5005)),
		row("state-as-number", "MSG-1", "state of a Held call is a number", bendCall("", anyHeld, func(c object) { c["state"] = 4 })),
		row("device-uri-as-object", "MSG-1", "deviceUri is an object",
			calls("", func(_ *Server, _ *leg, c object) { c["deviceUri"] = object{"href": c["deviceUri"]} })),
		row("phone-number-as-number", "MSG-1", "phoneNumber beside the call is a number",
			bend("", anyCall, func(_ *exchange, n *note) { n.data["phoneNumber"] = 5005 })),
		row("extensions-as-array", "MSG-1", "extensions is an array", bend("", anyCall, func(_ *exchange, n *note) { n.data["extensions"] = []any{} })),
		row("user-data-as-string", "MSG-1", "userData is a string", calls("", func(_ *Server, _ *leg, c object) {
			if v, there := c["userData"]; there {
				c["userData"] = string(encode(v))
			}
		})),
		row("call-is-an-array", "MSG-1", "call of a Held notification is an array",
			bend("", anyHeld, func(_ *exchange, n *note) { n.data["call"] = []any{n.call()} })),
	}
}

func envelope() []fault {
	return []fault{
		row("calls-on-wrong-channel", "MSG-2", "calls are notified on /v2/me/call", bend("", anyCall, func(_ *exchange, n *note) {
			n.raw = encode(object{"channel": "/v2/me/call", "data": n.data})
		})),
		row("message-type-missing", "MSG-1", "a call notification has no messageType",
			bend("", anyCall, func(_ *exchange, n *note) { delete(n.data, "messageType") })),
		row("message-type-wrong", "MSG-2", "a call notification has messageType CallMessage",
			bend("", anyCall, func(_ *exchange, n *note) { n.data["messageType"] = "CallMessage" })),
		row("notification-type-missing", "MSG-2", "a Held notification has no notificationType",
			bend("", anyHeld, func(_ *exchange, n *note) { delete(n.data, "notificationType") })),
		row("notification-type-unknown", "MSG-2", "a Held notification has notificationType CallHeld",
			bend("", anyHeld, func(_ *exchange, n *note) { n.data["notificationType"] = "CallHeld" })),
		row("device-message-type-wrong", "MSG-3", "a device notification has messageType DeviceMessage",
			bend("", anyDevice, func(_ *exchange, n *note) { n.data["messageType"] = "DeviceMessage" })),
		row("devices-not-an-array", "MSG-3", "devices is one device", bend("", anyDevice, func(_ *exchange, n *note) { n.data["devices"] = n.device() })),
		row("devices-on-calls-channel", "MSG-3", "devices are notified on /v2/me/calls", bend("", anyDevice, func(_ *exchange, n *note) {
			n.raw = encode(object{"channel": callTopic, "data": n.data})
		})),
	}
}

func anyDevice(_ *exchange, n *note) bool { return n.device() != nil }

// afterReleased notifies a call that is over once more.
func afterReleased(state string) func(*hooks) {
	return onNotes("", func(x *exchange, notes []*note) []*note {
		for _, n := range slices.Clone(notes) {
			if n.state != released || n.leg == nil {
				continue
			}
			l := *n.leg
			l.state = state
			kind := kindStatus
			if state == released {
				kind = kindData
			}
			notes = append(notes, x.s.callNote(&l, kind))
		}
		return notes
	})
}

// extraState notifies a state that the call was not in.
func extraState(op string, p pick, state string, before bool) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		var out []*note
		for _, n := range notes {
			var extra *note
			if p(x, n) {
				l := *n.leg
				l.state = state
				extra = x.s.callNote(&l, kindStatus)
			}
			switch {
			case extra == nil:
				out = append(out, n)
			case before:
				out = append(out, extra, n)
			default:
				out = append(out, n, extra)
			}
		}
		return out
	})
}

// tellCaller sends the consult call to the party that waits on hold.
func tellCaller(x *exchange, notes []*note) []*note {
	for _, n := range slices.Clone(notes) {
		if n.leg == nil || n.leg.parent == nil || n.state != dialing {
			continue
		}
		for _, p := range n.leg.parent.peers {
			if p.agent != nil {
				leak := n.clone()
				leak.to, leak.data["phoneNumber"] = p.agent, p.number
				leak.call()["deviceUri"] = x.s.deviceURI(p.agent)
				notes = append(notes, leak)
			}
		}
	}
	return notes
}
