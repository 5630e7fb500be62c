package reference

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/voicespec/voicespec/runner/reference/sip"
)

// Telephones are the SIP side: where it is on, what is told of a call waits for the telephones, as it does behind a real SIP
// Server. An operation is done in the model at once; its notifications come when the telephones have done their part. Where one
// does not, they never come, and the call ends.

// SIPOptions are those of the SIP side.
type SIPOptions struct {
	Addr     string        // where it listens; empty: there is none, and calls have no telephones
	Proxy    string        // through which telephones are called; empty: where they have registered here
	Digest   bool          // registering needs the agent's password
	Outside  []string      // numbers of telephones outside, which may register and call agents, too
	Patience time.Duration // for what a telephone is asked to do
}

// end is a leg's telephone.
type end struct {
	*sip.Line
	state   string        // up to which it was told
	outside bool          // who is there has begun the call
	ready   chan struct{} // closed when it has done all that it was asked to
}

// step is what one telephone has to do for an operation.
type step struct {
	*end
	leg      *leg
	from, to string
	after    <-chan struct{}
}

// openSIP starts the SIP side.
func (s *Server) openSIP() error {
	o := s.opts.SIP
	if o.Addr == "" {
		return nil
	}
	so := sip.Options{
		Proxy: o.Proxy, Patience: o.Patience,
		Known:    func(number string) bool { return s.agentByNumber(number) != nil || slices.Contains(o.Outside, number) },
		Answered: func(l *sip.Line) { s.byTelephone(l, func(x *exchange, own *leg) { _ = answerCall(x, own) }) },
		HungUp:   func(l *sip.Line) { s.byTelephone(l, func(x *exchange, own *leg) { x.release(own) }) },
		Called:   s.calledFromOutside,
	}
	if o.Digest {
		so.Password = s.telephonePassword
	}
	side, err := sip.Listen(o.Addr, so)
	if err != nil {
		return fmt.Errorf("reference: %w", err)
	}
	s.sip = side
	return nil
}

// SIPAddr is where the SIP side listens; "" without one.
func (s *Server) SIPAddr() string {
	if s.sip == nil {
		return ""
	}
	return s.sip.Addr()
}

// SIPTelephones counts those that are registered here.
func (s *Server) SIPTelephones() int {
	n := 0
	for _, a := range s.agents {
		if s.sip != nil && s.opts.SIP.Proxy == "" && s.sip.Registered(a.Number) {
			n++
		}
	}
	return n
}

// byTelephone does what somebody did at a telephone.
func (s *Server) byTelephone(l *sip.Line, do func(*exchange, *leg)) {
	s.inAWhile(0, func(x *exchange) {
		for own, e := range s.ends {
			if e.Line != l || !own.live() {
				continue
			}
			x.agent = own.anyAgent()
			do(x, own)
			x.abandoned()
			x.refresh()
			return
		}
	})
}

// deliverBehind posts what an exchange is to tell, behind what its telephones have to do for it. The caller holds the lock.
func (s *Server) deliverBehind(x *exchange, gate <-chan struct{}) <-chan struct{} {
	if s.sip == nil {
		return s.post(x.notes, gate, nil)
	}
	steps := s.steps()
	if len(steps) == 0 {
		return s.post(x.notes, gate, nil)
	}
	open, done, lost := make(chan struct{}), make(chan struct{}), &atomic.Bool{}
	for _, st := range steps {
		st.ready = done
	}
	delivered := s.post(x.notes, open, lost)
	begun := s.spawn(func() {
		defer close(done)
		s.perform(steps, gate, open, lost)
	})
	if !begun {
		close(open)
		close(done)
	}
	return delivered
}

