package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Engine is what the command line needs of runner/engine.
type Engine interface {
	Run(ctx context.Context, o Options) (*Outcome, error)
	Verify(ctx context.Context, r io.Reader, o Options) (*Outcome, error)
	Doctor(ctx context.Context, o Options) ([]Finding, error)
	List(o Options) ([]ScenarioInfo, error)
}

// Options are the settings of a run.
type Options struct {
	Target      *config.Target
	Reference   bool // the target is the embedded reference server
	Fault       string
	Variation   string
	Globs       []string
	LabelFilter string
	Profile     string
	Gate        requirement.Level
	Slow        float64
	Seed        int64
	Save        io.Writer
	Debug       io.Writer
	Progress    func(Event)
	Version     string
}

// Event is progress. A scenario event without checks says that it is being played, one
// with checks that it was judged.
type Event struct {
	Kind                string // preflight, scenario, check, done
	Scenario, Title     string
	Done, Total, Failed int
	Text                string
	Checks              []result.Check
	Took                time.Duration
}

// Outcome is what a run found.
type Outcome struct {
	Report     *result.Report
	Header     *recording.Header
	Scenarios  func(id string) []*recording.Entry
	Documented func(id string) []report.Documented
}

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

// UsageError is a wrong call: a filter that matches nothing.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

// TargetError is a target that could not be tested.
type TargetError struct{ Cause, Remedy string }

func (e *TargetError) Error() string { return e.Cause + "; " + e.Remedy }

type noEngine struct{}

var errNoEngine = errors.New("this build has no engine")

func (noEngine) Run(context.Context, Options) (*Outcome, error) { return nil, errNoEngine }
func (noEngine) Verify(context.Context, io.Reader, Options) (*Outcome, error) {
	return nil, errNoEngine
}
func (noEngine) Doctor(context.Context, Options) ([]Finding, error) { return nil, errNoEngine }
func (noEngine) List(Options) ([]ScenarioInfo, error)               { return nil, errNoEngine }

func newEngine() Engine { return noEngine{} }
