package outcome_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What is offered, and accepted in that state elsewhere, is accepted; what may be refused for another reason is not judged.
func TestOffers(t *testing.T) {
	t.Parallel()
	const update = `{"operationName":"UpdateUserData","userData":{"a":"1"}}`
	held := func(r *tape, who, other string) {
		r.operation(who, "1", "Hold")
		r.told(who, "1", "Held", other, "")
		r.operation(who, "1", "Retrieve")
		r.told(who, "1", "Established", other, "")
	}
	removes := func(r *tape) {
		r.inbound("1")
		r.operation("agent", "1", "CompleteConference")
		r.told("agent", "1", "Established", "", with("5000", "5001"))
		r.posts("agent", "/me/calls/1", removal)
	}
	const initiate = `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`
	consults := func(r *tape) {
		for _, id := range []string{"2", "3"} { // the destination had a call before the second of them
			r.posts("agent", "/me/calls/1", initiate)
			r.told("agent", "1", "Held", "5000", "")
			r.told("agent", id, "Dialing", "5001", `,"callType":"Consult"`)
			r.told("destination", id, "Ringing", "5005", `,"callType":"Consult"`)
			r.operation("agent", id, "Hangup")
			r.told("agent", id, "Released", "5001", `,"callType":"Consult"`)
			r.told("destination", id, "Released", "5005", `,"callType":"Consult"`)
			r.operation("agent", "1", "Retrieve")
			r.told("agent", "1", "Established", "5000", "")
		}
		r.told("caller", "1", "Established", "5005", "")
	}
	for name, tt := range map[string]struct {
		play func(*tape)
		want bool
	}{
		"refused to the caller, of another call": {func(r *tape) {
			held(r, "agent", "5000")
			r.operation("agent", "1", "Hangup")
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Released", "5005", "")
			r.inbound("2")
			r.refused("caller", "/me/calls/2", hold)
		}, true},
		"refused to the caller, who has not heard of the Retrieve": {func(r *tape) { held(r, "agent", "5000"); r.refused("caller", "/me/calls/1", hold) }, false},
		"refused the second time":                                  {func(r *tape) { held(r, "agent", "5000"); r.refused("agent", "/me/calls/1", hold) }, true},
		"refused after a transfer, of which was told": {func(r *tape) {
			held(r, "agent", "5000")
			r.told("caller", "1", "Established", "5001", "")
			r.posts("agent", "/me/calls/1", `{"operationName":"CompleteTransfer"}`)
			r.told("agent", "1", "Released", "5000", "")
			r.told("caller", "1", "Established", "5001", "")
			r.refused("caller", "/me/calls/1", hold)
		}, true},
		"a consultation is refused to who was called": {func(r *tape) {
			consults(r)
			r.refused("caller", "/me/calls/1", initiate)
		}, true},
		"a consultation with user data of no form": {func(r *tape) {
			consults(r)
			r.refused("caller", "/me/calls/1", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"},"userData":"text"}`)
		}, false},
		"a consultation with more than is documented": {func(r *tape) {
			consults(r)
			r.refused("caller", "/me/calls/1", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"},"reasons":[]}`)
		}, false},
		"a consultation with somebody who has a call": {func(r *tape) {
			consults(r)
			r.told("destination", "4", "Ringing", "4711", "")
			r.refused("caller", "/me/calls/1", initiate)
		}, false},
		"a consultation with somebody whom a call reaches meanwhile": {func(r *tape) {
			consults(r)
			r.refused("caller", "/me/calls/1", initiate)
			r.told("destination", "4", "Ringing", "4711", "")
		}, false},
		"a consultation with somebody who is not Ready": {func(r *tape) {
			consults(r)
			r.add(recording.Entry{
				Kind: recording.KindMessage, Actor: "destination", Channel: "/v2/me/devices",
				Message: []byte(`{"channel":"/v2/me/devices","data":{"messageType":"DeviceStateChangeMessage","devices":[{"id":"d","userState":{"state":"NotReady"}}]}}`),
			})
			r.refused("caller", "/me/calls/1", initiate)
		}, false},
		"never accepted": {func(r *tape) { r.refused("agent", "/me/calls/1", hold) }, false},
		"not offered":    {func(r *tape) { r.refused("agent", "/me/calls/1", mute) }, false},
		"in another state": {func(r *tape) {
			r.posts("agent", "/me/calls/1", update)
			r.told("agent", "1", "Established", "5000", `,"userData":{"a":"1"}`)
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
			r.refused("agent", "/me/calls/1", update)
		}, false},
		"while the other end hangs up": {func(r *tape) {
			held(r, "agent", "5000")
			r.operation("caller", "1", "Hangup")
			r.refused("agent", "/me/calls/1", hold)
			r.told("caller", "1", "Released", "5005", "")
			r.told("agent", "1", "Released", "5000", "")
		}, false},
		"the other end hangs up afterwards": {func(r *tape) {
			held(r, "agent", "5000")
			r.refused("agent", "/me/calls/1", hold)
			r.operation("caller", "1", "Hangup")
			r.told("caller", "1", "Released", "5005", "")
			r.told("agent", "1", "Released", "5000", "")
		}, true},
		"somebody is removed a second time before he is gone": {func(r *tape) {
			removes(r)
			r.at -= 0.9
			r.refused("agent", "/me/calls/1", removal)
			r.told("agent", "1", "Established", "", with("5001"))
		}, false},
		"somebody is removed who leaves": {func(r *tape) {
			removes(r)
			r.told("agent", "1", "Established", "", with("5001"))
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			r.refused("agent", "/me/calls/1", removal)
			r.at -= 0.9
			r.told("agent", "1", "Established", "", with("5001"))
		}, false},
		"somebody who is back cannot be removed again": {func(r *tape) {
			removes(r)
			r.told("agent", "1", "Established", "", with("5001"))
			r.told("agent", "1", "Established", "", with("5000", "5001"))
			r.refused("agent", "/me/calls/1", removal)
			r.operation("caller", "1", "Hangup")
			r.told("agent", "1", "Established", "", with("5001"))
		}, true},
		"the call ends, and nobody has asked for that": {func(r *tape) {
			held(r, "agent", "5000")
			r.refused("agent", "/me/calls/1", hold)
			r.told("agent", "1", "Released", "5000", "")
		}, false},
		"what must be refused": {func(r *tape) {
			held(r, "agent", "5000")
			r.refused("agent", "/me/calls/1", hold)
			r.entries[len(r.entries)-1].Purpose = recording.Refusal
		}, false},
		"what is not sent as JSON": {func(r *tape) {
			held(r, "agent", "5000")
			r.refused("agent", "/me/calls/1", hold)
			r.entries[len(r.entries)-1].Purpose, r.entries[len(r.entries)-1].RequestType = "", "text/plain"
		}, false},
		"without a token": {func(r *tape) {
			held(r, "agent", "5000")
			r.refused("agent", "/me/calls/1", hold)
			r.entries[len(r.entries)-1].Purpose, r.entries[len(r.entries)-1].Status = "", 403
		}, false},
		"after a gap": {func(r *tape) {
			held(r, "agent", "5000")
			r.add(recording.Entry{Kind: recording.KindGap, Actor: "agent"})
			r.refused("agent", "/me/calls/1", hold)
		}, false},
		"where wrong things are asked for": {func(r *tape) {
			held(r, "agent", "5000")
			r.scenario = "errors.survival"
			r.refused("agent", "/me/calls/1", hold)
		}, false},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "chains.again"
			r.inbound("1")
			tt.play(r)
		})
		if slices.Contains(got, "STATE-5") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
