package voice_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// told is a notification with that data, of the agent's own session.
func told(data string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindMessage, Actor: voice.Agent, Message: json.RawMessage(`{"channel":"/v2/me/calls","data":` + data + `}`)}
}

// call is a notification of a call.
func call(members string) *recording.Entry {
	return told(`{"notificationType":"StatusChange","call":{` + members + `}}`)
}

// device is a notification of a device.
func device(members string) *recording.Entry { return told(`{"devices":[7,{` + members + `}]}`) }

// answer is a GET with that answer.
func answer(body string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindRest, Method: "GET", Response: json.RawMessage(body)}
}

func TestSameNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b      string
		same, may bool
	}{
		{"5001", "5001", true, true},
		{"", "", true, true},
		{"5001", "", false, false},
		{"+1 650-466-1100", "(650) 466-1100", true, true},
		{"+16504661100", "4661100", true, true},
		{"+16504661100", "1100", false, true},
		{"001", "5001", false, true},
		{"501", "501 ", false, true},
		{"5001", "50-01", true, true},
		{"5001", "5002", false, false},
		{"agent", "agent", true, true},
		{"agent", "other", false, false},
	} {
		for _, pair := range [][2]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			if got := voice.SameNumber(pair[0], pair[1]); got != tt.same {
				t.Errorf("%q and %q are the same number: %t", pair[0], pair[1], got)
			}
			if got := voice.MayBeSameNumber(pair[0], pair[1]); got != tt.may {
				t.Errorf("%q and %q may be the same number: %t", pair[0], pair[1], got)
			}
		}
	}
}

func TestSameID(t *testing.T) {
	t.Parallel()
	if !voice.SameID("9430250E-0A1B", "9430250e-0a1b") || voice.SameID("a", "b") {
		t.Error("ids are compared without regard to case")
	}
}

func TestLastSegment(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"": "", "abc": "abc", "/me/calls/abc": "abc", "https://h/api/v2/me/calls/abc/": "abc", "/calls/abc?fields=*": "abc", "/calls/abc#x": "abc", "/": "",
		"/calls/Zo%C3%AB": "Zoë", "/calls/a%2Fb": "a/b", "/calls/50%": "50%",
	} {
		if got := voice.LastSegment(uri); got != want {
			t.Errorf("%q ends in %q", uri, got)
		}
	}
}

func TestURIsOfOddIDs(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]bool{
		"http://h/api/v2/me/calls/Zo%C3%AB": true, "http://h/api/v2/me/calls/Zoë": true, "http://h/api/v2/me/calls/Zoe": false, "/api/v2/me/calls/Zo%C3%AB": false,
	} {
		if got := voice.IsURIOf(uri, voice.CallPath("Zoë")); got != want {
			t.Errorf("%s: %t", uri, got)
		}
	}
	for path, want := range map[string]bool{"/calls/a%20b": true, "/calls/a b": true, "/calls/a+b": false, "/calls/a%2": false} {
		if got := voice.IsShortPathOf(path, "a b"); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

func TestNoCall(t *testing.T) {
	t.Parallel()
	for _, e := range []*recording.Entry{told(`{}`), told(`{"call":7}`), answer(`[]`), answer(`{"call":"x"}`)} {
		for _, c := range []voice.Call{voice.CallOf(e), voice.CallIn(e)} {
			_, isList := c.Capabilities()
			if c.ID() != "" || c.State() != "" || c.StateIsText() || c.Consult() || c.ParentID() != "" || c.Offers("Hold") || isList ||
				c.Names("5001") || c.Between("5001") || c.Foreign("5001") || c.OldForm() || c.UserData() != nil || c.Numbers() != nil {
				t.Errorf("%s%s: no call says something", e.Message, e.Response)
			}
		}
		if voice.IsAbout(e, "", "") || voice.IsAbout(e, "", "c") || voice.Any(e) || voice.MayBeIn("Held")(e) {
			t.Errorf("%s%s: no call is meant", e.Message, e.Response)
		}
	}
}

func TestCallNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		members, id, connection string
		want                    bool
	}{
		{`"id":"a"`, "a", "", true},
		{`"id":"b"`, "a", "", false},
		{`"id":"b","callUuid":"a"`, "a", "", true},
		{`"id":"b","uri":"http://h/api/v2/me/calls/a"`, "a", "", true},
		{`"id":"b","uri":"http://h/api/v2/me/calls/a/"`, "a", "", true},
		{`"id":"b","path":"/calls/a"`, "a", "", true},
		{`"id":"b","connId":"c"`, "a", "c", true},
		{`"id":"b","connId":"c"`, "a", "", false},
		{`"id":"b","connId":""`, "a", "", false},
		{`"id":"","uri":""`, "", "", false},
		{`"id":7`, "a", "", false},
	} {
		e := call(tt.members)
		if got := voice.About(tt.id, tt.connection)(e); got != tt.want {
			t.Errorf("%s is about %q: %t", tt.members, tt.id, got)
		}
	}
}

