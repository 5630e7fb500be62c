package devices

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// monitors are the operations that name a device to be monitored.
var monitors = []string{"ListenIn", "Coach", "BargeIn"}

func monitoringRefusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "monitoring.refusals", Title: "Supervision without a target", Area: "monitoring", Operations: []string{"ListenIn", "Coach", "BargeIn"}, Profiles: profiles, Feature: play.Monitoring,
		Source: requirement.Source{Page: "SupervisorListenIn", Section: "parameters"},
		Script: func(s *play.Stage) {
			for _, op := range monitors {
				if s.DeviceOperation(s.Agent, "without."+op, op, nil).Accepted() {
					s.Restore(s.Agent, op)
				}
			}
		},
		Checks: []scenario.Check{{Name: "target", Title: "ListenIn, Coach and BargeIn without targetDeviceUri are refused", Requirements: []string{"MONITOR-2"}, Judge: needsTarget}},
	}
}

func needsTarget(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	list := c.Steps("without.")
	if len(list) == 0 {
		return c.NotPlayed("supervision without a target")
	}
	for _, e := range list {
		if e.Accepted() {
			out = append(out, judge.Finding{Requirement: "MONITOR-2", Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: there is no targetDeviceUri", Observed: play.Outcome(e)})
		}
	}
	for _, e := range c.DeviceMessages("agent") {
		if d := judge.DeviceIn(e, c.Station.Agent.Device); d["supervisorMonitoringState"] != nil && judge.Since(list[0], e) {
			out = append(out, judge.Finding{Requirement: "MONITOR-2", Entry: e, Path: "data.devices.0.supervisorMonitoringState", Expected: "no such member", Observed: judge.Short(d["supervisorMonitoringState"])})
		}
	}
	return judge.Ruled(out)
}

const mute = "MuteMonitoredUser"

// muting is a supervisor who barges in and takes over. What the page shows is the supervisor's own end of
// the call; where a server shows none, there is nothing to mute.
func muting() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "monitoring.mute", Title: "MuteMonitoredUser", Area: "monitoring", Operations: []string{"MuteMonitoredUser"}, Profiles: profiles, Feature: play.Monitoring, NeedsDestination: true,
		Source: requirement.Source{Page: "SupervisorMuteMonitoredUser", Section: "sample"},
		Script: func(s *play.Stage) {
			if !s.Destination.Controlled() {
				s.Untestable("the destination (%s) has no credentials in the target file, so it cannot answer", s.Destination.Party.Number)
			}
			c := s.Dial(s.Caller, s.Destination, "original", nil)
			s.AwaitRinging(s.Destination, c)
			s.Answer(s.Destination, c)
			mark := s.Mark()
			s.Monitor(s.Agent, "BargeIn", s.Caller)
			own := s.LearnMonitored(s.Agent, c, mark)
			switch {
			case own == nil:
				s.Untestable("the server shows no call of the supervisor's own after BargeIn")
			case !play.Offers(own, mute):
				s.Untestable("the supervisor's call does not offer %s", mute)
			}
			mark = s.Mark()
			if s.Operate(s.Agent, "mute", c, mute, nil).Accepted() {
				s.Await(s.Agent, mute, mark, s.OfType(s.Agent, c, "MonitoredUserMutedStateChange"))
			}
		},
		Checks: []scenario.Check{{Name: "muted", Title: "MuteMonitoredUser is notified", Requirements: []string{"MONITOR-4"}, Judge: muted}},
	}
}

func muted(c *judge.Case) judge.Ruling {
	e := c.Step("mute")
	if e == nil {
		return c.NotPlayed(mute)
	}
	if f := judge.Accepted("MONITOR-4", e); f != nil {
		return judge.Ruled(f)
	}
	messages := slices.DeleteFunc(c.Messages("agent"), func(m *recording.Entry) bool { return !judge.Since(e, m) || !c.Ours(m) })
	for _, m := range messages {
		if m.Type() != "MonitoredUserMutedStateChange" {
			continue
		}
		if m.Call()["monitoredUserMuted"] != true {
			return judge.Fail(judge.Finding{Requirement: "MONITOR-4", Entry: m, Path: "data.call.monitoredUserMuted", Expected: "true", Observed: judge.Short(m.Call()["monitoredUserMuted"])})
		}
		return judge.Pass()
	}
	return judge.Fail(judge.Finding{Requirement: "MONITOR-4", After: e, Expected: "a notification MonitoredUserMutedStateChange with monitoredUserMuted true", Observed: "it did not come"})
}
