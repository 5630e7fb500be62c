// Package result holds what a run found: the outcome of every check, the evidence, the
// counts and the verdict. It is the one form that all reports print, and the form of
// results.json (schemas/results.schema.json).
package result

import (
	"fmt"
	"time"

	"github.com/voicespec/voicespec/runner/requirement"
)

// Outcome is what became of one check.
type Outcome string

// Outcomes. Only NotApplicable and NotSelected are neutral.
const (
	Passed        Outcome = "passed"
	Failed        Outcome = "failed"
	NotApplicable Outcome = "not-applicable" // the target does not claim the feature
	NotSelected   Outcome = "not-selected"   // left out by a filter
	KnownFailure  Outcome = "known-failure"  // a known failure of the vendor's list
	Blocked       Outcome = "blocked"        // an earlier step broke, so this could not be judged
	Untestable    Outcome = "untestable"     // the station lacks what the check needs
	Disturbed     Outcome = "disturbed"      // it failed where others had a hand in it, and not when it was played again
)

// Outcomes lists all of them in the order in which reports name them.
var Outcomes = []Outcome{Passed, Failed, KnownFailure, Blocked, Disturbed, Untestable, NotApplicable, NotSelected}

// Verdict is the outcome of a whole run.
type Verdict string

// Verdicts.
const (
	Conforms       Verdict = "conforms"         // every check at the gate that applies to the target was judged
	ConformsInPart Verdict = "conforms-in-part" // what was judged conforms, but not all was
	DoesNotConform Verdict = "does-not-conform"
	NotTested      Verdict = "not-tested" // the target could not be tested, or nothing was judged
)

// Finding is one deviation with its evidence. Seq numbers are those of the recording.
type Finding struct {
	Requirement string `json:"requirement"`
	Path        string `json:"path,omitempty"` // JSON path in the message or answer
	Expected    string `json:"expected"`
	Observed    string `json:"observed"`
	Seq         int    `json:"seq,omitempty"`   // the entry that breaks the rule
	After       int    `json:"after,omitempty"` // nothing came: the entry after which it was expected
}

// Check is one judged (or not judged) requirement of one scenario.
type Check struct {
	ID           string            `json:"id"`
	Title        string            `json:"title"`
	Requirements []string          `json:"requirements"`
	Level        requirement.Level `json:"level"`
	Area         string            `json:"area"`
	Scenario     string            `json:"scenario"`
	Outcome      Outcome           `json:"outcome"`
	Message      string            `json:"message"` // one failure text, or why it was not judged
	Findings     []Finding         `json:"findings,omitempty"`
	Walk         []string          `json:"walk,omitempty"` // of an exploration: the shortest walk that shows it, a line a step
	Rerun        string            `json:"rerun,omitempty"`
	DurationMs   float64           `json:"durationMs"`
	KnownFailure string            `json:"knownFailure,omitempty"` // reason and link of the list's entry that applied
	Ratio        *Ratio            `json:"ratio,omitempty"`        // of a check that is unstable: it passed in some of several runs
}

// Ratio is in how many of several runs an unstable check passed.
type Ratio struct {
	Passed int `json:"passed"`
	Of     int `json:"of"`
}

func (r Ratio) String() string { return fmt.Sprintf("it passed in %d of %d runs", r.Passed, r.Of) }

// Scenario sums up one played scenario, for reports.
type Scenario struct {
	ID       string             `json:"id"`
	Title    string             `json:"title"`
	Area     string             `json:"area"`
	Source   requirement.Source `json:"source,omitzero"`
	Station  int                `json:"station,omitempty"`
	PlayedMs float64            `json:"playedMs"`
}

// Latency is how long a target took for one kind of step, in milliseconds.
type Latency struct {
	Operation string  `json:"operation"` // operationName or "GET /me/calls" …
	To        string  `json:"to"`        // "answer", or the notification, e.g. "Held"
	Count     int     `json:"count"`
	P50       float64 `json:"p50"`
	P95       float64 `json:"p95"`
	Max       float64 `json:"max"`
}

