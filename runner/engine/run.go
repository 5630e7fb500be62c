package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Run tests a target: it chooses the checks, plays their scenarios, judges what was recorded, and reports. Errors are
// *UsageError, *TargetError, the context's, or a failure of voicespec itself; with the latter three the outcome is there
// too, as far as it got.
func (s *Suite) Run(ctx context.Context, o Options) (*Outcome, error) {
	sel, err := s.choose(o)
	if err != nil {
		return nil, err
	}
	if o.Target, err = o.stations(); err != nil {
		return nil, err
	}
	o.noticed = true
	return s.perform(ctx, o, sel, s.toPlay(sel), func(*session) error { return nil })
}

// perform is Run of scenarios that were chosen. prepared is called when the target is connected, and may find that it will
// not do.
func (s *Suite) perform(ctx context.Context, o Options, sel *selection, scenarios []*spec.Definition, prepared func(*session) error) (*Outcome, error) {
	playing, cancel := limited(ctx, o)
	defer cancel()
	run, err := open(playing, o)
	if err == nil {
		if err = prepared(run); err != nil {
			run.close(ctx)
		}
	}
	if err != nil {
		return s.untested(run, sel, o, err)
	}
	if o.opened != nil {
		o.opened(run)
	}
	o.redact = run.run.Redact // before the player's goroutines read the options
	p := newPlayer(run, scenarios, o.Seed, func(e Event) {
		e.Total += s.whole(sel)
		o.progress(e)
	})
	source := p.start(ctx, playing)
	judged, err := s.judge(ctx, source, sel, o)
	if err != nil {
		return nil, err
	}
	source.finish()
	out := s.outcome(sel, source, judged, o)
	if o.noticed && p.undisturbed(ctx) {
		s.noticeOthers(out, source, o.beside)
		if !o.again {
			s.playAgain(ctx, o, out, run)
		}
	}
	o.progress(Event{Kind: "done", Done: len(p.queue), Total: len(p.queue), Failed: out.failures(o.gate())})
	saved := run.flush()
	if err = out.conclude(ctx, p); err == nil && saved != nil {
		err = &SaveError{Err: saved}
	}
	return out, err
}

// judge runs the specs. Ginkgo's suite is global: where many runs go on side by side, each is played to its end before
// it is judged, so that none waits for the play of another.
func (s *Suite) judge(ctx context.Context, source spec.Source, sel *selection, o Options) (types.Report, error) {
	if o.SideBySide {
		source.Whole(ctx)
	}
	failed := 0
	register := s.register
	if sel.alone && s.always != nil {
		register = s.always
	}
	return spec.Run(register, spec.Options{
		Source: source, Filter: sel.filter, Scenarios: sel.scenarios, Seed: o.Seed, Gate: o.gate(), Debug: o.Debug,
		Text: func(c spec.CheckInfo, findings []result.Finding, k *judge.Case) string {
			return s.text(o, c, findings, k)
		},
		Redact: o.redact,
		Judged: func(r types.SpecReport) {
			c := spec.Result(r, s.registry)
			if c.Outcome == result.NotSelected {
				return
			}
			if c.Outcome == result.Failed && c.Level.Rank() <= o.gate().Rank() {
				failed++
			}
			o.progress(Event{Kind: "check", Scenario: c.Scenario, Title: c.ID, Text: string(c.Outcome), Failed: failed})
		},
	})
}

// conclude says why a run is not what it was meant to be.
func (out *Outcome) conclude(ctx context.Context, p *player) error {
	switch {
	case ctx.Err() != nil:
		out.Report.Reason = "the run was interrupted"
		return ctx.Err()
	case p.failed != "" || len(out.broken) > 0:
		return fmt.Errorf("voicespec itself failed: %s", append([]string{p.failed}, out.broken...))
	case p.limit != nil:
		out.Report.Reason, out.Report.Outcome = p.limit.Error(), result.NotTested
		return p.limit
	case p.away != nil:
		out.Report.Reason = p.away.Cause
		if out.failures(out.Report.Gate) == 0 { // nothing that it did wrong but to go
			out.Report.Outcome = result.NotTested
			return &TargetError{Cause: p.away.Cause, Remedy: "look at the server's log, and run again"}
		}
	case p.late != nil:
		out.Report.Reason = p.late.Cause
		if out.failures(out.Report.Gate) == 0 {
			out.Report.Outcome = result.NotTested
			return p.late
		}
	}
	return nil
}

// leftOut is a check that was not asked for.
func (s *Suite) leftOut(c spec.CheckInfo) result.Check {
	return result.Check{
		ID: c.ID, Title: c.Title, Requirements: c.Requirements, Level: c.Level, Area: s.definition(c.Scenario).Area, Scenario: c.Scenario,
		Outcome: result.NotSelected,
	}
}

// catalogued adds to what was judged what was left out, in the order of the catalogue.
func (s *Suite) catalogued(judged []result.Check) []result.Check {
	of := map[string]result.Check{}
	for _, c := range judged {
		of[c.ID] = c
	}
	checks := make([]result.Check, len(s.Checks))
	for i, c := range s.Checks {
		check, ok := of[c.ID]
		if !ok {
			check = s.leftOut(c)
		}
		checks[i] = check
	}
	return checks
}

// untested reports a target that could not be tested: every selected check is blocked by the one cause.
func (s *Suite) untested(run *session, sel *selection, o Options, err error) (*Outcome, error) {
	var usage *UsageError
	if run == nil || run.run == nil || errors.As(err, &usage) {
		return nil, err
	}
	r := run.blank(o)
	r.RequirementSet = s.Set()
	for _, c := range s.Checks {
		check := s.leftOut(c)
		if sel.checks[c.ID] {
			check.Outcome, check.Message = result.Blocked, "the target could not be tested"
		}
		r.Checks = append(r.Checks, check)
	}
	r.Reason = run.run.Redact(err.Error())
	r.DurationMs = ms(run.since())
	r.Count()
	r.Outcome = result.NotTested
	out := &Outcome{Report: r, Header: run.header, Scenarios: func(string) []*recording.Entry { return nil }, Documented: s.documented}
	_ = run.flush() // the cause is why nothing was tested
	return out, err
}
