package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// live is the source of a run that is being played.
type live struct {
	ctx     context.Context //nolint:containedctx // a run's life
	playing context.Context //nolint:containedctx // that of its play
	player  *player
	through <-chan struct{} // closed when everything was played

	mu     sync.Mutex
	byID   map[string]*performance
	judged map[string]*judge.Case
	whole  *spec.Whole
}

// Recording waits until a scenario was played, and until nothing more can be expected of it.
func (l *live) Recording(_ context.Context, d *spec.Definition) spec.Recording {
	perf := l.byID[d.ID]
	if perf == nil {
		return spec.Recording{Outcome: result.Blocked, Reason: endedBefore}
	}
	<-perf.done
	l.player.quiet(l.playing, perf)
	if why := l.player.missed(perf); why != "" && perf.skipped == "" {
		return spec.Recording{Outcome: result.Blocked, Reason: why}
	}
	switch {
	case perf.skipped != "" && perf.neutral:
		return spec.Recording{Outcome: result.NotApplicable, Reason: perf.skipped}
	case perf.skipped != "":
		return spec.Recording{Outcome: result.Blocked, Reason: perf.skipped}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.judged[d.ID]
	if c == nil {
		c = judge.NewCase(l.header(), d.ID, perf.station.Tape().Scenario(d.ID))
		c.Beside(perf.station.Tape().Gaps())
		l.judged[d.ID] = c
	}
	return spec.Recording{Case: c}
}

// Whole waits until everything was played and everybody has logged off, since that is judged, too.
func (l *live) Whole(ctx context.Context) *spec.Whole {
	if l.whole != nil {
		return l.whole
	}
	<-l.through
	w := &spec.Whole{}
	for _, perf := range l.player.inOrder {
		if r := l.Recording(ctx, perf.scenario); r.Case != nil {
			w.Played = append(w.Played, spec.Played{Definition: perf.scenario, Case: r.Case})
		}
	}
	l.player.session.close(l.ctx)
	w.Outside = outsiders(l.header(), l.connecting())
	l.whole = w
	return w
}

// outsiders are cases of what no scenario owns.
func outsiders(header *recording.Header, entries map[string][]*recording.Entry) []*judge.Case {
	var out []*judge.Case
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		out = append(out, judge.NewCase(header, id, entries[id]))
	}
	return out
}

// connecting is what was recorded outside of scenarios, by station: logging on and off, and what the sessions said
// while a scenario was played that was broken off, without which their story has holes.
func (l *live) connecting() map[string][]*recording.Entry {
	out := map[string][]*recording.Entry{}
	for _, st := range l.player.session.stations {
		out[outside(st.Number)] = st.Tape().Scenario("")
	}
	for _, perf := range l.player.queue {
		if perf.skipped == "" || perf.station == nil {
			continue
		}
		key := outside(perf.station.Number)
		for _, e := range perf.station.Tape().Scenario(perf.scenario.ID) {
			if e.Kind == recording.KindBayeux || e.Kind == recording.KindGap || e.Kind == recording.KindFault {
				out[key] = append(out[key], e)
			}
		}
		slices.SortStableFunc(out[key], func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	}
	for key := range out {
		out[key] = l.player.before(out[key])
	}
	return out
}

func outside(station int) string { return fmt.Sprintf("station %d", station) }

const endedBefore = "the run ended before this was judged"

// Stopped says that the run was interrupted.
func (l *live) Stopped() string {
	if l.ctx.Err() != nil {
		return endedBefore
	}
	return ""
}

// finish waits for the end of everything that was begun.
func (l *live) finish() {
	<-l.through
	l.player.session.close(l.ctx)
}

func (l *live) disturbed(*result.Report) {} // it is found out later

func (l *live) operations() map[string]int { return nil }

func (l *live) header() *recording.Header { return l.player.session.header }

func (l *live) cases() map[string]*judge.Case {
	for _, perf := range l.player.queue { // those that no selected check has asked for
		l.Recording(l.ctx, perf.scenario)
	}
	return l.judged
}

func (l *live) entries(id string) []*recording.Entry {
	if perf := l.byID[id]; perf != nil && perf.station != nil {
		return perf.station.Tape().Scenario(id)
	}
	return nil
}

// describe fills in what was played.
func (l *live) describe(r *result.Report, o Options) {
	*r = *l.player.session.blank(o)
	r.LeftBehind, r.Others = l.left(), l.player.session.others
	r.Notes = append(r.Notes, l.player.session.run.Notes()...)
	r.Notes = append(r.Notes, l.player.session.absences()...)
	for _, perf := range l.player.queue {
		sc := perf.scenario
		row := result.Scenario{ID: sc.ID, Title: sc.Title, Area: sc.Area, Source: sc.Source, PlayedMs: ms(perf.ended.Sub(perf.began))}
		if perf.station != nil {
			row.Station = perf.station.Number
		}
		r.Scenarios = append(r.Scenarios, row)
	}
	r.DurationMs = ms(l.player.session.since())
}

var _ judgedSource = (*live)(nil)

// left is what could not be undone on the target.
func (l *live) left() []string {
	out := slices.Clone(l.player.session.left)
	for _, perf := range l.player.queue {
		out = append(out, perf.left...)
	}
	return out
}
