package calls

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

// badDigits are what SendDtmf must refuse. The signs * and # are on every keypad and in no document:
// they are not tried.
var badDigits = []probe.Probe{
	probe.Post("no-digits", "SendDtmf without digits", "DTMF-2", "SendDtmf", nil, 1),
	probe.Post("empty-digits", "SendDtmf with an empty text as digits", "DTMF-2", "SendDtmf", map[string]any{"digits": ""}, 1, 2, 10),
	probe.Post("letters", "SendDtmf with letters", "DTMF-2", "SendDtmf", map[string]any{"digits": "xyz"}, 1, 2, 10),
	probe.Post("digits-and-letters", "SendDtmf with a letter among digits", "DTMF-2", "SendDtmf", map[string]any{"digits": "12x3"}, 1, 2, 10),
}

func dtmf() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "calls.dtmf", Title: "SendDtmf with several digits, and what it must refuse", Area: "calls", Operations: []string{"SendDtmf"}, Profiles: []string{"calls", "errors"},
		Source: requirement.Source{Page: "CallsSendDTMF", Section: "parameters"},
		Script: func(s *play.Stage) {
			established := func() *play.Call { return s.Inbound("original") }
			c := probe.Play(s, established(), "Established", established, badDigits...)
			mark := s.Mark()
			if s.Operate(s.Agent, "several", c, "SendDtmf", map[string]any{"digits": "0123456789"}).Accepted() {
				s.Await(s.Agent, "DtmfSent", mark, s.OfType(s.Agent, c, "DtmfSent"))
			}
		},
		Checks: append(probe.Checks(badDigits...), scenario.Check{
			Name: "several-digits", Title: "several digits in one request are sent", Requirements: []string{"DTMF-1"}, Judge: severalDigits,
		}),
	}
}

// severalDigits: one DtmfSent for all of them or one for each, the documents leave that open.
func severalDigits(c *judge.Case) judge.Ruling {
	e := c.Step("several")
	if e == nil {
		return c.NotPlayed("SendDtmf with several digits")
	}
	if f := judge.Accepted("DTMF-1", e); f != nil {
		return judge.Ruled(f)
	}
	for _, m := range c.At("agent", "original") {
		if m.Type() == "DtmfSent" && judge.Since(e, m) {
			return judge.Pass()
		}
	}
	return judge.Fail(judge.Finding{Requirement: "DTMF-1", After: e, Expected: "DtmfSent", Observed: "it did not come"})
}

var badSwaps = []probe.Probe{
	probe.Post("no-other-call", "SwapCalls without otherCallUri", "SWAP-3", "SwapCalls", nil, 1),
}

func swapRefusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "calls.swap-refusals", Title: "What SwapCalls must refuse", Area: "calls", Operations: []string{"SwapCalls"}, Profiles: []string{"calls", "errors"},
		Source: requirement.Source{Page: "SwapCalls", Section: "parameters"}, NeedsDestination: true,
		Script: func(s *play.Stage) {
			c := s.Consult(s.Inbound("original"), "consult", "InitiateTransfer")
			s.DestinationAnswers(c)
			if last := s.Seen(s.Agent, 0, func(e *recording.Entry) bool { return e.CallID() == c.ID(s.Agent) }); last != nil {
				probe.Play(s, c, last.State(), nil, badSwaps...)
			}
		},
		Checks: probe.Checks(badSwaps...),
	}
}
