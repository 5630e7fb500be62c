package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

var ofDevices = map[string]string{
	"DoNotDisturbOn": "DEVICE-3", "DoNotDisturbOff": "DEVICE-3", "ForwardCallsOn": "DEVICE-4",
	"ListenIn": "MONITOR-1", "Coach": "MONITOR-1", "BargeIn": "MONITOR-1", "CancelSupervisorMonitoring": "MONITOR-3",
}

// ofDevice judges that a change of a device is told.
func (t *timeline) ofDevice(o *operation) {
	requirement := ofDevices[o.name]
	if requirement == "" || o.who.device == "" {
		return
	}
	told := voice.Find(o.name).Told
	expected := told.Member + " as " + o.name + " sets it"
	if requirement == "MONITOR-1" {
		expected += ", with the default scope and mode where it names no other"
	}
	t.dueOfDevice(requirement, o, expected, func(d voice.Device) bool {
		switch o.name {
		case "ForwardCallsOn":
			number, _ := o.Body()["destination"].(string)
			shown, _ := d.Text("forwardTo")
			return voice.SameNumber(shown, number)
		case "CancelSupervisorMonitoring":
			return d.Monitoring() == nil
		case "DoNotDisturbOn", "DoNotDisturbOff":
			return d[told.Member] == told.Value
		default:
			return asAsked(o, d.Monitoring())
		}
	})
}

var agentStates = map[string]string{"Ready": "AGENT-1", "NotReady": "AGENT-2", "AfterCallWork": "AGENT-3", "AuxWork": "AGENT-4"}

// ofAgent judges that a change of the agent state is told. One that is no change need not be.
func (t *timeline) ofAgent(o *operation) {
	requirement, state := agentStates[o.name], voice.Find(o.name).Told.State
	last := lastBefore(o.who.devices, o.At)
	if requirement == "" || o.who.device == "" || last == nil {
		return
	}
	if d := voice.DeviceOf(last, o.who.device); d == nil || d.UserState().String() == state {
		return
	}
	t.dueOfDevice(requirement, o, "userState "+state, func(d voice.Device) bool { return d.UserState().String() == state })
}

func (t *timeline) dueOfDevice(requirement string, o *operation, expected string, fits func(voice.Device) bool) {
	p := o.who
	met := t.take(requirement, o, t.unexplained(o, p.devices), func(e *recording.Entry) bool {
		d := voice.DeviceOf(e, p.device)
		return d != nil && fits(d)
	})
	if met != nil || t.deviceWouldTell(o) {
		t.decide(requirement, o, p, expected, met)
	}
}

// unexplained are the notifications of a device but those that came when somebody had waited in vain for an outcome and then asked for
// something else: what that is told by shows what was set before, too.
func (t *timeline) unexplained(o *operation, list []*recording.Entry) []*recording.Entry {
	for _, later := range posted(t.ops, o.At, o.At+aftermath) {
		switch to := voice.Find(later.name).To; {
		case later.who != o.who || to != voice.ToDevice && to != voice.ToChannel && to != voice.ToMe:
		case within(o.who.missed, o.At, later.At):
			return list[:len(list)-len(since(list, later.At))]
		}
	}
	return list
}

// deviceWouldTell reports whether the outcome of an operation would have come by the end of the recording: the player waited
// in vain, or a later operation of the same kind was told.
func (t *timeline) deviceWouldTell(o *operation) bool {
	if o.who.deaf.within(o.At-1, o.At+aftermath) || within(o.who.errors, o.At, o.At+aftermath) {
		return false
	}
	if within(o.who.missed, o.At, o.At+aftermath) {
		return true
	}
	last := len(o.who.devices) - 1
	if last < 0 || o.AnsweredAt <= 0 {
		return false
	}
	return slices.ContainsFunc(posted(t.ops, o.AnsweredAt, o.who.devices[last].At), func(p *operation) bool {
		to := voice.Find(p.name).To
		return p.who == o.who && (to == voice.ToDevice || to == voice.ToChannel)
	})
}
