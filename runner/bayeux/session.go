package bayeux

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Session is a client's session with one server. After Dial it polls by itself
// until Close, until the context of Dial ends, or until the server ends it.
type Session struct {
	o       Options
	obs     *observer
	link    link
	ctx     context.Context
	cancel  context.CancelFunc
	closing chan struct{} // closed by Close
	wake    chan struct{} // the session was lost: do not wait any longer
	done    chan struct{} // the poll loop is over
	running sync.WaitGroup
	once    sync.Once
	closed  error

	failures int // in a row; only the loop uses these three
	busy     int
	quick    int

	mu        sync.Mutex
	issued    int // ids
	calls     []*call
	number    int // of the session
	clientID  string
	advice    Advice
	supported []string
	channels  []string // subscribed
	events    int
	up        bool
	lostWhy   string
	stopPoll  context.CancelFunc
	ended     *Error
	changed   chan struct{} // closed and replaced when up or ended changes
}

// firstTries bounds how often Dial begins anew because the server advises it.
const firstTries = 3

// Dial makes a handshake and a first connect, which the server is asked not to
// hold. The session lives until Close or until ctx ends; RequestTimeout bounds
// each request of Dial, which follows the advice to begin anew twice. Every error is an *Error.
func Dial(ctx context.Context, o Options) (*Session, error) {
	o = o.withDefaults()
	if err := check(o); err != nil {
		return nil, err
	}
	s := &Session{
		o: o, obs: newObserver(o), advice: noAdvice,
		closing: make(chan struct{}), wake: make(chan struct{}, 1),
		done: make(chan struct{}), changed: make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	if o.Transport == WebSocket {
		s.link = newSocketLink(s)
	} else {
		s.link = newHTTPLink(s)
	}
	first, err := s.establish()
	for try := 1; err != nil && err.again && try < firstTries; try++ { // the server advises to begin anew
		s.wait(s.backoff())
		if !s.alive() {
			break
		}
		first, err = s.establish()
	}
	if err != nil {
		s.cancel()
		s.link.close()
		return nil, err
	}
	go s.run(first)
	return s, nil
}

func check(o Options) error {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Hostname() == "":
		return &Error{Kind: Invalid, Text: "the URL of the notifications names no host"}
	case u.Scheme != "http" && u.Scheme != "https":
		return &Error{Kind: Invalid, Text: "the URL of the notifications must begin with http:// or https://"}
	case u.User != nil:
		return &Error{Kind: Invalid, Text: "credentials do not belong into the URL of the notifications"}
	case o.Transport != LongPolling && o.Transport != WebSocket:
		return &Error{Kind: Invalid, Text: fmt.Sprintf("unknown transport %q", o.Transport)}
	}
	return nil
}

// ClientID is the current one; it changes with a new handshake.
func (s *Session) ClientID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clientID
}

// Transport is the one asked for.
func (s *Session) Transport() Transport { return s.o.Transport }

// Advice is what the server advised last.
func (s *Session) Advice() Advice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.advice
}

// SupportedTypes are the connection types of the last handshake reply.
func (s *Session) SupportedTypes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.supported)
}

// Number counts the handshakes, from 1.
func (s *Session) Number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.number
}

// Done is closed when nothing is polled any more; Err says why.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err is nil while the session lives, and an *Error after it ended.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == nil {
		return nil
	}
	return s.ended
}

// exchange sends requests as one batch and waits for their replies.
func (s *Session) exchange(ctx context.Context, session int, list ...request) ([]*call, *failure) {
	batch, body, f := s.prepare(ctx, session, list)
	if f == nil {
		f = s.link.send(ctx, session, body, batch)
		for _, c := range batch {
			if f == nil && !c.answered() {
				f = &failure{kind: Protocol, text: "the answer holds no reply to " + c.Channel}
			}
		}
		s.forget(batch)
	}
	if f != nil {
		s.observe(session, list[0].Channel, f)
	}
	return batch, f
}

func (s *Session) prepare(ctx context.Context, session int, list []request) ([]*call, []byte, *failure) {
	if f := s.link.ready(ctx); f != nil {
		return nil, nil, f
	}
	batch := make([]*call, 0, len(list))
	raw := make([]json.RawMessage, 0, len(list))
	s.mu.Lock()
	for _, r := range list {
		s.issued++
		r.ID = strconv.Itoa(s.issued)
		c := &call{request: r, done: make(chan struct{})}
		c.raw = encode(r)
		batch, raw = append(batch, c), append(raw, c.raw)
	}
	s.calls = append(s.calls, batch...)
	s.mu.Unlock()
	now := time.Now()
	sent := make([]Observation, 0, len(batch))
	for _, c := range batch {
		sent = append(sent, Observation{Kind: KindSent, At: now, Session: session, Channel: c.Channel, Raw: c.raw})
	}
	s.obs.emit(sent...)
	body := append([]byte{'['}, slices.Concat(interleave(raw)...)...)
	return batch, append(body, ']'), nil
}

