// Package userdata holds the scenarios about a call's user data that no page shows as a sample:
// values of every kind, changes that must leave the other pairs alone, and what must be refused.
//
// AttachedDataChanged may come unasked, and both agents' ends may be told of one change. So a change
// is judged by some notification after the request that carries it, and by the last state.
package userdata

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{values(), changes(), refusals()}
}

const call = "original"

var (
	updatePage = requirement.Source{Page: "UpdateUserData", Section: "parameters"}
	attachPage = requirement.Source{Page: "AttachUserData", Section: "overview"}
)

// change posts a user data operation and, where it is accepted, waits until the call carries pairs.
func change(s *play.Stage, c *play.Call, step, operation string, params, pairs map[string]any) {
	mark := s.Mark()
	if s.Operate(s.Agent, step, c, operation, params).Accepted() {
		s.Await(s.Agent, "user data", mark, func(e *recording.Entry) bool {
			return e.CallID() == c.ID(s.Agent) && judge.HasPairs(data(e), pairs)
		})
	}
}

func data(e *recording.Entry) map[string]any {
	pairs, _ := e.Call()["userData"].(map[string]any)
	return pairs
}

// carried judges that an operation was accepted and that its pairs were notified after it.
func carried(c *judge.Case, step, requirementID string, pairs map[string]any) judge.Ruling {
	e := c.Step(step)
	switch {
	case e == nil:
		return c.NotPlayed("the operation " + step)
	case e.Problem != "":
		return judge.Block("the request was not answered: %s", e.Problem)
	}
	if f := judge.Accepted(requirementID, e); f != nil {
		return judge.Ruled(f)
	}
	var latest *recording.Entry
	for _, m := range c.Of("agent", call) {
		if !judge.Since(e, m) {
			continue
		}
		if judge.HasPairs(data(m), pairs) {
			return judge.Pass()
		}
		if latest == nil || m.Type() == "AttachedDataChanged" {
			latest = m
		}
	}
	f := judge.Finding{Requirement: requirementID, After: e, Expected: "a notification with the user data that was sent", Observed: "it did not come"}
	if latest != nil {
		f.After, f.Entry, f.Path = nil, latest, "data.call.userData"
		f.Expected, f.Observed = difference(data(latest), pairs)
	}
	return judge.Fail(f)
}

// lastState is the newest notification of the call before the scenario hung it up.
func lastState(c *judge.Case, since *recording.Entry) *recording.Entry {
	end := c.FirstHangup(since)
	var last *recording.Entry
	for _, m := range c.Of("agent", call) {
		if m.At < end && m.State() != "Released" {
			last = m
		}
	}
	return last
}

// kept judges that the call still carries pairs in its last state.
func kept(c *judge.Case, since *recording.Entry, requirementID string, pairs map[string]any) []judge.Finding {
	last := lastState(c, since)
	if last == nil || judge.HasPairs(data(last), pairs) {
		return nil
	}
	f := judge.Finding{Requirement: requirementID, Entry: last, Path: "data.call.userData"}
	f.Expected, f.Observed = difference(data(last), pairs)
	return []judge.Finding{f}
}
