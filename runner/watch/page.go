package watch

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// mostLines are the newest ones that the page shows.
const mostLines = 200

// ladder holds what the page shows: who said what, newest last.
type ladder struct {
	mu       sync.Mutex
	lines    []rung
	findings []string
}

// rung is one line of the ladder.
type rung struct {
	At    float64 `json:"at"`
	Who   string  `json:"who"`
	Sends bool    `json:"sends"` // else the person is told
	Text  string  `json:"text"`
	Gap   bool    `json:"gap,omitempty"`
}

func (l *ladder) add(e *recording.Entry) {
	r := rung{At: e.At, Who: e.Actor}
	if e.Station > 1 {
		r.Who = fmt.Sprintf("%s %d", e.Actor, e.Station)
	}
	switch e.Kind {
	case recording.KindRest:
		path, _, _ := strings.Cut(e.Path, "?")
		r.Sends, r.Text = true, strings.TrimSpace(fmt.Sprintf("%s %s %s → %d", e.Method, recording.Cut(path), e.Operation(), e.Status))
		if code, ok := e.StatusCode(); ok {
			r.Text += fmt.Sprintf(", statusCode %d", code)
		}
	case recording.KindMessage:
		r.Text = strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Type(), e.State(), recording.Cut(e.CallID())))
		if r.Text == "" && voice.IsDevices(e) {
			r.Text = "devices"
		}
	case recording.KindGap:
		r.Gap, r.Text = true, e.Text
	default:
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, r)
	l.lines = l.lines[max(0, len(l.lines)-mostLines):]
}

func (l *ladder) found(list []Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range list {
		l.findings = append(l.findings, f.String())
	}
	l.findings = l.findings[max(0, len(l.findings)-mostLines):]
}

// String is a finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("%s (%s) at %.3fs, line %d: expected %s, observed %s", f.Requirement, f.Level, f.At, f.Seq, recording.Cut(f.Expected), recording.Cut(f.Observed))
}

//go:embed page.html
var page []byte

// Handler serves the page with the live ladder, its data, and the metrics.
func (w *Watcher) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", w.options.Metrics.Handler())
	mux.HandleFunc("GET /ladder", func(out http.ResponseWriter, _ *http.Request) {
		w.lines.mu.Lock()
		body, err := json.Marshal(map[string]any{"lines": w.lines.lines, "findings": w.lines.findings})
		w.lines.mu.Unlock()
		if err != nil {
			http.Error(out, err.Error(), http.StatusInternalServerError)
			return
		}
		out.Header().Set("Content-Type", "application/json")
		_, _ = out.Write(body) // who left does not hear it
	})
	mux.HandleFunc("GET /{$}", func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		out.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'")
		_, _ = out.Write(page) // who left does not hear it
	})
	return mux
}
