package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/spec"
)

// performance is one scenario on its way: done is closed when it was played, and then its
// recording stays open for a quiet window while the next one is already being played.
type performance struct {
	scenario *spec.Definition
	station  *play.Station
	meeting  *play.Meeting // with the one that is played in step with it; nil for none
	left     []string
	began    time.Time
	ended    time.Time
	done     chan struct{}
	skipped  string // why it was not played
	neutral  bool   // skipped because it does not apply
}

// player plays scenarios on all stations side by side, ahead of the judge.
type player struct {
	session  *session
	queue    []*performance // in the order of playing
	inOrder  []*performance // in that of the catalogue
	progress func(Event)

	mu     sync.Mutex
	next   int
	played int
	away   *play.Outage // the target went away
	limit  error        // a limit of our own that was reached
	late   *TargetError // the time of the run was over before all was played
	failed string       // a mistake of ours
}

func newPlayer(s *session, scenarios []*spec.Definition, seed int64, progress func(Event)) *player {
	p := &player{session: s, progress: progress}
	order := sideBySide(inOrder(scenarios, len(s.stations), seed))
	for _, s := range order {
		p.queue = append(p.queue, &performance{scenario: s, done: make(chan struct{})})
	}
	p.pair()
	for _, s := range scenarios {
		p.inOrder = append(p.inOrder, p.queue[slices.Index(order, s)])
	}
	return p
}

// start plays everything, and returns what is to be judged. playing may end earlier than ctx, within which is judged.
func (p *player) start(ctx, playing context.Context) *live {
	through := make(chan struct{})
	l := &live{ctx: ctx, playing: playing, player: p, through: through, byID: map[string]*performance{}, judged: map[string]*judge.Case{}}
	for _, perf := range p.queue {
		l.byID[perf.scenario.ID] = perf
	}
	var wg sync.WaitGroup
	for _, s := range p.session.stations {
		wg.Go(func() {
			p.work(playing, s)
		})
	}
	go func() {
		wg.Wait()
		close(through)
	}()
	return l
}

func (p *player) take() *performance {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next >= len(p.queue) {
		return nil
	}
	p.next++
	return p.queue[p.next-1]
}

func (p *player) work(ctx context.Context, s *play.Station) {
	for perf := p.take(); perf != nil; perf = p.take() {
		p.play(ctx, perf, s)
		p.mu.Lock()
		p.played++
		n := p.played
		p.mu.Unlock()
		p.progress(Event{
			Kind: "scenario", Scenario: perf.scenario.ID, Title: perf.scenario.Title, Done: n, Total: len(p.queue), Took: perf.ended.Sub(perf.began),
		})
		close(perf.done)
	}
}

// play plays one scenario on a station, or notes why it does not.
func (p *player) play(ctx context.Context, perf *performance, s *play.Station) {
	perf.station = s
	perf.began = time.Now()
	perf.skipped, perf.neutral = p.reasonToSkip(ctx, perf, s)
	if perf.skipped == "" && !perf.scenario.WithoutCalls {
		s.TryDestination(ctx)
	}
	if perf.skipped == "" {
		p.perform(ctx, perf)
		p.cutShort(ctx, perf)
		p.lookForTarget(ctx, perf)
	} else {
		perf.leave()
		perf.recordSkip()
	}
	perf.ended = time.Now()
}

// recordSkip says in the recording why a scenario is not in it.
func (perf *performance) recordSkip() {
	event := recording.Blocked
	if perf.neutral {
		event = recording.NotApplicable
	}
	tape := perf.station.Tape()
	tape.Append(&recording.Entry{Kind: recording.KindScenario, At: tape.Log().Now(), Scenario: perf.scenario.ID, Event: event, Text: perf.skipped})
}

// perform plays one scenario. A panic of a script is our mistake: it ends the run as such.
func (p *player) perform(ctx context.Context, perf *performance) {
	defer func() {
		if r := recover(); r != nil {
			p.mu.Lock()
			p.failed = p.session.run.Redact(fmt.Sprintf("scenario %s: %v", perf.scenario.ID, r))
			p.mu.Unlock()
			perf.skipped = "voicespec itself failed: " + p.failed
		}
	}()
	perf.left = perf.station.Perform(ctx, perf.scenario.ID, perf.script())
}

func (p *player) reasonToSkip(ctx context.Context, perf *performance, s *play.Station) (reason string, neutral bool) {
	sc := perf.scenario
	p.mu.Lock()
	away, limit, failed := p.away, p.limit, p.failed
	p.mu.Unlock()
	switch {
	case timeUp(ctx) != nil:
		return p.tooLate(timeUp(ctx)), false
	case ctx.Err() != nil:
		return "the run was interrupted", false
	case away != nil:
		return away.Cause, false
	case limit != nil:
		return limit.Error(), false
	case failed != "":
		return "voicespec itself failed: " + failed, false
	case s.NoNotifications != "" && !sc.WithoutNotifications:
		return s.NoNotifications, false
	case sc.Feature != "" && sc.Feature != "mute":
		why := s.Lacks(sc.Feature)
		return why, why != ""
	case sc.InStep != "" && perf.meeting == nil:
		return alone, true
	}
	return "", false
}

// quiet waits until nothing more can be expected of a played scenario.
func (p *player) quiet(ctx context.Context, perf *performance) {
	window := max(p.session.run.Budgets.Quiet, 2*p.session.run.Slowest())
	left := time.Until(perf.ended.Add(window))
	if left <= 0 || perf.skipped != "" {
		return
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
