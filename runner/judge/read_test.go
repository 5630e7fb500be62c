package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

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

const wholeCall = `{"id":"A1","callUuid":"A1","state":"Held","connId":"07","dnis":"5005","callType":"Internal","mute":"Off","duration":"3",
	"capabilities":["Hangup","Retrieve"],"participants":[{"phoneNumber":"5000"}],"userData":{"a":{"b":"c"}},
	"uri":"http://one/api/v2/me/calls/A1"}`

func TestReadDifferences(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, read string
		differs    []string
	}{
		{"the same", wholeCall, nil},
		{"another order, host and duration, more members", `{"id":"A1","callUuid":"A1","state":"Held","connId":"07","dnis":"5005","callType":"Internal","mute":"Off",
			"duration":"9","capabilities":["Retrieve","Hangup"],"participants":[{"phoneNumber":"5000","location":"x"}],"userData":{"a":{"b":"c"}},
			"uri":"https://two:8/gws/api/v2/me/calls/A1","ani":"1"}`, nil},
		{"duration as a number", strings.Replace(wholeCall, `"duration":"3"`, `"duration":3`, 1), []string{"duration"}},
		{"without duration", strings.Replace(wholeCall, `"duration":"3",`, "", 1), nil},
		{"everything else", `{"id":"A2","callUuid":"A2","state":"Established","connId":"08","dnis":"5001","callType":"Inbound","mute":"On",
			"capabilities":["Hangup"],"participants":[],"uri":"http://one/api/v2/me/calls/A2","parentCallUri":"http://one/api/v2/me/calls/A3"}`,
			[]string{"id", "callUuid", "state", "connId", "dnis", "callType", "mute", "capabilities", "participants", "userData", "uri", "parentCallUri"}},
	} {
		var paths []string
		for _, f := range ReadDifferences(decoded(t, x.read), decoded(t, wholeCall)) {
			paths = append(paths, f.Path)
		}
		if !slices.Equal(paths, x.differs) {
			t.Errorf("%s: differs in %v, want %v", x.name, paths, x.differs)
		}
	}
}

// notification makes a call notification to the agent at a time.
func notification(at float64, kind, state, data string) *recording.Entry {
	return &recording.Entry{
		Kind: recording.KindMessage, Actor: "agent", At: at, Channel: "/v2/me/calls",
		Message: json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":%q,"call":{"id":"A1","state":%q,"userData":%s}}}`, kind, state, data)),
	}
}

// What is read may have been notified before, or be notified after the answer; but what was notified
// before the last notification, or was caused by the next operation, is no excuse. Others may have attached what nobody here has named.
func TestAgrees(t *testing.T) {
	t.Parallel()
	read := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 3, Method: "GET"}
	hold := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 6, Method: "POST", Request: json.RawMessage(`{"operationName":"Hold"}`)}
	update := &recording.Entry{Kind: recording.KindRest, Actor: "caller", At: 9, Method: "POST", Request: json.RawMessage(`{"userData":{"a":"1"}}`)}
	c := NewCase(nil, "reads.calls", []*recording.Entry{
		notification(1, "StatusChange", "Ringing", `{}`), notification(2, "StatusChange", "Established", `{}`), read,
		notification(4, "AttachedDataChanged", "Established", `{"a":"1"}`), hold,
		notification(7, "AttachedDataChanged", "Established", `{"a":"2"}`), notification(8, "StatusChange", "Held", `{"a":"2"}`), update,
	})
	for _, x := range []struct {
		state, data string
		agrees      bool
	}{
		{"Established", `{}`, true}, {"Established", `{"a":"1"}`, true}, {"Established", `{"a":"2"}`, true},
		{"Ringing", `{}`, false}, {"Held", `{"a":"2"}`, false}, {"Established", `{"a":"3"}`, false},
		{"Established", `{"a":"1","route":"7"}`, true}, {"Ringing", `{"route":"7"}`, false}, {"Established", `{"a":"3","route":"7"}`, false},
	} {
		call := decoded(t, fmt.Sprintf(`{"id":"A1","state":%q,"userData":%s}`, x.state, x.data))
		if got := len(c.agrees(read, "A1", call, "call.")) == 0; got != x.agrees {
			t.Errorf("%s %s agrees: %v, want %v", x.state, x.data, got, x.agrees)
		}
	}
}

