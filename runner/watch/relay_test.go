package watch_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/watch"
)

// idle judges nothing, and keeps what it was given.
type idle struct{ entries []*recording.Entry }

func (j *idle) Add(_ context.Context, e *recording.Entry) error {
	j.entries = append(j.entries, e)
	return nil
}

func (*idle) Redact(func(string) string) {}

func (*idle) Judge(context.Context, float64, bool) (*result.Report, error) {
	return &result.Report{}, nil
}

// watched is a relay in front of a target, with what it has seen once it is closed.
type watched struct {
	address string
	judge   *idle
	watcher *watch.Watcher
	close   func()
}

// pair is a certificate for this machine.
var pair = sync.OnceValue(func() tls.Certificate {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	return server.TLS.Certificates[0]
})

func listen(t testing.TB, secure bool) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if secure {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair()}})
	}
	return l
}

func dial(address string, secure bool) (net.Conn, error) {
	if secure {
		return tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	}
	return net.Dial("tcp", address)
}

func stand(t testing.TB, target string, o watch.Options, secure bool) *watched {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	l := listen(t, secure)
	j := &idle{}
	if o.Judge == nil {
		o.Judge = j
	}
	o.Metrics, o.Header = watch.NewMetrics(), &recording.Header{}
	o.Say, o.Found, o.Reported = func(string) {}, func([]watch.Finding) {}, func() {}
	w := watch.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- (&watch.Relay{Target: u, Watcher: w, TLS: &tls.Config{InsecureSkipVerify: true}}).Serve(ctx, l)
	}()
	closed := false
	x := &watched{address: l.Addr().String(), judge: j, watcher: w}
	x.close = func() {
		if closed {
			return
		}
		closed = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.Close()
	}
	t.Cleanup(x.close)
	return x
}

// echo is a server that reads until a request has come whole, keeps it, and answers with given bytes.
func echo(t *testing.T, request int, answer string, secure bool) (url string, read <-chan string) {
	t.Helper()
	l := listen(t, secure)
	t.Cleanup(func() { _ = l.Close() })
	got := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buffer := make([]byte, request)
		n, _ := io.ReadFull(conn, buffer)
		got <- string(buffer[:n])
		_, _ = io.WriteString(conn, answer)
	}()
	return map[bool]string{true: "https://", false: "http://"}[secure] + l.Addr().String(), got
}

