package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/lease"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
)

// session is a run with its connections.
type session struct {
	run      *play.Run
	stations []*play.Station
	log      *recording.Log
	writer   *recording.Writer
	keep     bool               // a recording is asked for
	early    []*recording.Entry // before the writer is there
	lease    *lease.Lease
	unseen   string // why other runs do not see this one
	header   *recording.Header
	started  time.Time

	closing sync.Once
	left    []string // what closing could not undo
	others  []string // what others did in the name of our people
}

// open connects all stations, and where that fails for something that may pass tries again as long as is asked for.
func open(ctx context.Context, o Options) (*session, error) {
	deadline := time.Now().Add(o.Wait)
	for told := ""; ; {
		s, err := openOnce(ctx, o)
		problem, _ := errors.AsType[*TargetError](err)
		if problem == nil || !problem.Passing || time.Now().After(deadline) {
			s.publish(o)
			return s, err
		}
		if problem.Cause != told {
			told = problem.Cause
			o.progress(Event{Kind: "waiting", Text: told})
		}
		pause := time.NewTimer(min(waitPause, max(0, time.Until(deadline))))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			s.publish(o)
			return s, context.Cause(ctx)
		}
	}
}

// waitPause is between two tries to connect.
const waitPause = time.Second

// openOnce connects all stations, people whom another run has left out.
func openOnce(ctx context.Context, o Options) (*session, error) {
	s := &session{started: time.Now(), keep: o.Save != nil}
	s.log = recording.NewLog(s.record)
	tlsConfig, err := o.Target.TLS.Config()
	if err != nil {
		return s, &UsageError{Text: err.Error()}
	}
	budgets := play.Budgets{Connect: o.Target.Budgets.Connect, Request: o.Target.Budgets.Request, Event: o.Target.Budgets.Event, Quiet: o.Target.Budgets.Quiet}
	s.run = play.NewRun(o.Target, tlsConfig, budgets.OrDefault().Scale(o.slow()), s.log)
	s.run.Seed, s.run.Careful = o.Seed, o.careful
	s.run.Agent = fmt.Sprintf("voicespec/%s (run %08x)", o.Version, rand.Uint32())
	if err := s.take(ctx, o.Target); err != nil {
		return s, err
	}
	err = s.connect(ctx)
	return s, err
}

// take takes the people for this run alone, as far as other runs can see that.
func (s *session) take(ctx context.Context, target *config.Target) error {
	var keys []string
	for _, station := range target.Stations {
		for _, role := range config.Roles {
			if p := station.Party(role); p.Controlled() {
				keys = append(keys, p.User+" at "+target.URL)
			}
		}
	}
	host, _ := os.Hostname() // for others to read
	by := fmt.Sprintf("process %d on %s, since %s", os.Getpid(), host, s.started.Format(time.TimeOnly))
	l, err := lease.Take(ctx, target.Lease, keys, by, 0)
	held, taken := errors.AsType[*lease.HeldError](err)
	switch {
	case taken:
		return &TargetError{
			Cause:  fmt.Sprintf("another run uses %s: %s", held.Key, held.By),
			Remedy: "wait for its end with --wait 5m, or give each run people of its own", Passing: true,
		}
	case err != nil && target.Lease != "":
		return &UsageError{Text: err.Error() + "; name another folder as lease: in the target file"}
	case err != nil:
		s.unseen = "runs that use the same people at once do not see each other: " + err.Error()
	}
	s.lease = l
	return nil
}

// record keeps what is recorded until the file has its header.
func (s *session) record(e *recording.Entry) {
	switch {
	case s.writer != nil:
		s.writer.Write(e)
	case s.keep:
		s.early = append(s.early, e)
	}
}

// publish makes the recording's header when all people are known. It is written before anything of scenarios; what
// connecting exchanged stands before it in time only.
func (s *session) publish(o Options) {
	if s.run == nil {
		return
	}
	s.header = &recording.Header{
		Version: recording.FormatVersion, Suite: o.Version, Target: o.Target.URL, Started: s.started.UTC().Truncate(time.Second),
		Transport: s.run.Transport(), Seed: o.Seed, Features: s.run.Features,
		AlsoOffered: o.Target.Capabilities.Also,
	}
	for _, st := range s.stations {
		if st != nil {
			s.header.Stations = append(s.header.Stations, st.Header())
		}
	}
	if o.Save == nil {
		return
	}
	s.tapeSafe(func() {
		s.writer = recording.NewWriter(o.Save)
		s.writer.Write(&recording.Entry{Kind: recording.KindHeader, Header: redactedHeader(s.header, s.run.Redact)})
		for _, e := range s.early {
			s.writer.Write(e)
		}
		s.early = nil
	})
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
		return &TargetError{Cause: s.run.Redact(p.Cause), Remedy: p.Remedy, Passing: p.Passing}
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
		s.lease.Release()
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
