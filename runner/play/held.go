package play

import (
	"context"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
)

// Held is a hand-written request that is answered later, while others are sent.
type Held struct {
	stage *Stage
	give  context.CancelFunc
	done  chan struct{}
}

// Hold posts messages without waiting for what comes back. It returns when they are on their way.
func (b *Browser) Hold(step string, messages ...map[string]any) *Held {
	began, mark := time.Now(), b.stage.Mark()
	h := b.later(0, step, messages)
	b.stage.station.tape.Await(b.stage.ctx, mark, func(entries []*recording.Entry) bool {
		for _, e := range entries {
			if e.Browser == b.Name && e.Actor == b.Actor.Role && e.Step == step {
				return true
			}
		}
		return false
	})
	b.stage.pause(pollFloor - time.Since(began)) // to be there before what is sent next
	return h
}

// PostAfter posts messages when so long has gone by, whatever is done meanwhile.
func (b *Browser) PostAfter(d time.Duration, step string, messages ...map[string]any) *Held {
	return b.later(d, step, messages)
}

func (b *Browser) later(d time.Duration, step string, messages []map[string]any) *Held {
	ctx, give := context.WithCancel(b.stage.ctx)
	h := &Held{stage: b.stage, give: give, done: make(chan struct{})}
	go func() {
		defer close(h.done)
		pause(ctx, d)
		b.insist(ctx, step, messages)
	}()
	b.stage.atEnd(h.Wait)
	return h
}

// Wait returns when there is an answer, or when the time for one is over: correct servers leave a connect without one
// that another has taken the place of.
func (h *Held) Wait() {
	ctx, cancel := context.WithTimeout(h.stage.ctx, h.stage.station.run.Budgets.Request)
	defer cancel()
	select {
	case <-h.done:
	case <-ctx.Done():
	}
	h.GiveUp()
}

// GiveUp ends the request without an answer if there is none yet.
func (h *Held) GiveUp() {
	h.give()
	<-h.done
}
