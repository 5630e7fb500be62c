package sip

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// Line is one end of a call: a dialog with a telephone. Its methods wait for the telephone; one is called at a time.
type Line struct {
	Number string // whose telephone
	Other  string // in whose name it is called
	UUID   string // of the call

	side *Side
	id   string // Call-ID
	tag  string // ours

	mu       sync.Mutex
	remote   string // To of our requests, with the tag of the telephone
	local    string // From of our requests
	target   string
	route    []string
	next     string // where requests go
	cseq     int
	invite   *message
	final    *message // of the first INVITE
	offered  bool     // by us, in it
	rung     chan struct{}
	decided  chan struct{} // closed when final is there, or will never be
	acks     map[int]*message
	up, over bool
	talked   bool // it was asked to answer
	holds    bool // the telephone does
	changed  chan struct{}
	body     []byte // the telephone's newest description
	asked    *asked // nil for a call that we began
}

var (
	errSilent = errors.New("the telephone did not do what it was asked to")
	errOver   = errors.New("the call is over")
)

// RefusedError is what a telephone said to a call.
type RefusedError struct {
	Status int
	Reason string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Reason) }

// NewLine makes the end of a call at a number.
func (s *Side) NewLine(number, other, uuid string) *Line {
	l := &Line{
		Number: number, Other: other, UUID: uuid, side: s, id: random() + random() + "@" + s.host, tag: random(), rung: make(chan struct{}),
		decided: make(chan struct{}), acks: map[int]*message{}, changed: make(chan struct{}),
	}
	l.local, l.remote = "sip:"+other+"@"+s.host+";tag="+l.tag, "sip:"+number+"@"+s.host // bare, as recorded
	s.mu.Lock()
	defer s.mu.Unlock()
	l.target = s.bindings[number].contact
	l.next = hostOf(l.target)
	if s.o.Proxy != "" {
		l.target, l.next = "sip:"+number+"@"+s.o.Proxy, s.o.Proxy
	}
	s.lines[l.id] = l
	return l
}

// of reports whether a request is within the line's dialog.
func (l *Line) of(m *message) bool { return parameter(m.get("To"), "tag") == l.tag }

// request makes a request within the dialog. The caller holds mu.
func (l *Line) request(method string, n int) *message {
	m := &message{method: method, uri: l.target}
	m.add("From", l.local)
	m.add("To", l.remote)
	m.add("Call-ID", l.id)
	m.add("CSeq", fmt.Sprintf("%d %s", n, method))
	m.add("Via", "SIP/2.0/UDP "+l.side.host+";branch=z9hG4bK"+random())
	for _, r := range l.route {
		m.add("Route", r)
	}
	if method != "ACK" && method != "BYE" {
		m.add("Contact", "<sip:"+l.Other+"@"+l.side.host+">")
	}
	m.add("Max-Forwards", "70")
	m.add("X-Genesys-CallUUID", l.UUID)
	if method == "INVITE" {
		m.add("Allow", "ACK, BYE, CANCEL, INFO, INVITE, MESSAGE, NOTIFY, OPTIONS, PRACK, REFER, UPDATE")
		m.add("Session-Expires", "1800;refresher=uac")
		m.add("Min-SE", "90")
		m.add("Supported", "timer")
	}
	return m
}

// Invite calls the telephone and waits until it rings. Without an offer it is asked for one.
func (l *Line) Invite(offer []byte) error {
	if l.target == "" {
		return &RefusedError{480, "Temporarily Unavailable"}
	}
	l.mu.Lock()
	l.cseq++
	m := l.request("INVITE", l.cseq)
	m.body = offer
	l.invite, l.offered = m, len(offer) > 0
	responses := l.side.send(m, l.next)
	l.mu.Unlock()
	l.side.spawn(func() { l.follow(responses) })
	if err := l.await(l.rung); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.final != nil && l.final.status >= 300 {
		return &RefusedError{l.final.status, l.final.reason}
	}
	return nil
}

// await waits until something has come, or the telephone has taken or refused the call.
func (l *Line) await(come <-chan struct{}) error {
	select {
	case <-come:
	case <-l.decided:
	case <-l.side.closing:
		return errOver
	case <-time.After(l.side.o.Patience):
		return errSilent
	}
	return nil
}

// follow takes what the telephone says to the first INVITE.
func (l *Line) follow(responses <-chan *message) {
	ring := sync.OnceFunc(func() { close(l.rung) })
	unasked := false
	for r := range responses {
		l.mu.Lock()
		if tag := parameter(r.get("To"), "tag"); tag != "" && r.status < 300 {
			l.learn(r, tag)
		}
		if r.status >= 200 {
			l.final = r
			unasked = r.status < 300 && !l.talked && !l.over
		}
		l.mu.Unlock()
		if r.status > 100 && r.status < 200 {
			ring()
		}
	}
	close(l.decided)
	if unasked && l.side.o.Answered != nil {
		l.side.spawn(func() { l.side.o.Answered(l) })
	}
}

// learn takes the dialog from a response. The caller holds mu.
func (l *Line) learn(r *message, tag string) {
	base, _, _ := strings.Cut(l.remote, ";tag=")
	l.remote = base + ";tag=" + tag
	if c := r.get("Contact"); c != "" {
		l.target = address(c)
	}
	l.route = r.all("Record-Route")
	slices.Reverse(l.route)
	l.next = hostOf(l.target)
	if len(l.route) > 0 {
		l.next = hostOf(address(l.route[0]))
	}
	if len(r.body) > 0 {
		l.body = r.body
	}
}

