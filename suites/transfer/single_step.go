package transfer

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// reason is what the transfer attaches.
var reason = map[string]any{"VsReason": "Escalation"}

// singleStep: what the page's sample does not show of a single-step transfer is the other end.
func singleStep() {
	Scenario("transfer.single-step-other-ends", "SingleStepTransfer seen by the destination", About("SingleStepTransfer"),
		Profiles("transfer"), Page("SingleStepTransfer", "overview"), NeedsDestination,
		Play(func(s *Stage) {
			if !s.Destination.Controlled() {
				s.Untestable("%s, so it cannot be seen ringing", s.Destination.Absence())
			}
			c := s.Inbound("original")
			mark := s.Mark()
			to := map[string]any{"phoneNumber": s.Destination.Party.Number}
			if s.Operate(s.Agent, "transfer", c, "SingleStepTransfer", map[string]any{"destination": to, "userData": reason}).Accepted() {
				s.AwaitState(s.Agent, c, mark, "Released")
				s.AwaitRinging(s.Destination, c)
				s.Await(s.Destination, "user data of a transfer", mark, Meeting(Carrying(reason)))
			}
		}),
		func() {
			It("the destination is notified of the call as Ringing", Check("destination-rings", "TRANSFER-18"), func() {
				Given(Request("transfer")).To(BeAccepted())
				Expect(AnyCallAt("destination")).To(BeNotified(Ringing, OfType("StatusChange"), After("transfer")))
			})
			It("the call carries userData to the destination", Check("user-data", "TRANSFER-22"), func() {
				Given(Request("transfer")).To(BeAccepted())
				Given(AnyCallAt("destination")).To(BeNotified(After("transfer")))
				Expect(AnyCallAt("destination")).To(BeNotified(After("transfer"), Carrying(reason)))
			})
		})
}

func singleStepRefusals() {
	const operation = "SingleStepTransfer"
	var cases []refusals.Case
	for _, c := range append(refusals.WithoutDestination("", "TRANSFER-19", operation), refusals.Post("destination-number",
		"SingleStepTransfer with a number as destination", "", operation, map[string]any{"destination": 5001}, 1, 2, 10)) {
		if c.Name == "destination-text" || c.Name == "destination-number" {
			c.Requirement = "ERR-8"
		}
		cases = append(cases, c)
	}
	Scenario("transfer.single-step-refusals", "What SingleStepTransfer must refuse", About(operation), Profiles("transfer", "errors"),
		Page(operation, "parameters"),
		Play(refusals.OnEstablished(cases...)),
		func() { refusals.Specs(cases...) })
}