func TestParties(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		members                 string
		names, between, foreign bool // of 5001 and 5002
	}{
		{`"participants":[{"phoneNumber":"5001"}]`, true, true, false},
		{`"participants":[{"phoneNumber":"1","digits":"5001"}]`, true, false, true},
		{`"participants":["5001"]`, true, false, false},
		{`"participants":[{"phoneNumber":"5001"},{"phoneNumber":"9"}]`, true, false, false},
		{`"participants":[{"phoneNumber":"9"},{}]`, false, false, true},
		{`"participants":[{"phoneNumber":"5002"},{"phoneNumber":"5001"}]`, true, true, false},
		{`"participants":[{}]`, false, false, false},
		{`"participants":[]`, false, false, false},
		{`"participants":{"phoneNumber":"5001"}`, false, false, false},
		{`"state":"Dialing","dnis":"5001"`, true, false, false},
		{`"state":"Ringing","dnis":"5001"`, false, false, false},
	} {
		c := voice.CallOf(call(tt.members))
		if c.Names("5001") != tt.names || c.Between("5001", "5002", "") != tt.between || c.Foreign("5001", "5002", "") != tt.foreign {
			t.Errorf("%s: names %t, between %t, foreign %t", tt.members, c.Names("5001"), c.Between("5001", "5002", ""), c.Foreign("5001", "5002", ""))
		}
	}
	c := voice.CallOf(call(`"participants":["1",{"phoneNumber":"2"},7]`))
	if n, ok := c.Parties(); n != 3 || !ok || !slices.Equal(c.Numbers(), []string{"1", "2", ""}) {
		t.Errorf("%d parties: %q", n, c.Numbers())
	}
	for members, want := range map[string]bool{
		`"participantsInfo":[],"participants":["1"]`:               true,
		`"participantsInfo":[],"participants":[{"digits":"1"}]`:    false,
		`"participants":["1"]`:                                     false,
		`"participantsInfo":{},"participants":["1"]`:               false,
		`"participantsInfo":[]`:                                    true,
		`"participantsInfo":[{"number":"1"}],"participants":["1"]`: true,
	} {
		if got := voice.CallOf(call(members)).OldForm(); got != want {
			t.Errorf("%s is of the old form: %t", members, got)
		}
	}
}

