package conference

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

var sent = map[string]any{"VsReason": "Second opinion", "VsCase": "4711"}

func userData() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "conference.user-data", Title: "InitiateConference with userData", Area: "conference", Operations: []string{"InitiateConference"}, Profiles: []string{"conference", "userdata"},
		Source: requirement.Source{Page: "InitiateConference", Section: "parameters"},
		Script: func(s *play.Stage) {
			c := s.Inbound(original)
			mark := s.Mark()
			if s.Operate(s.Agent, "initiate", c, "InitiateConference", map[string]any{"destination": to(s), "userData": sent}).Accepted() {
				if second := s.LearnConsult(c, consult, mark); second != nil && s.Destination.Controlled() {
					s.AwaitRinging(s.Destination, second)
				}
			}
		},
		Checks: []scenario.Check{{Name: "user-data", Title: "the consult call carries userData", Requirements: []string{"CONFERENCE-15"}, Judge: carries}},
	}
}

func to(s *play.Stage) map[string]any {
	return map[string]any{"phoneNumber": s.Destination.Party.Number}
}

func carries(c *judge.Case) judge.Ruling {
	e := c.Step("initiate")
	if e == nil {
		return c.NotPlayed("InitiateConference with userData")
	}
	if f := judge.Accepted("CONFERENCE-15", e); f != nil {
		return judge.Ruled(f)
	}
	messages := c.Of("agent", consult)
	if len(messages) == 0 {
		return c.NotPlayed("the consult call").OrBlocked("the consult call was not notified")
	}
	for _, m := range messages {
		if have, _ := m.Call()["userData"].(map[string]any); judge.HasPairs(have, sent) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "CONFERENCE-15", Entry: messages[0], Path: "data.call.userData", Expected: judge.JSON(sent), Observed: judge.Short(messages[0].Call()["userData"])})
}

// singleStep looks at the destination; what the agent is notified of is in no document.
func singleStep() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "conference.single-step-destination", Title: "SingleStepConference calls the destination", Area: "conference", Operations: []string{"SingleStepConference"}, Profiles: []string{"conference"},
		Source: requirement.Source{Page: "AsyncTelephonyOpsCallControl", Section: "SingleStepConference"},
		Script: func(s *play.Stage) {
			c := s.Inbound(original)
			mark := s.Mark()
			if s.Operate(s.Agent, "join", c, "SingleStepConference", map[string]any{"destination": to(s)}).Accepted() {
				s.Await(s.Destination, "the call of SingleStepConference", mark, arrived)
			}
		},
		Checks: []scenario.Check{{Name: "notified", Title: "the destination is notified of the call", Requirements: []string{"CONFERENCE-11"}, Judge: func(c *judge.Case) judge.Ruling {
			e := c.Step("join")
			switch {
			case e == nil:
				return c.NotPlayed("SingleStepConference")
			case !e.Accepted():
				return judge.Ruled(judge.Accepted("CONFERENCE-11", e))
			case !c.Station.Destination.Controlled:
				return judge.CannotTest("the destination (%s) has no credentials in the target file", c.Station.Destination.Number)
			}
			end := c.FirstHangup(e)
			for _, m := range c.Messages("destination") {
				if judge.Since(e, m) && m.At < end && arrived(m) && (c.Ours(m) || c.BetweenOurs(m)) {
					return judge.Pass()
				}
			}
			return judge.Fail(judge.Finding{Requirement: "CONFERENCE-11", After: e, Expected: "the destination is notified of a call that is Ringing or Established", Observed: "it did not come"})
		}}},
	}
}

// arrived: a phone may ring first, or pick up by itself.
func arrived(e *recording.Entry) bool { return e.State() == "Ringing" || e.State() == "Established" }

var nobody = []probe.Probe{
	probe.Post("no-participant", "RemoveParticipantFromConference without participant", "CONFERENCE-14", "RemoveParticipantFromConference", nil, 1),
}

// removal removes nobody, then the caller, who must hear of it.
func removal() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "conference.removal", Title: "RemoveParticipantFromConference and the removed party", Area: "conference", Operations: []string{"RemoveParticipantFromConference"}, Profiles: []string{"conference", "errors"},
		Source: requirement.Source{Page: "RemoveParticipantFromConference", Section: "parameters"}, NeedsDestination: true,
		Script: func(s *play.Stage) {
			first, second := pair(s, "InitiateConference")
			if e := complete(s, second, first, second, nil); !e.Accepted() {
				s.Block("CompleteConference was refused: %s", play.Outcome(e))
			}
			probe.Play(s, first, "Established", nil, nobody...)
			mark := s.Mark()
			if s.Operate(s.Agent, "remove", first, "RemoveParticipantFromConference", map[string]any{"participant": s.Caller.Party.Number}).Accepted() {
				s.Await(s.Agent, "ParticipantsUpdated", mark, s.OfType(s.Agent, first, "ParticipantsUpdated"))
				s.AwaitState(s.Caller, first, mark, "Released")
			}
		},
		Checks: append(probe.Checks(nobody...), scenario.Check{
			Name: "removed-party", Title: "the removed party is notified of Released", Requirements: []string{"CONFERENCE-16"}, Judge: removed,
		}),
	}
}

func removed(c *judge.Case) judge.Ruling {
	if e := c.Step("remove"); e != nil && !e.Accepted() {
		return judge.Block("RemoveParticipantFromConference was refused")
	}
	return notified(c, "remove", "CONFERENCE-16", "caller", original, "Released")
}
