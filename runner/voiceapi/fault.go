package voiceapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"unicode"
)

func tooLarge(limit int64) string { return fmt.Sprintf("the answer is longer than %d bytes", limit) }

// classify names the cause of an error of net/http. The order counts: a
// timeout may show as a broken connection, and a TLS alert as a network error.
func (c *Client) classify(ctx context.Context, to *url.URL, err error) *Fault {
	var (
		host    = to.Host
		wrapped *url.Error
		dns     *net.DNSError
		network net.Error
	)
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text would hold the URL
	}
	text := err.Error()
	fault := func(kind, format string, args ...any) *Fault {
		return &Fault{Kind: kind, Text: c.clean(fmt.Sprintf(format, args...))}
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fault(FaultCanceled, "the request to %s was given up", host)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fault(FaultTimeout, "no whole answer from %s within %s", host, c.options.RequestTimeout)
	case isOwnLimit(err):
		return fault(FaultOwnLimit, OwnLimit)
	case errors.As(err, &dns):
		return fault(FaultDNS, "the name %s has no address", to.Hostname())
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault(FaultRefused, "%s refuses connections", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return fault(FaultRefused, "there is no way to %s", host)
	case isTLS(err, text):
		return fault(FaultTLS, "no TLS connection to %s: %s", host, text)
	case errors.As(err, &network) && network.Timeout():
		return fault(FaultTimeout, "%s does not answer in time", host)
	case strings.Contains(text, "response headers exceeded"):
		return fault(FaultTooLarge, "the header of the answer is longer than %d bytes", maxHeaderBytes)
	case isBroken(err, text):
		return fault(FaultReset, "%s ended the connection before the answer was whole; whether the request took effect is not known", host)
	}
	return fault(FaultProtocol, "the answer of %s is not HTTP as it should be: %s", host, text)
}

// OwnLimit is what is said where the process may open no more files, or connections.
const OwnLimit = "too many open files and connections, or no memory for one more; raise the limit (ulimit -n)"

func isOwnLimit(err error) bool {
	for _, own := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, own) {
			return true
		}
	}
	return strings.Contains(err.Error(), "too many open files") // of a look-up of a name
}

func isTLS(err error, text string) bool {
	var (
		record    tls.RecordHeaderError
		verify    *tls.CertificateVerificationError
		alert     tls.AlertError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &alert) || errors.As(err, &authority) ||
		errors.As(err, &name) || errors.As(err, &invalid) ||
		strings.Contains(text, "tls: ") || strings.Contains(text, "HTTP response to HTTPS client")
}

func isBroken(err error, text string) bool {
	if strings.Contains(text, "malformed") {
		return false
	}
	for _, broken := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, syscall.ECONNABORTED, net.ErrClosed} {
		if errors.Is(err, broken) {
			return true
		}
	}
	// What net/http says of a connection after which it cannot read an answer's framing is not that it ended.
	return strings.Contains(text, "server closed idle connection") || strings.Contains(text, "after connection loss")
}

// clean keeps secrets out of a text that may quote what a server echoed.
func (c *Client) clean(text string) string {
	who := c.options.Credentials
	if who.Password != "" {
		text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(who.User+":"+who.Password)), "…")
		if len(who.Password) > 2 { // a shorter one would eat the sentence
			text = strings.ReplaceAll(text, who.Password, "…")
		}
	}
	return printable(text, 300)
}

// printable makes one line of at most limit runes.
func printable(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range text {
		if n++; n > limit {
			b.WriteString("…")
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}
