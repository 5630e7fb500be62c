//go:build !race

package matrix_test

import (
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

// unexplored are variations that walks are not played on: they take 1.5 s a step, or let the people of most stations do nothing, or others
// are in it, whose doing is told by playing again.
func unexplored(name string) bool {
	return name == "slow" || strings.HasPrefix(name, "unregistered") || name == "shared-with-others"
}

// No walk makes a conformant variation fail.
func TestExploreVariations(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	var g errgroup.Group
	g.SetLimit(workers)
	for i, v := range reference.Variations() {
		if unexplored(v.Name) {
			continue
		}
		g.Go(func() error {
			pool <- struct{}{}
			defer func() { <-pool }()
			server, target, err := embedded.Start(reference.Options{Variation: v.Name}, 1)
			if err != nil {
				return err
			}
			defer server.Close()
			target.Budgets.Event, target.Budgets.Quiet = 8*time.Second, 150*time.Millisecond
			out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true}, engine.Exploration{Seed: int64(i + 1), Steps: 40})
			if err != nil {
				t.Errorf("%s: %v", v.Name, err)
				return nil
			}
			for _, c := range out.Report.Checks {
				if c.Outcome == result.Failed && c.Level == requirement.Required {
					t.Errorf("%s: %s\n%s", v.Name, c.Message, strings.Join(c.Walk, "\n"))
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
