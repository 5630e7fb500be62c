package devices

import (
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// wrong are the requests that must be refused, by step.
var wrong = []struct{ step, requirement, title, path, body string }{
	{"wrong.forward", "DEVICE-6", "ForwardCallsOn without destination", "device", `{"operationName":"ForwardCallsOn"}`},
	{"wrong.device-operation", "DEVICE-7", "an operation that does not exist", "device", `{"operationName":"VoicespecNoSuchOperation"}`},
	{"wrong.call-operation", "DEVICE-7", "an operation of a call", "device", `{"operationName":"Hold"}`},
	{"wrong.agent-state", "AGENT-8", "an agent state that does not exist", "channel", `{"operationName":"VoicespecNoSuchState"}`},
}

// lastState is what AuxWork is notified as.
const lastState = "NotReady/AuxWork"

// refusals stand between two agent states that are notified: what came between them came of the
// refused requests. The second is one that none of these could lead to.
func refusals() *scenario.Scenario {
	s := &scenario.Scenario{
		ID: "devices.refusals", Title: "What a device and a voice channel must refuse", Area: "devices", Operations: []string{"ForwardCallsOn"}, Profiles: []string{"devices", "errors"},
		Source: requirement.Source{Page: "ReturnValues", Section: "statusCodes 1 and 10"},
		Script: func(s *play.Stage) {
			a := s.Agent
			s.SetAgentState(a, "first", "Ready", inState(a.Device, "Ready"))
			for _, w := range wrong {
				path := "/me/channels/voice"
				if w.path == "device" {
					path = "/me/devices/" + a.Device
				}
				e := s.PostRaw(a, w.step, path, "application/json", []byte(w.body))
				if e.Accepted() && w.requirement == "DEVICE-6" {
					s.Restore(a, "ForwardCallsOn")
				}
			}
			if s.SetAgentState(a, "last", "AuxWork", inState(a.Device, lastState)) {
				s.SetAgentState(a, "restore", "Ready", inState(a.Device, "Ready"))
			} else {
				s.Get(a, "after", "/me/devices/"+a.Device)
			}
		},
	}
	for _, g := range []struct{ name, title, requirement string }{
		{"forward", "ForwardCallsOn without destination is refused", "DEVICE-6"},
		{"device-operations", "unknown operations of a device are refused and change nothing", "DEVICE-7"},
		{"agent-states", "unknown agent states are refused and change nothing", "AGENT-8"},
	} {
		s.Checks = append(s.Checks, scenario.Check{Name: g.name, Title: g.title, Requirements: []string{g.requirement}, Judge: refused(g.requirement)})
	}
	return s
}

func refused(requirement string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, w := range wrong {
			e := c.Step(w.step)
			if e == nil || w.requirement != requirement {
				continue
			}
			n++
			if e.Accepted() {
				out = append(out, judge.Finding{Requirement: requirement, Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: " + w.title, Observed: play.Outcome(e)})
			}
		}
		if n == 0 {
			return c.NotPlayed("wrong requests")
		}
		return judge.Ruled(append(out, changed(c, requirement)...))
	}
}

// changed finds notifications from the first agent state to the last that show the device otherwise
// than the first left it. The last is known by its own notification, not by when it was asked for: what a refused
// request caused may be notified after that. Each requirement looks at what its requests could have changed.
func changed(c *judge.Case, requirement string) []judge.Finding {
	first, last := c.Step("first"), c.Step("last")
	device := c.Station.Agent.Device
	var before map[string]any
	var out []judge.Finding
	for _, e := range c.DeviceMessages("agent") {
		d := judge.DeviceIn(e, device)
		if d == nil || first == nil || e.At < first.At {
			continue
		}
		if before == nil {
			if state(d) == "Ready" {
				before = d
			}
			continue
		}
		over := last != nil && e.At >= last.At && state(d) == lastState
		for _, member := range members[requirement] {
			was, now := text(before, member), text(d, member)
			if was != now && !strings.Contains(now, "/") { // a work mode may come late after a call
				out = append(out, judge.Finding{Requirement: requirement, Entry: e, Path: "data.devices.0." + member, Expected: was + ": what is refused changes nothing", Observed: now})
			}
		}
		if over {
			break
		}
	}
	return out
}

var members = map[string][]string{
	"DEVICE-6": {"forwardTo"}, "DEVICE-7": {"deviceState", "doNotDisturb"}, "AGENT-8": {"userState"},
}

func text(device map[string]any, member string) string {
	if member == "userState" {
		return state(device)
	}
	if device[member] == nil {
		return "none"
	}
	return judge.Short(device[member])
}
