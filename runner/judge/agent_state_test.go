package judge

import (
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

const deviceID = "d1"

// shows is a notification of the agent's device.
func shows(at float64, members string) *recording.Entry {
	return &recording.Entry{
		Kind: recording.KindMessage, Actor: "agent", At: at, Channel: "/v2/me/devices",
		Message: fmt.Appendf(nil, `{"channel":"/v2/me/devices","data":{"devices":[{"id":"D1",%s}]}}`, members),
	}
}

func inState(at float64, state, mode string) *recording.Entry {
	return shows(at, fmt.Sprintf(`"userState":{"state":%q,"workMode":%q}`, state, mode))
}

func TestAgentStateAsNotified(t *testing.T) {
	t.Parallel()
	read := func(at float64, state string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: at, Status: 200, Step: "read",
			Response: fmt.Appendf(nil, `{"statusCode":0,"device":{"userState":{"state":%q}}}`, state),
		}
	}
	next := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 5, Step: "next"}
	for _, x := range []struct {
		name     string
		entries  []*recording.Entry
		compared bool
		wrong    int
	}{
		{"the last before", []*recording.Entry{inState(1, "Ready", ""), inState(2, "NotReady", "Unknown"), read(3, "NotReady"), next}, true, 0},
		{"an older one", []*recording.Entry{inState(1, "Ready", ""), inState(2, "NotReady", ""), read(3, "Ready"), next}, true, 1},
		{"the work mode is missing", []*recording.Entry{inState(2, "NotReady", "AuxWork"), read(3, "NotReady"), next}, true, 1},
		{"one that comes while it is answered", []*recording.Entry{inState(1, "Ready", ""), read(3, "NotReady"), inState(4, "NotReady", ""), next}, true, 0},
		{"one that comes of the next request", []*recording.Entry{inState(1, "Ready", ""), read(3, "NotReady"), next, inState(6, "NotReady", "")}, true, 1},
		{"nothing was notified", []*recording.Entry{read(3, "NotReady"), next}, false, 0},
	} {
		header := &recording.Header{Stations: []recording.Station{{Agent: recording.Party{Device: deviceID}}}}
		c := NewCase(header, "agent-state.repeated", x.entries)
		found, compared := c.AgentStateAsNotified(c.Step("read"))
		if len(found) != x.wrong || compared != x.compared {
			t.Errorf("%s: %v, compared %v", x.name, found, compared)
		}
	}
}

func TestDeviceChanges(t *testing.T) {
	t.Parallel()
	ready := func(e *recording.Entry) bool { return voice.DeviceOf(e, deviceID).UserState().String() == "Ready" }
	aux := func(e *recording.Entry) bool {
		return voice.DeviceOf(e, deviceID).UserState().String() == "NotReady/AuxWork"
	}
	first, last := inState(1, "Ready", ""), inState(9, "NotReady", "AuxWork")
	for _, x := range []struct {
		name     string
		messages []*recording.Entry
		member   string
		wrong    int
	}{
		{"nothing between", []*recording.Entry{first, last}, "userState", 0},
		{"another state", []*recording.Entry{first, inState(2, "NotReady", ""), last}, "userState", 1},
		{"a work mode that comes late", []*recording.Entry{first, inState(2, "NotReady", "AfterCallWork"), last}, "userState", 0},
		{"before the first and after the last", []*recording.Entry{inState(0, "NotReady", ""), first, last, inState(10, "NotReady", "")}, "userState", 0},
		{"calls are forwarded", []*recording.Entry{first, shows(2, `"forwardTo":"5001"`), last}, "forwardTo", 1},
		{"it does not begin", []*recording.Entry{inState(2, "NotReady", "")}, "userState", 0},
	} {
		if found := DeviceChanges(x.messages, deviceID, ready, aux, x.member); len(found) != x.wrong {
			t.Errorf("%s: %d findings, want %d: %v", x.name, len(found), x.wrong, found)
		}
	}
}
