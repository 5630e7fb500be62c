package reference

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	longPolling = "long-polling"
	webSocket   = "websocket"
	// maxTopics bounds the subscriptions of a session.
	maxTopics = 100
)

// bayeux is the notification server: sessions, their subscriptions, and what
// waits for them. The transports are in bayeux_http.go and bayeux_ws.go, the
// meta channels in bayeux_meta.go.
type bayeux struct {
	server *Server
	hooks  *bayeuxHooks
	hold   time.Duration // how long a connect is held

	mu       sync.Mutex // guards all sessions; never held while anything waits
	sessions map[string]*session
	sockets  map[*socket]bool
	browsers map[string]bool   // that had a session; kept for a fault only
	left     map[string]string // the clientId of the session that a browser ended last; kept for a fault only
	seen     map[*agent]bool   // who has connected; kept for a variation only
	deferred map[string]int    // requests that a variation has counted
	closed   bool
}

// session is one Bayeux client.
type session struct {
	id      string
	agent   *agent
	browser string // the BAYEUX_BROWSER cookie it is bound to over HTTP
	topics  []string
	past    []string // unsubscribed
	missed  [][]byte // what came of those; kept for a fault only
	queue   [][]byte
	bytes   int     // in the queue
	poll    *poll   // the connect that is held
	socket  *socket // where events go at once
	expiry  *time.Timer
	polls   int
	gone    bool
	since   time.Time // when it was begun
	beside  bool      // another session of its agent
	dead    bool      // a fault's: it gets no events
}

// poll is a connect that is held.
type poll struct {
	wake  chan struct{} // has room for one
	over  bool          // a later connect took its place
	timer *time.Timer   // over WebSocket
}

func (p *poll) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func newBayeux(s *Server) *bayeux {
	b := &bayeux{server: s, hooks: &s.hooks.bayeux, hold: s.opts.PollTimeout,
		sessions: map[string]*session{}, sockets: map[*socket]bool{}, browsers: map[string]bool{}, left: map[string]string{}}
	if b.hooks.pollTimeout > 0 {
		b.hold = b.hooks.pollTimeout
	}
	return b
}

func (b *bayeux) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.sessions)
}

func (b *bayeux) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, s := range b.sessions {
		b.remove(s)
	}
}

// begin makes a session; nil when there are too many. Call it with the lock.
func (b *bayeux) begin(a *agent, browser string) *session {
	if b.closed {
		return nil
	}
	if most := b.server.limits.sessions; len(b.sessions) >= most {
		b.server.warnings.say("sessions", "there are %d Bayeux sessions, which is the limit: handshakes are refused until some end", most)
		return nil
	}
	s := &session{id: strings.ReplaceAll(newUUID(), "-", ""), agent: a, browser: browser, since: time.Now()}
	for _, other := range b.sessions {
		s.beside = s.beside || other.agent == a
	}
	s.expiry = time.AfterFunc(b.server.opts.SessionTimeout, func() { b.expire(s) })
	if b.hooks.deadAgain && browser != "" {
		s.dead = b.browsers[browser]
		b.browsers[browser] = true
	}
	if last := b.left[browser]; b.hooks.sameClient && last != "" {
		s.id = last
	}
	b.sessions[s.id] = s
	return s
}

func (b *bayeux) expire(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.poll == nil {
		b.remove(s)
	}
}

// endOf ends the sessions of an agent.
func (b *bayeux) endOf(a *agent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.agent == a {
			b.remove(s)
		}
	}
}

// remove ends a session; its held connect returns. Call it with the lock.
func (b *bayeux) remove(s *session) {
	if s.gone {
		return
	}
	s.gone = true
	for _, h := range b.hooks.ended {
		h(b, s)
	}
	if b.hooks.sameClient {
		b.left[s.browser] = s.id
	}
	s.expiry.Stop()
	delete(b.sessions, s.id)
	b.take(s)
	if s.poll != nil && (!b.hooks.keepPoll || b.closed) {
		s.poll.ring()
		if s.poll.timer != nil {
			s.poll.timer.Reset(0)
		}
	}
	if s.socket != nil && b.closed {
		s.socket.close()
	}
}

// deliver hands events to the agent's sessions, in order. All of a call stand
// in one poll.
func (b *bayeux) deliver(to *agent, channels []string, messages [][]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		for i, channel := range channels {
			if s.agent != to && (b.hooks.overhears == nil || !b.hooks.overhears(s, channel)) {
				continue
			}
			if b.wants(s, channel) {
				b.push(s, messages[i])
			} else if b.hooks.catchUp && slices.Contains(s.past, channel) {
				s.missed = append(s.missed, messages[i])
			}
		}
	}
	b.shed()
}

