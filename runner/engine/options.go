// Package engine runs the catalogue: it plays scenarios on all stations, hands each
// recording to the judge, which is the Ginkgo suite, and makes the report.
package engine

import (
	"fmt"
	"io"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Options say what to run against what.
type Options struct {
	Target      *config.Target
	Reference   bool   // the target is the embedded reference server
	Fault       string // of the reference server, for the report
	Variation   string
	Recording   string   // the file that is judged, for the report; - is stdin
	Globs       []string // check or scenario ids
	LabelFilter string   // Ginkgo's label filter
	Profile     string   // smoke, calls, transfer … full
	Share       Share    // of the scenarios
	Gate        requirement.Level
	Complete    bool          // everything else than conforms fails: a run that judged only a part of what applies, too
	Required    []string      // operations that traffic must hold
	Slow        float64       // factor of all budgets; 0 means 1
	Timeout     time.Duration // of the whole run; 0: none
	Call        bool          // doctor: places a call
	Wait        time.Duration // for a target that is not there yet, and for people whom somebody else uses
	Seed        int64         // 0 plays in catalogue order
	Save        io.Writer
	Debug       io.Writer // Ginkgo's own output
	Progress    func(Event)
	Version     string
	Command     []string // program, command and flags as they were called, without what was selected: for the line that runs a check again
	// SideBySide plays to the end before judging: for many runs in one process, of which one at a time is judged.
	SideBySide bool

	redact  func(string) string // of a run that has secrets
	opened  func(*session)      // is called when a run is connected
	careful bool                // people who are logged in are left as they are: for who only looks
	noticed bool                // what others do is noticed, and what it may have touched
	again   bool                // something is played once more, since others may have had a hand in it
	beside  bool                // others are known to be about
}

// Event is progress.
type Event struct {
	Kind     string // preflight, scenario, check, done
	Scenario string
	Title    string
	Done     int
	Total    int
	Failed   int
	Text     string
	Took     time.Duration // of a scenario
}

// Outcome is a finished run with its evidence.
type Outcome struct {
	Report     *result.Report
	Header     *recording.Header
	Scenarios  func(id string) []*recording.Entry
	Documented func(id string) []Documented
	Scripts    map[string]Script // of an exploration, by the name of a file: the shortest walks that show what was found

	broken  []string            // panics of checks: mistakes of ours
	touched map[string]string   // checks that did not pass, and in which others may have had a hand: what they did
	busy    map[string]bool     // scenarios in which others had a hand
	cut     map[string]bool     // scenarios that were not played to their end
	places  map[string][]string // and the scenarios in which these failed
}

// Documented is a message of the page, to stand beside the live one in reports.
type Documented = report.Documented

// UsageError is a mistake in what was asked for: exit code 2.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

func usagef(format string, args ...any) error { return &UsageError{Text: fmt.Sprintf(format, args...)} }

// LimitError is a limit of voicespec's own that was reached, such as that of open files: exit code 4.
type LimitError = play.Limit

// SaveError says that the recording could not be written. What was found stands.
type SaveError struct{ Err error }

func (e *SaveError) Error() string { return "save the recording: " + e.Err.Error() }

// Unwrap is the cause.
func (e *SaveError) Unwrap() error { return e.Err }

// TargetError says why the target could not be tested: exit code 3. It is what connecting to it ends with.
type TargetError = play.Problem

func (o Options) slow() float64 {
	if o.Slow <= 0 {
		return 1
	}
	return o.Slow
}

func (o Options) progress(e Event) {
	if o.Progress != nil {
		o.Progress(e)
	}
}

// closingBudget bounds what happens after the last scenario or an interruption.
const closingBudget = 30 * time.Second