// What a call offers depends on the other calls of its person, and changes with them without a word; what is read may be told behind the
// next operation where that cannot have caused it.
func TestAgreesWithWhatComesLate(t *testing.T) {
	t.Parallel()
	read := &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: 3, AnsweredAt: 3.1, Method: "GET"}
	told := func(at float64, id, state, capabilities string) *recording.Entry {
		e := notification(at, "StatusChange", state, "{}")
		e.Message = json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":"StatusChange","call":{"id":%q,"state":%q,"capabilities":[%s]}}}`,
			id, state, capabilities))
		return e
	}
	posted := func(at float64, operation string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: at, Method: "POST", Path: "/me/calls/A1", Status: 200,
			Request: json.RawMessage(`{"operationName":"` + operation + `"}`), Response: json.RawMessage(`{"statusCode":0}`),
		}
	}
	elsewhere := posted(3.5, "SendDtmf")
	elsewhere.Path = "/me/calls/B2"
	held := told(2, "A1", "Held", `"Hangup"`)
	const swaps = `{"id":"A1","state":"Held","userData":{},"capabilities":["Hangup","SwapCalls"]}`
	for name, tt := range map[string]struct {
		entries []*recording.Entry
		read    string
		agrees  bool
	}{
		"it offers more, and there is no other call": {[]*recording.Entry{held, read}, swaps, false},
		"another call was answered":                  {[]*recording.Entry{held, told(2.5, "B2", "Established", ""), read}, swaps, true},
		"another call is told right behind":          {[]*recording.Entry{held, read, told(3.5, "B2", "Established", "")}, swaps, true},
		"another call is told much later":            {[]*recording.Entry{held, read, told(9, "B2", "Established", "")}, swaps, false},
		"another call only dials":                    {[]*recording.Entry{held, told(2.5, "B2", "Dialing", ""), read}, swaps, false},
		"told behind what is asked for of another call": {
			[]*recording.Entry{held, read, elsewhere, told(4, "A1", "Established", "")}, `{"id":"A1","state":"Established","userData":{},"capabilities":[]}`, true,
		},
		"told behind what is asked for of this call": {
			[]*recording.Entry{held, read, posted(3.5, "Retrieve"), told(4, "A1", "Established", "")},
			`{"id":"A1","state":"Established","userData":{},"capabilities":[]}`, false,
		},
	} {
		found := NewCase(nil, "reads.calls", tt.entries).agrees(read, "A1", decoded(t, tt.read), "call.")
		if agrees := len(found) == 0; agrees != tt.agrees {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestListsCalls(t *testing.T) {
	t.Parallel()
	read := &recording.Entry{
		Kind: recording.KindRest, Actor: "agent", Method: "GET", Path: "/me/calls", Status: 200,
		Response: json.RawMessage(`{"statusCode":0,"uris":["http://x/api/v2/me/calls/A1","http://x/api/v2/me/calls/A2","http://x/api/v2/me/calls/A2",5]}`),
	}
	resources := &recording.Entry{
		Kind: recording.KindRest, Actor: "agent", Method: "GET", Path: "/me/calls?fields=*", Status: 200,
		Response: json.RawMessage(`{"statusCode":0,"calls":[{"id":"A1"},{"id":"A2"},{"id":"A2"},5]}`),
	}
	for _, e := range []*recording.Entry{read, resources} {
		for id, findings := range map[string]int{"A1": 0, "A2": 1, "A3": 1} {
			if got := len(ListsCalls(e, []string{id})); got != findings {
				t.Errorf("%s: %s: %d findings, want %d", e.Path, id, got, findings)
			}
		}
		for id, findings := range map[string]int{"A1": 1, "A2": 2, "A3": 0} {
			if got := len(ListsNone(e, []string{id}, "none")); got != findings {
				t.Errorf("%s: %s is there %d times, want %d", e.Path, id, got, findings)
			}
		}
	}
	resources.Path = "/me/calls"
	if got := ListsCalls(resources, nil); len(got) != 1 || got[0].Observed != "no such member" {
		t.Errorf("resources in the place of uris: %v", got)
	}
}

// Whether a call can still be read when it is over is open; that it is live must not be said.
func TestRefusesOrShows(t *testing.T) {
	t.Parallel()
	for body, findings := range map[string]int{
		`{"statusCode":6,"statusMessage":"no such call"}`: 0, `{"statusCode":0,"call":{"state":"Released"}}`: 0,
		`{"statusCode":0,"call":{"state":"Established"}}`: 1, `{"statusCode":0}`: 1,
	} {
		e := &recording.Entry{Kind: recording.KindRest, Status: 200, Response: json.RawMessage(body)}
		if got := len(RefusesOrShows(e, "Released")); got != findings {
			t.Errorf("%s: %d findings, want %d", body, got, findings)
		}
	}
}