// What is malformed passes as it is: nothing on the way reads it.
func TestBytesPassUnchanged(t *testing.T) {
	for name, tt := range map[string]struct{ request, answer string }{
		"plain": {
			"POST /api/v2/me/calls/1 HTTP/1.1\r\nhost: a\r\nX-Odd:  two  spaces \r\ncontent-LENGTH: 2\r\n\r\n{}",
			"HTTP/1.1 200 fine\r\ncontent-type:application/json\r\nContent-Length: 16\r\n\r\n{\"statusCode\":0}",
		},
		"no HTTP at all":         {"\x00\x01 hello \xff\r\n\r\n", "\xfe\xff what?\n"},
		"lengths that disagree":  {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
		"chunks that are broken": {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"},
		"headers that are none":  {"GET /\r\n folded: yes\r\nno colon\r\n\r\n", "HTTP/9.9 999\nServer\n\n{}"},
		"cut in the middle":      {poll + "[{\"chan", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{\"channel\":"},
		"gzip that is none":      {poll, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone"},
		"two answers":            {poll, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"},
		"WebSocket": {
			upgrade + "\x81\x85\x01\x02\x03\x04" + "\x5a\x59\x7e\x24\x01", switched + "\x81\x02[]\x89\x00\x81\x7e\x00\x03[ ]\x88\x02\x03\xe8",
		},
		"WebSocket, not masked, unknown and reserved":  {upgrade + "\x81\x02[]\x8f\x01x\xf3\x00", switched + "\x8b\x03abc\xf1\x03xyz\x00\x01?"},
		"WebSocket, compressed wrongly":                {upgrade, deflated + "\xc1\x05hello\xc1\x00\x41\x03abc\x80\x00"},
		"WebSocket, lengths beyond all that comes":     {upgrade + "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", switched + "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff{"},
		"WebSocket, text that is no UTF-8 and no JSON": {upgrade, switched + "\x81\x04\xff\xfe\x00\x01\x81\x03{\"a\x82\x01\x00"},
		"upgrade that is none":                         {upgrade + "\x81\x00", "HTTP/1.1 101\r\n\r\n\x81\x02[]"},
	} {
		t.Run(name, func(t *testing.T) { unchanged(t, tt.request, tt.answer, false) })
		t.Run(name+" over TLS", func(t *testing.T) { unchanged(t, tt.request, tt.answer, true) })
	}
}

const (
	poll     = "POST /api/v2/notifications HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n"
	upgrade  = "GET /api/v2/notifications HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AA==\r\n\r\n"
	upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	switched = upgraded + "\r\n"
	deflated = upgraded + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
)

func unchanged(t *testing.T, request, answer string, secure bool) {
	t.Helper()
	target, got := echo(t, len(request), answer, secure)
	w := stand(t, target, watch.Options{}, secure)
	conn, err := dial(w.address, secure)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	came, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if sent := <-got; sent != request {
		t.Errorf("the server got %q, not %q", sent, request)
	}
	if string(came) != answer {
		t.Errorf("the client got %q, not %q", came, answer)
	}
}

// What is seen becomes a recording, in which nobody's credentials stand; user data are hashed where that is asked for.
func TestRecording(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/notifications") {
			_, _ = io.WriteString(w, `[{"channel":"/v2/me/calls","data":{"notificationType":"AttachedDataChanged","call":{"id":"1","userData":{"k":"private"}}}}]`)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "cookie-of-anna"})
		_, _ = io.WriteString(w, `{"statusCode":0,"csrf":"sesame-anna"}`)
	}))
	defer server.Close()
	dir := t.TempDir()
	w := stand(t, server.URL, watch.Options{HashUserData: true, Save: &watch.Journal{Dir: dir, Keep: time.Hour, Header: &recording.Header{Version: 1}}}, false)
	client := &http.Client{}
	for _, x := range []struct{ path, body string }{
		{"/api/v2/me/calls/1", `{"operationName":"AttachUserData","userData":{"k":"private"}}`}, {"/api/v2/notifications", `[{"channel":"/meta/connect","clientId":"c1"}]`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+w.address+x.path, strings.NewReader(x.body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("anna", "sesame-anna")
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	client.CloseIdleConnections()
	w.close()
	var kinds []string
	for _, e := range w.judge.entries {
		kinds = append(kinds, fmt.Sprintf("%s %s %s", e.Actor, e.Kind, e.Operation()))
	}
	if got := strings.Join(kinds, ", "); got != "agent rest AttachUserData, agent message " {
		t.Errorf("seen: %s", got)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	saved, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"sesame", "private", "cookie-of-anna", "YW5uYT"} {
		if strings.Contains(string(saved), secret) {
			t.Errorf("%q stands in the recording", secret)
		}
	}
	n := 0
	for _, err := range recording.Read(bufio.NewReader(strings.NewReader(string(saved)))) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d lines are saved", n)
	}
}

// A disk that cannot be written to stops nothing: the gap is noted once it can.
func TestNothingIsInTheWay(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"statusCode":0}`) }))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w := stand(t, server.URL, watch.Options{Save: &watch.Journal{Dir: filepath.Join(file, "below"), Header: &recording.Header{Version: 1}}}, false)
	for range 3 {
		get(t, w.address)
	}
	w.close()
	if len(w.judge.entries) != 3 {
		t.Errorf("%d exchanges were judged", len(w.judge.entries))
	}
}
