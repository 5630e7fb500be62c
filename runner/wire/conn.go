package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/voicespec/voicespec/runner/jsontext"
)

// Manners is what is known of how a server deals with connections. All clients of a run share one.
type Manners struct{ closes atomic.Bool }

// Closes reports whether the server closes connections that it has not said it would. It may do so at any time; but
// whoever sends an operation at that moment does not know what became of it. So no connection is used twice then.
func (m *Manners) Closes() bool { return m != nil && m.closes.Load() }

// Transport makes the connections of t show how answers are framed, and sends requests over it.
func Transport(t *http.Transport, m *Manners) http.RoundTripper {
	dial := t.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: c, manners: m}, nil
	}
	config, limit := t.TLSClientConfig, t.TLSHandshakeTimeout
	t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		secured, err := secure(ctx, c, config, address, limit)
		if err != nil {
			c.Close()
			return nil, err
		}
		return &conn{Conn: secured, manners: m}, nil
	}
	return &transport{Transport: t, manners: m}
}

// secure is what net/http does of itself where nobody dials for it.
func secure(ctx context.Context, c net.Conn, config *tls.Config, address string, limit time.Duration) (net.Conn, error) {
	own := &tls.Config{MinVersion: tls.VersionTLS12}
	if config != nil {
		own = config.Clone()
	}
	if own.ServerName == "" {
		own.ServerName, _, _ = net.SplitHostPort(address)
	}
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	secured := tls.Client(c, own)
	err := secured.HandshakeContext(ctx)
	return secured, err
}

type transport struct {
	*http.Transport

	manners *Manners
}

// RoundTrip sends a request, and looks at how its answer is framed where its context wants it.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	seen, watched := r.Context().Value(seenKey{}).(*Seen)
	if watched {
		var on *conn
		r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if c, ours := info.Conn.(*conn); ours {
				c.begin()
				on = c
			}
		}}))
		defer func() { seen.note(on) }()
	}
	if t.manners.Closes() {
		once := *r
		once.Close = true
		r = &once
	}
	resp, err := t.Transport.RoundTrip(r)
	if watched && err == nil {
		seen.answered(resp)
	}
	return resp, err
}

// Seen is how the answer to a request was framed.
type Seen struct {
	mu    sync.Mutex
	flaws []string
	on    *conn
}

type seenKey struct{}

// Watch is a context with which a request is sent whose answer is looked at.
func Watch(ctx context.Context) (context.Context, *Seen) {
	s := &Seen{}
	return context.WithValue(ctx, seenKey{}, s), s
}

func (s *Seen) note(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = c
}

func (s *Seen) answered(resp *http.Response) {
	var flaws []string
	if resp.StatusCode < 100 || resp.StatusCode > 599 {
		code, _, _ := strings.Cut(resp.Status, " ")
		flaws = append(flaws, jsontext.HTTP+"the status line has the code "+cut(code)+", which is none from 100 to 599")
	}
	if resp.ProtoMajor != 1 {
		flaws = append(flaws, jsontext.HTTP+"the status line says "+cut(resp.Proto)+" to a request of HTTP/1.1")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flaws = flaws
}

func cut(text string) string { return text[:min(len(text), 40)] }

// Flaws are what is wrong with how the last answer was framed.
func (s *Seen) Flaws() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.on == nil {
		return s.flaws
	}
	return append(slices.Clip(s.flaws), framing(s.on.answerHead())...)
}

// framing reads what net/http mends without a word.
func framing(head []byte) []string {
	fields := map[string][]string{}
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			name = strings.ToLower(name)
			fields[name] = append(fields[name], strings.TrimSpace(value))
		}
	}
	if len(fields["transfer-encoding"]) > 0 && len(fields["content-length"]) > 0 {
		return []string{jsontext.HTTP + "Content-Length stands beside Transfer-Encoding"}
	}
	return nil
}

// maxHead is as much of the head of an answer as is looked at.
const maxHead = 64 << 10

// idle is how long a connection that nobody uses may be expected to stay.
const idle = 450 * time.Millisecond

// conn keeps the head of the answer to the last request.
type conn struct {
	net.Conn

	manners *Manners
	mu      sync.Mutex
	head    []byte
	whole   bool // the head is
	used    int
	last    time.Time // of the last byte
}

// begin says that a request is about to be sent.
func (c *conn) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.head, c.whole = nil, false
	c.used++
}

func (c *conn) answerHead() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > 0 {
		c.keep(p[:n])
		c.last = time.Now()
	}
	if err != nil {
		c.ended(err)
	}
	return n, err
}

// keep takes what belongs to the head. The caller holds mu.
func (c *conn) keep(part []byte) {
	if c.whole || c.used == 0 || len(c.head) > maxHead {
		return
	}
	c.head = append(c.head, part...)
	for {
		end := bytes.Index(c.head, []byte("\r\n\r\n"))
		switch {
		case end < 0:
			return
		case bytes.HasPrefix(c.head, []byte("HTTP/1.1 1")): // an interim answer, and the answer follows
			c.head = c.head[end+4:]
			continue
		}
		c.head, c.whole = c.head[:end], true
		return
	}
}

// ended notes a connection that the server closed although it had not said so. The caller holds mu.
func (c *conn) ended(err error) {
	if c.manners == nil || !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		return
	}
	before := c.whole || c.used > 1 && len(c.head) == 0 // between two answers
	head := bytes.ToLower(c.head)
	said := bytes.Contains(head, []byte("\r\nconnection: close")) || bytes.HasPrefix(head, []byte("http/1.0"))
	framed := bytes.Contains(head, []byte("\r\ncontent-length:")) || bytes.Contains(head, []byte("\r\ntransfer-encoding:"))
	if before && !said && (framed || !c.whole) && time.Since(c.last) < idle {
		c.manners.closes.Store(true)
	}
}
