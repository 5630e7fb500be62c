package play

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Monitoring is the feature whose id says little: a live server lists it for plain agents too,
// whose devices do not offer it.
const Monitoring = "api-supervisor-monitoring"

var supervision = []string{"ListenIn", "Coach", "BargeIn"}

// Lacks says why a feature is not tested on the station; "" where it is claimed. What the target file
// claims is claimed; what the server lists must be the agent's to use.
func (s *Station) Lacks(feature string) string {
	if !slices.Contains(s.run.Features, feature) {
		return "the target does not claim the feature " + feature
	}
	if feature != Monitoring || s.run.Target.Features != nil || s.supervises() {
		return ""
	}
	return fmt.Sprintf("the server lists %s, but %s is no supervisor and the device offers no ListenIn; features: in the target file claims it all the same", feature, s.Actors["agent"].Party.User)
}

// supervises tells whether the agent was ever shown as a supervisor, or the device as one that can listen in.
func (s *Station) supervises() bool {
	a := s.Actors["agent"]
	for _, e := range s.tape.From(0) {
		if e.Actor != a.Role {
			continue
		}
		if d := device(a, e); d != nil && offersAny(d) {
			return true
		}
		user, _ := e.AnswerObject()["user"].(map[string]any)
		roles, _ := user["roles"].([]any)
		for _, r := range roles {
			if name, _ := r.(string); strings.Contains(name, "SUPERVISOR") || strings.Contains(name, "ADMIN") {
				return true
			}
		}
		for _, d := range shown(e, user) {
			if id, _ := d["id"].(string); strings.EqualFold(id, a.Device) && offersAny(d) {
				return true
			}
		}
	}
	return false
}

// shown are the devices of an answer.
func shown(e *recording.Entry, user map[string]any) (list []map[string]any) {
	all, _ := e.AnswerObject()["devices"].([]any)
	more, _ := user["devices"].([]any)
	for _, x := range append(append(append([]any{}, all...), more...), e.AnswerObject()["device"]) {
		if d, ok := x.(map[string]any); ok {
			list = append(list, d)
		}
	}
	return list
}

func offersAny(device map[string]any) bool {
	return slices.ContainsFunc(supervision, func(op string) bool { return offers(device, op) })
}

// NoSuchOperation tells whether a refusal may say that the server does not have an operation at all:
// it is forbidden to everybody, unknown, or not found.
func NoSuchOperation(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return slices.Contains([]int64{3, 5, 6, 10}, code) || slices.Contains([]int{404, 405, 501}, e.Status)
}
