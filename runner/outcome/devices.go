package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
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
	met := t.dueOfDevice(requirement, o, expected, func(d voice.Device) bool {
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
	t.leavesAgentState(o, met)
}

// leavesAgentState judges that a setting of a device leaves the agent state as it was told last. A state may change for other reasons: it is
// held to be steady where the person has asked for it last of all, and was told of it, and had no call since.
func (t *timeline) leavesAgentState(o *operation, met *recording.Entry) {
	p := o.who
	last := lastBefore(p.devices, o.At)
	if met == nil || last == nil || since(p.devices, o.At)[0] != met || p.deaf.within(last.At-1, met.At+1) || o.Scenario == "" {
		return
	}
	var asked *operation
	for _, q := range posted(t.ops, o.At-aftermath, met.At) {
		if to := voice.Find(q.name).To; q.who == p && (to == voice.ToChannel || to == voice.ToMe) {
			asked = q
		}
	}
	if asked == nil || asked.At > o.At || !asked.sure || asked.Scenario != o.Scenario || len(since(p.calls, asked.At)) > len(since(p.calls, met.At)) ||
		slices.ContainsFunc(p.ends, func(n *end) bool { return n.liveAt(asked.At) }) {
		return
	}
	if state := voice.Find(asked.name).Told.State; state == "" || voice.DeviceOf(last, p.device).UserState().String() != state || last.At < asked.At {
		return
	}
	was, is := voice.DeviceOf(last, p.device).UserState(), voice.DeviceOf(met, p.device).UserState()
	if was.State() == "" || is.State() == "" {
		return
	}
	t.judged["AGENT-11"]++
	if was.String() != is.String() {
		t.find("AGENT-11", judge.Finding{
			Entry: met, Path: "data.devices.0.userState", Expected: was.String() + ", as before: " + o.name + " sets no agent state", Observed: is.String(),
		})
	}
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

func (t *timeline) dueOfDevice(requirement string, o *operation, expected string, fits func(voice.Device) bool) *recording.Entry {
	p := o.who
	met := t.take(requirement, o, t.unexplained(o, p.devices), func(e *recording.Entry) bool {
		d := voice.DeviceOf(e, p.device)
		return d != nil && fits(d)
	})
	if met != nil || t.deviceWouldTell(o) {
		t.decide(requirement, o, p, expected, met)
	}
	return met
}

// unexplained are the notifications of a device but those that came when somebody had waited in vain for an outcome and then asked for
// something else: what that is told by shows what was set before, too. So does what a switch tells of an agent whose call is over.
func (t *timeline) unexplained(o *operation, list []*recording.Entry) []*recording.Entry {
	for _, later := range posted(t.ops, o.At, o.At+aftermath) {
		if !within(o.who.missed, o.At, later.At) {
			continue
		}
		switch to := voice.Find(later.name).To; {
		case later.who == o.who && (to == voice.ToDevice || to == voice.ToChannel || to == voice.ToMe):
			return list[:len(list)-len(since(list, later.At))]
		case ends(later.name) && agentStates[o.name] == "":
			return o.untilAnotherState(list, later.At)
		}
	}
	return list
}

// untilAnotherState are the notifications of a device up to the first after a time that shows its agent in another state than when an
// operation was posted.
func (o *operation) untilAnotherState(list []*recording.Entry, from float64) []*recording.Entry {
	last := lastBefore(list, o.At)
	i := slices.IndexFunc(list, func(e *recording.Entry) bool {
		return last != nil && e.At > from && voice.DeviceOf(e, o.who.device).UserState().String() != voice.DeviceOf(last, o.who.device).UserState().String()
	})
	if i < 0 {
		return list
	}
	return list[:i]
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
