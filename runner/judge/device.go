package judge

import (
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/document"
	"github.com/voicespec/voicespec/runner/recording"
)

// switches are the device capabilities that stand for each other: one of a pair is offered.
var switches = []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff", "CancelSupervisorMonitoring"}

// compareDevice holds a device notification against the page's.
func (p *Page) compareDevice(s *document.Step, e *recording.Entry) []Finding {
	pageData, _ := s.Notification["data"].(map[string]any)
	page := firstDevice(pageData)
	var out []Finding
	add := func(requirement, path, expected, observed string) {
		out = append(out, Finding{Requirement: requirement, Entry: e, Path: path, Expected: expected, Observed: observed})
	}
	live := p.deviceOf(e)
	if live == nil {
		add("MSG-3", "data.devices", "the agent's device", Short(e.Data()["devices"]))
		return out
	}
	for _, member := range []string{"doNotDisturb", "forwardTo", "deviceState"} {
		want, has := page[member]
		got, present := live[member]
		if !has {
			continue
		}
		if text, ok := want.(string); ok {
			want = p.renamed(text)
		}
		if !cmp.Equal(want, got) {
			add(s.Requirement, "data.devices.0."+member, Short(want), orMissing(got, present))
		}
	}
	p.compareUserState(s, page, live, add)
	p.compareMonitoring(s, page, live, add)
	if want, ok := page["capabilities"]; ok && !strings.HasPrefix(s.Requirement, "AGENT-") {
		p.compareSwitches(s, want, live["capabilities"], add)
	}
	return out
}

func firstDevice(data map[string]any) map[string]any {
	devices, _ := data["devices"].([]any)
	if len(devices) == 0 {
		return nil
	}
	d, _ := devices[0].(map[string]any)
	return d
}

// deviceOf finds the agent's device among those of a notification.
func (c *Case) deviceOf(e *recording.Entry) map[string]any {
	devices, _ := e.Data()["devices"].([]any)
	own := c.Station.Party(e.Actor).Device
	for _, d := range devices {
		if m, ok := d.(map[string]any); ok && (own == "" || sameID(str(m["id"]), own)) {
			return m
		}
	}
	return nil
}

func (p *Page) compareUserState(s *document.Step, page, live map[string]any, add func(requirement, path, expected, observed string)) {
	want, ok := page["userState"].(map[string]any)
	if !ok || !strings.HasPrefix(s.Requirement, "AGENT-") {
		return
	}
	got, _ := live["userState"].(map[string]any)
	for _, member := range []string{"state", "workMode"} {
		w, has := want[member]
		g, present := got[member]
		if has && !cmp.Equal(w, g) || !has && member == "workMode" && present && g != "" && g != "Unknown" {
			add(s.Requirement, "data.devices.0.userState."+member, orMissing(w, has), orMissing(g, present))
		}
	}
	if w, g := str(want["id"]), got["id"]; w != "" && !sameID(w, str(g)) {
		add("AGENT-6", "data.devices.0.userState.id", w, Short(g))
	}
	if w, g := want["displayName"], got["displayName"]; w != nil && !cmp.Equal(w, g) {
		add("AGENT-6", "data.devices.0.userState.displayName", Short(w), Short(g))
	}
}

func (p *Page) compareMonitoring(s *document.Step, page, live map[string]any, add func(requirement, path, expected, observed string)) {
	const at = "data.devices.0.supervisorMonitoringState"
	want, has := page["supervisorMonitoringState"].(map[string]any)
	got, present := live["supervisorMonitoringState"]
	if !has {
		if present && strings.HasPrefix(s.Requirement, "MONITOR-") {
			add(s.Requirement, at, "no such member", Short(got))
		}
		return
	}
	object, ok := got.(map[string]any)
	if !ok {
		add(s.Requirement, at, jsonOf(want), orMissing(got, present))
		return
	}
	for _, member := range []string{"state", "mode", "scope"} {
		if w := want[member]; w != nil && !cmp.Equal(w, object[member]) {
			add(s.Requirement, at+"."+member, Short(w), Short(object[member]))
		}
	}
	if w := str(want["targetDeviceUri"]); w != "" {
		device := p.renamed(strings.ToLower(lastSegment(w)))
		if !sameID(lastSegment(str(object["targetDeviceUri"])), device) {
			add(s.Requirement, at+".targetDeviceUri", "a URI that ends in /devices/"+device, Short(object["targetDeviceUri"]))
		}
	}
}

// compareSwitches compares only the pairs that device operations switch; what else a device
// offers depends on the agent's role and on features.
func (p *Page) compareSwitches(s *document.Step, want, got any, add func(requirement, path, expected, observed string)) {
	expect, seen := among(want, switches), among(got, switches)
	if strings.HasPrefix(s.Requirement, "DEVICE-") {
		drop := func(o string) bool { return o == "CancelSupervisorMonitoring" }
		expect, seen = slices.DeleteFunc(expect, drop), slices.DeleteFunc(seen, drop)
	} else {
		// The page's supervisor has do-not-disturb on; ours need not.
		keep := func(o string) bool { return o != "CancelSupervisorMonitoring" }
		expect, seen = slices.DeleteFunc(expect, keep), slices.DeleteFunc(seen, keep)
	}
	if !slices.Equal(expect, seen) {
		add(s.Requirement, "data.devices.0.capabilities", list(expect), list(seen))
	}
}
