package engine_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// What was caused after the last poll is not missing: the call was over, as when somebody else hangs it up, and nothing polled again.
func TestNothingIsMissedThatNobodyPolledFor(t *testing.T) {
	t.Parallel()
	const check, updates = "notifications.delivery.between-polls", 5
	_, target := start(t, reference.Options{}, 1)
	var saved bytes.Buffer
	if _, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"notifications.delivery"}, Save: &saved}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		polls bool
		want  result.Outcome
	}{
		"not polled again":                {false, result.Passed},
		"polled once more, and they lack": {true, result.Failed},
	} {
		var cut bytes.Buffer
		sent := 0
		for line := range bytes.Lines(saved.Bytes()) {
			var e recording.Entry
			if err := json.Unmarshal(line, &e); err != nil {
				t.Fatal(err)
			}
			switch poll := e.Kind == recording.KindBayeux && e.Direction == "sent"; {
			case e.Step == "idle" && sent == updates: // the call is over
			case e.Browser == "idle" && sent == updates && (!poll || !tt.polls): // nothing came, or nobody asked
			default:
				cut.Write(line)
			}
			if e.Step == "idle" {
				sent = min(sent+1, updates)
			}
		}
		out, err := suites.Verify(t.Context(), &cut, engine.Options{Globs: []string{check}})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Report.Checks {
			if c.ID == check && c.Outcome != tt.want {
				t.Errorf("%s: %s %s", name, c.Outcome, c.Message)
			}
		}
	}
}
