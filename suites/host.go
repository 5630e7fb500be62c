package suites

import (
	"context"
	"fmt"
	"os/signal"
	"slices"
	"syscall"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Target is a server to test, with the people to test it with: see config.Load. A nil target is the reference server,
// which is started for it.
type Target = config.Target

// Option is something said of a run that others embed.
type Option func(*engine.Options)

// Only selects checks of Test by a label filter in Ginkgo's form: "transfer && !recommended". Labels are areas, levels,
// profiles, and the ids of requirements, scenarios and checks. A suite that is registered is filtered by Ginkgo's own flag.
func Only(filter string) Option { return func(o *engine.Options) { o.LabelFilter = filter } }

// Gate says which failures count: "required", the default, or "recommended" (both).
func Gate(level string) Option {
	return func(o *engine.Options) { o.Gate = requirement.Level(level) }
}

// Test runs the suite within a Go test: a subtest a check. A check that failed or was blocked below the gate, and one
// that could not be tested, is skipped with its reason. After an interrupt it hangs up and logs off before it ends.
//
// Ginkgo has one suite a process, which Test uses for itself: a package that has Ginkgo specs of its own uses Register.
// While it runs, Gomega's own Expect is that of the suite: tests beside it that are parallel use gomega.NewWithT.
func Test(t *testing.T, target *Target, options ...Option) {
	t.Helper()
	o, err := with(target, options)
	if err != nil {
		t.Fatal(err)
	}
	if spec.Hosting() {
		t.Fatal("this package has Ginkgo specs of its own, and Ginkgo has one suite a process: " +
			"put suites.Register before RunSpecs, or this test into another package")
	}
	var end func()
	o.Target, end, err = open(target, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	ctx, stop := signal.NotifyContext(t.Context(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second one ends the process
	defer stop()
	out, err := Run(ctx, o)
	if out == nil {
		t.Fatal(err)
	}
	for _, left := range out.Report.LeftBehind {
		t.Errorf("left behind: %s", left)
	}
	if err != nil {
		t.Fatal(err) // the one cause, and not a thousand checks that it blocked
	}
	for _, c := range out.Report.Checks {
		if c.Outcome != result.NotSelected {
			t.Run(c.ID, func(t *testing.T) { tell(t, c, out.Report.Gate) })
		}
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
	case result.Disturbed, result.NotApplicable, result.NotSelected, result.Untestable:
		t.Skipf("%s: %s", c.Outcome, c.Message)
	}
}

// Register registers the suite in the Ginkgo suite of a host, which runs it among its own specs. Call it at the top level,
// once a process and before RunSpecs, and Close of what it returns in an AfterSuite.
//
//	var voice = suites.Register(target)
//
//	var _ = AfterSuite(func() { Expect(voice.Close()).To(Succeed()) })
//
// A failed or blocked check at the gate is a failed spec; the others that did not pass are skipped with their reason. What
// keeps many checks from being judged, such as a target that does not answer, fails the first of them. Of the options,
// Gate counts: what is run is for Ginkgo's own flags to say. It panics at an option that it does not take.
func Register(target *Target, options ...Option) *engine.Hosted {
	o, err := with(target, options)
	if err == nil && o.LabelFilter != "" {
		err = fmt.Errorf("suites.Only(%q) is for suites.Test; a registered suite is filtered by ginkgo --label-filter", o.LabelFilter)
	}
	if err != nil {
		panic(err)
	}
	h, err := engine.Host(Specs, o, func(stations int) (*Target, func(), error) { return open(target, stations) })
	if err != nil {
		panic(err) // the catalogue is embedded, and tested
	}
	return h
}

func with(target *Target, options []Option) (engine.Options, error) {
	o := engine.Options{Reference: target == nil}
	for _, set := range options {
		set(&o)
	}
	if gates := []requirement.Level{"", requirement.Required, requirement.Recommended}; !slices.Contains(gates, o.Gate) {
		return o, fmt.Errorf("suites.Gate(%q) is no gate; gates are required and recommended", o.Gate)
	}
	return o, nil
}

// referenceStations is how many stations the reference server gets: scenarios are played side by side.
const referenceStations = 2

// open starts the reference server where no target is named; a target that was not read from a file is checked like one.
func open(target *Target, stations int) (*Target, func(), error) {
	if target != nil {
		mine := *target
		mine.Stations = slices.Clone(target.Stations)
		mine.SetDefaults()
		if err := mine.Validate(); err != nil {
			return nil, nil, err
		}
		return &mine, func() {}, nil
	}
	server, started, err := embedded.Start(reference.Options{}, max(stations, referenceStations))
	if err != nil {
		return nil, nil, err
	}
	return started, func() { _ = server.Close() }, nil
}
