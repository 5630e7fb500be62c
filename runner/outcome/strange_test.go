package outcome_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What nobody was told of is in no list; what rings is not Established at the other end; what is read is not younger than what was told.
func TestStrange(t *testing.T) {
	t.Parallel()
	list := func(r *tape, who, items string) {
		r.reads(who, "/me/calls?fields=*", `"calls":[`+items+`]`)
		r.entries[len(r.entries)-1].Purpose = recording.Act
	}
	const ghost, own = `{"id":"7","state":"Dialing"}`, `{"id":"1","state":"Established","dnis":"5005","participants":[{"phoneNumber":"5000"}]}`
	holds := func(r *tape) {
		r.operation("agent", "1", "Hold")
		r.told("agent", "1", "Held", "5000", "")
	}
	early := func(r *tape, n int, before string) {
		for i := range n {
			id := string(rune('1' + i))
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("caller", id, "Dialing", "5005", "")
			r.told("agent", id, "Ringing", "5000", "")
			if before == "Answer" {
				r.operation("agent", id, "Answer")
			}
			r.told("caller", id, "Established", "5005", "")
			if before == "" {
				r.operation("agent", id, "Answer")
			}
			if before == "mailbox" {
				r.told("agent", id, "Released", "5000", "")
				continue
			}
			if before == "hung up" {
				r.operation("agent", id, "Hangup")
				r.told("agent", id, "Released", "5000", "")
				continue
			}
			r.told("agent", id, "Established", "5000", "")
			r.operation("agent", id, "Hangup")
			r.told("agent", id, "Released", "5000", "")
			r.told("caller", id, "Released", "5005", "")
		}
	}
	for name, tt := range map[string]struct {
		play        func(*tape)
		requirement string
		want        bool
	}{
		"a call that nobody was told of": {func(r *tape) {
			r.inbound("1")
			list(r, "agent", own)
			list(r, "agent", own+","+ghost)
			holds(r)
		}, "READ-7", true},
		"one that was there before": {func(r *tape) {
			r.inbound("1")
			list(r, "agent", own+","+ghost)
			list(r, "agent", own+","+ghost)
			holds(r)
		}, "READ-7", false},
		"one that is told of later": {func(r *tape) {
			r.inbound("1")
			list(r, "agent", own)
			list(r, "agent", own+","+ghost)
			holds(r)
			r.told("agent", "7", "Dialing", "5999", "")
		}, "READ-7", false},
		"one that may be told of later": {func(r *tape) {
			r.inbound("1")
			list(r, "agent", own)
			list(r, "agent", own+","+ghost)
		}, "READ-7", false},
		"one of others": {func(r *tape) { r.inbound("1"); list(r, "destination", own) }, "AUTH-8", true},
		"one of a supervisor's": {func(r *tape) {
			r.scenario = "monitoring.example"
			r.posts("destination", "/me/devices/d", `{"operationName":"ListenIn","targetDeviceUri":"http://h/api/v2/devices/a"}`)
			r.inbound("1")
			list(r, "destination", own)
		}, "AUTH-8", false},
		"rung by nobody": {func(r *tape) {
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`)
			r.told("caller", "1", "Dialing", "5005", "")
			r.told("agent", "1", "Ringing", "", `,"participants":[]`)
		}, "ID-8", true},
		"calls that are Established while they ring": {func(r *tape) { early(r, 3, "") }, "ANSWER-3", true},
		"a telephone that picks up by itself, once":  {func(r *tape) { early(r, 1, "") }, "ANSWER-3", false},
		"telephones that pick up by themselves":      {func(r *tape) { early(r, 4, "itself") }, "ANSWER-3", false},
		"calls that ring out, and go to a mailbox":   {func(r *tape) { early(r, 4, "mailbox") }, "ANSWER-3", false},
		"calls that are hung up while they ring":     {func(r *tape) { early(r, 4, "hung up") }, "ANSWER-3", true},
		"calls that are answered":                    {func(r *tape) { early(r, 4, "Answer") }, "ANSWER-3", false},
		"a duration that is less": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", `,"duration":"3"`)
			list(r, "agent", `{"id":"1","state":"Held","dnis":"5005","duration":"2","participants":[{"phoneNumber":"5000"}]}`)
		}, "READ-1", true},
	} {
		if got := judged(t, tt.play); slices.Contains(got, tt.requirement) != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
