package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/result"
)

// progress shows on stderr how far a run is: a status line on a terminal, a line for each
// scenario elsewhere. It is also where --debug writes, so that the two do not mix.
type progress struct {
	mu      sync.Mutex
	stderr  io.Writer
	live    *report.Progress
	judging string                   // the scenario whose checks come in
	checks  []result.Check           // those that came in
	took    map[string]time.Duration // of the scenarios that were played
}

func newProgress(p *Program) *progress {
	return &progress{stderr: p.Stderr, took: map[string]time.Duration{}}
}

// event takes an event of the engine; events come from several stations at once.
func (g *progress) event(e engine.Event) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case e.Kind == "scenario":
		if g.live == nil {
			g.live = report.NewProgress(g.stderr, report.StyleFor(g.stderr), e.Total)
		}
		g.took[e.Scenario] = e.Took
		g.live.Start(e.Scenario)
	case e.Kind == "waiting":
		fmt.Fprintf(g.stderr, "waiting: %s\n", oneLine(e.Text))
	case e.Kind == "check" && g.live != nil:
		if e.Scenario != g.judging {
			g.judged()
			g.judging = e.Scenario
		}
		g.checks = append(g.checks, result.Check{ID: e.Title, Outcome: result.Outcome(e.Text)})
	}
}

// judged tells that all checks of a scenario came in: those of one scenario come in a row.
func (g *progress) judged() {
	if g.judging != "" {
		g.live.Done(g.judging, g.checks, g.took[g.judging])
	}
	g.judging, g.checks = "", nil
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
		g.judged()
		g.live.Close()
		g.live = nil
	}
}
