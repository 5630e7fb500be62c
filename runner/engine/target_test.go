package engine_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// start runs a reference server with its target file.
func start(t testing.TB, o reference.Options, stations int) (*reference.Server, *config.Target) {
	t.Helper()
	o.Agents = reference.DefaultAgents(stations)
	server, err := reference.New(o)
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, matrix.Target(url, o.Agents)
}

// impatient are budgets with which a broken server is told within seconds, and which a good one
// meets on a busy machine.
var impatient = config.Budgets{Connect: 2 * time.Second, Request: 2 * time.Second, Event: 2 * time.Second, Quiet: 50 * time.Millisecond}

// rogue is a server that behaves like the reference server until the first operation that it is
// told to wait for, and from then on as it likes.
type rogue struct {
	server  *reference.Server
	next    http.Handler
	listen  *httptest.Server
	over    chan struct{} // closed at the end, so that nothing that is held outlives the test
	spoilt  atomic.Bool
	mu      sync.Mutex
	held    []net.Conn
	trigger func(*http.Request) bool
	spoil   func(*rogue, http.ResponseWriter, *http.Request) bool // false: as a good server does
}

// newRogue listens. spoil is asked for every request from the first one on that trigger takes.
func newRogue(t testing.TB, trigger func(*http.Request) bool, spoil func(*rogue, http.ResponseWriter, *http.Request) bool) (*rogue, *config.Target) {
	t.Helper()
	agents := reference.DefaultAgents(1)
	server, err := reference.New(reference.Options{Agents: agents})
	if err != nil {
		t.Fatal(err)
	}
	r := &rogue{server: server, next: server.Handler(), over: make(chan struct{}), trigger: trigger, spoil: spoil}
	r.listen = httptest.NewServer(r)
	target := matrix.Target(r.listen.URL, agents)
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
	if !r.spoilt.Load() && r.trigger(req) {
		r.spoilt.Store(true)
	}
	if r.spoilt.Load() && r.spoil(r, w, req) {
		return
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
