package reference

import (
	"sync"
	"sync/atomic"
	"time"
)

// outbox holds an agent's notifications until they are due. A goroutine
// empties it while there is something in it: agents do not wait for each
// other, and one agent's notifications stay in the order they were caused.
type outbox struct {
	mu      sync.Mutex
	queue   []*delivery
	bytes   int
	running bool
}

type delivery struct {
	channel string
	message []byte
	gate    <-chan struct{} // closed when the answer was written
	lost    *atomic.Bool    // set when it is never to come; nil: it is
	lag     time.Duration
	queued  time.Time
	group   *sync.WaitGroup
}

// post queues notifications. The caller holds the server's lock, which makes
// the order of the queues the order of the operations. The result is closed
// when all were delivered, or the server closes.
func (s *Server) post(notes []*note, gate <-chan struct{}, lost *atomic.Bool) <-chan struct{} {
	done := make(chan struct{})
	group := &sync.WaitGroup{}
	first := map[*agent]bool{}
	for _, n := range notes {
		for _, to := range s.recipients(n) {
			d := &delivery{channel: n.channel, message: n.raw, gate: gate, queued: time.Now(), group: group}
			if n.leg != nil {
				d.lost = lost
			}
			if d.message == nil {
				d.message = encode(object{"channel": n.channel, "data": n.data})
			}
			if !first[to] || n.lag {
				d.lag = s.hooks.noteDelay
				if n.to != notes[0].to {
					d.lag += s.hooks.farDelay
				}
			}
			first[to] = true
			s.enqueue(to, d)
		}
	}
	if !s.hooks.notifyFirst {
		return nil
	}
	s.spawn(func() {
		group.Wait()
		close(done)
	})
	return done
}

func (s *Server) recipients(n *note) []*agent {
	if s.hooks.everybody {
		return s.agents
	}
	return []*agent{n.to}
}

func (s *Server) enqueue(to *agent, d *delivery) {
	o := &to.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if most := s.limits.outbox; o.bytes+len(d.message) > most && len(o.queue) > 0 {
		s.warnings.say("outbox", "%d bytes of notifications to %s are not due yet, which is the limit: further ones are lost; "+
			"a shorter --step-delay helps", o.bytes, to.User)
		return
	}
	d.group.Add(1)
	o.queue = append(o.queue, d)
	o.bytes += len(d.message)
	if !o.running {
		o.running = s.spawn(func() { s.pump(to) })
	}
	if !o.running { // closing: nobody will hear it
		o.queue, o.bytes = nil, 0
		d.group.Done()
	}
}

// take returns what is delivered next: one notification, or all that wait
// behind the same answer when notifications are batched.
func (o *outbox) take(batch bool) []*delivery {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		o.running = false
		return nil
	}
	n := 1
	for batch && n < len(o.queue) && o.queue[n].group == o.queue[0].group {
		n++
	}
	next := o.queue[:n:n]
	for _, d := range next {
		o.bytes -= len(d.message)
	}
	o.queue = o.queue[n:]
	return next
}

func (s *Server) pump(to *agent) {
	last := time.Time{}
	for {
		next := to.out.take(s.hooks.batch)
		if next == nil {
			return
		}
		s.deliver(to, next, last)
		last = time.Now()
	}
}

// deliver waits until the notifications are due and hands them over. Each
// takes StepDelay, counted from when it was caused or from its predecessor.
func (s *Server) deliver(to *agent, next []*delivery, last time.Time) {
	d := next[0]
	select {
	case <-d.gate:
	case <-s.closing:
	}
	since := d.queued
	if last.After(since) {
		since = last
	}
	s.pause(s.opts.StepDelay - time.Since(since))
	s.pause(d.lag)
	channels, messages := make([]string, 0, len(next)), make([][]byte, 0, len(next))
	for _, d := range next {
		if d.lost != nil && d.lost.Load() {
			continue
		}
		channels, messages = append(channels, d.channel), append(messages, d.message)
	}
	if len(messages) > 0 {
		s.bayeux.deliver(to, channels, messages)
	}
	for _, d := range next {
		d.group.Done()
	}
}

// pause waits, but never longer than the server lives.
func (s *Server) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.closing:
	}
}
