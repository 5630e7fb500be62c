package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// Options are those of a Side.
type Options struct {
	Proxy    string                   // through which telephones are called, as HOST:PORT; empty: where they have registered here
	Known    func(number string) bool // whose telephone may register
	Password func(number string) string
	Patience time.Duration // for what a telephone is asked to do; 32 s if 0, as recorded

	// Answered is told of a telephone that was picked up unasked, HungUp of one that hung up. Each is called in a goroutine of
	// its own.
	Answered func(l *Line)
	HungUp   func(l *Line)
	// Called is told of a call that somebody outside begins: what Line.Other is called, by Line.Number. nil: nobody may.
	Called func(l *Line)
}

// Side is a socket with what goes on behind it.
type Side struct {
	o      Options
	socket net.PacketConn
	host   string

	mu       sync.Mutex
	bindings map[string]binding
	nonces   map[string]time.Time
	requests map[string]*request // of ours, by branch and method
	answered map[string]*answer  // those of others, likewise
	lines    map[string]*Line    // by Call-ID

	closing chan struct{}
	once    sync.Once
	work    sync.WaitGroup
}

// binding is where a telephone has registered.
type binding struct {
	contact string
	until   time.Time
}

// answer is what a request was answered with: a copy of the request gets it again.
type answer struct {
	raw []byte
	to  net.Addr
	at  time.Time
}

// Timers of RFC 3261.
const (
	t1           = 500 * time.Millisecond
	t2           = 4 * time.Second
	longest      = 64 * t1
	datagram     = 1 << 16
	rememberedAt = 1000 // answers: so many are kept before old ones are looked for
)

// Listen opens a Side.
func Listen(addr string, o Options) (*Side, error) {
	socket, err := new(net.ListenConfig).ListenPacket(context.Background(), "udp", addr)
	if err != nil {
		return nil, fmt.Errorf("sip: listen: %w", err)
	}
	if o.Patience <= 0 {
		o.Patience = longest
	}
	s := &Side{
		o: o, socket: socket, host: socket.LocalAddr().String(), bindings: map[string]binding{}, nonces: map[string]time.Time{},
		requests: map[string]*request{}, answered: map[string]*answer{}, lines: map[string]*Line{}, closing: make(chan struct{}),
	}
	s.work.Go(s.read)
	return s, nil
}

// Addr is where it listens.
func (s *Side) Addr() string { return s.host }

// Close ends it.
func (s *Side) Close() {
	s.once.Do(func() {
		s.mu.Lock()
		close(s.closing)
		s.mu.Unlock()
		_ = s.socket.Close()
	})
	s.work.Wait()
}

// spawn runs f in a goroutine that Close waits for; not when closing.
func (s *Side) spawn(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closing:
		return false
	default:
		s.work.Go(f)
		return true
	}
}

// Registered reports whether a telephone has registered for a number. Who calls through a proxy does not know.
func (s *Side) Registered(number string) bool {
	if s.o.Proxy != "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.bindings[number].until)
}

func (s *Side) read() {
	buf := make([]byte, datagram)
	for {
		n, from, err := s.socket.ReadFrom(buf)
		if err != nil {
			select {
			case <-s.closing:
				return
			default:
			}
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // of a datagram that came back
		}
		m, err := parse(append([]byte(nil), buf[:n]...))
		if err != nil {
			continue // nobody who could be answered
		}
		if m.method == "" {
			s.responded(m)
		} else {
			s.requested(m, from)
		}
	}
}

// key tells transactions apart.
func key(m *message, method string) string {
	return parameter(m.get("Via"), "branch") + " " + method + " " + m.get("Call-ID")
}

// requested handles a request of somebody else.
func (s *Side) requested(m *message, from net.Addr) {
	if host, _, err := net.SplitHostPort(from.String()); err == nil {
		s.noteSource(m, host, from)
	}
	k := key(m, m.method)
	s.mu.Lock()
	if a := s.answered[k]; a != nil {
		raw, to := a.raw, a.to
		s.mu.Unlock()
		_, _ = s.socket.WriteTo(raw, to) // the next copy asks again
		return
	}
	line := s.lines[m.get("Call-ID")]
	s.mu.Unlock()
	switch {
	case m.method == "REGISTER":
		s.register(m, from)
	case line != nil && line.of(m):
		line.requested(m, from)
	case line != nil && line.asked.same(m):
		line.askedAgain(m, from)
	case m.method == "INVITE" && parameter(m.get("To"), "tag") == "":
		s.called(m, from)
	case m.method == "ACK":
	case m.method == "OPTIONS":
		s.reply(m, m.response(200, "OK", random()), from)
	default:
		s.reply(m, m.response(481, "Call/Transaction Does Not Exist", random()), from)
	}
}

