package reference

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// limits bound what clients can make a server hold. No client that reads what
// it asked for comes near them.
type limits struct {
	connections int
	sessions    int // Bayeux
	events      int // that wait for one session
	bytes       int // of events that wait for one session, or one socket
	total       int // bytes of events that wait for anybody
	outbox      int // bytes of one agent's notifications that are not due yet

	header, body, idle time.Duration // how long a request, its body, and the next request may take
	write              time.Duration // how long a client may take to read an answer
}

// connectionsEach is how many a person may use: a poll, requests side by side, a second browser.
const connectionsEach = 6

func defaultLimits(people int) limits {
	return limits{
		connections: 2000 + connectionsEach*people, sessions: 10000, events: 10000, bytes: 16 << 20, total: 64 << 20, outbox: 32 << 20,
		header: 10 * time.Second, body: 30 * time.Second, idle: 5 * time.Minute, write: 30 * time.Second,
	}
}

// warnAgain is how often the same limit is told of.
const warnAgain = time.Minute

// warnings tell whoever runs the server that a limit was hit: one sentence for
// each kind, and not for each of the thousand clients that hit it.
type warnings struct {
	tell func(string)
	mu   sync.Mutex
	told map[string]time.Time
}

func (w *warnings) say(kind, format string, args ...any) {
	if w.tell == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); now.Sub(w.told[kind]) >= warnAgain {
		w.told[kind] = now
		w.tell(fmt.Sprintf(format, args...))
	}
}

// boundListener refuses connections beyond the limit.
type boundListener struct {
	net.Listener
	server *Server
}

// Accept waits for a connection that may stay.
func (l *boundListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp, is := conn.(*net.TCPConn)
		if !is {
			return conn, nil
		}
		open := &l.server.open
		if open.Add(1) <= int64(l.server.limits.connections) {
			return &boundConn{TCPConn: tcp, leave: sync.OnceFunc(func() { open.Add(-1) })}, nil
		}
		open.Add(-1)
		l.server.warnings.say("connections", "%d connections are open, which is the limit: further ones are refused with HTTP 503 until some end",
			l.server.limits.connections)
		_, _ = io.WriteString(tcp, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		_ = tcp.Close()
	}
}

// boundConn is a connection that counts until it is closed. It embeds the TCP
// connection itself, since net/http half-closes it.
type boundConn struct {
	*net.TCPConn
	leave func()
}

// Close closes the connection.
func (c *boundConn) Close() error {
	c.leave()
	return c.TCPConn.Close()
}

// boundBody lets the read deadline of a request body end with the body. A
// ReadTimeout of the server would go on and end the polls that are held.
type boundBody struct {
	io.ReadCloser
	server  *Server
	control *http.ResponseController
}

// Read reads, and lifts the deadline at the end of the body. Otherwise it
// stays, for what net/http reads behind the answer.
func (b *boundBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		_ = b.control.SetReadDeadline(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.server.warnings.say("body", "a request body did not come within %s: its connection is closed", b.server.limits.body)
	}
	return n, err
}

// bindBody gives the body of a request its time.
func (s *Server) bindBody(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(s.limits.body)) // only a recorder of a test has none
	r.Body = &boundBody{ReadCloser: r.Body, server: s, control: control}
}

// bindAnswer gives a client its time to read an answer.
func (s *Server) bindAnswer(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.limits.write))
}
