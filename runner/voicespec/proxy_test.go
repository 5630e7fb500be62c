package main_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
)

// proxy is a forward proxy by which one server is reached, whatever it is called.
type proxy struct {
	server   string // HOST:PORT
	forwards *httputil.ReverseProxy
	plain    atomic.Int32
	tunnels  atomic.Int32
}

// ServeHTTP forwards a request, or makes a tunnel.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.plain.Add(1)
		p.forwards.ServeHTTP(w, r)
		return
	}
	p.tunnels.Add(1)
	there, err := net.Dial("tcp", p.server)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = there.Close()
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(there, here) // either end may go away
		_ = there.Close()
	}()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}

// A server that is reached by a proxy alone is tested by it, with both transports.
func TestProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"long-polling", "websocket"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			name := transport + ".voicespec.test" // of its own, as runs with the same people wait for each other
			_, at := serve(t, reference.Options{AllowHosts: []string{name}})
			address, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			p := &proxy{server: address.Host, forwards: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(address)
				r.Out.Host = r.In.Host
			}}}
			listen := httptest.NewServer(p)
			t.Cleanup(func() {
				listen.CloseClientConnections()
				listen.Close()
			})
			c := newCommand(t, "run", "--run", "calls.hold", "--transport", transport)
			c.Env = append(c.Env, "HTTP_PROXY="+listen.URL, "http_proxy="+listen.URL, "NO_PROXY=", "no_proxy=")
			c.write(t, targetFile("http://"+name, patient, reference.DefaultAgents(1)))
			if code := c.call(t); code != 0 {
				t.Fatalf("exit code %d\n%s%s", code, c.out.String(), c.err.String())
			}
			if p.plain.Load() == 0 || (p.tunnels.Load() > 0) != (transport == "websocket") {
				t.Errorf("%d requests, %d tunnels", p.plain.Load(), p.tunnels.Load())
			}
			if r := c.results(t); !strings.Contains(r.Target, name) {
				t.Errorf("target %s", r.Target)
			}
		})
	}
}
