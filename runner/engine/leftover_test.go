package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
)

// between is what stands between a run and a reference server: the whole exchange, from the first request on.
type between func(next http.Handler, w http.ResponseWriter, r *http.Request)

// fronted is a reference server with something in front of it.
func fronted(t testing.TB, stations int, front between) (*reference.Server, *config.Target) {
	t.Helper()
	agents := reference.DefaultAgents(stations)
	server, err := reference.New(reference.Options{Agents: agents})
	if err != nil {
		t.Fatal(err)
	}
	next := server.Handler()
	listen := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front(next, w, r) }))
	t.Cleanup(func() {
		listen.CloseClientConnections()
		listen.Close()
		_ = server.Close()
	})
	target := embedded.Target(listen.URL, agents[:3])
	target.Budgets = impatient
	return server, target
}

// rewriting answers as the reference server does, with the body changed.
func rewriting(change func(r *http.Request, body []byte) []byte) between {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		got := httptest.NewRecorder()
		next.ServeHTTP(got, r)
		maps.Copy(w.Header(), got.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(got.Code)
		_, _ = w.Write(change(r, got.Body.Bytes()))
	}
}

// nothingUnnamed holds that every call and every login that is still on the server is named.
func nothingUnnamed(t *testing.T, server *reference.Server, out *engine.Outcome) {
	t.Helper()
	left := out.Report.LeftBehind
	t.Logf("%d calls, %d logins; left behind %q, others %q", server.LiveCalls(), server.ContactCenterSessions(), left, out.Report.Others)
	calls, logins := 0, 0
	for _, text := range left {
		if strings.Contains(text, "session") {
			logins++
		} else if strings.Contains(text, "call") {
			calls++
		}
		if strings.Contains(text, " is still ") && strings.Contains(text, "404") {
			t.Errorf("said to go on: %s", text)
		}
	}
	if server.LiveCalls() > 0 && calls == 0 || server.ContactCenterSessions() > logins {
		t.Errorf("%d calls and %d logins are left, %q is named", server.LiveCalls(), server.ContactCenterSessions(), left)
	}
}

var (
	numberOf = regexp.MustCompile(`"(phoneNumber|digits|dnis)":"(\d+)"`)
	idOf     = regexp.MustCompile(`"id":"([0-9A-Z]{32})"`)
	dialling = regexp.MustCompile(`/me/devices/[^/]+/calls$`)
)

// Whatever a server makes of calls and their ends, at the end of a run all that is left is named.
func TestAllThatIsLeftIsNamed(t *testing.T) {
	t.Parallel()
	inMessages := func(pattern *regexp.Regexp, to string) between {
		return rewriting(func(r *http.Request, body []byte) []byte {
			if r.Method == http.MethodGet && !strings.Contains(r.URL.Path, "/calls") {
				return body // the device keeps its number
			}
			return pattern.ReplaceAll(body, []byte(to))
		})
	}
	onceCalled := func(status int, body string) between {
		var called atomic.Bool
		return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			called.Store(called.Load() || strings.Contains(r.URL.Path, "/me/calls/"))
			if !called.Load() || isPoll(r) {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for _, tt := range []struct {
		name  string
		front between
		clean bool // it can be undone
	}{
		{"numbers with a country code", inMessages(numberOf, `"$1":"+49$2"`), true},
		{"numbers with something behind", inMessages(numberOf, `"$1":"$2<b>"`), true},
		{"ids that are empty", inMessages(idOf, `"id":""`), false},
		{"ids that are numbers", inMessages(idOf, `"id":7`), false},
		{"ids that are null", inMessages(idOf, `"id":null`), false},
		{"ids that are objects", inMessages(idOf, `"id":{}`), false},
		{"answers too large", inMessages(regexp.MustCompile(`"capabilities":\[`), `"capabilities":[`+strings.Repeat(`"x",`, 200_000)), false},
		{"304", onceCalled(http.StatusNotModified, ""), false},
		{"401", onceCalled(http.StatusUnauthorized, `{"statusCode":2}`), false},
		{"503", onceCalled(http.StatusServiceUnavailable, "sorry"), false},
		{"404", onceCalled(http.StatusNotFound, `{"statusCode":6,"statusMessage":"No call with id"}`), false},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			server, target := fronted(t, 1, tt.front)
			target.Budgets.Request = unhurried
			out, _ := run(t, target, "calls.dial", "transfer.sample-2")
			nothingUnnamed(t, server, out)
			if tt.clean && (server.LiveCalls() > 0 || len(out.Report.LeftBehind) > 0) {
				t.Errorf("%d calls are left", server.LiveCalls())
			}
		})
	}
}

// An odd statusCode does not say whether somebody is logged in: who may be is logged off.
func TestOddAnswersToTheLogin(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"0.5", "1e400", "true", "null", "123456789012345678901234567890", "[]", "{}", `"x"`} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			server, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				change := func(_ *http.Request, answer []byte) []byte {
					if bytes.Contains(body, []byte("StartContactCenterSession")) {
						return bytes.Replace(answer, []byte(`"statusCode":0`), []byte(`"statusCode":`+code), 1)
					}
					return answer
				}
				if isPoll(r) {
					next.ServeHTTP(w, r)
					return
				}
				rewriting(change)(next, w, r)
			})
			out, _ := run(t, target, "calls.dial")
			nothingUnnamed(t, server, out)
			if server.ContactCenterSessions() > 0 {
				t.Errorf("%d are logged in", server.ContactCenterSessions())
			}
		})
	}
}

