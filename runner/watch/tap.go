package watch

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// errLost says that a tap was given up, since nobody read it fast enough.
var errLost = errors.New("more came than could be looked at")

// budget bounds what all taps hold, in bytes.
type budget struct {
	held  atomic.Int64
	limit int64
}

func (b *budget) take(n int) bool {
	if b.held.Add(int64(n)) > b.limit {
		b.held.Add(int64(-n))
		return false
	}
	return true
}

// tap holds a copy of what went one way over a connection until it is read. Putting something into it never waits.
type tap struct {
	budget *budget
	mu     sync.Mutex
	more   *sync.Cond
	chunks []chunk
	ended  bool
	lost   bool
	at     time.Time // when what was read last had come
}

type chunk struct {
	at    time.Time
	bytes []byte
}

func newTap(b *budget) *tap {
	t := &tap{budget: b}
	t.more = sync.NewCond(&t.mu)
	return t
}

func (t *tap) put(at time.Time, b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost {
		return
	}
	if !t.budget.take(len(b)) {
		t.lose()
		return
	}
	t.chunks = append(t.chunks, chunk{at, append([]byte(nil), b...)})
	t.more.Signal()
}

func (t *tap) lose() {
	t.lost = true
	for _, c := range t.chunks {
		t.budget.held.Add(int64(-len(c.bytes)))
	}
	t.chunks = nil
	t.more.Signal()
}

// end says that nothing more comes.
func (t *tap) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.more.Signal()
}

// drop gives up what nobody will read.
func (t *tap) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lose()
}

// Read waits for what comes.
func (t *tap) Read(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.chunks) == 0 && !t.ended && !t.lost {
		t.more.Wait()
	}
	switch {
	case t.lost:
		return 0, errLost
	case len(t.chunks) == 0:
		return 0, io.EOF
	}
	c := &t.chunks[0]
	n := copy(p, c.bytes)
	t.at = c.at
	t.budget.held.Add(int64(-n))
	if c.bytes = c.bytes[n:]; len(c.bytes) == 0 {
		t.chunks = t.chunks[1:]
	}
	return n, nil
}

// last is when what was read last had come.
func (t *tap) last() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at
}
