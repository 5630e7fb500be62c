// Package transfer holds the scenarios about the two-step transfer that no page shows as a
// sample: its optional parameters, what becomes of the other ends, and what must be refused.
package transfer

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{options(), singleStep(), hangupConsult(), retrieveOriginal(), refusals(), singleStepRefusals()}
}

var initiatePage = requirement.Source{Page: "InitiateTransfer", Section: "parameters"}

// options: location and userData in one request, each judged by itself.
func options() *scenario.Scenario {
	data := map[string]any{"Reason": "Escalation", "Priority": "3"}
	return &scenario.Scenario{
		ID: "transfer.options", Title: "InitiateTransfer with location and userData", Area: "transfer", Operations: []string{"InitiateTransfer", "CompleteTransfer"}, Profiles: []string{"transfer"}, Source: initiatePage,
		Script: func(s *play.Stage) {
			c := s.Inbound("original")
			to := map[string]any{"phoneNumber": s.Destination.Party.Number}
			mark := s.Mark()
			with := s.Operate(s.Agent, "user-data", c, "InitiateTransfer", map[string]any{"destination": to, "userData": data})
			if with.Accepted() {
				consult := s.LearnConsult(c, "consult", mark)
				if s.Destination.Controlled() && consult != nil {
					s.AwaitRinging(s.Destination, consult)
				}
				if consult != nil {
					mark := s.Mark()
					if s.Operate(s.Agent, "complete", consult, "CompleteTransfer", nil).Accepted() {
						s.AwaitState(s.Agent, consult, mark, "Released")
						s.AwaitState(s.Agent, c, mark, "Released")
						s.Fence("complete", c, s.Others(c)...)
					}
				}
			}
			s.EndCalls()
			second := s.Inbound("second")
			mark = s.Mark()
			if s.Operate(s.Agent, "location", second, "InitiateTransfer", map[string]any{"destination": to, "location": s.Location()}).Accepted() {
				s.LearnConsult(second, "second-consult", mark)
			}
		},
		Checks: []scenario.Check{
			{Name: "location", Title: "location is accepted", Requirements: []string{"TRANSFER-11"}, Judge: func(c *judge.Case) judge.Ruling {
				e := c.Step("location")
				if e == nil {
					return c.NotPlayed("InitiateTransfer with location")
				}
				if f := judge.Accepted("TRANSFER-11", e); f != nil {
					return judge.Ruled(f)
				}
				if len(c.Of("agent", "second-consult")) == 0 {
					return judge.Fail(judge.Finding{Requirement: "TRANSFER-11", After: e, Expected: "the consult call in state Dialing", Observed: "it did not come"})
				}
				return judge.Pass()
			}},
			{Name: "user-data", Title: "the consult call carries userData", Requirements: []string{"TRANSFER-12"}, Judge: func(c *judge.Case) judge.Ruling {
				e := c.Step("user-data")
				if e == nil {
					return c.NotPlayed("InitiateTransfer with userData")
				}
				if f := judge.Accepted("TRANSFER-12", e); f != nil {
					return judge.Ruled(f)
				}
				return carries(c, data)
			}},
			{Name: "destination-rings", Title: "the destination is notified of the consult call as Ringing", Requirements: []string{"TRANSFER-16"}, Judge: destinationRings},
			{Name: "caller-goes-on", Title: "the caller's call is not Released by the transfer", Requirements: []string{"TRANSFER-17"}, Judge: callerGoesOn},
		},
	}
}

func carries(c *judge.Case, data map[string]any) judge.Ruling {
	messages := c.Of("agent", "consult")
	if len(messages) == 0 {
		return c.NotPlayed("the consult call").OrBlocked("the consult call was not notified")
	}
	for _, e := range messages {
		have, _ := e.Call()["userData"].(map[string]any)
		if judge.HasPairs(have, data) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "TRANSFER-12", Entry: messages[0], Path: "data.call.userData", Expected: judge.JSON(data), Observed: judge.Short(messages[0].Call()["userData"])})
}

func destinationRings(c *judge.Case) judge.Ruling {
	e := c.Step("user-data")
	if e == nil || !e.Accepted() {
		return c.NotPlayed("InitiateTransfer").OrBlocked("InitiateTransfer was refused")
	}
	if !c.Station.Destination.Controlled {
		return judge.CannotTest("the destination (%s) has no credentials in the target file", c.Station.Destination.Number)
	}
	for _, m := range c.Messages("destination") {
		if m.State() == "Ringing" && m.Type() == "StatusChange" && judge.Since(e, m) && !c.Strangers(m) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "TRANSFER-16", After: e, Expected: "the consult call in state Ringing at the destination", Observed: "it did not come"})
}

