package refusals_test

import (
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// takesTime is a step of a server for which it is worth while to send requests side by side.
const takesTime = 25 * time.Millisecond

// Requests that must be refused go out side by side where the server takes time. What it takes all the same is named, as where they
// go out one after the other.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault, scenario string
		want            []string // checks that fail
		again           bool     // requests go out again, alone
	}{
		{"", "userdata.refusals", nil, false},
		{"dtmf-accepts-letters", "calls.dtmf", []string{"letters", "digits-and-letters", "empty-digits"}, true},
		{"initiate-transfer-refused-but-done", "transfer.refusals", []string{"no-effect"}, true},
		{"user-data-accepts-nothing", "userdata.refusals", []string{"update-nothing"}, true},
	} {
		t.Run(tt.fault+" "+tt.scenario, func(t *testing.T) {
			t.Parallel()
			server, target, err := embedded.Start(reference.Options{StepDelay: takesTime, Fault: tt.fault}, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Reference: true, Globs: []string{tt.scenario}, SideBySide: true})
			if err != nil {
				t.Fatal(err)
			}
			failed := map[string]bool{}
			for _, c := range out.Report.Checks {
				if c.Outcome == result.Failed {
					failed[c.ID] = true
				}
			}
			for _, name := range tt.want {
				if !failed[tt.scenario+"."+name] {
					t.Errorf("%s passes", name)
				}
			}
			if len(tt.want) == 0 && len(failed) > 0 {
				t.Errorf("%v failed", failed)
			}
			beside, again := sideBySide(out.Scenarios(tt.scenario))
			if !beside || again != tt.again {
				t.Errorf("side by side %v, alone again %v; want true, %v", beside, again, tt.again)
			}
		})
	}
}

// sideBySide reports whether any of the requests that must be refused were sent side by side, and whether any was sent again.
func sideBySide(entries []*recording.Entry) (beside, again bool) {
	last, sent := 0.0, map[string]bool{}
	for _, e := range entries {
		if e.Kind != recording.KindRest || e.Purpose != recording.Refusal {
			continue
		}
		beside = beside || e.At < last
		again = again || sent[e.Step]
		last, sent[e.Step] = e.AnsweredAt, true
	}
	return beside, again
}
