package calls

import (
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// data is what Dial attaches to the call.
var data = map[string]any{"VsCustomer": "James", "VsAccount": "12345"}

// dialOptions dials once with each optional parameter, so that a refusal tells which one it is.
func dialOptions() {
	Scenario("calls.dial-options", "Dial with location, outboundCallerId and userData", About("Dial"), Profiles("calls"), Page("CallsDial", "parameters"),
		Play(func(s *Stage) {
			dial := func(label string, params map[string]any) {
				s.DialJudged(label, s.Agent, s.Caller, label, params)
				s.EndCalls()
			}
			dial("location", map[string]any{"location": s.Location()})
			dial("caller-id", map[string]any{"outboundCallerId": s.Agent.Party.Number})
			dial("user-data", map[string]any{"userData": data})
		}),
		func() {
			It("location is accepted", Check("location", "DIAL-4"), func() {
				Expect(Request("location")).To(BeAccepted())
			})
			It("outboundCallerId is accepted", Check("outbound-caller-id", "DIAL-4"), func() {
				Expect(Request("caller-id")).To(BeAccepted())
			})
			It("the Dialing call carries userData", Check("user-data", "DIAL-3"), func() {
				Expect(Request("user-data")).To(BeAccepted())
				Expect(Agent("user-data").First(Dialing)).To(HaveUserData(data))
			})
			It("the called agent's Ringing call carries what Dial attached", Check("ringing-user-data", "DIAL-6"), func() {
				Given(Request("user-data")).To(BeAccepted())
				Expect(Caller("user-data").First(Ringing)).To(HaveUserData(data))
			})
		})
}

var badDials = []refusals.Case{
	badDial("no-destination", "Dial without destination", nil, 1),
	badDial("destination-text", "Dial with a text as destination", to("5001"), 1, 2, 10),
	badDial("destination-number", "Dial with a number as destination", to(5001), 1, 2, 10),
	listed(badDial("destination-list", "Dial with a list as destination", to([]any{"5001"}), 1, 2, 10)),
	badDial("destination-empty", "Dial with an empty object as destination", to(map[string]any{}), 1, 2, 10),
	withData("user-data-text", "a text", "text"),
	withData("user-data-list", "a list", []any{"VsList"}),
	listed(badDial("phone-number-list", "Dial with a list as phoneNumber", to(map[string]any{"phoneNumber": []any{"5001"}}), 1, 2, 10)),
}

// withData has a destination that somebody has, and user data of the wrong type.
func withData(name, what string, data any) refusals.Case {
	return refusals.Case{
		Name: name, Title: "Dial with " + what + " as userData", Requirement: "ERR-8", Expect: []int64{2, 10},
		Send: func(s *Stage, _ *play.Call, label string) *recording.Entry {
			body := to(map[string]any{"phoneNumber": s.Destination.Party.Number})
			body["operationName"], body["userData"] = "Dial", data
			return s.Post(s.Agent, label, "/me/devices/"+s.Agent.Device+"/calls", body)
		},
	}
}

// listed is a list of one in place of what it holds: a JSON library may take it for that.
func listed(c refusals.Case) refusals.Case {
	c.Requirement = "ERR-16"
	return c
}

func to(destination any) map[string]any { return map[string]any{"destination": destination} }

func badDial(name, title string, params map[string]any, expect ...int64) refusals.Case {
	return refusals.Case{Name: name, Title: title, Requirement: "DIAL-5", Expect: expect, Send: func(s *Stage, _ *play.Call, label string) *recording.Entry {
		body := map[string]any{"operationName": "Dial"}
		maps.Copy(body, params)
		return s.Post(s.Agent, label, "/me/devices/"+s.Agent.Device+"/calls", body)
	}}
}

// dialRefusals begins with a call that has ended, and ends with one that is dialled: what a refused
// Dial caused all the same is notified before that.
func dialRefusals() {
	Scenario("calls.dial-refusals", "What Dial must refuse", About("Dial"), Profiles("calls", "errors"), Page("CallsDial", "parameters"),
		Play(func(s *Stage) {
			over := func() *play.Call {
				c := s.Dial(s.Agent, s.Caller, "before", nil)
				s.EndCalls()
				return c
			}
			refusals.Play(s, over(), "Released", over, badDials...)
			s.EndCalls()
			s.Dial(s.Agent, s.Caller, "after", nil)
		}),
		func() {
			refusals.Specs(badDials...)
			refusals.MakesNoCall("no-call", "a refused Dial makes no call", "DIAL-5", "Dial had no usable destination", badDials...)
		})
}