func callerGoesOn(c *judge.Case) judge.Ruling {
	done := c.Step("complete")
	if done == nil || !done.Accepted() {
		return c.NotPlayed("CompleteTransfer").OrBlocked("CompleteTransfer was refused")
	}
	end := c.FirstHangup(done)
	for _, m := range c.Of("caller", "original") {
		if m.State() == "Released" && judge.Since(done, m) && m.At < end {
			return judge.Fail(judge.Finding{Requirement: "TRANSFER-17", Entry: m, Expected: "the caller stays in the call", Observed: "Released"})
		}
	}
	return judge.Pass()
}

func released(c *judge.Case, role string, since *recording.Entry) bool {
	for _, m := range c.Of("agent", role) {
		if m.State() == "Released" && judge.Since(since, m) && m.At < c.Cleaning() {
			return true
		}
	}
	return false
}

func consultUp(s *play.Stage) (original, consult *play.Call) {
	original = s.Inbound("original")
	return original, s.Consult(original, "consult", "InitiateTransfer")
}

func hangupConsult() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "transfer.hangup-consult", Title: "Hangup of the consult call", Area: "transfer", Operations: []string{"InitiateTransfer", "Hangup"}, Profiles: []string{"transfer"},
		Source: requirement.Source{Page: "CallsHangup", Section: "overview"},
		Script: func(s *play.Stage) {
			original, consult := consultUp(s)
			mark := s.Mark()
			if s.Operate(s.Agent, "hangup", consult, "Hangup", nil).Accepted() {
				s.AwaitState(s.Agent, consult, mark, "Released")
				s.Fence("hangup", original, s.Agent)
			}
		},
		Checks: []scenario.Check{{Name: "original-stays", Title: "the consult call is Released, the original stays", Requirements: []string{"TRANSFER-20"}, Judge: originalStays}},
	}
}

func originalStays(c *judge.Case) judge.Ruling {
	e := c.Step("hangup")
	if e == nil {
		return c.NotPlayed("Hangup of the consult call")
	}
	if f := judge.Accepted("TRANSFER-20", e); f != nil {
		return judge.Ruled(f)
	}
	if !released(c, "consult", e) {
		return judge.Fail(judge.Finding{Requirement: "TRANSFER-20", After: e, Expected: "the consult call in state Released", Observed: "it did not come"})
	}
	end := c.FirstHangup(e)
	for _, m := range c.Of("agent", "original") {
		if m.State() == "Released" && judge.Since(e, m) && m.At < end {
			return judge.Fail(judge.Finding{Requirement: "TRANSFER-20", Entry: m, Expected: "the original call stays with the agent", Observed: "Released"})
		}
	}
	return judge.Pass()
}

func retrieveOriginal() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "transfer.retrieve-original", Title: "Retrieve of the original while a consult call is up", Area: "transfer", Operations: []string{"InitiateTransfer", "Retrieve"}, Profiles: []string{"transfer"},
		Source: requirement.Source{Page: "AsyncTelephonyOpsCallControl", Section: "Retrieve"}, NeedsDestination: true,
		Script: func(s *play.Stage) {
			original, consult := consultUp(s)
			s.DestinationAnswers(consult)
			mark := s.Mark()
			if s.Operate(s.Agent, "retrieve", original, "Retrieve", nil).Accepted() {
				s.AwaitState(s.Agent, original, mark, "Established")
			}
		},
		Checks: []scenario.Check{{Name: "retrieved", Title: "the original is Established", Requirements: []string{"TRANSFER-21"}, Judge: func(c *judge.Case) judge.Ruling {
			e := c.Step("retrieve")
			if e == nil {
				return c.NotPlayed("Retrieve")
			}
			if held := lastHeld(c, e); held != nil && !judge.Offers(held, "Retrieve") {
				return judge.DoesNotApply("the Held original offers SwapCalls in the place of Retrieve, as in sample 1")
			}
			if f := judge.Accepted("TRANSFER-21", e); f != nil {
				return judge.Ruled(f)
			}
			for _, m := range c.Of("agent", "original") {
				if m.State() == "Established" && judge.Since(e, m) {
					return judge.Pass()
				}
			}
			return judge.Fail(judge.Finding{Requirement: "TRANSFER-21", After: e, Expected: "the original in state Established", Observed: "it did not come"})
		}}},
	}
}

// lastHeld is the newest notification of the Held original before a request.
func lastHeld(c *judge.Case, before *recording.Entry) *recording.Entry {
	var last *recording.Entry
	for _, m := range c.Of("agent", "original") {
		if m.State() == "Held" && m.At < before.At {
			last = m
		}
	}
	return last
}
