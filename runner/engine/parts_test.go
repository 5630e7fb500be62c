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

// traffic is what three stations cause in a run of the whole catalogue, without what tells scenarios apart, and who is who.
func traffic(t *testing.T) (*recording.Header, []*recording.Entry) {
	t.Helper()
	_, target := start(t, reference.Options{}, 3)
	target.Budgets.Quiet = 100 * time.Millisecond
	var saved bytes.Buffer
	if _, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Save: &saved}); err != nil {
		t.Fatal(err)
	}
	var header *recording.Header
	var out []*recording.Entry
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
			out = append(out, e)
		}
	}
	return header, out
}

// The traffic of a correct server shows nothing, however small the parts are in which it is judged: what is asked for in one part and
// told in another, or was set in one that was judged before, is no fault; nor is it where so much comes that calls are judged before
// they are over, and what came before them is forgotten.
func TestTrafficInParts(t *testing.T) {
	t.Parallel()
	header, all := traffic(t)
	unknown := *header
	unknown.Stations = nil
	suite, err := suites.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		header           *recording.Header
		part, held, past int
	}{
		"parts of 100 lines":  {header, 100, 0, 0},
		"parts of 1000 lines": {header, 1000, 0, 0},
		"one part":            {header, len(all), 0, 0},
		"little is held":      {header, len(all), 1 << 20, 2000},
		"next to nothing is":  {header, len(all), 400 << 10, 2000},
		"little is known":     {header, 100, 64 << 20, 200},
		"nobody is known":     {&unknown, 100, 64 << 20, 200},
		"nor is much held":    {&unknown, len(all), 500 << 10, 300},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := suite.Passive(x.header, engine.Options{Gate: requirement.Recommended})
			if err != nil {
				t.Fatal(err)
			}
			p.Soon(500 * time.Millisecond)
			if x.held > 0 {
				p.Bound(x.held, x.past)
			}
			for i, e := range all {
				copied := e.Copy()
				copied.Scenario = ""
				if err := p.Add(t.Context(), copied); err != nil {
					t.Fatal(err)
				}
				if i%x.part == x.part-1 {
					if _, err := p.Judge(t.Context(), 0, false); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, err := p.Judge(t.Context(), 0, true); err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Outcome().Report.Checks {
				if c.Outcome == result.Failed {
					t.Errorf("%s: %s", c.ID, c.Message)
				}
			}
		})
	}
}
