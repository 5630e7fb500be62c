// Package suites is the catalogue: everything that voicespec plays and judges. It runs as it is, by `go test ./suites` or
// `ginkgo ./suites`; in the suite of a host, by Test or Register; and as the command voicespec.
package suites

import (
	"context"
	"io"
	"sync"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/suites/calls"
	"github.com/voicespec/voicespec/suites/chains"
	"github.com/voicespec/voicespec/suites/conference"
	"github.com/voicespec/voicespec/suites/devices"
	"github.com/voicespec/voicespec/suites/errors"
	"github.com/voicespec/voicespec/suites/invariants"
	"github.com/voicespec/voicespec/suites/notifications"
	"github.com/voicespec/voicespec/suites/pages"
	"github.com/voicespec/voicespec/suites/reads"
	"github.com/voicespec/voicespec/suites/security"
	"github.com/voicespec/voicespec/suites/session"
	"github.com/voicespec/voicespec/suites/states"
	"github.com/voicespec/voicespec/suites/transfer"
	"github.com/voicespec/voicespec/suites/userdata"
)

// Load returns the catalogue as something that can be run. It is read once a process: it never changes.
var Load = sync.OnceValues(func() (*engine.Suite, error) {
	s, err := engine.New(Specs)
	if err != nil {
		return nil, err
	}
	return s.ForTraffic(invariants.Specs), nil
})

// areas are registered in this order, which is that of playing and reporting: of each its pages, then what no page shows.
var areas = []struct {
	name  string
	specs func() // nil where pages are all there is
}{
	{"transfer", transfer.Specs},
	{"calls", calls.Specs},
	{"userdata", userdata.Specs},
	{"conference", conference.Specs},
	{"mute", nil},
	{"recording", nil},
	{"devices", devices.Specs},
	{"agent-state", devices.AgentStateSpecs},
	{"monitoring", devices.MonitoringSpecs},
	{"reads", reads.Specs},
	{"states", states.Specs},
	{"chains", chains.Specs},
	{"errors", errors.Specs},
	{"security", security.Specs},
	{"notifications", notifications.Specs},
	{"session", session.Specs},
}

// Specs registers everything with Ginkgo, in playing order. The page that the project began with, sample 2 of
// InitiateTransfer, is the first of all.
func Specs() {
	for _, area := range areas {
		pages.Specs(area.name, "transfer.sample-2")
		if area.specs != nil {
			area.specs()
		}
	}
	invariants.Specs()
}

// Run tests a target: see engine.Suite.
func Run(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.Run(ctx, o)
}

// always is the part of the catalogue that judges whatever is played.
var always = sync.OnceValues(func() (*engine.Suite, error) { return engine.New(invariants.Specs) })

// Explore plays walks on a target, and judges them by what holds for every message of a run: see engine.Suite.
func Explore(ctx context.Context, o engine.Options, x engine.Exploration) (*engine.Outcome, error) {
	s, err := always()
	if err != nil {
		return nil, err
	}
	return s.Explore(ctx, o, x)
}

// Verify judges a saved recording: see engine.Suite.
func Verify(ctx context.Context, r io.Reader, o engine.Options) (*engine.Outcome, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.Verify(ctx, r, o)
}

// List describes the selected part of the catalogue: see engine.Suite.
func List(o engine.Options) ([]engine.ScenarioInfo, error) {
	s, err := Load()
	if err != nil {
		return nil, err
	}
	return s.List(o)
}
