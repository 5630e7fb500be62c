package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// runsWith are runs in which one check has these outcomes.
func runsWith(outcomes ...result.Outcome) (run func(context.Context, engine.Options) (*engine.Outcome, error), made *int) {
	made = new(int)
	return func(context.Context, engine.Options) (*engine.Outcome, error) {
		if *made == len(outcomes) {
			return nil, errors.New("the target has gone")
		}
		c := result.Check{ID: "a.b.c", Scenario: "a.b", Level: requirement.Required, Outcome: outcomes[*made], Message: string(outcomes[*made])}
		*made++
		n := *made
		return &engine.Outcome{
			Report:    &result.Report{Gate: requirement.Required, DurationMs: 1, Checks: []result.Check{c}},
			Scenarios: func(string) []*recording.Entry { return []*recording.Entry{{Seq: n}} },
		}, nil
	}, made
}

func TestRepeat(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		outcomes []result.Outcome
		again    engine.Again
		want     result.Outcome
		passed   int // of how many, where it is unstable
		of, made int
		shown    int
	}{
		"always passed":        {[]result.Outcome{result.Passed, result.Passed}, engine.Again{Times: 2}, result.Passed, 0, 0, 2, 1},
		"passed sometimes":     {[]result.Outcome{result.Passed, result.Failed, result.Passed}, engine.Again{Times: 3}, result.Failed, 2, 3, 3, 2},
		"never passed":         {[]result.Outcome{result.Failed, result.Failed}, engine.Again{Times: 2}, result.Failed, 0, 0, 2, 1},
		"blocked, then failed": {[]result.Outcome{result.Blocked, result.Failed}, engine.Again{Times: 2}, result.Failed, 0, 0, 2, 2},
		"until it failed": {
			[]result.Outcome{result.Passed, result.Passed, result.Failed, result.Passed}, engine.Again{UntilFailure: true}, result.Failed, 2, 3, 3, 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, made := runsWith(tt.outcomes...)
			out, err := engine.Repeat(t.Context(), engine.Options{}, tt.again, run)
			if err != nil {
				t.Fatal(err)
			}
			c := out.Report.Checks[0]
			var ratio result.Ratio
			if c.Ratio != nil {
				ratio = *c.Ratio
			}
			if c.Outcome != tt.want || ratio != (result.Ratio{Passed: tt.passed, Of: tt.of}) || *made != tt.made || out.Report.Runs != tt.made {
				t.Errorf("%s, %v, after %d runs", c.Outcome, ratio, *made)
			}
			if got := out.Scenarios("a.b")[0].Seq; got != tt.shown {
				t.Errorf("the recording of run %d is shown", got)
			}
		})
	}
}

func TestRepeatEndsWithTheTarget(t *testing.T) {
	t.Parallel()
	run, _ := runsWith(result.Passed)
	if _, err := engine.Repeat(t.Context(), engine.Options{}, engine.Again{Times: 3}, run); err == nil {
		t.Error("a target that has gone is no result")
	}
}
