package engine_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// deadline is far more than any of these runs may take: each wait has its own, shorter one. What hangs never ends, and on a busy machine the
// race detector makes a minute of what takes two seconds.
const deadline = 5 * time.Minute

// hostile are servers that begin well and then break every rule. Each of them must be told within
// the deadlines, by a required check that fails or as a target that cannot be tested. What stands in an answer beyond a limit
// of ours, or on a connection that breaks, is not known: there all that builds on it is blocked by that cause, and nothing fails.
var hostile = []struct {
	name  string
	spoil func(*rogue, http.ResponseWriter, *http.Request) bool
	cause string
}{
	{"endless body", onREST(endless), tooLarge},
	{"one byte a second", onREST(drip), ""},
	{"one byte a second for reads", onGET(drip), ""},
	{"100 MB answer", onREST(huge), tooLarge},
	{"endless header", onREST(longHeader), tooLarge},
	{"100,000-deep JSON", onREST(text("application/json", deep)), ""},
	{"invalid UTF-8", onREST(text("application/json", "{\"statusCode\":\"\xff\xfe\"}")), ""},
	{"HTML instead of JSON", onREST(text("text/html", "<html><body>Sorry</body></html>")), ""},
	{"connection reset", onREST(reset), ""},
	{"no answer at all", onREST(hold), ""},
	{"server goes away", leave, ""},
	{"100 MB notification", onPoll(hugeNote), mayBeLost},
	{"100,000-deep notification", onPoll(text("application/json", `[{"channel":"/v2/me/calls","data":`+deep+`}]`)), mayBeLost},
	{"invalid UTF-8 in a notification", onPoll(text("application/json", "[{\"channel\":\"/v2/me/calls\",\"data\":{\"call\":\"\xff\xfe\"}}]")), ""},
	{"HTML instead of notifications", onPoll(text("text/html", "<html><body>Sorry</body></html>")), ""},
	{"poll reset", onPoll(reset), mayBeLost},
	{"poll never returns", onPoll(hold), ""},
	{"poll drips", onPoll(drip), ""},
	{"everything is reset", onAll(reset), ""},
	{"everything is held", onAll(hold), ""},
	{"101 to REST", onREST(switched(false)), ""},
	{"101 to reads", onGET(switched(true)), ""},
	{"101 to polls", onPoll(switched(false)), ""},
	{"101 to everything", onAll(switched(true)), ""},
}

// A server that misbehaves in the midst of a run is told so in time; nothing hangs, nothing panics
// and no goroutine is left (TestMain).
func TestHostileTargets(t *testing.T) {
	t.Parallel()
	for _, tt := range hostile {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			_, target := newRogue(t, tt.spoil)
			wait(target, tt.cause)
			out, err := run(t, target, "transfer.sample-2", "calls.hold.*", "notifications.sessions", "invariants")
			heard(t, out, err, tt.cause)
		})
	}
}

// The causes that blocked checks name.
const (
	tooLarge  = "too-large"
	mayBeLost = "may have been lost"
)

// badSocket is what a server does with a WebSocket in place of its next frame.
type badSocket struct {
	name  string
	spoil func(net.Conn)
	cause string // of what is blocked, where nothing fails
}

