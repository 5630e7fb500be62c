package transfer

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// reason is what the transfer attaches.
var reason = map[string]any{"VsReason": "Escalation"}

// singleStep: what the page's sample does not show of a single-step transfer is the other end.
func singleStep() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "transfer.single-step-other-ends", Title: "SingleStepTransfer seen by the destination", Area: "transfer", Operations: []string{"SingleStepTransfer"}, Profiles: []string{"transfer"},
		Source: requirement.Source{Page: "SingleStepTransfer", Section: "overview"}, NeedsDestination: true,
		Script: func(s *play.Stage) {
			if !s.Destination.Controlled() {
				s.Untestable("the destination (%s) has no credentials in the target file, so it cannot be seen ringing", s.Destination.Party.Number)
			}
			c := s.Inbound("original")
			mark := s.Mark()
			e := s.Operate(s.Agent, "transfer", c, "SingleStepTransfer", map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}, "userData": reason})
			if e.Accepted() {
				s.AwaitState(s.Agent, c, mark, "Released")
				s.AwaitRinging(s.Destination, c)
				s.Await(s.Destination, "user data of a transfer", mark, carried)
			}
		},
		Checks: []scenario.Check{{Name: "destination-rings", Title: "the destination is notified of the call as Ringing", Requirements: []string{"TRANSFER-18"}, Judge: func(c *judge.Case) judge.Ruling {
			e := c.Step("transfer")
			if e == nil {
				return c.NotPlayed("SingleStepTransfer")
			}
			if !e.Accepted() {
				return judge.Block("SingleStepTransfer was refused: %s", play.Outcome(e))
			}
			for _, m := range c.Messages("destination") {
				if m.State() == "Ringing" && m.Type() == "StatusChange" && judge.Since(e, m) && !c.Strangers(m) {
					return judge.Pass()
				}
			}
			return judge.Fail(judge.Finding{Requirement: "TRANSFER-18", After: e, Expected: "the call in state Ringing at the destination", Observed: "it did not come"})
		}}, {Name: "user-data", Title: "the call carries userData to the destination", Requirements: []string{"TRANSFER-22"}, Judge: arrivesWithData}},
	}
}

// carried: user data may be told with the Ringing call, or after it.
func carried(e *recording.Entry) bool {
	data, _ := e.Call()["userData"].(map[string]any)
	return judge.HasPairs(data, reason)
}

func arrivesWithData(c *judge.Case) judge.Ruling {
	e := c.Step("transfer")
	if e == nil {
		return c.NotPlayed("SingleStepTransfer")
	}
	if !e.Accepted() {
		return judge.Block("SingleStepTransfer was refused: %s", play.Outcome(e))
	}
	var arrived *recording.Entry
	for _, m := range c.Messages("destination") {
		if !judge.Since(e, m) || c.Strangers(m) {
			continue
		}
		if carried(m) {
			return judge.Pass()
		}
		if arrived == nil {
			arrived = m
		}
	}
	if arrived == nil {
		return judge.Block("the destination was not notified of the call")
	}
	return judge.Fail(judge.Finding{Requirement: "TRANSFER-22", Entry: arrived, Path: "data.call.userData", Expected: judge.JSON(reason), Observed: judge.Short(arrived.Call()["userData"])})
}
