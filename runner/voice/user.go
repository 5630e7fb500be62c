package voice

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// User is a person as an answer shows it; nil, for none, has no member.
type User map[string]any

// UserIn is the user that an answer shows.
func UserIn(e *recording.Entry) User { return object(e.AnswerObject()["user"]) }

// ID is the user's id.
func (u User) ID() string { return text(u["id"]) }

// Name is the name that the user logs in with.
func (u User) Name() string { return text(u["userName"]) }

// Devices are the user's; nil stands for what is no object. ok is false if there is no list.
func (u User) Devices() (devices []Device, ok bool) { return deviceList(u["devices"]) }

// Device is one of the user's by its id; nil if it is not there.
func (u User) Device(id string) Device {
	list, _ := u.Devices()
	for _, d := range list {
		if id != "" && SameID(d.ID(), id) {
			return d
		}
	}
	return nil
}

// Calls are the user's; nil stands for what is no object. ok is false if there is no list.
func (u User) Calls() (calls []Call, ok bool) { return callList(u["calls"]) }

// Lists reports whether a member of the user is a list.
func (u User) Lists(member string) bool { _, ok := u[member].([]any); return ok }

// Features are the ids of what the server lets the user do.
func (u User) Features() []string {
	list, _ := u["features"].([]any)
	var out []string
	for _, f := range list {
		if id, ok := object(f)["id"].(string); ok {
			out = append(out, id)
		}
	}
	return out
}

// Supervises reports whether one of the user's roles is that of a supervisor or an administrator.
func (u User) Supervises() bool {
	roles, _ := texts(u["roles"])
	for _, r := range roles {
		if strings.Contains(r, "SUPERVISOR") || strings.Contains(r, "ADMIN") {
			return true
		}
	}
	return false
}
