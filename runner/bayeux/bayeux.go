// Package bayeux is a Bayeux 1.0 client that observes: every message sent and
// received, every fault of the server and every moment in which events may have
// been lost is handed to the caller, in order of arrival and with exact bytes.
//
// Libraries of the protocol hide what a conformance suite has to see: they
// repair sessions without a word, drop what they do not know, and order events
// by channel. This one goes on as a client should (it polls, handshakes again,
// subscribes again), and says so each time.
//
// It imports nothing else of the module but the look at the wire.
package bayeux

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"time"
)

// Transport is a Bayeux connection type.
type Transport string

// The transports this client speaks.
const (
	LongPolling Transport = "long-polling"
	WebSocket   Transport = "websocket"
)

const (
	defaultRequestTimeout = 30 * time.Second
	defaultPollMargin     = 10 * time.Second // maxNetworkDelay of CometD's own clients
	defaultHold           = 60 * time.Second // CometD's client assumes it without advice.timeout
	defaultMaxBody        = 8 << 20
	maxAdvice             = time.Hour   // a longer one would only make a dead poll last
	longestInterval       = time.Minute // who is to poll so seldom hears of nothing in time
	backoffFirst          = 100 * time.Millisecond
	backoffMost           = 2 * time.Second
	busyFloor             = 50 * time.Millisecond
	busyCount             = 3     // once or twice a server may have a reason to answer at once
	quickCount            = 2_000 // so often an event may be the reason, many times what a run of the whole catalogue causes
	closeGrace            = 2 * time.Second
	maxText               = 2 << 10
)

// The kinds of Observation.
const (
	KindSent  = "sent"  // one message that we sent
	KindReply = "reply" // a reply to a meta message or to a publication
	KindEvent = "event" // a message with data
	KindGap   = "gap"   // a poll failed or the connection broke: events may be lost
	KindFault = "fault" // the server broke the protocol
	KindState = "state" // the session was lost, established again, or ended
)

// What a gap is that is no moment.
const (
	GapBegins = "begins" // nothing is heard until it ends, or another session begins
	GapEnds   = "ends"   // from now on all is heard again
)

// Observation is one thing that happened.
type Observation struct {
	Kind      string
	At        time.Time
	Session   int // counts handshakes, from 1; 0 outside a session
	Transport Transport
	Channel   string
	// Raw is exactly the message, nil when there is none.
	Raw json.RawMessage
	// Text is one sentence; on a body that is no JSON it ends with its beginning.
	Text string
	// HTTPStatus and ContentType are those of the response, for long-polling
	// and for a refused upgrade.
	HTTPStatus  int
	ContentType string
	// Whole is set on a fault of a response or frame as a whole: that it is not what Bayeux makes of them.
	Whole bool
	// Gap is GapBegins or GapEnds of a gap that is no moment.
	Gap string
}

// Options say where and how to connect. URL is required.
type Options struct {
	// URL is http://host/prefix/api/v2/notifications, for WebSocket too.
	URL string
	// HTTP has the agent's jar and no Timeout. It is used for long-polling;
	// redirects are never followed.
	HTTP *http.Client
	// Jar holds the agent's cookies; that of HTTP if nil.
	Jar http.CookieJar
	// Prepare adds headers: to each request, or to the upgrade.
	Prepare func(*http.Request)
	TLS     *tls.Config
	// Again is asked about an upgrade to WebSocket that was refused. It waits as long as the answer asks for, and reports
	// whether the upgrade is to be tried again; tries are counted from 0. Long-polling is sent again by HTTP. Never if nil.
	Again func(ctx context.Context, refused *http.Response, try int) bool
	// Transport is LongPolling if empty.
	Transport Transport
	// RequestTimeout bounds everything but a held connect; 30 s if zero.
	RequestTimeout time.Duration
	// PollMargin is added to the server's advice.timeout; 10 s if zero.
	PollMargin time.Duration
	// MaxBody is the most a response or frame may have; 8 MiB if zero.
	MaxBody int64
	// Observe gets everything, one call at a time. It must be quick, and must
	// not call Subscribe, Unsubscribe or Close.
	Observe func(Observation)
	// Admit is asked about each thing that was received before it is observed. Where it returns false, that and all that
	// follows is dropped, which is a fault of the server: a flood, after which the session ends. All is admitted if nil.
	Admit func(Observation) bool
}

func (o Options) withDefaults() Options {
	if o.Transport == "" {
		o.Transport = LongPolling
	}
	if o.RequestTimeout <= 0 {
		o.RequestTimeout = defaultRequestTimeout
	}
	if o.PollMargin <= 0 {
		o.PollMargin = defaultPollMargin
	}
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.Jar == nil && o.HTTP != nil {
		o.Jar = o.HTTP.Jar
	}
	if o.Prepare == nil {
		o.Prepare = func(*http.Request) {}
	}
	return o
}

// ErrorKind says what an Error is about.
type ErrorKind string

// The kinds of Error.
const (
	Refused     ErrorKind = "refused"     // the credentials: HTTP or Bayeux 401 or 403
	Handshake   ErrorKind = "handshake"   // the server said no to the handshake or the first connect
	Subscribe   ErrorKind = "subscribe"   // the server said no to a subscription
	NotOffered  ErrorKind = "not-offered" // no upgrade to WebSocket at that address
	Unreachable ErrorKind = "unreachable" // no answer, or one that says: not now
	Protocol    ErrorKind = "protocol"    // an answer that is not Bayeux
	Ended       ErrorKind = "ended"       // the session is over, or the caller gave up
	Flooded     ErrorKind = "flooded"     // more was received than was admitted
	Invalid     ErrorKind = "invalid"     // the options
)

// Error is what every function of this package returns.
type Error struct {
	Kind   ErrorKind
	Text   string // one sentence, with the server's own error where there is one
	Status int    // of the HTTP response, if that was the reason

	again bool // a later handshake may succeed
}

func (e *Error) Error() string { return e.Text }
