// Package calls holds the scenarios about operations on one call that no page shows as a sample:
// optional parameters, what the other end is notified of, and what must be refused.
package calls

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{dialOptions(), dialRefusals(), twoEnds(), holdRetrieve(), dtmf(), swapRefusals()}
}

// reaches judges that after an accepted operation an actor was notified of a role's call in a state.
func reaches(c *judge.Case, step, requirementID, actor, role, state string) judge.Ruling {
	e := c.Step(step)
	if e == nil {
		return c.NotPlayed("the operation " + step)
	}
	if !e.Accepted() {
		return judge.Block("%s was refused", e.Operation())
	}
	if !c.Station.Party(actor).Controlled {
		return judge.CannotTest("the %s (%s) has no credentials in the target file", actor, c.Station.Party(actor).Number)
	}
	if notified(c, e, actor, role, state) {
		return judge.Pass()
	}
	return judge.Fail(missing(requirementID, e, actor, state))
}

func missing(requirementID string, after *recording.Entry, actor, state string) judge.Finding {
	return judge.Finding{Requirement: requirementID, After: after, Expected: "the " + actor + " is notified of the call in state " + state, Observed: "it did not come"}
}

func notified(c *judge.Case, since *recording.Entry, actor, role, state string) bool {
	end := c.FirstHangup(since) // what cleaning up releases is no effect of the operation
	for _, m := range c.At(actor, role) {
		if m.State() == state && judge.Since(since, m) && m.At < end {
			return true
		}
	}
	return false
}
