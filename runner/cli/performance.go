package cli

import (
	"cmp"
	"context"
	"errors"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
)

// performance is a command that plays with a target and reports what was found.
type performance struct {
	targetFlags
	reportFlags
	playFlags

	stations int // of the reference server
}

// perform prepares the target and all outputs, lets play play, and concludes.
func (c performance) perform(p *Program, old stale, play func(context.Context, engine.Options) (*engine.Outcome, error)) error {
	target, err := c.choose(p, c.Fault, c.Variation, c.stations)
	if err != nil {
		return err
	}
	defer target.close()
	out, err := newOutputs(p, c.reportFlags, c.ReportDir)
	if err != nil {
		return err
	}
	if err := out.expect(c.KnownFailures, c.Baseline); err != nil {
		return err
	}
	save, err := newRecordingFile(c.Save)
	if err != nil {
		return err
	}
	old.remove()
	ctx, stop := p.interruptible("interrupted: hanging up the calls of this run and logging off; Ctrl-C again stops at once")
	defer stop()
	live := newProgress(p)
	options := engine.Options{
		Target: target.target, Reference: target.reference, Fault: c.Fault, Variation: c.Variation, Gate: requirement.Level(c.Gate), Complete: c.Complete,
		Slow: float64(c.Slow), Timeout: time.Duration(c.Timeout), Wait: time.Duration(c.Wait), Progress: live.event, Version: Version(),
	}
	if c.Debug {
		options.Debug = strictly{live}
		logTo(options.Debug)
	}
	if c.Save != "" {
		options.Save = save
	}
	if p.Getenv("GOMEMLIMIT") == "" {
		// A hostile target sends faster than garbage is collected by default.
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(softMemoryLimit))
	}
	if p.Getenv("GOGC") == "" {
		// A run is short and its heap small: a sixth of its time would go into collecting.
		defer debug.SetGCPercent(debug.SetGCPercent(relaxedGC))
	}
	started := time.Now()
	outcome, err := play(ctx, options)
	live.close()
	failure := save.close()
	if lost, ok := errors.AsType[*engine.SaveError](err); ok {
		err, failure = nil, cmp.Or(failure, oneLine(lost.Error()))
	}
	if failure != "" {
		out.failed = append(out.failed, failure)
	}
	if canceled(ctx) {
		err = ctx.Err()
	}
	return out.conclude(outcome, err, blank(options, started))
}

// command is what was called, without what was selected and where the results go: by it a check is run again.
func (c performance) command(p *Program, verb string, seed, usualSeed int64) []string {
	words := []string{p.name(), verb}
	for _, f := range []struct{ flag, value, usual string }{
		{"--config", c.Config, ""}, {"--target", c.Target, ""}, {"--transport", string(c.Transport), ""},
		{"--fault", c.Fault, ""}, {"--variation", c.Variation, ""}, {"--gate", string(c.Gate), string(requirement.Required)},
		{"--known-failures", c.KnownFailures, ""}, {"--slow", strconv.FormatFloat(float64(c.Slow), 'g', -1, 64), "1"},
		{"--seed", strconv.FormatInt(seed, 10), strconv.FormatInt(usualSeed, 10)}, {"--timeout", time.Duration(c.Timeout).String(), "0s"},
	} {
		switch {
		case f.value == f.usual:
		case strings.HasPrefix(f.value, "-"): // else it would be read as a flag
			words = append(words, f.flag+"="+f.value)
		default:
			words = append(words, f.flag, f.value)
		}
	}
	return words
}
