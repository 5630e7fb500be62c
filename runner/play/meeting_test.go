package play

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
)

// All come to each place together, however often, and nobody waits for one who has left.
func TestMeeting(t *testing.T) {
	t.Parallel()
	const people, rounds = 3, 100
	m := NewMeeting(people)
	var come [rounds]atomic.Int32
	var wg sync.WaitGroup
	for who := range people {
		wg.Go(func() {
			defer m.Leave()
			s := &Stage{ctx: t.Context()}
			s.Join(m)
			for round := range rounds {
				if who == 0 && round == rounds/2 {
					return
				}
				come[round].Add(1)
				s.Meet()
				want := int32(people)
				if round >= rounds/2 {
					want--
				}
				if got := come[round].Load(); got != want {
					t.Errorf("round %d went on with %d of %d", round, got, want)
				}
			}
		})
	}
	wg.Wait()
}

// Who is interrupted waits no more, and who plays alone does not wait at all.
func TestMeetingEnds(t *testing.T) {
	t.Parallel()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	s := &Stage{ctx: t.Context()}
	s.Meet()
	s.ctx = over
	s.Join(NewMeeting(2))
	s.Meet()
}
