package engine_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// restarting is a reference server that is stopped when it has been asked for the nth call to be dialled, and, if it comes
// back, started again at the same address.
func restarting(t *testing.T, fault string, nth int, comesBack bool) (*engine.Outcome, error) {
	t.Helper()
	agents := reference.DefaultAgents(1)
	var mu sync.Mutex
	var servers []*reference.Server
	dialled := 0
	stop := make(chan struct{})
	begin := func(addr string, log func(string)) string {
		s, err := reference.New(reference.Options{Agents: agents, Fault: fault, Log: log})
		if err != nil {
			t.Error(err)
			return ""
		}
		url, err := s.Start(addr)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		servers = append(servers, s)
		mu.Unlock()
		return url
	}
	url := begin("127.0.0.1:0", func(line string) {
		mu.Lock()
		defer mu.Unlock()
		if strings.HasPrefix(line, "POST ") && strings.Contains(line, "/me/devices/") && strings.Contains(line, "/calls") {
			if dialled++; dialled == nth {
				close(stop)
			}
		}
	})
	over := make(chan struct{})
	go func() {
		defer close(over)
		select {
		case <-stop:
			_ = servers[0].Close()
			if comesBack {
				begin(strings.TrimPrefix(url, "http://"), nil)
			}
		case <-t.Context().Done():
		}
	}()
	target := embedded.Target(url, agents)
	target.Budgets = impatient
	out, err := run(t, target, "agent-state.ready", "calls.*", "invariants")
	<-over
	for _, s := range servers {
		_ = s.Close()
	}
	return out, err
}

// A server that stops, or is restarted, in the midst of a run does not fail by it: what was judged before stands.
func TestOutages(t *testing.T) {
	t.Parallel()
	for name, comesBack := range map[string]bool{"stopped": false, "restarted": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := restarting(t, "", 5, comesBack)
			gone, ok := errors.AsType[*engine.TargetError](err)
			r := out.Report
			if !ok || r.Outcome != result.NotTested || r.Reason != gone.Cause || r.Counts[result.Failed] > 0 || r.Counts[result.Passed] == 0 {
				t.Errorf("%v, %s, %v", err, r.Outcome, r.Counts)
			}
			if !strings.Contains(r.Reason, "in the scenario calls.") {
				t.Errorf("reason %q", r.Reason)
			}
			for _, c := range r.Checks {
				if c.Outcome == result.Failed {
					t.Errorf("%s: %s", c.ID, c.Message)
				}
			}
		})
		t.Run(name+" with a finding before", func(t *testing.T) {
			t.Parallel()
			out, err := restarting(t, "answer-201", 5, comesBack)
			if r := out.Report; err != nil || r.Outcome != result.DoesNotConform || r.Reason == "" {
				t.Errorf("%v, %s, %q", err, r.Outcome, r.Reason)
			}
		})
	}
}

// A gateway without a server behind it is an outage, too.
func TestOutageBehindAGateway(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		var calls int
		var mu sync.Mutex
		_, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			if dialling.MatchString(r.URL.Path) {
				calls++
			}
			down := calls > 2
			mu.Unlock()
			if down {
				http.Error(w, "no server", status)
				return
			}
			next.ServeHTTP(w, r)
		})
		out, err := run(t, target, "agent-state.ready", "calls.h*", "invariants")
		if _, ok := errors.AsType[*engine.TargetError](err); !ok || out.Report.Counts[result.Failed] > 0 || !strings.Contains(out.Report.Reason, "HTTP 50") {
			t.Errorf("%d: %v, %v", status, err, out.Report.Counts)
		}
	}
}

// Who says 503 to one request and is there is judged.
func TestOneUnavailableAnswerIsNoOutage(t *testing.T) {
	t.Parallel()
	_, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/me/channels/voice") {
			http.Error(w, "no server", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"agent-state.ready"}, SideBySide: true})
	if err != nil || out.Report.Outcome != result.DoesNotConform {
		t.Errorf("%v, %s", err, out.Report.Outcome)
	}
}
