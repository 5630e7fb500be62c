package outcome_test

import (
	"slices"
	"strings"
	"testing"
)

// state is the agent state of the agent's device, with more members of it.
func (t *tape) state(state, more string) {
	t.device(`,"userState":{"state":"` + state + `","displayName":"` + state + `"}` + more)
}

// A setting of a device leaves the agent state as it was told last; but a state that a call, a session, or nobody set may change by itself.
func TestSettingsLeaveTheAgentState(t *testing.T) {
	t.Parallel()
	const device, on = "/me/devices/a", `,"doNotDisturb":"On"`
	ready := func(r *tape) {
		r.posts("agent", "/me/channels/voice", `{"operationName":"Ready"}`)
		r.state("Ready", "")
	}
	set := func(r *tape, operation, state, more string) {
		r.posts("agent", device, `{"operationName":"`+operation+`"}`)
		r.state(state, more)
	}
	for name, tt := range map[string]struct {
		play func(*tape)
		want bool
	}{
		"the state stays": {func(r *tape) { ready(r); set(r, "DoNotDisturbOn", "Ready", on) }, false},
		"it changes":      {func(r *tape) { ready(r); set(r, "DoNotDisturbOn", "NotReady", on) }, true},
		"by forwarding":   {func(r *tape) { ready(r); r.posts("agent", device, forward); r.state("NotReady", `,"forwardTo":"5001"`) }, true},
		"by monitoring": {func(r *tape) {
			ready(r)
			r.posts("agent", device, coach)
			r.state("NotReady", monitored("Coach", "AllCalls", "Call", "c"))
		}, true},
		"nobody had set it": {func(r *tape) { r.state("Ready", ""); set(r, "DoNotDisturbOn", "NotReady", on) }, false},
		"there was a call since": {func(r *tape) {
			ready(r)
			r.inbound("1")
			set(r, "DoNotDisturbOn", "NotReady", on)
		}, false},
		"it was asked for meanwhile": {func(r *tape) {
			ready(r)
			r.posts("agent", device, `{"operationName":"DoNotDisturbOn"}`)
			r.posts("agent", "/me/channels/voice", `{"operationName":"NotReady"}`)
			r.state("NotReady", on)
		}, false},
		"a change was told between": {func(r *tape) { ready(r); r.state("NotReady", ""); set(r, "DoNotDisturbOn", "NotReady", on) }, false},
		"in another scenario":       {func(r *tape) { ready(r); r.scenario = "b"; set(r, "DoNotDisturbOn", "NotReady", on) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judged(t, func(r *tape) { r.scenario = "a"; tt.play(r) })
			if slices.Contains(got, "AGENT-11") != tt.want {
				t.Errorf("found %v", got)
			}
		})
	}
}

const (
	forward = `{"operationName":"ForwardCallsOn","destination":"5001"}`
	coach   = `{"operationName":"Coach","targetDeviceUri":"http://h/api/v2/devices/c"}`
)

// A setting of a call that was told otherwise is not told by what comes when it has been undone, and set once more.
func TestSettingsOfCalls(t *testing.T) {
	t.Parallel()
	const off, on = `,"mute":"Off"`, `,"mute":"On"`
	const able = `,"capabilities":["MuteCall","UnmuteCall","Hold"]`
	for name, tt := range map[string]struct {
		told []string // after MuteCall, UnmuteCall, MuteCall, UnmuteCall; "" for nothing
		want bool
	}{
		"each is told":                    {[]string{on, off, on, off}, false},
		"the first as Off":                {[]string{off, off, on, off}, true},
		"the second as Off":               {[]string{on, off, off, off}, true},
		"told late, with the next":        {[]string{"", on + off, on, off}, false},
		"something else was told between": {[]string{off + on, off, on, off}, false},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "chains.features"
			r.inbound("1")
			r.told("agent", "1", "Established", "5000", off+able)
			for i, told := range tt.told {
				r.operation("agent", "1", []string{"MuteCall", "UnmuteCall"}[i%2])
				for len(told) > 0 {
					one := told[:len(off)-1]
					if strings.HasPrefix(told, off) {
						one = off
					}
					r.told("agent", "1", "Established", "5000", one+able)
					told = strings.TrimPrefix(told, one)
				}
			}
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", on+able)
			r.told("agent", "1", "Held", "5000", on+able)
			r.missed("agent")
		})
		if slices.Contains(got, "MUTE-1") != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
