// Package conference holds the scenarios about conferences that no page shows as a sample: the
// other ways to complete one, its optional parameters, the other parties, and what must be refused.
package conference

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{
		completion("conference.complete-on-original", "CompleteConference posted to the original call", "InitiateConference", "CONFERENCE-7", onOriginal),
		completion("conference.consult-call-uri", "CompleteConference with consultCallUri", "InitiateConference", "CONFERENCE-7", withURI),
		completion("conference.after-initiate-transfer", "CompleteConference after InitiateTransfer", "InitiateTransfer", "CONFERENCE-8", onConsult),
		userData(), singleStep(), removal(), refusals(),
	}
}

const (
	original = "original"
	consult  = "consult"
)

var completePage = requirement.Source{Page: "CompleteConference", Section: "consultCallUri"}

// pair has an answered consult call.
func pair(s *play.Stage, initiate string) (first, second *play.Call) {
	first = s.Inbound(original)
	second = s.Consult(first, consult, initiate)
	s.DestinationAnswers(second)
	return first, second
}

// Which call CompleteConference is posted to, and with what.
func onOriginal(_ *play.Stage, first, _ *play.Call) (*play.Call, map[string]any) { return first, nil }
func onConsult(_ *play.Stage, _, second *play.Call) (*play.Call, map[string]any) { return second, nil }
func withURI(s *play.Stage, first, second *play.Call) (*play.Call, map[string]any) {
	return first, map[string]any{"consultCallUri": s.CallURI(s.Agent, second)}
}

// complete waits for the consult call's end, and for what the original becomes, since cleaning up must
// not overtake it; what that is, is judged by the page's own sample.
func complete(s *play.Stage, on, first, second *play.Call, params map[string]any) *recording.Entry {
	mark := s.Mark()
	e := s.Operate(s.Agent, "complete", on, "CompleteConference", params)
	if e.Accepted() {
		s.AwaitState(s.Agent, second, mark, "Released")
		s.AwaitState(s.Agent, first, mark, "Established")
	}
	return e
}

func completion(id, title, initiate, requirementID string, posted func(*play.Stage, *play.Call, *play.Call) (*play.Call, map[string]any)) *scenario.Scenario {
	return &scenario.Scenario{
		ID: id, Title: title, Area: "conference", Operations: []string{initiate, "CompleteConference"}, Profiles: []string{"conference"}, Source: completePage, NeedsDestination: true,
		Script: func(s *play.Stage) {
			first, second := pair(s, initiate)
			on, params := posted(s, first, second)
			complete(s, on, first, second, params)
		},
		Checks: []scenario.Check{{Name: "completed", Title: "the conference is completed", Requirements: []string{requirementID}, Judge: func(c *judge.Case) judge.Ruling {
			return notified(c, "complete", requirementID, "agent", consult, "Released")
		}}},
	}
}

// notified judges that an operation was accepted and led to a notification.
func notified(c *judge.Case, step, requirementID, actor, role, state string) judge.Ruling {
	e := c.Step(step)
	if e == nil {
		return c.NotPlayed("the operation " + step)
	}
	if f := judge.Accepted(requirementID, e); f != nil {
		return judge.Ruled(f)
	}
	if !c.Station.Party(actor).Controlled {
		return judge.CannotTest("the %s (%s) has no credentials in the target file", actor, c.Station.Party(actor).Number)
	}
	end := c.FirstHangup(e)
	for _, m := range c.At(actor, role) {
		if m.State() == state && judge.Since(e, m) && m.At < end {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: requirementID, After: e, Expected: "the " + actor + " is notified of the " + role + " call in state " + state, Observed: "it did not come"})
}
