package chains

import (
	"maps"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// supervision is one monitoring after the other, of other kinds and of others, with what must not change it between them.
func supervision(s *chained) {
	a, first, second := s.Agent, s.Caller, s.Caller
	if s.Destination.Controlled() && s.Destination.Device != "" {
		second = s.Destination
	}
	if !s.DeviceOffers(a, "ListenIn") {
		s.NotApplicable("the device does not offer ListenIn")
	}
	s.monitors("ListenIn", first, map[string]any{"supervisorMonitoringMode": "NextCall", "supervisorMonitoringScope": "Agent"})
	s.staysMonitoring("ListenIn")
	s.monitors("Coach", second, nil)
	s.staysMonitoring("Coach")
	s.monitors("BargeIn", first, map[string]any{"supervisorMonitoringMode": "NextCall"})
	s.staysMonitoring("BargeIn")
	s.monitors("ListenIn", second, nil)
	s.set("CancelSupervisorMonitoring", nil)
	s.DeviceOperation(a, recording.Refusal.Label("again"), "CancelSupervisorMonitoring", nil)
	s.Get(a, "read.cancelled", "/me/devices/"+a.Device)
	s.monitors("ListenIn", first, nil)
	s.set("CancelSupervisorMonitoring", nil)
}

// monitors begins a kind of monitoring. The chain ends where it is not offered: only one at a time may be.
func (s *chained) monitors(operation string, target *play.Actor, params map[string]any) {
	asked := map[string]any{"targetDeviceUri": s.DeviceURI(target)}
	maps.Copy(asked, params)
	if last := s.Seen(s.Agent, 0, voice.ShowsDevice(s.Agent.Device)); last != nil && !voice.DeviceOf(last, s.Agent.Device).Offers(operation) {
		s.breaks("%s is not offered", operation)
	}
	s.set(operation, asked)
}

// staysMonitoring does to the device what does not change the monitoring.
func (s *chained) staysMonitoring(operation string) {
	a := s.Agent
	s.others() // who is monitored monitors nobody
	if s.DeviceOperation(a, recording.Refusal.Label("without-target"), operation, nil).Accepted() {
		s.breaks("%s without targetDeviceUri was accepted", operation)
	}
	s.Get(a, "read.monitoring", "/me/devices/"+a.Device)
	s.set("DoNotDisturbOn", nil)
	s.set("DoNotDisturbOff", nil)
	s.set("ForwardCallsOn", map[string]any{"destination": s.Destination.Party.Number})
	s.set("ForwardCallsOff", nil)
	s.set("NotReady", nil)
	s.set("Ready", nil)
	s.Get(a, "read.monitoring", "/me/devices/"+a.Device)
}
