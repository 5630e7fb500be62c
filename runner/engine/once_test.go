package engine_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// user is who asks.
func user(r *http.Request) string {
	name, _, _ := r.BasicAuth()
	return name
}

// polledBy reports whether a request is a poll of somebody that may be held.
func polledBy(name string, r *http.Request) bool {
	return isPoll(r) && user(r) == name && asked(r, "/meta/connect") && !asked(r, `"advice"`)
}

// onceIn changes the answer to the n-th request of a kind.
func onceIn(n int64, meant func(*http.Request) bool, change func(*httptest.ResponseRecorder)) func(*rogue, http.ResponseWriter, *http.Request) bool {
	var seen atomic.Int64
	return behind(func(r *http.Request) func(*httptest.ResponseRecorder) {
		if !meant(r) || seen.Add(1) != n {
			return nil
		}
		return change
	})
}

var advice = regexp.MustCompile(`"advice":\{[^{}]*\}`)

// advising puts another advice into a reply.
func advising(other string) func(*httptest.ResponseRecorder) {
	return func(rec *httptest.ResponseRecorder) {
		rec.Body = bytes.NewBufferString(advice.ReplaceAllLiteralString(rec.Body.String(), `"advice":`+other))
	}
}

// once are things that go wrong a single time, in the midst of what is right. Each is told by the rule that it breaks, if it breaks one,
// and by no other; what cannot be judged for it is blocked.
var once = []struct {
	name   string
	spoil  func(*rogue, http.ResponseWriter, *http.Request) bool
	broken string // the requirement
	blocks bool
}{
	{"a poll whose chunks are none", func() func(*rogue, http.ResponseWriter, *http.Request) bool {
		var polls atomic.Int64
		return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
			if !polledBy("agent", r) || polls.Add(1) != 3 {
				return false
			}
			rec := httptest.NewRecorder()
			g.next.ServeHTTP(rec, r)
			if conn := g.hijack(w); conn != nil {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"+rec.Body.String())
				_ = conn.CloseWrite()
			}
			return true
		}
	}(), "BAYEUX-14", true},
	{"advice not to poll again", onceIn(4, func(r *http.Request) bool { return polledBy("agent", r) }, advising(`{"reconnect":"none"}`)), "BAYEUX-16", true},
	{"advice not to poll for years", onceIn(4, func(r *http.Request) bool { return polledBy("agent", r) }, advising(`{"interval":1e15}`)), "", true},
}

func TestWrongOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range once {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			server, target := newRogue(t, tt.spoil)
			server.spoilt.Store(true)
			out, err := run(t, target, "transfer.sample-2", "calls.hold", "session.*", "notifications.sessions", "invariants")
			if err != nil {
				t.Fatal(err)
			}
			only(t, out.Report, tt.broken)
			if got := out.Report.Counts[result.Blocked] > 0; got != tt.blocks {
				t.Errorf("%v", out.Report.Counts)
			}
		})
	}
}

// only holds that a requirement is broken, or none for "", and no other; and that nothing recommended fails.
func only(t *testing.T, r *result.Report, broken string) {
	t.Helper()
	told := map[string]bool{}
	for _, c := range failed(r) {
		if c.Level == requirement.Required {
			told[strings.Join(c.Requirements, " ")] = true
		}
		if !slices.Equal(c.Requirements, []string{broken}) {
			t.Errorf("%s (%v): %s", c.ID, c.Requirements, c.Message)
		}
	}
	if broken != "" && !told[broken] {
		t.Errorf("%s is not told; %v, %v", broken, slices.Collect(maps.Keys(told)), r.Counts)
	}
}

// Where one person gets no session for notifications, what others are notified of is waited for and judged as ever.
func TestNotificationsForSome(t *testing.T) {
	t.Parallel()
	server, target := newRogue(t, func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		if user(r) != "agent" || !asked(r, "/meta/handshake") {
			return false
		}
		answering(http.StatusOK, asJSON, "[]")(g, w, r)
		return true
	})
	server.spoilt.Store(true)
	target.Transport = config.LongPolling
	out, err := run(t, target, "calls.hold", "session.*", "invariants")
	if err != nil {
		t.Fatal(err)
	}
	only(t, out.Report, "")
	if out.Report.Counts[result.Blocked] == 0 || out.Report.Counts[result.Passed] == 0 {
		t.Errorf("%v", out.Report.Counts)
	}
}

// What nobody is notified of at all is blocked by that, too.
func TestNotificationsForNobody(t *testing.T) {
	t.Parallel()
	server, target := newRogue(t, answersTo("/meta/handshake", answering(http.StatusOK, asJSON, "[]")))
	server.spoilt.Store(true)
	target.Transport = config.LongPolling
	out, err := run(t, target, "calls.hold", "session.*", "invariants")
	if err != nil {
		t.Fatal(err)
	}
	only(t, out.Report, "")
	if out.Report.Counts[result.Blocked] == 0 || out.Report.Outcome == result.Conforms {
		t.Errorf("%s, %v", out.Report.Outcome, out.Report.Counts)
	}
}

// An id that is longer than is sent is a limit of ours: what needs it is blocked.
func TestIDsThatAreTooLong(t *testing.T) {
	t.Parallel()
	_, out, err := renaming(t, strings.Repeat("L", 2000), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range failed(out.Report) {
		if slices.Contains(c.Requirements, "HTTP-5") {
			t.Errorf("%s: %s", c.ID, c.Message)
		}
	}
	if out.Report.Counts[result.Blocked] == 0 {
		t.Errorf("%v", out.Report.Counts)
	}
}
