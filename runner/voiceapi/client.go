package voiceapi

import (
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/voicespec/voicespec/runner/wire"
)

// Client talks to the server as one agent. It may be used by many goroutines.
type Client struct {
	options   Options
	base      string // without a slash at the end
	origin    string // scheme and host of base
	transport *http.Transport
	jar       http.CookieJar
	http      *http.Client
	ctx       context.Context // ends with Close
	cancel    context.CancelFunc

	mu   sync.Mutex
	csrf csrf
}

// New checks the options. It opens no connection.
func New(o Options) (*Client, error) {
	base, err := checkBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.RequestTimeout <= 0 {
		o.RequestTimeout = defaultTimeout
	}
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	jar, err := newJar(o)
	if err != nil {
		return nil, err
	}
	c := &Client{options: o, base: base, origin: origin(base), transport: newTransport(o), jar: jar}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.http = newHTTPClient(o.paced(wire.Transport(c.transport, o.Manners), false), jar)
	return c, nil
}

// origin is what a page of the server's own would send.
func origin(base string) string {
	scheme, rest, _ := strings.Cut(base, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// checkBase never quotes the URL in an error: it may hold a password.
func checkBase(raw string) (string, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return "", errors.New("base URL: it cannot be read as a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("base URL: it must begin with http:// or https://")
	case u.Hostname() == "":
		return "", errors.New("base URL: it names no host")
	case u.User != nil:
		return "", errors.New("base URL: credentials do not belong into it")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "", errors.New("base URL: it must end with the path")
	}
	return strings.TrimRight(raw, "/"), nil
}

func newTransport(o Options) *http.Transport {
	var conf *tls.Config
	if o.TLS != nil {
		conf = o.TLS.Clone()
	}
	only1 := new(http.Protocols)
	only1.SetHTTP1(true) // HTTP/2 repeats requests that the server turned away
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: o.RequestTimeout}).DialContext,
		TLSClientConfig:        conf,
		TLSHandshakeTimeout:    o.RequestTimeout,
		Protocols:              only1,
		DisableCompression:     true,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
}

// paced is a transport that the Pacer holds back; alone is one for strangers, of whom a refusal says nothing of others.
func (o Options) paced(t http.RoundTripper, alone bool) http.RoundTripper {
	if o.Pacer == nil {
		return t
	}
	return &paced{RoundTripper: t, pacer: o.Pacer, alone: alone}
}

func newHTTPClient(t http.RoundTripper, jar http.CookieJar) *http.Client {
	return &http.Client{Transport: t, Jar: jar, CheckRedirect: followRedirect}
}

// HTTPClient has the agent's cookie jar and connections, and no timeout, for
// the Bayeux client of the same agent.
func (c *Client) HTTPClient() *http.Client { return c.http }

// Jar is the agent's cookie jar.
func (c *Client) Jar() http.CookieJar { return c.jar }

// NewJar is an empty jar with the same limits, and told of in the same way.
func (c *Client) NewJar() (http.CookieJar, error) { return newJar(c.options) }

// TLS is a copy of the TLS configuration, or nil.
func (c *Client) TLS() *tls.Config {
	if c.options.TLS == nil {
		return nil
	}
	return c.options.TLS.Clone()
}

// URL is the address of a path below /api/v2.
func (c *Client) URL(path string) string { return c.base + Root + path }

// Authorize sets Authorization, Origin, User-Agent and, on a request that changes
// something, the CSRF header when a GET has brought one.
func (c *Client) Authorize(req *http.Request) {
	c.identify(req)
	c.present(req)
	c.protect(req)
}

func (c *Client) identify(req *http.Request) {
	// Pages of StartCallRecording and its like call Origin mandatory (GWS 8.6.0).
	req.Header.Set("Origin", c.origin)
	maps.Copy(req.Header, c.options.Header)
	if c.options.UserAgent != "" {
		req.Header.Set("User-Agent", c.options.UserAgent)
	}
}

// present says who asks.
func (c *Client) present(req *http.Request) {
	if c.options.Present != nil {
		c.options.Present(req)
		return
	}
	setBasic(req, c.options.Credentials)
}

func setBasic(req *http.Request, who Credentials) {
	if who.User != "" {
		req.SetBasicAuth(who.User, who.Password)
	}
}

// Close ends running exchanges and closes idle connections.
func (c *Client) Close() {
	c.cancel()
	c.transport.CloseIdleConnections()
}
