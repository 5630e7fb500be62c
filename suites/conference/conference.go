// Package conference holds the scenarios about conferences that no page shows as a sample: the
// other ways to complete one, its optional parameters, the other parties, and what must be refused.
package conference

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

// Specs registers the scenarios of this area.
func Specs() {
	completion("conference.after-initiate-transfer", "CompleteConference after InitiateTransfer", "InitiateTransfer", "CONFERENCE-8", onConsult)
	completion("conference.complete-on-original", "CompleteConference posted to the original call", "InitiateConference", "CONFERENCE-7", onOriginal)
	completion("conference.consult-call-uri", "CompleteConference with consultCallUri", "InitiateConference", "CONFERENCE-7", withURI)
	refused()
	removal()
	singleStep()
	userData()
}

const (
	original = "original"
	consult  = "consult"
)

// pair has an answered consult call.
func pair(s *Stage, initiate string) (first, second *play.Call) {
	first = s.Inbound(original)
	second = s.Consult(first, consult, initiate)
	s.DestinationAnswers(second)
	return first, second
}

// Which call CompleteConference is posted to, and with what.
func onOriginal(_ *Stage, first, _ *play.Call) (*play.Call, map[string]any) { return first, nil }
func onConsult(_ *Stage, _, second *play.Call) (*play.Call, map[string]any) { return second, nil }
func withURI(s *Stage, first, second *play.Call) (*play.Call, map[string]any) {
	return first, map[string]any{"consultCallUri": s.CallURI(s.Agent, second)}
}

// complete waits for the consult call's end, and for what the original becomes, since cleaning up must
// not overtake it; what that is, is judged by the page's own sample.
func complete(s *Stage, on, first, second *play.Call, params map[string]any) *recording.Entry {
	mark := s.Mark()
	e := s.Operate(s.Agent, "complete", on, "CompleteConference", params)
	if e.Accepted() {
		s.AwaitState(s.Agent, second, mark, "Released")
		s.AwaitState(s.Agent, first, mark, "Established")
	}
	return e
}

func completion(id, title, initiate, requirement string, posted func(*Stage, *play.Call, *play.Call) (*play.Call, map[string]any)) {
	Scenario(id, title, About(initiate, "CompleteConference"), Profiles("conference"), Page("CompleteConference", "consultCallUri"), NeedsDestination,
		Play(func(s *Stage) {
			first, second := pair(s, initiate)
			on, params := posted(s, first, second)
			complete(s, on, first, second, params)
		}),
		func() {
			It("the conference is completed", Check("completed", requirement), func() {
				Expect(Request("complete")).To(BeAccepted())
				Expect(Agent(consult)).To(BeNotified(Released, After("complete")))
			})
		})
}
