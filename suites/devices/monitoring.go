package devices

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// MonitoringSpecs registers the scenarios of the area monitoring.
func MonitoringSpecs() {
	withoutTarget()
	muting()
	scopes()
}

// monitors are the operations that name a device to be monitored.
var monitors = []string{"ListenIn", "Coach", "BargeIn"}

func withoutTarget() {
	Scenario("monitoring.refusals", "Supervision without a target", WithoutCalls, About(monitors...), Profiles(profile), Feature(play.Monitoring),
		Page("SupervisorListenIn", "parameters"),
		Play(func(s *Stage) {
			for _, op := range monitors {
				if s.DeviceOperation(s.Agent, "without."+op, op, nil).Accepted() {
					s.Restore(s.Agent, op)
				}
			}
		}),
		func() {
			It("ListenIn, Coach and BargeIn without targetDeviceUri are refused", Check("target", "MONITOR-2"), func() {
				var without []Mistake
				for _, op := range monitors {
					without = append(without, Mistake{Label: "without." + op, Because: "there is no targetDeviceUri"})
				}
				Expect(Mistakes(without...)).To(AllBeRefusedAtOnce())
				Expect(DevicesAt("agent")).NotTo(BeNotified(Monitoring(DeviceOf("agent")), After("without."+monitors[0])))
			})
		})
}

// scopes: the page's sample has the defaults, AllCalls and Call.
func scopes() {
	others := []struct{ name, parameter, value, member string }{
		{"mode", "supervisorMonitoringMode", "NextCall", "mode"}, {"scope", "supervisorMonitoringScope", "Agent", "scope"},
	}
	Scenario("monitoring.options", "ListenIn of the next call only, and of the agent", WithoutCalls, About("ListenIn"), Profiles(profile), Feature(play.Monitoring),
		Page("SupervisorListenIn", "parameters"),
		Play(func(s *Stage) {
			for _, o := range others {
				mark := s.Mark()
				if s.DeviceOperation(s.Agent, o.name, "ListenIn", map[string]any{"targetDeviceUri": s.DeviceURI(s.Caller), o.parameter: o.value}).Accepted() {
					s.Await(s.Agent, "ListenIn with "+o.parameter, mark, Meeting(Monitoring(s.Agent.Device)))
					s.Undo(s.Agent, "ListenIn")
				}
			}
		}),
		func() {
			for _, o := range others {
				It(o.parameter+" is taken", Check(o.name, "MONITOR-5"), func() { Expect(Request(o.name)).To(BeAccepted()) })
				It(o.parameter+" is shown as it was asked for", Check(o.name+"-shown", "MONITOR-6"), func() {
					Given(Request(o.name)).To(BeAccepted())
					Given(DevicesAt("agent")).To(BeNotified(Monitoring(DeviceOf("agent")), After(o.name)))
					Expect(DevicesAt("agent").First(Monitoring(DeviceOf("agent")), After(o.name))).To(ShowOfMonitoring(DeviceOf("agent"), o.member, o.value))
				})
			}
		})
}

const (
	mute         = "MuteMonitoredUser"
	muteNotified = "MonitoredUserMutedStateChange"
)

// muting is a supervisor who barges in and takes over. What the page shows is the supervisor's own end of
// the call; where a server shows none, there is nothing to mute.
func muting() {
	Scenario("monitoring.mute", mute, About(mute), Profiles(profile), Feature(play.Monitoring), NeedsDestination,
		Page("SupervisorMuteMonitoredUser", "sample"), Play(bargeInAndMute), func() {
			It("MuteMonitoredUser is notified", Check("muted", "MONITOR-4"), func() {
				Expect(Request("mute")).To(BeAccepted())
				Expect(Agent("original")).To(BeNotified(OfType(muteNotified), After("mute")))
				Expect(Agent("original").First(OfType(muteNotified), After("mute"))).To(ShowOnTheCall("monitoredUserMuted", true))
			})
		})
}

func bargeInAndMute(s *Stage) {
	if !s.Destination.Controlled() {
		s.Untestable("%s, so it cannot answer", s.Destination.Absence())
	}
	c := s.Dial(s.Caller, s.Destination, "original", nil)
	s.AwaitRinging(s.Destination, c)
	s.Answer(s.Destination, c)
	mark := s.Mark()
	s.Monitor(s.Agent, "BargeIn", s.Caller)
	own := s.AwaitMonitored(s.Agent, c, mark)
	switch {
	case own == nil:
		s.Untestable("the server shows no call of the supervisor's own after BargeIn")
	case !Offers(own, mute):
		s.Untestable("the supervisor's call does not offer %s", mute)
	}
	mark = s.Mark()
	if s.Operate(s.Agent, "mute", c, mute, nil).Accepted() {
		s.Await(s.Agent, mute, mark, s.OfType(s.Agent, c, muteNotified))
	}
}
