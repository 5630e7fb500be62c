package judge

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// memberText is what a device shows in one of its members, as a text.
func memberText(device voice.Device, member string) string {
	switch {
	case member == "userState":
		return device.UserState().String()
	case device[member] == nil:
		return "none"
	}
	return Short(device[member])
}

// DeviceChanges finds the notifications that show members of a device otherwise than the first one that is begun with
// left them, up to the one that is ended with.
func DeviceChanges(messages []*recording.Entry, id string, begins, ends func(*recording.Entry) bool, members ...string) []Finding {
	var before voice.Device
	var out []Finding
	for _, e := range messages {
		d := voice.DeviceOf(e, id)
		switch {
		case d == nil:
			continue
		case before == nil:
			if begins(e) {
				before = d
			}
			continue
		}
		for _, member := range members {
			was, now := memberText(before, member), memberText(d, member)
			if was != now && !strings.Contains(now, "/") { // a work mode may come late after a call
				out = append(out, Finding{Entry: e, Path: "data.devices.0." + member, Expected: was + ": what is refused changes nothing", Observed: now})
			}
		}
		if ends(e) {
			break
		}
	}
	return out
}

// AgentStateAsNotified compares the agent state that a GET of the actor's device shows with the notifications around it: one
// that arrives while the answer is under way may or may not be in it. compared is false where there is nothing to compare.
func (c *Case) AgentStateAsNotified(read *recording.Entry) (out []Finding, compared bool) {
	device := voice.DeviceIn(read)
	told := c.agentStatesAround(read)
	if device == nil || len(told) == 0 {
		return nil, false
	}
	if now := device.UserState().String(); !slices.Contains(told, now) {
		out = append(out, Finding{Entry: read, Path: "device.userState", Expected: strings.Join(told, " or "), Observed: now})
	}
	return out, true
}

// agentStatesAround are the agent states that a read may show: the last before it was sent, and those that came
// until the next request. What comes after the answer may have happened before it.
func (c *Case) agentStatesAround(read *recording.Entry) []string {
	next := math.Inf(1)
	for _, r := range c.Requests() {
		if r.At > read.At {
			next = min(next, r.At)
		}
	}
	before, told := "", map[string]bool{}
	for _, m := range c.DeviceMessages(read.Actor) {
		d := voice.DeviceOf(m, c.Station.Party(read.Actor).Device)
		switch {
		case d == nil:
		case m.At < read.At:
			before = d.UserState().String()
		case m.At < next:
			told[d.UserState().String()] = true
		}
	}
	if before != "" {
		told[before] = true
	}
	return slices.Sorted(maps.Keys(told))
}
