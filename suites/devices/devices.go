// Package devices holds the scenarios about devices, agent states and supervision that no page shows as
// a sample. Each leaves the device as it found it, and the agent ready.
package devices

import (
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of these areas.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{reading(), refusals(), states(), monitoringRefusals(), muting()}
}

var profiles = []string{"devices"}

// reading is the device in all documented forms of GET.
func reading() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "devices.reading", Title: "GET of devices", Area: "devices", Profiles: profiles, Deaf: true,
		Source: requirement.Source{Page: "ReturnValues", Section: "GET"},
		Script: func(s *play.Stage) {
			s.Get(s.Agent, "uris", "/me/devices")
			s.Get(s.Agent, "resources", "/me/devices?fields=*")
			s.Get(s.Agent, "one", "/me/devices/"+s.Agent.Device)
			s.Get(s.Agent, "outside", "/devices/"+s.Agent.Device) // where deviceUri points; not documented for agents
		},
		Checks: []scenario.Check{
			{Name: "forms", Title: "GET answers with uris, devices or device", Requirements: []string{"DEVICE-1"}, Judge: forms},
			{Name: "resource", Title: "devices have the documented members", Requirements: []string{"DEVICE-2"}, Judge: resources},
		},
	}
}

func forms(c *judge.Case) judge.Ruling {
	id := c.Station.Agent.Device
	var out []judge.Finding
	n := 0
	look := func(step, path, expected string, has func(map[string]any) bool) {
		e := c.Step(step)
		if e == nil {
			return
		}
		n++
		switch {
		case !e.Accepted():
			out = append(out, judge.Accepted("DEVICE-1", e)...)
		case !has(e.AnswerObject()):
			out = append(out, judge.Finding{Requirement: "DEVICE-1", Entry: e, Path: path, Expected: expected, Observed: judge.Short(e.AnswerObject()[path])})
		}
	}
	look("uris", "uris", "a list of URIs, with that of the agent's device", func(o map[string]any) bool {
		list, _ := o["uris"].([]any)
		for _, u := range list {
			if text, _ := u.(string); strings.EqualFold(text[strings.LastIndex(text, "/")+1:], id) {
				return true
			}
		}
		return false
	})
	look("resources", "devices", "a list of devices, with the agent's", func(o map[string]any) bool {
		list, _ := o["devices"].([]any)
		for _, d := range list {
			if is(d, id) {
				return true
			}
		}
		return false
	})
	look("one", "device", "the device", func(o map[string]any) bool { return is(o["device"], id) })
	if n == 0 {
		return c.NotPlayed("GET of devices")
	}
	return judge.Ruled(out)
}

func is(device any, id string) bool {
	m, _ := device.(map[string]any)
	own, _ := m["id"].(string)
	return strings.EqualFold(own, id)
}

func resources(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, step := range []string{"resources", "one", "outside"} {
		e := c.Step(step)
		if e == nil || !e.Accepted() {
			continue
		}
		list, _ := e.AnswerObject()["devices"].([]any)
		if d, ok := e.AnswerObject()["device"].(map[string]any); ok {
			list = append(list, d)
		}
		for _, d := range list {
			n++
			out = append(out, judge.Conforms("DEVICE-2", "device-resource", e, d)...)
		}
	}
	if n == 0 {
		return c.NotPlayed("a device resource").OrBlocked("no device could be read")
	}
	return judge.Ruled(out)
}

// state is the agent state that a notification shows, with its work mode behind a slash.
func state(device map[string]any) string {
	u, _ := device["userState"].(map[string]any)
	name, _ := u["state"].(string)
	if mode, _ := u["workMode"].(string); mode != "" && mode != "Unknown" {
		name += "/" + mode
	}
	return name
}

// inState is a notification of the device in an agent state.
func inState(device, want string) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool { d := judge.DeviceIn(e, device); return d != nil && state(d) == want }
}
