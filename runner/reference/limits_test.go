package reference

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// sentences collects what a server warns of.
type sentences struct {
	mu   sync.Mutex
	said []string
}

func (s *sentences) add(sentence string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, sentence)
}

// once fails unless exactly one sentence has the words.
func (s *sentences) once(t *testing.T, words string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, sentence := range s.said {
		if strings.Contains(sentence, words) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%q is said %d times: %q", words, n, s.said)
	}
}

// serveBound starts a server with limits of the test's own.
func serveBound(t *testing.T, o Options, bind func(*limits)) (s *Server, base string, said *sentences) {
	t.Helper()
	said = &sentences{}
	o.Warn = said.add
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	bind(&s.limits)
	base, err = s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, base, said
}

// plug opens a bare connection, whose reads and writes end.
func plug(t *testing.T, base string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// eventually asks until it is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}

const basic = "Authorization: Basic YWdlbnQ6YWdlbnQtc2VjcmV0\r\n" // agent:agent-secret

// TestStalledRequests: what begins and does not go on ends, wherever it stands.
func TestStalledRequests(t *testing.T) {
	_, base, said := serveBound(t, Options{}, func(l *limits) { l.header, l.body = 100*time.Millisecond, 100*time.Millisecond })
	host := "Host: localhost\r\n"
	json := "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
	for name, tt := range map[string]struct{ sent, status string }{
		"nothing":         {"", ""},
		"header":          {"GET /api/v2/me HTTP/1.1\r\nX: ", ""},
		"body":            {"POST /api/v2/me HTTP/1.1\r\n" + host + basic + json, "408"},
		"chunked":         {"POST /api/v2/me HTTP/1.1\r\n" + host + basic + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "408"},
		"chunk":           {"POST /api/v2/me HTTP/1.1\r\n" + host + basic + "Transfer-Encoding: chunked\r\n\r\n5\r\n{", "408"},
		"no credentials":  {"POST /api/v2/me HTTP/1.1\r\n" + host + json, "403"},
		"other host":      {"POST /api/v2/me HTTP/1.1\r\nHost: example.com\r\n" + basic + json, "421"},
		"nowhere":         {"POST /elsewhere HTTP/1.1\r\n" + host + basic + json, "408"},
		"body of a GET":   {"GET /api/v2/me HTTP/1.1\r\n" + host + basic + json, "408"},
		"Bayeux":          {"POST /api/v2/notifications HTTP/1.1\r\n" + host + basic + json, "400"},
		"Bayeux, no JSON": {"GET /api/v2/notifications HTTP/1.1\r\n" + host + basic + "Content-Length: 9\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			conn := plug(t, base)
			if _, err := io.WriteString(conn, tt.sent); err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(conn)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("the connection stays open; it said %q", raw)
			}
			if got := string(raw); tt.status != "" && !strings.HasPrefix(got, "HTTP/1.1 "+tt.status) {
				t.Errorf("answered %q, want %s", got, tt.status)
			}
		})
	}
	said.once(t, "a request body did not come within 100ms")
}

// TestBodyDeadlineEndsWithBody: a poll is held for longer than its body may
// take, and the connection serves on.
func TestBodyDeadlineEndsWithBody(t *testing.T) {
	const body = 50 * time.Millisecond
	_, base, said := serveBound(t, Options{PollTimeout: 4 * body}, func(l *limits) { l.body = body })
	a := newActor(t, base, DefaultAgents(1)[0])
	a.listen("/v2/me/calls")
	for range 2 {
		begin := time.Now()
		if r := a.poll(time.Minute); len(r) != 1 || r[0]["successful"] != true || time.Since(begin) < 3*body {
			t.Errorf("held for %s: %v", time.Since(begin), r)
		}
	}
	if len(said.said) != 0 {
		t.Errorf("said %q", said.said)
	}
}

func TestUnreadAnswer(t *testing.T) {
	s, base, _ := serveBound(t, Options{}, func(l *limits) { l.write = 50 * time.Millisecond })
	a := newActor(t, base, DefaultAgents(1)[0])
	a.dial("5990", "userData", object{"long": strings.Repeat("x", 3<<20)})
	conn := plug(t, base)
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	request := "GET " + strings.TrimPrefix(a.api, base) + newest(s, "5005") + " HTTP/1.1\r\nHost: localhost\r\n" + basic + "\r\n"
	// Several, so that no buffer of the system takes all the answers.
	if _, err := io.WriteString(conn, strings.Repeat(request, 10)); err != nil {
		t.Fatal(err)
	}
	first := bufio.NewReader(conn)
	if line, err := first.ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("%q %v", line, err)
	}
	// Now it reads nothing: the server closes, and this is seen by what it has freed.
	a.http.CloseIdleConnections()
	eventually(t, "the connection is closed", func() bool { return s.open.Load() == 0 })
}

func TestConnectionLimit(t *testing.T) {
	s, base, said := serveBound(t, Options{}, func(l *limits) { l.connections = 3 })
	var open []net.Conn
	for range 3 {
		open = append(open, plug(t, base))
	}
	for range 5 {
		if raw, err := io.ReadAll(plug(t, base)); err != nil || !strings.HasPrefix(string(raw), "HTTP/1.1 503 ") {
			t.Fatalf("beyond the limit: %q %v", raw, err)
		}
	}
	said.once(t, "3 connections are open, which is the limit")
	for _, conn := range open {
		_ = conn.Close()
	}
	eventually(t, "the connections are gone", func() bool { return s.open.Load() == 0 })
	newActor(t, base, DefaultAgents(1)[0]).get("/me")
}

