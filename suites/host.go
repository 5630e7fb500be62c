package suites

import (
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Target is a server to test, with the people to test it with: see config.Load. A nil target is the reference server,
// which is started for it.
type Target = config.Target

// Option is something said of a run that others embed.
type Option func(*engine.Options)

// Only selects checks by a label filter in Ginkgo's form: "transfer && !recommended". Labels are areas, levels, profiles,
// and the ids of requirements, scenarios and checks.
func Only(filter string) Option { return func(o *engine.Options) { o.LabelFilter = filter } }

// Gate says which failures count: "required", the default, or "recommended" (both).
func Gate(level string) Option {
	return func(o *engine.Options) { o.Gate = requirement.Level(level) }
}

// Test runs the suite within a Go test: a subtest a check. A check that failed or was blocked below the gate, and one
// that could not be tested, is skipped with its reason.
//
// Ginkgo has one suite a process, which Test uses for itself: a package that has Ginkgo specs of its own uses Register.
func Test(t *testing.T, target *Target, options ...Option) {
	t.Helper()
	o := with(options)
	var end func()
	var err error
	o.Target, end, err = open(target, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	o.Reference = target == nil
	out, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome == result.NotSelected {
			continue
		}
		t.Run(c.ID, func(t *testing.T) { tell(t, c, out.Report.Gate) })
	}
	for _, left := range out.Report.LeftBehind {
		t.Errorf("left behind: %s", left)
	}
}

// tell makes the outcome of a check that of a test.
func tell(t *testing.T, c result.Check, gate requirement.Level) {
	t.Helper()
	counts := c.Level.Rank() <= gate.Rank()
	switch c.Outcome {
	case result.Passed, result.KnownFailure:
	case result.Failed, result.Blocked:
		if counts {
			t.Errorf("%s: %s", c.Outcome, c.Message)
			return
		}
		t.Skipf("%s, %s: %s", c.Outcome, c.Level, c.Message)
	case result.NotApplicable, result.NotSelected, result.Untestable:
		t.Skipf("%s: %s", c.Outcome, c.Message)
	}
}

// Register registers the suite in the Ginkgo suite of a host, which runs it among its own specs. Call it before
// RunSpecs, and Close of what it returns in an AfterSuite.
//
//	var voice = suites.Register(target)
//
//	var _ = AfterSuite(func() { Expect(voice.Close()).To(Succeed()) })
//
// A failed or blocked check at the gate is a failed spec; the others that did not pass are skipped with their reason. Of
// the options, Gate counts: what is run is for Ginkgo's own flags to say.
func Register(target *Target, options ...Option) *engine.Hosted {
	s, err := Load()
	if err != nil {
		panic(err) // the catalogue is embedded, and tested
	}
	o := with(options)
	o.Reference = target == nil
	h, err := s.Host(o, func(stations int) (*Target, func(), error) { return open(target, stations) })
	if err != nil {
		panic(err)
	}
	return h
}

func with(options []Option) engine.Options {
	var o engine.Options
	for _, set := range options {
		set(&o)
	}
	return o
}

// referenceStations is how many stations the reference server gets: scenarios are played side by side.
const referenceStations = 2

// open starts the reference server where no target is named.
func open(target *Target, stations int) (*Target, func(), error) {
	if target != nil {
		mine := *target
		return &mine, func() {}, nil
	}
	server, started, err := embedded.Start(reference.Options{}, max(stations, referenceStations))
	if err != nil {
		return nil, nil, err
	}
	return started, func() { _ = server.Close() }, nil
}
