package invariants_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

const (
	read        = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me/calls","response":{"statusCode":0,"uris":[]}}`
	cutOff      = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me/calls","response":{"uris":[]}}`
	operated    = `{"kind":"rest","at":0,"actor":"agent","method":"POST","path":"/me/calls/1","request":{"operationName":"Hold"},"response":{"statusCode":0}}`
	silent      = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me/calls","problem":"no answer"}`
	refused     = `{"kind":"rest","at":0,"actor":"agent","method":"GET","path":"/me/calls/1","response":{"statusCode":6,"statusMessage":"none"}}`
	deviceError = `{"kind":"message","at":1,"actor":"agent","message":{"channel":"/v2/me/devices","data":{"messageType":"ErrorMessage","devicePath":"/devices/1"}}}`
)

// call is the notification of a call in a state, without some members, in a recording that does not say who is who.
func call(state string, without ...string) string {
	members := map[string]any{
		"id": "1", "callUuid": "1", "connId": "2", "state": state, "callType": "Internal", "duration": "0", "mute": "Off", "dnis": "5000",
		"supervisorListeningIn": false, "monitoredUserMuted": false, "monitoring": false, "capabilities": []string{},
		"deviceUri": "http://gws.example.com/api/v2/devices/3", "uri": "http://gws.example.com/api/v2/me/calls/1", "path": "/calls/1",
		"participants": []any{map[string]any{"phoneNumber": "5001", "digits": "5001", "formattedPhoneNumber": "5001", "e164Number": ""}},
	}
	for _, m := range without {
		delete(members, m)
	}
	text, err := json.Marshal(map[string]any{"kind": "message", "at": 1, "actor": "agent", "message": map[string]any{
		"channel": "/v2/me/calls", "data": map[string]any{
			"notificationType": "StatusChange", "messageType": "CallStateChangeMessage", "phoneNumber": "5000", "call": members,
		},
	}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// A rule passes only on what it speaks of: a recording that does not hold that leaves it untestable, though it holds other
// things.
func TestWhatIsNotThereIsNotKept(t *testing.T) {
	t.Parallel()
	table := map[string]string{
		"utf-8": read, "schema": read, "envelope": read + "\n" + deviceError, "once": read + "\n" + deviceError, "states": call("Ringing", "state"),
		"data-once": call("Ringing"), "end": call("Held"), "end-of-data": call("Held"), "private": call("Ringing"),
		"duration": call("Ringing", "duration"), "flags": call("Ringing", "mute", "supervisorListeningIn", "monitoredUserMuted", "monitoring"),
		"id": call("Ringing", "callUuid"), "uri": call("Ringing", "uri", "path"), "device": call("Ringing"), "connection": call("Ringing"),
		"consult-id": call("Dialing"), "parent": call("Dialing"), "number": call("Ringing"), "participants": call("Ringing"),
		"capabilities-ringing": call("Dialing"), "capabilities-dialing": call("Dialing", "capabilities"), "capabilities-consult": call("Dialing"),
		"capabilities-established": call("Held"), "capabilities-held": call("Established"), "capabilities-held-original": call("Held"),
		"capabilities-released": call("Released", "capabilities"), "capabilities-once": call("Ringing", "capabilities"),
		"answer-form": cutOff, "answer-type": read, "answer-message": refused, "answer-status": operated, "answer-complete": call("Ringing"),
		"error-form": read, "partial-form": refused, "device-form": deviceError, "device-envelope": deviceError,
		"connection-id": call("Ringing", "connId"), "path": deviceError, "own-devices": deviceError, "devices-once": deviceError,
		"device-values": deviceError, "device-capabilities": deviceError, "device-words": deviceError, "device-reads": read, "agent-states": deviceError,
		"clock": read, "steady": read, "user-data-kept": read, "user-data-at-the-end": read, "capabilities-known": read, "capabilities-one-set": read,
		"capabilities-swapped": read, "capabilities-muted": read, "capabilities-recorded": read, "recording-mark": read,
		"capabilities-consult-established": read, "capabilities-recording": read,
		"answer-framing": call("Ringing"), "json-contradictions": silent, "json-doubles": silent, "json-unicode": silent, "credentials": read,
		"telephones": read, "none-before-the-answer": read, "own-device-reads": deviceError,
	}
	catalogue, err := suites.List(engine.Options{Globs: []string{"invariants"}})
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]string{} // ids of checks, by recording
	for _, c := range catalogue[len(catalogue)-1].Checks {
		name := strings.TrimPrefix(c.ID, "invariants.")
		recording, ok := table[name]
		if strings.HasPrefix(name, "every-") {
			recording, ok = read, true // nothing was done, and nobody was told anything
		}
		if name == "every-empty-list" {
			recording = call("Ringing")
		}
		if !ok {
			t.Errorf("%s is judged without a recording here that does not hold its subject", c.ID)
			continue
		}
		of[recording] = append(of[recording], c.ID)
	}
	for recording, ids := range of {
		out, err := suites.Verify(t.Context(), strings.NewReader(recording+"\n"), engine.Options{Target: &config.Target{}, Globs: ids})
		if err != nil {
			t.Fatalf("%s: %s", ids, err)
		}
		for _, got := range out.Report.Checks {
			if slices.Contains(ids, got.ID) && (got.Outcome != result.Untestable || !strings.HasPrefix(got.Message, "the recording does not hold ")) {
				t.Errorf("%s: %s", got.ID, fmt.Sprint(got.Outcome, " ", got.Message))
			}
		}
		if out.Report.Outcome != result.NotTested {
			t.Errorf("%s: the verdict is %s", ids, out.Report.Outcome)
		}
	}
}
