package outcome_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// device is the notification of the agent's device, with more members.
func (t *tape) device(more string) {
	t.add(recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: []byte(
		`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":"a","capabilities":[
			"ListenIn","Coach","BargeIn","CancelSupervisorMonitoring","DoNotDisturbOn","ForwardCallsOn"]` + more + `}]}}`)})
}

func monitored(state, mode, scope, target string) string {
	return `,"supervisorMonitoringState":{"state":"` + state + `","mode":"` + mode + `","scope":"` + scope + `","targetDeviceUri":"http://h/api/v2/devices/` + target + `"}`
}

// Monitoring is shown as it was asked for, and lasts.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	const device = "/me/devices/a"
	begins := func(r *tape, operation, more, shown string) {
		r.posts("agent", device, `{"operationName":"`+operation+`","targetDeviceUri":"http://other/api/v2/devices/c"`+more+`}`)
		r.device(shown)
	}
	does := func(r *tape, operation, shown string) {
		r.posts("agent", device, `{"operationName":"`+operation+`","destination":"5001"}`)
		r.device(shown)
	}
	listening := monitored("ListenIn", "NextCall", "Agent", "C")
	listens := func(r *tape) {
		r.device("")
		begins(r, "ListenIn", `,"supervisorMonitoringMode":"NextCall","supervisorMonitoringScope":"Agent"`, listening)
	}
	for name, tt := range map[string]struct {
		play        func(*tape)
		requirement string
		want        bool
	}{
		"another mode than the default": {func(r *tape) {
			listens(r)
			begins(r, "Coach", "", monitored("Coach", "NextCall", "Call", "c"))
			r.missed("agent")
		}, "MONITOR-1", true},
		"another target": {func(r *tape) {
			listens(r)
			begins(r, "Coach", "", monitored("Coach", "AllCalls", "Call", "d"))
			r.missed("agent")
		}, "MONITOR-1", true},
		"the defaults": {func(r *tape) {
			listens(r)
			begins(r, "Coach", "", monitored("Coach", "AllCalls", "Call", "c"))
		}, "MONITOR-1", false},
		"what was asked for, shown in another way": {func(r *tape) {
			r.device("")
			begins(r, "ListenIn", `,"supervisorMonitoringMode":"NextCall"`, monitored("ListenIn", "AllCalls", "Call", "c"))
		}, "MONITOR-1", false},
		"without mode and scope": {func(r *tape) {
			r.device("")
			begins(r, "ListenIn", "", `,"supervisorMonitoringState":{"state":"ListenIn"}`)
		}, "MONITOR-1", false},
		"gone by the way":    {func(r *tape) { listens(r); does(r, "DoNotDisturbOn", `,"doNotDisturb":"On"`) }, "MONITOR-7", true},
		"changed by the way": {func(r *tape) { listens(r); does(r, "DoNotDisturbOn", monitored("ListenIn", "AllCalls", "Agent", "C")) }, "MONITOR-7", true},
		"still there":        {func(r *tape) { listens(r); does(r, "DoNotDisturbOn", listening) }, "MONITOR-7", false},
		"cancelled":          {func(r *tape) { listens(r); does(r, "CancelSupervisorMonitoring", "") }, "MONITOR-7", false},
		"over with the next call": {func(r *tape) {
			listens(r)
			r.inbound("1")
			does(r, "DoNotDisturbOn", `,"doNotDisturb":"On"`)
		}, "MONITOR-7", false},
		"a setting that is told by what is asked for later": {func(r *tape) {
			r.device("")
			r.posts("agent", device, `{"operationName":"ForwardCallsOn","destination":"5001"}`)
			r.missed("agent")
			does(r, "DoNotDisturbOn", `,"doNotDisturb":"On","forwardTo":"5001"`)
		}, "DEVICE-4", true},
		"a setting that is told late": {func(r *tape) {
			r.device("")
			r.posts("agent", device, `{"operationName":"ForwardCallsOn","destination":"5001"}`)
			r.missed("agent")
			r.device(`,"forwardTo":"5001"`)
			does(r, "DoNotDisturbOn", `,"doNotDisturb":"On","forwardTo":"5001"`)
		}, "DEVICE-4", false},
		"a setting that is told with the work after a call": {func(r *tape) {
			r.state("Ready", "")
			r.inbound("1")
			r.posts("agent", device, `{"operationName":"DoNotDisturbOn"}`)
			r.missed("agent")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.state("NotReady", `,"doNotDisturb":"On"`)
		}, "DEVICE-3", true},
		"a setting that is told very late, and the work after a call": {func(r *tape) {
			r.state("Ready", "")
			r.inbound("1")
			r.posts("agent", device, `{"operationName":"DoNotDisturbOn"}`)
			r.missed("agent")
			r.operation("agent", "1", "Hangup")
			r.state("Ready", `,"doNotDisturb":"On"`)
			r.told("agent", "1", "Released", "5000", "")
			r.state("NotReady", `,"doNotDisturb":"On"`)
		}, "DEVICE-3", false},
		"a setting that a session has left behind": {func(r *tape) {
			r.device("")
			does(r, "DoNotDisturbOn", `,"doNotDisturb":"On"`)
			r.posts("agent", "/me", `{"operationName":"EndContactCenterSession"}`)
			r.posts("agent", "/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
			r.device(`,"doNotDisturb":"Off"`)
			r.device(`,"doNotDisturb":"Off"`)
		}, "DEVICE-3", false},
		"a setting that goes by itself": {func(r *tape) {
			r.device("")
			does(r, "DoNotDisturbOn", `,"doNotDisturb":"On"`)
			r.device(`,"doNotDisturb":"Off"`)
		}, "DEVICE-3", true},
		"settings that were asked for before any was told": {func(r *tape) {
			for _, operation := range []string{"DoNotDisturbOff", "DoNotDisturbOn", "DoNotDisturbOff"} {
				r.posts("agent", device, `{"operationName":"`+operation+`"}`)
			}
			for _, is := range []string{"Off", "On", "Off"} {
				r.device(`,"doNotDisturb":"` + is + `"`)
			}
		}, "DEVICE-3", false},
		"a setting that goes when all were told": {func(r *tape) {
			r.posts("agent", device, `{"operationName":"DoNotDisturbOff"}`)
			r.posts("agent", device, `{"operationName":"DoNotDisturbOn"}`)
			for _, is := range []string{"Off", "On", "Off"} {
				r.device(`,"doNotDisturb":"` + is + `"`)
			}
		}, "DEVICE-3", true},
		"user data of one of two calls that were dialled at once": {func(r *tape) {
			const dial = `{"operationName":"Dial","destination":{"phoneNumber":"5005"},"userData":{"Call":"2"}}`
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.posts("caller", "/me/devices/c/calls", dial)
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("caller", "2", "Dialing", "5005", `,"userData":{"Call":"2"}`)
			r.told("caller", "2", "Dialing", "5005", `,"userData":{"Call":"2"}`)
		}, "DIAL-3", false},
		"user data of a call that was dialled alone": {func(r *tape) {
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"},"userData":{"Call":"2"}}`)
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("caller", "1", "Dialing", "5005", "")
			r.missed("caller")
		}, "DIAL-3", true},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "chains.example"
			tt.play(r)
		})
		if slices.Contains(got, tt.requirement) != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
