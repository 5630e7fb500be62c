package states_test

import (
	"slices"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// takesTime is a step of a server for which it is worth while to try operations side by side.
const takesTime = 25 * time.Millisecond

// Where the server takes time, what is not offered is tried side by side; where it answers at once, one after the other.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		step time.Duration
		want bool
	}{{0, false}, {takesTime, true}} {
		out, cells := run(t, reference.Options{StepDelay: tt.step}, "states.dialing")
		beside := slices.ContainsFunc(cells, func(x judge.Cell) bool {
			return slices.ContainsFunc(cells, func(y judge.Cell) bool {
				return x.Request != y.Request && x.Request.At < y.Request.AnsweredAt && y.Request.At < x.Request.AnsweredAt
			})
		})
		if beside != tt.want {
			t.Errorf("a step of %s: side by side %v, want %v", tt.step, beside, tt.want)
		}
		if out.Report.Outcome != result.ConformsInPart {
			t.Errorf("a step of %s: %s", tt.step, out.Report.Outcome)
		}
	}
}

// What is carried out all the same is named, and nothing else, although it was tried beside others first.
func TestSideBySideNamesTheCulprit(t *testing.T) {
	t.Parallel()
	_, cells := run(t, reference.Options{StepDelay: takesTime, Fault: "hold-while-ringing"}, "states.ringing")
	var wrong []string
	for _, x := range cells {
		if !x.Offered && (!x.Refused || len(x.Effects) > 0) {
			wrong = append(wrong, x.Operation)
		}
	}
	if !slices.Equal(wrong, []string{"Hold"}) {
		t.Errorf("%q do not stay without effect, want Hold", wrong)
	}
}
