//go:build !race

package engine_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// The traffic of a correct server shows nothing, however small the parts are in which it is judged: what is asked for in one part and
// told in another, or was set in one that was judged before, is no fault.
func TestTrafficInParts(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{}, 3)
	target.Budgets.Quiet = 100 * time.Millisecond
	var saved bytes.Buffer
	if _, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Save: &saved}); err != nil {
		t.Fatal(err)
	}
	var header *recording.Header
	var traffic []*recording.Entry
	for e, err := range recording.Read(&saved) {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case recording.KindHeader:
			header = e.Header
		case recording.KindScenario, recording.KindCall, recording.KindMissed, recording.KindNote:
		default:
			e.Scenario, e.Step, e.Purpose = "", "", ""
			traffic = append(traffic, e)
		}
	}
	suite, err := suites.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []int{100, 1000, len(traffic)} {
		p, err := suite.Passive(header, engine.Options{Gate: requirement.Recommended})
		if err != nil {
			t.Fatal(err)
		}
		p.Soon(500 * time.Millisecond)
		for i, e := range traffic {
			copied := e.Copy()
			copied.Scenario = ""
			if err := p.Add(t.Context(), copied); err != nil {
				t.Fatal(err)
			}
			if i%part == part-1 {
				if _, err := p.Judge(t.Context(), false); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := p.Judge(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Outcome().Report.Checks {
			if c.Outcome == result.Failed {
				t.Errorf("in parts of %d lines: %s: %s", part, c.ID, c.Message)
			}
		}
	}
}
