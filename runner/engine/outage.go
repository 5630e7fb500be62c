package engine

import (
	"context"

	"github.com/voicespec/voicespec/runner/recording"
)

// lookForTarget asks whether the target is still there after a scenario in which it did not
// answer: one that has gone, or hangs, must not show as hundreds of failed checks, nor take
// hundreds of budgets. What was being played then is not judged.
func (p *player) lookForTarget(ctx context.Context, perf *performance) {
	if ctx.Err() != nil {
		return
	}
	if limited := p.session.run.Limited(); limited != nil {
		p.mu.Lock()
		p.limit = &TargetError{Cause: limited.Cause, Remedy: limited.Remedy}
		p.mu.Unlock()
		perf.skipped = limited.Cause
		return
	}
	entries := perf.station.Unlooked()
	if limit := perf.station.Limit(entries); limit != nil {
		p.mu.Lock()
		p.limit = limit
		p.mu.Unlock()
		perf.skipped = limit.Error()
		return
	}
	away := perf.station.Outage(ctx, entries)
	if away == nil {
		return
	}
	away.Cause += ", in the scenario " + perf.scenario.ID
	p.mu.Lock()
	if p.away == nil || p.away.Since > away.Since {
		p.away = away
	}
	p.mu.Unlock()
	perf.skipped = away.Cause
}

// missed is why a scenario that was played is not judged: the target went away before it was over, on another station.
func (p *player) missed(perf *performance) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away != nil && p.session.log.Since(perf.ended) >= p.away.Since {
		return p.away.Cause
	}
	return ""
}

// before leaves out what was recorded since the target went away.
func (p *player) before(entries []*recording.Entry) []*recording.Entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away == nil {
		return entries
	}
	var out []*recording.Entry
	for _, e := range entries {
		if e.At < p.away.Since {
			out = append(out, e)
		}
	}
	return out
}
