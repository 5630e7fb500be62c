package engine_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
)

// What is selected as gentle sends nothing that must be refused, and what does not originate begins no call.
func TestLabels(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{}, 4)
	out, err := suites.Run(t.Context(), engine.Options{Target: target, LabelFilter: "!originates || gentle", SideBySide: true})
	if err != nil {
		t.Fatal(err)
	}
	list, err := suites.List(engine.Options{LabelFilter: "!originates"})
	if err != nil || len(list) < 10 {
		t.Fatalf("%v, %d scenarios", err, len(list))
	}
	for _, sc := range out.Report.Scenarios {
		quiet := slices.ContainsFunc(list, func(i engine.ScenarioInfo) bool { return i.ID == sc.ID })
		for _, e := range out.Scenarios(sc.ID) {
			switch {
			case e.Kind != recording.KindRest:
			case quiet && e.Operation() == "Dial":
				t.Errorf("%s dials", sc.ID)
			case !quiet && (e.Purpose == recording.Refusal || e.Credentials == "wrong" || e.Credentials == "none"):
				t.Errorf("%s is not gentle: %s", sc.ID, e.Step)
			}
		}
	}
}
