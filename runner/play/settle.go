package play

import (
	"context"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
)

// Settle waits until nothing of the scenario has arrived for as long as this target needs for a notification. What
// else comes, however often, does not prolong it.
func (s *Stage) Settle() { s.SettleUnless(func() bool { return false }) }

// SettleUnless is Settle that ends at once when something has come about.
func (s *Stage) SettleUnless(done func() bool) {
	window := max(s.station.run.Budgets.Quiet/2, patienceFactor*s.station.run.Slowest())
	mark := s.Mark()
	s.await(mark, window, func([]*recording.Entry) bool { return done() })
}

// await waits for what is found, as long as budget, which begins again with each notification of the scenario's calls,
// up to a limit. It reports how long that took.
func (s *Stage) await(mark int, budget time.Duration, found func([]*recording.Entry) bool) (took time.Duration, ok bool) {
	tape := s.station.tape
	log := tape.Log()
	began := log.Now()
	latest := began + extensionLimit*budget.Seconds()
	for deadline := began + budget.Seconds(); ; {
		ctx, cancel := context.WithTimeout(s.ctx, seconds(deadline-log.Now()))
		got := tape.Await(ctx, mark, found)
		cancel()
		next := min(latest, s.lastOfOurs(mark, began)+budget.Seconds())
		if got || next <= deadline || s.ctx.Err() != nil {
			return seconds(log.Now() - began), got
		}
		deadline = next
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// lastOfOurs is when, on the recording's clock, the newest notification since mark came that is of a call which the
// scenario made, but no earlier than began. It alone shows that the server is still at it: others come as they like.
func (s *Stage) lastOfOurs(mark int, began float64) float64 {
	for _, e := range slices.Backward(s.station.tape.From(mark)) {
		if e.Kind == recording.KindMessage && e.Call() != nil && s.Made(e) {
			return max(e.At, began)
		}
	}
	return began
}