// noteSource adds where a request came from to its Via, where that says something else or asks for it.
func (s *Side) noteSource(m *message, host string, from net.Addr) {
	for i, h := range m.headers {
		if h.name != "Via" {
			continue
		}
		first := split(h.value)
		sentBy := strings.Fields(first[0])
		if len(sentBy) < 2 {
			return
		}
		name, _, _ := strings.Cut(sentBy[1], ";")
		if bare, _, err := net.SplitHostPort(name); err == nil {
			name = bare
		}
		if name != host {
			first[0] += ";received=" + host
		}
		_, port, _ := net.SplitHostPort(from.String())
		first[0] = strings.Replace(first[0]+";", ";rport;", ";rport="+port+";", 1)
		first[0] = strings.TrimSuffix(first[0], ";")
		m.headers[i].value = strings.Join(first, ", ")
		return
	}
}

// reply answers a request, and keeps the answer for its copies.
func (s *Side) reply(m, r *message, to net.Addr) {
	raw := r.bytes()
	if r.status >= 200 && m.method != "ACK" {
		s.mu.Lock()
		if len(s.answered) > rememberedAt {
			for k, a := range s.answered {
				if time.Since(a.at) > longest {
					delete(s.answered, k)
				}
			}
		}
		s.answered[key(m, m.method)] = &answer{raw: raw, to: to, at: time.Now()}
		s.mu.Unlock()
	}
	_, _ = s.socket.WriteTo(raw, to) // what is lost is asked for again
}

// request is a request of ours that waits for its answer.
type request struct {
	responses chan *message
	canceled  chan struct{} // what rings must now be decided within its time
}

// send sends a request, again and again until it is answered, and gives its responses: the last is a final one. nil: none came.
func (s *Side) send(m *message, to string) <-chan *message {
	r := &request{responses: make(chan *message, 16), canceled: make(chan struct{}, 1)}
	k := key(m, m.method)
	s.mu.Lock()
	s.requests[k] = r
	s.mu.Unlock()
	out := make(chan *message, 16)
	begun := s.spawn(func() {
		defer close(out)
		defer func() {
			s.mu.Lock()
			delete(s.requests, k)
			s.mu.Unlock()
		}()
		s.transact(m, to, r, out)
	})
	if !begun {
		close(out)
	}
	return out
}

func (s *Side) transact(m *message, to string, r *request, out chan<- *message) {
	raw, target := m.bytes(), resolve(to)
	if target == nil {
		return
	}
	wait, ringing := t1, true // ringing: for as long as it likes
	again, last := time.NewTimer(wait), time.NewTimer(longest)
	defer again.Stop()
	defer last.Stop()
	_, _ = s.socket.WriteTo(raw, target) // sent again without answer
	for {
		select {
		case <-s.closing:
			return
		case <-last.C:
			return
		case <-r.canceled:
			ringing = false
			last.Reset(longest) // RFC 3261, 9.1: there are ends that answer CANCEL alone
		case <-again.C:
			_, _ = s.socket.WriteTo(raw, target)
			if wait *= 2; m.method != "INVITE" {
				wait = min(wait, t2)
			}
			again.Reset(wait)
		case res := <-r.responses:
			if m.method == "INVITE" && res.status < 200 {
				again.Stop()
				if ringing {
					last.Stop()
				}
			}
			if m.method == "INVITE" && res.status >= 300 {
				_, _ = s.socket.WriteTo(m.refused(res).bytes(), target)
			}
			select {
			case out <- res:
			default: // of a telephone that rings and rings, one is enough
			}
			if res.status >= 200 {
				return
			}
		}
	}
}

// canceled tells an INVITE that its CANCEL was sent.
func (s *Side) canceled(invite *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.requests[key(invite, invite.method)]; r != nil {
		select {
		case r.canceled <- struct{}{}:
		default:
		}
	}
}

// refused is the ACK of a final response that is none of success: it is of the same transaction.
func (m *message) refused(res *message) *message {
	ack := &message{method: "ACK", uri: m.uri}
	for _, h := range m.headers {
		switch h.name {
		case "Via", "From", "Call-ID", "Route", "Max-Forwards":
			ack.headers = append(ack.headers, h)
		}
	}
	n, _ := m.cseq()
	ack.add("To", res.get("To"))
	ack.add("CSeq", fmt.Sprintf("%d ACK", n))
	return ack
}

func resolve(hostport string) net.Addr {
	a, err := net.ResolveUDPAddr("udp", hostport)
	if err != nil {
		return nil
	}
	return a
}

// responded hands a response to its request. A copy of a 200 to INVITE asks for its ACK again.
func (s *Side) responded(m *message) {
	_, method := m.cseq()
	s.mu.Lock()
	r, line := s.requests[key(m, method)], s.lines[m.get("Call-ID")]
	s.mu.Unlock()
	switch {
	case r != nil:
		select {
		case r.responses <- m:
		default: // a flood
		}
	case line != nil && method == "INVITE" && m.status/100 == 2:
		line.acknowledgeAgain(m)
	}
}