// Many people have more connections together than a few may have.
func TestConnectionsOfMany(t *testing.T) {
	few := int64(defaultLimits(0).connections)
	s, base, _ := serveBound(t, Options{Agents: DefaultAgents(50)}, func(l *limits) { l.connections -= int(few) - 10 })
	var open []net.Conn
	for range 300 { // 150 people, two each: beyond the ten that are not theirs
		open = append(open, plug(t, base))
	}
	eventually(t, "all of them are open", func() bool { return s.open.Load() == 300 })
	for _, conn := range open {
		_ = conn.Close()
	}
}

func TestSessionLimit(t *testing.T) {
	s, base, said := serveBound(t, Options{}, func(l *limits) { l.sessions = 2 })
	a := newActor(t, base, DefaultAgents(1)[0])
	shake := object{"channel": "/meta/handshake", "supportedConnectionTypes": []string{longPolling}}
	for _, r := range a.bayeux(shake, shake, shake, shake)[2:] {
		if advice, _ := r["advice"].(object); r["successful"] != false || advice["reconnect"] != "none" {
			t.Errorf("beyond the limit: %v", r)
		}
	}
	if s.Sessions() != 2 {
		t.Errorf("%d sessions", s.Sessions())
	}
	said.once(t, "there are 2 Bayeux sessions, which is the limit")
}

// TestNobodyPolls: sessions that leave their events are ended, those that poll
// live on, and nothing is counted any more at the end.
func TestNobodyPolls(t *testing.T) {
	for name, tt := range map[string]struct {
		bind  func(*limits)
		words string
	}{
		"events": {func(l *limits) { l.events = 5 }, "6 events ("},
		"bytes":  {func(l *limits) { l.bytes = 8000 }, "a session may have 10000 of them, and 8000 bytes"},
		"total":  {func(l *limits) { l.total = 20000 }, "all together may have 20000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			s, base, said := serveBound(t, Options{}, tt.bind)
			idle := newActor(t, base, DefaultAgents(1)[0])
			idle.listen("/v2/me/calls")
			gone := []string{idle.id}
			for range 3 {
				idle.listen("/v2/me/calls")
				gone = append(gone, idle.id)
			}
			a := newActor(t, base, DefaultAgents(1)[0])
			a.listen("/v2/me/calls")
			a.dial("5990")
			at := a.path(a.state(dialing, ""))
			for n := range 30 {
				a.must(at, "UpdateUserData", "userData", object{"N": fmt.Sprint(n), "long": strings.Repeat("x", 1000)})
				a.until("data", func(object) bool { return true })
			}
			alive := slices.DeleteFunc(slices.Clone(gone), func(id string) bool {
				idle.id = id
				return idle.poll(0)[0]["error"] == errUnknown
			})
			if name != "total" && len(alive) > 0 || len(alive) == len(gone) {
				t.Errorf("%d of %d sessions that nobody polls live on", len(alive), len(gone))
			}
			if a.poll(0)[0]["successful"] != true {
				t.Error("the session that polls was ended, too")
			}
			said.once(t, tt.words)
			if n := s.waiting.Load(); n != 0 && len(alive) == 0 {
				t.Errorf("%d bytes are counted, and nothing waits", n)
			}
		})
	}
}

// TestUnreadSocket: a client that sends and does not read loses its socket.
func TestUnreadSocket(t *testing.T) {
	for name, bind := range map[string]func(*limits){
		"bytes": func(l *limits) { l.bytes = 100000 },
		"total": func(l *limits) { l.total = 100000 },
	} {
		t.Run(name, func(t *testing.T) {
			s, base, said := serveBound(t, Options{}, bind)
			conn, _, err := dialSocket(t, base, DefaultAgents(1)[0])
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetWriteDeadline(time.Now().Add(patience))
			echoed := []byte(`[{"channel":"/meta/connect","clientId":"nobody","id":"` + strings.Repeat("x", 50000) + `"}]`)
			for err == nil {
				err = conn.WriteMessage(websocket.TextMessage, echoed)
			}
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatal("the socket stays open")
			}
			said.once(t, "wait for the client of a WebSocket")
			eventually(t, "nothing waits", func() bool { return s.waiting.Load() == 0 })
		})
	}
}

// TestSilentSocket: a socket on which nobody connects outlives no session.
func TestSilentSocket(t *testing.T) {
	const life = 30 * time.Millisecond
	_, base, _ := serveBound(t, Options{PollTimeout: life, SessionTimeout: life}, func(*limits) {})
	conn, _, err := dialSocket(t, base, DefaultAgents(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, _, err := conn.ReadMessage(); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("it stays open")
	}
}

func TestOutboxLimit(t *testing.T) {
	s, base, said := serveBound(t, Options{}, func(l *limits) { l.outbox = 4000 })
	s.hooks.noteDelay = time.Minute // they are not due while the test runs
	a := newActor(t, base, DefaultAgents(1)[0])
	a.dial("5990")
	for range 20 {
		a.must(newest(s, "5005"), "UpdateUserData", "userData", object{"long": strings.Repeat("x", 1000)})
	}
	said.once(t, "bytes of notifications to agent are not due yet")
	o := &s.agents[0].out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes > 4000 || len(o.queue) > 4 {
		t.Errorf("%d bytes in %d notifications wait", o.bytes, len(o.queue))
	}
}

func TestUserDataLimit(t *testing.T) {
	s, a := agentOf(t, Options{}, 0)
	a.dial("5990")
	half := strings.Repeat("x", 3<<20)
	at := newest(s, "5005")
	for _, key := range []string{"A", "B"} {
		a.must(at, "AttachUserData", "userData", object{key: half})
	}
	status, v := a.json(http.MethodPost, at, object{"operationName": "AttachUserData", "userData": object{"C": half}})
	if status == http.StatusOK || v["statusCode"] == 0.0 {
		t.Errorf("HTTP %d %v", status, v["statusCode"])
	}
}
