package play

import (
	"context"
	"sync"
)

// Meeting lets scenarios that are played on several stations do things at the same moment.
type Meeting struct {
	mu      sync.Mutex
	of      int // who still take part
	waiting int
	turn    chan struct{} // closed when all have met
}

// NewMeeting is one of so many.
func NewMeeting(of int) *Meeting { return &Meeting{of: of, turn: make(chan struct{})} }

// Leave takes one out: the others wait for it no more.
func (m *Meeting) Leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of--
	m.met()
}

// met lets all go on who wait, if all are there. The caller holds mu.
func (m *Meeting) met() {
	if m.waiting >= m.of {
		m.waiting = 0
		close(m.turn)
		m.turn = make(chan struct{})
	}
}

// wait waits for the others, or until the context ends.
func (m *Meeting) wait(ctx context.Context) {
	m.mu.Lock()
	turn := m.turn
	m.waiting++
	m.met()
	m.mu.Unlock()
	select {
	case <-turn:
	case <-ctx.Done():
	}
}

// Join makes a scenario one of those that meet.
func (s *Stage) Join(m *Meeting) { s.meeting = m }

// Meet waits until all who play in step with this scenario have come to the same place, or have ended. Alone it does not wait.
func (s *Stage) Meet() {
	if s.meeting != nil {
		s.meeting.wait(s.ctx)
	}
}
