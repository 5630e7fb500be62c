package spec

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// DeviceOf is the id of a person's device.
func DeviceOf(who string) string { return Case().Station.Party(who).Device }

// DevicesAt are a person's notifications of devices.
func DevicesAt(who string) Notifications {
	seen(who)
	return Notifications{Who: who, list: Case().DeviceMessages(who)}
}

// InAgentState are notifications of a device whose agent is in a state; a work mode stands behind a slash:
// NotReady/AuxWork.
func InAgentState(device, state string) Condition {
	return said{voice.AgentIn(device, state), "of the device with the agent " + state}
}

// OfDevice are notifications of a device, whatever they say of it.
func OfDevice(device string) Condition { return said{voice.ShowsDevice(device), "of the device"} }

// InDeviceState are notifications of a device in a deviceState.
func InDeviceState(device, state string) Condition {
	return said{voice.DeviceWith(device, "deviceState", state), "of the device as " + state}
}

// Disturbed are notifications of a device with do-not-disturb on.
func Disturbed(device string) Condition {
	return said{voice.DeviceWith(device, "doNotDisturb", voice.On), "of the device with doNotDisturb On"}
}

// Forwarding are notifications of a device that forwards calls.
func Forwarding(device string) Condition {
	return said{voice.DeviceShowing(device, "forwardTo"), "of the device with forwardTo"}
}

// Monitoring are notifications of a device that monitors another.
func Monitoring(device string) Condition {
	const member = "supervisorMonitoringState"
	return said{voice.DeviceShowing(device, member), "of the device with " + member}
}

// Both are notifications that meet two conditions.
func Both(first, second Condition) Condition { return both{first, second} }

type both []Condition

func (b both) meets(e *recording.Entry) bool { return meets(e, b) }

func (b both) String() string { return b[0].String() + " " + b[1].String() }