// Report is the result of a run.
type Report struct {
	Version              int               `json:"version"` // of this format, 1
	Suite                string            `json:"suite"`   // voicespec's version
	Outcome              Verdict           `json:"outcome"`
	Reason               string            `json:"reason,omitempty"` // why not-tested, or what else decided the outcome
	Target               string            `json:"target"`
	Transport            string            `json:"transport,omitempty"`
	Gate                 requirement.Level `json:"gate"`
	Selection            *Selection        `json:"selection,omitempty"`      // what was asked for; nil in results of before 0.1.0
	RequirementSet       *RequirementSet   `json:"requirementSet,omitempty"` // what the catalogue asks of a server
	Seed                 int64             `json:"seed"`
	Fault                string            `json:"fault,omitempty"` // of the reference server
	Features             []string          `json:"features,omitempty"`
	Started              time.Time         `json:"started"`
	DurationMs           float64           `json:"durationMs"`
	Runs                 int               `json:"runs,omitempty"` // that were made, where the run was repeated
	Counts               map[Outcome]int   `json:"counts"`
	NotJudged            []NotJudged       `json:"notJudged,omitempty"` // the checks at the gate that say nothing about the target, by reason
	Notes                []string          `json:"notes,omitempty"`     // what a reader should know beside the checks
	Checks               []Check           `json:"checks"`
	Scenarios            []Scenario        `json:"scenarios,omitempty"`
	Latency              []Latency         `json:"latency,omitempty"`
	States               *StateTable       `json:"states,omitempty"`
	UnknownMembers       map[string]int    `json:"unknownMembers,omitempty"`       // JSON path: how often seen
	Operations           map[string]int    `json:"operations,omitempty"`           // in traffic that nobody played: name: how often accepted
	Missing              []string          `json:"missing,omitempty"`              // operations that the traffic was to hold, and does not
	LeftBehind           []string          `json:"leftBehind,omitempty"`           // what could not be undone on the target
	Others               []string          `json:"others,omitempty"`               // what others did in the name of the run's people
	KnownFailureProblems []string          `json:"knownFailureProblems,omitempty"` // unexpected passes, expired and stale entries
	Explore              *Explore          `json:"explore,omitempty"`              // of an exploration
	Soak                 *Soak             `json:"soak,omitempty"`                 // of a long run
}

// Count fills Counts from Checks: every outcome is there, if only with 0.
func (r *Report) Count() {
	r.Counts = map[Outcome]int{}
	for _, o := range Outcomes {
		r.Counts[o] = 0
	}
	for _, c := range r.Checks {
		r.Counts[c.Outcome]++
	}
}

// Decide sets Outcome from the checks: a failed or blocked check at the gate's level or a
// stricter one, or a problem with the list of known failures, means that the target does not conform; a
// run in which nothing was judged, or in which others disturbed a check at the gate, is not tested; one that left out a check at the
// gate conforms in part.
func (r *Report) Decide() {
	judged := false
	r.NotJudged = r.unjudged()
	r.Outcome = Conforms
	if len(r.NotJudged) > 0 {
		r.Outcome = ConformsInPart
	}
	broken, disturbed := len(r.KnownFailureProblems) > 0, 0
	for _, c := range r.Checks {
		switch c.Outcome {
		case Passed, KnownFailure:
			judged = true
		case Failed, Blocked:
			judged = judged || c.Outcome == Failed
			broken = broken || r.AtGate(c)
		case Disturbed:
			judged = true
			if r.AtGate(c) {
				disturbed++
			}
		case NotApplicable, NotSelected, Untestable:
		}
	}
	switch {
	case broken:
		r.Outcome = DoesNotConform
	case disturbed > 0:
		r.Outcome = NotTested
		r.Reason = fmt.Sprintf("others disturbed %s of what had to be judged, and nothing failed besides: run it again, with people whom nobody else uses", checks(disturbed))
	case !judged:
		r.Outcome = NotTested
		if r.Reason == "" {
			r.Reason = nothingJudged
		}
	}
}

func checks(n int) string {
	if n == 1 {
		return "1 check"
	}
	return fmt.Sprintf("%d checks", n)
}

const nothingJudged = "nothing was judged"

// NothingJudged reports whether a run went well, and none of its checks said anything about the target.
func (r *Report) NothingJudged() bool { return r.Outcome == NotTested && r.Reason == nothingJudged }

// ExitCode is the process exit code for the outcome. A selection is what was asked for, and so is no failure, unless a
// complete run was.
func (r *Report) ExitCode() int {
	complete := r.Selection != nil && r.Selection.Complete
	switch r.Outcome {
	case Conforms:
		return ExitConforms
	case ConformsInPart:
		if complete || len(r.Missing) > 0 {
			return ExitDoesNotConform
		}
		return ExitConforms
	case DoesNotConform:
		return ExitDoesNotConform
	case NotTested:
		if len(r.Missing) > 0 {
			return ExitDoesNotConform
		}
		return ExitNotTested
	}
	return ExitInternal
}

// Exit codes of the program.
const (
	ExitConforms       = 0
	ExitDoesNotConform = 1
	ExitUsage          = 2 // usage or configuration
	ExitNotTested      = 3 // the target could not be tested
	ExitInternal       = 4 // voicespec itself failed
	ExitInterrupted    = 130
)
