package watch

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/voice"
)

// Judge judges a recording as it grows; engine.Passive is one.
type Judge interface {
	// Redact has secrets cut out of what is reported. It is called before anything is added.
	Redact(cut func(string) string)
	// Add takes the next entry.
	Add(ctx context.Context, e *recording.Entry) error
	// Judge judges what is over, or all, and returns what was new. Everything before a time, in seconds of the recording, has come.
	Judge(ctx context.Context, until float64, all bool) (*result.Report, error)
}

// Finding is something that is not as documented.
type Finding struct {
	Requirement string
	Level       requirement.Level
	Check       string
	Expected    string
	Observed    string
	At          float64 // seconds since watching began; of the line that shows it, or behind which it is missing
	Seq         int
}

// held is how long an entry waits for those that were seen on other connections before it, and are read later.
const held = 500 * time.Millisecond

// work records and judges what comes.
func (w *Watcher) work() {
	defer close(w.done)
	x := &worker{Watcher: w, ctx: context.Background(), times: map[int]float64{}, sessions: newSessions()} // what has come is judged to the end
	tick := time.NewTicker(w.options.Every)
	defer tick.Stop()
	sorting := time.NewTicker(held / 2)
	defer sorting.Stop()
	for {
		select {
		case it, more := <-w.queue:
			if !more {
				x.release(math.Inf(1))
				x.report(true)
				if w.options.Save != nil {
					w.options.Save.close()
				}
				return
			}
			x.sort(it)
		case <-sorting.C:
			x.release(w.since(time.Now()) - held.Seconds())
		case <-tick.C:
			if len(x.times) > 0 {
				x.judge(false)
			}
		case done := <-w.reports:
			for range len(w.queue) { // what came before it was asked for
				x.sort(<-w.queue)
			}
			x.report(false)
			close(done)
		}
	}
}

// worker is the one goroutine that records and judges.
type worker struct {
	*Watcher

	ctx    context.Context //nolint:containedctx // of the one goroutine
	seq    int
	times  map[int]float64 // of the lines that were not judged yet
	sorted []item

	sessions *sessions
}

func (x *worker) sort(it item) {
	i := len(x.sorted)
	for i > 0 && x.sorted[i-1].at > it.at {
		i--
	}
	x.sorted = slices.Insert(x.sorted, i, it)
}

// release takes what came before a time.
func (x *worker) release(before float64) {
	n := 0
	for n < len(x.sorted) && x.sorted[n].at <= before {
		x.handle(x.sorted[n])
		n++
	}
	x.sorted = slices.Delete(x.sorted, 0, n)
}

// handle takes one thing that was seen, in the order of time.
func (x *worker) handle(it item) {
	at := x.begun.Add(time.Duration(it.at * float64(time.Second)))
	again := false
	switch it.event {
	case shook:
		again = x.sessions.shook(it.who, it.client, at)
	case polling, polled:
		it.who, again = x.sessions.polled(it.client, at, it.event == polling)
	case ended:
		x.sessions.end(it.client)
	case none:
	}
	if again {
		gap := &recording.Entry{Kind: recording.KindGap, At: it.at, Text: "the session began anew"}
		x.mu.Lock()
		gap.Actor, gap.Station = x.people.part(it.who)
		x.mu.Unlock()
		x.keep(gap)
	}
	if e := it.entry; e != nil {
		if e.Kind == recording.KindMessage {
			e.Session, e.Browser = x.sessions.of(it.who, it.client, at)
		}
		x.keep(e)
	}
	x.mu.Lock()
	x.waiting -= it.weight
	x.mu.Unlock()
}

func (x *worker) keep(e *recording.Entry) {
	x.seq++
	e.Seq = x.seq
	x.hide(e)
	x.times[x.seq] = e.At
	x.take(x.ctx, e)
}

// report judges all that has come, or what of it is over: what a call lacks that goes on may still come.
func (x *worker) report(all bool) {
	x.mu.Lock()
	behind := x.behind
	x.behind = false
	x.mu.Unlock()
	if behind {
		x.keep(hole(x.since(time.Now())))
	}
	x.judge(all)
	x.options.Reported()
}

func (w *Watcher) take(ctx context.Context, e *recording.Entry) {
	if w.options.Save != nil {
		if err := w.options.Save.write(e); err != nil {
			w.options.Say(err.Error())
		}
	}
	w.cast.learn(e)
	w.options.Metrics.saw(e)
	w.lines.add(e.Shown())
	if err := w.options.Judge.Add(ctx, e); err != nil {
		w.options.Say(err.Error())
	}
}

func (x *worker) judge(all bool) {
	r, err := x.options.Judge.Judge(x.ctx, x.since(time.Now())-held.Seconds(), all)
	if err != nil {
		x.options.Say(err.Error())
		return
	}
	var found []Finding
	for _, c := range r.Checks {
		if c.Outcome != result.Failed {
			continue
		}
		for _, f := range c.Findings {
			line := f.Seq
			if line == 0 {
				line = f.After
			}
			found = append(found, Finding{f.Requirement, c.Level, c.ID, x.Cut(f.Expected), x.Cut(f.Observed), x.times[line], line})
		}
	}
	if len(found) > 0 {
		x.options.Metrics.found(found)
		x.lines.found(found)
		x.options.Found(found)
	}
	if len(x.times) > 200_000 || all {
		clear(x.times)
	}
}

// operation is what an entry asks for; "" if it is none.
func operation(e *recording.Entry) string {
	if e.Kind != recording.KindRest || voice.Find(e.Operation()).Name == "" {
		return ""
	}
	return e.Operation()
}
