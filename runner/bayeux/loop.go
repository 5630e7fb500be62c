package bayeux

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// establish makes a handshake, subscribes what was subscribed, and connects
// once without being held. It returns the reply to that.
func (s *Session) establish() (message, *Error) {
	session := s.begin()
	if err := s.handshake(session); err != nil {
		return message{}, err
	}
	s.mu.Lock()
	id, channels := s.clientID, slices.Clone(s.channels)
	hold := max(s.o.RequestTimeout, min(s.advice.hold(s.o.PollMargin), defaultHold+s.o.PollMargin))
	s.mu.Unlock()
	if len(channels) > 0 {
		err := s.subscribe(s.ctx, session, id, "/meta/subscribe", channels)
		if err != nil && (err.Kind != Subscribe || err.again) {
			err.again = err.Kind != Refused
			return message{}, err
		}
		if err != nil { // denied: no reason to give up the session
			s.obs.emit(Observation{
				Kind: KindGap, Gap: GapBegins, Session: session, Channel: "/meta/subscribe", Text: "not subscribed again: " + err.Text,
			})
		}
	}
	// A server may hold it although it is asked not to: hence not RequestTimeout. It may advise an hour for polls;
	// nobody waits for this one so long.
	ctx, cancel := context.WithTimeout(s.ctx, hold)
	defer cancel()
	batch, f := s.exchange(ctx, session, request{
		Channel: "/meta/connect", ClientID: id, ConnectionType: s.o.Transport, Advice: map[string]int{"timeout": 0},
	})
	if f != nil && !answered(batch) {
		return message{}, f.asError("first connect")
	}
	reply := batch[0].reply
	if !reply.ok() {
		return message{}, refusal("first connect", reply, s.o.Transport)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		s.up = true
		s.turn()
	}
	return reply, nil
}

func answered(batch []*call) bool { return len(batch) > 0 && batch[0].answered() }

// begin counts a new session, but not each attempt to get one.
func (s *Session) begin() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.number == 0 || s.clientID != "" {
		s.number++
	}
	s.clientID = ""
	s.advice = Advice{Reconnect: noAdvice.Reconnect, Timeout: s.advice.Timeout}
	return s.number
}

func (s *Session) handshake(session int) *Error {
	ctx, cancel := context.WithTimeout(s.ctx, s.o.RequestTimeout)
	defer cancel()
	batch, f := s.exchange(ctx, session, request{
		Channel: "/meta/handshake", Version: "1.0", MinimumVersion: "1.0", SupportedConnectionTypes: []Transport{s.o.Transport},
	})
	if f != nil && !answered(batch) {
		return f.asError("handshake")
	}
	reply := batch[0].reply
	switch {
	case !reply.ok():
		return refusal("handshake", reply, s.o.Transport)
	case reply.clientID == "":
		return &Error{Kind: Protocol, Text: "handshake: the successful reply has no clientId"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clientID, s.supported = reply.clientID, supportedTypes(reply.raw)
	return nil
}

func supportedTypes(raw json.RawMessage) (list []string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || json.Unmarshal(fields["supportedConnectionTypes"], &list) != nil {
		return nil
	}
	return list
}

// refusal is the error for an unsuccessful reply.
func refusal(doing string, reply message, by Transport) *Error {
	text := reply.errText
	if text == "" {
		text = "unsuccessful, without an error"
	}
	said := short(text, 300)
	if !absent(reply.ext) {
		said += " (ext: " + short(string(reply.ext), 200) + ")" // where servers of CometD say why
	}
	err := &Error{Kind: Handshake, Text: doing + ": " + said}
	if doing == "handshake" && (strings.HasPrefix(text, "401:") || strings.HasPrefix(text, "403:")) {
		err.Kind = Refused
	}
	switch explicitReconnect(reply, by) {
	case "handshake", "retry":
		err.again = true
	case "":
		err.again = doing != "handshake" && sessionLost(text)
	}
	return err
}

// explicitReconnect is what this very reply advises, if anything.
func explicitReconnect(m message, by Transport) string {
	var fields, own map[string]json.RawMessage
	if m.advice == nil || json.Unmarshal(m.advice, &fields) != nil {
		return ""
	}
	_ = json.Unmarshal(fields[string(by)], &own)
	if absent(fields["reconnect"]) && absent(own["reconnect"]) {
		return ""
	}
	a, _ := noAdvice.superseded(m.advice, by)
	return a.Reconnect
}

// run polls until the session ends.
func (s *Session) run(first message) {
	defer close(s.done)
	pause, _ := s.decide(first, s.Number())
	s.wait(pause)
	for s.alive() {
		var pause time.Duration
		if s.isUp() {
			pause = s.poll()
		} else {
			pause = s.reestablish()
		}
		s.wait(pause)
	}
	select {
	case <-s.closing: // Close does the rest
	default:
		s.end(&Error{Kind: Ended, Text: "the session was given up"})
		s.link.close()
	}
}

func (s *Session) alive() bool {
	select {
	case <-s.closing:
		return false
	case <-s.ctx.Done():
		return false
	default:
		return true
	}
}

func (s *Session) isUp() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

func (s *Session) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.wake:
	case <-s.closing:
	case <-s.ctx.Done():
	}
}

