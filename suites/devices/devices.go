// Package devices holds the scenarios about devices, agent states and supervision that no page shows as
// a sample. Each leaves the device as it found it, and the agent ready.
package devices

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// Specs registers the scenarios of the area devices.
func Specs() {
	reading()
	reads()
	others()
	refused()
}

const profile = "devices"

// reading is the device in all documented forms of GET.
func reading() {
	Scenario("devices.reading", "GET of devices", WithoutCalls, Profiles(profile), WithoutNotifications, Page("ReturnValues", "GET"),
		Play(func(s *Stage) {
			s.GetAll(s.Agent,
				play.Read{Step: "uris", Path: "/me/devices"}, play.Read{Step: "resources", Path: "/me/devices?fields=*"},
				play.Read{Step: "one", Path: "/me/devices/" + s.Agent.Device},
				play.Read{Step: "outside", Path: "/devices/" + s.Agent.Device}) // where deviceUri points; not documented for agents
		}),
		func() {
			It("GET answers with uris, devices or device", Check("forms", "DEVICE-1"), func() {
				Expect(Request("uris")).To(ListTheDeviceURI(DeviceOf("agent")))
				Expect(Request("resources")).To(ListTheDevice(DeviceOf("agent")))
				Expect(Request("one")).To(BeTheDevice(DeviceOf("agent")))
			})
			It("devices have the documented members", Check("resource", "DEVICE-2"), func() {
				Expect(AcceptedOf("resources", "one", "outside")).To(ShowDocumentedDevices())
			})
		})
}
