package reference

import (
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	longPolling = "long-polling"
	webSocket   = "websocket"
	// maxSessions and maxTopics bound what a hostile client can make.
	maxSessions = 10000
	maxTopics   = 1000
	maxQueue    = 100000
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
	browsers map[string]bool // that had a session; kept for a fault only
	closed   bool
}

// session is one Bayeux client.
type session struct {
	id      string
	agent   *agent
	browser string // the BAYEUX_BROWSER cookie it is bound to over HTTP
	topics  []string
	past    []string // unsubscribed
	queue   [][]byte
	poll    *poll   // the connect that is held
	socket  *socket // where events go at once
	expiry  *time.Timer
	polls   int
	gone    bool
	dead    bool // a fault's: it gets no events
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
		sessions: map[string]*session{}, browsers: map[string]bool{}}
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
	if b.closed || len(b.sessions) >= maxSessions {
		return nil
	}
	s := &session{id: strings.ReplaceAll(newUUID(), "-", ""), agent: a, browser: browser}
	s.expiry = time.AfterFunc(b.server.opts.SessionTimeout, func() { b.expire(s) })
	if b.hooks.deadAgain && browser != "" {
		s.dead = b.browsers[browser]
		b.browsers[browser] = true
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

// remove ends a session; its held connect returns. Call it with the lock.
func (b *bayeux) remove(s *session) {
	if s.gone {
		return
	}
	s.gone = true
	s.expiry.Stop()
	delete(b.sessions, s.id)
	if s.poll != nil {
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
		if s.agent != to {
			continue
		}
		for i, channel := range channels {
			if b.wants(s, channel) {
				b.push(s, messages[i])
			}
		}
	}
}

func (b *bayeux) push(s *session, message []byte) {
	events := [][]byte{message}
	if b.hooks.push != nil {
		events = b.hooks.push(s, message)
	}
	if s.socket != nil {
		if !b.hooks.muteSocket {
			for _, e := range events {
				s.socket.send(array(e))
			}
		}
		return
	}
	if s.queue = append(s.queue, events...); len(s.queue) > maxQueue {
		s.queue = s.queue[len(s.queue)-maxQueue:]
	}
	if s.poll != nil && len(events) > 0 {
		s.poll.ring()
	}
}

// wants reports whether a subscription of the session matches the channel. Several
// that match are one delivery.
func (b *bayeux) wants(s *session, channel string) bool {
	if s.dead {
		return false
	}
	if b.hooks.match != nil {
		if yes, decided := b.hooks.match(s, channel); decided {
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
	out := s.queue
	s.queue = nil
	if b.hooks.drain != nil {
		out = b.hooks.drain(s, out)
	}
	return out
}

// holdConnect marks a connect as the one that is held; an earlier one ends. Call it
// with the lock.
func (b *bayeux) holdConnect(s *session) *poll {
	if s.poll != nil {
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

// releaseConnect ends a held connect; false when a later one took its place. Call it
// with the lock.
func (b *bayeux) releaseConnect(s *session, p *poll) bool {
	if p.over {
		return false
	}
	s.poll = nil
	if !s.gone {
		s.expiry.Reset(b.server.opts.SessionTimeout)
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
