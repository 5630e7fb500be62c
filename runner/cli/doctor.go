package cli

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/result"
)

type doctorCmd struct {
	targetFlags
	Slow  slow `default:"1" placeholder:"FACTOR" help:"Multiplies every time budget, for slow targets. Default: ${default}."`
	Debug bool `help:"Print what is sent and received to stderr."`
}

// Run finds the one thing that keeps a target from being tested.
func (c *doctorCmd) Run(p *Program) error {
	target, err := c.choose(p, "", "")
	if err != nil {
		return err
	}
	defer target.close()
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	options := engine.Options{Target: target.target, Reference: target.reference, Slow: float64(c.Slow), Version: Version()}
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
	return nil
}
