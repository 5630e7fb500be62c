package reference

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// errUnknown is what CometD says of a session it does not know.
const errUnknown = "402::session_unknown"

// client is who sent a request: the agent by the credentials, and over HTTP
// the browser by its cookie.
type client struct {
	agent   *agent
	browser string
	socket  *socket
	fresh   bool // the browser cookie is new and has to be set
}

// pending is what a request asked for: the replies, and the connect that may
// be held before they are sent.
type pending struct {
	replies  []object
	requests []object
	sessions []*session // of each reply
	connect  int        // index of the connect, or -1
	session  *session   // that it belongs to
	hold     time.Duration
}

// handle answers the messages of one request, but does not wait.
func (b *bayeux) handle(c *client, messages []object) *pending {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := &pending{connect: -1}
	for _, m := range messages {
		reply, s := b.answer(c, m, p)
		p.replies, p.requests, p.sessions = append(p.replies, reply), append(p.requests, m), append(p.sessions, s)
	}
	return p
}

// answer is the reply to one message. Call it with the lock.
func (b *bayeux) answer(c *client, m object, p *pending) (object, *session) {
	channel, _ := m["channel"].(string)
	reply := object{"channel": channel, "successful": false}
	if id, given := m["id"]; given {
		reply["id"] = id
	}
	if channel == "/meta/handshake" {
		return reply, b.handshake(c, m, reply)
	}
	s := b.find(c, m)
	if s == nil {
		reply["error"] = errUnknown
		reply["advice"] = object{"reconnect": "handshake", "interval": 0}
		if b.hooks.anyClient {
			delete(reply, "error")
			delete(reply, "advice")
			reply["successful"] = true
			reply["subscription"] = m["subscription"]
		}
		return reply, nil
	}
	if c.socket != nil && s.socket != c.socket {
		b.bind(s, c.socket)
	}
	reply["clientId"] = s.id
	switch channel {
	case "/meta/connect":
		b.connect(c, s, m, reply, p)
	case "/meta/subscribe":
		b.subscribe(s, m, reply)
	case "/meta/unsubscribe":
		b.unsubscribe(s, m, reply)
	case "/meta/disconnect":
		reply["successful"] = true
		if !b.hooks.keepOnLeave && !(b.hooks.keepOnLeaveSocket && c.socket != nil) {
			b.remove(s)
		}
	default:
		reply["error"] = "403:" + channel + ":publish_denied"
		if b.hooks.relay {
			b.relayed(channel, m)
		}
	}
	return reply, s
}

// find looks up the session of a message. Over HTTP it is bound to the browser
// cookie, as in CometD; and always to the agent.
func (b *bayeux) find(c *client, m object) *session {
	id, _ := m["clientId"].(string)
	s := b.sessions[id]
	if s == nil || b.hooks.anyAgent || b.hooks.anyAgentFor != "" && b.hooks.anyAgentFor == m["channel"] {
		return s
	}
	if s.agent != c.agent || c.socket == nil && s.socket == nil && s.browser != c.browser {
		return nil
	}
	return s
}

func (b *bayeux) types() []string {
	if b.hooks.types != nil {
		return b.hooks.types
	}
	return []string{longPolling, webSocket}
}

func (b *bayeux) handshake(c *client, m, reply object) *session {
	reply["version"] = "1.0"
	reply["supportedConnectionTypes"] = b.types()
	if b.later(c.agent, "handshake", 3) {
		reply["error"], reply["advice"] = "503::not_now", object{"reconnect": "handshake", "interval": 50}
		return nil
	}
	over := longPolling
	if c.socket != nil {
		over = webSocket
	}
	if !slices.Contains(b.types(), over) || !b.shared(m) {
		reply["error"] = "301::connection_types_unsupported"
		reply["advice"] = object{"reconnect": "none"}
		return nil
	}
	if b.hooks.onePage && b.otherPage(c.browser) {
		reply["error"] = "403::another_page"
		return nil
	}
	if b.hooks.once && c.browser != "" {
		reply["error"] = "403::already_handshaken"
		return nil
	}
	if c.browser == "" && c.socket == nil {
		c.browser, c.fresh = newUUID(), true
	}
	s := b.begin(c.agent, c.browser)
	if s == nil {
		reply["error"] = "500::too_many_sessions"
		reply["advice"] = object{"reconnect": "none"}
		return nil
	}
	if c.socket != nil {
		b.bind(s, c.socket)
	}
	reply["clientId"], reply["successful"] = s.id, true
	reply["advice"] = b.advice()
	return s
}

