package others_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/others"
	"github.com/voicespec/voicespec/runner/recording"
)

var header = &recording.Header{Stations: []recording.Station{{
	Agent:       recording.Party{User: "ann", Number: "5005", Device: "D1"},
	Caller:      recording.Party{User: "carl", Number: "5000", Device: "D2"},
	Destination: recording.Party{User: "dora", Number: "5001", Device: "D3"},
}}}

// tape is a recording in the making, a line a second.
type tape struct{ entries []*recording.Entry }

func (t *tape) add(e *recording.Entry) *tape {
	e.Seq, e.At, e.Station = len(t.entries)+1, float64(len(t.entries)), 1
	if e.Kind != recording.KindScenario && e.Scenario == "" {
		e.Scenario = "calls.hold"
	}
	e.Decode()
	t.entries = append(t.entries, e)
	return t
}

func begun() *tape {
	t := &tape{}
	for actor, device := range map[string]string{"agent": "D1", "caller": "D2"} {
		t.device(actor, device, "Active", "Ready", "Off")
	}
	return t.add(&recording.Entry{Kind: recording.KindScenario, Event: recording.Begin, Scenario: "calls.hold"})
}

func (t *tape) post(actor, path, body string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindRest, Actor: actor, Method: "POST", Path: path,
		Request: []byte(body), Status: 200, Response: []byte(`{"statusCode":0}`)})
}

// refused is a post that is not accepted.
func (t *tape) refused(actor, path, body string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindRest, Actor: actor, Method: "POST", Path: path,
		Request: []byte(body), Status: 404, Response: []byte(`{"statusCode":6}`)})
}

// unanswered is a post whose answer did not come.
func (t *tape) unanswered(actor, path, body string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindRest, Actor: actor, Method: "POST", Path: path,
		Request: []byte(body), Problem: "no answer within 5s"})
}

// call tells somebody of a call.
func (t *tape) call(actor, number, id, state, with, more string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindMessage, Actor: actor, Channel: "/v2/me/calls", Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","messageType":"CallStateChangeMessage","phoneNumber":%q,`+
			`"call":{"id":%q,"callUuid":"U-%s","connId":"C-%s","state":%q,"participants":[{"phoneNumber":%q,"digits":%q}]%s}}}`,
		number, id, id, id, state, with, with, more)})
}

func (t *tape) device(actor, id, state, user, dnd string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindMessage, Actor: actor, Channel: "/v2/me/devices", Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":%q,"deviceState":%q,"userState":{"state":%q},"doNotDisturb":%q}]}}`,
		id, state, user, dnd)})
}

// reads is a person's device as it is read.
func (t *tape) reads(actor, id, user string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindRest, Actor: actor, Method: "GET", Path: "/me/devices/" + id, Status: 200, Response: fmt.Appendf(nil,
		`{"statusCode":0,"device":{"id":%q,"deviceState":"Active","userState":{"state":%q},"doNotDisturb":"Off"}}`, id, user)})
}

// forwards tells the agent to which number his device is forwarded.
func (t *tape) forwards(number string) *tape {
	return t.add(&recording.Entry{Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/devices", Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":"D1","deviceState":"Active","userState":{"state":"Ready"},`+
			`"doNotDisturb":"Off","forwardTo":%q}]}}`, number)})
}

// ours is a call of ours that is up.
func (t *tape) ours() *tape {
	return t.post("caller", "/me/devices/D2/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`).
		call("caller", "5000", "X", "Dialing", "5005", "").call("agent", "5005", "X", "Ringing", "5000", "").
		call("agent", "5005", "X", "Established", "5000", "")
}

