package judge

import (
	"encoding/json"
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
