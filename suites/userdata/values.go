package userdata

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/scenario"
)

// values sends every kind of user data to one call: the first while it rings, as a live server was seen
// to take it, the others while it is Established.
func values() *scenario.Scenario {
	s := &scenario.Scenario{
		ID: "userdata.values", Title: "User data of every kind is kept as it was sent", Area: "userdata", Operations: []string{"UpdateUserData"}, Profiles: []string{"userdata"}, Source: updatePage,
		Script: func(s *play.Stage) {
			c := s.Dial(s.Caller, s.Agent, call, nil)
			for i, k := range kinds {
				if i == 1 {
					s.Answer(s.Agent, c)
				}
				change(s, c, k.name, "UpdateUserData", map[string]any{"userData": k.sent()}, k.pairs)
			}
		},
	}
	for _, k := range kinds {
		s.Checks = append(s.Checks, scenario.Check{
			Name: k.name, Title: k.title + " are kept", Requirements: []string{"DATA-5"},
			Judge: func(c *judge.Case) judge.Ruling { return carried(c, k.name, "DATA-5", k.pairs) },
		})
	}
	s.Checks = append(s.Checks, scenario.Check{
		Name: "others-stay", Title: "pairs that an update does not name stay", Requirements: []string{"DATA-2"}, Judge: othersStay,
	}, scenario.Check{
		Name: "own-members", Title: "user data does not change the members of the call", Requirements: []string{"DATA-5"}, Judge: ownMembers,
	})
	return s
}

// othersStay: in the end the call carries everything that was accepted.
func othersStay(c *judge.Case) judge.Ruling {
	all, n := map[string]any{}, 0
	var since = c.Step(kinds[0].name)
	for _, k := range kinds {
		// What never came is found by the check of its kind.
		if e := c.Step(k.name); e != nil && e.Accepted() && len(carried(c, k.name, "DATA-2", k.pairs).Findings) == 0 {
			all = merged(all, k.pairs)
			n++
		}
	}
	if n < 2 {
		return c.NotPlayed("two changes of user data").OrBlocked("fewer than two changes of user data were notified")
	}
	return judge.Ruled(kept(c, since, "DATA-2", all))
}

// ownMembers: a pair called state is not the call's state.
func ownMembers(c *judge.Case) judge.Ruling {
	k := kinds[len(kinds)-1]
	e := c.Step(k.name)
	if e == nil || !e.Accepted() {
		return c.NotPlayed("the operation " + k.name).OrBlocked("the operation was refused")
	}
	end := c.FirstHangup(e)
	for _, m := range c.Of("agent", call) {
		if judge.Since(e, m) && m.At < end && m.State() != "Established" {
			return judge.Fail(judge.Finding{Requirement: "DATA-5", Entry: m, Path: "data.call.state", Expected: "Established: a pair of that name is user data", Observed: judge.Short(m.Call()["state"])})
		}
	}
	return judge.Pass()
}
