//go:build !race

package matrix_test

import (
	"bytes"
	"cmp"
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/suites"
	"github.com/voicespec/voicespec/suites/invariants"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Of the faults that are not about refusals, drawn and measured so, at least so many in a hundred show in traffic that nobody says anything of.
const (
	drawn      = 60
	leastShown = 85
)

// aboutRefusals reports whether a fault is that something is refused, or is not: traffic holds little that must be refused, and a server may have
// reasons of its site to refuse something.
func aboutRefusals(f reference.Fault) bool {
	return slices.ContainsFunc(append([]string{"STATE-4", "DEVICE-14"}, refusing...), func(topic string) bool { return strings.HasPrefix(f.Requirement, topic) }) ||
		strings.Contains(f.Name, "refuse") || strings.Contains(f.Name, "accept")
}

// lot draws faults by chance, and the same ones whatever others there are: one more changes one of them at most.
func lot(f reference.Fault) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, "13 "+f.Name)
	return h.Sum64()
}

// bare is a recording as traffic is: without what the player knew.
func bare(t *testing.T, saved *bytes.Buffer) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	w := recording.NewWriter(&out)
	for e, err := range recording.Read(saved) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == recording.KindScenario || e.Kind == recording.KindCall {
			continue
		}
		e.Scenario, e.Step, e.Purpose = "", "", ""
		w.Write(e)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return &out
}

// failing are the requirements that fail.
func failing(r *result.Report) []string {
	var out []string
	for _, c := range r.Checks {
		if c.Outcome == result.Failed {
			out = append(out, c.Requirements...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Recordings of broken servers are judged by what was sent and what came alone: most faults show, and the correct server stays without a finding.
func TestFaultsShowInTraffic(t *testing.T) {
	if testing.Short() {
		t.Skip("plays sixty broken servers")
	}
	faults := reference.Faults()
	slices.SortFunc(faults, func(a, b reference.Fault) int { return cmp.Compare(lot(a), lot(b)) })
	faults = slices.DeleteFunc(faults[:drawn], aboutRefusals)
	catalogue, err := suites.List(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	faults = append(faults, reference.Fault{}) // the correct server
	saved, found := make([]bytes.Buffer, len(faults)), make([]bool, len(faults))
	var g errgroup.Group
	g.SetLimit(workers)
	for i, f := range faults {
		g.Go(func() error {
			server, target, err := embedded.Start(reference.Options{Fault: f.Name}, 1)
			if err != nil {
				return err
			}
			defer server.Close()
			target.Budgets.Quiet, target.Budgets.Event = 100*time.Millisecond, matrix.Event
			globs := []string{"transfer.sample-2", "invariants"}
			for _, s := range catalogue {
				if slices.ContainsFunc(s.Checks, func(c engine.CheckInfo) bool { return slices.Contains(c.Requirements, f.Requirement) }) {
					globs = append(globs, s.ID)
				}
			}
			out, err := suites.Run(t.Context(), engine.Options{
				Target: target, Reference: true, Fault: f.Name, Gate: requirement.Recommended, Globs: globs, SideBySide: true, Save: &saved[i],
			})
			if out == nil {
				return err
			}
			found[i] = slices.Contains(failing(out.Report), f.Requirement)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	rules, err := engine.New(invariants.Specs)
	if err != nil {
		t.Fatal(err)
	}
	shown, all := 0, 0
	for i, f := range faults {
		out, err := rules.Verify(t.Context(), bare(t, &saved[i]), engine.Options{Gate: requirement.Recommended})
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		trips := failing(out.Report)
		switch {
		case f.Name == "":
			if len(trips) > 0 {
				t.Errorf("traffic of the correct server trips %v", trips)
			}
			continue
		case !found[i]:
			t.Logf("%s (%s): the run itself does not find it", f.Name, f.Requirement)
			continue
		}
		all++
		if len(trips) > 0 {
			shown++
			continue
		}
		t.Logf("%s (%s) does not show: %s", f.Name, f.Requirement, f.Description)
	}
	t.Logf("%d of %d faults show in traffic", shown, all)
	if shown*100 < leastShown*all || all < drawn/2 {
		t.Errorf("%d of %d faults show in traffic, fewer than %d %%", shown, all, leastShown)
	}
}
