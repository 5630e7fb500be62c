// Package voice is the one reading of the API's words: what a notification or an answer says of a call, a device
// or a person, when two names or numbers mean the same, and what each operation is and does. The player waits and
// the judge recognises by it, so that what is awaited and what is judged cannot drift apart. It is pure: entries of
// a recording in, facts out. The reference server keeps words of its own.
package voice

// PickUpHint asks what it most often is that an accepted Answer does not establish the call.
const PickUpHint = "does the agent's phone pick up?"

// Topics of notifications.
const (
	CallsTopic   = "/v2/me/calls"
	DevicesTopic = "/v2/me/devices"
)

// Topics are those that a recording session is subscribed to: exact names, since some servers deliver a message
// once for every pattern that it matches.
var Topics = []string{CallsTopic, DevicesTopic}

// Values of messageType.
const (
	CallMessage   = "CallStateChangeMessage"
	DeviceMessage = "DeviceStateChangeMessage"
)

// States of a call.
const (
	Ringing     = "Ringing"
	Dialing     = "Dialing"
	Established = "Established"
	Held        = "Held"
	Released    = "Released"
)

// States of a call, in the order of its life.
var States = []string{Ringing, Dialing, Established, Held, Released}

// Inactive is the deviceState of a device whose agent has not begun to work.
const Inactive = "Inactive"

// Values of notificationType.
const (
	StatusChange         = "StatusChange"
	AttachedDataChanged  = "AttachedDataChanged"
	DtmfSent             = "DtmfSent"
	ParticipantsUpdated  = "ParticipantsUpdated"
	RecordingStateChange = "CallRecordingStateChange"
	MonitoredUserMuted   = "MonitoredUserMutedStateChange"
)

// Consult is the callType of a consult call.
const Consult = "Consult"

// On is how do-not-disturb and mute are shown where they are on.
const On = "On"

// Roles of the people of a station.
const (
	Agent       = "agent"
	Caller      = "caller"
	Destination = "destination"
)

// Roles of the people of a station, the one who is judged first.
var Roles = []string{Agent, Caller, Destination}

func text(v any) string { s, _ := v.(string); return s }

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }

// texts are those of a list, "" in the place of what is none; ok is false if v is no list.
func texts(v any) (out []string, ok bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out = make([]string, len(list))
	for i, x := range list {
		out[i] = text(x)
	}
	return out, true
}

// lists reports whether v is a list that holds a text.
func lists(v any, want string) bool {
	list, _ := v.([]any)
	for _, x := range list {
		if x == want {
			return true
		}
	}
	return false
}
