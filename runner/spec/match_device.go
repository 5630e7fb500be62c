package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// ListTheDeviceURI judges that a GET is answered with a list of URIs, among them that of a device.
func ListTheDeviceURI(id string) types.GomegaMatcher {
	return answerHolds("uris", "a list of URIs, with that of the agent's device", func(e *recording.Entry) bool { return judge.ListsDeviceURI(e, id) })
}

// ListTheDevice judges that a GET is answered with a list of devices, among them one with an id.
func ListTheDevice(id string) types.GomegaMatcher {
	return answerHolds("devices", "a list of devices, with the agent's", func(e *recording.Entry) bool { return judge.ListsDevice(e, id) })
}

// BeTheDevice judges that a GET is answered with the device that has an id.
func BeTheDevice(id string) types.GomegaMatcher {
	return answerHolds("device", "the device", func(e *recording.Entry) bool { return judge.HoldsDevice(e, id) })
}

// answerHolds judges that a request is accepted, and that a member of the answer is as it should be.
func answerHolds(member, expected string, holds func(*recording.Entry) bool) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		answered(e)
		if !e.Accepted() {
			return judge.Accepted("", e)
		}
		if holds(e) {
			return nil
		}
		return []judge.Finding{{Entry: e, Path: member, Expected: expected, Observed: judge.Short(e.AnswerObject()[member])}}
	})
}

// ShowDocumentedDevices judges that the devices of answers have the documented members. Where there is no device in any, the
// spec is blocked.
func ShowDocumentedDevices() types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, e := range list {
			found, devices := judge.DeviceResources(e)
			out, n = append(out, found...), n+devices
		}
		if n == 0 {
			Blocked("no device could be read")
		}
		return out
	})
}

// ShowTheAgentStateNotified judges that GETs of a device show an agent state that was notified before them or while they
// were answered. Where there is nothing to compare, the spec is blocked.
func ShowTheAgentStateNotified() types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		compared := false
		for _, e := range list {
			found, some := Case().AgentStateAsNotified(e)
			out, compared = append(out, found...), compared || some
		}
		if !compared {
			Blocked("no agent state was notified, or no device could be read")
		}
		return out
	})
}

// ShowTheSame judges that from one notification to another those of a device show some of its members as the first does.
func ShowTheSame(device string, from, to Condition, members ...string) types.GomegaMatcher {
	return match(func(n Notifications) []judge.Finding {
		return judge.DeviceChanges(n.list, device, from.meets, to.meets, members...)
	})
}

// ShowOfMonitoring judges that a member of a device's supervisorMonitoringState has a value.
func ShowOfMonitoring(device, member, value string) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if got := voice.DeviceOf(e, device).Monitoring()[member]; got != value {
			return []judge.Finding{{Entry: e, Path: "data.devices.supervisorMonitoringState." + member, Expected: value, Observed: judge.Short(got)}}
		}
		return nil
	})
}

// ShowOnTheCall judges that a member of the notified call has a value.
func ShowOnTheCall(member string, value any) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if got := voice.CallOf(e)[member]; got != value {
			return []judge.Finding{{Entry: e, Path: "data.call." + member, Expected: judge.Short(value), Observed: judge.Short(got)}}
		}
		return nil
	})
}
