package cli

import (
	"context"
	"io"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/suites"
)

// Engine is what the command line needs of runner/engine; tests put another in its place.
type Engine interface {
	Run(ctx context.Context, o Options) (*Outcome, error)
	Verify(ctx context.Context, r io.Reader, o Options) (*Outcome, error)
	Doctor(ctx context.Context, o Options) ([]Finding, error)
	List(o Options) ([]ScenarioInfo, error)
}

type (
	// Options are the engine's.
	Options = engine.Options
	// Event is the engine's.
	Event = engine.Event
	// Outcome is the engine's.
	Outcome = engine.Outcome
	// Finding is the engine's: one line of doctor.
	Finding = engine.Finding
	// ScenarioInfo is the engine's.
	ScenarioInfo = engine.ScenarioInfo
	// CheckInfo is the engine's.
	CheckInfo = engine.CheckInfo
	// UsageError is the engine's: exit code 2.
	UsageError = engine.UsageError
	// TargetError is the engine's: exit code 3.
	TargetError = engine.TargetError
)

// newEngine is the catalogue of suites. What is wrong with it is a mistake of ours, which its tests find.
func newEngine() Engine {
	s, err := suites.Load()
	if err != nil {
		panic(err)
	}
	return s
}
