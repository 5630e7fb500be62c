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
	// maxBacklog is what may wait for such a client.
	maxBacklog = 10000
)

func isUpgrade(r *http.Request) bool { return websocket.IsWebSocketUpgrade(r) }

// The check of the origin is a browser's matter; credentials are required.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// socket is one WebSocket. Its writer goroutine keeps a slow client from
// holding up anybody else.
type socket struct {
	conn    *websocket.Conn
	mu      sync.Mutex
	backlog [][]byte
	wake    chan struct{}
	done    chan struct{}
	once    sync.Once
}

func (k *socket) send(frame []byte) {
	k.mu.Lock()
	k.backlog = append(k.backlog, frame)
	full := len(k.backlog) > maxBacklog
	k.mu.Unlock()
	if full {
		k.close()
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

func (k *socket) close() {
	k.once.Do(func() {
		close(k.done)
		_ = k.conn.Close()
	})
}

func (k *socket) write() {
	for {
		select {
		case <-k.wake:
		case <-k.done:
			return
		}
		k.mu.Lock()
		frames := k.backlog
		k.backlog = nil
		k.mu.Unlock()
		for _, f := range frames {
			_ = k.conn.SetWriteDeadline(time.Now().Add(writeWait))
			if k.conn.WriteMessage(websocket.TextMessage, f) != nil {
				k.close()
				return
			}
		}
	}
}

// serveSocket upgrades and reads until the socket ends. The handler's own
// goroutine is the reader.
func (b *bayeux) serveSocket(w http.ResponseWriter, r *http.Request, a *agent) {
	if !slices.Contains(b.types(), webSocket) || b.hooks.brokenSocket {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	k := &socket{conn: conn, wake: make(chan struct{}, 1), done: make(chan struct{})}
	defer k.close()
	conn.SetReadLimit(maxBody)
	if !b.server.spawn(k.write) || !b.server.spawn(func() { b.guard(k) }) {
		return
	}
	c := &client{agent: a, socket: k}
	for {
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
	}
	b.leave(k)
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
	poll := b.holdConnect(s)
	poll.timer = time.AfterFunc(p.hold, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.releaseConnect(s, poll)
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
	for _, s := range b.sessions {
		if s.socket != k {
			continue
		}
		s.socket = nil
		if s.poll != nil {
			if s.poll.timer != nil {
				s.poll.timer.Stop()
			}
			b.releaseConnect(s, s.poll)
		}
	}
}
