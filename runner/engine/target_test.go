package engine_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
)

// start runs a reference server with its target file.
func start(t testing.TB, o reference.Options, stations int) (*reference.Server, *config.Target) {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, target
}

// impatient are budgets with which a broken server is told within seconds. They bound what is broken
// anyway, so that a busy machine can make no test fail by them.
var impatient = config.Budgets{Connect: time.Second, Request: time.Second, Event: 500 * time.Millisecond, Quiet: 50 * time.Millisecond}

// unhurried is the time of a request where nothing is held back: a busy machine may take more than a second.
const unhurried = 20 * time.Second

// rogue is a server that behaves like the reference server until the first operation on a call, and
// from then on as it likes.
type rogue struct {
	next   http.Handler
	listen *httptest.Server
	over   chan struct{} // closed at the end, so that nothing that is held outlives the test
	spoilt atomic.Bool
	spoil  func(*rogue, http.ResponseWriter, *http.Request) bool // false: as a good server does
	frame  func(net.Conn)                                        // in place of what is written to a WebSocket

	mu   sync.Mutex
	held []net.Conn
}

// newRogue listens. spoil is asked for every request from the first operation on a call on.
func newRogue(t testing.TB, spoil func(*rogue, http.ResponseWriter, *http.Request) bool) (*rogue, *config.Target) {
	t.Helper()
	agents := reference.DefaultAgents(1)
	server, err := reference.New(reference.Options{Agents: agents})
	if err != nil {
		t.Fatal(err)
	}
	r := &rogue{next: server.Handler(), over: make(chan struct{}), spoil: spoil}
	r.listen = httptest.NewServer(r)
	target := embedded.Target(r.listen.URL, agents)
	target.Budgets = impatient
	t.Cleanup(func() {
		close(r.over)
		r.drop()
		r.listen.CloseClientConnections()
		r.listen.Close()
		_ = server.Close()
	})
	return r, target
}

// ServeHTTP is the reference server's until it is spoilt.
func (r *rogue) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Method == http.MethodPost && strings.Contains(req.URL.Path, "/me/calls/") {
		r.spoilt.Store(true)
	}
	if r.spoilt.Load() && r.spoil != nil && r.spoil(r, w, req) {
		return
	}
	if r.frame != nil && req.Header.Get("Upgrade") != "" {
		w = &upgrade{w, r}
	}
	r.next.ServeHTTP(w, req)
}

// hijack takes the connection over; it is closed at the end of the test at the latest.
func (r *rogue) hijack(w http.ResponseWriter) *net.TCPConn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	r.mu.Lock()
	r.held = append(r.held, conn)
	r.mu.Unlock()
	tcp, _ := conn.(*net.TCPConn)
	return tcp
}

func (r *rogue) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.held {
		_ = c.Close()
	}
}

// upgrade hands out a connection whose frames are spoilt.
type upgrade struct {
	http.ResponseWriter
	rogue *rogue
}

// Hijack is called by the reference server when it upgrades to WebSocket.
func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	s := &spoiltConn{Conn: conn, rogue: u.rogue}
	return s, bufio.NewReadWriter(rw.Reader, bufio.NewWriter(s)), nil
}

type spoiltConn struct {
	net.Conn
	rogue *rogue
	once  sync.Once
}

// Write spoils the first frame after the first operation on a call, and swallows the others.
func (c *spoiltConn) Write(b []byte) (int, error) {
	if !c.rogue.spoilt.Load() {
		return c.Conn.Write(b)
	}
	c.once.Do(func() { c.rogue.frame(c.Conn) })
	return len(b), nil
}
