package outcome_test

import (
	"slices"
	"testing"
)

// attached is a notification of the last entry's kind about user data.
func (t *tape) attached(who, id, other, more string) {
	t.kind("AttachedDataChanged", who, id, "Established", other, more)
}

// What one end does leaves the others of a call as they are, a conference goes on when somebody who does not own it hangs up, what was deleted from a call is not back when it has become one.
func TestAfterwards(t *testing.T) {
	t.Parallel()
	const complete = `{"operationName":"CompleteConference"}`
	conference := func(r *tape, data, consulted string) {
		r.consults("InitiateConference", consulted)
		r.posts("agent", "/me/calls/2", complete)
		r.told("agent", "2", "Released", "5001", consulting)
		r.told("agent", "1", "Established", "", with("5000", "5001")+data)
		r.told("caller", "1", "Established", "", with("5005", "5001"))
		r.told("destination", "2", "Established", "", with("5005", "5000"))
	}
	leaves := func(who, id string, then ...string) func(*tape) {
		return func(r *tape) {
			r.inbound("1")
			conference(r, "", "")
			r.operation(who, id, "Hangup")
			for _, other := range then {
				path := map[string]string{"agent": "1", "caller": "1", "destination": "2"}[other]
				r.told(other, path, "Released", "", with(numbers[who]))
				r.at -= 0.999
			}
			r.told(who, id, "Released", "", with("5005"))
		}
	}
	deleted := func(body, data, consulted string) func(*tape) {
		return func(r *tape) {
			r.inbound("1")
			r.posts("agent", "/me/calls/1", `{"operationName":"UpdateUserData","userData":{"Gone":"1"}}`)
			r.attached("agent", "1", "5000", `,"userData":{"Gone":"1"}`)
			r.posts("agent", "/me/calls/1", `{"operationName":"DeleteUserDataPair","key":"Gone"}`)
			r.attached("agent", "1", "5000", "")
			if body != "" {
				r.posts("caller", "/me/calls/1", body)
			}
			conference(r, data, consulted)
		}
	}
	bothHeld := func(then func(r *tape)) func(*tape) {
		return func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", "Hold")
			r.told("agent", "1", "Held", "5000", "")
			r.operation("caller", "1", "Hold")
			r.told("caller", "1", "Held", "5005", "")
			then(r)
			r.operation("agent", "1", "Retrieve")
			r.told("caller", "1", "Established", "5005", "")
			r.at -= 0.999
			r.told("agent", "1", "Established", "5000", "")
		}
	}
	ends := func(name string, before, after func(r *tape)) func(*tape) {
		return func(r *tape) {
			r.inbound("1")
			before(r)
			r.operation("agent", "1", name)
			after(r)
			r.told("caller", "1", "Released", "5005", "")
			r.told("agent", "1", "Established", "5000", "")
		}
	}
	moves := func(to string) func(*tape) { // the destination's call goes on as another
		return func(r *tape) {
			r.inbound("1")
			r.consults("InitiateConference", "")
			r.posts("agent", "/me/calls/2", complete)
			r.at -= 0.9
			r.told("destination", "2", "Released", "5005", "")
			r.at -= 0.999
			r.told("destination", to, "Established", "", with("5005", "5000"))
		}
	}
	becomes := func(name, state string, meanwhile func(*tape)) func(*tape) {
		return func(r *tape) {
			r.inbound("1")
			r.operation("agent", "1", name)
			meanwhile(r)
			r.at -= 0.9
			r.told("agent", "1", state, "5000", "")
		}
	}
	asks := func(name string) func(*tape) {
		return func(r *tape) {
			r.at -= 0.9
			r.operation("agent", "1", name)
		}
	}
	nothing, hangs := func(*tape) {}, func(r *tape) {
		r.at -= 0.9
		r.operation("caller", "1", "Hangup")
		r.at -= 0.9
	}
	const gone = `,"userData":{"Gone":"1"}`
	for name, tt := range map[string]struct {
		play        func(*tape)
		requirement string
		want        bool
	}{
		"a guest leaves, and all are released":   {leaves("caller", "1", "agent", "destination"), "CONFERENCE-17", true},
		"the owner leaves, and all are released": {leaves("agent", "1", "caller", "destination"), "CONFERENCE-17", false},
		"what one end retrieves is at both ends": {bothHeld(nothing), "MSG-16", true},
		"both ends retrieve": {bothHeld(func(r *tape) {
			r.operation("caller", "1", "Retrieve")
			r.at -= 0.9
		}), "MSG-16", false},
		"a call goes on as the original":           {moves("1"), "CONFERENCE-17", false},
		"another call begins, and the own is over": {moves("3"), "CONFERENCE-17", true},
		"MuteCall ends the other end":              {ends("MuteCall", nothing, nothing), "MSG-16", true},
		"the other end hangs up just before":       {ends("MuteCall", hangs, nothing), "MSG-16", false},
		"the other end hangs up just behind":       {ends("MuteCall", nothing, hangs), "MSG-16", false},
		"SendDtmf holds its own call":              {becomes("SendDtmf", "Held", nothing), "MSG-16", true},
		"SendDtmf, and Hold just behind":           {becomes("SendDtmf", "Held", asks("Hold")), "MSG-16", false},
		"Retrieve of an Established call holds it": {becomes("Retrieve", "Held", nothing), "STATE-4", true},
		"Retrieve, and Hold just behind":           {becomes("Retrieve", "Held", asks("Hold")), "STATE-4", false},
		"Retrieve of a call that is Released":      {becomes("Retrieve", "Released", nothing), "STATE-4", true},
		"Hold of an Established call holds it":     {becomes("Hold", "Held", nothing), "STATE-4", false},
		"a deleted pair is back in the conference": {deleted("", gone, ""), "DATA-9", true},
		"another pair is there":                    {deleted("", `,"userData":{"Other":"1"}`, ""), "DATA-9", false},
		"somebody has set it again":                {deleted(`{"operationName":"UpdateUserData","userData":{"Gone":"1"}}`, gone, ""), "DATA-9", false},
		"the consult call was shown with it":       {deleted("", gone, gone), "DATA-9", false},
	} {
		got := judged(t, func(r *tape) {
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
