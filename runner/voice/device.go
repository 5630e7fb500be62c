package voice

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Device is a device as a notification or an answer shows it; nil, for none, has no member.
type Device map[string]any

// DevicesOf are the devices of a notification; what is no object is left out.
func DevicesOf(e *recording.Entry) iter.Seq[Device] {
	return func(yield func(Device) bool) {
		for _, x := range e.Devices() {
			if d, ok := x.(map[string]any); ok && !yield(d) {
				return
			}
		}
	}
}

// DeviceOf is a device among those of a notification; nil if it is not there.
func DeviceOf(e *recording.Entry, id string) Device {
	for _, x := range e.Devices() {
		if d := Device(object(x)); d != nil && SameID(d.ID(), id) {
			return d
		}
	}
	return nil
}

// IsDevices reports whether a notification is about devices: by its channel, or by what it holds. What says that it is about a call
// may have members of that name, too: nobody knows what else a server shows.
func IsDevices(e *recording.Entry) bool {
	return e.Kind == recording.KindMessage &&
		(e.Channel == DevicesTopic && !e.OfAnotherKind() || e.Data()["devices"] != nil && e.Data()["messageType"] != CallMessage)
}

// ListsDevices reports whether a notification has a list of devices that is not empty, whatever is in it.
func ListsDevices(e *recording.Entry) bool {
	return len(e.Devices()) > 0
}

// DeviceIn is the one device that an answer shows; nil if it shows none.
func DeviceIn(e *recording.Entry) Device { return object(e.AnswerObject()["device"]) }

// ShowsLogin reports whether a device, as it is read, shows that an agent is logged in.
func ShowsLogin(e *recording.Entry) bool {
	d := DeviceIn(e)
	state := d.UserState().State()
	return e.Accepted() && d.DeviceState() != Inactive && state != "" && state != "LoggedOut"
}

// DevicesIn are the devices that an answer lists; nil stands for what is no object. ok is false if it has no list.
func DevicesIn(e *recording.Entry) (devices []Device, ok bool) {
	return deviceList(e.AnswerObject()["devices"])
}

// ShownIn are the devices that an answer shows in any form: listed, of the user, or one.
func ShownIn(e *recording.Entry) []Device {
	all, _ := DevicesIn(e)
	more, _ := UserIn(e).Devices()
	all = append(all, more...)
	if d := DeviceIn(e); d != nil {
		all = append(all, d)
	}
	return all
}

// ValuesIn are the devices that an answer lists, or the one that it shows, as they are: for a schema.
func ValuesIn(e *recording.Entry) []any {
	list, _ := e.AnswerObject()["devices"].([]any)
	if d := DeviceIn(e); d != nil {
		list = append(slices.Clone(list), map[string]any(d))
	}
	return list
}

// Includes reports whether a device with an id is among some.
func Includes(devices []Device, id string) bool {
	return slices.ContainsFunc(devices, func(d Device) bool { return SameID(d.ID(), id) })
}

func deviceList(v any) (devices []Device, ok bool) {
	list, ok := v.([]any)
	for _, x := range list {
		devices = append(devices, object(x))
	}
	return devices, ok
}

// Text is a member of the device; ok is false if it is no text.
func (d Device) Text(member string) (value string, ok bool) {
	value, ok = d[member].(string)
	return value, ok
}

// ID is the device's id.
func (d Device) ID() string { return text(d["id"]) }

// Number is the device's phoneNumber.
func (d Device) Number() string { return text(d["phoneNumber"]) }

// DeviceState reports whether the device is in service.
func (d Device) DeviceState() string { return text(d["deviceState"]) }

// DoNotDisturb is On or Off.
func (d Device) DoNotDisturb() string { return text(d["doNotDisturb"]) }

// Setting is what an operation on the device has set a member to; "" where it is not set, in whatever way that is said.
func (d Device) Setting(member string) string {
	if value := text(d[member]); !strings.EqualFold(value, "Off") && !strings.EqualFold(value, "None") {
		return value
	}
	return ""
}

// Offers reports whether the device names an operation among its capabilities.
func (d Device) Offers(operation string) bool { return lists(d["capabilities"], operation) }

