//go:build !race

package matrix_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// explored explores a reference server for some steps, and returns the checks at the gate that failed.
func explored(ctx context.Context, o reference.Options, seed int64, steps int) ([]result.Check, error) {
	server, target, err := embedded.Start(o, 1)
	if err != nil {
		return nil, err
	}
	defer server.Close() //nolint:errcheck // a server that was only for this
	target.Budgets.Event, target.Budgets.Quiet = 8*time.Second, 150*time.Millisecond
	out, err := suites.Explore(ctx, engine.Options{Target: target, Reference: true, SideBySide: true}, engine.Exploration{Seed: seed, Steps: steps})
	if err != nil {
		return nil, err
	}
	var failed []result.Check
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed && c.Level == requirement.Required {
			failed = append(failed, c)
		}
	}
	return failed, nil
}

// No walk makes a conformant variation fail.
func TestExploreVariations(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	var g errgroup.Group
	g.SetLimit(workers)
	for i, v := range reference.Variations() {
		if v.Name == "slow" {
			continue // 1.5 s a step
		}
		g.Go(func() error {
			failed, err := explored(t.Context(), reference.Options{Variation: v.Name}, int64(i+1), 60)
			if err != nil {
				t.Errorf("%s: %v", v.Name, err)
			}
			for _, c := range failed {
				t.Errorf("%s: %s\n%s", v.Name, c.Message, strings.Join(c.Walk, "\n"))
			}
			return nil
		})
	}
	_ = g.Wait() // the functions return nil
}
