package outcome_test

import (
	"slices"
	"testing"
)

// What shows after a consult call, in a conference, and after swaps is judged there, too, unless somebody has asked for it.
func TestLater(t *testing.T) {
	t.Parallel()
	soon := func(r *tape) { r.at -= 0.9 }
	over := func(r *tape) {
		r.told("destination", "2", "Released", "5005", "")
		r.at -= 0.9
		r.told("agent", "2", "Released", "5001", consulting)
	}
	conference := func(r *tape) {
		r.consults("InitiateConference", "")
		r.operation("agent", "2", "CompleteConference")
		r.told("agent", "2", "Released", "5001", consulting)
		r.told("agent", "1", "Established", "", with("5000", "5001"))
		r.told("caller", "1", "Established", "", with("5005", "5001"))
		r.told("destination", "2", "Established", "", with("5005", "5000"))
	}
	heldInConference := func(r *tape) {
		conference(r)
		r.posts("destination", "/me/calls/2", hold)
		soon(r)
	}
	swap := func(r *tape) {
		r.posts("agent", "/me/calls/1", `{"operationName":"SwapCalls","otherCallUri":"http://h/api/v2/me/calls/2"}`)
		r.told("agent", "1", "Established", "5000", "")
		r.told("agent", "2", "Held", "5001", consulting)
	}
	swapped := func(r *tape) { // and back; at the call that is up, beside the one that is held
		r.consults("InitiateTransfer", "")
		swap(r)
		r.posts("agent", "/me/calls/2", `{"operationName":"SwapCalls","otherCallUri":"http://h/api/v2/me/calls/1"}`)
		r.told("agent", "2", "Established", "5001", consulting)
		r.told("agent", "1", "Held", "5000", "")
		r.posts("agent", "/me/calls/2", `{"operationName":"SwapCalls","otherCallUri":"http://h/api/v2/me/calls/1"}`)
		r.told("agent", "1", "Established", "5000", "")
		r.told("agent", "2", "Held", "5001", consulting)
	}
	swapRefused := func(body string) func(*tape) {
		return func(r *tape) { r.refused("agent", "/me/calls/1", body) }
	}
	const swapBack = `{"operationName":"SwapCalls","otherCallUri":"http://h/api/v2/me/calls/2"}`
	passedOn := func(r *tape) {
		r.told("destination", "9", "Ringing", "5005", "")
		r.told("destination", "9", "Released", "5005", "")
		r.told("agent", "1", "Established", "", `,"capabilities":["SingleStepTransfer"],"participants":[{"phoneNumber":"5000"}]`)
		r.posts("agent", "/me/calls/1", `{"operationName":"SingleStepTransfer","destination":{"phoneNumber":"5001"},"userData":{"With":"it"}}`)
		r.told("agent", "1", "Released", "5000", "")
	}
	second := func(r *tape) {
		r.told("agent", "9", "Ringing", "5001", "")
		r.told("agent", "9", "Established", "5001", "")
		r.posts("agent", "/me/calls/9", `{"operationName":"UpdateUserData","userData":{"Call":"the second"}}`)
		r.told("agent", "9", "Established", "5001", `,"userData":{"Call":"the second"}`)
	}
	for name, tt := range map[string]struct {
		requirement string
		want        bool
		play        []func(*tape)
	}{
		"who was consulted hangs up, and the original ends": {"TRANSFER-20", true, []func(*tape){
			func(r *tape) { r.consults("InitiateTransfer", ""); r.operation("destination", "2", "Hangup") }, soon, over, soon,
			func(r *tape) { r.told("agent", "1", "Released", "5000", "") },
		}},
		"who was consulted hangs up, and so does the caller": {"TRANSFER-20", false, []func(*tape){
			func(r *tape) { r.consults("InitiateTransfer", ""); r.operation("destination", "2", "Hangup") }, soon,
			func(r *tape) { r.operation("caller", "1", "Hangup") }, soon, over, soon,
			func(r *tape) { r.told("agent", "1", "Released", "5000", "") },
		}},
		"who was consulted hangs up, and the original stays": {"TRANSFER-20", false, []func(*tape){
			func(r *tape) { r.consults("InitiateTransfer", ""); r.operation("destination", "2", "Hangup") }, soon, over,
		}},
		"a guest holds, and the caller is held": {"MSG-16", true, []func(*tape){
			heldInConference, func(r *tape) { r.told("caller", "1", "Held", "", with("5005", "5001")) },
		}},
		"a guest holds, and the caller has asked for it": {"MSG-16", false, []func(*tape){
			conference, func(r *tape) { r.posts("caller", "/me/calls/1", hold) }, soon, func(r *tape) { r.posts("destination", "/me/calls/2", hold) }, soon,
			func(r *tape) { r.told("caller", "1", "Held", "", with("5005", "5001")) },
		}},
		"a guest holds who was told of nobody else": {"MSG-16", false, []func(*tape){
			conference, func(r *tape) {
				r.told("destination", "2", "Established", "5005", "")
				r.posts("destination", "/me/calls/2", hold)
			}, soon,
			func(r *tape) { r.told("caller", "1", "Held", "", with("5005", "5001")) },
		}},
		"a swap is refused that was taken":             {"STATE-5", true, []func(*tape){swapped, swapRefused(swapBack)}},
		"a swap with nothing is refused":               {"STATE-5", false, []func(*tape){swapped, swapRefused(`{"operationName":"SwapCalls"}`)}},
		"a swap with more than is documented":          {"STATE-5", false, []func(*tape){swapped, swapRefused(swapBack[:len(swapBack)-1] + `,"a":1}`)}},
		"a completion is refused that was never taken": {"STATE-5", false, []func(*tape){swapped, swapRefused(`{"operationName":"CompleteTransfer"}`)}},
		"a swap is refused when who was consulted hangs up": {"STATE-5", false, []func(*tape){
			swapped, func(r *tape) { r.operation("destination", "2", "Hangup") }, swapRefused(swapBack), soon, over,
		}},
		"user data of one call are shown in another": {"DATA-11", true, []func(*tape){second, func(r *tape) {
			r.told("agent", "1", "Established", "5000", `,"userData":{"Call":"the second"}`)
		}}},
		"user data of one call are shown in another that was dialled with them": {"DATA-11", false, []func(*tape){second, func(r *tape) {
			r.posts("caller", "/me/devices/c/calls", `{"operationName":"Dial","destination":{"phoneNumber":"5005"},"userData":{"Call":"the second"}}`)
			r.told("agent", "1", "Established", "5000", `,"userData":{"Call":"the second"}`)
		}}},
		"user data of one call are shown in another where there is a consultation": {"DATA-11", false, []func(*tape){second, func(r *tape) {
			r.consults("InitiateTransfer", "")
			r.told("agent", "1", "Established", "5000", `,"userData":{"Call":"the second"}`)
		}}},
		"Answer of a second call holds the first at its other end": {"MSG-16", true, []func(*tape){func(r *tape) {
			r.told("agent", "9", "Ringing", "5001", "")
			r.operation("agent", "9", "Answer")
			r.at -= 0.9
			r.told("caller", "1", "Held", "5005", "")
		}}},
		"user data do not come with who is passed on": {"TRANSFER-22", true, []func(*tape){passedOn, func(r *tape) {
			r.told("destination", "3", "Ringing", "5000", "")
			r.operation("destination", "3", "Answer")
			r.told("destination", "3", "Established", "5000", "")
			r.missed("destination")
		}}},
		"a call of others comes first": {"TRANSFER-22", false, []func(*tape){passedOn, func(r *tape) {
			r.told("destination", "8", "Ringing", "5990", "")
			r.told("destination", "8", "Established", "5990", "")
			r.missed("destination")
		}}},
		"user data come with the answer": {"TRANSFER-22", false, []func(*tape){passedOn, func(r *tape) {
			r.told("destination", "3", "Ringing", "5000", "")
			r.operation("destination", "3", "Answer")
			r.told("destination", "3", "Established", "5000", `,"userData":{"With":"it"}`)
			r.missed("destination")
		}}},
		"user data may come with an answer that there was not": {"TRANSFER-22", false, []func(*tape){passedOn, func(r *tape) {
			r.told("destination", "3", "Ringing", "5000", "")
			r.told("destination", "3", "Released", "5000", "")
			r.missed("destination")
		}}},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "chains.example"
			r.inbound("1")
			for _, step := range tt.play {
				step(r)
			}
			for _, role := range []string{"agent", "caller", "destination"} {
				r.missed(role)
			}
		})
		if slices.Contains(got, tt.requirement) != tt.want {
			t.Errorf("%s: %v, want %s %v", name, got, tt.requirement, tt.want)
		}
	}
}
