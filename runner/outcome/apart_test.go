package outcome_test

import (
	"slices"
	"testing"
)

// What began as one call is no consult call of another later, what the other end holds is no reason to refuse a Retrieve, and a call
// that rings is not gone without a word.
func TestKeptApart(t *testing.T) {
	t.Parallel()
	const parent = `,"parentCallUri":"http://h/api/v2/me/calls/2"`
	bothHold := func(r *tape) {
		r.scenario = "chains.example"
		r.inbound("1")
		r.operation("agent", "1", "Hold")
		r.told("agent", "1", "Held", "5000", "")
		r.operation("agent", "1", "Retrieve")
		r.told("agent", "1", "Established", "5000", "")
		r.operation("agent", "1", "Hold")
		r.told("agent", "1", "Held", "5000", "")
	}
	blind := func(r *tape) {
		r.inbound("1")
		r.posts("agent", "/me/calls/1", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`)
		r.told("agent", "1", "Held", "5000", "")
		r.told("agent", "2", "Dialing", "5001", `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`)
		r.told("destination", "2", "Ringing", "5005", `,"callType":"Consult"`)
		r.operation("agent", "2", "CompleteTransfer")
		r.told("agent", "1", "Released", "5000", "")
		r.told("agent", "2", "Released", "5001", `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`)
		r.told("caller", "1", "Established", "5001", "")
	}
	later := func(r *tape) { r.scenario = "later"; r.told("destination", "9", "Ringing", "5000", "") }
	none := func(r *tape) { r.reads("destination", "/me/calls?fields=*", `"calls":[]`) }
	for name, tt := range map[string]struct {
		play        func(*tape)
		requirement string
		want        bool
	}{
		"a call that names an original from some time on": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", parent)
		}, "ID-6", true},
		"one that has become a consult call": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", parent+`,"callType":"Consult"`)
		}, "ID-6", false},
		"one that was joined": {func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "CompleteConference")
			r.told("agent", "1", "Established", "5000", parent)
		}, "ID-6", false},
		"Retrieve is refused while both hold": {func(r *tape) {
			bothHold(r)
			r.operation("caller", "1", "Hold")
			r.told("caller", "1", "Held", "5005", "")
			r.refused("agent", "/me/calls/1", `{"operationName":"Retrieve"}`)
		}, "STATE-5", true},
		"while it is not known that the other holds": {func(r *tape) {
			bothHold(r)
			r.operation("caller", "1", "Hold")
			r.refused("agent", "/me/calls/1", `{"operationName":"Retrieve"}`)
		}, "STATE-5", false},
		"a ringing call is gone without a word": {func(r *tape) { blind(r); none(r); later(r) }, "READ-2", true},
		"its end is told later": {func(r *tape) {
			blind(r)
			none(r)
			r.told("destination", "2", "Released", "5005", "")
			later(r)
		}, "READ-2", false},
		"another takes its place": {func(r *tape) {
			blind(r)
			r.told("destination", "3", "Ringing", "5000", "")
			r.reads("destination", "/me/calls?fields=*", `"calls":[{"id":"3","state":"Ringing"}]`)
			later(r)
		}, "READ-2", false},
		"nothing comes any more": {func(r *tape) { blind(r); none(r) }, "READ-2", false},
	} {
		if got := slices.Contains(judged(t, tt.play), tt.requirement); got != tt.want {
			t.Errorf("%s: %v, want %v: %v", name, got, tt.want, judged(t, tt.play))
		}
	}
}
