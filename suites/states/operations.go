package states

import "github.com/voicespec/voicespec/runner/play"

// scene is what a state's operations need to be well formed: so that nothing but the state can be
// the reason to refuse one.
type scene struct {
	row         string
	call, other *play.Call // other: the second call of a pair; nil where there is none
}

// The pairs that the table's own operations set have the row in their name: those that one row was
// offered are no effects on another.
const (
	attached = "VoicespecAttached-"
	updated  = "VoicespecUpdated-"
)

// operation is one column of the table.
type operation struct {
	name   string
	params func(s *play.Stage, at scene) map[string]any
	// steady operations leave the state as it is: where they are offered they can be tried in
	// passing. What an accepted one of the others does is judged by its own page.
	steady bool
}

// operations are all call operations of the documents. ClearCall, Accept, Decline and Reject have no
// page; Answer and Retrieve stand last, so that a phone that picks up by itself has done so before.
var operations = []operation{
	{name: "Hold"},
	{name: "InitiateTransfer", params: toDestination},
	{name: "InitiateConference", params: toDestination},
	{name: "SingleStepTransfer", params: toDestination},
	{name: "SingleStepConference", params: toDestination},
	{name: "CompleteTransfer"},
	{name: "CompleteConference"},
	{name: "RemoveParticipantFromConference", params: func(s *play.Stage, _ scene) map[string]any {
		return map[string]any{"participant": s.Caller.Party.Number}
	}},
	{name: "SwapCalls", params: func(s *play.Stage, at scene) map[string]any {
		other := at.other
		if other == nil {
			other = at.call
		}
		return map[string]any{"otherCallUri": s.CallURI(s.Agent, other)}
	}},
	{name: "SendDtmf", steady: true, params: func(*play.Stage, scene) map[string]any { return map[string]any{"digits": "5"} }},
	{name: "AttachUserData", steady: true, params: pair(attached)},
	{name: "UpdateUserData", steady: true, params: pair(updated)},
	{name: "DeleteUserDataPair", steady: true, params: func(_ *play.Stage, at scene) map[string]any { return map[string]any{"key": attached + at.row} }},
	{name: "DeleteUserData", steady: true},
	{name: "MuteCall"},
	{name: "UnmuteCall"},
	{name: "StartCallRecording"},
	{name: "PauseCallRecording"},
	{name: "ResumeCallRecording"},
	{name: "StopCallRecording"},
	{name: "MuteMonitoredUser"},
	{name: "SwitchToListenIn"},
	{name: "Answer"},
	{name: "Retrieve"},
	{name: "Hangup"},
}

func toDestination(s *play.Stage, _ scene) map[string]any {
	return map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}
}

func pair(key string) func(*play.Stage, scene) map[string]any {
	return func(_ *play.Stage, at scene) map[string]any {
		return map[string]any{"userData": map[string]any{key + at.row: "1"}}
	}
}

func (o operation) body(s *play.Stage, at scene) map[string]any {
	if o.params == nil {
		return nil
	}
	return o.params(s, at)
}
