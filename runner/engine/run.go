package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites"
	"github.com/voicespec/voicespec/suites/states"
)

// Run tests a target. Errors are *UsageError, *TargetError, the context's, or a failure of
// voicespec itself; with the latter three the outcome is there too, as far as it got.
func Run(ctx context.Context, o Options) (*Outcome, error) {
	if o.Gate == "" {
		o.Gate = requirement.Required
	}
	sel, err := selectChecks(o)
	if err != nil {
		return nil, err
	}
	playing, cancel := limited(ctx, o)
	defer cancel()
	s, err := open(playing, o)
	if s != nil {
		defer s.flush()
	}
	if err != nil {
		return s.untested(sel, o, err)
	}
	if o.Plain {
		return s.perform(ctx, playing, sel, o, judgePlainly)
	}
	return s.perform(ctx, playing, sel, o, judgeWithGinkgo)
}

func selectChecks(o Options) (*selection, error) {
	c, err := catalogue()
	if err != nil {
		return nil, err
	}
	return choose(c.all, c.registry, o)
}

// catalogue is read once a process: it never changes.
var catalogue = sync.OnceValues(func() (*contents, error) {
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	all, err := suites.All(registry)
	return &contents{registry, all}, err
})

type contents struct {
	registry *requirement.Registry
	all      []*scenario.Scenario
}

// session is a run with its connections.
type session struct {
	run      *play.Run
	stations []*play.Station
	log      *recording.Log
	writer   *recording.Writer
	header   *recording.Header
	started  time.Time
	saveErr  error
}

// open connects all stations. The recording's header is written when they are known, before
// anything of scenarios; what connecting exchanged stands before it in time only.
func open(ctx context.Context, o Options) (*session, error) {
	s := &session{started: time.Now()}
	var early []*recording.Entry
	opened := false
	s.log = recording.NewLog(func(e *recording.Entry) {
		if s.writer == nil {
			return
		}
		if !opened {
			early = append(early, e)
			return
		}
		s.writer.Write(e)
	})
	if o.Save != nil {
		s.writer = recording.NewWriter(o.Save)
	}
	tlsConfig, err := o.Target.TLS.Config()
	if err != nil {
		return s, &UsageError{Text: err.Error()}
	}
	budgets := play.Budgets{Connect: o.Target.Budgets.Connect, Request: o.Target.Budgets.Request, Event: o.Target.Budgets.Event, Quiet: o.Target.Budgets.Quiet}
	s.run = play.NewRun(o.Target, tlsConfig, withDefaults(budgets).Scale(o.slow()), s.log)
	s.run.Seed = o.Seed
	s.run.Agent = "voicespec/" + o.Version
	err = s.connect(ctx)
	s.header = &recording.Header{
		Version: recording.FormatVersion, Suite: o.Version, Target: o.Target.URL, Started: s.started.UTC().Truncate(time.Second),
		Transport: s.run.Transport(), Seed: o.Seed, Features: s.run.Features,
	}
	for _, st := range s.stations {
		s.header.Stations = append(s.header.Stations, st.Header())
	}
	if s.writer != nil {
		s.writer.Write(&recording.Entry{Kind: recording.KindHeader, Header: s.header})
		s.tapeSafe(func() {
			opened = true
			for _, e := range early {
				s.writer.Write(e)
			}
		})
	}
	return s, err
}

// tapeSafe runs f while nothing is being appended: connections are quiet until scenarios begin,
// but a poll may end at any time.
func (s *session) tapeSafe(f func()) { s.log.Exclusive(f) }

func withDefaults(b play.Budgets) play.Budgets {
	d := play.DefaultBudgets
	if b.Connect > 0 {
		d.Connect = b.Connect
	}
	if b.Request > 0 {
		d.Request = b.Request
	}
	if b.Event > 0 {
		d.Event = b.Event
	}
	if b.Quiet > 0 {
		d.Quiet = b.Quiet
	}
	return d
}

