package engine_test

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// behind is a proxy that changes what the server answers; requests for which change is nil pass untouched.
func behind(change func(*http.Request) func(*httptest.ResponseRecorder)) func(*rogue, http.ResponseWriter, *http.Request) bool {
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		do := change(r)
		if do == nil || r.Header.Get("Upgrade") != "" {
			return false
		}
		rec := httptest.NewRecorder()
		g.next.ServeHTTP(rec, r)
		do(rec)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes()) // a client that went away misses it
		return true
	}
}

// alternately answers every other request of a notification session as a node that does not know it.
func alternately() func(*rogue, http.ResponseWriter, *http.Request) bool {
	var n atomic.Int64
	return func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
		channel := "/meta/connect"
		switch {
		case !isPoll(r) || r.Method != http.MethodPost || asked(r, "/meta/handshake") || n.Add(1)%2 == 0:
			return false
		case asked(r, "/meta/subscribe"):
			channel = "/meta/subscribe"
		case !asked(r, channel):
			return false
		}
		id := strings.TrimSuffix(strings.TrimPrefix(bayeuxID.FindString(body(r)), `"id":"`), `"`)
		answering(http.StatusOK, asJSON, `[{"channel":"`+channel+`","id":"`+id+`","successful":false,"error":"402::Unknown client",`+
			`"advice":{"reconnect":"handshake","interval":0}}]`)(g, w, r)
		return true
	}
}

// A cookie that a proxy keeps from coming back is named, with the attribute that does it.
func TestCookieKeptAway(t *testing.T) {
	t.Parallel()
	rogue, target := newRogue(t, behind(func(*http.Request) func(*httptest.ResponseRecorder) {
		return func(rec *httptest.ResponseRecorder) {
			for i, cookie := range rec.Header()["Set-Cookie"] {
				rec.Header()["Set-Cookie"][i] = strings.Replace(cookie, "Path=/", "Path=/api/v3", 1)
			}
		}
	}))
	rogue.spoilt.Store(true)
	found, err := engine.Doctor(t.Context(), engine.Options{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if !f.OK {
			if !strings.Contains(f.Remedy, "BAYEUX_BROWSER") || !strings.Contains(f.Remedy, "Path=/api/v3") {
				t.Errorf("%+v does not name the cookie and its attribute", f)
			}
			return
		}
	}
	t.Errorf("doctor found nothing: %+v", found)
}

// Notifications in another encoding than UTF-8 are one finding of the rule about it, which shows the bytes. What could not
// be read for it blocks; nothing says that it did not come.
func TestNotificationsInLatin1(t *testing.T) {
	t.Parallel()
	_, target := newRogue(t, behind(func(r *http.Request) func(*httptest.ResponseRecorder) {
		if !isPoll(r) {
			return nil
		}
		return func(rec *httptest.ResponseRecorder) {
			var cut []byte
			for _, c := range rec.Body.String() {
				cut = append(cut, byte(c))
			}
			rec.Body = bytes.NewBuffer(cut)
		}
	}))
	target.Budgets.Request = unhurried
	out, err := run(t, target, "userdata.values", "invariants", "notifications.sessions")
	if err != nil {
		t.Fatal(err)
	}
	shown := false
	for _, c := range out.Report.Checks {
		if c.Outcome != result.Failed || c.Level != requirement.Required {
			continue
		}
		if strings.Join(c.Requirements, " ") != "MSG-12" {
			t.Errorf("%s (%v) failed: %s", c.ID, c.Requirements, c.Message)
		}
		shown = shown || strings.Contains(c.Message, `Zo\xeb`)
	}
	if !shown {
		t.Errorf("no finding shows the bytes; %+v", out.Report.Counts)
	}
}

// An upgrade to WebSocket that is turned away for a while is tried again as any request is: it refuses nothing. One that is
// turned away for good is a cause.
func TestUpgradeTurnedAway(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		times  int64
	}{"503": {503, 2}, "429": {429, 2}, "429 without end": {429, 1 << 30}} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			server, target := newRogue(t, func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
				if r.Header.Get("Upgrade") == "" || n.Add(1) > tt.times {
					return false
				}
				answering(tt.status, "text/html", "<h1>not now</h1>", "Retry-After", "1")(g, w, r)
				return true
			})
			server.spoilt.Store(true)
			target.Transport = config.WebSocket
			target.Budgets.Request = 5 * time.Second // two waits of a second, and a busy machine
			out, err := run(t, target, "calls.hold")
			if tt.times > 2 {
				cannot, ok := errors.AsType[*engine.TargetError](err)
				if !ok || !strings.Contains(cannot.Cause, "no WebSocket: HTTP 429") {
					t.Errorf("ended with %v", err)
				}
				return
			}
			if err != nil || out.Report.Counts[result.Passed] == 0 || out.Report.Counts[result.Failed]+out.Report.Counts[result.Blocked] > 0 {
				t.Errorf("%v, %v", err, out.Report.Counts)
			}
		})
	}
}
