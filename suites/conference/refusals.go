package conference

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

// onEstablished are what a call without a consult call must refuse.
var onEstablished = append(append(
	destinations("initiate", "InitiateConference"),
	destinations("single-step", "SingleStepConference")...),
	probe.Post("complete-without-consult", "CompleteConference where there is no consult call", "CONFERENCE-10", "CompleteConference", nil, 2, 3, 6, 1))

// destinations are the ways in which the destination of an operation is missing or wrong.
func destinations(name, operation string) []probe.Probe {
	const requirementID = "CONFERENCE-9"
	return []probe.Probe{
		probe.Post(name+"-no-destination", operation+" without destination", requirementID, operation, nil, 1),
		probe.Post(name+"-destination-text", operation+" with a text as destination", requirementID, operation, map[string]any{"destination": "5001"}, 1, 2, 10),
		probe.Post(name+"-destination-list", operation+" with a list as destination", requirementID, operation, map[string]any{"destination": []any{"5001"}}, 1, 2, 10),
		probe.Post(name+"-destination-empty", operation+" with an empty object as destination", requirementID, operation, map[string]any{"destination": map[string]any{}}, 1, 2, 10),
	}
}

func refusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "conference.refusals", Title: "What the conference operations must refuse", Area: "conference", Operations: []string{"InitiateConference", "CompleteConference", "SingleStepConference"}, Profiles: []string{"conference", "errors"},
		Source: requirement.Source{Page: "InitiateConference", Section: "parameters"},
		Script: func(s *play.Stage) {
			established := func() *play.Call { return s.Inbound(original) }
			probe.Play(s, established(), "Established", established, onEstablished...)
		},
		Checks: probe.Checks(onEstablished...),
	}
}
