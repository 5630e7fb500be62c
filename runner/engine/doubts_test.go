package engine_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/engine"
)

// Recordings that are not what they seem to be get one sentence, and nothing is judged of what is not there.
func TestDoubtfulRecordings(t *testing.T) {
	t.Parallel()
	const read = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me","status":200,"answeredAt":0.1,"response":{"statusCode":0,"user":{"userName":"anna"}}}` + "\n"
	for name, tt := range map[string]struct{ text, want string }{
		"another API": {
			`{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/api/v1/orders/1","status":200,"response":{"id":1}}
			{"kind":"rest","at":1,"actor":"agent","method":"POST","path":"/orders","request":{"sku":"a"},"status":201,"response":{"id":2}}`,
			"none of the 2 requests is of the Voice API, and no notification is: another API was recorded",
		},
		"another Bayeux server": {
			`{"kind":"message","at":0,"message":{"channel":"/stocks","data":{"price":1}}}`,
			"none of the 1 notifications is of the Voice API: another API was recorded",
		},
		"cut in its first line": {read[:30], "recording line 1: not JSON at byte 30: the recording is cut off there, and nothing stands before"},
		"a run that is cut off": {
			strings.Replace(read, `"at"`, `"scenario":"calls.hold","at"`, 1) + read[:30],
			"recording line 2: not JSON at byte 30: the recording is cut off there; what a run left unfinished is not judged, so run it again",
		},
		"two people": {
			read + strings.Replace(read, "anna", "bert", 1),
			`recording line 2: the lines of "agent" are of two people, the users anna and bert; give each an actor or a station of their own`,
		},
		"one in two spellings": {read + strings.Replace(read, "anna", "Anna", 1), ""},
		"two people, two actors": {
			read + strings.NewReplacer("anna", "bert", `"agent"`, `"caller"`).Replace(read), "",
		},
	} {
		_, err := suites.Verify(t.Context(), strings.NewReader(tt.text), engine.Options{})
		var usage *engine.UsageError
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case tt.want != "" && (!errors.As(err, &usage) || usage.Text != tt.want):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A clock that was set back goes on from where it was: what was asked for before it is not held against the server.
func TestClockThatRunsBack(t *testing.T) {
	t.Parallel()
	const call = `{"kind":"message","at":%AT%,"actor":"agent","message":{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage","notificationType":"StatusChange",` +
		`"phoneNumber":"5005","call":{"id":"1","callUuid":"1","connId":"7","state":"Established","callType":"Internal","uri":"http://a/api/v2/me/calls/1","path":"/calls/1",` +
		`"deviceUri":"http://a/api/v2/devices/d","dnis":"5005","duration":"1","mute":"Off","supervisorListeningIn":false,"monitoredUserMuted":false,"monitoring":false,` +
		`"capabilities":["Hold","Hangup"],"participants":[{"phoneNumber":"5000","formattedPhoneNumber":"5000","digits":"5000","e164Number":""}]}}}}` + "\n"
	const hold = `{"kind":"rest","at":101,"actor":"agent","method":"POST","path":"/me/calls/1","request":{"operationName":"Hold"},"status":200,"answeredAt":101.1,"response":{"statusCode":0}}` + "\n"
	at := func(when string) string { return strings.Replace(call, "%AT%", when, 1) }
	for text, held := range map[string]bool{
		at("100") + hold + at("115"): true,
		at("100") + hold + at("41"):  false,
	} {
		out, err := suites.Verify(t.Context(), strings.NewReader(text), engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		failed := false
		for _, c := range out.Report.Checks {
			failed = failed || c.ID == "invariants.every-hold" && c.Outcome == "failed"
		}
		if failed != held {
			t.Errorf("%s\nHold is missed: %t", text, failed)
		}
		notes := strings.Join(out.Report.Notes, "\n")
		if said := strings.Contains(notes, "the clock of the recording runs back by 60 s at line 3"); said == held {
			t.Errorf("%s\nnotes: %s", text, notes)
		}
	}
}

// Traffic whose recording ends in the midst of a line is judged as far as it goes, and that is said.
func TestTrafficThatIsCutOff(t *testing.T) {
	t.Parallel()
	const read = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me","status":200,"answeredAt":0.1,"response":{"statusCode":0,"user":{"userName":"anna"}}}` + "\n"
	out, err := suites.Verify(t.Context(), strings.NewReader(read+read+read[:30]), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(out.Report.Notes, "\n"); !strings.Contains(notes, "recording line 3: not JSON at byte 30: the recording is cut off there; what stands before is judged") {
		t.Errorf("notes: %s", notes)
	}
}
