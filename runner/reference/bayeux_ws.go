package reference

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// writeWait ends sockets whose client does not read.
	writeWait = 10 * time.Second
)

func isUpgrade(r *http.Request) bool { return websocket.IsWebSocketUpgrade(r) }

// socket is one WebSocket. Its writer goroutine keeps a slow client from
// holding up anybody else.
type socket struct {
	conn    *websocket.Conn
	server  *Server
	mu      sync.Mutex
	backlog [][]byte
	bytes   int  // in the backlog
	closed  bool // nothing more is kept
	wake    chan struct{}
	done    chan struct{}
	once    sync.Once
}

func (k *socket) send(frame []byte) {
	if !k.keep(frame) {
		k.close()
		return
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// keep puts a frame into the backlog, unless too much waits there, or
// everywhere, for a client that does not read.
func (k *socket) keep(frame []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return false
	}
	most := &k.server.limits
	if len(k.backlog) > 0 && (len(k.backlog) >= most.events || k.bytes+len(frame) > most.bytes) {
		k.server.warnings.say("socket", "%d frames (%d bytes) wait for the client of a WebSocket, which does not read them: it was closed",
			len(k.backlog), k.bytes)
		return false
	}
	k.backlog = append(k.backlog, frame)
	k.bytes += len(frame)
	k.server.waiting.Add(int64(len(frame)))
	return true
}

// next takes the oldest frame; nil when there is none.
func (k *socket) next() []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.backlog) == 0 {
		return nil
	}
	frame := k.backlog[0]
	k.backlog[0] = nil
	k.backlog = k.backlog[1:]
	k.bytes -= len(frame)
	k.server.waiting.Add(-int64(len(frame)))
	return frame
}

func (k *socket) unread() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.bytes
}

func (k *socket) close() {
	k.once.Do(func() {
		close(k.done)
		_ = k.conn.Close()
		k.mu.Lock()
		defer k.mu.Unlock()
		k.server.waiting.Add(-int64(k.bytes))
		k.backlog, k.bytes, k.closed = nil, 0, true
	})
}

func (k *socket) write() {
	for {
		select {
		case <-k.wake:
		case <-k.done:
			return
		}
		for f := k.next(); f != nil; f = k.next() {
			if k.put(f) != nil {
				k.close()
				return
			}
		}
	}
}

// put writes a frame, or what a fault makes of it.
func (k *socket) put(frame []byte) error {
	hooks, kind, frames := &k.server.hooks.bayeux, websocket.TextMessage, [][]byte{frame}
	if hooks.binary {
		kind = websocket.BinaryMessage
	}
	for _, h := range hooks.frames {
		frames = h(frame)
	}
	for _, f := range frames {
		_ = k.conn.SetWriteDeadline(time.Now().Add(writeWait))
		if err := k.conn.WriteMessage(kind, f); err != nil {
			return err
		}
	}
	return nil
}

// serveSocket upgrades and reads until the socket ends. The handler's own
// goroutine is the reader.
func (b *bayeux) serveSocket(w http.ResponseWriter, r *http.Request, a *agent) {
	if !slices.Contains(b.types(), webSocket) || b.hooks.brokenSocket {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	// Credentials are required, so that any origin may do; but a browser adds
	// those of its user, and so a loopback server looks whose page it shows.
	upgrader := websocket.Upgrader{CheckOrigin: b.server.hosts.from}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	k := &socket{conn: conn, server: b.server, wake: make(chan struct{}, 1), done: make(chan struct{})}
	defer k.close()
	conn.SetReadLimit(maxBody)
	if !b.server.spawn(k.write) || !b.server.spawn(func() { b.guard(k) }) {
		return
	}
	b.enter(k)
	c := &client{agent: a, socket: k}
	for {
		// A client connects again when a connect ends; one that does not has no session any more.
		_ = conn.SetReadDeadline(time.Now().Add(b.hold + b.server.opts.SessionTimeout))
		kind, raw, err := conn.ReadMessage()
		if err != nil {
			break
		}
		messages, good := parseMessages(raw)
		if kind != websocket.TextMessage || !good {
			k.send([]byte(`[{"successful":false,"error":"400::malformed"}]`))
			continue
		}
		b.answerOver(c, messages)
		b.look()
	}
	b.leave(k)
}

// enter makes a socket known.
func (b *bayeux) enter(k *socket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sockets[k] = true
}

// look is behind replies, which can pile up as events can.
func (b *bayeux) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shed()
}

// guard ends the socket with the server.
func (b *bayeux) guard(k *socket) {
	select {
	case <-b.server.closing:
		k.close()
	case <-k.done:
	}
}

func (b *bayeux) answerOver(c *client, messages []object) {
	p := b.handle(c, messages)
	replies := b.finish(p)
	if p.connect < 0 {
		c.socket.send(array(replies...))
		return
	}
	held := replies[p.connect]
	if rest := slices.Delete(slices.Clone(replies), p.connect, p.connect+1); len(rest) > 0 {
		c.socket.send(array(rest...))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := p.session
	if s.gone {
		c.socket.send(array(held))
		return
	}
	// Events do not wait for the connect here: it is only the heartbeat.
	poll := b.holdPoll(s)
	poll.timer = time.AfterFunc(p.hold, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.releasePoll(s, poll)
		c.socket.send(array(held))
	})
}

// bind makes a socket the one that events go to. Call it with the lock.
func (b *bayeux) bind(s *session, k *socket) {
	s.socket = k
	for _, e := range b.events(s) {
		k.send(array(e))
	}
}

// leave is after the end of a socket: its sessions wait for another one, and
// expire.
func (b *bayeux) leave(k *socket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.sockets, k)
	for _, s := range b.sessions {
		if s.socket != k {
			continue
		}
		s.socket = nil
		if s.poll != nil {
			if s.poll.timer != nil {
				s.poll.timer.Stop()
			}
			b.releasePoll(s, s.poll)
		}
	}
}
