package cli

import (
	"context"
	"errors"
	"io"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
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
	// UsageError is the engine's: exit code 2.
	UsageError = engine.UsageError
	// TargetError is the engine's: exit code 3.
	TargetError = engine.TargetError
)

// Finding is one line of doctor.
type Finding struct {
	Name           string
	OK             bool
	Detail, Remedy string
}

// CheckInfo describes a check.
type CheckInfo struct {
	ID           string            `json:"id"`
	Title        string            `json:"title"`
	Requirements []string          `json:"requirements"`
	Level        requirement.Level `json:"level"`
}

// ScenarioInfo describes a scenario.
type ScenarioInfo struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Area     string             `json:"area"`
	Profiles []string           `json:"profiles"`
	Source   requirement.Source `json:"source,omitzero"`
	Checks   []CheckInfo        `json:"checks"`
}

// realEngine is runner/engine.
type realEngine struct{}

func newEngine() Engine { return realEngine{} }

// errPending: runner/engine has no Doctor and no List yet.
var errPending = errors.New("this build cannot do that yet")

// Run tests a target.
func (realEngine) Run(ctx context.Context, o Options) (*Outcome, error) { return engine.Run(ctx, o) }

// Verify judges a recording.
func (realEngine) Verify(ctx context.Context, r io.Reader, o Options) (*Outcome, error) {
	return engine.Verify(ctx, r, o)
}

// Doctor looks for what keeps a target from being tested.
func (realEngine) Doctor(context.Context, Options) ([]Finding, error) { return nil, errPending }

// List describes the catalogue.
func (realEngine) List(Options) ([]ScenarioInfo, error) { return nil, errPending }
