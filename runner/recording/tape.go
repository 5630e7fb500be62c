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
	names *Names
}

// NewLog starts the clock. sink may be nil; it is called under a lock and must not call back.
func NewLog(sink func(*Entry)) *Log {
	return &Log{start: time.Now(), sink: sink, hide: func(*Entry) *Entry { return nil }}
}

// Hide makes what entries are shown as, where that is not as they are: nil where it is. It is called before the first
// entry is appended.
func (l *Log) Hide(f func(*Entry) *Entry) { l.hide = f }

// Know tells which numbers are shown otherwise. It is called before the first entry is appended.
func (l *Log) Know(n *Names) { l.names = n }

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
	kept     int // so many at the beginning are never forgotten: what connecting exchanged
	gone     int // entries behind those that were forgotten
	played   bool
	scenario string
	of       map[string][]*Entry  // of each scenario, in order
	calls    map[string]*tapeCall // by id
	changed  chan struct{}
	gaps     []*Entry
}

// tapeCall is what was notified of a call, under one id.
type tapeCall struct {
	scenario string          // that owns it
	first    map[string]int  // actor: position of the first notification
	live     map[string]bool // actor: not Released
	last     int             // position of the newest notification
}

// Tape opens the tape of a station (from 1).
func (l *Log) Tape(station int) *Tape {
	return &Tape{log: l, station: station, of: map[string][]*Entry{}, calls: map[string]*tapeCall{}, changed: make(chan struct{})}
}

// Play sets the scenario that owns what comes next; "" between scenarios.
func (t *Tape) Play(scenario string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scenario = scenario
	if !t.played {
		t.played, t.kept = true, len(t.entries)
	}
}

// Playing is the scenario that owns what comes next; "" between scenarios.
func (t *Tape) Playing() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.scenario
}

// Append adds an entry: it is decoded, given its station, number and scenario, and wakes whoever waits.
func (t *Tape) Append(e *Entry) *Entry {
	e.Decode()
	t.log.names.rename(e)
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
	t.of[e.Scenario] = append(t.of[e.Scenario], e)
	if e.Kind == KindGap {
		t.gaps = append(t.gaps, e)
	}
	close(t.changed)
	t.changed = make(chan struct{})
	return e
}

// owning is the scenario that owns a notification.
func (t *Tape) owning(e *Entry) string {
	if e.Call() == nil {
		return t.scenario
	}
	id := e.CallID()
	c := t.calls[id]
	if c == nil {
		c = &tapeCall{first: map[string]int{}, live: map[string]bool{}}
		t.calls[id] = c
	}
	c.last = t.gone + len(t.entries)
	if _, known := c.first[e.Actor]; !known {
		c.first[e.Actor] = c.last
	}
	c.live[e.Actor] = e.State() != released
	if c.scenario == "" && id != "" {
		c.scenario = t.scenario
	}
	if c.scenario != "" {
		return c.scenario
	}
	return t.scenario
}

// released is the state of a call that is over.
const released = "Released"

// Knew reports whether an actor had been notified of a call before mark.
func (t *Tape) Knew(actor, id string, mark int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.calls[id]
	if c == nil {
		return false
	}
	at, known := c.first[actor]
	return known && at < mark
}

// Forget drops what was recorded before mark, but for what came before the first scenario, and returns it. Of a call that has
// not ended is still known whose it is. It is for who performs a scenario again and again and has judged what came.
func (t *Tape) Forget(mark int) (dropped []*Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(mark, t.gone+len(t.entries)) - t.gone - t.kept
	if n <= 0 || !t.played {
		return nil
	}
	dropped = slices.Clone(t.entries[t.kept : t.kept+n])
	t.entries = slices.Delete(t.entries, t.kept, t.kept+n)
	t.gone += n
	first, last := dropped[0].Seq, dropped[n-1].Seq
	forgotten := func(e *Entry) bool { return e.Seq >= first && e.Seq <= last }
	t.gaps = slices.DeleteFunc(t.gaps, forgotten)
	for _, e := range dropped {
		if c := t.calls[e.CallID()]; c != nil && c.last < mark && !c.goesOn() {
			delete(t.calls, e.CallID())
		}
		list, there := t.of[e.Scenario]
		if !there || len(list) == 0 || !forgotten(list[0]) && e.Scenario != "" {
			continue
		}
		if list = slices.DeleteFunc(list, forgotten); len(list) == 0 {
			delete(t.of, e.Scenario)
		} else {
			t.of[e.Scenario] = list
		}
	}
	return dropped
}

// goesOn reports whether the call was not told as Released to everybody who was told of it.
func (c *tapeCall) goesOn() bool {
	for _, live := range c.live {
		if live {
			return true
		}
	}
	return false
}

// Mark is the position after the newest entry.
func (t *Tape) Mark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gone + len(t.entries)
}

// From returns the entries since mark that are not forgotten.
func (t *Tape) From(mark int) []*Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.from(mark))
}

func (t *Tape) from(mark int) []*Entry {
	if mark > t.kept {
		mark = max(t.kept, mark-t.gone)
	}
	return t.entries[min(mark, len(t.entries)):]
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
	return slices.Clone(t.of[id])
}

// Log returns the log that the tape is part of.
func (t *Tape) Log() *Log { return t.log }

// Exclusive runs f while no entry is given to the sink.
func (l *Log) Exclusive(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}