// Body is the telephone's newest description of its sound.
func (l *Line) Body() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.body
}

// notify asks the telephone for something.
func (l *Line) notify(event string) error {
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return errOver
	}
	l.cseq++
	m := l.request("NOTIFY", l.cseq)
	m.add("Event", event)
	m.add("Subscription-State", "active")
	l.talked = l.talked || event == "talk"
	responses := l.side.send(m, l.next)
	l.mu.Unlock()
	return accepted(responses)
}

// accepted waits for a success.
func accepted(responses <-chan *message) error {
	var last *message
	for r := range responses {
		last = r
	}
	switch {
	case last == nil:
		return errSilent
	case last.status >= 300:
		return &RefusedError{last.status, last.reason}
	}
	return nil
}

// Talk asks a telephone that rings to answer, and waits until it has.
func (l *Line) Talk() error {
	select {
	case <-l.decided: // it has answered by itself
	default:
		if err := l.notify("talk"); err != nil {
			return err
		}
	}
	if err := l.await(nil); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.final == nil:
		return errSilent
	case l.final.status >= 300:
		return &RefusedError{l.final.status, l.final.reason}
	}
	return nil
}

// Confirm acknowledges the telephone's answer; with a description where it has made the offer.
func (l *Line) Confirm(description []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.final == nil || l.up || l.over {
		return
	}
	if l.offered {
		description = nil
	}
	n, _ := l.invite.cseq()
	l.acknowledge(n, description)
	l.up = true
}

// acknowledge sends ACK, and keeps it for copies of the answer. The caller holds mu.
func (l *Line) acknowledge(n int, description []byte) {
	ack := l.request("ACK", n)
	ack.body = description
	l.acks[n] = ack
	l.side.write(ack, l.next)
}

func (s *Side) write(m *message, to string) {
	if target := resolve(to); target != nil {
		_, _ = s.socket.WriteTo(m.bytes(), target) // what is lost is asked for again
	}
}

func (l *Line) acknowledgeAgain(r *message) {
	n, _ := r.cseq()
	l.mu.Lock()
	defer l.mu.Unlock()
	if ack := l.acks[n]; ack != nil {
		l.side.write(ack, l.next)
	}
}

// End ends the call at this end. reason is why, where it is not that somebody hung up.
func (l *Line) End(reason string) {
	l.mu.Lock()
	if l.over || l.invite == nil {
		l.forget()
		l.mu.Unlock()
		return
	}
	l.talked = true // what is answered now is answered too late
	if l.asked != nil {
		l.mu.Unlock()
		l.refuse(480, "Temporarily Unavailable") // where it is not answered
		l.awaitAck()
		l.mu.Lock()
	}
	select {
	case <-l.decided:
	default:
		cancel := &message{method: "CANCEL", uri: l.invite.uri}
		for _, h := range l.invite.headers {
			if slices.Contains([]string{"Via", "From", "To", "Call-ID", "Route", "Max-Forwards"}, h.name) {
				cancel.headers = append(cancel.headers, h)
			}
		}
		n, _ := l.invite.cseq()
		cancel.add("CSeq", fmt.Sprintf("%d CANCEL", n))
		to := l.next
		if l.side.o.Proxy != "" {
			to = l.side.o.Proxy
		}
		responses := l.side.send(cancel, to)
		l.mu.Unlock()
		_ = accepted(responses) // it may be answered instead
		l.side.canceled(l.invite)
		select {
		case <-l.decided:
		case <-l.side.closing:
		}
		l.mu.Lock()
	}
	var responses <-chan *message
	if l.final != nil && l.final.status < 300 && !l.over {
		if !l.up {
			n, _ := l.invite.cseq()
			var own []byte
			if !l.offered {
				own = l.body // as recorded: the telephone's own offer
			}
			l.acknowledge(n, own)
		}
		l.cseq++
		bye := l.request("BYE", l.cseq)
		if reason != "" {
			bye.add("Reason", reason)
		}
		responses = l.side.send(bye, l.next)
	}
	l.forget()
	l.mu.Unlock()
	if responses != nil {
		_ = accepted(responses) // it is over in any case
	}
}

// forget ends the dialog. The caller holds mu.
func (l *Line) forget() {
	l.over = true
	l.wake()
	if l.asked != nil && !l.asked.sent {
		return // its ACK is still to come
	}
	l.side.mu.Lock()
	defer l.side.mu.Unlock()
	delete(l.side.lines, l.id)
}

// wake tells who waits that something has changed. The caller holds mu.
func (l *Line) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// requested answers a request of the telephone.
func (l *Line) requested(m *message, from net.Addr) {
	r := m.response(200, "OK", l.tag)
	r.add("Contact", "<sip:"+l.Other+"@"+l.side.host+">")
	switch m.method {
	case "ACK":
		l.acknowledged()
		return
	case "BYE":
		l.side.reply(m, r, from)
		l.mu.Lock()
		was := l.over
		l.forget()
		l.mu.Unlock()
		if !was && l.side.o.HungUp != nil {
			l.side.spawn(func() { l.side.o.HungUp(l) })
		}
		return
	case "INVITE":
		r.body = Describe(l.side.host, directionOf(m.body))
		l.side.reply(m, r, from)
		l.mu.Lock()
		l.holds = strings.Contains(string(m.body), "a=sendonly") || strings.Contains(string(m.body), "a=inactive")
		l.body = m.body
		l.wake()
		l.mu.Unlock()
		return
	}
	l.side.reply(m, r, from)
}
