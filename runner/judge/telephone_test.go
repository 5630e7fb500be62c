package judge_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// TestTelephones is whose part is missing where nobody was told of an answer.
func TestTelephones(t *testing.T) {
	sip := func(direction, text string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindSIP, Actor: "agent", ID: "U1", Direction: direction, Text: strings.ReplaceAll(text, "\n", "\r\n")}
	}
	invite, ringing := sip("received", "INVITE sip:a SIP/2.0\nCSeq: 1 INVITE\n\n"), sip("sent", "SIP/2.0 180 Ringing\nCSeq: 1 INVITE\n\n")
	notify, fine := sip("received", "NOTIFY sip:a SIP/2.0\nCSeq: 2 NOTIFY\nEvent: talk\n\n"), sip("sent", "SIP/2.0 200 OK\nCSeq: 2 NOTIFY\n\n")
	up, ack := sip("sent", "SIP/2.0 200 OK\nCSeq: 1 INVITE\n\n"), sip("received", "ACK sip:a SIP/2.0\nCSeq: 1 ACK\n\n")
	state := func(s string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/calls",
			Message: json.RawMessage(`{"data":{"call":{"id":"C1","callUuid":"U1","state":"` + s + `"}}}`)}
	}
	answer := &recording.Entry{Kind: recording.KindRest, Actor: "agent", Method: "POST", Path: "/me/calls/C1", Status: 200,
		Request: json.RawMessage(`{"operationName":"Answer"}`), Response: json.RawMessage(`{"statusCode":0}`)}
	missed := &recording.Entry{Kind: recording.KindMissed, Actor: "agent", Text: "Established"}
	for _, c := range []struct {
		name    string
		entries []*recording.Entry
		want    string
		answers int
	}{
		{"established", []*recording.Entry{invite, ringing, state("Ringing"), answer, notify, fine, up, ack, state("Established")}, "", 1},
		{"late", []*recording.Entry{invite, ringing, state("Ringing"), answer, notify, fine, up, ack, missed, state("Established")}, "", 1},
		{"no notify", []*recording.Entry{invite, ringing, state("Ringing"), answer, missed}, "no NOTIFY", 1},
		{"no ack", []*recording.Entry{invite, ringing, state("Ringing"), answer, notify, fine, up, missed}, "ACK", 1},
		{"not told", []*recording.Entry{invite, ringing, state("Ringing"), answer, notify, fine, up, ack, missed}, "the notification is missing", 1},
		{"not called", []*recording.Entry{sip("sent", "REGISTER sip:a SIP/2.0\n\n"), state("Ringing"), answer, missed}, "never called", 1},
		{"our own part", []*recording.Entry{invite, ringing, state("Ringing"), answer, notify, fine, missed}, "", 1},
		{"no telephone of ours", []*recording.Entry{state("Ringing"), answer, missed}, "", 0},
	} {
		var entries []*recording.Entry
		for i, e := range c.entries {
			copied := e.Copy()
			copied.Seq, copied.At = i+1, float64(i)
			entries = append(entries, copied)
		}
		found, answers := judge.NewCase(&recording.Header{}, "s", entries).Telephones()
		if answers != c.answers || len(found) > 1 || (len(found) == 1) != (c.want != "") || len(found) == 1 && !strings.Contains(found[0].Observed, c.want) {
			t.Errorf("%s: %d answers, %+v", c.name, answers, found)
		}
	}
}
