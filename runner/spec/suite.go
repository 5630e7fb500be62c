package spec

import (
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// suite is what scenarios are registered into. Ginkgo's tree is global, and so is what belongs to it.
var suite *state

// state is where the recordings of a suite come from, and what becomes of its failures.
type state struct {
	Options

	registry    *requirement.Registry
	definitions []*Definition
	inOrder     bool            // scenarios are judged in the order in which they are registered, so that specs follow the player
	hosted      *Catalogue      // what is registered in the suite of a host; nil in one of ours
	causes      map[string]bool // what kept specs from being judged, and has failed one of them
}

// once reports whether a cause that keeps many specs from being judged is met for the first time. One failure says it;
// a target that cannot be reached must not fail a thousand specs of a host.
func (s *state) once(cause string) bool {
	if s.causes[cause] {
		return false
	}
	s.causes[cause] = true
	return true
}

// explain is the text of a failure.
func (s *state) explain(findings []result.Finding) string {
	return s.Text(checkOf(ginkgo.CurrentSpecReport(), s.registry), findings, now.recording.Case)
}

// ginkgoMutex: Ginkgo's suite is global, so one process judges one run at a time.
var ginkgoMutex sync.Mutex

// Options say how specs are run.
type Options struct {
	Source Source
	Filter string // Ginkgo's label filter
	// Scenarios are those of which the filter leaves anything; nil means all. Ginkgo walks each spec that is registered several times,
	// also to leave it out.
	Scenarios map[string]bool
	Seed      int64
	Gate      requirement.Level // what did not pass below it does not fail Ginkgo's run; empty means required
	Text      func(check CheckInfo, findings []result.Finding, c *judge.Case) string
	Debug     io.Writer              // Ginkgo's own output; nil for none
	Judged    func(types.SpecReport) // called after each spec that was not filtered out
	Redact    func(string) string    // cuts secrets out of what specs say; nil where there are none
}

// failer is all that RunSpecs wants of a testing.T: what failed is read off the report.
type failer struct{}

// Fail does nothing: what failed is read off the report.
func (failer) Fail() {}

// Run runs the specs that register registers, in this process, and returns Ginkgo's report. It does away with whatever
// was registered with Ginkgo before.
func Run(register func(), o Options) (types.Report, error) {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	if err := begin(o); err != nil {
		return types.Report{}, err
	}
	defer reset()
	defer hideFlags()()
	console := formatter.ColorableStdOut
	defer func() { formatter.ColorableStdOut = console }()
	formatter.ColorableStdOut = io.Discard
	if o.Debug != nil {
		formatter.ColorableStdOut = o.Debug
	}
	suite.inOrder = true
	register()
	var report types.Report
	ginkgo.ReportAfterSuite("results", func(r ginkgo.Report) { report = r })
	if o.Judged != nil {
		ginkgo.ReportAfterEach(func(r ginkgo.SpecReport) { o.Judged(r) })
	}
	config, reporter := ginkgo.GinkgoConfiguration()
	config.FailOnEmpty = true
	config.Timeout = 24 * time.Hour // every wait has a deadline of its own
	config.RandomSeed = o.Seed
	config.LabelFilter = o.Filter
	reporter.NoColor = true
	reporter.Verbose = o.Debug != nil
	ginkgo.RunSpecs(failer{}, "voicespec", config, reporter)
	return report, nil
}

// begin clears the way for a new suite.
func begin(o Options) error {
	if suite != nil && suite.hosted != nil {
		return errors.New("run the suite: it is registered in this process's own Ginkgo suite, which is the only one of a process; run it there")
	}
	globals.Reset()
	return prepare(o)
}

func prepare(o Options) error {
	s, err := newState(o)
	if err == nil {
		suite = s
	}
	return err
}

func newState(o Options) (*state, error) {
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	s := &state{Options: o, registry: registry, causes: map[string]bool{}}
	if s.Gate == "" {
		s.Gate = requirement.Required
	}
	if s.Redact == nil {
		s.Redact = func(text string) string { return text }
	}
	return s, nil
}

func reset() {
	globals.Reset()
	suite, now = nil, nil
}

// Attach registers specs in the Ginkgo suite of a host, which runs them: of the options, Source, Gate, Text and Redact count. A
// failed or blocked check at the gate is a failed spec; the others that did not pass are skipped ones. What cannot be
// judged for one cause fails once. Scenarios stand in the catalogue at once, checks as soon as Ginkgo builds its tree.
func Attach(register func(), o Options) (*Catalogue, error) {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	if err := prepare(o); err != nil {
		return nil, err
	}
	c := &Catalogue{}
	suite.hosted = c
	register()
	c.Definitions = suite.definitions
	return c, nil
}

// Hosting reports whether specs are registered with Ginkgo that Run would take away.
func Hosting() bool {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	return len(ginkgo.PreviewSpecs("voicespec").SpecReports) > 0
}

// CheckInfo describes a check.
type CheckInfo struct {
	ID           string            `json:"id"`
	Title        string            `json:"title"`
	Requirements []string          `json:"requirements"`
	Level        requirement.Level `json:"level"`
	Scenario     string            `json:"-"`
	Labels       []string          `json:"-"` // all that a label filter selects by
}

// Catalogue is everything that can be played and judged.
type Catalogue struct {
	Definitions []*Definition
	Checks      []CheckInfo // in the order of the definitions
}

// Read reads the catalogue off Ginkgo's tree, and holds that it is consistent.
func Read(register func()) (*Catalogue, error) {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	if err := begin(Options{}); err != nil {
		return nil, err
	}
	defer reset()
	defer hideFlags()()
	suite.inOrder = true
	register()
	report := ginkgo.PreviewSpecs("voicespec")
	c := &Catalogue{Definitions: suite.definitions}
	for _, r := range report.SpecReports {
		if r.LeafNodeType.Is(types.NodeTypeIt) {
			c.Checks = append(c.Checks, checkOf(r, suite.registry))
		}
	}
	return c, validate(c.Definitions, c.Checks, suite.registry)
}

// checkOf reads what a spec's labels say.
func checkOf(r types.SpecReport, registry *requirement.Registry) CheckInfo {
	c := CheckInfo{Title: r.LeafNodeText, Labels: r.Labels()}
	for _, l := range r.LeafNodeLabels {
		switch {
		case requirementForm.MatchString(l):
			c.Requirements = append(c.Requirements, l)
		case idForm.MatchString(l): // of a scenario or check; a spec's own label is the check's
			c.ID, c.Scenario = l, l[:strings.LastIndex(l, ".")]
		}
	}
	c.Level = registry.Strictest(c.Requirements)
	return c
}

// IsCheck reports whether a spec is a check of voicespec's, in a report that holds others, too.
func IsCheck(r types.SpecReport) bool {
	return r.LeafNodeType.Is(types.NodeTypeIt) && slices.ContainsFunc(r.LeafNodeLabels, requirementForm.MatchString) &&
		slices.ContainsFunc(r.LeafNodeLabels, idForm.MatchString)
}

// verdictOf is the verdict of a report entry, also of one that was read from a file.
func verdictOf(e types.ReportEntry) Verdict {
	v, ok := e.GetRawValue().(Verdict)
	if !ok {
		_ = json.Unmarshal([]byte(e.Value.AsJSON), &v) // without an outcome there is no verdict
	}
	return v
}

// Results are those of all specs of a report, in its order: what was filtered out is not selected. broken are the specs
// that panicked, which is a mistake of ours.
func Results(report types.Report, registry *requirement.Registry) (checks []result.Check, broken []string) {
	for _, r := range report.SpecReports {
		if !r.LeafNodeType.Is(types.NodeTypeIt) {
			continue
		}
		c := Result(r, registry)
		if r.State.Is(types.SpecStatePanicked) {
			broken = append(broken, "check "+c.ID+": "+r.Failure.ForwardedPanic)
		}
		checks = append(checks, c)
	}
	return checks, broken
}

// Result is that of one spec.
func Result(r types.SpecReport, registry *requirement.Registry) result.Check {
	info := checkOf(r, registry)
	area, _, _ := strings.Cut(info.Scenario, ".")
	c := result.Check{
		ID: info.ID, Title: info.Title, Requirements: info.Requirements, Level: info.Level, Area: area, Scenario: info.Scenario,
		DurationMs: float64(r.RunTime.Microseconds()) / 1000,
	}
	i := slices.IndexFunc(r.ReportEntries, func(e types.ReportEntry) bool { return e.Name == verdictEntry })
	switch {
	case i >= 0:
		v := verdictOf(r.ReportEntries[i])
		c.Outcome, c.Message, c.Findings = v.Outcome, v.Text, v.Findings
	case r.State.Is(types.SpecStatePassed):
		c.Outcome = result.Passed
	case r.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		c.Outcome = result.NotSelected
	default:
		c.Outcome, c.Message = result.Blocked, "voicespec itself failed while judging: "+r.FailureMessage()
	}
	return c
}