// steps compares the model with what the telephones were told.
func (s *Server) steps() (out []*step) {
	add := func(l *leg, e *end, from, to string) {
		out = append(out, &step{end: e, leg: l, from: from, to: to, after: e.ready})
		e.state = to
	}
	for l, e := range s.ends {
		if !l.live() {
			add(l, e, e.state, released)
			delete(s.ends, l)
		}
	}
	for _, a := range s.agents {
		for _, l := range a.legs {
			if l.background || !l.live() {
				continue
			}
			e := s.ends[l]
			if e == nil {
				other := ""
				if len(l.peers) > 0 {
					other = l.peers[0].number
				}
				e = &end{Line: s.sip.NewLine(a.Number, other, l.id)}
				s.ends[l] = e
			}
			if e.state != l.state {
				add(l, e, e.state, l.state)
			}
		}
	}
	s.outsideSteps(add)
	order := []string{released, dialing, ringing, established, held}
	rank := func(st *step) int {
		if st.outside && st.to == dialing { // it rings at who is called first
			return slices.Index(order, ringing)
		}
		return slices.Index(order, st.to)
	}
	slices.SortStableFunc(out, func(a, b *step) int {
		if a.to == b.to && (a.from == dialing) != (b.from == dialing) { // who was called is heard first
			return map[bool]int{true: 1, false: -1}[a.from == dialing]
		}
		return rank(a) - rank(b)
	})
	return out
}

// perform has the telephones do their part, and opens the way for what is told of it.
func (s *Server) perform(steps []*step, gate <-chan struct{}, open chan struct{}, lost *atomic.Bool) {
	for _, st := range steps {
		if st.after != nil {
			<-st.after
		}
	}
	var answered []*step
	offer := s.sip.Description()
	for _, st := range steps {
		if body := st.Body(); st.outside && st.to == dialing && len(body) > 0 {
			offer = body
		}
	}
	for _, st := range steps {
		isUp := st.from == established || st.from == held
		if s.hooks.untalked && st.from == ringing && st.to == established {
			lost.Store(true)
			continue
		}
		err := st.do(offer)
		if err != nil {
			lost.Store(true)
			s.failed(st, err)
			break
		}
		if body := st.Body(); st.to == dialing && len(body) > 0 {
			offer = body
		}
		if !isUp && !st.outside && (st.to == established || st.to == held) {
			answered = append(answered, st)
		}
	}
	select {
	case <-gate:
	case <-s.closing:
	}
	close(open)
	for _, st := range answered { // it is told before that is through, as recorded
		offer := []byte(nil)
		if st.from == dialing {
			offer = s.sip.Description()
		}
		_ = st.Renew(offer, s.sip.Description()) // a call that ended meanwhile needs none
		if st.to == held {
			_ = st.Hold(true)
		}
	}
}

// goodbye is how long a telephone may take to hang up until others are told: a recorded server told so 25 ms after its BYE.
const goodbye = 500 * time.Millisecond

// do is what one telephone does.
func (st *step) do(offer []byte) error {
	switch {
	case st.outside:
		return st.doOutside()
	case st.to == released:
		st.EndWithin(goodbye)
		return nil
	case st.from == "" && st.to == dialing:
		if err := st.Invite(nil); err != nil {
			return err
		}
		return st.Talk()
	case st.from == "" && st.to == ringing:
		return st.Invite(offer)
	case st.from == established || st.from == held:
		return st.Hold(st.to == held)
	case st.from == "":
		if err := st.Invite(offer); err != nil {
			return err
		}
		fallthrough
	case st.from == ringing:
		if err := st.Talk(); err != nil {
			return err
		}
	}
	st.Confirm(offer)
	return nil
}

// failed ends the call of a telephone that did not do its part.
func (s *Server) failed(st *step, err error) {
	if _, refused := errors.AsType[*sip.RefusedError](err); !refused {
		s.warnings.say("sip "+st.Number, "the telephone of %s did not do its part of call %s (%s): the call ends", st.Number, st.UUID, err)
	}
	s.inAWhile(0, func(x *exchange) {
		if st.leg.live() {
			x.agent = st.leg.anyAgent()
			x.release(st.leg)
			x.abandoned()
			x.refresh()
		}
	})
}
