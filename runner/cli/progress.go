package cli

import (
	"io"
	"sync"

	"github.com/voicespec/voicespec/runner/report"
)

// progress shows on stderr how far a run is: a status line on a terminal, a line for each
// scenario elsewhere. It is also where --debug writes, so that the two do not mix.
type progress struct {
	mu     sync.Mutex
	stderr io.Writer
	live   *report.Progress
}

func newProgress(p *Program) *progress { return &progress{stderr: p.Stderr} }

// event takes an event of the engine; events come from several stations at once.
func (g *progress) event(e Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e.Kind != "scenario" {
		return
	}
	if g.live == nil {
		g.live = report.NewProgress(g.stderr, report.StyleFor(g.stderr), e.Total)
	}
	if e.Checks == nil {
		g.live.Start(e.Scenario)
	} else {
		g.live.Done(e.Scenario, e.Checks, e.Took)
	}
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

// close takes the status line off the screen.
func (g *progress) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.live != nil {
		g.live.Close()
		g.live = nil
	}
}