func TestConsult(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"callType":"Consult"`:                          "",
		`"callType":"Internal","parentCallUri":"/x/a"`:  "a",
		`"callType":"Internal"`:                         "-",
		`"callType":"Internal","parentCallUri":null`:    "-",
		`"callType":"Consult","parentCallUri":"/x/a/"`:  "a",
		`"callType":"Internal","parentCallUri":{"a":1}`: "",
	} {
		c := voice.CallOf(call(members))
		if c.Consult() != (want != "-") || want != "-" && c.ParentID() != want {
			t.Errorf("%s: consult %t of %q", members, c.Consult(), c.ParentID())
		}
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	c := voice.CallOf(call(`"capabilities":["Hold","Hangup"]`))
	if ops, ok := c.Capabilities(); !ok || !slices.Equal(ops, []string{"Hold", "Hangup"}) || !c.Offers("Hold") || c.Offers("Answer") {
		t.Errorf("capabilities %q", ops)
	}
	c = voice.CallOf(call(`"capabilities":["Hold",7]`))
	if _, ok := c.Capabilities(); ok || !c.Offers("Hold") || !c.ListsCapabilities() {
		t.Error("a list that holds a number")
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	e := device(`"id":"AB","phoneNumber":"5001","doNotDisturb":"On","forwardTo":"7","deviceState":"Active","capabilities":["Ready"],
		"userState":{"state":"NotReady","workMode":"AuxWork","id":"x","displayName":"y"},
		"supervisorMonitoringState":{"state":"ListenIn","targetDeviceUri":"/devices/c"}`)
	d := voice.DeviceOf(e, "ab")
	if d == nil || d.Number() != "5001" || d.DoNotDisturb() != voice.On || d.DeviceState() != "Active" || !d.Offers("Ready") ||
		d.UserState().String() != "NotReady/AuxWork" || d.Monitoring().TargetID() != "c" || d.Monitoring().State() != "ListenIn" {
		t.Errorf("the device reads as %v", d)
	}
	if voice.DeviceOf(e, "c") != nil || !voice.ShowsDevice("AB")(e) || !voice.DeviceShowing("ab", "forwardTo")(e) || voice.DeviceShowing("ab", "x")(e) ||
		!voice.DeviceWith("ab", "forwardTo", "7")(e) || !voice.AgentIn("ab", "NotReady/AuxWork")(e) || voice.AgentIn("c", "")(e) {
		t.Error("a device is known by its id")
	}
	if got := voice.DeviceOf(device(`"id":"a","userState":{"state":"Ready","workMode":"Unknown"}`), "a").UserState().String(); got != "Ready" {
		t.Errorf("an unknown work mode shows as %s", got)
	}
	shown := voice.ShownIn(answer(`{"devices":[{"id":"a"}],"user":{"devices":[{"id":"b"},7]},"device":{"id":"c"}}`))
	if len(shown) != 4 || shown[0].ID() != "a" || shown[1].ID() != "b" || shown[2] != nil || shown[3].ID() != "c" {
		t.Errorf("shown are %v", shown)
	}
	if list, ok := voice.DevicesIn(answer(`{"devices":{}}`)); ok || list != nil {
		t.Error("devices are a list")
	}
}

func TestUser(t *testing.T) {
	t.Parallel()
	u := voice.UserIn(answer(`{"user":{"userName":"n","roles":["ROLE_AGENT","ROLE_SUPERVISOR"],
		"features":[{"id":"f"},7],"devices":[{"id":"A"}],"calls":[{"id":"c"}]}}`))
	calls, has := u.Calls()
	if u.Name() != "n" || !u.Supervises() || !slices.Equal(u.Features(), []string{"f"}) ||
		u.Device("a") == nil || u.Device("b") != nil || !has || calls[0].ID() != "c" {
		t.Errorf("the user reads as %v", u)
	}
	if none := voice.UserIn(answer(`{}`)); none.Supervises() || none.Features() != nil || none.Device("") != nil {
		t.Error("no user says something")
	}
	if uris, ok := voice.URIsIn(answer(`{"uris":["/calls/a",7]}`)); !ok || !slices.Equal(uris, []string{"/calls/a", ""}) {
		t.Errorf("uris are %q", uris)
	}
}

func TestPredicates(t *testing.T) {
	t.Parallel()
	held := call(`"id":"a","state":"Held","userData":{"k":"v","n":1,"l":["x"]}`)
	odd := call(`"id":"a","state":7`)
	ringing := call(`"id":"b","state":"Ringing","participants":[{"phoneNumber":"5001"}]`)
	beside := call(`"id":"a","state":"Held"`)
	beside.Browser = "browser"
	for name, tt := range map[string]struct {
		meant voice.Predicate
		want  [4]bool // of held, odd, ringing, beside
	}{
		"any":      {voice.Any, [4]bool{true, true, true, true}},
		"state":    {voice.InState("Held"), [4]bool{true, false, false, true}},
		"may be":   {voice.MayBeIn("Held"), [4]bool{true, true, false, true}},
		"type":     {voice.OfType("StatusChange"), [4]bool{true, true, true, true}},
		"arrived":  {voice.Arrived, [4]bool{false, false, true, false}},
		"id":       {voice.WithID("b"), [4]bool{false, false, true, false}},
		"carrying": {voice.Carrying(map[string]any{"k": "v", "n": 1, "l": []string{"x"}}), [4]bool{true, false, false, false}},
		"other":    {voice.Carrying(map[string]any{"k": "w"}), [4]bool{}},
		"nothing":  {voice.Carrying(nil), [4]bool{true, true, true, true}},
		"all":      {voice.All(voice.WithID("a"), voice.InState("Held")), [4]bool{true, false, false, true}},
		"either":   {voice.Either(voice.WithID("b"), voice.InState("Held")), [4]bool{true, false, true, true}},
		"not":      {voice.Not(voice.WithID("b")), [4]bool{true, true, false, true}},
	} {
		for i, e := range []*recording.Entry{held, odd, ringing, beside} {
			if tt.meant(e) != tt.want[i] {
				t.Errorf("%s: %s is meant: %t", name, e.Message, !tt.want[i])
			}
		}
	}
}
