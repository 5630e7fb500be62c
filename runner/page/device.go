package page

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
)

// switches are the device capabilities that stand for each other: one of a pair is offered.
var switches = []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff"}

// deviceComparison is a device of the page beside the live one.
type deviceComparison struct {
	*Replay
	step       *Step
	page, live map[string]any
	out        []Difference
}

func (c *deviceComparison) add(requirement, path, expected, observed string, other bool) {
	c.out = append(c.out, Difference{Requirement: requirement, Path: "data.devices.0." + path, Expected: expected, Observed: observed, other: other})
}

// compareDevice holds a device notification against the page's.
func (r *Replay) compareDevice(s *Step, e *recording.Entry) []Difference {
	data, _ := s.Notification["data"].(map[string]any)
	page := deviceIn(data, "")
	live := deviceIn(e.Data(), r.station.Agent.Device)
	if live == nil {
		return []Difference{{Requirement: "MSG-3", Path: "data.devices", Expected: "the agent's device", Observed: recording.Short(e.Data()["devices"]), other: true}}
	}
	c := &deviceComparison{Replay: r, step: s, page: page, live: live}
	c.settings()
	if s.About == AgentState {
		c.userState()
	}
	c.monitoring()
	c.offers()
	return c.out
}

// deviceIn is the device with an id among those of a notification, the first for "".
func deviceIn(data map[string]any, id string) map[string]any {
	devices, _ := data["devices"].([]any)
	for _, d := range devices {
		if m, ok := d.(map[string]any); ok && (id == "" || sameID(str(m["id"]), id)) {
			return m
		}
	}
	return nil
}

func (c *deviceComparison) settings() {
	for _, member := range []string{"doNotDisturb", "forwardTo", "deviceState"} {
		want, has := c.page[member]
		got, present := c.live[member]
		if !has {
			continue
		}
		if text, ok := want.(string); ok {
			want = c.renamed(text)
		}
		if !cmp.Equal(want, got) {
			other := member != "deviceState" && c.step.About != AgentState
			c.add(c.step.Requirement, member, recording.Short(want), recording.ShortOrMissing(got, present), other)
		}
	}
}

func (c *deviceComparison) userState() {
	want, ok := c.page["userState"].(map[string]any)
	if !ok {
		return
	}
	got, _ := c.live["userState"].(map[string]any)
	for _, member := range []string{"state", "workMode"} {
		w, has := want[member]
		g, present := got[member]
		if has && !cmp.Equal(w, g) || !has && member == "workMode" && present && g != "" && g != "Unknown" {
			c.add(c.step.Requirement, "userState."+member, recording.ShortOrMissing(w, has), recording.ShortOrMissing(g, present), true)
		}
	}
	if w, g := str(want["id"]), got["id"]; w != "" && !sameID(w, str(g)) {
		c.add("AGENT-6", "userState.id", w, recording.Short(g), false)
	}
	if w, g := want["displayName"], got["displayName"]; w != nil && !cmp.Equal(w, g) {
		c.add("AGENT-6", "userState.displayName", recording.Short(w), recording.Short(g), false)
	}
}

func (c *deviceComparison) monitoring() {
	const at = "supervisorMonitoringState"
	want, has := c.page[at].(map[string]any)
	got, present := c.live[at]
	if !has {
		if present && c.step.About == Monitoring {
			c.add(c.step.Requirement, at, "no such member", recording.Short(got), true)
		}
		return
	}
	object, ok := got.(map[string]any)
	if !ok {
		c.add(c.step.Requirement, at, recording.JSON(want), recording.ShortOrMissing(got, present), true)
		return
	}
	for _, member := range []string{"state", "mode", "scope"} {
		if w := want[member]; w != nil && !cmp.Equal(w, object[member]) {
			c.add(c.step.Requirement, at+"."+member, recording.Short(w), recording.Short(object[member]), member == "state")
		}
	}
	if w := str(want["targetDeviceUri"]); w != "" {
		device := c.renamed(lastSegment(w))
		if !sameID(lastSegment(str(object["targetDeviceUri"])), device) {
			c.add(c.step.Requirement, at+".targetDeviceUri", "a URI that ends in /devices/"+device, recording.Short(object["targetDeviceUri"]), false)
		}
	}
}

// offers compares only what the operations that the page is about switch: what else a device offers
// depends on the agent's role and on features.
func (c *deviceComparison) offers() {
	want, ok := c.page["capabilities"]
	if !ok || c.step.About == AgentState {
		return
	}
	operations := switches
	if c.step.About != Device { // the page's supervisor has do-not-disturb on; ours need not
		operations = []string{"CancelSupervisorMonitoring"}
	}
	expect, seen := Offered(want, operations), Offered(c.live["capabilities"], operations)
	if !slices.Equal(expect, seen) {
		c.add(c.step.Requirement, "capabilities", list(expect), list(seen), false)
	}
}