// Only what the recording shows to be others' doing is.
func TestSeen(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		tape *tape
		want string // the events, in order
	}{
		"nothing":                     {begun().ours(), ""},
		"a call from outside":         {begun().ours().call("agent", "5005", "Y", "Ringing", "5990", ""), "called agent"},
		"of a longer number":          {begun().call("agent", "5005", "Y", "Ringing", "+1 650 466 1100", ""), "called agent"},
		"one of ours in another form": {begun().call("agent", "5005", "Y", "Ringing", "15000", ""), ""},
		"picked up at once":           {begun().call("agent", "5005", "Y", "Established", "5990", ""), "called agent"},
		"a call of ours at another":   {begun().ours().call("destination", "5001", "X", "Ringing", "5000", ""), ""},
		"a call that nobody dialled":  {begun().call("agent", "5005", "Y", "Ringing", "5000", ""), ""},
		"with the UUID of ours":       {begun().ours().call("agent", "5005", "Y", "Ringing", "5990", `,"callUuid":"U-X"`), ""},
		"with the connection of ours": {begun().ours().call("agent", "5005", "Y", "Ringing", "5990", `,"connId":"C-X"`), ""},
		"a consult call":              {begun().ours().call("agent", "5005", "Y", "Ringing", "5990", `,"parentCallUri":"/calls/X"`), ""},
		"for another of ours":         {begun().call("destination", "5005", "Y", "Ringing", "5990", ""), ""},
		"of ours with a stranger":     {begun().ours().call("agent", "5005", "X", "Established", "5990", ""), ""},
		"dialled in our name":         {begun().call("agent", "5005", "Y", "Dialing", "5990", ""), "dialled agent"},
		"dialled by us": {begun().post("agent", "/me/devices/D1/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5777"}}`).
			call("agent", "5005", "Y", "Dialing", "5777", ""), ""},
		"another number than we dialled": {begun().post("agent", "/me/devices/D1/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5777"}}`).
			call("agent", "5005", "Y", "Dialing", "5990", ""), ""},
		"more often than we dialled": {begun().ours().call("caller", "5000", "Y", "Dialing", "5005", ""), "dialled caller"},
		"a consult call of ours": {begun().ours().post("agent", "/me/calls/X", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`).
			call("agent", "5005", "Y", "Dialing", "5001", `,"parentCallUri":"/calls/X"`), ""},
		"made not ready":  {begun().device("agent", "D1", "Active", "NotReady", "Off"), "changed agent"},
		"and ready again": {begun().device("agent", "D1", "Active", "NotReady", "Off").device("agent", "D1", "Active", "Ready", "Off"), "changed agent"},
		"by us":           {begun().post("agent", "/me/channels/voice", `{"operationName":"NotReady"}`).device("agent", "D1", "Active", "NotReady", "Off"), ""},
		"forwarded to where we did, again": {begun().post("agent", "/me/devices/D1", `{"operationName":"ForwardCallsOn","destination":"5001"}`).
			forwards("5001").post("agent", "/me/devices/D1", `{"operationName":"ForwardCallsOff"}`).forwards("").forwards("5001"), ""},
		"forwarded to elsewhere": {begun().post("agent", "/me/devices/D1", `{"operationName":"ForwardCallsOn","destination":"5001"}`).
			forwards("5001").forwards("5990"), "changed agent"},
		"the end of monitoring": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").ours().
			post("agent", "/me/devices/D1", `{"operationName":"CancelSupervisorMonitoring"}`).call("agent", "5005", "X", "Released", "5000", ""), "called caller"},
		"taken back by others": {begun().post("agent", "/me/channels/voice", `{"operationName":"NotReady"}`).device("agent", "D1", "Active", "NotReady", "Off").
			device("agent", "D1", "Active", "Ready", "Off"), "changed agent"},
		"read before it is told": {begun().post("agent", "/me", `{"operationName":"StartContactCenterSession"}`).reads("agent", "D1", "NotReady").
			device("agent", "D1", "Active", "LoggedIn", "Off").device("agent", "D1", "Active", "NotReady", "Off"), ""},
		"work after a call":   {begun().device("agent", "D1", "Active", "AfterCallWork", "Off").device("agent", "D1", "Active", "Ready", "Off"), ""},
		"not to be disturbed": {begun().device("caller", "D2", "Active", "Ready", "On"), "changed caller"},
		"logged out":          {begun().device("caller", "D2", "Inactive", "", "Off"), "changed caller, changed caller"},
		"logged out by us":    {begun().post("caller", "/me", `{"operationName":"EndContactCenterSession"}`).device("caller", "D2", "Inactive", "", "Off"), ""},
		"what one asked for, at another": {begun().post("agent", "/me/devices/D2", `{"operationName":"DoNotDisturbOn"}`).
			device("caller", "D2", "Active", "Ready", "On"), ""},
		"a call is lost": {begun().ours().call("agent", "5005", "X", "Released", "5000", ""), ""},
		"and others are about": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").ours().
			call("agent", "5005", "X", "Released", "5000", ""), "called caller, ended agent"},
		"and we hung up ourselves": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").ours().
			post("agent", "/me/calls/X", `{"operationName":"Hangup"}`).call("agent", "5005", "X", "Released", "5000", ""), "called caller"},
		"and our hang-up came too late": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").ours().
			refused("agent", "/me/calls/X", `{"operationName":"Hangup"}`).call("agent", "5005", "X", "Released", "5000", ""), "called caller, ended agent"},
		"and nobody knows what became of it": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").ours().
			unanswered("agent", "/me/calls/X", `{"operationName":"Hangup"}`).call("agent", "5005", "X", "Released", "5000", ""), "called caller"},
		"it was never talked there": {begun().call("caller", "5000", "Y", "Ringing", "5990", "").
			call("agent", "5005", "X", "Ringing", "5000", "").call("agent", "5005", "X", "Released", "5000", ""), "called caller"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, e := range others.Seen(header, x.tape.entries, false) {
				got = append(got, string(e.Kind)+" "+e.Actor)
			}
			if text := strings.Join(got, ", "); text != x.want {
				t.Errorf("%q, want %q", text, x.want)
			}
		})
	}
}

// Where others are known to be about, they are who ended a call for which nobody asked, even where nothing else of them shows.
func TestSeenWhereOthersAreAbout(t *testing.T) {
	t.Parallel()
	lost := begun().ours().call("agent", "5005", "X", "Released", "5000", "").entries
	if seen := others.Seen(header, lost, true); len(seen) != 1 || seen[0].Kind != others.Ended || seen[0].Actor != "agent" {
		t.Errorf("%+v", seen)
	}
}

// Events are counted and named for each person, and have an end.
func TestLines(t *testing.T) {
	t.Parallel()
	seen := others.Seen(header, begun().call("agent", "5005", "Y", "Ringing", "5990", "").call("agent", "5005", "Y", "Released", "5990", "").
		call("agent", "5005", "Z", "Ringing", "5991", "").device("caller", "D2", "Active", "NotReady", "Off").entries, false)
	lines := others.Lines(header, seen)
	if len(lines) != 2 || lines[0] != "ann: 2 times, a call from 5990, a call from 5991 (in calls.hold)" ||
		lines[1] != "carl: agent state changed from Ready to NotReady (in calls.hold)" {
		t.Errorf("%q", lines)
	}
	if seen[0].To != 4 || seen[1].To < 1000 {
		t.Errorf("%+v", seen)
	}
	if lines := others.Lines(nil, nil); lines != nil {
		t.Errorf("%q", lines)
	}
}

// A session start may bring the device into service first, and log the agent in then.
func TestLoginInSteps(t *testing.T) {
	t.Parallel()
	r := begun().post("agent", "/me", `{"operationName":"EndContactCenterSession"}`).device("agent", "D1", "Inactive", "", "Off").post("agent", "/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
	for _, state := range []string{"LoggedOut", "LoggedIn", "Ready"} {
		r = r.device("agent", "D1", "Active", state, "Off")
	}
	if found := others.Seen(header, r.entries, false); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

// A device that is still active shows an agent state, whoever changes it: where there is none, it was nobody's doing.
func TestNoStateIsNobodys(t *testing.T) {
	t.Parallel()
	r := begun().device("agent", "D1", "Active", "", "Off").device("agent", "D1", "Active", "Ready", "Off")
	if found := others.Seen(header, r.entries, false); len(found) > 0 {
		t.Errorf("%v", found)
	}
}
