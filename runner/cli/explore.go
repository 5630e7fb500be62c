package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/file"
)

type exploreCmd struct {
	targetFlags
	reportFlags
	playFlags
	Steps    steps    `placeholder:"N" help:"How many steps are played, of all stations together. Default: 1000, or until --for is over."`
	For      limit    `placeholder:"DURATION" help:"How long is explored, such as 10m. With --steps, until one of them is over."`
	Seed     int64    `default:"1" placeholder:"N" help:"Seed of what is chosen. Default: ${default}."`
	Stations stations `default:"1" placeholder:"N" help:"How many of the target file's stations walk side by side. Default: ${default}, with which the same seed chooses the same, as far as the server does."`
	Focus    []string `placeholder:"OPERATION,..." help:"Choose these operations more often."`
	Avoid    []string `placeholder:"OPERATION,..." help:"Do not choose these operations; nobody stands for calls to a number that nobody has. Others are Reconnect, Relogin and Read."`
	Shrink   limit    `default:"2m" placeholder:"DURATION" help:"How long all that is found is replayed, to find the shortest walk that shows it. Default: ${default}."`
}

// Help is what `voicespec explore --help` adds.
func (exploreCmd) Help() string {
	return `All people of a station act: they dial, answer, transfer, hold conferences, hang up, log off and on again, and do what must be refused. ` +
		`What was recorded is judged by the checks invariants.*, as in every run. What is found is replayed in ever shorter walks, ` +
		`and the shortest is written into the report folder as a script, which voicespec run --script plays.

Whatever happens, the calls that were made, and no others, are hung up at the end. docs/exploring.md tells more.`
}

// defaultSteps are played where neither --steps nor --for is given.
const defaultSteps = 1000

// Run explores a target.
func (c *exploreCmd) Run(p *Program) error {
	old := stale{reportFlags: c.reportFlags, dir: c.ReportDir, baseline: c.Baseline}
	return old.unlessWritten(c.run(p, old))
}

func (c *exploreCmd) run(p *Program, old stale) error {
	x := engine.Exploration{Seed: c.Seed, Steps: int(c.Steps), For: time.Duration(c.For), Focus: c.Focus, Avoid: c.Avoid, Shrink: time.Duration(c.Shrink), Scripts: c.ReportDir}
	if x.Steps == 0 && x.For == 0 {
		x.Steps = defaultSteps
	}
	x.Words = c.words()
	how := performance{c.targetFlags, c.reportFlags, c.playFlags, int(c.Stations)}
	return how.perform(p, old, func(ctx context.Context, o engine.Options) (*engine.Outcome, error) {
		if n := len(o.Target.Stations); int(c.Stations) > n {
			return nil, usagef("--stations %d is more than the target file has (%d); name more people in it", c.Stations, n)
		}
		only := *o.Target
		only.Stations = only.Stations[:c.Stations]
		o.Target, o.Command = &only, how.command(p, "explore", c.Seed, 1)
		return p.Engine.Explore(ctx, o, x)
	})
}

// words are the flags that make the exploration what it is.
func (c *exploreCmd) words() (out []string) {
	for _, f := range []struct {
		flag, value string
		given       bool
	}{
		{"--steps", strconv.Itoa(int(c.Steps)), c.Steps > 0}, {"--for", time.Duration(c.For).String(), c.For > 0},
		{"--stations", strconv.Itoa(int(c.Stations)), c.Stations > 1},
		{"--focus", strings.Join(c.Focus, ","), len(c.Focus) > 0}, {"--avoid", strings.Join(c.Avoid, ","), len(c.Avoid) > 0},
	} {
		if f.given {
			out = append(out, f.flag, f.value)
		}
	}
	return out
}

// steps is the value of --steps.
type steps int

// UnmarshalText checks the value.
func (s *steps) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 {
		return fmt.Errorf("%q is no number of steps; one step at least is played", text)
	}
	*s = steps(n)
	return nil
}

// stations is the value of --stations.
type stations int

// Validate is called by kong.
func (s stations) Validate() error {
	if s < 1 {
		return errors.New("one station at least is needed")
	}
	return nil
}

// readScript reads the script that a flag names; nil where it names none.
func readScript(path string) (*explore.Script, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // there is none, and nothing is wrong with that
	}
	f, err := openInput("--script", path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: nothing can be lost
	s, err := explore.ReadScript(f)
	if err != nil {
		return nil, usagef("--script %s: %s", path, oneLine(err.Error()))
	}
	return s, nil
}

// writeScripts writes the shortest walks of what was found into the report folder, and takes away those of an earlier run.
func (o *outputs) writeScripts(scripts map[string]engine.Script) (written []string) {
	if o.dir == "" {
		return nil
	}
	for name, s := range scripts {
		path := filepath.Join(o.dir, name)
		if err := writeScript(path, s); err != nil {
			o.failed = append(o.failed, path+" could not be written ("+reason(err)+")")
			continue
		}
		written = append(written, path)
	}
	return written
}

func writeScript(path string, s engine.Script) error {
	return file.Write(path, func(w io.Writer) error { return s.Write(w, s.Remarks...) })
}
