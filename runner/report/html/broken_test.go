package html_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
)

// between stands between the suite and a correct server: true where it has answered by itself.
type between func(server *httptest.Server, w http.ResponseWriter, r *http.Request) bool

// broken are the servers whose reports must show at first sight what is wrong: by a fault, or by what stands before them.
var broken = map[string]struct {
	fault string
	front between
	cause string // in the first screen
}{
	"one fault":              {fault: "held-after-dialing", cause: "TRANSFER-3"},
	"hundreds of checks":     {fault: "dial-does-nothing", cause: "DIAL-2"},
	"every answer 204":       {front: emptyHanded, cause: " 204 missing: the notification"},
	"a refused subscription": {front: noSubscriptions, cause: "403::subscription denied"},
	"killed in mid-run":      {front: killedAt(30), cause: "the target has gone"},
}

func emptyHanded(_ *httptest.Server, w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodPost || !strings.Contains(r.URL.Path, "/me/calls/") {
		return false
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

func noSubscriptions(_ *httptest.Server, w http.ResponseWriter, r *http.Request) bool {
	if !strings.Contains(r.URL.Path, "/notifications") {
		return false
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var messages []map[string]any
	if err != nil || json.Unmarshal(body, &messages) != nil || len(messages) == 0 || messages[0]["channel"] != "/meta/subscribe" {
		return false
	}
	for _, m := range messages {
		m["successful"], m["error"] = false, "403::subscription denied"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(messages) // to nobody, if it fails
	return true
}

func killedAt(nth int64) between {
	var n atomic.Int64
	return func(server *httptest.Server, _ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/notifications") || n.Add(1) != nth {
			return false
		}
		go func() {
			server.CloseClientConnections()
			_ = server.Listener.Close()
		}()
		return false
	}
}

// reported is what a run against a broken server comes to.
func reported(t *testing.T, fault string, front between) evidence.Input {
	t.Helper()
	agents := reference.DefaultAgents(1)
	state, err := reference.New(reference.Options{Agents: agents, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	next := state.Handler()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if front == nil || !front(server, w, r) {
			next.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		_ = state.Close()
	})
	target := embedded.Target(server.URL, agents)
	target.Budgets.Event, target.Budgets.Quiet = 500*time.Millisecond, 50*time.Millisecond
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"transfer.sample-*", "calls.h*", "invariants"}, Gate: requirement.Required})
	if _, gone := errors.AsType[*engine.TargetError](err); err != nil && !gone {
		t.Fatal(err)
	}
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Input{Report: out.Report, Registry: registry, Header: out.Header, Scenarios: out.Scenarios, Documented: out.Documented}
}

// tooWide are the elements that make a page of 400 px wider.
const tooWide = `[...document.querySelectorAll("body *")].filter(e => getComputedStyle(e).overflowX === "visible" && e.clientWidth > 0 && e.scrollWidth > e.clientWidth)
	.map(e => e.outerHTML.slice(0, 200)).slice(-4).join("; ")`

// Whatever is wrong, and however much of it: who opens the report sees why within the first screen.
func TestBrokenServersAtFirstSight(t *testing.T) {
	for name, tt := range broken {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			b := visit(t, reported(t, tt.fault, tt.front))
			b.view(1400, 1000)
			seen := eval[string](b, `(() => {
				const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), out = [];
				for (let n = walk.nextNode(); n; n = walk.nextNode()) {
					const r = document.createRange(); r.selectNodeContents(n);
					const box = r.getBoundingClientRect();
					if (box.height > 0 && box.bottom <= 1000) out.push(n.textContent);
				}
				return out.join(" ").replace(/\s+/g, " ");
			})()`)
			if !strings.Contains(seen, tt.cause) {
				t.Errorf("%q is not in the first screen: %s", tt.cause, seen)
			}
			b.view(400, 800)
			if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 400 {
				t.Errorf("at 400 px the page is %d px wide: %s", wide, eval[string](b, tooWide))
			}
			b.quiet()
		})
	}
}
