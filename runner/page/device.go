package page

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// switches are the device capabilities that stand for each other: one of a pair is offered.
var switches = []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff"}

// deviceComparison is a device of the page beside the live one.
type deviceComparison struct {
	*Replay
	step       *Step
	page, live voice.Device
	out        []Difference
}

func (c *deviceComparison) add(requirement, path, expected, observed string, other bool) {
	c.out = append(c.out, Difference{Requirement: requirement, Path: "data.devices.0." + path, Expected: expected, Observed: observed, other: other})
}

// compareDevice holds a device notification against the page's.
func (r *Replay) compareDevice(s *Step, e *recording.Entry) []Difference {
	live := r.agentsDevice(e)
	if live == nil {
		return []Difference{{
			Requirement: "MSG-3", Path: "data.devices",
			Expected: "the agent's device", Observed: recording.Short(e.Data()["devices"]), other: true,
		}}
	}
	c := &deviceComparison{Replay: r, step: s, page: s.Device(), live: live}
	c.settings()
	if s.About == AgentState {
		c.userState()
	}
	c.monitoring()
	c.capabilities()
	return c.out
}

// agentsDevice is the agent's among the devices of a notification; the first where it is not known which that is.
func (r *Replay) agentsDevice(e *recording.Entry) voice.Device {
	for d := range voice.DevicesOf(e) {
		if own := r.station.Agent.Device; own == "" || voice.SameID(d.ID(), own) {
			return d
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
		if _, isText := got.(string); !isText && member != "forwardTo" {
			// Every device has it, as a text. Without, it is this notification all the same, in the wrong form.
			c.add("DEVICE-2", member, recording.Short(want), recording.ShortOrMissing(got, present), false)
			continue
		}
		if !cmp.Equal(want, got) {
			other := member != "deviceState" && c.step.About != AgentState
			c.add(c.step.Requirement, member, recording.Short(want), recording.ShortOrMissing(got, present), other)
		}
	}
}

func (c *deviceComparison) userState() {
	want, got := c.page.UserState(), c.live.UserState()
	if want == nil {
		return
	}
	for _, member := range []string{"state", "workMode"} {
		w, has := want[member]
		g, present := got[member]
		if has && !cmp.Equal(w, g) || !has && member == "workMode" && present && g != "" && g != "Unknown" {
			c.add(c.step.Requirement, "userState."+member, recording.ShortOrMissing(w, has), recording.ShortOrMissing(g, present), true)
		}
	}
	if id := want.ID(); id != "" && !voice.SameID(id, got.ID()) {
		c.add("AGENT-6", "userState.id", id, recording.Short(got["id"]), false)
	}
	if w, g := want["displayName"], got["displayName"]; w != nil && !cmp.Equal(w, g) {
		c.add("AGENT-6", "userState.displayName", recording.Short(w), recording.Short(g), false)
	}
}

func (c *deviceComparison) monitoring() {
	const at = "supervisorMonitoringState"
	want, got := c.page.Monitoring(), c.live.Monitoring()
	shown, present := c.live[at]
	switch {
	case want == nil && present && c.step.About == Monitoring:
		c.add(c.step.Requirement, at, "no such member", recording.Short(shown), true)
		return
	case want == nil:
		return
	case got == nil:
		c.add(c.step.Requirement, at, recording.JSON(want), recording.ShortOrMissing(shown, present), true)
		return
	}
	for _, member := range []string{"state", "mode", "scope"} {
		if w := want[member]; w != nil && !cmp.Equal(w, got[member]) {
			c.add(c.step.Requirement, at+"."+member, recording.Short(w), recording.Short(got[member]), member == "state")
		}
	}
	if target := want.TargetID(); target != "" && !voice.SameID(got.TargetID(), c.renamed(target)) {
		c.add(c.step.Requirement, at+".targetDeviceUri", "a URI that ends in /devices/"+c.renamed(target), recording.Short(got["targetDeviceUri"]), false)
	}
}

// capabilities compares only what the operations that the page is about switch: what else a device offers
// depends on the agent's role and on features.
func (c *deviceComparison) capabilities() {
	want, ok := c.page["capabilities"]
	if !ok || c.step.About == AgentState {
		return
	}
	operations := c.switched()
	if c.step.About != Device { // the page's supervisor has do-not-disturb on; ours need not
		operations = []string{"CancelSupervisorMonitoring"}
	}
	expect, seen := Offered(want, operations), Offered(c.live["capabilities"], operations)
	if !slices.Equal(expect, seen) {
		c.add(c.step.Requirement, "capabilities", list(expect), list(seen), false)
	}
}

// switched are the switches that the live device has: those of the operation that the page posts, and others of which it
// offers one, since not every telephone switch has both.
func (c *deviceComparison) switched() []string {
	posted := ""
	if cause := c.Page.Cause(c.step); cause != nil {
		posted = cause.Operation()
	}
	var out []string
	for pair := range slices.Chunk(switches, 2) {
		if slices.Contains(pair, posted) || len(Offered(c.live["capabilities"], pair)) > 0 {
			out = append(out, pair...)
		}
	}
	return out
}
