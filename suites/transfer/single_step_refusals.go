package transfer

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

const singleStepOp = "SingleStepTransfer"

var singleSteps = []probe.Probe{
	probe.Post("no-destination", "SingleStepTransfer without destination", "TRANSFER-19", singleStepOp, nil, 1),
	probe.Post("destination-empty", "SingleStepTransfer with an empty object as destination", "TRANSFER-19", singleStepOp, map[string]any{"destination": map[string]any{}}, 1, 2, 10),
	probe.Post("destination-text", "SingleStepTransfer with a text as destination", "ERR-8", singleStepOp, map[string]any{"destination": "5001"}, 1, 2, 10),
	probe.Post("destination-number", "SingleStepTransfer with a number as destination", "ERR-8", singleStepOp, map[string]any{"destination": 5001}, 1, 2, 10),
	probe.Post("destination-list", "SingleStepTransfer with a list as destination", "ERR-8", singleStepOp, map[string]any{"destination": []any{"5001"}}, 1, 2, 10),
}

func singleStepRefusals() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "transfer.single-step-refusals", Title: "What SingleStepTransfer must refuse", Area: "transfer", Operations: []string{"SingleStepTransfer"}, Profiles: []string{"transfer", "errors"},
		Source: requirement.Source{Page: singleStepOp, Section: "parameters"},
		Script: func(s *play.Stage) {
			established := func() *play.Call { return s.Inbound("original") }
			probe.Play(s, established(), "Established", established, singleSteps...)
		},
		Checks: probe.Checks(singleSteps...),
	}
}
