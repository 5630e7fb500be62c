package cli

import (
	"io"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/result"
)

// progress shows on stderr how far a run is: a status line on a terminal, a line for each
// scenario elsewhere. It is also where --debug writes, so that the two do not mix.
type progress struct {
	mu     sync.Mutex
	stderr io.Writer
	live   *report.Progress
	began  map[string]time.Time
	checks map[string][]result.Check
}

func newProgress(p *Program) *progress {
	return &progress{stderr: p.Stderr, began: map[string]time.Time{}, checks: map[string][]result.Check{}}
}

// event takes an event of the engine; events come from several stations at once.
func (g *progress) event(e Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = e
}

// Write prints debug lines.
func (g *progress) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.live != nil {
		return g.live.Write(b)
	}
	return g.stderr.Write(b)
}

func (g *progress) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.live != nil {
		g.live.Close()
		g.live = nil
	}
}
