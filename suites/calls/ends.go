package calls

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// twoEnds plays a call each way: what one end does, the other is notified of.
func twoEnds() {
	Scenario("calls.two-ends", "What one end does, the other is notified of", About("Dial", "Answer", "Hangup"),
		Profiles("calls"), Page("CallsHangup", "overview"),
		Play(func(s *Stage) {
			exchange(s, s.Caller, s.Agent, "inbound", "agent")
			s.EndCalls()
			exchange(s, s.Agent, s.Caller, "outbound", "caller")
		}),
		func() {
			It("both ends of a call have the same id", Check("same-id", "ID-10"), func() {
				Expect(CallsBetween("caller", "agent")).To(HaveOneID())
			})
			It("the caller is notified when the agent answers", Check("caller-established", "ANSWER-2"), func() {
				Given(Request("answer.inbound")).To(BeAccepted())
				Expect(Caller("inbound")).To(BeNotified(Established, After("answer.inbound")))
			})
			It("an agent who dialled is notified when the other answers", Check("dialling-agent-established", "ANSWER-2"), func() {
				Given(Request("answer.outbound")).To(BeAccepted())
				Expect(Agent("outbound")).To(BeNotified(Established, After("answer.outbound")))
			})
			It("the other party is notified when the agent hangs up", Check("other-released", "HANGUP-2"), func() {
				Given(Request("hangup.inbound")).To(BeAccepted())
				Expect(Caller("inbound")).To(BeNotified(Released, After("hangup.inbound")))
			})
			It("the agent is notified when the other party hangs up", Check("agent-released", "HANGUP-2"), func() {
				Given(Request("hangup.outbound")).To(BeAccepted())
				Expect(Agent("outbound")).To(BeNotified(Released, After("hangup.outbound")))
			})
		})
}

// exchange dials, answers and hangs up; hangsUp is the role of who does that.
func exchange(s *Stage, from, to *play.Actor, role, hangsUp string) {
	c := s.Dial(from, to, role, nil)
	ender := to
	if ender.Role != hangsUp {
		ender = from
	}
	for _, x := range []struct {
		label, operation string
		by               *play.Actor
		state            State
	}{{"answer.", "Answer", to, Established}, {"hangup.", "Hangup", ender, Released}} {
		if x.operation == "Answer" && s.AnswersItself(to) {
			s.Answer(to, c)
			continue
		}
		mark := s.Mark()
		e := s.Operate(x.by, x.label+role, c, x.operation, nil)
		if !e.Accepted() && s.Seen(x.by, 0, s.InState(x.by, c, string(x.state))) == nil {
			s.Block("%s was refused: %s", x.operation, play.Outcome(e))
		}
		s.AwaitState(from, c, mark, string(x.state))
		s.AwaitState(to, c, mark, string(x.state))
	}
}

// holding is done one after the other: the second time is as good as the first.
var holding = []struct {
	name, operation string
	state           State
	requirement     string
}{
	{"hold", "Hold", Held, "HOLD-1"}, {"retrieve", "Retrieve", Established, "RETRIEVE-1"},
	{"hold-again", "Hold", Held, "HOLD-1"}, {"retrieve-again", "Retrieve", Established, "RETRIEVE-1"},
}

// holdRetrieve holds and retrieves twice, and looks at the other party, who stays in the call.
func holdRetrieve() {
	Scenario("calls.hold-retrieve", "Hold and Retrieve, twice, with the other party", About("Hold", "Retrieve"), Profiles("calls"), Page("CallsHold", "overview"),
		Play(func(s *Stage) {
			c := s.Inbound("original")
			for _, x := range holding {
				mark := s.Mark()
				if e := s.Operate(s.Agent, x.name, c, x.operation, nil); !e.Accepted() {
					s.Block("%s was refused: %s", x.operation, play.Outcome(e))
				}
				if s.AwaitState(s.Agent, c, mark, string(x.state)) == nil {
					s.Block("after %s the agent was not notified of %s", x.operation, x.state)
				}
			}
			s.Fence("stays", c, s.Others(c)...)
		}),
		func() {
			for _, x := range holding {
				It("after "+x.operation+" the call is "+string(x.state)+" and the other party stays in it", Check(x.name, x.requirement), func() {
					Expect(Request(x.name)).To(BeAccepted())
					Expect(Agent("original")).To(BeNotified(x.state, After(x.name)))
					Expect(Caller("original")).NotTo(BeNotified(Released, After(x.name)))
				})
			}
		})
}
