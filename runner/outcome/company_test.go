package outcome_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
)

// with are the parties of a call that is told, in place of the one, and what it offers.
func with(numbers ...string) string {
	var list []string
	for _, n := range numbers {
		list = append(list, fmt.Sprintf(`{"phoneNumber":%q}`, n))
	}
	return `,"capabilities":["RemoveParticipantFromConference","Hangup"],"participants":[` + strings.Join(list, ",") + `]`
}

const removal = `{"operationName":"RemoveParticipantFromConference","participant":"5000"}`

// Who is in a conference twice may be so once when he was removed, or has left by one of his calls.
func TestWhoIsInAConferenceTwice(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		play func(*tape)
		want []string
	}{
		"once": {func(r *tape) {
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			r.told("caller", "1", "Established", "", with("5005", "5001"))
			r.told("destination", "1", "Established", "", with("5005", "5000"))
			r.posts("agent", "/me/calls/1", removal)
		}, []string{"CONFERENCE-13", "CONFERENCE-16", "CONFERENCE-17"}},
		"twice, by two calls": {func(r *tape) {
			r.told("agent", "1", "Established", "", with("5000", "5000", "5001"))
			r.told("caller", "1", "Established", "", with("5005", "5000", "5001"))
			r.told("caller", "2", "Established", "", with("5005", "5000", "5001"))
			r.told("destination", "1", "Established", "", with("5005", "5000", "5000"))
			r.posts("agent", "/me/calls/1", removal)
			r.told("agent", "1", "Established", "", with("5000", "5001"))
		}, nil},
		"gone by one of two calls": {func(r *tape) {
			r.told("caller", "1", "Established", "", with("5005", "5000", "5001"))
			r.told("caller", "2", "Established", "", with("5005", "5000", "5001"))
			r.told("agent", "1", "Established", "", with("5000", "5000", "5001"))
			r.operation("caller", "2", "Hangup")
			r.told("caller", "2", "Released", "", with())
			r.told("agent", "1", "Established", "", with("5000", "5001"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r tape
			tt.play(&r)
			for _, role := range []string{"agent", "caller", "destination"} {
				r.missed(role)
			}
			var got []string
			for _, f := range outcome.Judge(header, r.entries).All() {
				got = append(got, f.Requirement)
			}
			if slices.Sort(got); !slices.Equal(got, tt.want) {
				t.Errorf("found %v, not %v", got, tt.want)
			}
		})
	}
}

// Who leaves a conference explains that it is told without him, unless the outcome was told, or had been waited for in vain, before.
func TestWhoLeavesAsAConferenceIsMade(t *testing.T) {
	t.Parallel()
	const consult = `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`
	leaves := func(r *tape) {
		r.at -= 0.95
		r.posts("destination", "/me/calls/3", `{"operationName":"Hangup"}`)
		r.told("destination", "3", "Released", "5005", "")
		r.told("agent", "1", "Established", "", with("5000"))
	}
	for name, tt := range map[string]struct {
		behind func(*tape)
		want   []string
	}{
		"it is told with both, then he leaves": {func(r *tape) {
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			leaves(r)
		}, nil},
		"he leaves at once": {leaves, nil},
		"he leaves before it is told in full": {func(r *tape) {
			r.told("agent", "1", "Established", "", with("5000"))
			leaves(r)
		}, nil},
		"both were waited for in vain": {func(r *tape) {
			r.told("agent", "1", "Established", "", with("5000"))
			r.at -= 0.75
			r.add(recording.Entry{Kind: recording.KindMissed, Actor: "agent", Waited: 0.1})
			leaves(r)
		}, []string{"CONFERENCE-5"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r tape
			r.inbound("1")
			r.operation("agent", "1", "InitiateConference")
			r.told("agent", "1", "Held", "5000", "")
			r.told("agent", "2", "Dialing", "5001", consult)
			r.told("destination", "3", "Ringing", "5005", consult)
			r.operation("destination", "3", "Answer")
			r.told("destination", "3", "Established", "5005", consult)
			r.told("agent", "2", "Established", "5001", consult+`,"capabilities":["CompleteConference"]`)
			r.operation("agent", "2", "CompleteConference")
			r.at -= 0.9 // the rest within a second
			r.told("agent", "2", "Released", "5001", consult)
			r.at -= 0.95
			tt.behind(&r)
			r.missed("agent")
			found := outcome.Judge(header, r.entries).All()
			var got []string
			for _, f := range found {
				if f.Requirement == "CONFERENCE-5" {
					got = append(got, f.Requirement)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %v, not %v, of %v", got, tt.want, found)
			}
		})
	}
}

// A conference whose owner removes a party goes on, unless another party is there only to listen in on who was removed.
func TestConferenceAfterARemoval(t *testing.T) {
	t.Parallel()
	for name, listens := range map[string]bool{"a party stays": false, "who stays listens in": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r tape
			r.scenario = "chains.example"
			if listens {
				r.posts("destination", "/me/devices/d", `{"operationName":"BargeIn","targetDeviceUri":"http://h/api/v2/devices/c"}`)
			}
			r.inbound("1")
			r.told("agent", "1", "Established", "", with("5000")+`,"capabilities":["SingleStepConference"]`)
			r.posts("agent", "/me/calls/1", `{"operationName":"SingleStepConference","destination":{"phoneNumber":"5001"}}`)
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			r.told("caller", "1", "Established", "", with("5005", "5001"))
			r.told("destination", "1", "Established", "", with("5005", "5000"))
			r.posts("agent", "/me/calls/1", removal)
			r.at -= 0.9
			r.told("agent", "1", "Released", "", with("5001"))
			var got bool
			for _, f := range outcome.Judge(header, r.entries).All() {
				got = got || f.Requirement == "CONFERENCE-13" && f.Expected == "Established, with who is left"
			}
			if got == listens {
				t.Errorf("found: %v", got)
			}
		})
	}
}