func (b *bayeux) push(s *session, message []byte) {
	events := [][]byte{message}
	for _, h := range b.hooks.push {
		var become [][]byte
		for _, e := range events {
			become = append(become, h(s, e)...)
		}
		events = become
	}
	if s.socket != nil {
		if !b.hooks.muteSocket {
			for _, e := range events {
				s.socket.send(array(e))
			}
		}
		return
	}
	for _, e := range events {
		s.queue = append(s.queue, e)
		s.bytes += len(e)
		b.server.waiting.Add(int64(len(e)))
	}
	if most := &b.server.limits; len(s.queue) > most.events || s.bytes > most.bytes && len(s.queue) > 1 {
		b.drop(s, fmt.Sprintf("which polls too seldom: a session may have %d of them, and %d bytes", most.events, most.bytes))
		return
	}
	if s.poll != nil && len(events) > 0 {
		s.poll.ring()
	}
}

// drop ends a session that leaves its events where they are, as CometD does.
// Call it with the lock.
func (b *bayeux) drop(s *session, why string) {
	b.server.warnings.say("events", "%d events (%d bytes) wait for a Bayeux session of %s, %s; it was ended and has to handshake again",
		len(s.queue), s.bytes, s.agent.User, why)
	b.remove(s)
}

// shed ends the sessions and sockets that leave the most to wait, until all
// that wait together keep to the limit. Call it with the lock.
func (b *bayeux) shed() {
	most := b.server.limits.total
	for b.server.waiting.Load() > int64(most) {
		var worst *session
		unread := 0
		for _, s := range b.sessions {
			if s.bytes > unread {
				worst, unread = s, s.bytes
			}
		}
		var slowest *socket
		for k := range b.sockets {
			if n := k.unread(); n > unread {
				slowest, unread = k, n
			}
		}
		switch {
		case slowest != nil:
			b.server.warnings.say("socket", "%d bytes wait for the client of a WebSocket, the most of any, and all together may have %d: "+
				"it was closed", unread, most)
			slowest.close()
		case worst != nil:
			b.drop(worst, fmt.Sprintf("the most of any, and all together may have %d bytes", most))
		default:
			return
		}
	}
}

// take empties the queue. Call it with the lock.
func (b *bayeux) take(s *session) [][]byte {
	out := s.queue
	b.server.waiting.Add(-int64(s.bytes))
	s.queue, s.bytes = nil, 0
	return out
}

// wants reports whether a subscription of the session matches the channel. Several
// that match are one delivery.
func (b *bayeux) wants(s *session, channel string) bool {
	if s.dead {
		return false
	}
	for _, h := range b.hooks.match {
		if yes, decided := h(s, channel); decided {
			return yes
		}
	}
	return slices.ContainsFunc(s.topics, func(t string) bool { return matches(t, channel) })
}

// matches knows names, `*` for one segment and `**` for any depth.
func matches(pattern, channel string) bool {
	if prefix, deep := strings.CutSuffix(pattern, "/**"); deep {
		return strings.HasPrefix(channel, prefix+"/")
	}
	if prefix, wild := strings.CutSuffix(pattern, "/*"); wild {
		rest, below := strings.CutPrefix(channel, prefix+"/")
		return below && !strings.Contains(rest, "/")
	}
	return pattern == channel
}

// validTopic refuses what no channel can be called, and the service channels.
func validTopic(name string) bool {
	if len(name) < 2 || len(name) > 256 || name[0] != '/' || strings.HasPrefix(name, "/meta/") || strings.HasPrefix(name, "/service/") {
		return false
	}
	parts := strings.Split(name[1:], "/")
	for i, p := range parts {
		wild := p == "*" || p == "**"
		if p == "" || wild && i != len(parts)-1 || !wild && strings.ContainsAny(p, "*\x00 \t\r\n") {
			return false
		}
	}
	return true
}

// events takes what waits for the session. Call it with the lock.
func (b *bayeux) events(s *session) [][]byte {
	out := b.take(s)
	for _, h := range b.hooks.drain {
		out = h(s, out)
	}
	return out
}

// holdPoll makes a connect the one that is held; an earlier one ends. Call it
// with the lock.
func (b *bayeux) holdPoll(s *session) *poll {
	if s.poll != nil {
		if b.hooks.twin != nil {
			b.hooks.twin(b, s)
		}
		s.poll.over = true
		s.poll.ring()
		if s.poll.timer != nil {
			s.poll.timer.Reset(0)
		}
	}
	s.expiry.Stop()
	s.poll = &poll{wake: make(chan struct{}, 1)}
	return s.poll
}

// releasePoll ends a held connect; false when a later one took its place. Call
// it with the lock.
func (b *bayeux) releasePoll(s *session, p *poll) bool {
	if p.over {
		return false
	}
	s.poll = nil
	if !s.gone {
		patience := b.server.opts.SessionTimeout
		if b.hooks.hasty && len(s.topics) == 0 {
			patience = brief
		}
		s.expiry.Reset(patience)
	}
	return true
}

// array joins JSON texts to a JSON array.
func array(items ...[]byte) []byte {
	out := []byte{'['}
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, ']')
}

// serves reports whether the agent has a session.
func (b *bayeux) serves(a *agent) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.agent == a {
			return true
		}
	}
	return false
}
