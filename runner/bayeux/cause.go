package bayeux

import (
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// What a gap says whose reason others ask for.
const (
	Refuses  = "refuses connections"                // nobody listens
	OwnLimit = "too many open files or connections" // of this process
)

func isOwnLimit(err error) bool {
	for _, own := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, own) {
			return true
		}
	}
	return strings.Contains(err.Error(), "too many open files") // of a look-up of a name
}

// cause says in words of our own what an error of the network means.
func cause(to *url.URL, err error) string {
	var (
		wrapped *url.Error
		dns     *net.DNSError
		network net.Error
	)
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text would hold the URL
	}
	host := to.Host
	switch text := err.Error(); {
	case isOwnLimit(err):
		return OwnLimit
	case errors.As(err, &dns):
		return "the name " + to.Hostname() + " has no address"
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " " + Refuses
	case notHTTP(err):
		return "the answer of " + host + " is not HTTP"
	case strings.Contains(text, "tls: ") || strings.Contains(text, "x509: "):
		return "no TLS connection to " + host + ": " + short(text, 200)
	case errors.As(err, &network) && network.Timeout():
		return host + " does not answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return host + " ended the connection before the answer was whole"
	default:
		return "the exchange with " + host + " broke: " + short(text, 200)
	}
}

func notHTTP(err error) bool {
	return misframed(err) || tooManyHeaders(err) || strings.Contains(err.Error(), "HTTP response to HTTPS client")
}

// misframed reports whether net/http could not make an answer out of what came, which is more than a connection that ended.
func misframed(err error) bool {
	text := err.Error()
	if strings.Contains(text, "unexpected EOF") {
		return false
	}
	for _, said := range []string{"malformed", "Content-Length", "ransfer encoding", "chunk", "trailer"} {
		if strings.Contains(text, said) {
			return true
		}
	}
	return false
}

// tooManyHeaders is a limit of ours.
func tooManyHeaders(err error) bool {
	return strings.Contains(err.Error(), "response headers exceeded")
}
