package judge

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A device is told twice of one change where no other can have been what it is told of.
func TestDevicesOnce(t *testing.T) {
	t.Parallel()
	station := recording.Station{Agent: recording.Party{Device: "a"}}
	post := func(at float64, path, operation string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: at, AnsweredAt: at, Method: "POST", Path: path, Status: 200,
			Request: json.RawMessage(`{"operationName":"` + operation + `"}`), Response: json.RawMessage(`{"statusCode":0}`),
		}
	}
	ready := func(at float64) *recording.Entry { return post(at, "/me/channels/voice", "Ready") }
	notReady := func(at float64) *recording.Entry { return post(at, "/me/channels/voice", "NotReady") }
	told := func(at float64, state, dnd string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Session: 1, At: at, Message: json.RawMessage(fmt.Sprintf(
			`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":"a","userState":{"state":%q},"doNotDisturb":%q}]}}`, state, dnd))}
	}
	undisturbed := func(at float64) *recording.Entry { return post(at, "/me/devices/a", "DoNotDisturbOn") }
	for name, x := range map[string]struct {
		entries []*recording.Entry
		want    int
	}{
		"each change once": {[]*recording.Entry{
			notReady(1), told(1.001, "NotReady", "Off"), ready(2), told(2.001, "Ready", "Off"),
		}, 0},
		"each change twice": {[]*recording.Entry{
			notReady(1), told(1.001, "NotReady", "Off"), told(1.002, "NotReady", "Off"), ready(2), told(2.001, "Ready", "Off"), told(2.002, "Ready", "Off"),
		}, 2},
		"what was asked for three times": {[]*recording.Entry{
			notReady(1), told(1.001, "NotReady", "Off"), ready(2), ready(2.001), ready(2.002),
			told(2.003, "Ready", "Off"), told(2.004, "Ready", "Off"), told(2.005, "Ready", "Off"),
		}, 0},
		"what was asked for three times, while another change was under way": {[]*recording.Entry{
			ready(1), told(1.001, "Ready", "Off"),
			undisturbed(2), ready(2.001), post(2.002, "/me/devices/a", "DoNotDisturbOff"), ready(2.003), ready(2.004),
			told(2.005, "Ready", "On"), told(2.006, "Ready", "Off"), told(2.007, "Ready", "Off"), told(2.008, "Ready", "Off"),
		}, 0},
	} {
		c := &Case{Header: &recording.Header{Stations: []recording.Station{station}}, Station: station, Entries: x.entries}
		if found := People([]*Case{c}, nil)[0].DevicesOnce(); len(found) != x.want {
			t.Errorf("%s: %d findings", name, len(found))
		}
	}
}
