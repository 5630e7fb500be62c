// Package errors holds the scenarios about requests that are wrong: in their body, their parameters,
// their path or their method. One call stands for all of them, since none may change it.
package errors

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// Specs registers the scenarios of this area.
func Specs() {
	requests()
	elsewhere()
	survival()
}

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
func requests() {
	all := slices.Concat(malformedBodies(), parameters(), unknown(), methods())
	Scenario("errors.requests", "Requests that must be refused", Profiles("errors"), Page("ReturnValues", "statusCode"),
		Play(func(s *Stage) {
			mark := s.Mark()
			refusals.OnEstablished(all...)(s)
			// A request without a destination may have forwarded calls after all.
			if s.Seen(s.Agent, mark, Meeting(Forwarding(s.Agent.Device))) != nil {
				s.Restore(s.Agent, "ForwardCallsOn")
			}
		}),
		func() {
			for _, g := range groups {
				refusals.Group(g.name, g.title, g.requirement, ofRequirement(all, g.requirement)...)
			}
			refusals.ChangeNothing("methods", "PUT, PATCH and DELETE of a call change nothing", "ERR-10", methods()...)
			refusals.Common(all...)
			forms()
		})
}

// ofRequirement are the cases that one requirement wants refused.
func ofRequirement(all []refusals.Case, requirement string) []refusals.Case {
	return slices.DeleteFunc(slices.Clone(all), func(c refusals.Case) bool { return c.Requirement != requirement || c.Harmless })
}

// forms are about every answer of a scenario.
func forms() {
	It("every answer has an integer statusCode of the table", Check("answer-form", "HTTP-2"), func() {
		Expect(ofTheAPI(Requests("refusal."))).To(HaveAnswerForm())
	})
	It("no statusMessage stands beside statusCode 0", Check("answer-message", "HTTP-4"), func() {
		Expect(ofTheAPI(Requests("refusal."))).To(HaveNoMessageOnSuccess())
	})
}

// ofTheAPI leaves out paths that are none of the API's, and bodies that are no JSON: another may answer them.
func ofTheAPI(list []*recording.Entry) []*recording.Entry {
	elsewhere := map[string]bool{}
	for _, c := range malformedBodies() {
		elsewhere[c.Label()] = c.Malformed()
	}
	return slices.DeleteFunc(list, func(e *recording.Entry) bool { return strings.HasPrefix(e.Step, "refusal.path-") || elsewhere[e.Step] })
}
