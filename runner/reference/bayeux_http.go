package reference

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const browserCookie = "BAYEUX_BROWSER"

// serve answers a request at /api/v2/notifications or below it; some clients
// post /handshake, /connect and so on.
func (b *bayeux) serve(w http.ResponseWriter, r *http.Request, a *agent) {
	if isUpgrade(r) {
		b.serveSocket(w, r, a)
		return
	}
	messages, good := b.read(r)
	if !good {
		if b.hooks.lenient {
			b.send(w, array([]byte(`{"channel":"/meta/connect","successful":true}`)))
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c := &client{agent: a}
	if cookie, err := r.Cookie(browserCookie); err == nil {
		c.browser = cookie.Value
	}
	p := b.handle(c, messages)
	var events [][]byte
	if p.connect >= 0 {
		var alive bool
		if events, alive = b.await(r, p); !alive {
			return // nobody is there to read it; what waits comes with the next poll
		}
	} else if b.hooks.eventsAnywhere {
		events = b.waiting(p)
	}
	if c.fresh {
		http.SetCookie(w, &http.Cookie{Name: browserCookie, Value: c.browser, Path: "/", HttpOnly: true})
	}
	if b.hooks.failHeld && p.connect >= 0 && p.hold > 0 && p.hold < b.hold && len(events) == 0 {
		p.replies[p.connect]["successful"] = false
	}
	replies := b.finish(p)
	for _, h := range b.hooks.replied {
		replies = h(p, replies)
	}
	switch {
	case b.hooks.singleObject && len(replies) == 1 && len(events) == 0:
		b.send(w, replies[0])
	case b.hooks.repliesFirst:
		b.send(w, array(append(replies, events...)...))
	default:
		b.send(w, array(append(events, replies...)...))
	}
}

// read accepts an array of messages, and a single one.
func (b *bayeux) read(r *http.Request) ([]object, bool) {
	raw, err := readBody(r)
	if err != nil || r.Method != http.MethodPost || !isJSON(r) {
		return nil, false
	}
	return parseMessages(raw)
}

// maxBatch is far above what a client sends in one request.
const maxBatch = 1000

func parseMessages(raw []byte) ([]object, bool) {
	v, err := decodeValue(raw)
	if err != nil {
		return nil, false
	}
	list, isArray := v.([]any)
	if !isArray {
		list = []any{v}
	}
	if len(list) == 0 || len(list) > maxBatch {
		return nil, false
	}
	var messages []object
	for _, item := range list {
		m, isObject := item.(object)
		if !isObject {
			return nil, false
		}
		if _, named := m["channel"].(string); !named {
			return nil, false
		}
		messages = append(messages, m)
	}
	return messages, true
}

// await holds the connect until there is an event, the time is over, or a
// later connect takes its place. It is false when the client has gone.
func (b *bayeux) await(r *http.Request, p *pending) ([][]byte, bool) {
	s := p.session
	b.mu.Lock()
	if s.gone {
		b.mu.Unlock()
		return nil, true
	}
	held := b.holdPoll(s)
	if len(s.queue) > 0 || p.hold == 0 {
		held.ring()
	}
	b.mu.Unlock()
	timer := time.NewTimer(p.hold)
	defer timer.Stop()
	alive := true
	select {
	case <-held.wake:
	case <-timer.C:
	case <-r.Context().Done():
		alive = false
	case <-b.server.closing:
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.releasePoll(s, held) || !alive {
		return nil, alive
	}
	return b.events(s), true
}

// waiting is what a reply to something else than a connect brings along.
func (b *bayeux) waiting(p *pending) [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, s := range p.sessions {
		if s != nil && !s.gone && p.requests[i]["channel"] != "/meta/handshake" {
			return b.events(s)
		}
	}
	return nil
}

func (b *bayeux) send(w http.ResponseWriter, body []byte) {
	contentType := "application/json;charset=UTF-8"
	if b.hooks.contentType != "" {
		contentType = b.hooks.contentType
	}
	for _, h := range b.hooks.body {
		body = h(slices.Clone(body))
	}
	w.Header().Set("Content-Type", contentType)
	if b.hooks.coding != "" {
		w.Header().Set("Content-Encoding", b.hooks.coding)
	}
	b.server.bindAnswer(w)
	if b.hooks.byHand != nil {
		if text := b.hooks.byHand(body); text != "" {
			var head bytes.Buffer
			_ = w.Header().Write(&head) // into memory
			hijack(w, slices.Concat([]byte("HTTP/1.1 200 OK\r\n"), head.Bytes(), []byte(text)))
			return
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
