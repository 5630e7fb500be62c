package suites

import (
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/states"
)

// legacy registers what is not yet written in Ginkgo.
func legacy(area string) {
	var all []*scenario.Scenario
	for _, l := range [][]*scenario.Scenario{states.Scenarios()} {
		all = append(all, l...)
	}
	slices.SortFunc(all, func(a, b *scenario.Scenario) int { return strings.Compare(a.ID, b.ID) })
	for _, s := range all {
		if s.Area == area {
			register(s)
		}
	}
}

func register(s *scenario.Scenario) {
	options := []any{spec.Option(func(d *spec.Definition) {
		d.Profiles, d.Source, d.Feature, d.Operations = s.Profiles, s.Source, s.Feature, s.Operations
		d.NeedsDestination, d.WithoutNotifications, d.Last, d.Whole = s.NeedsDestination, s.Deaf, s.Last, s.Whole
		d.Script = s.Script
	}), func() {
		for _, c := range s.Checks {
			ginkgo.It(c.Title, spec.Check(c.Name, c.Requirements...), func() {
				if s.Whole {
					w := spec.EverythingPlayed()
					run := &scenario.Run{Loose: w.Outside}
					for _, p := range w.Played {
						run.Cases = append(run.Cases, &scenario.Played{Scenario: &scenario.Scenario{ID: p.Definition.ID}, Case: p.Case})
					}
					spec.Rule(c.JudgeAll(run))
					return
				}
				spec.Rule(c.Judge(spec.Case()))
			})
		}
	}}
	spec.Scenario(s.ID, s.Title, options...)
}
