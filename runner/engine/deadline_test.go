package engine_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// A switch of protocols that nobody asked for is told wherever it comes, while connecting too, and doctor ends as well.
func TestSwitchedWhileConnecting(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"GET /api/v2/me", "POST /api/v2/me", "POST /api/v2/notifications"} {
		t.Run(strings.ReplaceAll(where, "/", "-"), func(t *testing.T) {
			t.Parallel()
			rogue, target := newRogue(t, func(g *rogue, w http.ResponseWriter, r *http.Request) bool {
				if r.Method+" "+r.URL.Path != where {
					return false
				}
				switched(true)(g, w, r)
				return true
			})
			rogue.spoilt.Store(true)
			target.Transport = config.LongPolling // else WebSocket takes its place
			out, err := run(t, target, "transfer.sample-2", "notifications.*", "invariants")
			told(t, out, err)
			if findings, err := engine.Doctor(t.Context(), engine.Options{Target: target}); err != nil || len(findings) == 0 {
				t.Errorf("doctor: %v, %v", findings, err)
			}
		})
	}
}

// slowStep makes a run of all scenarios take a minute.
const slowStep = 50 * time.Millisecond

// someOf is a time that is enough for some scenarios and for few of all, on a busy machine too: what two of them take here, and again.
func someOf(t *testing.T) time.Duration {
	t.Helper()
	_, target := start(t, reference.Options{StepDelay: slowStep}, 1)
	began := time.Now()
	if _, err := run(t, target, "session.*", "calls.answer"); err != nil {
		t.Fatal(err)
	}
	return (2*time.Since(began) + time.Second).Round(100 * time.Millisecond)
}

// The end of its time ends a run: what was played is judged, what was not is blocked by that cause, and nothing
// is left on the server.
func TestTimeOfARun(t *testing.T) {
	t.Parallel()
	enough := someOf(t)
	server, target := start(t, reference.Options{StepDelay: slowStep}, 1)
	var played int
	began := time.Now()
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Timeout: enough, Progress: func(e engine.Event) {
		if e.Kind == "scenario" {
			played = e.Total
		}
	}})
	late, ok := errors.AsType[*engine.TargetError](err)
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed {
			t.Errorf("failed: %s: %s", c.ID, c.Message)
		}
	}
	if !ok || !strings.Contains(late.Cause, "--timeout "+enough.String()) || late.Remedy == "" {
		t.Fatalf("%v; %s, %v", err, out.Report.Reason, out.Report.Counts)
	}
	t.Logf("took %s of %d scenarios, %v", time.Since(began).Round(time.Millisecond), played, out.Report.Counts)
	r := out.Report
	if r.Outcome != result.NotTested || r.Reason != late.Cause || r.Counts[result.Failed] > 0 || r.Counts[result.Passed] == 0 || r.Counts[result.Blocked] == 0 {
		t.Errorf("outcome %s, reason %q, %v", r.Outcome, r.Reason, r.Counts)
	}
	if len(r.LeftBehind) > 0 || server.LiveCalls() > 0 || server.ContactCenterSessions() > 0 || server.Sessions() > 0 {
		t.Errorf("left behind: %v; %d calls, %d logins, %d sessions", r.LeftBehind, server.LiveCalls(), server.ContactCenterSessions(), server.Sessions())
	}
}

// What failed before the time was over stands.
func TestFailuresOutliveTheTimeOfARun(t *testing.T) {
	t.Parallel()
	enough := someOf(t)
	_, target := start(t, reference.Options{Fault: "answer-201", StepDelay: slowStep}, 1)
	out, err := suites.Run(t.Context(), engine.Options{Target: target, SideBySide: true, Timeout: enough})
	if err != nil || out.Report.Outcome != result.DoesNotConform || !strings.Contains(out.Report.Reason, "--timeout "+enough.String()) {
		t.Errorf("%v, outcome %s, reason %q", err, out.Report.Outcome, out.Report.Reason)
	}
}

// Connecting is part of the time, also where a server that advises an hour for polls does not answer the first of them.
func TestTimeOfConnecting(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func(*rogue, http.ResponseWriter, *http.Request) bool{onAll(hold), onPoll(hold), adviseAnHour} {
		rogue, target := newRogue(t, spoil)
		target.Budgets.Request, target.Budgets.Connect = time.Minute, time.Minute
		rogue.spoilt.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		out, err := suites.Run(ctx, engine.Options{Target: target, SideBySide: true, Timeout: 300 * time.Millisecond})
		late, ok := errors.AsType[*engine.TargetError](err)
		if !ok || !strings.Contains(late.Cause, "--timeout") || out.Report.Outcome != result.NotTested {
			t.Errorf("%v", err)
		}
		cancel()
	}
}

// adviseAnHour holds the first connect after a handshake that advises so.
func adviseAnHour(g *rogue, w http.ResponseWriter, r *http.Request) bool {
	if onPoll(hold)(g, w, r) {
		return true
	}
	if !isPoll(r) {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := fmt.Fprintf(w, `[{"channel":"/meta/handshake","id":"1","successful":true,"clientId":"%s","version":"1.0",`+
		`"supportedConnectionTypes":["long-polling"],"advice":{"timeout":3600000,"reconnect":"retry"}}]`, rand.Text())
	return err == nil
}
