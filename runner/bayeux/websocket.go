package bayeux

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/voicespec/voicespec/runner/wire"
)

// socketLink is WebSocket. Its read loop drives everything: events come at any
// time, and a connect is no more than the heartbeat. A broken socket is dialled
// again with the next batch, and the session goes on with the same clientId.
type socketLink struct {
	s       *Session
	dialing sync.Mutex
	writing sync.Mutex
	readers sync.WaitGroup

	mu     sync.Mutex
	now    *socket
	closed bool
}

type socket struct {
	conn *websocket.Conn
	gone chan struct{} // the read loop is over
	ours bool          // closed by us: nothing is lost; under the link's mu
}

func newSocketLink(s *Session) *socketLink { return &socketLink{s: s} }

func (l *socketLink) current() (*socket, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.now != nil {
		select {
		case <-l.now.gone:
			l.now = nil
		default:
		}
	}
	return l.now, l.closed
}

func (l *socketLink) ready(ctx context.Context) *failure {
	l.dialing.Lock()
	defer l.dialing.Unlock()
	k, closed := l.current()
	switch {
	case k != nil:
		return nil
	case closed:
		return &failure{kind: Ended, text: "the session was closed"}
	}
	conn, f := l.dial(ctx)
	if f != nil {
		return f
	}
	conn.SetReadLimit(l.s.o.MaxBody)
	k = &socket{conn: conn, gone: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.s.ctx.Err() != nil {
		conn.Close()
		return &failure{kind: Ended, text: "the session was closed"}
	}
	l.now = k
	l.readers.Add(1)
	go l.read(k)
	return nil
}

func (l *socketLink) dial(ctx context.Context) (*websocket.Conn, *failure) {
	o := l.s.o
	ctx, cancel := context.WithTimeout(ctx, o.RequestTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.URL, http.NoBody)
	if err != nil {
		return nil, &failure{kind: Invalid, text: "the URL cannot be read"}
	}
	o.Prepare(req)
	to := *req.URL
	to.Scheme = strings.Replace(to.Scheme, "http", "ws", 1)
	var upgrade *bounded
	dialer := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: o.TLS.Clone(), HandshakeTimeout: o.RequestTimeout, Jar: o.Jar,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			upgrade = &bounded{Conn: conn, left: maxUpgrade}
			return upgrade, nil
		},
	}
	var conn *websocket.Conn
	var resp, refused *http.Response
	for try := 0; ; try++ {
		conn, resp, err = dialer.DialContext(ctx, to.String(), req.Header)
		if err == nil {
			upgrade.open.Store(true)
			return conn, nil
		}
		if resp == nil && refused != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, noUpgrade(refused) // its time went into waiting, as it was asked to
		}
		refused = resp
		if resp == nil || o.Again == nil || !o.Again(ctx, resp, try) {
			break
		}
	}
	if errors.Is(err, errUpgradeTooLong) {
		return nil, &failure{kind: Protocol, text: fmt.Sprintf("no WebSocket: the answer to the upgrade is longer than %d bytes", maxUpgrade)}
	}
	if resp == nil || !errors.Is(err, websocket.ErrBadHandshake) {
		return nil, broken(ctx, req, err)
	}
	return nil, noUpgrade(resp)
}

func noUpgrade(resp *http.Response) *failure {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxText+1)) // gorilla keeps its first 1024 bytes
	f := statusFailure(answer{status: resp.StatusCode, header: resp.Header})
	f.text = fmt.Sprintf("no WebSocket: HTTP %d instead of 101%s", resp.StatusCode, quoted(body))
	switch {
	case resp.StatusCode == http.StatusSwitchingProtocols:
		f.text = "no WebSocket: the headers of the upgrade are not those of RFC 6455"
	case f.kind == Protocol:
		f.kind = NotOffered
	}
	return f
}

