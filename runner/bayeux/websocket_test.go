package bayeux

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// socketFake is a Bayeux server over WebSocket that behaves, but for what a
// test takes over: on is asked first about each message, and n counts the
// messages of that channel over all sockets.
type socketFake struct {
	*httptest.Server
	on      func(p *peer, m map[string]any, n int) bool
	upgrade func(http.ResponseWriter, *http.Request) bool

	mu      sync.Mutex
	counts  map[string]int
	running sync.WaitGroup
}

type peer struct {
	*websocket.Conn
	held string // id of the connect that waits
}

func newSocketFake(t *testing.T, on func(p *peer, m map[string]any, n int) bool) *socketFake {
	t.Helper()
	f := &socketFake{on: on, counts: map[string]int{}}
	f.Server = httptest.NewUnstartedServer(f)
	t.Cleanup(func() {
		f.Close()
		f.running.Wait()
	})
	return f
}

func (f *socketFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.upgrade != nil && !f.upgrade(w, r) {
		return
	}
	f.running.Add(1)
	defer f.running.Done()
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	p := &peer{Conn: conn}
	for {
		var batch []map[string]any
		if conn.ReadJSON(&batch) != nil {
			return
		}
		for _, m := range batch {
			f.answer(p, m)
		}
	}
}

func (f *socketFake) answer(p *peer, m map[string]any) {
	channel, _ := m["channel"].(string)
	f.mu.Lock()
	f.counts[channel]++
	n := f.counts[channel]
	f.mu.Unlock()
	if f.on != nil && f.on(p, m, n) {
		return
	}
	switch id := m["id"].(string); {
	case channel == "/meta/handshake":
		p.greet(id, n)
	case channel == "/meta/connect" && m["advice"] == nil:
		p.held = id
	default:
		p.say(ok(channel, id))
	}
}

func (p *peer) say(messages ...string) {
	_ = p.WriteMessage(websocket.TextMessage, []byte("["+strings.Join(messages, ",")+"]"))
}

func (p *peer) greet(id any, n int) {
	p.say(fmt.Sprintf(`{"channel":"/meta/handshake","id":%q,"successful":true,"version":"1.0",`+
		`"supportedConnectionTypes":["websocket"],"clientId":"client%d"}`, id, n))
}

func ok(channel string, id any) string {
	return fmt.Sprintf(`{"channel":%q,"id":%q,"successful":true}`, channel, id)
}

// heldConnect makes a script for the n-th connect that is to be held.
func heldConnect(n int, answer func(*peer, map[string]any)) func(*peer, map[string]any, int) bool {
	return func(p *peer, m map[string]any, count int) bool {
		if m["channel"] != "/meta/connect" || count != n+1 {
			return false
		}
		answer(p, m)
		return true
	}
}

func playSocket(t *testing.T, f *socketFake) (*Session, *recorder) {
	t.Helper()
	f.Start()
	r := newRecorder()
	return dial(t, Options{
		URL: f.URL + "/api/v2/notifications", Transport: WebSocket, RequestTimeout: 5 * time.Second, Observe: r.add, MaxBody: 50_000,
	}), r
}

func TestAGoodSocket(t *testing.T) {
	f := newSocketFake(t, func(p *peer, m map[string]any, _ int) bool {
		switch m["channel"] {
		case "/meta/handshake": // events may come before the first connect
			p.greet(m["id"], 1)
			p.say(event(1))
			return true
		case "/meta/subscribe":
			p.say(event(2), ok("/meta/subscribe", m["id"]))
			p.say(event(3))
			_ = p.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			return true
		}
		return false
	})
	s, r := playSocket(t, f)
	if err := s.Subscribe(t.Context(), calls); err != nil {
		t.Fatal(err)
	}
	r.awaitCount(t, KindEvent, "", 3)
	r.awaitCount(t, KindSent, "/meta/connect", 2)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	r.none(t, KindGap)
	r.none(t, KindFault)
	for _, x := range r.all() {
		if x.Transport != WebSocket || x.HTTPStatus != 0 || x.Kind != KindState && !json.Valid(x.Raw) {
			t.Errorf("observation %+v", x)
		}
	}
}