// A Dial that takes effect after nobody waited for its answer any more is hung up.
func TestLateDial(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	server, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || !dialling.MatchString(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		<-r.Context().Done()
		timer := time.NewTimer(200 * time.Millisecond) // the server's own time
		defer timer.Stop()
		<-timer.C
		late := r.Clone(context.WithoutCancel(r.Context()))
		late.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(httptest.NewRecorder(), late)
		select {
		case done <- struct{}{}:
		case <-time.After(deadline):
		}
	})
	go func() {
		for range done {
		}
	}()
	defer close(done)
	target.Budgets.Event = 5 * time.Second // a busy machine may take long to see that the client has gone
	out, _ := run(t, target, "calls.dial")
	nothingUnnamed(t, server, out)
	if server.LiveCalls() > 0 {
		t.Errorf("%d calls are left", server.LiveCalls())
	}
}

// The same Dial takes effect while the last look is on its way: what it had read already is read again.
func TestDialDuringTheLastLook(t *testing.T) {
	t.Parallel()
	var dial, reads, polls atomic.Int32
	var late func()
	effect, heard := make(chan struct{}), make(chan struct{})
	server, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		wait := func(c chan struct{}) {
			select {
			case <-c:
			case <-time.After(deadline):
				t.Error("nothing came of it in time")
			}
		}
		switch {
		case r.Method == http.MethodPost && dialling.MatchString(r.URL.Path):
			body, _ := io.ReadAll(r.Body)
			again := r.Clone(context.WithoutCancel(r.Context()))
			again.Body = io.NopCloser(bytes.NewReader(body))
			late = func() { next.ServeHTTP(httptest.NewRecorder(), again) }
			dial.Store(1)
			<-r.Context().Done()
		case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/me/calls") && dial.Load() == 1:
			n := reads.Add(1) // three people behind the scenario, and three at the end
			got := httptest.NewRecorder()
			next.ServeHTTP(got, r)
			if n == 6 {
				dial.Store(2)
				late()
				close(effect)
			}
			if n > 3 {
				wait(effect)
				wait(heard)
			}
			maps.Copy(w.Header(), got.Header())
			w.WriteHeader(got.Code)
			_, _ = w.Write(got.Body.Bytes())
		default:
			if isPoll(r) && dial.Load() == 2 && polls.Add(1) == 2 { // both that it was told to ask for more
				close(heard)
			}
			next.ServeHTTP(w, r)
		}
	})
	target.Budgets.Request, target.Budgets.Event = 5*time.Second, deadline // the Dial alone is waited for in vain
	out, _ := run(t, target, "calls.dial")
	nothingUnnamed(t, server, out)
	if server.LiveCalls() > 0 {
		t.Errorf("%d calls are left", server.LiveCalls())
	}
	if dial.Load() != 2 {
		t.Errorf("the Dial never took effect: %d reads", reads.Load())
	}
}

// as posts in the name of an agent, past the run.
func as(t testing.TB, next http.Handler, agent reference.Agent, path, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.SetBasicAuth(agent.User, agent.Password)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	next.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"statusCode":0`) {
		t.Errorf("POST %s: %s", path, w.Body)
	}
}

func dialAs(t testing.TB, next http.Handler, from reference.Agent, to string) {
	t.Helper()
	as(t, next, from, "/api/v2/me/devices/"+from.DeviceID+"/calls", fmt.Sprintf(`{"operationName":"Dial","destination":{"phoneNumber":%q}}`, to))
}

// A call of others is left alone, and is named as theirs, not as something that the run has left.
func TestCallsOfOthersAreLeftAlone(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(2)
	var called atomic.Bool
	server, target := fronted(t, 2, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/me/channels/voice") && called.CompareAndSwap(false, true) {
			as(t, next, agents[3], "/api/v2/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`)
			dialAs(t, next, agents[3], agents[0].Number)
		}
		next.ServeHTTP(w, r)
	})
	target.Budgets.Request = unhurried
	out, err := run(t, target, "agent-state.ready")
	named := func(line string) bool {
		return strings.Contains(line, "with "+agents[3].Number+" is Ringing at the end: it is no call of this run")
	}
	if err != nil || len(out.Report.LeftBehind) > 0 || !slices.ContainsFunc(out.Report.Others, named) {
		t.Errorf("%v, left behind %q, others %q", err, out.Report.LeftBehind, out.Report.Others)
	}
	if server.LiveCalls() != 1 {
		t.Errorf("%d calls", server.LiveCalls())
	}
}

// Where calls begin in the name of our people that this run did not ask for, it says so: another run uses them.
func TestAnotherRunIsSeen(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(1)
	var called atomic.Bool
	_, target := fronted(t, 1, func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/me/channels/voice") && called.CompareAndSwap(false, true) {
			dialAs(t, next, agents[0], agents[2].Number)
		}
		next.ServeHTTP(w, r)
	})
	out, _ := run(t, target, "agent-state.ready", "calls.dial")
	if said := strings.Join(out.Report.Others, "\n"); !strings.Contains(said, "in the name of agent that this run did not ask for") {
		t.Errorf("others %q, left behind %q", said, out.Report.LeftBehind)
	}
}

// On a good server the last look finds nothing and costs no wait.
func TestTheLastLookAtAGoodServer(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{StepDelay: 100 * time.Millisecond}, 2)
	out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"session.me"}, SideBySide: true})
	if err != nil || len(out.Report.LeftBehind) > 0 || len(out.Report.Others) > 0 {
		t.Errorf("%v, left behind %q, others %q", err, out.Report.LeftBehind, out.Report.Others)
	}
}
