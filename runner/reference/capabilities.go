package reference

import (
	"slices"
	"strings"
)

// Which operations a call offers in a state, in the order of the samples.
var (
	capsRinging = []string{"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair", "Answer"}
	capsDialing = []string{"SendDtmf", "DeleteUserData", "AttachUserData", "DeleteUserDataPair", "Hangup", "UpdateUserData"}
	capsConsult = []string{"UpdateUserData", "DeleteUserData", "Hangup", "SwapCalls", "CompleteTransfer", "SendDtmf",
		"AttachUserData", "DeleteUserDataPair"}
	capsEstablished = []string{"UpdateUserData", "SingleStepConference", "DeleteUserData", "Hangup", "SendDtmf", "Hold",
		"AttachUserData", "SingleStepTransfer", "InitiateConference", "DeleteUserDataPair", "InitiateTransfer"}
	capsHeld = []string{"UpdateUserData", "SingleStepConference", "DeleteUserData", "Hangup", "Retrieve", "AttachUserData",
		"SingleStepTransfer", "InitiateConference", "DeleteUserDataPair", "InitiateTransfer"}
	// capsHeldSample1 is what the Held original offers in sample 1 of the
	// InitiateTransfer page: the completion in place of Retrieve.
	capsHeldSample1 = []string{"UpdateUserData", "SwapCalls", "InitiateConference", "SingleStepTransfer", "InitiateTransfer",
		"AttachUserData", "DeleteUserDataPair", "SingleStepConference", "DeleteUserData", "Hangup", "CompleteTransfer"}
)

var capsRecording = map[string][]string{
	"Stopped":   {"StartCallRecording"},
	"Recording": {"PauseCallRecording", "StopCallRecording"},
	"Paused":    {"ResumeCallRecording", "StopCallRecording"},
}

// featureOf names the feature that an operation needs.
var featureOf = map[string]string{
	"StartCallRecording": featureRecording, "PauseCallRecording": featureRecording,
	"ResumeCallRecording": featureRecording, "StopCallRecording": featureRecording,
	"MuteCall": featureMute, "UnmuteCall": featureMute,
	"MuteMonitoredUser": featureMonitoring, "UnmuteMonitoredUser": featureMonitoring, "SwitchToListenIn": featureMonitoring,
	"ListenIn": featureMonitoring, "Coach": featureMonitoring, "BargeIn": featureMonitoring,
	"CancelSupervisorMonitoring": featureMonitoring,
}

// capabilities returns a new list: what the leg offers now.
func (s *Server) capabilities(l *leg) []string {
	list := s.baseCapabilities(l)
	if s.hooks.clearCall && (l.state == ringing || l.state == dialing || l.state == established) {
		list = append(list, "ClearCall")
	}
	for _, h := range s.hooks.capabilities {
		list = h(l, list)
	}
	return list
}

func (s *Server) baseCapabilities(l *leg) []string {
	other := l.partner()
	switch l.state {
	case ringing:
		return slices.Clone(capsRinging)
	case dialing:
		if !l.parent.live() {
			return slices.Clone(capsDialing)
		}
		list := slices.Clone(capsConsult)
		if l.conference {
			list[slices.Index(list, "CompleteTransfer")] = "CompleteConference"
		}
		return list
	case established:
		return append(slices.Clone(capsEstablished), s.talkingCapabilities(l, other)...)
	case held:
		if s.hooks.sample1 && len(l.consults()) > 0 && !other.conference {
			return slices.Clone(capsHeldSample1)
		}
		return slices.Clone(capsHeld)
	}
	return []string{}
}

// talkingCapabilities are what an Established call offers beyond the eleven
// operations, for its company or by a feature.
func (s *Server) talkingCapabilities(l, other *leg) []string {
	var list []string
	if l.watched != nil {
		list = append(list, "RemoveParticipantFromConference")
		if l.monitor.state != "ListenIn" {
			list = append(list, "SwitchToListenIn")
		}
		if !l.muted {
			list = append(list, "MuteMonitoredUser")
		}
		return list
	}
	if other != nil {
		list = append(list, "SwapCalls", "CompleteTransfer", "CompleteConference")
	}
	if l.owner && len(l.peers) > 1 {
		list = append(list, "RemoveParticipantFromConference")
	}
	if s.has(featureRecording) {
		list = append(list, capsRecording[l.recording]...)
	}
	if s.has(featureMute) {
		if l.mute == "On" {
			list = append(list, "UnmuteCall")
		} else {
			list = append(list, "MuteCall")
		}
	}
	return list
}

// allowed is what the capabilities say, and two things that clients rely on:
// either completion, on either call of a pair.
func (s *Server) allowed(l *leg, op string) bool {
	if slices.Contains(s.baseCapabilities(l), op) {
		return true
	}
	switch op {
	case "ClearCall":
		return l.live() && l.state != held
	case "CompleteTransfer", "CompleteConference":
		return l.partner() != nil
	case "UnmuteMonitoredUser":
		return l.watched != nil && l.muted
	}
	return false
}

func (s *Server) deviceCapabilities(a *agent) []string {
	list := []string{"ForwardCallsOn", "DoNotDisturbOn"}
	if a.forwardTo != "" {
		list[0] = "ForwardCallsOff"
	}
	if a.doNotDisturb == "On" {
		list[1] = "DoNotDisturbOff"
	}
	if s.has(featureMonitoring) {
		list = append(list, "ListenIn", "Coach", "BargeIn")
	}
	if a.monitor != nil {
		list = append(list, "CancelSupervisorMonitoring")
	}
	return list
}

func key(capabilities []string) string { return strings.Join(capabilities, ",") }
