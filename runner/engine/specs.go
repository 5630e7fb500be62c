package engine

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"

	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// ginkgoMutex: Ginkgo's suite is global, so one process runs one at a time.
var ginkgoMutex sync.Mutex

// failer is all that RunSpecs wants of a testing.T. Results are the jury's.
type failer struct{}

// Fail does nothing: results are the jury's.
func (failer) Fail() {}

// judgeWithGinkgo runs the jury as a Ginkgo suite: a container for each scenario, which gets its
// recording once, and an It for each check. ready returns when a scenario's recording is complete.
func judgeWithGinkgo(ctx context.Context, j *jury, ready func(*scenario.Scenario), o Options) {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	globals.Reset()
	console := formatter.ColorableStdOut
	defer func() { formatter.ColorableStdOut = console }()
	formatter.ColorableStdOut = io.Discard
	if o.Debug != nil {
		formatter.ColorableStdOut = o.Debug
	}
	// One ordered container around all: Ginkgo shuffles or sorts others, and the judge is to follow the player.
	ginkgo.Describe("voicespec", ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		for _, sc := range j.selected.all {
			if j.selected.selected(sc) {
				describe(ctx, j, sc, ready, o)
			}
		}
	})
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.FailOnEmpty = true
	suite.Timeout = 24 * time.Hour // every wait has a deadline of its own
	suite.RandomSeed = o.Seed
	reporter.NoColor = true
	reporter.Verbose = o.Debug != nil
	ginkgo.RunSpecs(failer{}, "voicespec", suite, reporter)
}

func describe(ctx context.Context, j *jury, sc *scenario.Scenario, ready func(*scenario.Scenario), o Options) {
	ginkgo.Describe(sc.ID+" "+sc.Title, ginkgo.Label(sc.Area), func() {
		ginkgo.BeforeAll(func() { ready(sc) })
		for _, c := range sc.Checks {
			if !j.selected.checks[sc.CheckID(c)] {
				continue
			}
			labels := ginkgo.Label(sc.Labels(c, j.registry)...)
			ginkgo.It(c.Title, labels, func() {
				if ctx.Err() != nil {
					ginkgo.Skip("the run was interrupted")
				}
				r := j.rule(sc, c)
				o.progress(Event{Kind: "check", Scenario: sc.ID, Title: r.ID, Text: string(r.Outcome), Failed: j.failed()})
				switch r.Outcome {
				case result.Failed:
					ginkgo.Fail(r.Message)
				case result.Passed, result.Excused:
				default:
					ginkgo.Skip(string(r.Outcome) + ": " + r.Message)
				}
			})
		}
	})
}

func (j *jury) failed() int {
	n := 0
	for _, r := range j.results {
		if r.Outcome == result.Failed && r.Level.Rank() <= j.options.Gate.Rank() {
			n++
		}
	}
	return n
}
