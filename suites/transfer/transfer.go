// Package transfer holds the scenarios about the two-step transfer that no page shows as a
// sample: its optional parameters, what becomes of the other ends, and what must be refused.
package transfer

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// Specs registers the scenarios of this area.
func Specs() {
	hangupConsult()
	options()
	refused()
	retrieveOriginal()
	singleStep()
	singleStepRefusals()
}

// data is what the transfer attaches to the consult call.
var data = map[string]any{"Reason": "Escalation", "Priority": "3"}

// options: location and userData in a request each, so that a refusal tells which one it is.
func options() {
	Scenario("transfer.options", "InitiateTransfer and SingleStepTransfer with location and userData",
		About("InitiateTransfer", "CompleteTransfer", "SingleStepTransfer"), Profiles("transfer"), Page("InitiateTransfer", "parameters"), Refusing,
		Play(playOptions), func() {
			It("location is accepted", Check("location", "TRANSFER-11"), func() {
				Expect(Request("location")).To(BeAccepted())
				if NamesALocation(Request("location")) {
					Expect(Agent("second-consult")).To(BeNotified(After("location")))
				}
			})
			It("SingleStepTransfer takes location", Check("single-step-location", "TRANSFER-24"), func() {
				Expect(Request("single-step-location")).To(BeAccepted())
			})
			It("the consult call carries userData", Check("user-data", "TRANSFER-12"), func() {
				Expect(Request("user-data")).To(BeAccepted())
				Given(Agent("consult")).To(BeNotified())
				Expect(Agent("consult")).To(BeNotified(Carrying(data)))
			})
			It("the destination is notified of the consult call as Ringing", Check("destination-rings", "TRANSFER-16"), func() {
				Given(Request("user-data")).To(BeAccepted())
				Expect(AnyCallAt("destination")).To(BeNotified(Ringing, OfType("StatusChange"), After("user-data")))
			})
			It("the caller's call is not Released by the transfer", Check("caller-goes-on", "TRANSFER-17"), func() {
				Given(Request("complete")).To(BeAccepted())
				Expect(Caller("original")).NotTo(BeNotified(Released, After("complete")))
			})
			refusals.ChangeNothing("former-party", "who has transferred a call does nothing to it any more", "AUTH-7", former...)
		})
}

var former = refusals.Former("former", func(s *Stage) *play.Actor { return s.Agent })

func playOptions(s *Stage) {
	c := s.Inbound("original")
	to := map[string]any{"phoneNumber": s.Destination.Party.Number}
	mark := s.Mark()
	if s.Operate(s.Agent, "user-data", c, "InitiateTransfer", map[string]any{"destination": to, "userData": data}).Accepted() {
		consult := s.AwaitConsult(c, "consult", mark)
		if s.Destination.Controlled() && consult != nil {
			s.AwaitRinging(s.Destination, consult)
		}
		if consult != nil {
			mark := s.Mark()
			if s.Operate(s.Agent, "complete", consult, "CompleteTransfer", nil).Accepted() {
				s.AwaitState(s.Agent, consult, mark, "Released")
				s.AwaitState(s.Agent, c, mark, "Released")
				s.Fence("complete", c, s.Others(c)...)
				for _, k := range former {
					k.Send(s, c, k.Label())
				}
				s.Fence("former", c, s.Others(c)...)
			}
		}
	}
	s.EndCalls()
	second := s.Inbound("second")
	mark = s.Mark()
	if s.Operate(s.Agent, "location", second, "InitiateTransfer", map[string]any{"destination": to, "location": s.Location()}).Accepted() {
		s.AwaitConsult(second, "second-consult", mark)
	}
	s.EndCalls()
	third := s.Inbound("third")
	mark = s.Mark()
	if s.Operate(s.Agent, "single-step-location", third, "SingleStepTransfer", map[string]any{"destination": to, "location": s.Location()}).Accepted() {
		s.AwaitState(s.Agent, third, mark, "Released")
	}
}

func consultUp(s *Stage) (original, consult *play.Call) {
	original = s.Inbound("original")
	return original, s.Consult(original, "consult", "InitiateTransfer")
}

func hangupConsult() {
	Scenario("transfer.hangup-consult", "Hangup of the consult call", About("InitiateTransfer", "Hangup"), Profiles("transfer"), Page("CallsHangup", "overview"),
		Play(func(s *Stage) {
			original, consult := consultUp(s)
			mark := s.Mark()
			if s.Operate(s.Agent, "hangup", consult, "Hangup", nil).Accepted() {
				s.AwaitState(s.Agent, consult, mark, "Released")
				s.Fence("hangup", original, s.Agent)
			}
		}),
		func() {
			It("the consult call is Released, the original stays", Check("original-stays", "TRANSFER-20"), func() {
				Expect(Request("hangup")).To(BeAccepted())
				Expect(Agent("consult")).To(BeNotified(Released, After("hangup")))
				Expect(Agent("original")).NotTo(BeNotified(Released, After("hangup")))
			})
		})
}

func retrieveOriginal() {
	Scenario("transfer.retrieve-original", "Retrieve of the original while a consult call is up", About("InitiateTransfer", "Retrieve"),
		Profiles("transfer"), Page("AsyncTelephonyOpsCallControl", "Retrieve"), NeedsDestination,
		Play(func(s *Stage) {
			original, consult := consultUp(s)
			s.DestinationAnswers(consult)
			mark := s.Mark()
			if s.Operate(s.Agent, "retrieve", original, "Retrieve", nil).Accepted() {
				s.AwaitState(s.Agent, original, mark, "Established")
			}
		}),
		func() {
			It("the original is Established", Check("retrieved", "TRANSFER-21"), func() {
				if Agent("original").Any(Held, Before("retrieve")) && !Offers(Agent("original").Last(Held, Before("retrieve")), "Retrieve") {
					NotApplicable("the Held original offers SwapCalls in the place of Retrieve, as in sample 1")
				}
				Expect(Request("retrieve")).To(BeAccepted())
				Expect(Agent("original")).To(BeNotified(Established, After("retrieve")))
			})
		})
}
