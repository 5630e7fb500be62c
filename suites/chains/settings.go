package chains

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// settings of the device are made while the agent state changes, and taken back.
func settings(s *chained) {
	for _, step := range []struct {
		operation string
		params    map[string]any
	}{
		{"DoNotDisturbOn", nil}, {"Ready", nil}, {"ForwardCallsOn", map[string]any{"destination": s.Destination.Party.Number}}, {"NotReady", nil},
		{"DoNotDisturbOff", nil}, {"Ready", nil}, {"DoNotDisturbOn", nil}, {"ForwardCallsOff", nil}, {"NotReady", nil},
		{"ForwardCallsOn", map[string]any{"destination": s.Caller.Party.Number}},
		{"Ready", nil}, {"ForwardCallsOff", nil}, {"DoNotDisturbOff", nil}, {"NotReady", nil},
		{"DoNotDisturbOn", nil}, {"DoNotDisturbOff", nil},
		{"AfterCallWork", nil}, {"NotReady", nil}, {"AuxWork", nil}, {"NotReady", nil}, {"AuxWork", nil}, {"AfterCallWork", nil}, {"Ready", nil},
	} {
		s.set(step.operation, step.params)
		if step.operation == "DoNotDisturbOff" { // it was told last, and the agent state before it
			s.Get(s.Agent, "read.undisturbed", "/me/devices/"+s.Agent.Device)
		}
		if step.operation == "ForwardCallsOn" {
			s.DeviceOperation(s.Agent, recording.Refusal.Label("without-destination"), "ForwardCallsOn", nil)
			s.Get(s.Agent, "read.forwarded", "/me/devices/"+s.Agent.Device)
			s.others()
			s.reaches("DoNotDisturbOff", "ForwardCallsOff")
		}
	}
	s.Get(s.Agent, "read.device", "/me/devices/"+s.Agent.Device) // the setting was told last, the agent state before it
	c := s.Inbound("original")
	s.set("DoNotDisturbOn", nil)
	s.DeviceOperation(s.Agent, recording.Refusal.Label("again"), "DoNotDisturbOn", nil)
	s.Get(s.Agent, "read.again", "/me/devices/"+s.Agent.Device)
	s.set("ForwardCallsOn", map[string]any{"destination": s.Destination.Party.Number})
	if s.Caller.Controlled() {
		s.hangsUp(s.Agent, s.Caller, c)
		s.Get(s.Agent, "read.hung-up", "/me/devices/"+s.Agent.Device)
	}
	s.set("ForwardCallsOff", nil)
	s.set("DoNotDisturbOff", nil)
	for _, other := range []*play.Actor{s.Caller, s.Destination} {
		s.settingsOf(other)
	}
}

// settingsOf are made at the device of somebody else, and taken back.
func (s *chained) settingsOf(a *play.Actor) {
	if !a.Controlled() || a.Device == "" {
		return
	}
	s.setOf(a, "NotReady", nil)
	s.setOf(a, "DoNotDisturbOn", nil)
	s.setOf(a, "Ready", nil)
	s.setOf(a, "DoNotDisturbOff", nil)
	s.setOf(a, "ForwardCallsOn", map[string]any{"destination": s.Agent.Party.Number})
	s.setOf(a, "ForwardCallsOff", nil)
}

// others read their devices, of which nothing was set.
func (s *chained) others() {
	for _, a := range []*play.Actor{s.Caller, s.Destination} {
		if a.Controlled() && a.Device != "" {
			s.Get(a, "read.device", "/me/devices/"+a.Device)
		}
	}
}

// reaches lets the caller undo what the agent has set: that shows, where setting what nobody had set does not.
func (s *chained) reaches(operations ...string) {
	for _, operation := range operations {
		if s.Caller.Controlled() {
			s.Post(s.Caller, recording.Refusal.Label("foreign"), "/me/devices/"+s.Agent.Device, map[string]any{"operationName": operation})
		}
	}
}

// set changes a setting of the agent's device or the agent state, and waits until it is told.
func (s *chained) set(operation string, params map[string]any) { s.setOf(s.Agent, operation, params) }

// setOf is set for anybody.
func (s *chained) setOf(a *play.Actor, operation string, params map[string]any) {
	mark := s.Mark()
	if voice.Find(operation).To == voice.ToChannel {
		if s.AgentState(a, operation, operation).Accepted() {
			s.must(s.Await(a, operation, mark, voice.DeviceAfter(a.Device, operation)))
		}
		return
	}
	if last := s.Seen(a, 0, voice.ShowsDevice(a.Device)); last == nil || !voice.DeviceOf(last, a.Device).Offers(operation) {
		return
	}
	if s.DeviceOperation(a, operation, operation, params).Accepted() {
		s.Restore(a, operation)
		s.must(s.Await(a, operation, mark, voice.DeviceAfter(a.Device, operation)))
	}
}
