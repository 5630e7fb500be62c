package watch_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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

func (*idle) Judge(context.Context, bool) (*result.Report, error) { return &result.Report{}, nil }

// watched is a relay in front of a target, with what it has seen once it is closed.
type watched struct {
	address string
	judge   *idle
	close   func()
}

func stand(t *testing.T, target string, o watch.Options) *watched {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	j := &idle{}
	o.Judge, o.Metrics, o.Header = j, watch.NewMetrics(), &recording.Header{}
	o.Say, o.Found, o.Reported = func(string) {}, func([]watch.Finding) {}, func() {}
	w := watch.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- (&watch.Relay{Target: u, Watcher: w}).Serve(ctx, l) }()
	closed := false
	x := &watched{address: l.Addr().String(), judge: j}
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
func echo(t *testing.T, request int, answer string) (address string, read <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
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
	return l.Addr().String(), got
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
	} {
		t.Run(name, func(t *testing.T) {
			target, got := echo(t, len(tt.request), tt.answer)
			w := stand(t, "http://"+target, watch.Options{})
			conn, err := net.Dial("tcp", w.address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, tt.request); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			if sent := <-got; sent != tt.request {
				t.Errorf("the server got %q, not %q", sent, tt.request)
			}
			if string(answer) != tt.answer {
				t.Errorf("the client got %q, not %q", answer, tt.answer)
			}
		})
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
	w := stand(t, server.URL, watch.Options{HashUserData: true, Save: &watch.Journal{Dir: dir, Keep: time.Hour, Header: &recording.Header{Version: 1}}})
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
	w := stand(t, server.URL, watch.Options{Save: &watch.Journal{Dir: filepath.Join(file, "below"), Header: &recording.Header{Version: 1}}})
	client := &http.Client{}
	for range 3 {
		answer, err := client.Get("http://" + w.address + "/api/v2/me")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if string(body) != `{"statusCode":0}` {
			t.Errorf("answered %q", body)
		}
	}
	w.close()
	if len(w.judge.entries) != 3 {
		t.Errorf("%d exchanges were judged", len(w.judge.entries))
	}
}