// UserState is the agent state that the device shows; nil if it shows none.
func (d Device) UserState() UserState { return object(d["userState"]) }

// Monitoring is the supervision that the device is set to; nil if it is to none.
func (d Device) Monitoring() Monitoring { return object(d["supervisorMonitoringState"]) }

// UserState is an agent state.
type UserState map[string]any

// State is the state without its work mode.
func (u UserState) State() string { return text(u["state"]) }

// WorkMode is what the agent is busy with; "" if nothing is said of it.
func (u UserState) WorkMode() string { return text(u["workMode"]) }

// ID is the state's own.
func (u UserState) ID() string { return text(u["id"]) }

// String is the state with its work mode behind a slash: NotReady/AuxWork.
func (u UserState) String() string {
	if mode := u.WorkMode(); mode != "" && mode != "Unknown" {
		return u.State() + "/" + mode
	}
	return u.State()
}

// Monitoring is how a supervisor's device listens to another.
type Monitoring map[string]any

// State is the operation that began it: ListenIn, Coach or BargeIn.
func (m Monitoring) State() string { return text(m["state"]) }

// TargetID is the id of the device that is listened to.
func (m Monitoring) TargetID() string { return LastSegment(text(m["targetDeviceUri"])) }

// Capabilities are the operations that the device names, "" for what is no text.
func (d Device) Capabilities() []string {
	list, _ := texts(d["capabilities"])
	return list
}

// systemStates are the agent states that every contact centre has, in the form of their pages.
var systemStates = []UserState{
	{"id": "9430250E-0A1B-421F-B372-F29E69366DED", "displayName": "Ready", "state": "Ready"},
	{"id": "900D55CC-2BB0-431F-8BF9-D3525B383BE6", "displayName": "Not Ready", "state": "NotReady"},
	{"id": "D3663509-3D82-4DD3-A82E-2EA8EFA02AEF", "displayName": "AfterCallWork", "state": "NotReady", "workMode": "AfterCallWork"},
	{"id": "2B36138D-C564-4562-A8CB-3C32D564F296", "displayName": "AuxWork", "state": "NotReady", "workMode": "AuxWork"},
}

// SystemState is the system-defined agent state with an id.
func SystemState(id string) (state UserState, known bool) {
	i := slices.IndexFunc(systemStates, func(s UserState) bool { return SameID(s.ID(), id) })
	if i < 0 {
		return nil, false
	}
	return systemStates[i], true
}

// SystemStateNamed is the system-defined agent state that has the state, the work mode and the display name of another: those
// that a contact centre adds have names of their own.
func SystemStateNamed(u UserState) (state UserState, known bool) {
	i := slices.IndexFunc(systemStates, func(s UserState) bool { return s.String() == u.String() && s["displayName"] == u["displayName"] })
	if i < 0 {
		return nil, false
	}
	return systemStates[i], true
}

// SettingsIn are the options of a device in an answer.
func SettingsIn(e *recording.Entry) map[string]string {
	out := map[string]string{}
	list, _ := e.AnswerObject()["settings"].([]any)
	for _, x := range list {
		if name := text(object(x)["name"]); name != "" {
			out[name] = text(object(x)["value"])
		}
	}
	return out
}

// WrapUpTime is how many seconds an agent has after a call, where its notification says so; 0 otherwise.
func WrapUpTime(e *recording.Entry) float64 {
	n, _ := object(e.Data()["extensions"])["WrapUpTime"].(json.Number)
	seconds, _ := n.Float64() // 0 for what is none
	return seconds
}

// After reports whether a device is as an operation of its agent leaves it: its settings, or the agent state. Of any other operation it
// does not say.
func (d Device) After(operation string) bool {
	switch o := Find(operation); {
	case o.Group == GroupAgentState:
		return d.UserState().String() == o.Told.State
	case o.Told.Member == "doNotDisturb":
		return d[o.Told.Member] == o.Told.Value
	case o.Told.Member == "forwardTo", o.Told.Member == "supervisorMonitoringState":
		ends := operation == "ForwardCallsOff" || operation == "CancelSupervisorMonitoring"
		return (d[o.Told.Member] == nil) == ends
	}
	return true
}
