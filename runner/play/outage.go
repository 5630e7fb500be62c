package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// Outage is a time in which the target could not be reached, or after which it knew nobody any more. What was played in
// it says nothing about the target.
type Outage struct {
	Since float64 // on the recording's clock
	Cause string
}

// Unlooked is what was recorded since it was last asked for.
func (s *Station) Unlooked() []*recording.Entry {
	entries := s.tape.From(s.looked)
	s.looked += len(entries)
	return entries
}

// Outage looks for one in a part of the recording. Where that is not certain it asks the target.
func (s *Station) Outage(ctx context.Context, entries []*recording.Entry) *Outage {
	var since, asked *recording.Entry // the first sign of trouble, the first request without a usable answer
	refused := false
	for _, e := range entries {
		lost := Unanswered(e) || unavailable(e)
		if lost && asked == nil && e.Browser == "" {
			asked = e
		}
		if since == nil && (lost || e.Kind == recording.KindGap) {
			since = e
		}
		refused = refused || refuses(e)
	}
	if since == nil || asked == nil && !refused && !s.forgotten(ctx, entries) {
		return nil
	}
	cause := s.Gone(ctx)
	switch {
	case ctx.Err() != nil:
		return nil
	case cause != "":
		cause = "the target has gone: " + cause
	case refused:
		cause = "the target was away for a while and is there again (it refused connections): was it restarted?"
	case s.forgotten(ctx, entries):
		cause = "the target has lost all sessions at once: was it restarted?"
	default:
		return nil // it does not answer one request, and is there
	}
	if asked != nil {
		cause += fmt.Sprintf(" (since %s %s%s)", asked.Method, clip([]byte(asked.Path)), operationIn(asked))
	}
	return &Outage{Since: since.At, Cause: cause}
}

func operationIn(e *recording.Entry) string {
	if op := e.Operation(); op != "" {
		return " " + clip([]byte(op))
	}
	return ""
}

// refuses reports whether an entry tells of a connection that nobody took: a server that runs takes all.
func refuses(e *recording.Entry) bool {
	switch e.Kind {
	case recording.KindRest:
		kind, _, _ := strings.Cut(e.Problem, ":")
		return kind == voiceapi.FaultRefused || kind == voiceapi.FaultDNS
	case recording.KindGap:
		return strings.Contains(e.Text, bayeux.Refuses)
	default:
		return false
	}
}

// unavailable reports whether what stands in front of the target says that there is none.
func unavailable(e *recording.Entry) bool {
	switch e.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return e.Kind == recording.KindRest && e.AnswerObject() == nil
	}
	return false
}

// manySessions is how many are lost by no mistake in one of them.
const manySessions = 2

// forgotten reports whether a connection broke and the sessions of several people were not known afterwards: a server that
// is told to stop may answer the polls of some in good order. How that ends is waited for, but once for a station.
func (s *Station) forgotten(ctx context.Context, entries []*recording.Entry) bool {
	if !slices.ContainsFunc(entries, broke) {
		return false
	}
	mark := s.looked - len(entries)
	if !s.awaited {
		s.awaited = true
		wctx, cancel := context.WithTimeout(ctx, min(latest, s.run.Budgets.Connect))
		s.tape.Await(wctx, mark, func(now []*recording.Entry) bool { return len(lostIn(now)) >= manySessions })
		cancel()
	}
	return len(lostIn(s.tape.From(mark))) >= manySessions
}

// broke reports whether an entry tells of a connection that broke, of a notification session or of a request.
func broke(e *recording.Entry) bool {
	if e.Browser != "" {
		return false
	}
	kind, _, _ := strings.Cut(e.Problem, ":")
	return e.Kind == recording.KindRest && kind == voiceapi.FaultReset ||
		e.Kind == recording.KindGap && (strings.Contains(e.Text, "ended the connection") || strings.Contains(e.Text, "broke"))
}

// lostIn are the people whose sessions the server did not know since a connection broke.
func lostIn(entries []*recording.Entry) map[string]bool {
	out := map[string]bool{}
	for _, e := range entries[max(0, slices.IndexFunc(entries, broke)):] {
		if e.Browser == "" && e.Kind == recording.KindNote && strings.HasPrefix(e.Text, bayeux.SessionLost) {
			out[e.Actor] = true
		}
	}
	return out
}

// Gone tells why the target no longer answers; "" if it does.
func (s *Station) Gone(ctx context.Context) string {
	e := s.Actors["agent"].get(ctx, "", "/me")
	switch {
	case ctx.Err() != nil:
		return ""
	case unavailable(e):
		return "GET /me: " + Outcome(e)
	case !Unanswered(e):
		return ""
	}
	_, text, _ := strings.Cut(e.Problem, ":")
	return strings.TrimSpace(text)
}

// Unanswered reports whether nothing came of a request that anybody could judge: the target could
// not be reached, or broke off, or kept silent.
func Unanswered(e *recording.Entry) bool {
	kind, _, _ := strings.Cut(e.Problem, ":")
	switch kind {
	case voiceapi.FaultRefused, voiceapi.FaultDNS, voiceapi.FaultTLS, voiceapi.FaultTimeout, voiceapi.FaultReset:
		return true
	}
	return false
}

// Limit is a limit of this machine, or of the process, that was reached: no fault of the target's.
type Limit struct{ Text string }

func (l *Limit) Error() string { return "a limit of voicespec's own was reached: " + l.Text }

// limited is the limit that a request met; nil for none.
func limited(e *recording.Entry) *Limit {
	kind, text, _ := strings.Cut(e.Problem, ": ")
	if kind == voiceapi.FaultOwnLimit {
		return &Limit{Text: text}
	}
	return nil
}

// Limit looks for such a limit in a part of the recording: nil if there was none. A server in the same process that cannot
// take a connection looks as if it kept silent.
func (s *Station) Limit(entries []*recording.Entry) error {
	silent := false
	for _, e := range entries {
		if l := limited(e); l != nil {
			return l
		}
		if e.Kind == recording.KindGap && strings.Contains(e.Text, bayeux.OwnLimit) {
			return &Limit{Text: voiceapi.OwnLimit}
		}
		silent = silent || Unanswered(e)
	}
	if silent && exhausted() {
		return &Limit{Text: voiceapi.OwnLimit}
	}
	return nil
}

// exhausted reports whether the process has no more descriptors to open.
func exhausted() bool {
	f, err := os.Open(os.DevNull)
	if err == nil {
		_ = f.Close() // read only: nothing can be lost
		return false
	}
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}
