package devices

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

// foreign are the requests that reach for another agent's device. The path is that of the agent's own resources.
var foreign = []struct{ label, title, below, body string }{
	{"foreign.do-not-disturb", "DoNotDisturbOn of another agent's device", "", `{"operationName":"DoNotDisturbOn"}`},
	{"foreign.do-not-disturb-off", "DoNotDisturbOff of another agent's device", "", `{"operationName":"DoNotDisturbOff"}`},
	{"foreign.forward-off", "ForwardCallsOff of another agent's device", "", `{"operationName":"ForwardCallsOff"}`},
	{"foreign.forward", "ForwardCallsOn of another agent's device", "", `{"operationName":"ForwardCallsOn","destination":"DESTINATION"}`},
	{"foreign.listen-in", "ListenIn from another agent's device", "", `{"operationName":"ListenIn","targetDeviceUri":"TARGET"}`},
	{"foreign.dial", "Dial from another agent's device", "/calls", `{"operationName":"Dial","destination":{"phoneNumber":"DESTINATION"}}`},
}

// others is who reaches for a device that is not his.
func others() {
	const requirement = "DEVICE-14"
	Scenario("devices.foreign", "Another agent's device", About("DoNotDisturbOn", "ForwardCallsOn", "Dial"), Profiles(profile, "errors"),
		Page("ReturnValues", "statusCodes 3, 5 and 6; the URL /me/devices"), Play(reach), func() {
			It("nobody operates, or dials from, another agent's device", Check("refused", requirement), func() {
				var list []Mistake
				for _, f := range foreign {
					list = append(list, Mistake{Label: f.label, Because: f.title})
				}
				Expect(Mistakes(list...)).To(AllBeRefusedAtOnce())
			})
			It("what is refused changes no device of others", Check("no-effect", requirement), func() {
				device := DeviceOf("caller")
				Given(Request("last")).To(BeAccepted())
				Expect(DevicesAt("caller")).NotTo(BeNotified(Disturbed(device)))
				Expect(DevicesAt("caller")).NotTo(BeNotified(Forwarding(device)))
				Expect(AnyCallAt("caller")).NotTo(BeNotified(Dialing))
			})
			It("nobody reads another agent's device as his own", Check("read", requirement), func() {
				Expect(Request("foreign.read")).To(BeRefused("it is another agent's device"))
			})
		})
}

// reach ends with a notification of the caller's own device, behind which nothing that came of the requests can follow.
func reach(s *Stage) {
	if !s.Caller.Controlled() || s.Caller.Device == "" {
		s.Untestable("%s", s.Caller.Absence())
	}
	s.Get(s.Agent, "foreign.read", "/me/devices/"+s.Caller.Device)
	for _, f := range foreign {
		body := []byte(strings.NewReplacer("DESTINATION", s.Destination.Party.Number, "TARGET", s.DeviceURI(s.Agent)).Replace(f.body))
		e := s.PostRaw(s.Agent, f.label, "/me/devices/"+s.Caller.Device+f.below, "application/json", body)
		if !e.Accepted() {
			continue
		}
		s.Restore(s.Caller, e.Operation())
		s.Settle()
	}
	s.SetAgentState(s.Caller, "last", "Ready", Meeting(InAgentState(s.Caller.Device, "Ready")))
}