func (l *socketLink) send(ctx context.Context, _ int, body []byte, batch []*call) *failure {
	k, _ := l.current()
	if k == nil {
		return &failure{kind: Unreachable, text: "the WebSocket is closed", gapSeen: true}
	}
	l.writing.Lock()
	err := errors.Join(
		k.conn.SetWriteDeadline(time.Now().Add(l.s.o.RequestTimeout)),
		k.conn.WriteMessage(websocket.TextMessage, body),
	)
	l.writing.Unlock()
	if err != nil {
		k.conn.Close() // the read loop tells
		<-k.gone
	}
	for _, c := range batch {
		select {
		case <-c.done:
			continue
		case <-k.gone:
		case <-ctx.Done():
		}
		if c.answered() {
			continue
		}
		return l.unanswered(ctx, k, c)
	}
	return nil
}

func (l *socketLink) unanswered(ctx context.Context, k *socket, c *call) *failure {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		if c.Channel == "/meta/connect" { // no heartbeat: what is left of the connection is of no use
			l.mu.Lock()
			k.ours = true
			l.mu.Unlock()
			k.conn.Close()
		}
		return &failure{kind: Unreachable, text: "no reply to " + c.Channel + " in time"}
	case ctx.Err() != nil:
		return &failure{kind: Ended, text: "given up"}
	}
	return &failure{kind: Unreachable, text: "the WebSocket was closed before the reply to " + c.Channel, gapSeen: true}
}

func (l *socketLink) read(k *socket) {
	defer l.readers.Done()
	defer close(k.gone)
	defer k.conn.Close()
	defer context.AfterFunc(l.s.ctx, func() { k.conn.Close() })()
	for {
		kind, body, err := k.conn.ReadMessage()
		from := origin{session: l.s.Number(), at: time.Now()}
		if err != nil {
			l.broke(k, from, err)
			return
		}
		body, from.flaws = wire.Body(nil, body, l.s.o.MaxBody)
		if kind != websocket.TextMessage {
			from.flaws = append(from.flaws, "a binary frame: Bayeux is text")
		}
		if err := l.s.receive(from, body); err != nil { // which is observed there
			l.s.obs.emit(from.observation(KindGap, "", "events may be lost: a frame is "+err.Error(), nil))
		}
	}
}

// broke tells why the read loop ended, unless we ended it.
func (l *socketLink) broke(k *socket, from origin, err error) {
	l.mu.Lock()
	ours := k.ours || l.closed
	l.mu.Unlock()
	if ours || !l.s.alive() { // a server may close the socket after a disconnect
		return
	}
	var (
		closed *websocket.CloseError
		text   = "the connection broke: " + cause(l.address(), err)
		fault  string
	)
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		text = fmt.Sprintf("a frame is longer than %d bytes, more than is read", l.s.o.MaxBody)
	case errors.As(err, &closed) && closed.Code == websocket.CloseAbnormalClosure:
		text = "the server ended the connection without a close frame"
	case errors.As(err, &closed):
		text = fmt.Sprintf("the server closed the WebSocket with code %d %s", closed.Code, short(closed.Text, 100))
	case strings.HasPrefix(err.Error(), "websocket: "):
		fault = "not the WebSocket protocol: " + short(err.Error(), 100)
		text = fault
	}
	if fault != "" {
		x := from.observation(KindFault, "", fault, nil)
		x.Whole = true
		l.s.obs.emit(x)
	}
	l.s.obs.emit(from.observation(KindGap, "", "events may be lost: "+strings.TrimSpace(text), nil))
}

func (l *socketLink) address() *url.URL {
	u, err := url.Parse(l.s.o.URL)
	if err != nil { // Dial has read it before
		return &url.URL{}
	}
	return u
}

func (l *socketLink) close() {
	l.mu.Lock()
	l.closed = true
	k := l.now
	l.mu.Unlock()
	if k != nil {
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = k.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(closeGrace/4)) // a courtesy
		k.conn.Close()
	}
	l.readers.Wait()
}
