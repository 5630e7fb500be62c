package outcome_test

import (
	"slices"
	"testing"
)

// What is done to one call of a consultation leaves the other as it is, at both its ends, unless somebody has asked for something else.
func TestOtherCallStays(t *testing.T) {
	t.Parallel()
	soon, late := func(r *tape) { r.at -= 0.9 }, func(r *tape) { r.at++ }
	told := func(who, state string) func(*tape) {
		other := map[string]string{"agent": "5000", "caller": "5005"}[who]
		return func(r *tape) { r.told(who, "1", state, other, "") }
	}
	posts := func(who, id, operation string) func(*tape) {
		return func(r *tape) { r.operation(who, id, operation) }
	}
	over := func(r *tape) { r.told("agent", "2", "Released", "5001", consulting) }
	heldAsWell := func(r *tape) { r.told("agent", "2", "Held", "5001", consulting) }
	for name, tt := range map[string]struct {
		requirement string
		want        bool
		play        []func(*tape)
	}{
		"the original ends": {"MSG-16", true, []func(*tape){
			posts("agent", "2", "MuteCall"), soon, told("agent", "Released"),
		}},
		"the original is retrieved": {"MSG-16", true, []func(*tape){
			posts("agent", "2", "MuteCall"), soon, told("agent", "Established"),
		}},
		"the caller is held": {"MSG-16", true, []func(*tape){
			posts("agent", "2", "StartCallRecording"), soon, told("caller", "Held"),
		}},
		"who is consulted ends the original": {"MSG-16", true, []func(*tape){
			posts("destination", "2", "Hold"), soon, told("agent", "Released"),
		}},
		"much later": {"MSG-16", false, []func(*tape){
			posts("agent", "2", "MuteCall"), late, told("agent", "Released"),
		}},
		"the agent has asked for it": {"MSG-16", false, []func(*tape){
			posts("agent", "1", "Retrieve"), soon, posts("agent", "2", "MuteCall"), soon, told("agent", "Established"),
		}},
		"the caller hangs up meanwhile": {"MSG-16", false, []func(*tape){
			posts("agent", "2", "MuteCall"), soon, posts("caller", "1", "Hangup"), soon, told("agent", "Released"),
		}},
		"a telephone ends the consult call meanwhile": {"MSG-16", false, []func(*tape){
			posts("agent", "2", "MuteCall"), soon, over, soon, told("agent", "Established"),
		}},
		"the consult call is hung up, and the caller is gone": {"TRANSFER-20", true, []func(*tape){
			posts("agent", "2", "Hangup"), soon, over, soon, told("caller", "Released"),
		}},
		"so is the original, by its caller": {"TRANSFER-20", false, []func(*tape){
			posts("agent", "2", "Hangup"), soon, posts("caller", "1", "Hangup"), soon, over, soon, told("caller", "Released"),
		}},
		"the consult call is hung up, and the caller stays": {"TRANSFER-20", false, []func(*tape){
			posts("agent", "2", "Hangup"), soon, over,
		}},
		"what the other end does is told late, as a state": {"MSG-16", true, []func(*tape){
			posts("destination", "2", "Hold"), soon, posts("destination", "2", "Retrieve"), soon, heldAsWell,
		}},
		"the agent has held the call meanwhile": {"MSG-16", false, []func(*tape){
			posts("destination", "2", "Hold"), soon, posts("agent", "2", "Hold"), soon, heldAsWell,
		}},
		"the calls were merged before": {"MSG-16", false, []func(*tape){
			posts("agent", "2", "CompleteConference"), posts("destination", "2", "Hold"), soon, heldAsWell,
		}},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "conference.example" // what ended calls there ended none of these
			r.inbound("9")
			r.operation("agent", "9", "CompleteConference")
			r.operation("agent", "9", "Hangup")
			r.told("agent", "9", "Released", "5000", "")
			r.scenario = "chains.example"
			r.inbound("1")
			r.consults("InitiateTransfer", "")
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
