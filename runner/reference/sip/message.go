// Package sip is the SIP side of the reference server: it calls registered telephones as a Genesys SIP Server was recorded to,
// over UDP. Messages, transactions and dialogs are its own, so that it and the telephones that it calls cannot be wrong
// together. It knows calls by their ends only, and no API.
package sip

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// message is a request or a response.
type message struct {
	method, uri string // of a request
	status      int    // of a response
	reason      string
	headers     []header
	body        []byte
}

type header struct{ name, value string }

// compact are the short forms of names.
var compact = map[string]string{"v": "Via", "f": "From", "t": "To", "i": "Call-ID", "m": "Contact", "l": "Content-Length", "c": "Content-Type", "o": "Event"}

func parse(raw []byte) (*message, error) {
	head, body, found := bytes.Cut(raw, []byte("\r\n\r\n"))
	if !found {
		return nil, errors.New("no empty line")
	}
	lines := strings.Split(string(head), "\r\n")
	m := &message{}
	parts := strings.SplitN(lines[0], " ", 3)
	switch {
	case len(parts) != 3:
		return nil, fmt.Errorf("no first line: %.80q", lines[0])
	case parts[0] == "SIP/2.0":
		status, err := strconv.Atoi(parts[1])
		if err != nil {
			return nil, fmt.Errorf("no status: %.80q", lines[0])
		}
		m.status, m.reason = status, parts[2]
	default:
		m.method, m.uri = parts[0], parts[1]
	}
	for _, line := range lines[1:] {
		if n := len(m.headers); n > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) {
			m.headers[n-1].value += " " + strings.TrimSpace(line)
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, fmt.Errorf("no header: %.80q", line)
		}
		name = strings.TrimSpace(name)
		if long, short := compact[strings.ToLower(name)]; short {
			name = long
		}
		m.headers = append(m.headers, header{name, strings.TrimSpace(value)})
	}
	length, err := strconv.Atoi(m.get("Content-Length"))
	if err != nil || length > len(body) { // a datagram need not say
		length = len(body)
	}
	m.body = body[:max(0, length)]
	if m.get("Via") == "" || m.get("Call-ID") == "" || m.get("CSeq") == "" {
		return nil, errors.New("without Via, Call-ID or CSeq")
	}
	return m, nil
}

func (m *message) bytes() []byte {
	var b bytes.Buffer
	if m.method != "" {
		fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", m.method, m.uri)
	} else {
		fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", m.status, m.reason)
	}
	for _, h := range m.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h.name, h.value)
	}
	if len(m.body) > 0 {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(m.body))
	b.Write(m.body)
	return b.Bytes()
}

func (m *message) add(name, value string) { m.headers = append(m.headers, header{name, value}) }

// get is the first value of a header.
func (m *message) get(name string) string {
	for _, h := range m.headers {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

// all are the values of a header, in order. Several may stand in a line.
func (m *message) all(name string) (values []string) {
	for _, h := range m.headers {
		if strings.EqualFold(h.name, name) {
			values = append(values, split(h.value)...)
		}
	}
	return values
}

// split divides a list at the commas that stand neither in quotes nor in angle brackets.
func split(list string) (parts []string) {
	quoted, inside, from := false, false, 0
	for i, r := range list {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '<':
			inside = true
		case r == '>':
			inside = false
		case r == ',' && !inside:
			parts = append(parts, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(list[from:]))
}

// number and method of CSeq.
func (m *message) cseq() (n int, method string) {
	digits, method, _ := strings.Cut(m.get("CSeq"), " ")
	n, _ = strconv.Atoi(digits)
	return n, strings.TrimSpace(method)
}

// parameter is that of a header's value, behind the address.
func parameter(value, name string) string {
	if i := strings.LastIndex(value, ">"); i >= 0 {
		value = value[i+1:]
	}
	for p := range strings.SplitSeq(value, ";") {
		if n, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(n, name) {
			return strings.Trim(v, `"`)
		}
	}
	return ""
}

// address is the URI in a header's value.
func address(value string) string {
	if i := strings.Index(value, "<"); i >= 0 {
		value, _, _ = strings.Cut(value[i+1:], ">")
		return value
	}
	value, _, _ = strings.Cut(value, ";")
	return strings.TrimSpace(value)
}

// user and host:port of a URI.
func userOf(uri string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(uri, "sips:"), "sip:")
	user, _, found := strings.Cut(rest, "@")
	if !found {
		return ""
	}
	user, _, _ = strings.Cut(user, ";")
	return user
}

func hostOf(uri string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(uri, "sips:"), "sip:")
	if _, after, found := strings.Cut(rest, "@"); found {
		rest = after
	}
	rest, _, _ = strings.Cut(rest, ";")
	rest, _, _ = strings.Cut(rest, "?")
	if i := strings.LastIndex(rest, ":"); i < 0 || strings.HasSuffix(rest, "]") {
		rest += ":5060"
	}
	return rest
}

// response is that to a request, with the tag of this end.
func (m *message) response(status int, reason, tag string) *message {
	r := &message{status: status, reason: reason}
	for _, h := range m.headers {
		switch strings.ToLower(h.name) {
		case "via", "from", "call-id", "cseq", "record-route":
			r.headers = append(r.headers, h)
		case "to":
			if tag != "" && parameter(h.value, "tag") == "" {
				h.value += ";tag=" + tag
			}
			r.headers = append(r.headers, h)
		}
	}
	return r
}

// random is a text that nobody guesses.
func random() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
