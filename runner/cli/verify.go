package cli

import (
	"context"
	"errors"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/suggest"
	"github.com/voicespec/voicespec/runner/voice"
)

type verifyCmd struct {
	File string `arg:"" optional:"" name:"file" help:"Recording to judge, as voicespec run --save writes it, or another log that voicespec import reads; - reads stdin."`
	asFlag
	Require string `placeholder:"NAMES" help:"Operations, separated by commas, that the traffic must hold: exit code 1 where one of them was never accepted."`
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
	required, err := operations(c.Require)
	if err != nil {
		return err
	}
	out, err := newOutputs(p, c.reportFlags, c.ReportDir)
	if err != nil {
		return err
	}
	if err := out.expect(c.KnownFailures, c.Baseline); err != nil {
		return err
	}
	in, notes, err := c.input(p)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	old.remove()
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	options := engine.Options{Target: &config.Target{URL: "recording " + c.File}, Recording: c.File, Globs: c.Only, LabelFilter: c.LabelFilter, Profile: c.Profile,
		Gate: requirement.Level(c.Gate), Complete: c.Complete, Slow: 1, Version: Version(), Required: required, Command: c.command(p)}
	if p.Getenv("GOMEMLIMIT") == "" && p.Getenv("GOGC") == "" {
		// Half of what collecting takes is saved by a heap that may grow; what is open at once is bounded.
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(verifyMemory))
		defer debug.SetGCPercent(debug.SetGCPercent(relaxedGC))
	}
	started := time.Now()
	outcome, err := p.Engine.Verify(ctx, in, options)
	if canceled(ctx) {
		err = ctx.Err()
	}
	if outcome != nil {
		outcome.Report.Notes = append(notes, outcome.Report.Notes...)
	}
	return out.conclude(outcome, c.unreadable(err), blank(options, started))
}

// verifyMemory is where judging a recording begins to collect garbage more eagerly, in bytes.
const verifyMemory = 1 << 30

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

// input is what is to be judged: one file, or several that were recorded of several people.
func (c *verifyCmd) input(p *Program) (in io.ReadCloser, notes []string, err error) {
	switch {
	case len(c.As) > 0:
		var files []string
		if c.File != "" {
			files = []string{c.File}
		}
		log, err := p.imported(files, c.As)
		if err != nil {
			return nil, nil, err
		}
		if c.File == "" {
			c.File = strings.Join(c.As, " ")
		}
		return written(log)
	case c.File == "":
		return nil, nil, usagef("<file> is missing (see voicespec verify --help)")
	}
	return p.recordingOf(c.File)
}

// operations are those of a list that a user wrote.
func operations(list string) ([]string, error) {
	var out []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		known := voice.NamesOf(func(voice.Operation) bool { return true })
		switch {
		case name == "":
		case !slices.Contains(known, name):
			return nil, usagef("--require names %q, which is no operation of the API%s", name, suggest.Remark(name, known))
		default:
			out = append(out, name)
		}
	}
	return out, nil
}

// unreadable makes the user's what is the user's: a recording is judged without a target,
// so that an error is one of the file.
func (c *verifyCmd) unreadable(err error) error {
	var usage *engine.UsageError
	if other := mistaken(c.File, "recording"); err != nil && other != "" && !errors.Is(err, context.Canceled) {
		return usagef("%s", other)
	}
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &usage) {
		return err
	}
	return usagef("%s: %s", c.File, oneLine(err.Error()))
}
