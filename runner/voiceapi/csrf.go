package voiceapi

import (
	"net/http"
	"net/textproto"
	"strings"
)

// The pair of headers in which a GET answer brings the CSRF token: the name of
// the header to send, and its value.
const (
	csrfNameHeader  = "X-CSRF-HEADER"
	csrfValueHeader = "X-CSRF-TOKEN"
)

type csrf struct{ name, value string }

// learn keeps the newest token that the session's GETs brought.
func (c *Client) learn(method string, h http.Header) {
	value := h.Get(csrfValueHeader)
	if method != http.MethodGet || value == "" {
		return
	}
	name := h.Get(csrfNameHeader)
	if name == "" {
		name = csrfValueHeader
	}
	if !usableName(name) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.csrf = csrf{name: name, value: value}
}

// CSRFToken is the token that the last GET brought; "" for none.
func (c *Client) CSRFToken() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.csrf.value
}

func (c *Client) protect(req *http.Request) {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, "":
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.csrf.name != "" {
		req.Header.Set(c.csrf.name, c.csrf.value)
	}
}

// usableName keeps a server from choosing a header that steers the exchange
// itself: the name it sends is data from outside.
func usableName(name string) bool {
	for i := range len(name) {
		b := name[i]
		letter := b|0x20 >= 'a' && b|0x20 <= 'z'
		if !letter && (b < '0' || b > '9') && b != '-' && b != '_' {
			return false
		}
	}
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade":
		return false
	}
	return !strings.HasPrefix(strings.ToLower(name), "proxy-")
}
