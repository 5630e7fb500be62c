package voice

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// Predicate is what is meant by a notification. Waits and rules name the same ones.
type Predicate = func(*recording.Entry) bool

// Any is a notification of a call, whatever it says.
func Any(e *recording.Entry) bool { return e.Call() != nil }

// All is a notification that fits each of the predicates.
func All(predicates ...Predicate) Predicate {
	return func(e *recording.Entry) bool {
		for _, p := range predicates {
			if !p(e) {
				return false
			}
		}
		return true
	}
}

// Either is a notification that fits one of the predicates.
func Either(predicates ...Predicate) Predicate {
	return func(e *recording.Entry) bool {
		for _, p := range predicates {
			if p(e) {
				return true
			}
		}
		return false
	}
}

// Not is a notification that does not fit.
func Not(p Predicate) Predicate { return func(e *recording.Entry) bool { return !p(e) } }

// IsOwn reports whether an entry is a notification of an actor's own session, not of a browser beside it.
func IsOwn(e *recording.Entry, actor string) bool {
	return e.Kind == recording.KindMessage && e.Browser == "" && e.Actor == actor
}

// InState is a notification of a call in a state.
func InState(state string) Predicate {
	return func(e *recording.Entry) bool { return e.Call() != nil && e.State() == state }
}

// MayBeIn is InState for waits and for finding what a rule is about: a state that is no text is reported as that,
// and not as a notification that is missing.
func MayBeIn(state string) Predicate {
	return func(e *recording.Entry) bool {
		return e.Call() != nil && (e.State() == state || !CallOf(e).StateIsText())
	}
}

// Arrived is a notification of a call that has come: it rings, or was picked up already.
func Arrived(e *recording.Entry) bool {
	return e.Call() != nil && (e.State() == Ringing || e.State() == Established)
}

// ArrivedWith is Arrived of a call with one of some numbers: others may be called by others at any time.
func ArrivedWith(numbers ...string) Predicate {
	return func(e *recording.Entry) bool {
		return Arrived(e) && slices.ContainsFunc(numbers, func(n string) bool { return CallOf(e).Names(n) })
	}
}

// Without is a notification of a call that goes on without somebody.
func Without(number string) Predicate {
	return func(e *recording.Entry) bool {
		return e.Call() != nil && e.State() != Released && !CallOf(e).Names(number)
	}
}

// OfType is a notification with a notificationType.
func OfType(kind string) Predicate {
	return func(e *recording.Entry) bool { return e.Type() == kind }
}

// WithID is a notification of the call that has an id.
func WithID(id string) Predicate {
	return func(e *recording.Entry) bool { return id != "" && e.CallID() == id }
}

// About is a notification of the call that goes by an id, in whatever place it has it, or that has a connection
// which it had under its right id; "" for one that is not known.
func About(id, connection string) Predicate {
	return func(e *recording.Entry) bool { return IsAbout(e, id, connection) }
}

// IsAbout is About, for one notification.
func IsAbout(e *recording.Entry, id, connection string) bool {
	if e.Call() == nil || id == "" {
		return false
	}
	c := CallOf(e)
	return e.CallID() == id || c.Alias(id) || connection != "" && c.ConnID() == connection
}

// Carrying is a notification of a call whose user data holds all of the pairs; it may hold others.
func Carrying(pairs map[string]any) Predicate {
	want := decoded(pairs)
	return func(e *recording.Entry) bool { return e.Call() != nil && holds(CallOf(e).UserData(), want) }
}

// HasPairs reports whether user data holds all the wanted pairs; it may hold others.
func HasPairs(have, want map[string]any) bool { return holds(have, decoded(want)) }

func holds(have, want map[string]any) bool {
	for k, v := range want {
		got, has := have[k]
		if !has || !reflect.DeepEqual(got, v) {
			return false
		}
	}
	return true
}

// decoded brings Go values into the form of decoded JSON.
func decoded(v map[string]any) map[string]any {
	raw, err := json.Marshal(v)
	if err != nil {
		return v // pairs are JSON values
	}
	return object(recording.DecodeJSON(raw))
}

// ShowsDevice is a notification that shows a device.
func ShowsDevice(id string) Predicate {
	return func(e *recording.Entry) bool { return DeviceOf(e, id) != nil }
}

// DeviceWith is a notification that shows a device with a value of a member.
func DeviceWith(id, member string, value any) Predicate {
	return func(e *recording.Entry) bool {
		d := DeviceOf(e, id)
		return d != nil && d[member] == value
	}
}

// DeviceAfter is a notification that shows a device as an operation of the agent leaves it.
func DeviceAfter(id, operation string) Predicate {
	return func(e *recording.Entry) bool {
		d := DeviceOf(e, id)
		return d != nil && d.After(operation)
	}
}

// DeviceShowing is a notification that shows a device with a member, whatever it says.
func DeviceShowing(id, member string) Predicate {
	return func(e *recording.Entry) bool { return DeviceOf(e, id)[member] != nil }
}

// AgentIn is a notification that shows a device in an agent state, its work mode behind a slash.
func AgentIn(device, state string) Predicate {
	return func(e *recording.Entry) bool {
		d := DeviceOf(e, device)
		return d != nil && d.UserState().String() == state
	}
}
