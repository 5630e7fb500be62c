package spec

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// DeviceOf is the id of a person's device.
func DeviceOf(who string) string { return Case().Station.Party(who).Device }

// DevicesAt are a person's notifications of devices.
func DevicesAt(who string) Notifications {
	seen(who)
	return Notifications{Who: who, list: Case().DeviceMessages(who)}
}

// deviceCondition is about what a device shows that has an id.
type deviceCondition struct {
	id   string
	text string
	show func(device map[string]any) bool
}

func (c deviceCondition) meets(e *recording.Entry) bool {
	d := judge.DeviceIn(e, c.id)
	return d != nil && c.show(d)
}

func (c deviceCondition) String() string { return "of the device " + c.text }

// InAgentState are notifications of a device whose agent is in a state; a work mode stands behind a slash:
// NotReady/AuxWork.
func InAgentState(device, state string) Condition {
	return deviceCondition{device, "with the agent " + state, func(d map[string]any) bool { return judge.AgentState(d) == state }}
}

// InDeviceState are notifications of a device in a deviceState.
func InDeviceState(device, state string) Condition {
	return deviceCondition{device, "as " + state, func(d map[string]any) bool { return d["deviceState"] == state }}
}

// Forwarding are notifications of a device that forwards calls.
func Forwarding(device string) Condition {
	return deviceCondition{device, "with forwardTo", func(d map[string]any) bool { return d["forwardTo"] != nil }}
}

// Monitoring are notifications of a device that monitors another.
func Monitoring(device string) Condition {
	return deviceCondition{device, "with supervisorMonitoringState", func(d map[string]any) bool { return d["supervisorMonitoringState"] != nil }}
}

// Both are notifications that meet two conditions.
func Both(first, second Condition) Condition { return both{first, second} }

type both []Condition

func (b both) meets(e *recording.Entry) bool { return meets(e, b) }

func (b both) String() string { return b[0].String() + " " + b[1].String() }