func TestABrokenSocketIsDialledAgain(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(*peer, map[string]any)
		gap   string
		fault string
	}{
		"no close frame": {func(p *peer, _ map[string]any) { p.Close() }, "without a close frame", ""},
		"close frame": {func(p *peer, _ map[string]any) {
			_ = p.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1012, "restart"), time.Now().Add(time.Second))
		}, "code 1012 restart", ""},
		"not WebSocket": {func(p *peer, _ map[string]any) { _, _ = p.NetConn().Write([]byte("HTTP/1.1 500 oops\r\n\r\n")) }, "not the WebSocket protocol", "not the WebSocket protocol"},
		"too large":     {func(p *peer, _ map[string]any) { p.say(`{"x":"` + strings.Repeat("x", 60_000) + `"}`) }, "longer than 50000 bytes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, r := playSocket(t, newSocketFake(t, heldConnect(1, c.end)))
			sent := r.awaitCount(t, KindSent, "/meta/connect", 3)
			r.await(t, KindGap, c.gap)
			if n := len(r.find(KindGap, "")); n != 1 {
				t.Errorf("%d gaps in:\n%s", n, r)
			}
			if c.fault != "" {
				r.await(t, KindFault, c.fault)
			}
			if !strings.Contains(string(sent[2].Raw), `"client1"`) || s.Number() != 1 {
				t.Errorf("after the reconnect: session %d, %s", s.Number(), sent[2].Raw)
			}
		})
	}
}

func TestANewSocketMayNeedAHandshake(t *testing.T) {
	f := newSocketFake(t, func(p *peer, m map[string]any, n int) bool {
		switch {
		case m["channel"] == "/meta/connect" && n == 2:
			p.Close()
		case m["channel"] == "/meta/connect" && n == 3:
			p.say(fmt.Sprintf(`{"channel":"/meta/connect","id":%q,"successful":false,"error":"402::session_unknown","advice":{"reconnect":"handshake"}}`, m["id"]))
		default:
			return false
		}
		return true
	})
	s, r := playSocket(t, f)
	r.await(t, KindState, "established again")
	if s.Number() != 2 || s.ClientID() != "client2" {
		t.Errorf("session %d of %s", s.Number(), s.ClientID())
	}
}

func TestASocketWithoutHeartbeat(t *testing.T) {
	f := newSocketFake(t, func(p *peer, m map[string]any, n int) bool {
		if m["channel"] == "/meta/connect" && n == 1 {
			p.say(strings.TrimSuffix(ok("/meta/connect", m["id"]), "}") + `,"advice":{"timeout":50}}`)
			return true
		}
		return false // held for ever
	})
	f.Start()
	r := newRecorder()
	dial(t, Options{URL: f.URL, Transport: WebSocket, PollMargin: 50 * time.Millisecond, Observe: r.add})
	r.awaitCount(t, KindGap, "no reply to /meta/connect in time", 2)
	r.none(t, KindFault)
	oneConnect(t, r)
}

func TestOddFrames(t *testing.T) {
	s, r := playSocket(t, newSocketFake(t, heldConnect(1, func(p *peer, m map[string]any) {
		for _, text := range []string{"", "<html>", "[", `{"channel":"/x","data":1}`, strings.Repeat("[", 40_000), "[{\"channel\":\"/x\",\"data\":\"\xff\"}]"} {
			_ = p.WriteMessage(websocket.TextMessage, []byte(text))
		}
		_ = p.WriteMessage(websocket.BinaryMessage, []byte(`[{"channel":"/x","data":2}]`))
		p.say(ok("/meta/connect", m["id"]))
	})))
	r.awaitCount(t, KindReply, "/meta/connect", 2)
	for _, words := range []string{"empty body", "<html>", "UTF-8", "binary"} {
		r.await(t, KindFault, words)
	}
	for _, words := range []string{"empty body", "not JSON", "max depth"} { // each may have held events
		r.await(t, KindGap, words)
	}
	if n := len(r.find(KindEvent, "/x")); n != 3 {
		t.Errorf("%d events in:\n%s", n, r)
	}
	if s.Number() != 1 || len(r.find(KindGap, "")) != 4 {
		t.Errorf("the session suffered:\n%s", r)
	}
}

