package calls

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// badDigits are what SendDtmf must refuse. The signs * and # are on every keypad and in no document:
// they are not tried.
var badDigits = []refusals.Case{
	refusals.Post("no-digits", "SendDtmf without digits", "DTMF-2", "SendDtmf", nil, 1),
	refusals.Post("empty-digits", "SendDtmf with an empty text as digits", "DTMF-2", "SendDtmf", map[string]any{"digits": ""}, 1, 2, 10),
	refusals.Post("letters", "SendDtmf with letters", "DTMF-2", "SendDtmf", map[string]any{"digits": "xyz"}, 1, 2, 10),
	refusals.Post("digits-and-spaces", "SendDtmf with a space among digits", "DTMF-2", "SendDtmf", map[string]any{"digits": "1 2"}, 1, 2, 10),
	refusals.Post("digits-and-letters", "SendDtmf with a letter among digits", "DTMF-2", "SendDtmf", map[string]any{"digits": "12x3"}, 1, 2, 10),
}

func dtmf() {
	Scenario("calls.dtmf", "SendDtmf with several digits, and what it must refuse", About("SendDtmf"),
		Profiles("calls", "errors"), Page("CallsSendDTMF", "parameters"),
		Play(func(s *Stage) {
			established := func() *play.Call { return s.Inbound("original") }
			c := refusals.Play(s, established(), "Established", established, badDigits...)
			mark := s.Mark()
			if s.Operate(s.Agent, "several", c, "SendDtmf", map[string]any{"digits": "0123456789"}).Accepted() {
				s.Await(s.Agent, "DtmfSent", mark, s.OfType(s.Agent, c, "DtmfSent"))
			}
		}),
		func() {
			refusals.Specs(badDigits...)
			// One DtmfSent for all of them or one for each, the documents leave that open.
			It("several digits in one request are sent", Check("several-digits", "DTMF-1"), func() {
				Expect(Request("several")).To(BeAccepted())
				Expect(Agent("original")).To(BeNotified(OfType("DtmfSent"), After("several")))
			})
		})
}

func swapRefusals() {
	withoutOther := refusals.Post("no-other-call", "SwapCalls without otherCallUri", "SWAP-3", "SwapCalls", nil, 1)
	Scenario("calls.swap-refusals", "What SwapCalls must refuse", About("SwapCalls"),
		Profiles("calls", "errors"), Page("SwapCalls", "parameters"), NeedsDestination,
		Play(func(s *Stage) {
			c := s.Consult(s.Inbound("original"), "consult", "InitiateTransfer")
			s.DestinationAnswers(c)
			if last := s.Seen(s.Agent, 0, func(e *recording.Entry) bool { return e.CallID() == c.ID(s.Agent) }); last != nil {
				refusals.Play(s, c, last.State(), nil, withoutOther)
			}
		}),
		func() { refusals.Specs(withoutOther) })
}
