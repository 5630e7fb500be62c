package play

import (
	"slices"
	"sync"
	"time"
)

const (
	// mostAbreast is how many requests go out side by side in one person's name: browsers open six connections to a host, and
	// one of them polls.
	mostAbreast = 5
	// worthwhile is from which time for an answer on that saves anything.
	worthwhile = 20 * time.Millisecond
	// recentAnswers are so many that none of them came quickly by a pause of the machine alone.
	recentAnswers = 8
)

// Abreast is how many requests of one person, none of which builds on another, are to go out side by side: one where the server
// answers at once, and where it takes no more than so many requests in a time.
func (s *Stage) Abreast() int {
	if s.station.run.pacer.Holds() || s.station.answers.quickest() < worthwhile {
		return 1
	}
	return mostAbreast
}

// Read is a GET with its label.
type Read struct{ Step, Path string }

// GetAll reads in an actor's name, where the server takes time side by side.
func (s *Stage) GetAll(a *Actor, reads ...Read) {
	for group := range slices.Chunk(reads, s.Abreast()) {
		var gets []func()
		for _, r := range group {
			gets = append(gets, func() { s.Get(a, r.Step, r.Path) })
		}
		s.AtOnce(gets...)
	}
}

// answers are how long the newest answers of a station's server took.
type answers struct {
	mu   sync.Mutex
	took []time.Duration
}

func (a *answers) note(took time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.took = append(a.took, took)
	if len(a.took) > recentAnswers {
		a.took = a.took[1:]
	}
}

// quickest is the shortest of them; 0 where there were too few yet.
func (a *answers) quickest() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.took) < recentAnswers {
		return 0
	}
	return slices.Min(a.took)
}