// connect opens the first station alone, since it learns transport and features for all.
func (s *session) connect(ctx context.Context) error {
	n := len(s.run.Target.Stations)
	s.stations = make([]*play.Station, n)
	first, err := s.run.Open(ctx, 1)
	s.stations[0] = first
	if err != nil {
		s.stations = s.stations[:1]
		s.close(ctx)
		return s.asTargetError(ctx, err)
	}
	var g errgroup.Group
	for i := 2; i <= n; i++ {
		g.Go(func() error {
			st, err := s.run.Open(ctx, i)
			s.stations[i-1] = st
			return err
		})
	}
	if err := g.Wait(); err != nil {
		s.close(ctx)
		return s.asTargetError(ctx, err)
	}
	return nil
}

// asTargetError is the one cause, without what a target may have echoed.
func (s *session) asTargetError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if p, ok := errors.AsType[*play.Problem](err); ok {
		return &TargetError{Cause: s.run.Redact(p.Cause), Remedy: p.Remedy}
	}
	return err
}

// close ends all sessions; it works after an interruption too.
func (s *session) close(ctx context.Context) (left []string) {
	cctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingBudget)
	defer cancel()
	for _, st := range s.stations {
		if st != nil {
			left = append(left, st.Close(cctx)...)
		}
	}
	for i := range left {
		left[i] = s.run.Redact(left[i])
	}
	return left
}

func (s *session) flush() {
	if s.writer != nil {
		s.saveErr = s.writer.Flush()
	}
}

// perform plays the selection and judges it meanwhile; playing may end earlier than ctx.
func (s *session) perform(ctx, playing context.Context, sel *selection, o Options, judging func(context.Context, *jury, func(*scenario.Scenario), Options)) (*Outcome, error) {
	j := newJury(sel, s.header, o)
	p := newPlayer(s.run, s.stations, sel.toPlay(), o.Seed, func(e Event) {
		e.Total += sel.whole()
		o.progress(e)
	})
	through := p.start(playing)
	byID := map[string]*performance{}
	for _, perf := range p.queue {
		byID[perf.scenario.ID] = perf
	}
	filed := map[string]bool{}
	closed := sync.OnceValue(func() []string {
		<-through
		return s.close(ctx)
	})
	var ready func(sc *scenario.Scenario)
	ready = func(sc *scenario.Scenario) {
		if sc.Whole {
			for _, perf := range p.queue {
				ready(perf.scenario)
			}
			if closed(); len(j.loose) == 0 { // logging off is judged, too
				j.strays(s.connecting(p.queue))
			}
			return
		}
		perf := byID[sc.ID]
		if perf == nil || filed[sc.ID] {
			return
		}
		filed[sc.ID] = true
		<-perf.done
		p.quiet(playing, perf)
		if perf.skipped != "" {
			j.notPlayed(sc, perf.skipped, perf.neutral)
			return
		}
		j.file(sc, perf.station.Tape().Scenario(sc.ID))
	}
	judging(ctx, j, ready, o)
	<-through
	for _, perf := range p.queue {
		ready(perf.scenario)
	}
	left := closed()
	for _, perf := range p.queue {
		left = append(left, perf.left...)
	}
	report := s.report(j, p, o, left)
	out := s.outcome(report, sel, func(id string) []*recording.Entry {
		if perf := byID[id]; perf != nil && perf.station != nil {
			return perf.station.Tape().Scenario(id)
		}
		return nil
	})
	o.progress(Event{Kind: "done", Done: len(p.queue), Total: len(p.queue), Failed: j.failed()})
	switch {
	case ctx.Err() != nil:
		report.Reason = "the run was interrupted"
		return out, ctx.Err()
	case p.failed != "" || len(j.broken) > 0:
		return out, fmt.Errorf("voicespec itself failed: %s", firstOf(p.failed, j.broken))
	case p.gone != "":
		report.Reason = p.gone
		if report.Counts[result.Failed] == 0 { // nothing that it did wrong but to go
			report.Outcome = result.NotTested
			return out, &TargetError{Cause: p.gone, Remedy: "look at the server's log"}
		}
	case p.late != nil:
		report.Reason = p.late.Cause
		if j.failed() == 0 {
			report.Outcome = result.NotTested
			return out, p.late
		}
	}
	return out, nil
}

