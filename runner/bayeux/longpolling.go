package bayeux

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/voicespec/voicespec/runner/wire"
)

// failure is why a request has no reply.
type failure struct {
	kind        ErrorKind
	status      int
	contentType string
	text        string
	ours        bool // a limit of ours: no fault of the server
	whole       bool // the answer as a whole is not what Bayeux makes of one
	faultSeen   bool // observed already
	gapSeen     bool
}

func (f *failure) asError(doing string) *Error {
	again := f.kind == Unreachable || f.kind == Protocol || f.kind == NotOffered
	return &Error{Kind: f.kind, Text: doing + ": " + f.text, Status: f.status, again: again}
}

// link carries batches of messages.
type link interface {
	// ready opens what is needed for sending.
	ready(ctx context.Context) *failure
	// send returns when every call has its reply, or none can come any more.
	send(ctx context.Context, session int, body []byte, batch []*call) *failure
	close()
}

// httpLink is long-polling: one POST for each batch.
type httpLink struct {
	s      *Session
	client *http.Client
	own    bool
}

func newHTTPLink(s *Session) *httpLink {
	return &httpLink{s: s, client: httpClient(s.o), own: s.o.HTTP == nil}
}

// httpClient is the caller's without redirects: a POST that is redirected
// would be sent twice, perhaps with credentials to another host.
func httpClient(o Options) *http.Client {
	c := http.Client{}
	if o.HTTP != nil {
		c = *o.HTTP
	} else {
		c.Transport = &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: o.TLS.Clone(), DisableCompression: true}
	}
	c.Jar = o.Jar
	c.Timeout = 0
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

func (l *httpLink) ready(context.Context) *failure { return nil }

func (l *httpLink) close() {
	if l.own {
		l.client.CloseIdleConnections()
	}
}

func (l *httpLink) send(ctx context.Context, session int, body []byte, _ []*call) *failure {
	a, f := post(ctx, l.s.o, l.client, body)
	if f != nil {
		return f
	}
	from := origin{session: session, status: a.status, contentType: a.header.Get("Content-Type"), at: a.at, flaws: a.flaws}
	if a.status == http.StatusOK {
		if err := l.s.receive(from, a.body); err != nil {
			return &failure{kind: Protocol, text: "the answer is " + err.Error(), faultSeen: true, ours: errors.Is(err, errDeep)}
		}
		return nil
	}
	f = statusFailure(a)
	if bayeuxBody(a.body) {
		_ = l.s.receive(from, a.body) // it can be read: just asked
	} else {
		f.text += quoted(a.body)
	}
	return f
}

// bayeuxBody tells messages that came with an HTTP error from an error page and
// from a JSON object of another kind.
func bayeuxBody(body []byte) bool {
	list, err := decode(body)
	for _, m := range list {
		if m.channel == "" {
			return false
		}
	}
	return err == nil && len(list) > 0
}

// transient statuses say: not now. They are no fault of the protocol.
func transient(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func statusFailure(a answer) *failure {
	f := &failure{
		kind: Protocol, status: a.status, contentType: a.header.Get("Content-Type"),
		text: fmt.Sprintf("HTTP %d instead of 200", a.status),
	}
	switch {
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		f.kind = Refused
	case transient(a.status):
		f.kind = Unreachable
	case a.status/100 == 3:
		f.text = fmt.Sprintf("a redirect (HTTP %d), which is not followed", a.status)
	}
	return f
}

type answer struct {
	status int
	header http.Header
	body   []byte
	flaws  []string // of an answer that can be read all the same
	at     time.Time
}

// post sends one body once and reads the whole answer.
func post(ctx context.Context, o Options, client *http.Client, body []byte) (answer, *failure) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.URL, http.NoBody)
	if err != nil {
		return answer{}, &failure{kind: Invalid, text: "the URL cannot be read"}
	}
	// Not through NewRequest: it would set GetBody, with which net/http may send
	// the body a second time.
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.ContentLength = int64(len(body))
	req.Header.Set("Content-Type", "application/json;charset=UTF-8")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "identity")
	o.Prepare(req)
	watched, seen := wire.Watch(ctx)
	resp, err := client.Do(req.WithContext(watched))
	if err != nil {
		return answer{}, unframed(ctx, req, err)
	}
	defer resp.Body.Close()
	defer cancel() // before Close, which might read the rest of a long body
	a := answer{status: resp.StatusCode, header: resp.Header, at: time.Now()}
	if a.status == 0 {
		a.status = http.StatusOK // a flaw of the status line, which is told; what the answer says is in its messages
	}
	if a.status == http.StatusSwitchingProtocols {
		// net/http hands the connection over as the body, and no context bounds what is read of it.
		f := statusFailure(a)
		f.text = "HTTP 101 (Switching Protocols) instead of 200, and no other protocol was asked for"
		return a, f
	}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, o.MaxBody+1))
	a.at = time.Now()
	if int64(len(a.body)) > o.MaxBody {
		a.body = a.body[:o.MaxBody]
		return a, &failure{
			kind: Protocol, status: a.status, contentType: resp.Header.Get("Content-Type"), ours: true,
			text: fmt.Sprintf("the answer is longer than %d bytes, more than is read", o.MaxBody),
		}
	}
	if err != nil {
		return a, unframed(ctx, req, err)
	}
	a.body, a.flaws = wire.Body(resp.Header, a.body, o.MaxBody)
	a.flaws = append(seen.Flaws(), a.flaws...)
	return a, nil
}

// unframed is broken for the answer to a POST, of which the whole is wrong where its framing is.
func unframed(ctx context.Context, req *http.Request, err error) *failure {
	f := broken(ctx, req, err)
	f.whole = f.kind == Protocol && misframed(err)
	return f
}

// broken names what net/http reports. A text of its own keeps URLs and
// credentials out.
func broken(ctx context.Context, req *http.Request, err error) *failure {
	f := &failure{kind: Unreachable}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		f.text = "no whole answer in time"
	case ctx.Err() != nil:
		f.kind, f.text = Ended, "given up"
	default:
		f.text = cause(req.URL, err)
		if notHTTP(err) {
			f.kind = Protocol
		}
		f.ours = tooManyHeaders(err)
	}
	return f
}
