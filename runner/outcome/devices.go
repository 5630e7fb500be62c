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
	t.dueOfDevice(requirement, o, told.Member+" as "+o.name+" sets it", func(d voice.Device) bool {
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
			return d.Monitoring().State() == o.name
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
	met := t.take(requirement, o, p.devices, func(e *recording.Entry) bool {
		d := voice.DeviceOf(e, p.device)
		return d != nil && fits(d)
	})
	if met != nil || t.deviceWouldTell(o) {
		t.decide(requirement, o, p, expected, met)
	}
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
