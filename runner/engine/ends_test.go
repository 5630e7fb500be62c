package engine_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// What both ends do in turn is played to its end also where one of them is told later: a chain that breaks off leaves nothing to judge.
func TestChainsWaitForTheOtherEnd(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{Variation: "other-end-late"}, 2)
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Globs: []string{"chains.at-once", "chains.data"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome != result.Passed && c.Outcome != result.NotSelected {
			t.Errorf("%s: %s %s", c.ID, c.Outcome, c.Message)
		}
	}
}
