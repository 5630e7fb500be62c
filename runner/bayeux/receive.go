package bayeux

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// call is a request that waits for its reply.
type call struct {
	request
	raw   json.RawMessage
	reply message
	done  chan struct{} // closed when reply is there, after it was observed
}

func (c *call) answered() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// origin is where received bytes came from.
type origin struct {
	session     int
	status      int // 0 on WebSocket
	contentType string
	at          time.Time
	flaws       []string // of the answer as a whole
}

func (from origin) observation(kind, channel, text string, raw json.RawMessage) Observation {
	return Observation{
		Kind: kind, At: from.at, Session: from.session, Channel: channel, Raw: raw, Text: text,
		HTTPStatus: from.status, ContentType: from.contentType,
	}
}

// faults of the body as a whole. What can be read of it is used all the same.
func (from origin) faults(body []byte, err error) (list []Observation) {
	say := func(text string) {
		x := from.observation(KindFault, "", text, nil)
		x.Whole = true
		list = append(list, x)
	}
	for _, text := range from.flaws {
		say(text)
	}
	if kind, _, bad := mime.ParseMediaType(from.contentType); from.status != 0 && (bad != nil || kind != "application/json") {
		say(fmt.Sprintf("the content type is %q instead of application/json", short(from.contentType, 100)))
	}
	if !utf8.Valid(body) && isText(body) {
		say("the body is not valid UTF-8: " + firstBadByte(body))
	}
	if err != nil && !errors.Is(err, errDeep) {
		say(err.Error() + quoted(body))
	}
	return list
}

// isText reports whether a body begins as JSON does: what is packed or junk is not wrongly encoded, it is something else.
func isText(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '[' || body[0] == '{')
}

// firstBadByte shows where a text stops to be UTF-8.
func firstBadByte(body []byte) string {
	at := 0
	for at < len(body) {
		r, n := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return fmt.Sprintf("byte %d, in %q", at, body[max(0, at-shownBefore):min(len(body), at+shownAfter)])
}

// So much is shown on both sides of a bad byte.
const shownBefore, shownAfter = 24, 16

func quoted(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	return ": " + short(string(body[:min(len(body), maxText+1)]), maxText)
}

// observations of one message: itself, and what is wrong with it.
func (from origin) message(m message) []Observation {
	kind := KindFault
	switch {
	case m.channel == "":
	case m.event():
		kind = KindEvent
	case m.meta() || m.successful != nil:
		kind = KindReply
	}
	if kind == KindFault {
		return []Observation{from.observation(kind, m.channel, m.problem, m.raw)}
	}
	list := []Observation{from.observation(kind, m.channel, "", m.raw)}
	if m.problem != "" {
		list = append(list, from.observation(KindFault, m.channel, m.problem, m.raw))
	}
	return list
}

// receive observes the messages of one response or frame in their order, and
// then wakes those who wait for a reply among them.
func (s *Session) receive(from origin, body []byte) error {
	list, err := decode(body)
	seen := from.faults(body, err)
	var answered []*call
	s.mu.Lock()
	for _, m := range list {
		seen = append(seen, from.message(m)...)
		for _, text := range s.take(m, from, &answered) {
			seen = append(seen, from.observation(KindFault, m.channel, text, m.raw))
		}
	}
	s.mu.Unlock()
	s.obs.emit(seen...)
	if s.obs.flooded() {
		s.obs.flood(from)
		s.end(&Error{Kind: Flooded, Text: "the server floods the session"})
	}
	for _, c := range answered {
		close(c.done)
	}
	return err
}

// take applies the advice of a message and finds the call it replies to.
func (s *Session) take(m message, from origin, answered *[]*call) (faults []string) {
	if m.advice != nil && from.session == s.number {
		s.advice, faults = s.advice.superseded(m.advice, s.o.Transport)
	}
	if m.event() {
		s.events++
		return faults
	}
	if !m.meta() {
		return faults
	}
	c := s.match(m)
	switch {
	case c == nil && m.id == "":
		faults = append(faults, "a reply to no request")
	case c == nil && !s.issuedID(m.id):
		faults = append(faults, "a reply with an id that no request had")
	case c == nil: // late, or a second one
	case m.id == "":
		faults = append(faults, "a reply without the id of its request")
	case m.idNumber:
		faults = append(faults, "a reply with the id as a number instead of the string")
	}
	if c != nil {
		c.reply = m
		*answered = append(*answered, c)
		s.calls = slices.DeleteFunc(s.calls, func(x *call) bool { return x == c })
	}
	return faults
}

// match goes by id and, only if there is none, by channel and subscription.
// Events may have ids of their own, so the channel must agree as well.
func (s *Session) match(m message) *call {
	var found *call
	for _, c := range s.calls {
		switch {
		case c.Channel != m.channel:
		case m.id != "":
			if c.ID == m.id {
				return c
			}
		case found == nil && (len(m.subscription) == 0 || slices.Contains(m.subscription, c.Subscription)):
			found = c
		}
	}
	return found
}

func (s *Session) issuedID(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && n > 0 && n <= s.issued
}