var sockets = []badSocket{
	{"100 MB frame", func(c net.Conn) {
		_, err := c.Write(append([]byte{0x81, 127}, binary.BigEndian.AppendUint64(nil, huges)...))
		for i := 0; i < huges/len(block) && err == nil; i++ {
			_, err = io.WriteString(c, block)
		}
	}, mayBeLost},
	{"frames without end", func(c net.Conn) {
		_, err := c.Write(append([]byte{0x01, 127}, binary.BigEndian.AppendUint64(nil, uint64(len(block)))...))
		for err == nil {
			if _, err = io.WriteString(c, block); err == nil {
				_, err = c.Write(append([]byte{0x00, 127}, binary.BigEndian.AppendUint64(nil, uint64(len(block)))...))
			}
		}
	}, mayBeLost},
	{name: "invalid UTF-8 in a frame", spoil: func(c net.Conn) { _, _ = io.WriteString(c, "\x81\x04[\"\xff]") }},
	{name: "HTML in a frame", spoil: func(c net.Conn) { _, _ = io.WriteString(c, "\x81\x06<html>") }},
	{name: "no frame", spoil: func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 500 Sorry\r\n\r\n") }},
	{"socket reset", func(c net.Conn) {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = c.Close()
	}, mayBeLost},
	{name: "silent socket", spoil: func(net.Conn) {}},
}

// The same over WebSocket.
func TestHostileSockets(t *testing.T) {
	t.Parallel()
	for _, tt := range slices.Concat(sockets, junk) {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			rogue, target := newRogue(t, func(*rogue, http.ResponseWriter, *http.Request) bool { return false })
			rogue.frame = tt.spoil
			target.Transport = config.WebSocket
			wait(target, tt.cause)
			out, err := run(t, target, "transfer.sample-2", "calls.hold.*", "notifications.sessions", "invariants")
			heard(t, out, err, tt.cause)
		})
	}
}

// wait gives requests to a target time where nothing may fail: its limits are to be met, however slowly megabytes come and
// however busy this machine is.
func wait(target *config.Target, cause string) {
	if cause != "" {
		target.Budgets.Request = deadline / 4
	}
}

func run(t *testing.T, target *config.Target, globs ...string) (*engine.Outcome, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	var saved bytes.Buffer
	began := time.Now()
	out, err := suites.Run(ctx, engine.Options{Target: target, Globs: globs, SideBySide: true, Save: &saved})
	if ctx.Err() != nil {
		t.Fatalf("the run did not end within %s", deadline)
	}
	t.Logf("took %s", time.Since(began).Round(time.Millisecond))
	if out == nil || out.Report == nil {
		t.Fatalf("no report: %v", err)
	}
	return out, err
}

// heard holds that a run ended as a server deserves: blocked by a cause that is none of its rules, or else as told wants.
func heard(t *testing.T, out *engine.Outcome, err error, cause string) {
	t.Helper()
	if cause == "" || err != nil {
		told(t, out, err)
		return
	}
	named := 0
	for _, c := range out.Report.Checks {
		switch {
		case c.Outcome == result.Failed && c.Level == requirement.Required:
			t.Errorf("failed: %s: %s", c.ID, c.Message)
		case c.Outcome == result.Blocked && strings.Contains(c.Message, cause):
			named++
		}
	}
	if named == 0 || out.Report.Outcome != result.DoesNotConform {
		t.Errorf("nothing is blocked by what %s; outcome %s, %v", cause, out.Report.Outcome, out.Report.Counts)
	}
}

// told holds that a run ended as not tested with a cause, or with a required failure.
func told(t *testing.T, out *engine.Outcome, err error) {
	t.Helper()
	if cannot, ok := errors.AsType[*engine.TargetError](err); ok {
		if cannot.Cause == "" || cannot.Remedy == "" {
			t.Errorf("cause %q, remedy %q", cannot.Cause, cannot.Remedy)
		}
		t.Logf("not tested: %v", err)
		return
	}
	if err != nil {
		t.Fatalf("neither a finding nor the target's fault: %v", err)
	}
	failed := map[string]int{}
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed && c.Level == requirement.Required {
			failed[strings.Join(c.Requirements, " ")]++
		}
	}
	if len(failed) == 0 || out.Report.Outcome != result.DoesNotConform {
		t.Errorf("no required check failed; outcome %s, %v", out.Report.Outcome, out.Report.Counts)
	}
	t.Logf("failed %v, %v, reason %q", failed, out.Report.Counts, out.Report.Reason)
}

func isPoll(r *http.Request) bool { return strings.Contains(r.URL.Path, "/notifications") }

type misdeed func(*rogue, http.ResponseWriter, *http.Request)

