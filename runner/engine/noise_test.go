package engine_test

import (
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
)

// What has nothing to do with a scenario does not prolong its waits, however often it comes.
func TestNoiseProlongsNoWait(t *testing.T) {
	t.Parallel()
	const budget = time.Second // noise comes more often
	_, target := start(t, reference.Options{Fault: "hangup-without-notification", Variation: "device-chatter"}, 1)
	target.Budgets = config.Budgets{Connect: 10 * time.Second, Request: 10 * time.Second, Event: budget, Quiet: budget}
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.hangup"}, SideBySide: true})
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for _, e := range out.Scenarios("calls.hangup") {
		if e.Kind == recording.KindMissed {
			missed++
			if e.Waited > 3*budget.Seconds() { // it would be four times the budget
				t.Errorf("%s was awaited %.1f s", e.Text, e.Waited)
			}
		}
	}
	if missed == 0 {
		t.Error("nothing was missed")
	}
}
