package sip

import (
	"time"
)

// Renew is the re-INVITE that follows an answer: with an offer, or asking for one.
func (l *Line) Renew(offer, description []byte) error {
	l.mu.Lock()
	if l.over || !l.up {
		l.mu.Unlock()
		return errOver
	}
	l.cseq++
	n := l.cseq
	m := l.request("INVITE", n)
	m.body = offer
	responses := l.side.send(m, l.next)
	l.mu.Unlock()
	if err := accepted(responses); err != nil {
		return err
	}
	if len(offer) > 0 {
		description = nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledge(n, description)
	return nil
}

// Hold asks the telephone to hold, or to take back, and waits until it does.
func (l *Line) Hold(on bool) error {
	event := "talk"
	if on {
		event = "hold"
	}
	l.mu.Lock()
	done := l.holds == on
	l.mu.Unlock()
	if done {
		return nil
	}
	if err := l.notify(event); err != nil {
		return err
	}
	last := time.NewTimer(l.side.o.Patience)
	defer last.Stop()
	for {
		l.mu.Lock()
		if l.holds == on || l.over {
			l.mu.Unlock()
			return nil
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-l.side.closing:
			return errOver
		case <-last.C:
			return errSilent
		}
	}
}

// EndWithin is End, and waits for the telephone no longer than so.
func (l *Line) EndWithin(limit time.Duration) {
	ended, t := make(chan struct{}), time.NewTimer(limit)
	defer t.Stop()
	begun := l.side.spawn(func() {
		defer close(ended)
		l.End("")
	})
	if !begun {
		return
	}
	select {
	case <-ended:
	case <-t.C:
	}
}
