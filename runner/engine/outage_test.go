package engine_test

import (
	"errors"
	"net"
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

// process is a reference server in an HTTP server of its own. The reference server's Close answers the open polls in good
// order; a process that is killed breaks all connections, and then they are gone.
type process struct {
	state *reference.Server
	serve *http.Server
}

func launch(t *testing.T, addr string, options reference.Options) (*process, string) {
	t.Helper()
	state, err := reference.New(options)
	if err != nil {
		t.Error(err)
		return nil, ""
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Error(err)
		return nil, ""
	}
	p := &process{state: state, serve: &http.Server{Handler: state.Handler(), ReadHeaderTimeout: deadline}}
	go func() { _ = p.serve.Serve(listener) }()
	return p, listener.Addr().String()
}

func (p *process) kill() {
	if p != nil {
		_ = p.serve.Close()
		_ = p.state.Close()
	}
}

// restarting is a reference server that is killed when it has been asked for the nth call to be dialled, and, if it comes
// back, started again at the same address.
func restarting(t *testing.T, fault string, nth int, comesBack bool) (*engine.Outcome, error) {
	t.Helper()
	agents := reference.DefaultAgents(1)
	var mu sync.Mutex
	dialled := 0
	stop := make(chan struct{})
	first, addr := launch(t, "127.0.0.1:0", reference.Options{Agents: agents, Fault: fault, Log: func(line string) {
		mu.Lock()
		defer mu.Unlock()
		if strings.HasPrefix(line, "POST ") && strings.Contains(line, "/me/devices/") && strings.Contains(line, "/calls") {
			if dialled++; dialled == nth {
				close(stop)
			}
		}
	}})
	var second *process
	over := make(chan struct{})
	go func() {
		defer close(over)
		select {
		case <-stop:
		case <-t.Context().Done():
		}
		first.kill()
		if comesBack && t.Context().Err() == nil {
			second, _ = launch(t, addr, reference.Options{Agents: agents, Fault: fault})
		}
	}()
	target := embedded.Target("http://"+addr, agents)
	target.Budgets = impatient
	out, err := run(t, target, "agent-state.ready", "calls.*", "invariants")
	<-over
	second.kill()
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
