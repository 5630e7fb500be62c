package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// A soak runs and explores by turns, and ends with one outcome of all.
func TestSoak(t *testing.T) {
	target := exploredTarget(t, reference.Options{}, 1)
	out, err := engine.Soak(t.Context(), engine.Options{Target: target, Reference: true, Globs: []string{"calls.hold.*"}}, engine.Soaking{
		For: time.Millisecond, Run: suites.Run, Explore: suites.Explore,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := out.Report.Soak
	if s.Rounds < 1 || s.Steps == 0 || out.Report.Runs != s.Rounds || out.Report.Explore.Steps != s.Steps {
		t.Errorf("%+v", s)
	}
	if len(s.Points) == 0 || s.Points[0].Bytes == 0 || s.Points[0].Listed == 0 || len(s.Points[0].Latency) == 0 {
		t.Errorf("points: %+v", s.Points)
	}
	if len(s.Changed) > 0 || len(out.Report.Notes) > 0 {
		t.Errorf("a server that is as it was: %+v, %q", s.Changed, out.Report.Notes)
	}
	if n := out.Report.Counts[result.Failed]; n > 0 {
		t.Errorf("%d checks failed", n)
	}
}

// However many rounds, what is kept of them has an end; and the checks are those of all rounds.
func TestSoakOfManyRounds(t *testing.T) {
	t.Parallel()
	const rounds = 1000
	made := 0
	run := func(context.Context, engine.Options) (*engine.Outcome, error) {
		made++
		if made > rounds {
			return nil, errors.New("the target has gone")
		}
		of := result.Passed
		if made == rounds/2 {
			of = result.Failed
		}
		one, _ := runsWith(of)
		return one(t.Context(), engine.Options{})
	}
	explore := func(_ context.Context, _ engine.Options, _ engine.Exploration) (*engine.Outcome, error) {
		return nil, &engine.TargetError{Cause: "nobody is notified"}
	}
	out, err := engine.Soak(t.Context(), engine.Options{}, engine.Soaking{For: time.Hour, Run: run, Explore: explore})
	if err == nil || out == nil {
		t.Fatal("the end of the target is told, and so is what was found before", err)
	}
	s, c := out.Report.Soak, out.Report.Checks[0]
	n, failed := 0, 0
	for _, p := range s.Points {
		n += p.Rounds
		failed += p.Failed
	}
	if s.Rounds != rounds || n != rounds || failed != 1 || len(s.Points) > 200 {
		t.Errorf("%d rounds, %d points of %d rounds, %d failed", s.Rounds, len(s.Points), n, failed)
	}
	if c.Outcome != result.Failed || c.Ratio == nil || c.Ratio.Passed != rounds-1 {
		t.Errorf("%+v", c)
	}
	if out.Report.Reason == "" || !strings.Contains(strings.Join(out.Report.Notes, " "), "nobody is notified") {
		t.Errorf("%q %q", out.Report.Reason, out.Report.Notes)
	}
}
