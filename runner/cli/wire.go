package cli

import (
	"context"
	"io"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/suites"
)

// Engine is what the command line needs of runner/engine; tests put other functions in their place.
type Engine struct {
	Run     func(context.Context, engine.Options) (*engine.Outcome, error)
	Explore func(context.Context, engine.Options, engine.Exploration) (*engine.Outcome, error)
	Verify  func(context.Context, io.Reader, engine.Options) (*engine.Outcome, error)
	Doctor  func(context.Context, engine.Options) ([]engine.Finding, error)
	List    func(engine.Options) ([]engine.ScenarioInfo, error)
}

func newEngine() Engine {
	return Engine{Run: suites.Run, Explore: suites.Explore, Verify: suites.Verify, Doctor: engine.Doctor, List: suites.List}
}