func judgePlainly(ctx context.Context, j *jury, ready func(*scenario.Scenario), _ Options) {
	for _, sc := range j.selected.all {
		if !j.selected.selected(sc) {
			continue
		}
		ready(sc)
		for _, c := range sc.Checks {
			if j.selected.checks[sc.CheckID(c)] && ctx.Err() == nil {
				j.rule(sc, c)
			}
		}
	}
}

func firstOf(text string, list []string) string {
	if text != "" {
		return text
	}
	return list[0]
}

func (s *session) report(j *jury, p *player, o Options, left []string) *result.Report {
	r := s.blank(o)
	r.Checks = j.checks()
	r.Cleanup = left
	for _, perf := range p.queue {
		sc := perf.scenario
		row := result.Scenario{ID: sc.ID, Title: sc.Title, Area: sc.Area, Source: sc.Source, PlayedMs: ms(perf.ended.Sub(perf.began))}
		if perf.station != nil {
			row.Station = perf.station.Number
		}
		r.Scenarios = append(r.Scenarios, row)
	}
	r.Latency = latencies(j.cases)
	r.States = states.Table(j.cases)
	r.ExtraFields = judge.UnknownMembers(j.cases)
	r.DurationMs = ms(time.Since(s.started))
	r.Count()
	r.Decide()
	return r
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *session) blank(o Options) *result.Report {
	target := o.Target.URL
	if o.Reference {
		target = "embedded reference server" // its port is another one each time
	}
	return &result.Report{
		Version: 1, Suite: o.Version, Target: target, Transport: s.run.Transport(), Gate: o.Gate, Seed: o.Seed,
		Fault: o.Fault, Features: s.run.Features, Started: s.started.UTC().Truncate(time.Second),
	}
}

func (s *session) outcome(r *result.Report, sel *selection, entries func(string) []*recording.Entry) *Outcome {
	return &Outcome{Report: r, Header: s.header, Scenarios: entries, Documented: sel.documented}
}

// untested reports a target that could not be tested: every selected check is blocked by the one cause.
func (s *session) untested(sel *selection, o Options, err error) (*Outcome, error) {
	var usage *UsageError
	if s == nil || s.run == nil || errors.As(err, &usage) {
		return nil, err
	}
	j := newJury(sel, s.header, o)
	for _, sc := range sel.all {
		j.notPlayed(sc, s.run.Redact(err.Error()), false)
	}
	r := s.blank(o)
	r.Checks = j.checks()
	for i := range r.Checks {
		if r.Checks[i].Outcome == result.Blocked {
			r.Checks[i].Message = "the target could not be tested"
		}
	}
	r.Reason = s.run.Redact(err.Error())
	r.DurationMs = ms(time.Since(s.started))
	r.Count()
	r.Outcome = result.NotTested
	return s.outcome(r, sel, func(string) []*recording.Entry { return nil }), err
}

// documented are the page's messages of a scenario, for the reports.
func (s *selection) documented(id string) []Documented {
	for _, sc := range s.all {
		if sc.ID != id || sc.Document == nil {
			continue
		}
		var out []Documented
		for i := range sc.Document.Page {
			step := &sc.Document.Page[i]
			switch {
			case step.Posts != "":
				out = append(out, Documented{Actor: "agent", Title: "POST " + step.Posts, JSON: string(step.Body)})
			case step.Notified != nil:
				title := step.Type() + " " + step.State()
				if step.Call() == nil {
					title = "DeviceStateChangeMessage"
				}
				out = append(out, Documented{Actor: "agent", Title: title, JSON: string(step.Notified)})
			}
		}
		return out
	}
	return nil
}
