package voiceapi

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func wantFault(t *testing.T, x Exchange, kind, words string) {
	t.Helper()
	if x.Fault == nil || x.Fault.Kind != kind || !strings.Contains(x.Fault.Text, words) {
		t.Errorf("fault %+v; wanted %s with %q", x.Fault, kind, words)
		return
	}
	if strings.Contains(x.Fault.Text, password) || strings.ContainsAny(x.Fault.Text, "\r\n") {
		t.Errorf("text %q", x.Fault.Text)
	}
}

// rawServer serves raw bytes: each connection is read up to its first request, and
// then handed over.
func rawServer(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				if _, err := conn.Read(make([]byte, 64<<10)); err == nil {
					handle(conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return "http://" + l.Addr().String()
}

// drip writes one byte at a time until the other end is gone.
func drip(conn net.Conn) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := conn.Write([]byte("x")); err != nil {
			return
		}
		<-tick.C
	}
}

func hurried(o *Options) { o.RequestTimeout = 100 * time.Millisecond }

func TestBrokenAnswers(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct {
		handle func(net.Conn)
		kind   string
		words  string
		status int
	}{
		"no answer":      {func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }, FaultTimeout, "within 100ms", 0},
		"slow headers":   {drip, FaultTimeout, "within 100ms", 0},
		"slow body":      {func(conn net.Conn) { fmt.Fprint(conn, head+"Content-Length: 100000\r\n\r\n"); drip(conn) }, FaultTimeout, "within 100ms", 200},
		"endless body":   {func(conn net.Conn) { fmt.Fprint(conn, head+"\r\n"); flood(conn) }, FaultTooLarge, "1000 bytes", 200},
		"endless header": {func(conn net.Conn) { fmt.Fprint(conn, head+"X: "); flood(conn) }, FaultTooLarge, "header", 0},
		"reset":          {reset, FaultReset, "not known", 0},
		"reset in the body": {func(conn net.Conn) {
			fmt.Fprint(conn, head+"Content-Length: 10\r\n\r\n{")
			conn.(*net.TCPConn).CloseWrite()
		}, FaultReset, "not known", 200},
		"EOF": {func(net.Conn) {}, FaultReset, "not known", 0},
		"switched": {func(conn net.Conn) {
			fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
			_, _ = conn.Read(make([]byte, 1))
		}, FaultProtocol, "HTTP 101", 101},
		"another protocol": {func(conn net.Conn) { fmt.Fprint(conn, "SSH-2.0-x\r\n\r\n") }, FaultProtocol, "not HTTP", 0},
		"echoed secrets": {func(conn net.Conn) {
			fmt.Fprintf(conn, "%s %s\r\n\r\n", password, base64.StdEncoding.EncodeToString([]byte("agent:"+password)))
		}, FaultProtocol, "not HTTP", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var times atomic.Int32
			base := rawServer(t, func(conn net.Conn) {
				times.Add(1)
				c.handle(conn)
			})
			cl := client(t, base, func(o *Options) {
				o.MaxBody = 1000
				if c.kind == FaultTimeout {
					hurried(o)
				}
			})
			x := cl.Do(t.Context(), Request{Method: "POST", Path: "/me", Body: []byte("{}")})
			wantFault(t, x, c.kind, c.words)
			if x.Status != c.status || len(x.Body) > 1000 || x.AnsweredAt.IsZero() {
				t.Errorf("HTTP %d with %d bytes", x.Status, len(x.Body))
			}
			if encoded := base64.StdEncoding.EncodeToString([]byte("agent:" + password)); strings.Contains(x.Fault.Text, encoded) {
				t.Errorf("credentials in %q", x.Fault.Text)
			}
			if times.Load() != 1 {
				t.Errorf("sent %d times", times.Load())
			}
			cl.Close()
		})
	}
}

func flood(conn net.Conn) {
	big := make([]byte, 64<<10)
	for i := range big {
		big[i] = 'x'
	}
	for {
		if _, err := conn.Write(big); err != nil {
			return
		}
	}
}

func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// A connection that was used before is where net/http repeats requests.
func TestAnOperationIsNeverRepeated(t *testing.T) {
	for _, body := range []string{"", `{"operationName":"Answer"}`} {
		var posts atomic.Int32
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				return
			}
			posts.Add(1)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
		})
		c := client(t, s.URL)
		if x := c.Do(t.Context(), Request{Path: "/me"}); x.Fault != nil {
			t.Fatal(x.Fault)
		}
		x := c.Do(t.Context(), Request{Method: "POST", Path: "/me", Body: []byte(body), Header: http.Header{"Idempotency-Key": {"1"}}})
		wantFault(t, x, FaultReset, "")
		if posts.Load() != 1 {
			t.Errorf("%d POSTs", posts.Load())
		}
	}
}

