package play

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Monitoring is the feature whose id says little: a live server lists it for plain agents too,
// whose devices do not offer it.
const Monitoring = voice.FeatureMonitoring

var supervision = voice.GroupOf(voice.GroupSupervision)

// Lacks says why a feature is not tested on the station; "" where it is claimed. What the target file
// claims is claimed; what the server lists must be the agent's to use.
func (s *Station) Lacks(feature string) string {
	if !slices.Contains(s.run.Features, feature) {
		return "the target does not claim the feature " + feature
	}
	if feature != Monitoring || s.run.Target.Features != nil || s.supervises() {
		return ""
	}
	return fmt.Sprintf("the server lists %s, but %s is no supervisor and the device offers no ListenIn; "+
		"features: in the target file claims it all the same", feature, s.Actors[voice.Agent].Party.User)
}

// supervises reports whether the agent was ever shown as a supervisor, or the device as one that can listen in.
func (s *Station) supervises() bool {
	return s.Actors[voice.Agent].learnShown().supervisor
}

// supervises reports whether a device offers supervision.
func supervises(d voice.Device) bool { return slices.ContainsFunc(supervision, d.Offers) }

// NoSuchOperation reports whether a refusal may say that the server does not have an operation at all:
// it is forbidden to everybody, unknown, or not found.
func NoSuchOperation(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return slices.Contains([]int64{3, 5, 6, 10}, code) || slices.Contains([]int{404, 405, 501}, e.Status)
}

// FeaturesOfOneSide says which features only the target file claims, or only the server lists. A server that lists none at
// all says nothing.
func (r *Run) FeaturesOfOneSide() []string {
	if r.Target.Features == nil || len(r.listed) == 0 {
		return nil
	}
	var out []string
	for _, f := range r.Target.Features {
		if f != voice.FeatureMute && !slices.Contains(r.listed, f) {
			out = append(out, "features: in the target file claims "+f+", which the server (GET /me?subresources=*) does not list")
		}
	}
	for _, f := range []string{voice.FeatureRecording, voice.FeatureMonitoring} {
		if slices.Contains(r.listed, f) && !slices.Contains(r.Target.Features, f) {
			out = append(out, "the server lists "+f+", which features: in the target file leaves out: what needs it is not applicable")
		}
	}
	return out
}
