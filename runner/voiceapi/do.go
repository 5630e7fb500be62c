package voiceapi

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/wire"
)

// Do sends one request once. It ends within RequestTimeout, and what went wrong
// is in the Exchange. Only a GET may go out again, by net/http, when a
// connection that was used before turns out to be closed.
func (c *Client) Do(ctx context.Context, r Request) (x Exchange) {
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	x = Exchange{Request: recorded(r), URL: c.URL(r.Path), SentAt: time.Now()}
	asked := ctx
	ctx, cancel := context.WithTimeout(ctx, c.options.RequestTimeout)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	defer func() { x.Fault = cutShort(asked, x) }()

	req, fault := c.build(ctx, r)
	if fault != nil {
		x.AnsweredAt, x.Fault = time.Now(), fault
		return x
	}
	client, done := c.clientFor(r)
	defer done()
	watched, seen := wire.Watch(ctx)
	resp, err := client.Do(req.WithContext(watched))
	if err != nil {
		x.AnsweredAt, x.Fault = time.Now(), c.classify(ctx, req.URL, err)
		return x
	}
	defer resp.Body.Close()
	defer cancel() // before Close, which might read the rest of a long body
	c.read(ctx, resp, &x)
	x.Flaws = append(seen.Flaws(), x.Flaws...)
	if !fresh(r) {
		c.learn(resp.Request.Method, resp.Header)
	}
	return x
}

// cutShort is the fault of an exchange, which is no timeout of the server's where the time of whoever asked was over before
// that of a request.
func cutShort(asked context.Context, x Exchange) *Fault {
	if x.Fault == nil || x.Fault.Kind != FaultTimeout || asked.Err() == nil {
		return x.Fault
	}
	return &Fault{Kind: FaultCanceled, Text: "what the request was for had no more time"}
}

func (c *Client) read(ctx context.Context, resp *http.Response, x *Exchange) {
	x.Status, x.Header = resp.StatusCode, resp.Header
	for _, set := range setOnTheWay(resp) {
		x.Header.Add("Set-Cookie", set)
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// net/http hands the connection over as the body, and no context bounds what is read of it.
		x.AnsweredAt = time.Now()
		x.Fault = &Fault{Kind: FaultProtocol, Text: "the answer is HTTP 101 (Switching Protocols), and no other protocol was asked for"}
		return
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.options.MaxBody+1))
	x.AnsweredAt = time.Now()
	if int64(len(body)) > c.options.MaxBody {
		x.Body = body[:c.options.MaxBody]
		x.Fault = &Fault{Kind: FaultTooLarge, Text: tooLarge(c.options.MaxBody)}
		return
	}
	x.Body = body
	if err != nil {
		x.Fault = c.classify(ctx, resp.Request.URL, err)
		return
	}
	x.Body, x.Flaws = wire.Body(resp.Header, body, c.options.MaxBody)
	x.Fault = redirectFault(resp)
	if _, asked := askedToWait(resp, 0); asked && c.options.Pacer != nil {
		x.Fault = &Fault{Kind: FaultLimited, Text: "the answer is " + named(resp.StatusCode) + ", for as long as was waited"}
	}
}

// fresh requests share nothing with the agent's session.
func fresh(r Request) bool { return r.NoCredentials || r.Credentials != nil }

func (c *Client) clientFor(r Request) (*http.Client, func()) {
	if !fresh(r) {
		return c.http, func() {}
	}
	t := newTransport(c.options)
	client := newHTTPClient(c.options.paced(wire.Transport(t, c.options.Manners), true), nil)
	if !r.NoCredentials {
		// Only redirects make use of it: a jar cannot fail to be made without options.
		client.Jar, _ = newJar(c.options)
	}
	return client, t.CloseIdleConnections
}

func (c *Client) build(ctx context.Context, r Request) (*http.Request, *Fault) {
	req, err := http.NewRequestWithContext(ctx, r.Method, c.base, http.NoBody)
	if err != nil {
		return nil, &Fault{Kind: FaultProtocol, Text: "the method cannot be sent"}
	}
	if req.URL, err = c.address(r.Path); err != nil {
		return nil, &Fault{Kind: FaultProtocol, Text: "the path cannot be sent"}
	}
	if len(r.Body) > 0 {
		// Not through NewRequest: it would set GetBody, with which net/http may
		// send a body a second time.
		req.Body = io.NopCloser(bytes.NewReader(r.Body))
		req.ContentLength = int64(len(r.Body))
	}
	if r.ContentType != "" {
		req.Header.Set("Content-Type", r.ContentType)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "identity") // the recording keeps the bytes of the wire
	if r.Method == http.MethodGet {
		req.Header.Set("Cache-Control", "no-cache") // what a cache on the way has kept is not what the server says
	}
	c.identify(req)
	switch {
	case r.NoCredentials:
	case r.Credentials != nil:
		setBasic(req, *r.Credentials)
	default:
		if !r.CookieOnly {
			c.present(req)
		}
		if !r.NoCSRF {
			c.protect(req)
		}
	}
	for name, values := range r.Header {
		req.Header[headerKey(name)] = values
	}
	return req, nil
}

// headerKey writes the names by which net/http takes a POST for one that it may
// repeat in a way that it does not know them.
func headerKey(name string) string {
	switch key := http.CanonicalHeaderKey(name); key {
	case "Idempotency-Key", "X-Idempotency-Key":
		return strings.ToLower(key)
	default:
		return key
	}
}

// address keeps the path as it was given. What url.Parse would refuse or write
// in another way (a bad escape is a test, too) is sent as an opaque target.
func (c *Client) address(path string) (*url.URL, error) {
	if path != "" && path[0] != '/' && path[0] != '?' {
		path = "/" + path
	}
	u, err := url.Parse(c.base)
	if err != nil {
		return nil, err
	}
	target := u.EscapedPath() + Root + path
	if strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, url.InvalidHostError(path)
	}
	whole, err := url.Parse(u.Scheme + "://" + u.Host + target)
	if err == nil && whole.RequestURI() == target {
		return whole, nil
	}
	u.Path, u.RawPath = Root, "" // for the jar
	u.Opaque = target
	return u, nil
}

// recorded is the request without what must not be kept.
func recorded(r Request) Request {
	if r.Credentials != nil {
		r.Credentials = &Credentials{User: r.Credentials.User}
	}
	if r.Header != nil {
		r.Header = r.Header.Clone()
		for _, secret := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
			r.Header.Del(secret)
		}
	}
	r.Body = bytes.Clone(r.Body)
	return r
}