func TestTheUpgradeIsRefused(t *testing.T) {
	for status, kind := range map[int]ErrorKind{401: Refused, 403: Refused, 404: NotOffered, 400: NotOffered, 200: NotOffered, 503: Unreachable} {
		f := newSocketFake(t, nil)
		f.upgrade = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			_, _ = w.Write([]byte("no\nsockets"))
			return false
		}
		f.Start()
		r := newRecorder()
		_, err := Dial(t.Context(), Options{URL: f.URL, Transport: WebSocket, Observe: r.add})
		wantError(t, err, kind, fmt.Sprintf("HTTP %d instead of 101: no sockets", status))
		if got := r.await(t, KindFault, ""); got.HTTPStatus != status {
			t.Errorf("observed %+v", got)
		}
	}
}

func TestAnUpgradeWithWrongHeaders(t *testing.T) {
	f := newSocketFake(t, nil)
	f.upgrade = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
		return false
	}
	f.Start()
	_, err := Dial(t.Context(), Options{URL: f.URL, Transport: WebSocket})
	wantError(t, err, Protocol, "RFC 6455")
}

func TestCredentialsRefusedOnReconnectEndTheSession(t *testing.T) {
	f := newSocketFake(t, heldConnect(1, func(p *peer, _ map[string]any) { p.Close() }))
	first := make(chan struct{}, 1)
	first <- struct{}{}
	f.upgrade = func(w http.ResponseWriter, _ *http.Request) bool {
		select {
		case <-first:
			return true
		default:
			w.WriteHeader(http.StatusForbidden)
			return false
		}
	}
	s, r := playSocket(t, f)
	<-s.Done()
	wantError(t, s.Err(), Refused, "HTTP 403")
	r.await(t, KindState, "ended: connect: no WebSocket")
}

func TestTheUpgradeCarriesCredentialsAndCookies(t *testing.T) {
	f := newSocketFake(t, nil)
	seen := make(chan string, 1)
	f.upgrade = func(_ http.ResponseWriter, r *http.Request) bool {
		seen <- r.Header.Get("Authorization") + " " + r.Header.Get("Cookie")
		return true
	}
	f.StartTLS()
	roots := x509.NewCertPool()
	roots.AddCert(f.Certificate())
	jar, _ := cookiejar.New(nil)
	u, _ := url.Parse(f.URL)
	jar.SetCookies(u, []*http.Cookie{{Name: "JSESSIONID", Value: "1", Path: "/"}})
	o := Options{
		URL: f.URL, Transport: WebSocket, TLS: &tls.Config{RootCAs: roots}, Jar: jar,
		Prepare: func(r *http.Request) { r.Header.Set("Authorization", "Basic x") },
	}
	dial(t, o)
	if got := <-seen; got != "Basic x JSESSIONID=1" {
		t.Error(got)
	}
	o.TLS = nil
	_, err := Dial(t.Context(), o)
	wantError(t, err, Unreachable, "TLS")
}

func TestTheContextEndsTheSocket(t *testing.T) {
	f := newSocketFake(t, nil)
	f.Start()
	r := newRecorder()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Dial(ctx, Options{URL: f.URL, Transport: WebSocket, Observe: r.add})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-s.Done()
	wantError(t, s.Err(), Ended, "given up")
	r.none(t, KindGap)
}

func TestASubscribeOverASocketThatBreaks(t *testing.T) {
	s, r := playSocket(t, newSocketFake(t, func(p *peer, m map[string]any, n int) bool {
		if m["channel"] == "/meta/subscribe" && n == 1 {
			p.Close()
			return true
		}
		return false
	}))
	wantError(t, s.Subscribe(t.Context(), calls), Unreachable, "closed before the reply")
	if err := s.Subscribe(t.Context(), calls); err != nil {
		t.Error(err)
	}
	if n := len(r.find(KindGap, "")); n != 1 {
		t.Errorf("%d gaps in:\n%s", n, r)
	}
}