// backoff grows until a poll succeeds.
func (s *Session) backoff() time.Duration {
	d := min(backoffFirst<<min(s.failures, 10), backoffMost)
	s.failures++
	return d
}

// poll sends one connect and returns the pause before the next.
func (s *Session) poll() time.Duration {
	s.mu.Lock()
	session, id, events := s.number, s.clientID, s.events
	ctx, cancel := context.WithTimeout(s.ctx, s.advice.hold(s.o.PollMargin))
	s.stopPoll = cancel
	up := s.up
	s.mu.Unlock()
	defer cancel()
	if !up {
		return 0
	}
	start := time.Now()
	batch, f := s.exchange(ctx, session, request{Channel: "/meta/connect", ClientID: id, ConnectionType: s.o.Transport})
	switch {
	case !s.alive() || !s.isUp():
		return 0
	case answered(batch):
		return s.afterConnect(batch[0].reply, session, time.Since(start), events)
	case f.kind == Refused:
		s.end(f.asError("connect"))
		return 0
	}
	return s.backoff()
}

// decide goes by the reply's own advice first, then by its error, then by the
// advice in force. It reports whether the session goes on as it was.
func (s *Session) decide(reply message, session int) (pause time.Duration, fine bool) {
	advice := s.Advice()
	say := explicitReconnect(reply, s.o.Transport)
	if reply.ok() {
		say = advice.Reconnect
	} else if say == "" && sessionLost(reply.errText) {
		say = "handshake"
	}
	why := "connect was answered"
	if !reply.ok() {
		why = "connect failed: " + short(reply.errText, 200)
	}
	switch {
	case say == "handshake":
		s.lose(session, why+", a new handshake is due")
		return max(s.backoff(), advice.Interval), false
	case say == "none" || advice.Interval < 0:
		s.end(&Error{Kind: Ended, Text: why + ", the server advises not to connect again"})
		return 0, false
	case advice.Interval > longestInterval:
		s.end(&Error{Kind: Ended, Text: why + ", the server advises not to connect again before " + advice.Interval.String()})
		return 0, false
	case !reply.ok():
		return max(s.backoff(), advice.Interval), false
	}
	return advice.Interval, true
}

// afterConnect keeps a server that answers polls at once from a busy loop.
func (s *Session) afterConnect(reply message, session int, took time.Duration, events int) time.Duration {
	pause, fine := s.decide(reply, session)
	if !fine {
		return pause
	}
	s.mu.Lock()
	quiet := s.events == events
	s.mu.Unlock()
	s.failures = 0
	switch {
	case took >= busyFloor || pause > 0:
		s.busy, s.quick = 0, max(0, s.quick-int(took/busyFloor))
		return pause
	case !quiet:
		s.busy = 0
		if s.quick++; s.quick < quickCount {
			return pause
		}
		if s.quick == quickCount {
			s.obs.emit(Observation{Kind: KindFault, Session: session, Channel: "/meta/connect", Text: fmt.Sprintf(
				"busy loop: %d connects were answered at once, each with an event", quickCount)})
		}
		return busyFloor
	}
	if s.busy++; s.busy == busyCount {
		s.obs.emit(Observation{Kind: KindFault, Session: session, Channel: "/meta/connect", Text: fmt.Sprintf(
			"busy loop: %d connects in a row were answered at once, empty and without advice.interval", busyCount)})
	}
	return busyFloor
}

// lose marks the session as gone, once.
func (s *Session) lose(session int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up || s.number != session {
		return
	}
	s.up, s.lostWhy = false, why
	s.turn()
	if s.stopPoll != nil {
		s.stopPoll() // what the poll waits for is gone: nothing is lost by it
	}
}

// SessionLost is how a note begins that tells of a session that the server does not know any more.
const SessionLost = "session lost: "

// reestablish tries once to get a session again, and returns the pause before
// the next attempt.
func (s *Session) reestablish() time.Duration {
	s.mu.Lock()
	why, session := s.lostWhy, s.number
	s.lostWhy = ""
	s.mu.Unlock()
	select {
	case <-s.wake:
	default:
	}
	if why != "" {
		s.obs.emit(
			Observation{Kind: KindState, Session: session, Text: SessionLost + why},
			Observation{Kind: KindGap, Gap: GapBegins, Session: session, Text: "events may be lost until the channels are subscribed again"},
		)
	}
	first, err := s.establish()
	switch {
	case err == nil:
		s.obs.emit(
			Observation{Kind: KindState, Session: s.Number(), Text: "session established again, channels subscribed again"},
			Observation{Kind: KindGap, Gap: GapEnds, Session: s.Number(), Text: "until the channels were subscribed again events may have been lost"},
		)
		pause, _ := s.decide(first, s.Number())
		return pause
	case !err.again:
		s.end(err)
		return 0
	}
	s.obs.emit(Observation{Kind: KindGap, Session: session, HTTPStatus: err.Status, Text: "no session yet: " + err.Text})
	return s.backoff()
}
