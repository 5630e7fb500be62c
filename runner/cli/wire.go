package cli

import (
	"context"
	"errors"
	"io"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
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

// Event is progress: a scenario was played, a check (Title is its id) was judged with the
// outcome Text, the run is done.
type Event struct {
	Kind                string // preflight, scenario, check, done
	Scenario, Title     string
	Done, Total, Failed int
	Text                string
}

// Documented is one message as the page prints it.
type Documented struct{ Title, JSON string }

// Outcome is what a run found.
type Outcome struct {
	Report     *result.Report
	Header     *recording.Header
	Scenarios  func(id string) []*recording.Entry
	Documented func(id string) []Documented
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

// noEngine stands in for runner/engine until that is there.
type noEngine struct{}

var errNoEngine = errors.New("this build has no engine")

// Run fails.
func (noEngine) Run(context.Context, Options) (*Outcome, error) { return nil, errNoEngine }

// Verify fails.
func (noEngine) Verify(context.Context, io.Reader, Options) (*Outcome, error) {
	return nil, errNoEngine
}

// Doctor fails.
func (noEngine) Doctor(context.Context, Options) ([]Finding, error) { return nil, errNoEngine }

// List fails.
func (noEngine) List(Options) ([]ScenarioInfo, error) { return nil, errNoEngine }

func newEngine() Engine { return noEngine{} }
