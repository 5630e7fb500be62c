package conference

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// data is what InitiateConference attaches to the consult call.
var data = map[string]any{"VsReason": "Second opinion", "VsCase": "4711"}

func userData() {
	Scenario("conference.user-data", "InitiateConference with userData and location", About("InitiateConference"),
		Profiles("conference", "userdata"), Page("InitiateConference", "parameters"),
		Play(func(s *Stage) {
			c := s.Inbound(original)
			mark := s.Mark()
			if s.Operate(s.Agent, "initiate", c, "InitiateConference", map[string]any{"destination": to(s), "userData": data}).Accepted() {
				if second := s.AwaitConsult(c, consult, mark); second != nil && s.Destination.Controlled() {
					s.AwaitRinging(s.Destination, second)
				}
			}
			s.EndCalls()
			again := s.Inbound("second")
			mark = s.Mark()
			if s.Operate(s.Agent, "location", again, "InitiateConference", map[string]any{"destination": to(s), "location": s.Location()}).Accepted() {
				s.AwaitConsult(again, "second-consult", mark)
			}
		}),
		func() {
			It("location is accepted", Check("location", "CONFERENCE-18"), func() { Expect(Request("location")).To(BeAccepted()) })
			It("the consult call carries userData", Check("user-data", "CONFERENCE-15"), func() {
				Expect(Request("initiate")).To(BeAccepted())
				Given(Agent(consult)).To(BeNotified())
				Expect(Agent(consult)).To(BeNotified(Carrying(data)))
			})
		})
}

func to(s *Stage) map[string]any { return map[string]any{"phoneNumber": s.Destination.Party.Number} }

// singleStep looks at the destination; what the agent is notified of is in no document. A phone may ring first, or pick
// up by itself.
func singleStep() {
	Scenario("conference.single-step-destination", "SingleStepConference calls the destination, also with location", About("SingleStepConference"),
		Profiles("conference"), Page("AsyncTelephonyOpsCallControl", "SingleStepConference"),
		Play(func(s *Stage) {
			c := s.Inbound(original)
			s.MustOffer("SingleStepConference")
			mark := s.Mark()
			if s.Operate(s.Agent, "join", c, "SingleStepConference", map[string]any{"destination": to(s)}).Accepted() {
				s.Await(s.Destination, "the call of SingleStepConference", mark, Meeting(ArrivedWith(s.Agent.Party.Number, s.Caller.Party.Number)))
			}
			s.EndCalls()
			again := s.Inbound("second")
			mark = s.Mark()
			if s.Operate(s.Agent, "location", again, "SingleStepConference", map[string]any{"destination": to(s), "location": s.Location()}).Accepted() {
				s.Await(s.Destination, "the call of SingleStepConference with location", mark, Meeting(ArrivedWith(s.Agent.Party.Number, s.Caller.Party.Number)))
			}
		}),
		func() {
			It("location is accepted", Check("location", "CONFERENCE-18"), func() { Expect(Request("location")).To(BeAccepted()) })
			It("the destination is notified of the call", Check("notified", "CONFERENCE-11"), func() {
				Expect(Request("join")).To(BeAccepted())
				Expect(AnyCallAt("destination")).To(BeNotified(Arrived(), After("join")))
			})
		})
}

// byGuest is the request of somebody who was called into a conference.
const byGuest = "refusal.guest"

// removal removes nobody, then the caller, who must hear of it. Before, somebody tries who is in the conference and has not
// made it.
func removal() {
	const remove = "RemoveParticipantFromConference"
	nobody := refusals.Post("no-participant", remove+" without participant", "CONFERENCE-14", remove, nil, 1)
	stranger := refusals.Post("unknown-participant", remove+" of a number that is not in the conference", "ERR-2", remove,
		map[string]any{"participant": "0000000"}, 1, 2, 6, 10)
	stranger.Harmless = true
	former := refusals.Former("removed", func(s *Stage) *play.Actor { return s.Caller })
	object := refusals.Case{
		Name: "participant-object", Title: remove + " with an object as participant", Requirement: "ERR-8", Expect: []int64{1, 2, 10},
		Send: func(s *Stage, c *play.Call, label string) *recording.Entry {
			return s.Operate(s.Agent, label, c, remove, map[string]any{"participant": map[string]any{"phoneNumber": s.Caller.Party.Number}})
		},
	}
	Scenario("conference.removal", "RemoveParticipantFromConference and the removed party", Refusing, About(remove),
		Profiles("conference", "errors"), Page(remove, "parameters"), NeedsDestination,
		Play(func(s *Stage) {
			first, second := pair(s, "InitiateConference")
			begun := s.Mark()
			if e := complete(s, second, first, second, nil); !e.Accepted() {
				s.Block("CompleteConference was refused: %s", play.Outcome(e))
			}
			if s.Destination.Controlled() { // whose consult call may be over by that, and told so late
				s.Await(s.Destination, "the conference", begun, func(e *recording.Entry) bool {
					return e.State() == voice.Established && voice.CallOf(e).Names(s.Caller.Party.Number)
				})
			}
			refusals.Play(s, first, "Established", nil, nobody, stranger, object)
			s.Get(s.Agent, "read.refused", "/me/calls/"+first.ID(s.Agent))
			caller := map[string]any{"participant": s.Caller.Party.Number}
			gone := func(mark int) bool { return s.Seen(s.Caller, mark, s.InState(s.Caller, first, "Released")) != nil }
			tries := func() { // who was removed, by whomever
				for _, k := range former {
					k.Send(s, first, k.Label())
				}
				refusals.FenceAll(s, first, "former")
			}
			if s.Destination.Controlled() {
				mark := s.Mark()
				if s.Operate(s.Destination, byGuest, second, remove, caller).Accepted() {
					s.Settle() // an error notification may take it back
				}
				if gone(mark) {
					tries()
					s.Block("the caller was removed by somebody who may not")
				}
				refusals.FenceAll(s, first, "guest")
			}
			mark := s.Mark()
			if s.Operate(s.Agent, "remove", first, remove, caller).Accepted() {
				s.Await(s.Agent, "ParticipantsUpdated", mark, s.OfType(s.Agent, first, "ParticipantsUpdated"))
				s.AwaitState(s.Caller, first, mark, "Released")
				if s.Destination.Controlled() {
					s.Await(s.Destination, "the call without the caller", mark, voice.Without(s.Caller.Party.Number))
				}
				if gone(mark) || !s.Caller.Controlled() {
					tries()
				}
			}
		}),
		func() {
			refusals.Specs(nobody, stranger, object)
			It("who does not own the conference removes nobody", Check("guest", "CONFERENCE-19"), func() {
				if !Sent(byGuest) {
					NotPlayed("RemoveParticipantFromConference by the destination")
				}
				Expect(Request(byGuest)).To(BeRefused("who posts it does not own the conference"))
			})
			It("the removed party is notified of Released", Check("removed-party", "CONFERENCE-16"), func() {
				Given(Request("remove")).To(BeAccepted())
				Expect(Caller(original)).To(BeNotified(Released, After("remove")))
			})
			refusals.ChangeNothing("removed-powerless", "who was removed does nothing to the call any more", "AUTH-7", former...)
		})
}