func TestUnreachable(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	wantFault(t, client(t, s.URL).Do(t.Context(), Request{Path: "/me"}), FaultRefused, "refuses connections")
	wantFault(t, client(t, "http://no..such.host").Do(t.Context(), Request{Path: "/me"}), FaultDNS, "no..such.host")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, client(t, s.URL).Do(ctx, Request{Path: "/me"}), FaultCanceled, "")
	over, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	wantFault(t, client(t, s.URL).Do(over, Request{Path: "/me"}), FaultCanceled, "no more time") // not the server's
	wantFault(t, client(t, s.URL).Do(t.Context(), Request{Method: "BAD METHOD"}), FaultProtocol, "method")
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer s.Close()
	s.Config.ErrorLog = nil
	wantFault(t, client(t, s.URL).Do(t.Context(), Request{Path: "/me"}), FaultTLS, "certificate")
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	wantFault(t, client(t, strings.Replace(plain.URL, "http", "https", 1)).Do(t.Context(), Request{Path: "/me"}), FaultTLS, "")
	trusting := client(t, s.URL, func(o *Options) {
		o.TLS = s.Client().Transport.(*http.Transport).TLSClientConfig
		o.TLS.MinVersion = tls.VersionTLS12
	})
	if x := trusting.Do(t.Context(), Request{Path: "/me"}); x.Fault != nil {
		t.Error(x.Fault)
	}
	if trusting.TLS() == nil {
		t.Error("no TLS configuration for the Bayeux client")
	}
}

func TestRedirects(t *testing.T) {
	var elsewhere atomic.Int32
	other := serve(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	var here *httptest.Server
	here = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case Root + "/once":
			w.Header().Set("Set-Cookie", "way=1")
			http.Redirect(w, r, Root+"/end", http.StatusFound)
		case Root + "/other":
			http.Redirect(w, r, strings.Replace(other.URL, "http://", "http://user:hidden@", 1), http.StatusFound)
		case Root + "/loop":
			http.Redirect(w, r, here.URL+Root+"/loop", http.StatusTemporaryRedirect)
		case Root + "/nowhere":
			w.WriteHeader(http.StatusFound)
		case Root + "/end":
			fmt.Fprint(w, asked(r))
		}
	})
	c := client(t, here.URL)
	get := func(path string) Exchange { return c.Do(t.Context(), Request{Path: path}) }
	if x := get("/once"); x.Fault != nil || string(x.Body) != "agent" {
		t.Errorf("within the host: %+v, the server saw %q", x.Fault, x.Body)
	}
	if x := get("/once"); x.Header.Get("Set-Cookie") != "way=1" {
		t.Errorf("the cookie of a redirect is not among what came: %v", x.Header)
	}
	x := get("/other")
	wantFault(t, x, FaultRedirect, strings.TrimPrefix(other.URL, "http://"))
	if strings.Contains(x.Fault.Text, "hidden") {
		t.Errorf("a secret in %q", x.Fault.Text)
	}
	wantFault(t, get("/loop"), FaultRedirect, "more than 3")
	wantFault(t, get("/nowhere"), FaultRedirect, "nowhere")
	x = c.Do(t.Context(), Request{Method: "POST", Path: "/once", Body: []byte("{}")})
	wantFault(t, x, FaultRedirect, "a POST is answered")
	if x.Status != http.StatusFound || elsewhere.Load() > 0 {
		t.Errorf("HTTP %d, %d requests to the other host", x.Status, elsewhere.Load())
	}
}

// A request whose time went into waiting, as its refusals asked, was refused: what came of the last try in the rest of its time
// says nothing.
func TestTimeThatWentIntoWaiting(t *testing.T) {
	var tries atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if tries.Add(1) > 1 {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusTooManyRequests)
	})
	pacer := NewPacer(0)
	c := client(t, s.URL, func(o *Options) { o.Pacer, o.RequestTimeout = pacer, time.Second })
	x := c.Do(t.Context(), Request{Path: "/me"})
	wantFault(t, x, FaultLimited, "HTTP 429")
	if x.Status != http.StatusTooManyRequests || tries.Load() != 2 || !strings.Contains(pacer.Exhausted(), "HTTP 429") {
		t.Errorf("status %d, %d tries, limit %q", x.Status, tries.Load(), pacer.Exhausted())
	}
}
