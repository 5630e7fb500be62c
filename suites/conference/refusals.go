package conference

import (
	. "github.com/voicespec/voicespec/runner/spec"

	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// refused is what a call without a consult call must refuse.
func refused() {
	cases := append(refusals.WithoutDestination("initiate-", "CONFERENCE-9", "InitiateConference"),
		refusals.WithoutDestination("single-step-", "CONFERENCE-9", "SingleStepConference")...)
	cases = append(cases, refusals.Post("complete-without-consult", "CompleteConference where there is no consult call", "CONFERENCE-10",
		"CompleteConference", nil, 2, 3, 6, 1))
	Scenario("conference.refusals", "What the conference operations must refuse", About("InitiateConference", "CompleteConference", "SingleStepConference"),
		Profiles("conference", "errors"), Page("InitiateConference", "parameters"),
		Play(refusals.OnEstablished(cases...)),
		func() { refusals.Specs(cases...) })
}
