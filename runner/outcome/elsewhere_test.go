package outcome_test

import (
	"slices"
	"strings"
	"testing"
)

// kind is told with another notificationType.
func (t *tape) kind(kind, who, id, state, other, more string) {
	t.told(who, id, state, other, more)
	last := t.entries[len(t.entries)-1]
	last.Message = []byte(strings.Replace(string(last.Message), "StatusChange", kind, 1))
}

// Nothing of what somebody asks for of a call shows there when he has no part in it, or none any more, however he was answered.
func TestWhoHasNoPart(t *testing.T) {
	t.Parallel()
	const attach = `{"operationName":"AttachUserData","userData":{"Strange":"by who is not in it"}}`
	const digits = `{"operationName":"SendDtmf","digits":"4"}`
	shows := func(who, other, pairs string) func(*tape) {
		return func(r *tape) {
			r.kind("AttachedDataChanged", who, "1", "Established", other, `,"userData":{`+pairs+`}`)
		}
	}
	kept := func(r *tape) {
		r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Kept":"of the agent"}}`)
		shows("agent", "5000", `"Kept":"of the agent"`)(r)
	}
	sent := func(r *tape) { r.kind("DtmfSent", "agent", "1", "Established", "5000", "") }
	transferred := func(r *tape) {
		r.consults("InitiateTransfer", "")
		r.operation("agent", "2", "CompleteTransfer")
		r.told("agent", "1", "Released", "5000", "")
		r.told("agent", "2", "Released", "5001", consulting)
		r.kind("ParticipantsUpdated", "caller", "1", "Established", "5001", "")
		r.kind("ParticipantsUpdated", "destination", "2", "Established", "5000", "")
		r.posts("caller", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Fence":"caller"}}`)
		shows("caller", "5001", `"Fence":"caller"`)(r)
	}
	held := func(r *tape) {
		r.inbound("8")
		r.operation("agent", "8", "Hold")
		r.told("agent", "8", "Held", "5000", "")
		r.refused("destination", "/me/calls/8", `{"operationName":"Retrieve"}`)
	}
	const strange = `"Strange":"by who is not in it"`
	for name, tt := range map[string]struct {
		requirement string
		want        bool
		play        func(*tape)
	}{
		"a stranger's data": {"ERR-2", true, func(r *tape) {
			r.refused("destination", "/me/calls/1", attach)
			shows("agent", "5000", strange)(r)
		}},
		"they are sent by the agent, too": {"ERR-2", false, func(r *tape) {
			r.refused("destination", "/me/calls/1", attach)
			r.posts("agent", "/me/calls/1", attach)
			shows("agent", "5000", strange)(r)
		}},
		"a stranger deletes them": {"ERR-2", true, func(r *tape) {
			kept(r)
			r.refused("destination", "/me/calls/1", `{"operationName":"DeleteUserData"}`)
			shows("agent", "5000", "")(r)
		}},
		"a stranger deletes one, and the agent all": {"ERR-2", false, func(r *tape) {
			kept(r)
			r.refused("destination", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Kept"}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"DeleteUserData"}`)
			shows("agent", "5000", "")(r)
		}},
		"a stranger deletes one, and the agent updates another": {"ERR-2", true, func(r *tape) {
			kept(r)
			r.refused("destination", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Kept"}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Other":"of the agent"}}`)
			shows("agent", "5000", `"Other":"of the agent"`)(r)
		}},
		"the other party deletes it first": {"ERR-2", false, func(r *tape) {
			kept(r)
			shows("caller", "5005", `"Kept":"of the agent"`)(r)
			r.posts("caller", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Kept"}`)
			shows("caller", "5005", "")(r)
			r.refused("agent", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Kept"}`)
			shows("agent", "5000", "")(r)
		}},
		"a stranger's digits": {"ERR-2", true, func(r *tape) { r.refused("destination", "/me/calls/1", digits); sent(r) }},
		"the agent's digits": {"ERR-2", false, func(r *tape) {
			r.refused("destination", "/me/calls/1", digits)
			r.posts("agent", "/me/calls/1", digits)
			sent(r)
		}},
		"a stranger retrieves it, after another call was over": {"ERR-2", true, func(r *tape) {
			r.inbound("7")
			r.told("agent", "7", "Released", "5000", "")
			over := r.entries[len(r.entries)-1]
			held(r)
			r.told("agent", "8", "Established", "5000", "")
			for _, e := range r.entries[over.Seq:] { // all of it in a moment
				e.At, e.AnsweredAt = over.At+float64(e.Seq-over.Seq)/100, over.At+float64(e.Seq-over.Seq)/100+0.001
			}
			r.at = r.entries[len(r.entries)-1].At
		}},
		"a stranger retrieves it, while another call ends": {"ERR-2", false, func(r *tape) {
			r.inbound("7")
			held(r)
			r.told("agent", "7", "Released", "5000", "")
			r.told("agent", "8", "Established", "5000", "")
		}},
		"they are answered 0": {"AUTH-7", true, func(r *tape) { r.posts("destination", "/me/calls/1", digits); sent(r) }},
		"nothing comes of it": {"AUTH-7", false, func(r *tape) { r.posts("destination", "/me/calls/1", digits); kept(r) }},
		"the other party's": {"AUTH-7", false, func(r *tape) {
			r.posts("caller", "/me/calls/1", digits)
			r.told("caller", "1", "Established", "5005", "")
		}},
		"who has left sends them": {"AUTH-7", true, func(r *tape) {
			transferred(r)
			r.posts("agent", "/me/calls/1", digits)
			r.kind("DtmfSent", "caller", "1", "Established", "5001", "")
		}},
		"who has left attaches data": {"AUTH-7", true, func(r *tape) {
			transferred(r)
			r.posts("agent", "/me/calls/1", attach)
			shows("caller", "5001", `"Fence":"caller",`+strange)(r)
		}},
		"who has left deletes them": {"AUTH-7", true, func(r *tape) {
			transferred(r)
			r.posts("agent", "/me/calls/1", `{"operationName":"DeleteUserData"}`)
			shows("caller", "5001", "")(r)
		}},
		"who has left, as far as is known": {"AUTH-7", false, func(r *tape) {
			r.inbound("7")
			r.told("agent", "7", "Released", "5000", "")
			r.posts("agent", "/me/calls/7", digits)
			r.kind("DtmfSent", "caller", "7", "Established", "5005", "")
		}},
	} {
		got := judged(t, func(r *tape) {
			r.scenario = "security.example"
			r.inbound("1")
			r.scenario = "chains.example"
			tt.play(r)
			for _, role := range []string{"agent", "caller", "destination"} {
				r.missed(role)
			}
		})
		if slices.Contains(got, tt.requirement) != tt.want {
			t.Errorf("%s: %v, want %s %v", name, got, tt.requirement, tt.want)
		}
	}
}
