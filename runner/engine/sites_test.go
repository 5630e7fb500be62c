package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// A destination whose number nobody has is the one cause of all that it keeps from being tested. The number of a caller is
// looked up among his devices.
func TestNumbersOfNobody(t *testing.T) {
	t.Parallel()
	for _, variation := range []string{"number-of-nobody-refused", "number-of-nobody-released"} {
		t.Run(variation, func(t *testing.T) {
			t.Parallel()
			server, target := start(t, reference.Options{Variation: variation}, 1)
			target.Stations[0].Destination.User, target.Stations[0].Destination.Password = "", ""
			target.Stations[0].Destination.Number = "5777"
			out, err := run(t, target, "transfer.*", "conference.initiate", "states.held", "calls.hold", "invariants")
			if err != nil {
				t.Fatal(err)
			}
			const cause = "the number 5777 of the destination is nobody's"
			untestable := 0
			for _, c := range out.Report.Checks {
				switch {
				case c.Outcome == result.Failed || c.Outcome == result.Blocked:
					t.Errorf("%s: %s %s", c.ID, c.Outcome, c.Message)
				case c.Outcome == result.Untestable && strings.Contains(c.Message, cause):
					untestable++
				}
			}
			told := slices.ContainsFunc(out.Report.Notes, func(n string) bool { return strings.Contains(n, cause) })
			if out.Report.Outcome != result.ConformsInPart || !told || untestable < 150 || server.LiveCalls() > 0 {
				t.Errorf("%s, %d untestable, notes %q, %d calls", out.Report.Outcome, untestable, out.Report.Notes, server.LiveCalls())
			}
		})
	}
	t.Run("caller", func(t *testing.T) {
		t.Parallel()
		_, target := start(t, reference.Options{}, 1)
		target.Stations[0].Caller.Number = "5777"
		found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
		if err != nil || !slices.ContainsFunc(found, func(f engine.Finding) bool {
			return !f.OK && strings.Contains(f.Detail, "no device with number 5777 was found for caller")
		}) {
			t.Errorf("%v %+v", err, found)
		}
	})
}
