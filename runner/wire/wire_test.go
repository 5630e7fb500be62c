package wire_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/wire"
)

func TestBody(t *testing.T) {
	plain := `{"statusCode":0}`
	gz, deflated := &bytes.Buffer{}, &bytes.Buffer{}
	z := gzip.NewWriter(gz)
	d, _ := flate.NewWriter(deflated, 9)
	for _, w := range []io.WriteCloser{z, d} {
		_, _ = io.WriteString(w, plain)
		_ = w.Close()
	}
	for _, c := range []struct{ coding, body, out, flaws string }{
		{"", plain, plain, ""},
		{"identity", plain, plain, ""},
		{"gzip", gz.String(), plain, "did not ask for"},
		{"X-GZIP", gz.String(), plain, "did not ask for"},
		{"deflate", deflated.String(), plain, "did not ask for"},
		{"", gz.String(), plain, `HTTP: the body is compressed (gzip), and Content-Encoding is ""`},
		{"gzip", plain, plain, `HTTP: Content-Encoding is "gzip"`},
		{"br", plain, plain, `HTTP: Content-Encoding is "br"`},
		{"gzip", "", "", ""},
		{"", "\ufeff" + plain, plain, "JSON: the text begins with"},
		{"gzip", "\ufeff" + plain, plain, "Content-Encoding"},
	} {
		out, flaws := wire.Body(http.Header{"Content-Encoding": {c.coding}}, []byte(c.body), 1<<20)
		if all := strings.Join(flaws, "; "); string(out) != c.out || !strings.Contains(all, c.flaws) || (all == "") != (c.flaws == "") {
			t.Errorf("%s %q: %q, %q", c.coding, c.body, out, all)
		}
	}
}

// TestBomb: what is packed is not unpacked beyond the limit.
func TestBomb(t *testing.T) {
	gz := &bytes.Buffer{}
	z := gzip.NewWriter(gz)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
	_ = z.Close()
	if out, _ := wire.Body(nil, gz.Bytes(), 1<<10); !bytes.Equal(out, gz.Bytes()) {
		t.Errorf("%d bytes", len(out))
	}
}

// TestFlaws holds what is seen of answers that net/http mends or takes without a word.
func TestFlaws(t *testing.T) {
	for answer, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}":                                                        "",
		"HTTP/1.0 200 OK\r\n\r\n{}":                                                                             "",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n":                             "",
		"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nTRANSFER-ENCODING: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n":        "Content-Length stands beside",
		"HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}":      "",
		"HTTP/1.1 000 \r\nContent-Length: 2\r\n\r\n{}":                                                          "code 000",
		"HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\n{}":                                                        "HTTP/3.0",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: Transfer-Encoding: chunked\r\nY: \r\n\r\n{}":                "",
		"HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n" + strings.Repeat("{}", 10) + "Transfer-Encoding: a\r\n": "",
	} {
		client := &http.Client{Transport: wire.Transport(&http.Transport{}, nil)}
		got := strings.Join(ask(t, client, served(t, answer)), "; ")
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%q: %q, wanted %q", answer, got, want)
		}
		client.CloseIdleConnections()
	}
}

// served answers each request on each connection with the same bytes.
func served(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func ask(t *testing.T, client *http.Client, url string) []string {
	t.Helper()
	ctx, seen := wire.Watch(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(r)
	if err != nil {
		return []string{err.Error()}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return seen.Flaws()
}

// TestManners: a server that closes connections behind its answers is asked on a new one each time; one that keeps them,
// or says that it closes them, is not.
func TestManners(t *testing.T) {
	for name, want := range map[string]bool{"closes": true, "says so": false, "keeps": false} {
		t.Run(name, func(t *testing.T) {
			var closed chan struct{}
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if name == "keeps" {
					_, _ = io.WriteString(w, "{}")
					return
				}
				c, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					return
				}
				more := ""
				if name == "says so" {
					more = "Connection: close\r\n"
				}
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%s\r\n{}", more)
				_ = c.Close()
				close(closed)
			}))
			defer s.Close()
			m := &wire.Manners{}
			client := &http.Client{Transport: wire.Transport(&http.Transport{}, m)}
			defer client.CloseIdleConnections()
			for range 3 {
				closed = make(chan struct{})
				ask(t, client, s.URL)
				if name != "keeps" {
					<-closed
				}
				for end := time.Now().Add(time.Second); want && !m.Closes() && time.Now().Before(end); {
					ask(t, client, served(t, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")) // gives its reader time
				}
			}
			if m.Closes() != want {
				t.Errorf("closes: %t", m.Closes())
			}
		})
	}
}

// TestTLS: connections that are secured are looked at, too.
func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
		_ = c.Close()
	}))
	defer s.Close()
	trusting := s.Client().Transport.(*http.Transport)
	client := &http.Client{Transport: wire.Transport(&http.Transport{TLSClientConfig: trusting.TLSClientConfig}, nil)}
	defer client.CloseIdleConnections()
	if got := ask(t, client, s.URL); len(got) != 1 || !strings.Contains(got[0], "Content-Length") {
		t.Errorf("%v", got)
	}
	client = &http.Client{Transport: wire.Transport(&http.Transport{}, nil)}
	if got := ask(t, client, s.URL); len(got) != 1 || !strings.Contains(got[0], "x509") {
		t.Errorf("an authority that nobody knows: %v", got)
	}
}
