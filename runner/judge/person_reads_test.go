package judge

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// Who reads what is his reads his own devices, and no other's.
func TestReadsOfDevices(t *testing.T) {
	t.Parallel()
	station := recording.Station{Agent: recording.Party{Device: "a"}, Caller: recording.Party{Device: "c"}}
	told := &recording.Entry{Kind: recording.KindMessage, Actor: "agent", At: 1, Message: json.RawMessage(
		`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":"a","deviceState":"Active"}]}}`)}
	for name, tt := range map[string]struct {
		path, answer    string
		foreign, absent int
	}{
		"the own device":           {"/me/devices?fields=*", `"devices":[{"id":"A","deviceState":"Active"}]`, 0, 0},
		"by its uri":               {"/me/devices", `"uris":["http://h/api/v2/devices/a"]`, 0, 0},
		"another's, too":           {"/me/devices?fields=*", `"devices":[{"id":"a","deviceState":"Active"},{"id":"c"}]`, 1, 0},
		"another's, by its uri":    {"/me/devices", `"uris":["http://h/api/v2/devices/a","http://h/api/v2/devices/c"]`, 1, 0},
		"another's, of the user":   {"/me?subresources=*", `"user":{"devices":[{"id":"a","deviceState":"Active"},{"id":"c"}]}`, 1, 0},
		"one of nobody we know":    {"/me/devices?fields=*", `"devices":[{"id":"a","deviceState":"Active"},{"id":"x"}]`, 0, 0},
		"none":                     {"/me?subresources=*", `"user":{"devices":[]}`, 0, 1},
		"devices are not shown":    {"/me?subresources=*", `"user":{"id":"u"}`, 0, 0},
		"what is not of the agent": {"/me/devices/c", `"device":{"id":"c"}`, 0, 0},
	} {
		read := &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: 2, Method: "GET", Path: tt.path, Status: 200, Response: json.RawMessage(`{"statusCode":0,` + tt.answer + `}`),
		}
		c := &Case{Header: &recording.Header{Stations: []recording.Station{station}}, Station: station, Entries: []*recording.Entry{told, read}}
		p := People([]*Case{c}, nil)[0]
		if found, _ := p.OwnDeviceReads(); len(found) != tt.foreign {
			t.Errorf("%s: %v", name, found)
		}
		if found, _ := p.DeviceReads(); len(found) != tt.absent {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// Processes that play side by side have stations of their own: the agent of the one is not the agent of the other.
func TestPeopleOfProcesses(t *testing.T) {
	t.Parallel()
	recorded := func(user string) *Case {
		h := &recording.Header{Stations: []recording.Station{{Agent: recording.Party{User: user}}}}
		post := &recording.Entry{Kind: recording.KindRest, Actor: "agent", Method: "POST", Path: "/me", Request: json.RawMessage(`{"operationName":"X"}`)}
		return &Case{Header: h, Station: h.Stations[0], Entries: []*recording.Entry{post, {Kind: recording.KindRest, Actor: "agent", Method: "GET", Path: "/me"}}}
	}
	people := People([]*Case{recorded("ann"), recorded("bob"), recorded("ann")}, nil)
	if len(people) != 3 {
		t.Fatalf("%d people", len(people))
	}
	for i, user := range []string{"ann", "bob", "ann"} {
		if p := people[i]; p.own().User != user || len(p.Entries) != 2 || len(p.posts) != 1 {
			t.Errorf("%s has %d entries and %d operations", p.own().User, len(p.Entries), len(p.posts))
		}
	}
}

func doNotDisturb(e *recording.Entry) *recording.Entry {
	e.Message = json.RawMessage(strings.Replace(string(e.Message), `"userState"`, `"doNotDisturb":"On","userState"`, 1))
	return e
}

// What the switch changed unasked may be read before it is told, behind the next operation; what an operation asks for may not.
func TestDeviceReadBeforeItIsTold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		operation string
		late      *recording.Entry
		wrong     int
		ready     float64 // when Ready was asked for, which is told at 1; 0 is never
	}{
		"the work after a call, and Ready is asked for": {"Ready", inState(4.1, "NotReady", "AfterCallWork"), 0, 0},
		"it is what was asked for":                      {"AfterCallWork", inState(4.1, "NotReady", "AfterCallWork"), 1, 0},
		"it comes much later":                           {"Ready", inState(6, "NotReady", "AfterCallWork"), 1, 0},
		"other settings were asked for":                 {"ForwardCallsOn", inState(4.1, "NotReady", "AfterCallWork"), 0, 0},
		"other settings are told, too":                  {"ForwardCallsOn", doNotDisturb(inState(4.1, "NotReady", "AfterCallWork")), 1, 0},
		"all comes late from this server":               {"Ready", inState(4.6, "NotReady", "AfterCallWork"), 0, 0.2},
		"what was asked for is told faster":             {"Ready", inState(4.6, "NotReady", "AfterCallWork"), 1, 0.9},
	} {
		station := recording.Station{Agent: recording.Party{Device: deviceID}}
		read := &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: 3, AnsweredAt: 3.1, Method: "GET", Path: "/me/devices/d1", Status: 200,
			Response: json.RawMessage(`{"statusCode":0,"device":{"id":"d1","userState":{"state":"NotReady","workMode":"AfterCallWork"}}}`),
		}
		next := &recording.Entry{
			Kind: recording.KindRest, Actor: "agent", At: 4, AnsweredAt: 4.05, Method: "POST", Path: "/me/channels/voice", Status: 200,
			Request: json.RawMessage(`{"operationName":"` + tt.operation + `"}`), Response: json.RawMessage(`{"statusCode":0}`),
		}
		entries := []*recording.Entry{inState(1, "Ready", ""), read, next, tt.late}
		if tt.ready > 0 {
			first := *next
			first.At, first.AnsweredAt = tt.ready, tt.ready+0.05
			entries = append([]*recording.Entry{&first}, entries...)
		}
		c := &Case{Header: &recording.Header{Stations: []recording.Station{station}}, Station: station, Entries: entries}
		if found, _ := People([]*Case{c}, nil)[0].DeviceReads(); len(found) != tt.wrong {
			t.Errorf("%s: %v, not %d", name, found, tt.wrong)
		}
	}
}
