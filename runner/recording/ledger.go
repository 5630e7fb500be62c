package recording

import (
	"bytes"
	"sync"
)

// Limits of a recording in memory. A target decides what it sends: a server that takes its time is polled often, and one that tells much
// is no flood. A scenario of the catalogue brings 500 messages at most, a run of all of it 12 MiB by weight, and 4 of answers.
const (
	// MostMessages that are received on Bayeux by one station in one scenario.
	MostMessages = 10_000
	// mostNotified is the weight of what is received on Bayeux in a run, mostAnswered that of the answers of REST.
	mostNotified = 128 << 20
	mostAnswered = 64 << 20
)

// Ledger counts what a run keeps of what it received.
type Ledger struct {
	mu       sync.Mutex
	messages map[int]int // of the scenario that is played, by station
	notified int         // weights
	answered int
}

// NewLedger is an empty one.
func NewLedger() *Ledger { return &Ledger{messages: map[int]int{}} }

// Begin begins a scenario on a station.
func (l *Ledger) Begin(station int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.messages, station)
}

// Message reports whether a station may keep one more message.
func (l *Ledger) Message(station int, raw []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.messages[station] >= MostMessages || l.notified > mostNotified {
		return false
	}
	l.messages[station]++
	l.notified += weight(raw)
	return true
}

// Answer reports whether the run may keep an answer.
func (l *Ledger) Answer(body []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answered > mostAnswered {
		return false
	}
	l.answered += weight(body)
	return true
}

// Forget takes back what was kept of entries that are no longer.
func (l *Ledger) Forget(station int, dropped []*Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range dropped {
		switch {
		case e.Kind == KindRest && len(e.Response) > 0:
			l.answered = max(0, l.answered-weight(e.Response))
		case e.Kind == KindMessage, e.Kind == KindBayeux && e.Direction == "received", e.Kind == KindFault:
			l.messages[station] = max(0, l.messages[station]-1)
			l.notified = max(0, l.notified-weight(e.Message))
		}
	}
}

// weight is about what JSON takes in memory, as it came and decoded: of small values much more than their bytes.
func weight(raw []byte) int {
	const value = 48
	n := value
	for _, mark := range []string{",", ":", "[", "{"} {
		n += value * bytes.Count(raw, []byte(mark))
	}
	return n + len(raw)
}
