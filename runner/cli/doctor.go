package cli

import (
	"fmt"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/result"
)

type doctorCmd struct {
	targetFlags
	Slow  slow  `default:"1" placeholder:"FACTOR" help:"Multiplies every time budget, for slow targets. Default: ${default}."`
	Wait  limit `placeholder:"DURATION" help:"How long to wait, such as 5m, until the target answers and its people are free. Default: not at all."`
	Load  bool  `help:"Say how many stations there are for load, and which k6 command uses them (docs/load.md)."`
	Call  bool  `help:"Place one call, from the agent to the caller, and hang it up; and one to a destination that has no user."`
	Debug bool  `help:"Print what is sent and received to stderr."`
}

// Run finds the one thing that keeps a target from being tested.
func (c *doctorCmd) Run(p *Program) error {
	target, err := c.choose(p, "", "", referenceStations)
	if err != nil {
		return err
	}
	defer target.close()
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	options := engine.Options{Target: target.target, Reference: target.reference, Slow: float64(c.Slow), Wait: time.Duration(c.Wait), Call: c.Call, Version: Version()}
	if c.Debug {
		options.Debug = strictly{p.Stderr}
		logTo(options.Debug)
	}
	fmt.Fprintf(p.Stdout, "%s\n", target.target)
	findings, err := p.Engine.Doctor(ctx, options)
	var trouble *engine.Finding
	for i, f := range findings {
		mark := "ok  "
		if !f.OK {
			mark = "FAIL"
			if trouble == nil {
				trouble = &findings[i]
			}
		}
		fmt.Fprintf(p.Stdout, "%s  %-14s %s\n", mark, f.Name, oneLine(f.Detail))
		if !f.OK && f.Remedy != "" {
			fmt.Fprintf(p.Stdout, "      %-14s %s\n", "remedy", oneLine(f.Remedy))
		}
	}
	switch {
	case canceled(ctx):
		return ctx.Err()
	case err != nil:
		return err
	case trouble != nil:
		return &exit{code: result.ExitNotTested}
	}
	fmt.Fprintln(p.Stdout, "the target can be tested: voicespec run")
	if c.Load {
		fmt.Fprintln(p.Stdout, loadCommand(target.target))
	}
	return nil
}

// loadCommand says what load the people of a target file are enough for.
func loadCommand(t *config.Target) string {
	if t.File == "" {
		return "load needs a target file: voicespec serve --stations 8 > /dev/null 2> voicespec.yaml writes one, of a reference server"
	}
	stations := "1 station"
	if n := len(t.Stations); n != 1 {
		stations = fmt.Sprintf("%d stations", n)
	}
	return fmt.Sprintf("load: %s, one for each virtual user: bin/k6 run -e TARGET=%s -e STATIONS=%d docs/examples/load/transfer.js (make k6 builds it)",
		stations, t.File, len(t.Stations))
}
