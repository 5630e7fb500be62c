package devices

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// states are agent states beyond their samples.
func states() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "agent-state.repeated", Title: "Agent states: repeated, read, and posted to /me", Area: "agent-state", Operations: []string{"Ready", "NotReady"}, Profiles: profiles,
		Source: requirement.Source{Page: "AgentStateNotReady", Section: "overview; live server 8.5.202.96"},
		Script: func(s *play.Stage) {
			a := s.Agent
			notReady := inState(a.Device, "NotReady")
			s.Arrange("agent is ready", nil)
			s.Arrange("agent is not ready", nil)
			if s.SetAgentState(a, "twice", "NotReady", notReady) {
				s.Get(a, "read", "/me/devices/"+a.Device)
			}
			mark := s.Mark()
			if s.Post(a, "at-me", "/me", map[string]any{"operationName": "Ready"}).Accepted() {
				s.Await(a, "agent state Ready", mark, inState(a.Device, "Ready"))
				s.Get(a, "read-ready", "/me/devices/"+a.Device)
				return
			}
			if s.SetAgentState(a, "ready", "Ready", inState(a.Device, "Ready")) {
				s.Get(a, "read-ready", "/me/devices/"+a.Device)
			}
		},
		Checks: []scenario.Check{
			{Name: "twice", Title: "NotReady of an agent who is not ready is notified again", Requirements: []string{"AGENT-5"}, Judge: twice},
			{Name: "read", Title: "the device shows the agent state that was notified", Requirements: []string{"AGENT-7"}, Judge: readAsNotified},
			{Name: "at-me", Title: "Ready is accepted at /me", Requirements: []string{"AGENT-9"}, Judge: atMe},
		},
	}
}

func twice(c *judge.Case) judge.Ruling {
	e := c.Step("twice")
	if e == nil {
		return c.NotPlayed("NotReady")
	}
	if f := judge.Accepted("AGENT-5", e); f != nil {
		return judge.Ruled(f)
	}
	for _, m := range c.DeviceMessages("agent") {
		if judge.Since(e, m) && inState(c.Station.Agent.Device, "NotReady")(m) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "AGENT-5", After: e, Expected: "the device as NotReady once more", Observed: "it did not come"})
}

// readAsNotified compares a GET with the notifications around it: one that arrives while the
// answer is under way may or may not be in it.
func readAsNotified(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, step := range []string{"read", "read-ready"} {
		e := c.Step(step)
		if e == nil || !e.Accepted() {
			continue
		}
		device, _ := e.AnswerObject()["device"].(map[string]any)
		told := notified(c, e)
		if device == nil || len(told) == 0 || step == "read-ready" && !readyTold(c) {
			continue
		}
		n++
		if now := state(device); !told[now] {
			out = append(out, judge.Finding{Requirement: "AGENT-7", Entry: e, Path: "device.userState", Expected: first(told), Observed: now})
		}
	}
	if n == 0 {
		return c.NotPlayed("a device that was read").OrBlocked("no agent state was notified, or no device could be read")
	}
	return judge.Ruled(out)
}

// readyTold: Ready was notified in some form; that it was not is AGENT-1's.
func readyTold(c *judge.Case) bool {
	for _, step := range []string{"ready", "at-me"} {
		if e := c.Step(step); e != nil && e.Accepted() {
			return slices.ContainsFunc(c.DeviceMessages("agent"), func(m *recording.Entry) bool { return judge.Since(e, m) })
		}
	}
	return false
}

// notified are the agent states that a read may show: the last before it was sent, and those that came
// since. What comes after the answer may have happened before it.
func notified(c *judge.Case, read *recording.Entry) map[string]bool {
	next := read.At + 1e9
	for _, r := range c.Requests() {
		if r.At > read.At && r.At < next {
			next = r.At
		}
	}
	before, told := "", map[string]bool{}
	for _, m := range c.DeviceMessages("agent") {
		d := judge.DeviceIn(m, c.Station.Agent.Device)
		switch {
		case d == nil:
		case m.At < read.At:
			before = state(d)
		case m.At < next:
			told[state(d)] = true
		}
	}
	if before != "" {
		told[before] = true
	}
	return told
}

func first(set map[string]bool) string {
	for k := range set {
		return k
	}
	return ""
}

func atMe(c *judge.Case) judge.Ruling {
	e := c.Step("at-me")
	if e == nil {
		return c.NotPlayed("Ready at /me")
	}
	return judge.Ruled(judge.Accepted("AGENT-9", e))
}