func onREST(do misdeed) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if isPoll(r) {
			return false
		}
		do(g, w, r)
		return true
	}
}

func onGET(do misdeed) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet {
			// A server whose reads hang and whose operations fail: cleaning up meets both.
			w.WriteHeader(http.StatusInternalServerError)
			return !isPoll(r)
		}
		do(g, w, r)
		return true
	}
}

// onPoll leaves the meta messages besides connect alone, so that the session itself is fine.
func onPoll(do misdeed) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if !isPoll(r) {
			return false
		}
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err != nil || !bytes.Contains(body, []byte("/meta/connect")) {
			return false
		}
		do(g, w, r)
		return true
	}
}

func onAll(do misdeed) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		do(g, w, r)
		return true
	}
}

func text(contentType, body string) misdeed {
	return func(_ *rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

var (
	deep  = strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	block = strings.Repeat("a", 64<<10)
)

func endless(g *rogue, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"statusCode":0,"x":"`)
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
		select {
		case <-g.over:
			return
		default:
		}
	}
}

const huges = 100 << 20

func huge(_ *rogue, w http.ResponseWriter, _ *http.Request) {
	bulk(w, `{"statusCode":0,"x":"`, `"}`)
}

func hugeNote(_ *rogue, w http.ResponseWriter, _ *http.Request) {
	bulk(w, `[{"channel":"/v2/me/calls","data":{"x":"`, `"}}]`)
}

func bulk(w http.ResponseWriter, head, tail string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, head)
	for range huges / len(block) {
		if _, err := io.WriteString(w, block); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, tail)
}

func drip(g *rogue, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		_, err := io.WriteString(w, " ")
		if err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-g.over:
			return
		}
	}
}

func hold(g *rogue, _ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-g.over:
	}
}

// switched answers as if another protocol had been asked for, which leaves the connection to the client for as long
// as it likes to read.
func switched(drips bool) misdeed {
	return func(g *rogue, w http.ResponseWriter, _ *http.Request) {
		conn := g.hijack(w)
		if conn == nil {
			return
		}
		_, err := io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n")
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for drips && err == nil {
			select {
			case <-tick.C:
				_, err = io.WriteString(conn, " ")
			case <-g.over:
				return
			}
		}
	}
}

func reset(g *rogue, w http.ResponseWriter, _ *http.Request) {
	if conn := g.hijack(w); conn != nil {
		_ = conn.SetLinger(0)
		_ = conn.Close()
	}
}

// leave closes the listening socket and all connections, as a server that crashes.
func leave(g *rogue, w http.ResponseWriter, r *http.Request) bool {
	_ = g.listen.Listener.Close()
	reset(g, w, r)
	return true
}

// A redirect to another host is not followed with anything that the other host could use.
func TestRedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		for _, where := range []string{"rest", "notifications", "all"} {
			t.Run(http.StatusText(status)+"-"+where, func(t *testing.T) {
				t.Parallel()
				var mu sync.Mutex
				var got []string
				other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					body, _ := io.ReadAll(r.Body)
					got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+r.Header.Get("Cookie")+string(body))
				}))
				defer other.Close()
				_, target := newRogue(t, func(_ *rogue, w http.ResponseWriter, r *http.Request) bool {
					if where == "rest" && isPoll(r) || where == "notifications" && !isPoll(r) {
						return false
					}
					http.Redirect(w, r, other.URL+r.URL.Path, status)
					return true
				})
				out, err := run(t, target, "transfer.sample-2", "notifications.sessions", "invariants")
				told(t, out, err)
				mu.Lock()
				defer mu.Unlock()
				if len(got) > 0 {
					t.Errorf("the other host was asked: %v", got)
				}
			})
		}
	}
}

// longHeader never comes to the end of a header line.
func longHeader(g *rogue, w http.ResponseWriter, _ *http.Request) {
	conn := g.hijack(w)
	if conn == nil {
		return
	}
	_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nX: ")
	for err == nil {
		_, err = io.WriteString(conn, block)
	}
}
