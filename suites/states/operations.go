package states

import (
	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// scene is what a situation's operations need to be well formed: so that nothing but the state can be
// the reason to refuse one.
type scene struct {
	Situation

	call, other *play.Call // other: the second call of a pair; nil where there is none
}

// parameters fills in what an operation needs.
func (at scene) parameters(s *Stage, operation voice.Operation) map[string]any {
	out := map[string]any{}
	for _, p := range operation.Needs {
		out[p.Name] = at.value(s, operation.Name, p.Kind)
	}
	return out
}

// value is one of those: whatever is right for the operation.
func (at scene) value(s *Stage, operation string, kind voice.Kind) any {
	attachedKey, attached := Attached(at.Situation)
	_, updated := Updated(at.Situation)
	switch kind {
	case voice.Party:
		return map[string]any{"phoneNumber": s.Destination.Party.Number}
	case voice.PhoneNumber: // of somebody to be removed
		return s.Caller.Party.Number
	case voice.CallURI:
		if at.other == nil {
			return s.CallURI(s.Agent, at.call)
		}
		return s.CallURI(s.Agent, at.other)
	case voice.Digits:
		return "5"
	case voice.Pairs:
		if operation == "UpdateUserData" {
			return updated
		}
		return attached
	case voice.Key:
		return attachedKey
	case voice.DeviceURI, voice.Word, voice.Words: // no operation of a call needs one
	}
	return nil
}
