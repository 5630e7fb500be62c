package reads

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

func decoded(t *testing.T, text string) map[string]any {
	t.Helper()
	m, ok := recording.DecodeJSON([]byte(text)).(map[string]any)
	if !ok {
		t.Fatalf("%s is no object", text)
	}
	return m
}

const whole = `{"id":"A1","callUuid":"A1","state":"Held","connId":"07","dnis":"5005","callType":"Internal","mute":"Off","duration":"3",
	"capabilities":["Hangup","Retrieve"],"participants":[{"phoneNumber":"5000"}],"userData":{"a":{"b":"c"}},
	"uri":"http://one/api/v2/me/calls/A1"}`

func TestDifferences(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, read string
		differs    []string
	}{
		{"the same", whole, nil},
		{"another order, host and duration, more members", `{"id":"A1","callUuid":"A1","state":"Held","connId":"07","dnis":"5005","callType":"Internal","mute":"Off","duration":"9",
			"capabilities":["Retrieve","Hangup"],"participants":[{"phoneNumber":"5000","location":"x"}],"userData":{"a":{"b":"c"}},
			"uri":"https://two:8/gws/api/v2/me/calls/A1","ani":"1"}`, nil},
		{"everything else", `{"id":"A2","callUuid":"A2","state":"Established","connId":"08","dnis":"5001","callType":"Inbound","mute":"On",
			"capabilities":["Hangup"],"participants":[],"uri":"http://one/api/v2/me/calls/A2","parentCallUri":"http://one/api/v2/me/calls/A3"}`,
			[]string{"id", "callUuid", "state", "connId", "dnis", "callType", "mute", "capabilities", "participants", "userData", "uri", "parentCallUri"}},
	} {
		var paths []string
		for _, f := range differences(decoded(t, x.read), decoded(t, whole)) {
			paths = append(paths, f.Path)
		}
		if !slices.Equal(paths, x.differs) {
			t.Errorf("%s: differs in %v, want %v", x.name, paths, x.differs)
		}
	}
}

// entry makes a call notification to the agent at a time.
func notification(at float64, kind, state, data string) *recording.Entry {
	return &recording.Entry{
		Kind: recording.KindMessage, Actor: "agent", At: at, Channel: "/v2/me/calls",
		Message: json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":%q,"call":{"id":"A1","state":%q,"userData":%s}}}`, kind, state, data)),
	}
}

// What is read may have been notified before, or be notified after the answer; but what was notified
// before the last notification, or was caused by the next operation, is no excuse.
func TestAgrees(t *testing.T) {
	t.Parallel()
	read := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 3, Method: "GET"}
	hold := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 6, Method: "POST", Request: json.RawMessage(`{"operationName":"Hold"}`)}
	c := judge.NewCase(nil, "reads.calls", []*recording.Entry{
		notification(1, "StatusChange", "Ringing", `{}`), notification(2, "StatusChange", "Established", `{}`), read,
		notification(4, "AttachedDataChanged", "Established", `{"a":"1"}`), hold,
		notification(7, "AttachedDataChanged", "Established", `{"a":"2"}`), notification(8, "StatusChange", "Held", `{"a":"2"}`),
	})
	for _, x := range []struct {
		state, data string
		agrees      bool
	}{
		{"Established", `{}`, true}, {"Established", `{"a":"1"}`, true}, {"Established", `{"a":"2"}`, true},
		{"Ringing", `{}`, false}, {"Held", `{"a":"2"}`, false}, {"Established", `{"a":"3"}`, false},
	} {
		call := decoded(t, fmt.Sprintf(`{"id":"A1","state":%q,"userData":%s}`, x.state, x.data))
		if got := len(agrees(c, read, "A1", call, "call.", "READ-1")) == 0; got != x.agrees {
			t.Errorf("%s %s agrees: %v, want %v", x.state, x.data, got, x.agrees)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	list := []any{"http://x/api/v2/me/calls/A1", "http://x/api/v2/me/calls/A2", "http://x/api/v2/me/calls/A2", 5}
	for id, findings := range map[string]int{"A1": 0, "A2": 1, "A3": 1} {
		if got := len(names(nil, "uris", list, []string{id}, uriID)); got != findings {
			t.Errorf("%s: %d findings, want %d", id, got, findings)
		}
	}
}
