package reference

import (
	"slices"
	"strings"
)

// faultsDevices break what holds for every device that is shown, in whatever scenario.
func faultsDevices() []fault {
	everywhere := func(member string, value any) func(*hooks) {
		return devices(func(_ *agent, d object) { d[member] = value })
	}
	return []fault{
		row("device-of-nobody-delivered", "DEVICE-8", "before each device notification comes one of a device that is nobody's", onNotes("", strangersFirst)),
		row("device-of-others-delivered", "DEVICE-8", "device notifications come to the other agents of the station too", onNotes("", tellNeighbours)),
		row("device-of-others-shown-beside", "DEVICE-8", "a device notification lists the device of another agent too",
			bend("", anyDevice, func(x *exchange, n *note) {
				for _, a := range x.s.agents {
					if a != n.to {
						n.data["devices"] = []any{n.device(), x.s.renderDevice(a)}
						return
					}
				}
			})),
		row("device-notified-twice", "DEVICE-9", "each device notification comes twice", again("", anyDevice)),
		row("do-not-disturb-notified-twice", "DEVICE-9", "DoNotDisturbOn is notified twice", again("DoNotDisturbOn", anyDevice)),
		row("device-notified-with-other-number", "DEVICE-10", "phoneNumber of notified devices is another number",
			bendDevice("", func(d object) { d["phoneNumber"] = "9999" })),
		row("device-network-unknown", "DEVICE-10", "telephonyNetwork is Foo", everywhere("telephonyNetwork", "Foo")),
		row("device-environment-without-uri", "DEVICE-10", "voiceEnvironmentUri is no URI", everywhere("voiceEnvironmentUri", "x")),
		row("device-state-unknown", "DEVICE-10", "deviceState of a ready agent's device is Online", devices(func(a *agent, d object) {
			if a.userState == "AuxWork" {
				d["deviceState"] = "Online"
			}
		})),
		row("device-capabilities-doubled", "DEVICE-11", "a device offers each operation twice",
			deviceOffers(func(list []string) []string { return append(list, list...) })),
		row("device-offers-hangup", "DEVICE-11", "a device offers Hangup", deviceOffers(func(list []string) []string { return append(list, "Hangup") })),
		row("device-offers-ready", "DEVICE-11", "a device offers Ready", deviceOffers(func(list []string) []string { return append(list, "Ready") })),
		row("device-offers-both-switches", "DEVICE-11", "a device offers DoNotDisturbOn and DoNotDisturbOff when it is ready", devices(func(a *agent, d object) {
			if a.userState == "AuxWork" {
				d["capabilities"] = append(d["capabilities"].([]string), "DoNotDisturbOff")
			}
		})),
		row("device-offers-unknown-operation", "DEVICE-12", "a device offers an operation that no page names",
			deviceOffers(func(list []string) []string { return append(list, "FlyToTheMoon") })),
		row("device-forward-to-empty", "DEVICE-12", "forwardTo is an empty text while calls are not forwarded", devices(func(a *agent, d object) {
			if a.forwardTo == "" {
				d["forwardTo"] = ""
			}
		})),
		row("device-e164-of-nobody", "DEVICE-12", "e164Number is another number", everywhere("e164Number", "+499999")),
		row("agent-state-busy", "DEVICE-12", "an agent who has just logged in is Busy", devices(func(a *agent, d object) {
			if u, _ := d["userState"].(object); u != nil && a.userState == "LoggedIn" {
				u["state"] = "Busy"
			}
		})),
		row("agent-states-share-an-id", "AGENT-6", "AuxWork has the id of AfterCallWork", devices(func(a *agent, d object) {
			if u, _ := d["userState"].(object); u != nil && a.userState == "AuxWork" {
				u["id"] = userStates["AfterCallWork"]["id"]
			}
		})),
		row("device-of-others-operated", "DEVICE-14", "an agent can operate and read another agent's device", func(h *hooks) { h.anyDevice = true }),
		row("device-of-others-accepted", "DEVICE-14", "an operation on another agent's device is answered 0 and does nothing",
			accepts("", func(x *exchange, err *apiError) bool {
				return x.op != "" && err.code == codeNotFound && strings.HasPrefix(x.resource, "me/devices/*") && x.s.agentByDevice(x.id) != nil
			})),
		row("device-read-without-do-not-disturb", "DEVICE-13", "GET of a device shows doNotDisturb Off", readDevice(func(d object) { d["doNotDisturb"] = "Off" })),
		row("device-read-without-forwarding", "DEVICE-13", "GET of a device does not show forwardTo", readDevice(func(d object) { delete(d, "forwardTo") })),
		row("device-read-without-monitoring", "DEVICE-13", "GET of a device does not show supervisorMonitoringState",
			readDevice(func(d object) { delete(d, "supervisorMonitoringState") })),
		row("device-read-as-inactive", "DEVICE-13", "GET of a device shows it as Inactive", readDevice(func(d object) { d["deviceState"] = "Inactive" })),
		row("device-read-offers-nothing", "DEVICE-13", "GET of a device shows no capabilities", readDevice(func(d object) { d["capabilities"] = []string{} })),
		row("device-read-without-work-mode", "DEVICE-13", "GET of a device shows no workMode", readDevice(func(d object) {
			if u, _ := d["userState"].(object); u != nil {
				delete(u, "workMode")
			}
		})),
	}
}

// deviceOffers bends what devices offer.
func deviceOffers(f func([]string) []string) func(*hooks) {
	return devices(func(_ *agent, d object) {
		if list, isList := d["capabilities"].([]string); isList {
			d["capabilities"] = f(list)
		}
	})
}

// strangersFirst puts a notification of an unknown device before each of a known one.
func strangersFirst(_ *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		if n.device() != nil {
			other := n.clone()
			d := other.device()
			d["id"], d["phoneNumber"], d["e164Number"] = "00000000-0000-4000-8000-000000000001", "8888", "8888"
			out = append(out, other)
		}
		out = append(out, n)
	}
	return out
}

// tellNeighbours notifies the others of the station of a device that is not theirs.
func tellNeighbours(x *exchange, notes []*note) []*note {
	out := notes
	for _, n := range notes {
		if n.device() == nil {
			continue
		}
		for i, a := range x.s.agents {
			if a != n.to && i/3 == slices.Index(x.s.agents, n.to)/3 {
				other := n.clone()
				other.to = a
				out = append(out, other)
			}
		}
	}
	return out
}

// readDevice bends the device in every answer to a GET.
func readDevice(f func(object)) func(*hooks) {
	return func(h *hooks) {
		for _, resource := range []string{"me", "me/devices", "me/devices/*", "devices/*"} {
			reads(resource, func(x *exchange) {
				for _, d := range devicesIn(x.answer.body) {
					f(d)
				}
			})(h)
		}
	}
}

// devicesIn are the devices that an answer shows.
func devicesIn(body object) []object {
	var out []object
	if d, _ := body["device"].(object); d != nil {
		out = append(out, d)
	}
	list, _ := body["devices"].([]object)
	out = append(out, list...)
	user, _ := body["user"].(object)
	more, _ := user["devices"].([]any)
	for _, x := range more {
		if d, isObject := x.(object); isObject {
			out = append(out, d)
		}
	}
	return out
}
