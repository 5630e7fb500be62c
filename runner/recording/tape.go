package recording

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Log is a recording in the making. Entries of all stations share its clock and
// numbering; each station reads and waits on its own Tape. A sink sees every entry
// once, in order (the file of --save).
type Log struct {
	start time.Time
	mu    sync.Mutex
	seq   int
	sink  func(*Entry)
	hide  func(*Entry) *Entry
}

// NewLog starts the clock. sink may be nil; it is called under a lock and must not call back.
func NewLog(sink func(*Entry)) *Log {
	return &Log{start: time.Now(), sink: sink, hide: func(*Entry) *Entry { return nil }}
}

// Hide makes what entries are shown as, where that is not as they are: nil where it is. It is called before the first
// entry is appended.
func (l *Log) Hide(f func(*Entry) *Entry) { l.hide = f }

// Since is the time on the recording's clock, in seconds.
func (l *Log) Since(t time.Time) float64 {
	s := t.Sub(l.start).Seconds()
	return float64(int64(s*1e6)) / 1e6
}

// Now is the recording's clock, in seconds.
func (l *Log) Now() float64 { return l.Since(time.Now()) }

func (l *Log) number(e *Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	e.Shown().Seq = l.seq
	if l.sink != nil {
		l.sink(e)
	}
}

// Tape is the part of a Log that belongs to one station. It decides which scenario
// owns a notification: the one that owns its call, else the one being played.
type Tape struct {
	log      *Log
	station  int
	mu       sync.Mutex
	entries  []*Entry
	scenario string
	owner    map[string]string
	changed  chan struct{}
	gaps     []*Entry
}

// Tape opens the tape of a station (from 1).
func (l *Log) Tape(station int) *Tape {
	return &Tape{log: l, station: station, owner: map[string]string{}, changed: make(chan struct{})}
}

// Play sets the scenario that owns what comes next; "" between scenarios.
func (t *Tape) Play(scenario string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scenario = scenario
}

// Append adds an entry: it is decoded, given its station, number and scenario, and wakes whoever waits.
func (t *Tape) Append(e *Entry) *Entry {
	e.Decode()
	t.mu.Lock()
	defer t.mu.Unlock()
	e.Station = t.station
	if e.Kind == KindMessage {
		e.Scenario = t.owning(e)
	}
	if e.Scenario == "" {
		e.Scenario = t.scenario
	}
	e.shown = t.log.hide(e)
	t.log.number(e)
	t.entries = append(t.entries, e)
	if e.Kind == KindGap {
		t.gaps = append(t.gaps, e)
	}
	close(t.changed)
	t.changed = make(chan struct{})
	return e
}

func (t *Tape) owning(e *Entry) string {
	id := e.CallID()
	if id == "" {
		return t.scenario
	}
	if s, known := t.owner[id]; known {
		return s
	}
	if t.scenario != "" {
		t.owner[id] = t.scenario
	}
	return t.scenario
}

// Mark is the position after the newest entry.
func (t *Tape) Mark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.entries)
}

// From returns the entries since mark.
func (t *Tape) From(mark int) []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]*Entry(nil), t.entries[min(mark, len(t.entries)):]...)
}

// Gaps are the moments in which notifications may have been lost, in order.
func (t *Tape) Gaps() []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.gaps)
}

// Changed returns a channel that is closed by the next Append.
func (t *Tape) Changed() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.changed
}

// Await waits until found returns true for the entries since mark, or ctx ends.
func (t *Tape) Await(ctx context.Context, mark int, found func([]*Entry) bool) bool {
	for {
		changed := t.Changed()
		if found(t.From(mark)) {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found(t.From(mark))
		}
	}
}

// Scenario returns the entries that belong to a scenario, in order.
func (t *Tape) Scenario(id string) []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*Entry
	for _, e := range t.entries {
		if e.Scenario == id {
			out = append(out, e)
		}
	}
	return out
}

// Log returns the log that the tape is part of.
func (t *Tape) Log() *Log { return t.log }

// Exclusive runs f while no entry is given to the sink.
func (l *Log) Exclusive(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}
