package main_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// A run that is interrupted in the middle hangs up its own calls and no others, ends its sessions,
// and still writes what it has.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		signal    os.Signal
		nth       int32 // operation on a call at which the signal is sent
		transport string
		variation string
	}{
		{"SIGINT at the first operation", os.Interrupt, 1, "auto", ""},
		{"SIGHUP in a transfer", syscall.SIGHUP, 4, "auto", ""},
		{"SIGTERM at the first operation", syscall.SIGTERM, 1, "auto", ""},
		{"SIGINT in a transfer", os.Interrupt, 3, "auto", ""},
		{"SIGTERM later", syscall.SIGTERM, 40, "auto", ""},
		{"SIGINT over WebSocket", os.Interrupt, 7, "websocket", ""},
		{"SIGINT with CSRF tokens", os.Interrupt, 5, "auto", "csrf"},
		{"SIGINT with other calls", os.Interrupt, 11, "auto", "unrelated-calls"},
		{"SIGTERM with late notifications", syscall.SIGTERM, 6, "auto", "notification-late"},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			if tt.signal == syscall.SIGHUP && signal.Ignored(syscall.SIGHUP) {
				t.Skip("SIGHUP is ignored in this process, and so by the command, as under nohup")
			}
			var operations atomic.Int32
			reached := make(chan struct{})
			all := reference.DefaultAgents(3)
			ours, others := all[:6], all[6:] // two stations of ours
			server, url := serve(t, reference.Options{Agents: all, StepDelay: 5 * time.Millisecond, Variation: tt.variation, Log: func(line string) {
				if strings.HasPrefix(line, "POST ") && strings.Contains(line, "/me/calls/") && operations.Add(1) == tt.nth {
					close(reached)
				}
			}})
			if tt.variation != "csrf" {
				dial(t, url, others[0], others[1].Number)
			}
			foreignCalls, foreignSessions := server.LiveCalls(), server.ContactCenterSessions()

			c := newCommand(t, "run", "--transport", tt.transport, "--save", "run.ndjson")
			c.write(t, targetFile(url, patient, ours))
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-reached:
			case <-t.Context().Done():
				t.Fatal("the run never came to a call")
			}
			if err := c.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			if code := c.code(t); code != result.ExitInterrupted {
				t.Errorf("exit code %d\n%s", code, c.err.String())
			}
			if n := server.LiveCalls(); n != foreignCalls {
				t.Errorf("%d calls are live, %d of them are others'", n, foreignCalls)
			}
			if n := server.ContactCenterSessions(); n != foreignSessions {
				t.Errorf("%d contact centre sessions, %d of them are others'", n, foreignSessions)
			}
			if n := server.Sessions(); n != 0 {
				t.Errorf("%d Bayeux sessions", n)
			}
			r := c.results(t)
			if r.Outcome != result.NotTested || r.Reason != "interrupted" || len(r.LeftBehind) > 0 {
				t.Errorf("outcome %s, reason %q, left behind %v", r.Outcome, r.Reason, r.LeftBehind)
			}
			if !strings.Contains(c.err.String(), "hanging up the calls of this run") {
				t.Errorf("stderr: %s", c.err.String())
			}
			if code := verify(t, c.Dir); code == result.ExitUsage || code == result.ExitInternal {
				t.Errorf("the recording of the interrupted run is judged with exit code %d", code)
			}
		})
	}
}

func verify(t *testing.T, dir string) int {
	t.Helper()
	c := newCommand(t, "verify", "run.ndjson")
	c.Dir = dir
	return c.call(t)
}

// A run that is interrupted while it connects ends at once.
func TestInterruptedWhileConnecting(t *testing.T) {
	t.Parallel()
	accepted := make(chan struct{})
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { // takes one connection and says nothing
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		close(accepted)
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	c := newCommand(t, "run")
	c.write(t, targetFile("http://"+l.Addr().String(), patient, reference.DefaultAgents(1)))
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-accepted
	began := time.Now()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := c.code(t); code != result.ExitInterrupted || time.Since(began) > 10*time.Second {
		t.Errorf("exit code %d after %s\n%s", code, time.Since(began), c.err.String())
	}
	if r := c.results(t); r.Outcome != result.NotTested || r.Reason != "interrupted" {
		t.Errorf("outcome %s, reason %q", r.Outcome, r.Reason)
	}
}

// The second signal ends a run at once, however long hanging up would take.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(1)
	server, err := reference.New(reference.Options{Agents: agents})
	if err != nil {
		t.Fatal(err)
	}
	next, over := server.Handler(), make(chan struct{})
	reached := make(chan struct{})
	var operations atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/me/calls/") {
			if operations.Add(1) == 1 {
				close(reached)
			}
			<-over // from now on no operation is answered, hanging up neither
			return
		}
		next.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		close(over)
		proxy.CloseClientConnections()
		proxy.Close()
		_ = server.Close()
	})
	c := newCommand(t, "run")
	c.write(t, targetFile(proxy.URL, patient, agents))
	said := c.err.wait("hanging up")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	for _, before := range []<-chan struct{}{reached, said} {
		<-before
		if err := c.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if code := c.code(t); code != result.ExitInterrupted {
		t.Errorf("exit code %d\n%s", code, c.err.String())
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the second signal took %s", took)
	}
}
