package calls

import (
	"maps"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

var (
	dialPage = requirement.Source{Page: "CallsDial", Section: "parameters"}
	dialData = map[string]any{"VsCustomer": "James", "VsAccount": "12345"}
)

// dialOptions dials once with each optional parameter, so that a refusal tells which one it is.
func dialOptions() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "calls.dial-options", Title: "Dial with location, outboundCallerId and userData", Area: "calls", Operations: []string{"Dial"}, Profiles: []string{"calls"}, Source: dialPage,
		Script: func(s *play.Stage) {
			for _, x := range []struct {
				step   string
				params map[string]any
			}{
				{"location", map[string]any{"location": s.Location()}},
				{"caller-id", map[string]any{"outboundCallerId": s.Agent.Party.Number}},
				{"user-data", map[string]any{"userData": dialData}},
			} {
				s.TryDial(x.step, s.Agent, s.Caller, x.step, x.params)
				s.EndCalls()
			}
		},
		Checks: []scenario.Check{
			{Name: "location", Title: "location is accepted", Requirements: []string{"DIAL-4"}, Judge: accepted("location")},
			{Name: "outbound-caller-id", Title: "outboundCallerId is accepted", Requirements: []string{"DIAL-4"}, Judge: accepted("caller-id")},
			{Name: "user-data", Title: "the Dialing call carries userData", Requirements: []string{"DIAL-3"}, Judge: carries("DIAL-3", "agent", "Dialing")},
			{Name: "ringing-user-data", Title: "the called agent's Ringing call carries what Dial attached", Requirements: []string{"DIAL-6"}, Judge: carries("DIAL-6", "caller", "Ringing")},
		},
	}
}

func accepted(step string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		e := c.Step(step)
		if e == nil {
			return c.NotPlayed("Dial")
		}
		return judge.Ruled(judge.Accepted("DIAL-4", e))
	}
}

// carries judges the first notification of the call at one end.
func carries(requirementID, actor, state string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		e := c.Step("user-data")
		if e == nil {
			return c.NotPlayed("Dial with userData")
		}
		if f := judge.Accepted("DIAL-3", e); f != nil {
			if requirementID != "DIAL-3" {
				return judge.Block("Dial with userData was refused")
			}
			return judge.Ruled(f)
		}
		for _, m := range c.At(actor, "user-data") {
			if m.State() != state || !judge.Since(e, m) {
				continue
			}
			have, _ := m.Call()["userData"].(map[string]any)
			if judge.HasPairs(have, dialData) {
				return judge.Pass()
			}
			return judge.Fail(judge.Finding{Requirement: requirementID, Entry: m, Path: "data.call.userData", Expected: judge.JSON(dialData), Observed: judge.Short(m.Call()["userData"])})
		}
		return judge.Block("the %s was not notified of the call in state %s", actor, state)
	}
}

var badDials = []probe.Probe{
	badDial("no-destination", "Dial without destination", nil, 1),
	badDial("destination-text", "Dial with a text as destination", map[string]any{"destination": "5001"}, 1, 2, 10),
	badDial("destination-number", "Dial with a number as destination", map[string]any{"destination": 5001}, 1, 2, 10),
	badDial("destination-list", "Dial with a list as destination", map[string]any{"destination": []any{"5001"}}, 1, 2, 10),
	badDial("destination-empty", "Dial with an empty object as destination", map[string]any{"destination": map[string]any{}}, 1, 2, 10),
	badDial("phone-number-list", "Dial with a list as phoneNumber", map[string]any{"destination": map[string]any{"phoneNumber": []any{"5001"}}}, 1, 2, 10),
}

func badDial(name, title string, params map[string]any, expect ...int64) probe.Probe {
	return probe.Probe{Name: name, Title: title, Requirement: "DIAL-5", Expect: expect, Send: func(s *play.Stage, _ *play.Call, label string) *recording.Entry {
		body := map[string]any{"operationName": "Dial"}
		maps.Copy(body, params)
		return s.Post(s.Agent, label, "/me/devices/"+s.Agent.Device+"/calls", body)
	}}
}

// dialRefusals begins with a call that has ended, and ends with one that is dialled: what a refused
// Dial caused all the same is notified before that.
func dialRefusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "calls.dial-refusals", Title: "What Dial must refuse", Area: "calls", Operations: []string{"Dial"}, Profiles: []string{"calls", "errors"}, Source: dialPage,
		Script: func(s *play.Stage) {
			over := func() *play.Call {
				c := s.Dial(s.Agent, s.Caller, "before", nil)
				s.EndCalls()
				return c
			}
			probe.Play(s, over(), "Released", over, badDials...)
			s.EndCalls()
			s.Dial(s.Agent, s.Caller, "after", nil)
		},
		Checks: append(probe.Checks(badDials...), scenario.Check{
			Name: "no-call", Title: "a refused Dial makes no call", Requirements: []string{"DIAL-5"}, Judge: noCall,
		}),
	}
}

func noCall(c *judge.Case) judge.Ruling {
	steps := c.Steps("probe.")
	if len(steps) == 0 {
		return c.NotPlayed("a refused Dial")
	}
	known := map[string]bool{}
	for _, m := range c.Messages("") {
		if m.At < steps[0].At {
			known[m.CallID()] = true
		}
	}
	for _, e := range c.Entries {
		if e.Kind == recording.KindCall {
			known[e.ID] = true
		}
	}
	for _, m := range c.Messages("") {
		if m.Type() == "StatusChange" && !known[m.CallID()] && c.BetweenOurs(m) {
			return judge.Fail(judge.Finding{
				Requirement: "DIAL-5", Entry: m, Path: "data.call", Expected: "no call: Dial had no usable destination",
				Observed: "the " + m.Actor + " is notified of a call that is " + m.State(),
			})
		}
	}
	return judge.Pass()
}
