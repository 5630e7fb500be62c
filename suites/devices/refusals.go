package devices

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// wrong are the requests that must be refused, by step.
var wrong = []struct{ step, requirement, title, path, body string }{
	{"method.device", "ERR-10", "PUT of a device", "device", `{"operationName":"DoNotDisturbOn","doNotDisturb":"On"}`},
	{"method.channel", "ERR-10", "PUT of a channel", "channel", `{"operationName":"NotReady"}`},
	{"wrong.forward", "DEVICE-6", "ForwardCallsOn without destination", "device", `{"operationName":"ForwardCallsOn"}`},
	{"wrong.device-operation", "DEVICE-7", "an operation that does not exist", "device", `{"operationName":"VoicespecNoSuchOperation"}`},
	{"wrong.call-operation", "DEVICE-7", "an operation of a call", "device", `{"operationName":"Hold"}`},
	{"wrong.agent-state", "AGENT-8", "an agent state that does not exist", "channel", `{"operationName":"VoicespecNoSuchState"}`},
}

// methods is the requirement of requests that may be refused or ignored, so long as they change nothing.
const methods = "ERR-10"

// groups are the requirements, each with the members of the device that its requests could have changed.
var groups = []struct {
	name, title, requirement string
	members                  []string
}{
	{"forward", "ForwardCallsOn without destination is refused", "DEVICE-6", []string{"forwardTo"}},
	{"device-operations", "unknown operations of a device are refused and change nothing", "DEVICE-7", []string{"deviceState", "doNotDisturb"}},
	{"methods", "PUT of a device and of a channel changes nothing", methods, []string{"deviceState", "doNotDisturb", "userState"}},
	{"agent-states", "unknown agent states are refused and change nothing", "AGENT-8", []string{"userState"}},
}

// lastState is what AuxWork is notified as.
const lastState = "NotReady/AuxWork"

// refused stands between two agent states that are notified: what came between them came of the
// refused requests. The second is one that none of these could lead to. It is known by its own notification, not by when it was
// asked for: what a refused request caused may be notified after that.
func refused() {
	Scenario("devices.refusals", "What a device and a voice channel must refuse", WithoutCalls, About("ForwardCallsOn"), Profiles(profile, "errors"),
		Page("ReturnValues", "statusCodes 1 and 10"), Play(tryWrong), func() {
			for _, g := range groups {
				It(g.title, Check(g.name, g.requirement), func() {
					if g.requirement != methods {
						Expect(Mistakes(wrongOf(g.requirement)...)).To(AllBeRefusedAtOnce())
					}
					device := DeviceOf("agent")
					ready, auxWork := Both(InAgentState(device, "Ready"), After("first")), Both(InAgentState(device, lastState), After("last"))
					Expect(DevicesAt("agent")).To(ShowTheSame(device, ready, auxWork, g.members...))
				})
			}
		})
}

func tryWrong(s *Stage) {
	a := s.Agent
	ready := Meeting(InAgentState(a.Device, "Ready"))
	s.SetAgentState(a, "first", "Ready", ready)
	for _, w := range wrong {
		path := "/me/channels/voice"
		if w.path == "device" {
			path = "/me/devices/" + a.Device
		}
		r := play.Request{Method: "POST", Path: path, Body: []byte(w.body), ContentType: "application/json"}
		if w.requirement == methods {
			r.Method = "PUT"
		}
		e := s.Request(a, w.step, r)
		if e.Accepted() && w.requirement == "DEVICE-6" {
			s.Restore(a, "ForwardCallsOn")
		}
	}
	s.Get(a, "read.refused", "/me/devices/"+a.Device)
	if s.SetAgentState(a, "last", "AuxWork", Meeting(InAgentState(a.Device, lastState))) {
		s.SetAgentState(a, "restore", "Ready", ready)
	} else {
		s.Get(a, "after", "/me/devices/"+a.Device)
	}
}

func wrongOf(requirement string) []Mistake {
	var out []Mistake
	for _, w := range wrong {
		if w.requirement == requirement {
			out = append(out, Mistake{Label: w.step, Because: w.title})
		}
	}
	return out
}
