// Package errors holds the scenarios about requests that are wrong: in their body, their parameters,
// their path or their method. One call stands for all of them, since none may change it.
package errors

import (
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario { return []*scenario.Scenario{requests(), survival()} }

const area = "errors"

var returnValues = requirement.Source{Page: "ReturnValues", Section: "statusCode"}

// groups are the requirements that refusals are judged by, each in one check.
var groups = []struct{ name, title, requirement string }{
	{"bodies", "a body that is no JSON object is refused", "ERR-5"},
	{"operation-names", "an unknown operationName, or none, is refused", "ERR-6"},
	{"missing-parameters", "a required parameter that is missing is refused", "ERR-7"},
	{"wrong-types", "a parameter of the wrong type is refused", "ERR-8"},
	{"numbers-for-texts", "a number in place of a text is refused", "ERR-14"},
	{"unknown-resources", "what does not exist is refused", "ERR-9"},
	{"digits", "digits that are none are refused", "DTMF-2"},
}

// requests are what must be refused.
func requests() *scenario.Scenario {
	all := append(malformedBodies(), append(parameters(), append(unknown(), methods()...)...)...)
	s := &scenario.Scenario{
		ID: "errors.requests", Title: "Requests that must be refused", Area: area, Profiles: []string{area}, Source: returnValues,
		Script: func(s *play.Stage) {
			mark := s.Mark()
			established := func() *play.Call { return s.Inbound("original") }
			probe.Play(s, established(), "Established", established, all...)
			if s.Seen(s.Agent, mark, forwarding(s.Agent.Device)) != nil {
				s.Restore(s.Agent, "ForwardCallsOn")
			}
		},
	}
	for _, g := range groups {
		var members []probe.Probe
		for _, p := range all {
			if p.Requirement == g.requirement && !p.Harmless {
				members = append(members, p)
			}
		}
		s.Checks = append(s.Checks, probe.Group(g.name, g.title, g.requirement, members...))
	}
	s.Checks = append(s.Checks, scenario.Check{Name: "methods", Title: "PUT, PATCH and DELETE of a call change nothing", Requirements: []string{"ERR-10"}, Judge: unchanged(methods())})
	s.Checks = append(s.Checks, probe.Common(all...)...)
	s.Checks = append(s.Checks, forms()...)
	return s
}

// forwarding is a notification that calls are forwarded, which a request without a destination may
// have brought about.
func forwarding(device string) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool { return judge.DeviceIn(e, device)["forwardTo"] != nil }
}

// forms are about every answer of a scenario.
func forms() []scenario.Check {
	each := func(judged func(*recording.Entry) []judge.Finding) func(*judge.Case) judge.Ruling {
		return func(c *judge.Case) judge.Ruling {
			var out []judge.Finding
			list := c.Steps("probe.")
			for _, e := range list {
				if !strings.HasPrefix(e.Step, "probe.path-") { // a path that is none of the API's may be answered by another
					out = append(out, judged(e)...)
				}
			}
			if len(list) == 0 {
				return c.NotPlayed("a probe")
			}
			return judge.Ruled(out)
		}
	}
	return []scenario.Check{
		{Name: "answer-form", Title: "every answer has an integer statusCode of the table", Requirements: []string{"HTTP-2"}, Judge: each(judge.AnswerForm)},
		{Name: "answer-message", Title: "no statusMessage stands beside statusCode 0", Requirements: []string{"HTTP-4"}, Judge: each(judge.NoMessageOnSuccess)},
	}
}

// unchanged judges that requests had no effect, however they were answered.
func unchanged(probes []probe.Probe) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, p := range probes {
			e := probe.Entry(c, p)
			if e == nil {
				continue
			}
			n++
			for _, f := range probe.Effects(c, e) {
				f.Requirement, f.Expected = p.Requirement, "no change: "+p.Title
				out = append(out, f)
			}
		}
		if n == 0 {
			return c.NotPlayed("a probe")
		}
		return judge.Ruled(out)
	}
}
