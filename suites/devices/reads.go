package devices

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

// switched are the ways in which the device is switched before it is read. One that it does not offer is left out.
var switched = []struct {
	name, operation, undo, member string
	params                        func(*Stage) map[string]any
}{
	{name: "do-not-disturb", operation: "DoNotDisturbOn", undo: "DoNotDisturbOff", member: "doNotDisturb"},
	{name: "forwarding", operation: "ForwardCallsOn", undo: "ForwardCallsOff", member: "forwardTo", params: func(s *Stage) map[string]any {
		return map[string]any{"destination": s.Destination.Party.Number}
	}},
	{name: "monitoring", operation: "ListenIn", undo: "CancelSupervisorMonitoring", member: "supervisorMonitoringState", params: func(s *Stage) map[string]any {
		return map[string]any{"targetDeviceUri": s.DeviceURI(s.Caller)}
	}},
}

// reads is the device in every form of GET, after each thing that it can be switched to.
func reads() {
	Scenario("devices.reads", "A device is read as it was notified", WithoutCalls, About("DoNotDisturbOn", "ForwardCallsOn", "ListenIn"), Profiles(profile),
		Page("CallsDeviceResource", "fields"), Play(switchAndRead), func() {
			It("the device is read as it was notified", Check("agree", "DEVICE-13"), func() {
				Expect(EverybodyHere()).To(ReadDevicesAsNotified())
			})
			It("the agent is notified of no device of others", Check("own", "DEVICE-8"), func() {
				Expect(EverybodyHere()).To(TellOnlyOfOwnDevices())
			})
			It("the device has documented values and the agent's number", Check("values", "DEVICE-10"), func() {
				Expect(EverybodyHere()).To(ShowDeviceValues())
			})
			It("the device offers operations of devices, each once", Check("capabilities", "DEVICE-11"), func() {
				Expect(EverybodyHere()).To(OfferWhatDevicesDo())
			})
			It("the device uses the words of the pages", Check("words", "DEVICE-12"), func() {
				Expect(EverybodyHere()).To(UseTheWordsOfThePages())
			})
			It("agent states have their ids and names", Check("agent-states", "AGENT-6"), func() {
				Expect(EverybodyHere()).To(ShowSystemStates())
			})
		})
}

func switchAndRead(s *Stage) {
	a := s.Agent
	s.Arrange("agent is ready", nil)
	readDevice(s, "ready")
	for _, state := range []string{"AfterCallWork", "AuxWork", "Ready"} {
		if s.SetAgentState(a, "state."+state, state, Meeting(OfDevice(a.Device))) {
			readDevice(s, "state."+state)
		}
	}
	for _, x := range switched {
		if !s.DeviceOffers(a, x.operation) || x.operation == "ListenIn" && !s.Caller.Controlled() {
			continue
		}
		var params map[string]any
		if x.params != nil {
			params = x.params(s)
		}
		mark := s.Mark()
		if !s.DeviceOperation(a, "on."+x.name, x.operation, params).Accepted() {
			continue
		}
		s.Restore(a, x.operation)
		s.Await(a, x.operation, mark, Meeting(OfDevice(a.Device)))
		readDevice(s, x.name)
		off(s, x.undo)
		readDevice(s, "without-"+x.name)
	}
}

// off undoes what was switched, where the device offers it.
func off(s *Stage, operation string) {
	if !s.DeviceOffers(s.Agent, operation) {
		return
	}
	mark := s.Mark()
	if s.DeviceOperation(s.Agent, recording.Arrange.Label(operation), operation, nil).Accepted() {
		s.Await(s.Agent, operation, mark, Meeting(OfDevice(s.Agent.Device)))
	}
}

// readDevice reads the device in each form.
func readDevice(s *Stage, name string) {
	s.GetAll(s.Agent,
		play.Read{Step: "read." + name + ".one", Path: "/me/devices/" + s.Agent.Device},
		play.Read{Step: "read." + name + ".list", Path: "/me/devices?fields=*"},
		play.Read{Step: "read." + name + ".me", Path: "/me?subresources=*"})
}