// encode cannot fail: a request is strings and numbers.
func encode(r request) json.RawMessage {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return raw
}

func interleave(list []json.RawMessage) [][]byte {
	var parts [][]byte
	for i, raw := range list {
		if i > 0 {
			parts = append(parts, []byte{','})
		}
		parts = append(parts, raw)
	}
	return parts
}

func (s *Session) forget(batch []*call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = slices.DeleteFunc(s.calls, func(c *call) bool { return slices.Contains(batch, c) })
}

// observe tells of a failed request. What came back, or did not, may have held
// events, unless there was no session yet or is none any more.
func (s *Session) observe(session int, channel string, f *failure) {
	x := Observation{Session: session, Channel: channel, Text: f.text, HTTPStatus: f.status, ContentType: f.contentType}
	var list []Observation
	outside := channel == "/meta/handshake" || channel == "/meta/disconnect" || !s.alive()
	status := f.status != 0 && (!transient(f.status) || outside)
	if !f.faultSeen && !f.ours && (f.kind == Protocol || status) {
		x.Kind, x.Whole = KindFault, f.whole
		list = append(list, x)
	}
	x.Whole = false
	if !f.gapSeen && !outside && f.kind != Ended {
		x.Kind = KindGap
		x.Text = short("events may be lost: "+f.text, 300)
		list = append(list, x)
	}
	s.obs.emit(list...)
}

// Close ends the session: it sends a disconnect, waits shortly for the held
// poll and ends every goroutine. After it nothing is observed. The error tells
// of a disconnect that failed; the session is over all the same.
func (s *Session) Close(ctx context.Context) error {
	s.once.Do(func() { s.closed = s.shut(ctx) })
	return s.closed
}

func (s *Session) shut(ctx context.Context) error {
	s.mu.Lock()
	close(s.closing) // under mu: after it nobody enters
	alive, session, id := s.up && s.ended == nil, s.number, s.clientID
	s.mu.Unlock()
	var err error
	if alive && s.ctx.Err() == nil {
		limit, cancel := context.WithTimeout(ctx, min(s.o.RequestTimeout, closeGrace))
		defer cancel()
		_, f := s.exchange(limit, session, request{Channel: "/meta/disconnect", ClientID: id})
		if f != nil {
			err = f.asError("disconnect")
		}
		if s.o.Transport == LongPolling { // the held poll may bring events; a socket has brought them
			select {
			case <-s.done:
			case <-limit.Done():
			}
		}
	}
	s.link.close() // before the goroutines: a WebSocket says goodbye
	s.cancel()
	<-s.done
	s.running.Wait()
	s.link.close()
	s.end(&Error{Kind: Ended, Text: "the session was closed"})
	return err
}

// end is the one way out. The first reason counts.
func (s *Session) end(why *Error) {
	s.mu.Lock()
	first := s.ended == nil
	if first {
		s.ended, s.up = why, false
		s.turn()
	}
	session := s.number
	s.mu.Unlock()
	ours := !s.alive()
	s.cancel()
	if !first {
		return
	}
	s.obs.emit(Observation{Kind: KindState, Session: session, Text: "ended: " + why.Text, HTTPStatus: why.Status})
	if !ours {
		s.obs.emit(Observation{Kind: KindGap, Gap: GapBegins, Session: session, Text: "no more events come: " + why.Text})
	}
}

// turn wakes those who wait for a change. The caller holds mu.
func (s *Session) turn() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// sessionLost reports whether a connect failed because the server does not know
// the client. The codes 401, 402 and 403 are all in use for it; where one means
// something else, the handshake that follows will say so.
func sessionLost(errText string) bool {
	code, _, _ := strings.Cut(errText, ":")
	switch code {
	case "401", "402", "403":
		return true
	}
	return strings.Contains(strings.ToLower(errText), "unknown")
}

// unknownClient is sessionLost for other requests, where the same codes may
// stand for a channel that is denied.
func unknownClient(reply message, by Transport) bool {
	say := explicitReconnect(reply, by)
	return say == "handshake" || say == "" && strings.Contains(strings.ToLower(reply.errText), "unknown")
}
