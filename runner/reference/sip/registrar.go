package sip

import (
	"crypto/md5" //nolint:gosec // what digests are made with
	"crypto/subtle"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	defaultExpires = 3600
	nonceLife      = time.Minute
)

// register answers REGISTER as recorded: what is asked for is granted, and a later contact replaces an earlier one. Who
// unregisters a number that is not known gets no answer at all.
func (s *Side) register(m *message, from net.Addr) {
	number := userOf(address(m.get("To")))
	contact := m.get("Contact")
	seconds := parameter(contact, "expires")
	if seconds == "" {
		seconds = m.get("Expires")
	}
	expires, err := strconv.Atoi(seconds)
	if err != nil {
		expires = defaultExpires
	}
	known := s.o.Known == nil || s.o.Known(number)
	if !known && expires == 0 {
		return
	}
	status, reason := 200, "OK"
	switch {
	case !known:
		status, reason = 404, "Not Found"
	case s.o.Password != nil && !s.authorized(m, number, "Authorization"):
		r := m.response(401, "Unauthorized", random())
		r.add("WWW-Authenticate", s.challenge())
		s.reply(m, r, from)
		return
	case expires == 0:
		s.mu.Lock()
		delete(s.bindings, number)
		s.mu.Unlock()
	case contact != "" && contact != "*":
		s.mu.Lock()
		s.bindings[number] = binding{contact: address(contact), until: time.Now().Add(time.Duration(expires) * time.Second)}
		s.mu.Unlock()
	}
	r := m.response(status, reason, random())
	if contact != "" {
		r.add("Contact", fmt.Sprintf("<%s>;expires=%d", address(contact), expires))
		r.add("Expires", strconv.Itoa(expires))
	}
	s.reply(m, r, from)
}

// challenge asks for a digest.
func (s *Side) challenge() string {
	return fmt.Sprintf(`Digest realm="reference", nonce=%q, algorithm=MD5, qop="auth"`, s.nonce())
}

func (s *Side) nonce() string {
	n := random()
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, at := range s.nonces {
		if time.Since(at) > nonceLife {
			delete(s.nonces, old)
		}
	}
	s.nonces[n] = time.Now()
	return n
}

// authorized checks the digest (RFC 2617) in a header.
func (s *Side) authorized(m *message, number, header string) bool {
	given := map[string]string{}
	_, list, _ := strings.Cut(m.get(header), " ")
	for _, p := range split(list) {
		name, value, _ := strings.Cut(p, "=")
		given[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	s.mu.Lock()
	_, known := s.nonces[given["nonce"]]
	s.mu.Unlock()
	ha1 := digest(given["username"], given["realm"], s.o.Password(number))
	ha2 := digest(m.method, given["uri"])
	want := digest(ha1, given["nonce"], ha2)
	if given["qop"] != "" {
		want = digest(ha1, given["nonce"], given["nc"], given["cnonce"], given["qop"], ha2)
	}
	return known && given["username"] == number && subtle.ConstantTimeCompare([]byte(want), []byte(given["response"])) == 1
}

func digest(parts ...string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(strings.Join(parts, ":")))) //nolint:gosec // what digests are made with
}
