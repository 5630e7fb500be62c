package report

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// Progress shows how far a run has come: on a terminal in a single line that is redrawn,
// elsewhere as a plain line for every finished scenario. It may be used by several
// goroutines; everything else that writes to the same terminal meanwhile must write to it
// (it is an io.Writer), so that the lines do not mix.
type Progress struct {
	mu      sync.Mutex
	w       io.Writer
	style   Style
	palette palette
	total   int
	done    int
	failed  int
	playing []string
	drawn   bool // the status line is on the screen
	closed  bool
	partial []byte // a line that Write has not got whole
}

// NewProgress starts the display of a run of total scenarios.
func NewProgress(w io.Writer, style Style, total int) *Progress {
	p := &Progress{w: w, style: style, palette: style.palette(w), total: total}
	p.locked(p.draw)
	return p
}

// Start tells that a scenario is being played; several may be at once.
func (p *Progress) Start(scenario string) {
	p.locked(func() {
		p.playing = append(p.playing, scenario)
		p.draw()
	})
}

// Done tells that a scenario was judged, with its checks.
func (p *Progress) Done(scenario string, checks []result.Check, took time.Duration) {
	p.locked(func() {
		counts := map[result.Outcome]int{}
		for _, c := range checks {
			counts[c.Outcome]++
		}
		p.done++
		p.failed += counts[result.Failed]
		for i, s := range p.playing {
			if s == scenario {
				p.playing = append(p.playing[:i], p.playing[i+1:]...)
				break
			}
		}
		if p.style.Terminal {
			p.draw()
			return
		}
		c := console{palette: p.palette}
		fmt.Fprintf(p.w, "[%*d/%d] %s: %s (%.2fs)\n", len(fmt.Sprint(p.total)), p.done, p.total,
			evidence.Clean(scenario), c.counts(counts), took.Seconds())
	})
}

// Write prints whole lines above the status line; a line without its end waits for it.
func (p *Progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.partial = append(p.partial, b...)
	end := bytes.LastIndexByte(p.partial, '\n') + 1
	if end == 0 {
		return len(b), nil
	}
	p.erase()
	_, err := p.w.Write(p.partial[:end])
	p.partial = append([]byte(nil), p.partial[end:]...)
	p.draw()
	return len(b), err
}

// Close takes the status line off the screen; what comes later is written nowhere but by Write.
func (p *Progress) Close() {
	p.locked(func() {
		p.erase()
		if len(p.partial) > 0 {
			_, _ = p.w.Write(append(p.partial, '\n'))
			p.partial = nil
		}
		p.closed = true
	})
}

func (p *Progress) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		f()
	}
}

// clearLine returns to the first column and clears to the end of the line.
const clearLine = "\r\x1b[K"

func (p *Progress) erase() {
	if p.drawn {
		_, _ = io.WriteString(p.w, clearLine)
		p.drawn = false
	}
}

func (p *Progress) draw() {
	if !p.style.Terminal || p.closed {
		return
	}
	failures := "no failures"
	if p.failed > 0 {
		failures = fmt.Sprintf("%d failed", p.failed)
	}
	text := fmt.Sprintf("%d of %s, %s", p.done, evidence.Plural(p.total, "scenario"), failures)
	if n := len(p.playing); n > 0 {
		text += ": " + evidence.Clean(p.playing[0])
		if n > 1 {
			text += fmt.Sprintf(" and %d more", n-1)
		}
	}
	// One column short of the width, since some terminals wrap when the last one is filled.
	if runes := []rune(text); len(runes) > p.style.Columns()-1 {
		text = string(runes[:p.style.Columns()-2]) + "…"
	}
	render := p.palette.dim
	if p.failed > 0 {
		render = p.palette.warn
	}
	_, _ = io.WriteString(p.w, clearLine+render.Render(text))
	p.drawn = true
}
