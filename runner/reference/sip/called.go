package sip

import (
	"net"
	"time"
)

// asked is the INVITE by which somebody outside has begun a call.
type asked struct {
	invite *message
	from   net.Addr
	last   []byte // what was answered
	acked  chan struct{}
	isUp   bool
	sent   bool // the final answer has arrived, or never will
}

// same reports whether a request is of the INVITE's own transaction: a copy, its CANCEL, or the ACK of a refusal.
func (a *asked) same(m *message) bool {
	return a != nil && parameter(m.get("Via"), "branch") == parameter(a.invite.get("Via"), "branch")
}

// called begins the line of somebody who calls from outside.
func (s *Side) called(m *message, from net.Addr) {
	number, caller := userOf(m.uri), userOf(address(m.get("From")))
	switch {
	case s.o.Called == nil || caller == "" || m.get("Contact") == "":
		s.reply(m, m.response(403, "Forbidden", random()), from)
		return
	case s.o.Password != nil && s.o.Password(caller) == "":
		s.reply(m, m.response(403, "Forbidden", random()), from)
		return
	case s.o.Password != nil && !s.authorized(m, caller, "Proxy-Authorization"):
		r := m.response(407, "Proxy Authentication Required", random())
		r.add("Proxy-Authenticate", s.challenge())
		s.reply(m, r, from)
		return
	}
	l := &Line{
		Number: caller, Other: number, side: s, id: m.get("Call-ID"), tag: random(), rung: make(chan struct{}), decided: make(chan struct{}),
		acks: map[int]*message{}, changed: make(chan struct{}), body: m.body, invite: m, asked: &asked{invite: m, from: from, acked: make(chan struct{})},
	}
	l.remote, l.local = m.get("From"), m.get("To")+";tag="+l.tag
	l.target, l.route = address(m.get("Contact")), m.all("Record-Route")
	l.next = hostOf(l.target)
	if len(l.route) > 0 {
		l.next = hostOf(address(l.route[0]))
	}
	s.mu.Lock()
	_, twice := s.lines[l.id]
	if !twice {
		s.lines[l.id] = l
	}
	s.mu.Unlock()
	if twice {
		s.reply(m, m.response(482, "Loop Detected", random()), from)
		return
	}
	l.say(100, "Trying", nil)
	if !s.spawn(func() { s.o.Called(l) }) {
		l.refuse(503, "Service Unavailable")
	}
}

// say answers the INVITE.
func (l *Line) say(status int, reason string, body []byte) {
	r := l.asked.invite.response(status, reason, l.tag)
	if status < 300 {
		r.add("Contact", "<sip:"+l.Other+"@"+l.side.host+">")
		r.add("Allow", "ACK, BYE, CANCEL, INFO, INVITE, MESSAGE, NOTIFY, OPTIONS, UPDATE")
	}
	r.body = body
	l.mu.Lock()
	defer l.mu.Unlock()
	if status < 200 && l.final != nil {
		return
	}
	l.asked.last = r.bytes()
	_, _ = l.side.socket.WriteTo(l.asked.last, l.asked.from) // what is lost is asked for again
}

// Ring tells who calls that it rings at whom he calls. uuid is how the call is named from now on.
func (l *Line) Ring(uuid string) {
	l.mu.Lock()
	l.UUID = uuid
	l.mu.Unlock()
	l.say(180, "Ringing", nil)
}

// Accept tells who calls that he is answered.
func (l *Line) Accept() error {
	if !l.decide(200, "OK", Describe(l.side.host, directionOf(l.Body())), true) {
		return errOver
	}
	return nil
}

// Refuse tells who calls that he is not answered.
func (l *Line) Refuse(status int, reason string) {
	l.refuse(status, reason)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget()
}

func (l *Line) refuse(status int, reason string) { l.decide(status, reason, nil, false) }

// decide sends the final answer, again and again until it is acknowledged; only the first counts.
func (l *Line) decide(status int, reason string, body []byte, up bool) bool {
	l.mu.Lock()
	if l.final != nil || l.over {
		l.mu.Unlock()
		return false
	}
	l.final, l.up, l.asked.isUp = &message{status: status, reason: reason}, up, up
	l.mu.Unlock()
	l.say(status, reason, body)
	close(l.decided)
	l.side.spawn(l.repeat)
	return true
}

// repeat sends the final answer until it is acknowledged. Whose acknowledgement never comes is gone.
func (l *Line) repeat() {
	wait := t1
	again, last := time.NewTimer(wait), time.NewTimer(longest)
	defer again.Stop()
	defer last.Stop()
	defer l.arrived()
	for {
		select {
		case <-l.asked.acked:
			return
		case <-l.side.closing:
			return
		case <-again.C:
			l.sayAgain()
			wait = min(2*wait, t2)
			again.Reset(wait)
		case <-last.C:
			l.acknowledged()
			if l.asked.isUp {
				l.left()
			}
			return
		}
	}
}

func (l *Line) sayAgain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.side.socket.WriteTo(l.asked.last, l.asked.from)
}

// arrived notes that nothing of the INVITE comes any more.
func (l *Line) arrived() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked.sent = true; l.over {
		l.forget()
	}
}

// acknowledged notes that the final answer has arrived, or never will.
func (l *Line) acknowledged() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked == nil || l.final == nil {
		return
	}
	select {
	case <-l.asked.acked:
	default:
		close(l.asked.acked)
	}
}

// awaitAck waits until an answer of success is acknowledged: before that nobody hangs up.
func (l *Line) awaitAck() {
	l.mu.Lock()
	up := l.asked.isUp
	l.mu.Unlock()
	if !up {
		return
	}
	select {
	case <-l.asked.acked:
	case <-l.side.closing:
	}
}

// left tells that who called has hung up, or given up.
func (l *Line) left() {
	l.mu.Lock()
	was := l.over
	l.mu.Unlock()
	if !was && l.side.o.HungUp != nil {
		l.side.spawn(func() { l.side.o.HungUp(l) })
	}
}

// askedAgain takes what else comes in the transaction of the INVITE.
func (l *Line) askedAgain(m *message, from net.Addr) {
	switch m.method {
	case "INVITE":
		l.sayAgain()
	case "ACK":
		l.acknowledged()
	case "CANCEL":
		l.side.reply(m, m.response(200, "OK", l.tag), from)
		if l.decide(487, "Request Terminated", nil, false) {
			l.left()
		}
	}
}

// EndSoon is End without waiting for who is at the line.
func (l *Line) EndSoon() { l.side.spawn(func() { l.End("") }) }
