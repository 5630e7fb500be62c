package outcome_test

import (
	"slices"
	"strings"
	"testing"
)

// What is refused leaves no user data of its own behind, and takes nobody out of a call.
func TestRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	const transfer = `{"operationName":"SingleStepTransfer","destination":{},"userData":{"Refused":"SingleStepTransfer"}}`
	const data = `,"userData":{"Refused":"SingleStepTransfer"}`
	const removal = `{"operationName":"RemoveParticipantFromConference","participant":"000"}`
	const complete = `{"operationName":"CompleteTransfer"}`
	const swap = `{"operationName":"SwapCalls","otherCallUri":"http://h/api/v2/me/calls/2"}`
	consults := func(r *tape) {
		r.inbound("1")
		r.consults("InitiateTransfer", "")
	}
	swapped := func(r *tape) {
		consults(r)
		r.posts("agent", "/me/calls/1", swap)
		r.told("agent", "1", "Established", "5000", "")
		r.told("agent", "2", "Held", "5001", consulting)
	}
	three := func(r *tape) {
		r.inbound("1")
		r.operation("agent", "1", "CompleteConference")
		r.told("agent", "1", "Established", "", with("5000", "5001"))
	}
	byTheWay := func(r *tape, kind string, parties ...string) {
		r.told("agent", "1", "Established", "", with(parties...))
		last := r.entries[len(r.entries)-1]
		last.Message = []byte(strings.Replace(string(last.Message), "StatusChange", kind, 1))
	}
	const setOn = `{"operationName":"DoNotDisturbOn"}`
	set := func(r *tape, operation, value string) {
		r.posts("agent", "/me/devices/a", `{"operationName":"`+operation+`"}`)
		r.device(`,"doNotDisturb":"` + value + `"`)
	}
	for name, tt := range map[string]struct {
		play func(*tape)
		want bool
	}{
		"user data": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", transfer)
			r.told("agent", "1", "Established", "5000", data)
		}, true},
		"the consult call of a completion": {func(r *tape) {
			consults(r)
			r.refused("agent", "/me/calls/2", complete)
			r.told("agent", "2", "Released", "5001", consulting)
		}, true},
		"the original of a completion": {func(r *tape) {
			consults(r)
			r.refused("agent", "/me/calls/2", complete)
			r.told("agent", "1", "Released", "5000", "")
		}, true},
		"the original, after a swap": {func(r *tape) {
			swapped(r)
			r.refused("agent", "/me/calls/1", complete)
			r.told("agent", "2", "Released", "5001", consulting)
		}, true},
		"a swap, behind one that was followed by digits": {func(r *tape) {
			swapped(r)
			r.posts("agent", "/me/calls/1", `{"operationName":"SendDtmf","digits":"1"}`)
			r.kind("DtmfSent", "agent", "1", "Established", "5000", "")
			r.refused("agent", "/me/calls/1", swap)
			r.told("agent", "1", "Held", "5000", "")
		}, true},
		"a swap, behind one that both calls were told of": {func(r *tape) {
			swapped(r)
			r.refused("agent", "/me/calls/1", swap)
			r.told("agent", "1", "Held", "5000", "")
		}, true},
		"a swap, right behind another": {func(r *tape) {
			consults(r)
			r.posts("agent", "/me/calls/1", swap)
			r.refused("agent", "/me/calls/1", swap)
			r.told("agent", "1", "Held", "5000", "")
		}, false},
		"Retrieve, when another call was over before the Hold": {func(r *tape) {
			consults(r)
			r.operation("agent", "2", "Hangup")
			r.told("agent", "2", "Released", "5001", consulting)
			r.at -= 0.9
			r.operation("agent", "1", "Retrieve")
			r.at -= 0.9
			r.told("agent", "1", "Established", "5000", "")
			r.at -= 0.9
			r.operation("agent", "1", "Hold")
			r.at -= 0.9
			r.told("agent", "1", "Held", "5000", "")
			r.at -= 0.9
			r.refused("agent", "/me/calls/1", `{"operationName":"Retrieve"}`)
			r.told("agent", "1", "Established", "5000", "")
		}, true},
		"Retrieve, when another call is over": {func(r *tape) {
			consults(r)
			r.operation("agent", "2", "Hangup")
			r.told("agent", "2", "Released", "5001", consulting)
			r.at -= 0.9
			r.refused("agent", "/me/calls/1", `{"operationName":"Retrieve"}`)
			r.told("agent", "1", "Established", "5000", "")
		}, false},
		"the original, whose other party hangs up": {func(r *tape) {
			consults(r)
			r.operation("caller", "1", "Hangup")
			r.at -= 0.5
			r.refused("agent", "/me/calls/2", complete)
			r.told("agent", "1", "Released", "5000", "")
		}, false},
		"the consult call, some time after": {func(r *tape) {
			consults(r)
			r.refused("agent", "/me/calls/2", complete)
			r.at += 20
			r.told("agent", "2", "Released", "5001", consulting)
		}, false},
		"user data that were sent again": {func(r *tape) {
			r.inbound("1")
			r.refused("agent", "/me/calls/1", transfer)
			r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData"`+data+`}`)
			r.told("agent", "1", "Established", "5000", data)
		}, false},
		"user data that were there": {func(r *tape) {
			r.inbound("1")
			r.told("agent", "1", "Established", "5000", data)
			r.refused("agent", "/me/calls/1", transfer)
			r.told("agent", "1", "Established", "5000", data)
		}, false},
		"somebody is gone": {func(r *tape) {
			three(r)
			r.refused("agent", "/me/calls/1", removal)
			byTheWay(r, "AttachedDataChanged", "5000")
		}, true},
		"nobody is gone": {func(r *tape) {
			three(r)
			r.refused("agent", "/me/calls/1", removal)
			byTheWay(r, "AttachedDataChanged", "5000", "5001")
		}, false},
		"somebody has left, and it is told": {func(r *tape) {
			three(r)
			r.refused("agent", "/me/calls/1", removal)
			byTheWay(r, "ParticipantsUpdated", "5000")
			byTheWay(r, "AttachedDataChanged", "5000")
		}, false},
		"a setting that was made and undone before": {func(r *tape) {
			set(r, "DoNotDisturbOn", "On")
			set(r, "DoNotDisturbOff", "Off")
			r.refused("agent", "/me/devices/a", setOn)
			r.device(`,"doNotDisturb":"On"`)
		}, true},
		"one that was made just before, untold": {func(r *tape) {
			set(r, "DoNotDisturbOff", "Off")
			r.posts("agent", "/me/devices/a", setOn)
			r.refused("agent", "/me/devices/a", setOn)
			r.device(`,"doNotDisturb":"On"`)
		}, false},
		"somebody hangs up": {func(r *tape) {
			three(r)
			r.refused("agent", "/me/calls/1", removal)
			r.operation("caller", "1", "Hangup")
			byTheWay(r, "AttachedDataChanged", "5001")
		}, false},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "conference.example"
			tt.play(r)
		})
		if slices.Contains(got, "ERR-2") != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

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
	deletedThen := func(r *tape, data string) {
		r.scenario = "chains.example"
		r.inbound("1")
		r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Gone":"1"}}`)
		r.told("agent", "1", "Established", "5000", `,"userData":{"Gone":"1"}`)
		r.posts("agent", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Gone"}`)
		r.told("agent", "1", "Established", "5000", "")
		last := r.entries[len(r.entries)-1]
		last.Message = []byte(strings.Replace(string(last.Message), "StatusChange", "AttachedDataChanged", 1))
		r.posts("agent", "/me/calls/1", `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`)
		r.told("agent", "1", "Held", "5000", "")
		r.told("agent", "2", "Dialing", "5001", `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`+data)
	}
	deletedThenMoved := func(r *tape, data string) {
		r.told("destination", "9", "Released", "5000", "")
		deletedThen(r, "")
		r.posts("agent", "/me/calls/1", `{"operationName":"SingleStepTransfer","destination":{"phoneNumber":"5001"}}`)
		r.told("agent", "1", "Released", "5000", "")
		r.told("destination", "1", "Ringing", "5000", data)
	}
	const initiate = `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`
	const consult = `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/1"`
	twice := func(then ...string) func(*tape) {
		return func(r *tape) {
			r.scenario = "chains.example"
			r.inbound("1")
			r.posts("agent", "/me/calls/1", initiate)
			r.at -= 0.9
			r.posts("agent", "/me/calls/1", initiate)
			for _, id := range then {
				if id == "1" {
					r.told("agent", "1", "Held", "5000", "")
				} else {
					r.told("agent", id, "Dialing", "5001", consult)
				}
			}
			r.missed("agent")
		}
	}
	again := func(between string) func(*tape) {
		return func(r *tape) {
			r.scenario = "chains.example"
			r.inbound("1")
			r.posts("agent", "/me/calls/1", initiate)
			r.told("agent", "1", "Held", "5000", "")
			r.told("agent", "2", "Dialing", "5001", consult)
			r.told("agent", "2", "Released", "5001", consult)
			if between != "" {
				r.posts("agent", "/me/calls/1", `{"operationName":"Retrieve"}`)
				r.told("agent", "1", between, "5000", "")
			}
			r.posts("agent", "/me/calls/1", initiate)
			r.told("agent", "3", "Dialing", "5001", consult)
			r.missed("agent")
		}
	}
	for name, tt := range map[string]struct {
		play        func(*tape)
		requirement string
		want        bool
	}{
		"a second consult call, not Held again":     {again("Established"), "TRANSFER-1", true},
		"a second consult call of one that is Held": {again(""), "TRANSFER-1", false},
		"two consult calls at once, Held once":      {twice("1", "2", "3"), "TRANSFER-1", false},
		"two consult calls at once, never Held":     {twice("2", "3"), "TRANSFER-1", true},
		"two consult calls at once, Held in middle": {twice("2", "1", "3"), "TRANSFER-3", false},
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
		"a deleted pair comes back in the consult call":  {func(r *tape) { deletedThen(r, `,"userData":{"Gone":"1"}`) }, "DATA-9", true},
		"a deleted pair comes back where it is moved to": {func(r *tape) { deletedThenMoved(r, `,"userData":{"Gone":"1"}`) }, "DATA-9", true},
		"what is moved to somebody has another pair":     {func(r *tape) { deletedThenMoved(r, `,"userData":{"Other":"1"}`) }, "DATA-9", false},
		"another pair of the original":                   {func(r *tape) { deletedThen(r, `,"userData":{"Other":"1"}`) }, "DATA-9", false},
	} {
		if got := slices.Contains(judged(t, tt.play), tt.requirement); got != tt.want {
			t.Errorf("%s: %v, want %v: %v", name, got, tt.want, judged(t, tt.play))
		}
	}
}
