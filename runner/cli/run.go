package cli

import (
	"context"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/result"
)

type runCmd struct {
	targetFlags
	selectFlags
	reportFlags
	playFlags
	Seed         int64  `default:"0" placeholder:"N" help:"Seed for the order in which scenarios are played. Default: ${default}, the order of the catalogue."`
	Repeat       times  `placeholder:"N" help:"Run the same selection N times on the same server. A check that passes sometimes is unstable, and fails. Default: 1, or with --until-failure no end."`
	Share        share  `placeholder:"I/N" help:"Play the I-th of N shares of the scenarios, on the I-th of N shares of the stations: for processes side by side, whose results voicespec merge makes one. auto/N takes I from JOB_COMPLETION_INDEX (Kubernetes) or CI_NODE_INDEX (GitLab)."`
	UntilFailure bool   `help:"Run again until a check fails at the gate; at most --repeat times where that is given."`
	Soak         limit  `placeholder:"DURATION" help:"Run the selection and explore by turns for so long, such as 8h, on the same server: what fails only sometimes, latencies over time, and what the server lists ever more of."`
	Script       string `placeholder:"FILE" help:"Play this script, as voicespec explore writes it, in place of the catalogue, and judge it by what holds always."`
}

// playFlags say how a target is played with.
type playFlags struct {
	ReportDir     string `default:"voicespec-report" placeholder:"DIR" help:"Folder for report.html, results.json, junit.xml and summary.md. Default: ${default}. An empty name writes none of them."`
	Slow          slow   `default:"1" placeholder:"FACTOR" help:"Multiplies every time budget, for slow targets. Default: ${default}."`
	Save          string `placeholder:"FILE" help:"Save the recording (NDJSON, without secrets) for voicespec verify."`
	Debug         bool   `help:"Print what is sent and received, and Ginkgo's own output, to stderr."`
	Fault         string `placeholder:"NAME" help:"Break the reference server in one point (see voicespec faults)."`
	Variation     string `placeholder:"NAME" help:"Let the reference server use what the documents leave open (see voicespec variations); NAME+NAME is several at once."`
	KnownFailures string `placeholder:"FILE" help:"Known failures of the target; they do not count as failures until they expire."`
	Baseline      string `placeholder:"FILE" help:"results.json of an earlier run, to compare with. A regression makes the exit code 1, too."`
	Wait          limit  `placeholder:"DURATION" help:"How long to wait, such as 5m, until the target answers and its people are free: nobody else logged in as them, no calls, no other run. Default: not at all."`
	Timeout       limit  `placeholder:"DURATION" help:"Ends a run that takes longer, such as 10m: what is being played is broken off and cleaned up, and what was played is judged. Of several runs each. Default: no limit."`
}

// Help is what `voicespec run --help` adds.
func (runCmd) Help() string {
	return `Without --target and without a target file the built-in reference server is started and tested. ` +
		`Otherwise the target file names the server and the users to test with; --target replaces its address alone.

Whatever happens, the calls that the run made, and no others, are hung up at the end. Ctrl-C ends a run in this order, a second Ctrl-C at once.`
}

// softMemoryLimit is where a run begins to collect garbage more eagerly, in bytes.
const softMemoryLimit = 128 << 20

// relaxedGC lets the heap grow to three times what is in use before garbage is collected, in percent as GOGC has it.
const relaxedGC = 200

// defaultReportDir is that of runCmd.ReportDir.
const defaultReportDir = "voicespec-report"

// Run tests a target.
func (c *runCmd) Run(p *Program) error {
	old := stale{reportFlags: c.reportFlags, dir: c.ReportDir, baseline: c.Baseline}
	return old.unlessWritten(c.run(p, old))
}

func (c *runCmd) run(p *Program, old stale) error {
	if (c.repeats() || c.Soak > 0) && c.Save != "" {
		return usagef("--save keeps the recording of one run; leave it out with --repeat, --until-failure and --soak")
	}
	if c.Soak > 0 && (c.Repeat > 1 || c.Share != (share{})) {
		return usagef("--soak repeats the run on all stations until its time is over; leave --repeat and --share out")
	}
	part, err := c.Share.of(p.Getenv)
	if err != nil {
		return err
	}
	if c.Script != "" && (c.repeats() || c.Share != (share{}) || len(c.Only) > 0 || c.LabelFilter != "" || c.Profile != "" || c.Soak > 0) {
		return usagef("--script is played in place of the catalogue; leave --run, --profile, --label-filter, --share, --repeat, --soak and --until-failure out")
	}
	script, err := readScript(c.Script)
	if err != nil {
		return err
	}
	how := performance{c.targetFlags, c.reportFlags, c.playFlags, referenceStations}
	return how.perform(p, old, func(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
		o.Globs, o.LabelFilter, o.Profile, o.Share, o.Seed, o.Command = c.Only, c.LabelFilter, c.Profile, part, c.Seed, how.command(p, "run", c.Seed, 0)
		if script != nil {
			return p.Engine.Explore(ctx, o, engine.Exploration{Script: script})
		}
		return c.play(ctx, p, o)
	})
}

// repeats reports whether more than one run is asked for.
func (c *runCmd) repeats() bool { return c.Repeat > 1 || c.UntilFailure }

// play runs once, or as often as is asked for.
func (c *runCmd) play(ctx context.Context, p *Program, o engine.Options) (*engine.Outcome, error) {
	if c.Soak > 0 {
		return engine.Soak(ctx, o, engine.Soaking{For: time.Duration(c.Soak), UntilFailure: c.UntilFailure, Run: p.Engine.Run, Explore: p.Engine.Explore})
	}
	if !c.repeats() {
		return p.Engine.Run(ctx, o)
	}
	return engine.Repeat(ctx, o, engine.Again{Times: int(c.Repeat), UntilFailure: c.UntilFailure}, p.Engine.Run)
}

// blank is the report of a run that came to nothing.
func blank(o engine.Options, started time.Time) *result.Report {
	return &result.Report{
		Version: 1, Suite: o.Version, Target: o.Target.URL, Transport: o.Target.Transport, Gate: o.Gate, Seed: o.Seed,
		Fault: o.Fault, Features: o.Target.Features, Started: started, Checks: []result.Check{},
		DurationMs: float64(time.Since(started).Microseconds()) / 1000, Outcome: result.NotTested,
	}
}
