package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// UserOf is the user of an answer; nil if it holds none.
func UserOf(e *recording.Entry) map[string]any {
	u, _ := e.AnswerObject()["user"].(map[string]any)
	return u
}

// Users judges answers to GET /me of several people: each is somebody, and nobody else of the station. What the login has
// to do with the user name is the installation's business.
func (c *Case) Users(list []*recording.Entry) []Finding {
	var out []Finding
	seen := map[string]string{}
	for _, e := range list {
		user := UserOf(e)
		name := str(user["userName"])
		add := func(path, expected string, observed any) {
			out = append(out, Finding{Entry: e, Path: path, Expected: expected, Observed: Short(observed)})
		}
		switch {
		case !e.Accepted():
			out = append(out, Accepted("", e)...)
		case user == nil:
			add("user", "an object", e.AnswerObject()["user"])
		case name == "":
			add("user.userName", "a name", user["userName"])
		case seen[name] != "":
			add("user.userName", "another user than that of the "+seen[name], name)
		}
		for _, role := range []string{"agent", "caller", "destination"} {
			if p := c.Station.Party(role); role != e.Actor && p.User != "" && strings.EqualFold(p.User, name) {
				add("user.userName", c.Station.Party(e.Actor).User, name)
			}
		}
		if name != "" {
			seen[name] = e.Actor
		}
	}
	return out
}

// Subresources judges the answer to GET /me?subresources=: the device is there, since scenarios are played with it; what
// else is there depends.
func (c *Case) Subresources(e *recording.Entry) []Finding {
	if !e.Accepted() {
		return Accepted("", e)
	}
	var out []Finding
	add := func(path, expected string, observed any) {
		out = append(out, Finding{Entry: e, Path: path, Expected: expected, Observed: Short(observed)})
	}
	user := UserOf(e)
	if user == nil {
		add("user", "an object", e.AnswerObject()["user"])
		return out
	}
	if !listsDevice(user["devices"], c.Station.Party(e.Actor).Device) {
		add("user.devices", "a list with the agent's device", user["devices"])
	}
	for _, name := range []string{"calls", "features"} {
		if v, present := user[name]; present {
			if _, ok := v.([]any); !ok {
				add("user."+name, "a list", v)
			}
		}
	}
	return out
}

// partialSuccess is the statusCode of an operation that succeeded in part.
const partialSuccess = 7

// PartlySucceeded reports whether an answer says so.
func PartlySucceeded(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return code == partialSuccess
}

// OpensVoice reports whether the voice channel is open after a start of the contact centre session, alone or among others
// that failed.
func OpensVoice(e *recording.Entry) bool {
	if e.Accepted() {
		return true
	}
	list, _ := e.AnswerObject()["succeeded"].([]any)
	return PartlySucceeded(e) && slices.ContainsFunc(list, func(x any) bool {
		m, ok := x.(map[string]any)
		return ok && (m["channel"] == "voice" || m["channel"] == nil)
	})
}

// ReadsInactive reports whether the answer to a GET is a device that is Inactive.
func ReadsInactive(e *recording.Entry) bool {
	device, _ := e.AnswerObject()["device"].(map[string]any)
	return device["deviceState"] == "Inactive"
}
