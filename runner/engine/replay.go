package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// discovery is a check that failed, with the shortest walk that shows why.
type discovery struct {
	result.Found

	check   result.Check
	entries []*recording.Entry
	script  *explore.Script
}

// judged takes in what a round found: what is new is replayed until it is short.
func (e *exploring) judged(ctx context.Context, out *Outcome) error {
	var fresh []result.Check
	for _, line := range out.Report.Others {
		if !slices.Contains(e.others, line) {
			e.others = append(e.others, line)
		}
	}
	for _, c := range out.Report.Checks {
		worst, known := e.worst[c.ID]
		if !known || rank[c.Outcome] > rank[worst.Outcome] || worst.Outcome == result.NotApplicable {
			e.worst[c.ID] = c
		}
		if c.Outcome == result.Failed && worst.Outcome != result.Failed {
			fresh = append(fresh, c)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	slices.SortStableFunc(fresh, func(a, b result.Check) int { return a.Level.Rank() - b.Level.Rank() })
	r := &replayer{exploring: e}
	defer r.close(ctx)
	for _, c := range fresh {
		if err := e.discover(ctx, r, out, c); err != nil {
			return err
		}
		e.acquit(c, out.touched[c.ID])
	}
	return nil
}

// acquit takes what was found last for disturbed, where others had a hand in its walk and it did not show again, or once by chance. what
// is what they did, "" for nothing.
func (e *exploring) acquit(c result.Check, what string) {
	last := len(e.found) - 1
	d := e.found[last]
	if what == "" || d.Shown >= enough {
		return
	}
	e.found = e.found[:last]
	c.Outcome = result.Disturbed
	c.Message = fmt.Sprintf("others had a hand in it (%s); it showed in %d of %d replays", what, d.Shown, d.Of)
	e.worst[c.ID] = c
}

// discover makes the shortest walk of a check that failed.
func (e *exploring) discover(ctx context.Context, r *replayer, out *Outcome, c result.Check) error {
	d := &discovery{check: c}
	d.Check, d.Level, d.Script = c.ID, c.Level, fmt.Sprintf("found-%d.yaml", e.x.Found+len(e.found)+1)
	d.check.Scenario = strings.TrimSuffix(d.Script, ".yaml")
	if len(c.Findings) > 0 {
		d.Requirement = c.Findings[0].Requirement
	}
	e.found = append(e.found, d)
	w, at, entries := e.locate(out, c)
	if w == nil { // beside the walks: while people logged on or off
		d.script, d.entries = &explore.Script{Title: c.Title}, out.Scenarios(c.Scenario)
		return nil
	}
	d.Walk, d.At, d.Length, d.entries = w.number, w.before+at, at, entries
	steps := w.walk.Steps[:at]
	if e.x.Script != nil {
		steps, d.Shown, d.Of = w.walk.Steps, 1, 1
	} else {
		var err error
		if steps, err = e.shorten(ctx, r, d, steps, w.walk.Steps); err != nil {
			return err
		}
	}
	d.script = &explore.Script{Title: c.Title, Steps: steps}
	d.Shortest, d.check.Walk = len(steps), nil
	for _, s := range steps {
		d.check.Walk = append(d.check.Walk, s.String())
	}
	d.Rerun = e.rerun(d.Script)
	d.check.Rerun = d.Rerun
	d.check.Message = report.FailureText(e.registry, d.check, d.entries)
	return nil
}

// again is how often what is found is replayed to see whether it shows each time.
const again = 3

// shorten replays a walk, ever shorter, as long as there is time.
func (e *exploring) shorten(ctx context.Context, r *replayer, d *discovery, steps, whole []explore.Step) ([]explore.Step, error) {
	began := time.Now()
	budget := e.left
	attempt := func(candidate []explore.Step, known bool) bool {
		if r.err != nil || ctx.Err() != nil || time.Since(began) >= budget {
			return false
		}
		check, entries := r.replay(ctx, explore.Replaying(candidate, known), len(candidate), d)
		if check == nil {
			return false
		}
		check.Scenario, d.check, d.entries = d.check.Scenario, *check, entries
		return true
	}
	defer func() { e.left = max(0, e.left-time.Since(began)) }()
	shows := func(candidate []explore.Step) bool { return attempt(candidate, false) }
	played := func(candidate []explore.Step) bool { return attempt(candidate, true) }
	found := false
	for _, candidate := range [][]explore.Step{steps, whole, whole, steps} {
		if found = played(candidate); found {
			d.Length = len(candidate)
			steps = explore.Shrink(candidate, shows)
			break
		}
	}
	for d.Of = 0; d.Of < again && (found || d.Of == 0) && r.err == nil && ctx.Err() == nil && time.Since(began) < budget; d.Of++ {
		if played(steps) {
			d.Shown++
		}
	}
	if !found {
		d.Of = max(d.Of, 1)
	}
	if ctx.Err() != nil {
		return steps, ctx.Err()
	}
	return steps, r.err
}

// locate is the walk in which a check failed first, and up to which of its steps.
func (e *exploring) locate(out *Outcome, c result.Check) (w *walked, at int, entries []*recording.Entry) {
	seqs := map[int]bool{}
	for _, f := range c.Findings {
		seqs[max(f.Seq, f.After)] = true
	}
	for _, w := range e.walks {
		if w.walk == nil || len(w.walk.Steps) == 0 {
			continue
		}
		entries := out.Scenarios(w.id)
		i := slices.IndexFunc(entries, func(x *recording.Entry) bool { return seqs[x.Seq] })
		if i < 0 {
			continue
		}
		return w, stepAt(entries, entries[i].At, len(w.walk.Steps)), entries
	}
	return nil, 0, nil
}

// stepAt is how many steps had been begun at a time.
func stepAt(entries []*recording.Entry, at float64, most int) int {
	n := 1
	for _, e := range entries {
		var step int
		if e.Kind == recording.KindRest && e.At <= at {
			if _, err := fmt.Sscanf(e.Step, explore.StepLabel, &step); err == nil {
				n = max(n, step)
			}
		}
	}
	return min(n, most)
}

// remarks are what stands above a script.
func (d *discovery) remarks() []string {
	lines := []string{"Written by voicespec explore: the shortest walk that was seen to break " + d.Requirement + ".", "Play it by: " + d.Rerun}
	if d.Intermittent() {
		lines = append(lines, fmt.Sprintf("Intermittent: it showed in %d of %d replays.", d.Shown, d.Of))
	}
	return lines
}

// rerun is the command that plays a script, or the exploration where no script is written.
func (e *exploring) rerun(script string) string {
	words := slices.Clone(e.o.Command)
	if len(words) < 2 {
		words = []string{"voicespec", "run"}
	}
	if e.x.Scripts != "" {
		words[1] = "run"
		return commandLine(append(words, "--script", path.Join(e.x.Scripts, script)))
	}
	words[1] = "explore"
	return commandLine(append(words, e.x.Words...))
}

// replayer plays walks again, one after the other, in a session of its own.
type replayer struct {
	*exploring

	session *session
	played  int // steps, in this session
	number  int
	err     error  // of ours
	refused string // why the target could not be tested again
}

// replay plays a walk of so many steps and judges it; the check that was found, with its evidence, if it failed for the same
// requirement, and nil if not.
func (r *replayer) replay(ctx context.Context, walk func(*play.Stage) *explore.Walk, steps int, found *discovery) (*result.Check, []*recording.Entry) {
	if r.refused != "" {
		return nil, nil
	}
	if r.played > roundSteps {
		r.close(ctx)
	}
	if r.session == nil {
		s, err := open(ctx, r.o.unsaved())
		if err == nil {
			err = r.connected(s)
		}
		if err != nil {
			r.err = err
			if target, ok := errors.AsType[*TargetError](err); ok {
				r.err = nil
				r.refused = target.Cause
			}
			return nil, nil
		}
		r.session, r.played = s, 0
	}
	r.number++
	r.played += steps
	d := walkDefinition(fmt.Sprintf("%sreplay-%d", walkPrefix, r.number))
	st := r.session.stations[0]
	st.Perform(ctx, d.ID, func(s *play.Stage) { walk(s) })
	entries := st.Tape().Scenario(d.ID)
	c := judge.NewCase(r.session.header, d.ID, entries)
	c.Beside(st.Tape().Gaps())
	source := &saved{ctx: ctx, head: r.session.header, whole: &spec.Whole{Played: []spec.Played{{Definition: d, Case: c}}}}
	o := r.o
	o.redact, o.Progress = r.session.run.Redact, nil
	o.Globs, o.Profile, o.LabelFilter, o.Share = []string{found.Check}, "", "", Share{} // nothing else is asked
	sel, err := r.choose(o)
	if err != nil {
		r.err = err
		return nil, nil
	}
	judged, err := r.judge(ctx, source, sel, o)
	if err != nil {
		r.err = err
		return nil, nil
	}
	checks, _ := spec.Results(judged, r.registry)
	for i := range checks {
		c := &checks[i]
		same := func(f result.Finding) bool { return f.Requirement == found.Requirement }
		if c.ID == found.Check && c.Outcome == result.Failed && (found.Requirement == "" || slices.ContainsFunc(c.Findings, same)) {
			return c, recording.ShownAs(entries)
		}
	}
	return nil, nil
}

// close ends the session of the replays, and notes what could not be undone.
func (r *replayer) close(ctx context.Context) {
	if r.session == nil {
		return
	}
	left := r.session.close(ctx)
	if r.last != nil {
		r.last.Report.LeftBehind = append(r.last.Report.LeftBehind, left...)
	}
	r.session = nil
}

// unsaved are the options of a session that is not part of the recording.
func (o Options) unsaved() Options {
	o.Save = nil
	return o
}
