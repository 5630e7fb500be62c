package outcome_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/outcome"
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
