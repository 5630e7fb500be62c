package voice

// Parameters of several operations.
var (
	toParty    = []Parameter{{"destination", Party}}
	options    = []Parameter{{"location", Word}, {"userData", Pairs}}
	pairs      = []Parameter{{"userData", Pairs}}
	completion = []Parameter{{"consultCallUri", CallURI}}
	monitored  = []Parameter{{"targetDeviceUri", DeviceURI}}
	scopes     = []Parameter{{"supervisorMonitoringScope", Word}, {"supervisorMonitoringMode", Word}}
)

// inferred is said of operations whose notification no page shows.
const inferred = "its page does not show its notification; what is inferred of it is informative"

// Operations are all operations of the Voice API that a document, a client or a live server names: those with a page
// in the order in which the matrix lists them, then the others.
var Operations = []Operation{
	{
		Name: "Dial", To: ToCalls, Group: GroupCall, Needs: toParty, Takes: append(options[:2:2], Parameter{"outboundCallerId", PhoneNumber}), Page: true,
		Told: Telling{Type: StatusChange, State: Dialing}, Late: []string{Ringing, Dialing}, LateAll: true,
	},
	{Name: "Answer", To: ToCall, Group: GroupCall, Page: true, Told: Telling{Type: StatusChange, State: Established}, Late: []string{Established}},
	{Name: "Hold", To: ToCall, Group: GroupCall, Page: true, Told: Telling{Type: StatusChange, State: Held}, Undo: "Retrieve"},
	{Name: "Retrieve", To: ToCall, Group: GroupCall, Page: true, Told: Telling{Type: StatusChange, State: Established}, Undo: "Hold"},
	{Name: "Hangup", To: ToCall, Group: GroupCall, Page: true, Told: Telling{Type: StatusChange, State: Released}, Late: []string{Released}},

	{Name: "InitiateTransfer", To: ToCall, Group: GroupCall, Needs: toParty, Takes: options, Page: true, Told: Telling{Type: StatusChange, State: Held}},
	{
		Name: "CompleteTransfer", To: ToCall, Group: GroupConsultation, Takes: completion, Page: true, Merges: true,
		Told: Telling{Type: StatusChange, State: Released}, Late: []string{Released},
	},
	{
		Name: "SingleStepTransfer", To: ToCall, Group: GroupCall, Needs: toParty, Takes: options, Page: true, Merges: true,
		Told: Telling{Type: StatusChange, State: Released}, Late: []string{Released},
	},
	{
		Name: "InitiateConference", To: ToCall, Group: GroupCall, Needs: toParty, Takes: options, Page: true,
		Told: Telling{Type: StatusChange, State: Held},
	},
	{
		Name: "CompleteConference", To: ToCall, Group: GroupConsultation, Takes: completion, Page: true, Merges: true, Joins: true,
		Told: Telling{Type: StatusChange, State: Released},
	},
	{
		Name: "SingleStepConference", To: ToCall, Group: GroupCall, Needs: toParty, Takes: options, Page: true, Merges: true, Joins: true,
		Told: Telling{Type: ParticipantsUpdated},
	},
	{
		Name: "RemoveParticipantFromConference", To: ToCall, Group: GroupConference, Needs: []Parameter{{"participant", PhoneNumber}},
		Page: true, Merges: true, Joins: true,
		Told: Telling{Type: ParticipantsUpdated},
	},
	{
		Name: "SwapCalls", To: ToCall, Group: GroupConsultation, Needs: []Parameter{{"otherCallUri", CallURI}}, Page: true,
		Told: Telling{Type: StatusChange}, Undo: "SwapCalls",
	},
	{Name: "SendDtmf", To: ToCall, Group: GroupCall, Needs: []Parameter{{"digits", Digits}}, Page: true, Steady: true, Told: Telling{Type: DtmfSent}},

	{Name: "AttachUserData", To: ToCall, Group: GroupUserData, Needs: pairs, Page: true, Steady: true, Told: Telling{Type: AttachedDataChanged}},
	{Name: "UpdateUserData", To: ToCall, Group: GroupUserData, Needs: pairs, Page: true, Steady: true, Told: Telling{Type: AttachedDataChanged}},
	{Name: "DeleteUserData", To: ToCall, Group: GroupUserData, Page: true, Steady: true, Told: Telling{Type: AttachedDataChanged}},
	{
		Name: "DeleteUserDataPair", To: ToCall, Group: GroupUserData, Needs: []Parameter{{"key", Key}}, Page: true, Steady: true,
		Told: Telling{Type: AttachedDataChanged},
	},

	{
		Name: "MuteCall", To: ToCall, Group: GroupMute, Feature: FeatureMute, Page: true,
		Told: Telling{Type: StatusChange, Member: "mute", Value: On}, Undo: "UnmuteCall",
	},
	{
		Name: "UnmuteCall", To: ToCall, Group: GroupMute, Feature: FeatureMute, Page: true,
		Told: Telling{Type: StatusChange, Member: "mute", Value: "Off"}, Undo: "MuteCall",
	},
	{
		Name: "StartCallRecording", To: ToCall, Group: GroupRecording, Feature: FeatureRecording, Page: true,
		Told: Telling{Type: RecordingStateChange, Member: "recordingState", Value: "Recording"}, Undo: "StopCallRecording",
	},
	{
		Name: "PauseCallRecording", To: ToCall, Group: GroupRecording, Feature: FeatureRecording, Page: true,
		Told: Telling{Type: RecordingStateChange, Member: "recordingState", Value: "Paused"}, Undo: "ResumeCallRecording",
	},
	{
		Name: "ResumeCallRecording", To: ToCall, Group: GroupRecording, Feature: FeatureRecording, Page: true, Unshown: inferred,
		Told: Telling{Type: RecordingStateChange, Member: "recordingState", Value: "Recording"}, Undo: "PauseCallRecording",
	},
	{
		Name: "StopCallRecording", To: ToCall, Group: GroupRecording, Feature: FeatureRecording, Page: true,
		Told: Telling{Type: RecordingStateChange, Member: "recordingState", Value: "Stopped"},
	},
	{
		Name: "MuteMonitoredUser", To: ToCall, Group: GroupMonitoring, Feature: FeatureMonitoring, Page: true,
		Told: Telling{Type: MonitoredUserMuted, Member: "monitoredUserMuted", Value: true}, Undo: "UnmuteMonitoredUser",
	},

	{Name: "DoNotDisturbOn", To: ToDevice, Group: GroupDevice, Page: true, Told: Telling{Member: "doNotDisturb", Value: On}, Undo: "DoNotDisturbOff"},
	{Name: "DoNotDisturbOff", To: ToDevice, Group: GroupDevice, Page: true, Told: Telling{Member: "doNotDisturb", Value: "Off"}},
	{
		Name: "ForwardCallsOn", To: ToDevice, Group: GroupDevice, Needs: []Parameter{{"destination", PhoneNumber}}, Page: true,
		Told: Telling{Member: "forwardTo"}, Undo: "ForwardCallsOff",
	},
	{Name: "ForwardCallsOff", To: ToDevice, Group: GroupDevice, Page: true, Unshown: inferred, Told: Telling{Member: "forwardTo"}},
	{
		Name: "ListenIn", To: ToDevice, Group: GroupSupervision, Feature: FeatureMonitoring,
		Needs: monitored, Takes: scopes, Page: true, Merges: true, Joins: true,
		Told: Telling{Member: "supervisorMonitoringState"}, Undo: "CancelSupervisorMonitoring",
	},
	{
		Name: "Coach", To: ToDevice, Group: GroupSupervision, Feature: FeatureMonitoring,
		Needs: monitored, Takes: scopes, Page: true, Merges: true, Joins: true,
		Told: Telling{Member: "supervisorMonitoringState"}, Undo: "CancelSupervisorMonitoring",
	},
	{
		Name: "BargeIn", To: ToDevice, Group: GroupSupervision, Feature: FeatureMonitoring,
		Needs: monitored, Takes: scopes, Page: true, Merges: true, Joins: true,
		Told: Telling{Member: "supervisorMonitoringState"}, Undo: "CancelSupervisorMonitoring",
	},
	{
		Name: "CancelSupervisorMonitoring", To: ToDevice, Group: GroupDevice, Feature: FeatureMonitoring, Page: true,
		Told: Telling{Member: "supervisorMonitoringState"},
	},

	{Name: "Ready", To: ToChannel, Group: GroupAgentState, Page: true, Told: Telling{State: "Ready"}},
	{Name: "NotReady", To: ToChannel, Group: GroupAgentState, Page: true, Told: Telling{State: "NotReady"}},
	{Name: "AfterCallWork", To: ToChannel, Group: GroupAgentState, Page: true, Told: Telling{State: "NotReady/AfterCallWork"}},
	{Name: "AuxWork", To: ToChannel, Group: GroupAgentState, Page: true, Told: Telling{State: "NotReady/AuxWork"}},
	{
		Name: "StartContactCenterSession", To: ToMe, Group: GroupSession, Needs: []Parameter{{"channels", Words}}, Takes: []Parameter{{"place", Word}}, Page: true,
		Undo: "EndContactCenterSession",
	},
	{Name: "EndContactCenterSession", To: ToMe, Group: GroupSession, Page: true},

	// Of these no page says what they do; they stand in lists of capabilities, or in a client.
	{
		Name: "UnmuteMonitoredUser", To: ToCall, Group: GroupMonitoring, Feature: FeatureMonitoring,
		Told: Telling{Type: MonitoredUserMuted, Member: "monitoredUserMuted", Value: false},
	},
	{Name: "SwitchToListenIn", To: ToCall, Group: GroupMonitoring, Feature: FeatureMonitoring},
	{Name: "SwitchToCoach", To: ToCall, Group: GroupMonitoring, Feature: FeatureMonitoring},
	{Name: "SwitchToBargeIn", To: ToCall, Group: GroupMonitoring, Feature: FeatureMonitoring},
	{Name: "ClearCall", To: ToCall, Group: GroupCall},
}

// tried are the operations that are posted to a call in each of its states, in this order: Answer and Retrieve stand
// last, so that a phone that picks up by itself has done so before. ClearCall, and Accept, Decline and Reject, which
// are for previews of outbound calls, are not tried: no page says what they do.
var tried = []string{
	"Hold", "InitiateTransfer", "InitiateConference", "SingleStepTransfer", "SingleStepConference", "CompleteTransfer", "CompleteConference",
	"RemoveParticipantFromConference", "SwapCalls", "SendDtmf", "AttachUserData", "UpdateUserData", "DeleteUserDataPair", "DeleteUserData",
	"MuteCall", "UnmuteCall", "StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording",
	"MuteMonitoredUser", "SwitchToListenIn", "Answer", "Retrieve", "Hangup",
}

// CallOperations are the operations that are tried on a call in each of its states, in that order.
func CallOperations() []Operation {
	out := make([]Operation, len(tried))
	for i, name := range tried {
		out[i] = Find(name)
	}
	return out
}
