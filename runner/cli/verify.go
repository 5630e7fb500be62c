package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
)

type verifyCmd struct {
	File string `arg:"" name:"file" help:"Recording to judge, as voicespec run --save writes it; - reads stdin. docs/recording.md tells how to convert another log."`
	selectFlags
	reportFlags
	ReportDir     string `placeholder:"DIR" help:"Folder for report.html, results.json, junit.xml and summary.md. Default: none is written."`
	KnownFailures string `placeholder:"FILE" help:"Known failures of the target; they do not count as failures until they expire."`
	Baseline      string `placeholder:"FILE" help:"results.json of an earlier run, to compare with. A regression makes the exit code 1, too."`
}

// Run judges a recording.
func (c *verifyCmd) Run(p *Program) error {
	old := stale{reportFlags: c.reportFlags, dir: c.ReportDir, baseline: c.Baseline}
	return old.unlessWritten(c.run(p, old))
}

func (c *verifyCmd) run(p *Program, old stale) error {
	in := io.NopCloser(p.Stdin)
	if c.File != "-" {
		f, err := openInput("recording", c.File)
		if err != nil {
			return err
		}
		in = f
	}
	defer func() { _ = in.Close() }()
	out, err := newOutputs(p, c.reportFlags, c.ReportDir)
	if err != nil {
		return err
	}
	if err := out.expect(c.KnownFailures, c.Baseline); err != nil {
		return err
	}
	old.remove()
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	options := engine.Options{Target: &config.Target{URL: "recording " + c.File}, Recording: c.File, Globs: c.Only, LabelFilter: c.LabelFilter, Profile: c.Profile,
		Gate: requirement.Level(c.Gate), Complete: c.Complete, Slow: 1, Version: Version(),
		Command: c.command(p)}
	started := time.Now()
	outcome, err := p.Engine.Verify(ctx, in, options)
	if canceled(ctx) {
		err = ctx.Err()
	}
	return out.conclude(outcome, c.unreadable(err), blank(options, started))
}

// command is how a check is judged again.
func (c *verifyCmd) command(p *Program) []string {
	words := []string{p.name(), "verify", c.File}
	if c.Gate != gate(requirement.Required) {
		words = append(words, "--gate", string(c.Gate))
	}
	if c.KnownFailures != "" {
		words = append(words, "--known-failures", c.KnownFailures)
	}
	return words
}

// unreadable makes the user's what is the user's: a recording is judged without a target,
// so that an error is one of the file.
func (c *verifyCmd) unreadable(err error) error {
	var usage *engine.UsageError
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &usage) {
		return err
	}
	return usagef("%s: %s", c.File, oneLine(err.Error()))
}
