// Package suites is the catalogue: everything that voicespec plays and judges.
package suites

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/devices"
	"github.com/voicespec/voicespec/suites/documented"
	"github.com/voicespec/voicespec/suites/errors"
	"github.com/voicespec/voicespec/suites/security"
	"github.com/voicespec/voicespec/suites/session"
	"github.com/voicespec/voicespec/suites/states"
	"github.com/voicespec/voicespec/suites/transfer"
)

// areas is the order in which scenarios are played and reported: the page that the project
// began with comes first.
var areas = []string{"transfer", "calls", "userdata", "conference", "mute", "recording", "devices", "agent-state", "monitoring", "reads", "states", "errors", "security", "notifications", "session", "throughout"}

// Load returns the catalogue as something that can be run. It is read once a process: it never changes.
var Load = sync.OnceValues(func() (*engine.Suite, error) { return engine.New(Specs, states.Table) })

// Specs registers everything, in playing order.
func Specs() {
	registry, err := requirement.Load()
	if err != nil {
		panic(err) // embedded, and tested
	}
	all, err := All(registry)
	if err != nil {
		panic(err)
	}
	converted := map[string]func(){
		"transfer": transfer.Specs, "devices": devices.Specs, "agent-state": devices.AgentStateSpecs, "monitoring": devices.MonitoringSpecs,
		"errors": errors.Specs, "security": security.Specs, "session": session.Specs,
	}
	for _, area := range areas {
		for _, s := range all {
			if s.Area == area {
				register(s)
			}
		}
		if specs := converted[area]; specs != nil {
			specs()
		}
	}
}

func register(s *scenario.Scenario) {
	options := []any{spec.Option(func(d *spec.Definition) {
		d.Profiles, d.Source, d.Feature, d.Operations = s.Profiles, s.Source, s.Feature, s.Operations
		d.NeedsDestination, d.WithoutNotifications, d.Last, d.Whole = s.NeedsDestination, s.Deaf, s.Last, s.Whole
		d.Script, d.Page = s.Script, s.Document
	}), func() {
		for _, c := range s.Checks {
			ginkgo.It(c.Title, spec.Check(c.Name, c.Requirements...), func() {
				if s.Whole {
					spec.Rule(c.JudgeAll(whole()))
					return
				}
				spec.Rule(c.Judge(spec.Case()))
			})
		}
	}}
	spec.Scenario(s.ID, s.Title, options...)
}

func whole() *scenario.Run {
	w := spec.EverythingPlayed()
	run := &scenario.Run{Loose: w.Outside}
	for _, p := range w.Played {
		run.Cases = append(run.Cases, &scenario.Played{Scenario: &scenario.Scenario{ID: p.Definition.ID, Document: p.Definition.Page}, Case: p.Case})
	}
	return run
}

// All returns the catalogue in playing order.
func All(registry *requirement.Registry) ([]*scenario.Scenario, error) {
	all, err := documented.Scenarios()
	if err != nil {
		return nil, fmt.Errorf("load the documented scenarios: %w", err)
	}
	for _, more := range written() {
		all = append(all, more...)
	}
	slices.SortStableFunc(all, func(a, b *scenario.Scenario) int {
		if a.Last != b.Last {
			if a.Last {
				return 1
			}
			return -1
		}
		if i, j := slices.Index(areas, a.Area), slices.Index(areas, b.Area); i != j {
			return i - j
		}
		// Sample 2 is the whole transfer: first of all.
		return strings.Compare(rank(a), rank(b))
	})
	if err := scenario.Validate(all, registry); err != nil {
		return nil, fmt.Errorf("the catalogue is inconsistent: %w", err)
	}
	return all, nil
}

func rank(s *scenario.Scenario) string {
	if s.ID == "transfer.sample-2" {
		return ""
	}
	if s.Document != nil {
		return "a" + s.ID
	}
	return "b" + s.ID
}

// Run tests a target: see engine.Suite.
func Run(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.Run(ctx, o)
}

// Verify judges a saved recording: see engine.Suite.
func Verify(ctx context.Context, r io.Reader, o engine.Options) (*engine.Outcome, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.Verify(ctx, r, o)
}

// List describes the selected part of the catalogue.
func List(o engine.Options) ([]engine.ScenarioInfo, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.List(o)
}
