// Package voiceapi is the REST client of one actor of a run.
//
// It plays and reports: whatever happens to a request is in the Exchange, an
// operation is sent once and never again, and nothing is mended on the way.
// Each Client has a connection pool and a cookie jar of its own, because GWS
// binds an agent's REST and CometD requests to one HTTP session.
//
// It imports nothing else of the module but the look at the wire.
package voiceapi

import (
	"crypto/tls"
	"net/http"
	"time"

	"github.com/voicespec/voicespec/runner/wire"
)

// Root is the path of the API below the base URL.
const Root = "/api/v2"

const (
	defaultTimeout = 30 * time.Second
	defaultMaxBody = 8 << 20
	maxHeaderBytes = 1 << 20
	maxRedirects   = 3
	// idleTimeout is well below the keep-alive of any server: a POST written on a
	// connection that the server is just closing has an unknown outcome, and would
	// look like its fault. Requests of one scenario follow one another faster.
	idleTimeout = 500 * time.Millisecond
)

// Credentials are those of HTTP Basic. With an empty User none are sent.
type Credentials struct{ User, Password string }

// Options say how a Client talks to the server. BaseURL is required.
type Options struct {
	// BaseURL is what stands before /api/v2, e.g. http://host:8080/gws.
	BaseURL     string
	Credentials Credentials
	// Present says who asks, in place of Basic; it may be nil.
	Present func(*http.Request)
	// Header goes with every request, whoever it is from: what stands before the server asks for it.
	Header http.Header
	// TLS is used for https; nil means the system's roots.
	TLS *tls.Config
	// RequestTimeout bounds the whole exchange with the body; 30 s if zero.
	RequestTimeout time.Duration
	// MaxBody is where an answer is cut, with a Fault; 8 MiB if zero.
	MaxBody   int64
	UserAgent string
	// Pacer holds requests back; it may be shared, and be nil.
	Pacer *Pacer
	// OnCookie is told of each cookie as it is set, before the answer that set it
	// is looked at; values are secrets. A cookie for which it returns false is not
	// kept. It may be nil.
	OnCookie func(*http.Cookie) bool
	// Manners is shared by all clients of a run; it may be nil.
	Manners *wire.Manners
}

// Request is one request. The zero values of the switches mean: as the agent's
// session does it, with its cookies, its credentials and its CSRF token.
type Request struct {
	Method string
	// Path is below /api/v2 and goes out as it is, e.g. /me/calls/ID?fields=*.
	Path        string
	Body        []byte
	ContentType string
	// Header is added last and replaces what the client would have set.
	Header http.Header
	// NoCredentials sends no cookie, no Authorization and no CSRF token, on a
	// connection of its own.
	NoCredentials bool
	// Credentials sends these instead, with a new jar, on a connection of its own.
	Credentials *Credentials
	// CookieOnly sends the session's cookies without Authorization.
	CookieOnly bool
	// NoCSRF leaves the CSRF token out.
	NoCSRF bool
}

// Exchange is what was sent and what came of it.
type Exchange struct {
	// Request is the one sent, without passwords and without Authorization.
	Request Request
	URL     string
	Status  int
	Header  http.Header
	// Body holds as much of the answer as came, at most MaxBody.
	Body []byte
	// Flaws are what is wrong with an answer that can be read all the same: the body is what was read. Each begins with
	// wire.HTTP or wire.JSON.
	Flaws              []string
	SentAt, AnsweredAt time.Time
	// Fault is nil when the server gave a whole answer.
	Fault *Fault
}

// The kinds of Fault.
const (
	FaultRefused  = "refused"   // nothing listens there, or no way leads there
	FaultDNS      = "dns"       // the host name has no address
	FaultTLS      = "tls"       // no trusted TLS connection
	FaultTimeout  = "timeout"   // no whole answer in time
	FaultReset    = "reset"     // the connection ended before the whole answer
	FaultTooLarge = "too-large" // the answer went on after MaxBody
	FaultRedirect = "redirect"  // the answer is a redirect that is not followed
	FaultProtocol = "protocol"  // not HTTP, or a request that cannot be sent
	FaultUnsent   = "not sent"  // a request that is not to be made
	FaultCanceled = "canceled"  // the caller ended it
	FaultOwnLimit = "own limit" // of this machine, or of the process
	FaultLimited  = "limited"   // HTTP 429, or 503 with Retry-After, for as long as was waited
)

// Fault is why there is no whole answer.
type Fault struct {
	Kind string
	Text string // one sentence, without secrets
}
