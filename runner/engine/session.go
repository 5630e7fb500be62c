package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// session is a run with its connections.
type session struct {
	run      *play.Run
	stations []*play.Station
	log      *recording.Log
	writer   *recording.Writer
	header   *recording.Header
	started  time.Time

	closing sync.Once
	left    []string // what closing could not undo
	others  []string // what others did in the name of our people
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
	s.run = play.NewRun(o.Target, tlsConfig, budgets.OrDefault().Scale(o.slow()), s.log)
	s.run.Seed = o.Seed
	s.run.Agent = "voicespec/" + o.Version
	err = s.connect(ctx)
	s.header = &recording.Header{
		Version: recording.FormatVersion, Suite: o.Version, Target: o.Target.URL, Started: s.started.UTC().Truncate(time.Second),
		Transport: s.run.Transport(), Seed: o.Seed, Features: s.run.Features,
		AlsoOffered: o.Target.Capabilities.Also,
	}
	for _, st := range s.stations {
		s.header.Stations = append(s.header.Stations, st.Header())
	}
	if s.writer != nil {
		s.writer.Write(&recording.Entry{Kind: recording.KindHeader, Header: redactedHeader(s.header, s.run.Redact)})
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

// close ends all sessions, once, side by side, and says what could not be undone; it works after an interruption too.
func (s *session) close(ctx context.Context) []string {
	s.closing.Do(func() {
		cctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingBudget)
		defer cancel()
		left, others := make([][]string, len(s.stations)), make([][]string, len(s.stations))
		var g errgroup.Group
		for i, st := range s.stations {
			if st == nil {
				continue
			}
			g.Go(func() error {
				left[i], others[i] = st.Close(cctx)
				return nil
			})
		}
		_ = g.Wait() // the functions return nil
		for _, text := range slices.Concat(left...) {
			s.left = append(s.left, s.run.Redact(text))
		}
		for _, text := range slices.Concat(others...) {
			s.others = append(s.others, s.run.Redact(text))
		}
	})
	return s.left
}

// flush writes what is left of the recording.
func (s *session) flush() error {
	if s.writer == nil {
		return nil
	}
	return s.writer.Flush()
}

// absences say who is not there, and what is untestable for that.
func (s *session) absences() (out []string) {
	for _, st := range s.stations {
		for _, why := range st.Absences() {
			out = append(out, s.run.Redact(why)+"; what needs them is untestable")
		}
	}
	return out
}
