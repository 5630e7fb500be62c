package judge

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Users judges answers to GET /me of several people: each is somebody, and nobody else of the station. What the login has
// to do with the user name is the installation's business.
func (c *Case) Users(list []*recording.Entry) []Finding {
	var out []Finding
	seen := map[string]string{}
	for _, e := range list {
		user := voice.UserIn(e)
		name := user.Name()
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
		for _, role := range voice.Roles {
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
	user := voice.UserIn(e)
	if user == nil {
		add("user", "an object", e.AnswerObject()["user"])
		return out
	}
	if devices, _ := user.Devices(); !voice.Includes(devices, c.Station.Party(e.Actor).Device) {
		add("user.devices", "a list with the agent's device", user["devices"])
	}
	for _, name := range []string{"calls", "features"} {
		if v, present := user[name]; present && !user.Lists(name) {
			add("user."+name, "a list", v)
		}
	}
	return out
}

// ReadsInactive reports whether the answer to a GET is a device that is Inactive.
func ReadsInactive(e *recording.Entry) bool { return voice.DeviceIn(e).DeviceState() == voice.Inactive }