// shared reports whether client and server have a connection type in common. A
// client that names none is let in.
func (b *bayeux) shared(m object) bool {
	v, given := m["supportedConnectionTypes"]
	if !given {
		return true
	}
	list, _ := v.([]any)
	return slices.ContainsFunc(list, func(t any) bool {
		name, _ := t.(string)
		return slices.Contains(b.types(), name)
	})
}

func (b *bayeux) advice() object {
	return object{"reconnect": "retry", "interval": 0, "timeout": b.hold.Milliseconds()}
}

func (b *bayeux) connect(_ *client, s *session, m, reply object, p *pending) {
	s.polls++
	if s.polls > 1 && b.later(s.agent, "connect", 29) {
		reply["error"], reply["advice"] = "503::not_now", object{"reconnect": "retry", "interval": 50}
		return
	}
	if b.hooks.maxConnects > 0 && s.polls > b.hooks.maxConnects || b.hooks.turnAway && b.isFirst(s.agent) {
		b.remove(s)
		reply["error"] = errUnknown
		reply["advice"] = object{"reconnect": "handshake", "interval": 0}
		return
	}
	if b.hooks.forgetAfter > 0 && s.polls == b.hooks.forgetAfter {
		s.topics = nil
	}
	reply["successful"] = true
	reply["advice"] = b.advice()
	if p.connect >= 0 {
		return // one connect is held; any other of the request is answered at once
	}
	p.connect, p.session, p.hold = len(p.replies), s, b.hold
	if advice, _ := m["advice"].(object); advice != nil {
		if n, isNumber := advice["timeout"].(json.Number); isNumber {
			if ms, err := strconv.ParseInt(n.String(), 10, 32); err == nil && ms >= 0 {
				p.hold = min(b.hold, time.Duration(ms)*time.Millisecond)
			}
		}
	}
}

// later reports for one request in so many of an agent that it is to be tried again, where a variation has that.
func (b *bayeux) later(a *agent, what string, every int) bool {
	if !b.hooks.defers {
		return false
	}
	if b.deferred == nil {
		b.deferred = map[string]int{}
	}
	k := a.Number + what
	b.deferred[k]++
	return b.deferred[k]%every == 1
}

// isFirst reports, once, that nobody has connected as this agent before.
func (b *bayeux) isFirst(a *agent) bool {
	if b.seen[a] {
		return false
	}
	if b.seen == nil {
		b.seen = map[*agent]bool{}
	}
	b.seen[a] = true
	return true
}

// topics reads a subscription: a name, or an array of names.
func topics(m object) ([]string, bool) {
	switch v := m["subscription"].(type) {
	case string:
		return []string{v}, validTopic(v)
	case []any:
		var list []string
		for _, t := range v {
			name, isText := t.(string)
			if !isText || !validTopic(name) {
				return nil, false
			}
			list = append(list, name)
		}
		return list, len(list) > 0
	}
	return nil, false
}

func (b *bayeux) subscribe(s *session, m, reply object) {
	if v, given := m["subscription"]; given {
		reply["subscription"] = v
	}
	list, valid := topics(m)
	if !valid || len(s.topics)+len(list) > maxTopics {
		reply["error"] = "403::subscription_invalid"
		return
	}
	for i, t := range list {
		if b.hooks.firstOfList && i > 0 {
			break
		}
		if b.hooks.topicsAgain || !slices.Contains(s.topics, t) {
			s.topics = append(s.topics, t)
		}
	}
	if b.hooks.catchUp {
		b.caughtUp(s)
	}
	reply["successful"] = true
}

func (b *bayeux) unsubscribe(s *session, m, reply object) {
	if v, given := m["subscription"]; given {
		reply["subscription"] = v
	}
	list, valid := topics(m)
	if !valid {
		reply["error"] = "403::subscription_invalid"
		return
	}
	reply["successful"] = true
	if b.hooks.keepTopics {
		return
	}
	for _, h := range b.hooks.leave {
		list = h(list)
	}
	s.topics = slices.DeleteFunc(s.topics, func(t string) bool { return b.hooks.dropTopics || slices.Contains(list, t) })
	if len(s.past) < maxTopics {
		s.past = append(s.past, list...)
	}
}

// finish bends the replies as a fault asks, and encodes them.
func (b *bayeux) finish(p *pending) [][]byte {
	out := make([][]byte, 0, len(p.replies))
	for i, reply := range p.replies {
		for _, h := range b.hooks.reply {
			h(p.sessions[i], p.requests[i], reply)
		}
		out = append(out, encode(reply))
	}
	return out
}
