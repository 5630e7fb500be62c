package engine_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/suites"
)

// The scenarios that are said to be long are there.
func TestLengths(t *testing.T) {
	t.Parallel()
	list, err := suites.List(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for id := range engine.Lengths {
		if !slices.ContainsFunc(list, func(s engine.ScenarioInfo) bool { return s.ID == id }) {
			t.Errorf("there is no scenario %s", id)
		}
	}
}
