package userdata

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

var (
	before = map[string]any{"VsBefore": "refusals", "VsStays": "yes"}
	after  = map[string]any{"VsAfter": "refusals"}
)

// probes are user data operations without their parameter or with one of the wrong type.
var probes = []probe.Probe{
	bad("update-nothing", "UpdateUserData without userData", "UpdateUserData", nil),
	bad("update-text", "UpdateUserData with a text as userData", "UpdateUserData", map[string]any{"userData": "VsText"}),
	bad("update-list", "UpdateUserData with a list as userData", "UpdateUserData", map[string]any{"userData": []any{"VsList"}}),
	bad("update-number", "UpdateUserData with a number as userData", "UpdateUserData", map[string]any{"userData": 1}),
	bad("attach-nothing", "AttachUserData without userData", "AttachUserData", nil),
	bad("attach-text", "AttachUserData with a text as userData", "AttachUserData", map[string]any{"userData": "VsText"}),
	bad("delete-pair-nothing", "DeleteUserDataPair without key", "DeleteUserDataPair", nil),
	bad("delete-pair-object", "DeleteUserDataPair with an object as key", "DeleteUserDataPair", map[string]any{"key": map[string]any{"VsStays": ""}}),
	bad("delete-pair-list", "DeleteUserDataPair with a list as key", "DeleteUserDataPair", map[string]any{"key": []any{"VsStays"}}),
}

func bad(name, title, operation string, params map[string]any) probe.Probe {
	if params == nil {
		return probe.Post(name, title, "DATA-6", operation, nil, 1)
	}
	return probe.Post(name, title, "DATA-6", operation, params, 1, 2, 10)
}

func refusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "userdata.refusals", Title: "What user data operations must refuse", Area: "userdata", Operations: []string{"AttachUserData", "UpdateUserData", "DeleteUserDataPair"}, Profiles: []string{"userdata", "errors"}, Source: updatePage,
		Script: func(s *play.Stage) {
			established := func() *play.Call { return s.Inbound(call) }
			c := established()
			change(s, c, "before", "UpdateUserData", map[string]any{"userData": before}, before)
			c = probe.Play(s, c, "Established", established, probes...)
			change(s, c, "after", "UpdateUserData", map[string]any{"userData": after}, after)
		},
		Checks: append(probe.Checks(probes...), scenario.Check{
			Name: "unchanged", Title: "what is refused leaves the user data alone", Requirements: []string{"DATA-6"}, Judge: unchanged,
		}),
	}
}

// unchanged: a change of user data may be done without being notified, so it is the next change's
// notification that shows it.
func unchanged(c *judge.Case) judge.Ruling {
	start, end := c.Step("before"), c.Step("after")
	if start == nil || end == nil || !start.Accepted() || !end.Accepted() {
		return c.NotPlayed("the changes before and after").OrBlocked("the changes before and after were refused")
	}
	if len(carried(c, "before", "DATA-6", before).Findings) > 0 {
		return judge.Block("UpdateUserData was not notified")
	}
	for _, m := range c.Of("agent", call) {
		if !judge.Since(end, m) || !judge.HasPairs(data(m), after) {
			continue
		}
		if judge.HasPairs(data(m), before) {
			return judge.Pass()
		}
		f := judge.Finding{Requirement: "DATA-6", Entry: m, Path: "data.call.userData"}
		f.Expected, f.Observed = difference(data(m), before)
		return judge.Fail(f)
	}
	return judge.Block("UpdateUserData was not notified")
}
