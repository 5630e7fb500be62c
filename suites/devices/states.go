package devices

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// AgentStateSpecs registers the scenario of the area agent-state.
func AgentStateSpecs() {
	Scenario("agent-state.repeated", "Agent states: repeated, read, and posted to /me", WithoutCalls, About("Ready", "NotReady"), Profiles(profile),
		Page("AgentStateNotReady", "overview; live server 8.5.202.96"), Play(repeat), func() {
			It("NotReady of an agent who is not ready is notified again", Check("twice", "AGENT-5"), func() {
				Expect(Request("twice")).To(BeAccepted())
				Expect(DevicesAt("agent")).To(BeNotified(InAgentState(DeviceOf("agent"), "NotReady"), After("twice")))
			})
			It("the device shows the agent state that was notified", Check("read", "AGENT-7"), func() {
				ready, reads := "at-me", []string{"read"}
				if Sent("ready") { // since it was refused at /me
					ready = "ready"
				}
				if DevicesAt("agent").Any(After(ready)) { // that it is notified is AGENT-1's
					reads = append(reads, "read-ready")
				}
				Expect(AcceptedOf(reads...)).To(ShowTheAgentStateNotified())
			})
			It("Ready is accepted at /me", Check("at-me", "AGENT-9"), func() {
				Expect(Request("at-me")).To(BeAccepted())
			})
		})
	Scenario("agent-state.watched", "An agent state, told to subscriptions by wildcards", WithoutCalls, About("NotReady"), Profiles(profile, "notifications"),
		Page("AsynchronousEvents", "topics"), Play(watched), func() {
			It("a wildcard delivers devices, as their own topic does", Check("wildcards", "BAYEUX-26"), func() {
				notReady := InAgentState(DeviceOf("agent"), "NotReady")
				Given(Request("watched")).To(BeAccepted())
				Given(DevicesAt("agent")).To(BeNotified(notReady, After("watched")))
				Expect("star").To(BeToldOfDevicesLike("named", "watched", notReady))
				Expect("deep").To(BeToldOfDevicesLike("named", "watched", notReady))
				Expect("below").To(BeToldOfDevicesLike("named", "watched", notReady))
				Expect("version").To(BeToldOfDevicesLike("named", "watched", notReady))
			})
			It("no wildcard delivers the devices of others", Check("own-only", "BAYEUX-18"), func() {
				if !Sent("beside") || !DevicesAt("caller").Any(InAgentState(DeviceOf("caller"), "NotReady"), After("beside")) {
					Untestable("the caller was not made NotReady, so that nobody is notified of another device than the agent's")
				}
				Expect(Case()).To(BeToldOnlyOfTheirOwn())
			})
		})
}

// repeat sets states beyond their samples.
func repeat(s *Stage) {
	a := s.Agent
	notReady, ready := Meeting(InAgentState(a.Device, "NotReady")), Meeting(InAgentState(a.Device, "Ready"))
	s.Arrange("agent is ready", nil)
	s.Arrange("agent is not ready", nil)
	if s.SetAgentState(a, "twice", "NotReady", notReady) {
		s.Get(a, "read", "/me/devices/"+a.Device)
	}
	mark := s.Mark()
	if s.Post(a, "at-me", "/me", map[string]any{"operationName": "Ready"}).Accepted() {
		s.Await(a, "agent state Ready", mark, ready)
		s.Get(a, "read-ready", "/me/devices/"+a.Device)
		return
	}
	if s.SetAgentState(a, "ready", "Ready", ready) {
		s.Get(a, "read-ready", "/me/devices/"+a.Device)
	}
}

// watched makes the agent NotReady before browsers that are subscribed to devices in different ways, and before that somebody else, of whom
// they are not to be told.
func watched(s *Stage) {
	notReady := Meeting(InAgentState(s.Agent.Device, "NotReady"))
	s.Arrange("agent is ready", nil)
	var browsers []*play.Browser
	for _, b := range []struct{ name, topic string }{
		{"named", "/v2/me/devices"}, {"star", "/v2/me/*"}, {"deep", "/**"}, {"below", "/v2/me/**"}, {"version", "/v2/**"},
	} {
		browser := s.Browser(s.Agent, b.name)
		browser.Open("", b.topic)
		browsers = append(browsers, browser)
	}
	mark, other := s.Mark(), s.Caller
	beside := other.Controlled() && other.Device != "" && s.AgentState(other, "beside", "NotReady").Accepted()
	if s.SetAgentState(s.Agent, "watched", "NotReady", notReady) {
		for _, b := range browsers {
			b.Await("the device of an agent who is NotReady", mark, notReady)
		}
	}
	if beside {
		s.Await(other, "agent state NotReady", mark, Meeting(InAgentState(other.Device, "NotReady")))
		s.SetAgentState(other, "beside-over", "Ready", Meeting(InAgentState(other.Device, "Ready")))
	}
}
