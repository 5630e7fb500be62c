package engine

import (
	"context"
	"errors"
	"fmt"
)

// limited is the context in which is played: it ends after Options.Timeout, if there is one. Cleaning up and judging
// go on after it.
func limited(ctx context.Context, o Options) (context.Context, context.CancelFunc) {
	if o.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, o.Timeout, &TargetError{
		Cause:  fmt.Sprintf("the time of the run (--timeout %s) was over before everything was played", o.Timeout),
		Remedy: "raise --timeout, or play less (--run, --profile)",
	})
}

// timeUp is why playing had to end, if the time of the run is over; nil if it is not, or after an interruption.
func timeUp(playing context.Context) *TargetError {
	late, _ := errors.AsType[*TargetError](context.Cause(playing))
	return late
}

// tooLate notes that something was not played for want of time.
func (p *player) tooLate(late *TargetError) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = late
	return late.Cause
}

// cutShort keeps a scenario that was being played when the time was over from being judged: what did not come might
// have come.
func (p *player) cutShort(playing context.Context, perf *performance) {
	if late := timeUp(playing); late != nil && perf.skipped == "" {
		perf.skipped = p.tooLate(late)
	}
}
