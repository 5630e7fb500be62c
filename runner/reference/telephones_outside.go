package reference

import (
	"slices"

	"github.com/voicespec/voicespec/runner/reference/sip"
)

// Somebody outside, who is nobody's agent, may have a telephone that calls agents, and that they can call.

// OutsidePassword is the one of a telephone outside, where the SIP side asks for one.
func OutsidePassword(number string) string { return number + "-secret" }

// outsider reports whether a number is one of a telephone outside that has registered here.
func (s *Server) outsider(number string) bool {
	return slices.Contains(s.opts.SIP.Outside, number) && (s.opts.SIP.Proxy != "" || s.sip.Registered(number))
}

// telephonePassword is that of a telephone; "" for one that nobody has.
func (s *Server) telephonePassword(number string) string {
	if a := s.agentByNumber(number); a != nil {
		return a.Password
	}
	if slices.Contains(s.opts.SIP.Outside, number) {
		return OutsidePassword(number)
	}
	return ""
}

// calledFromOutside makes the call of a line that somebody outside has begun.
func (s *Server) calledFromOutside(l *sip.Line) {
	s.inAWhile(0, func(x *exchange) {
		to, routed := s.routed(l.Other)
		a := s.agentByNumber(to)
		switch {
		case a == nil:
			s.spawn(func() { l.Refuse(404, "Not Found") })
			return
		case s.agentByNumber(l.Number) != nil: // an agent dials by the API
			s.spawn(func() { l.Refuse(403, "Forbidden") })
			return
		case !a.session || s.absent(a) != nil:
			s.spawn(func() { l.Refuse(480, "Temporarily Unavailable") })
			return
		}
		x.agent = a
		id, conn := s.ids.next()
		made := leg{id: id, connID: conn, dnis: to, callType: "Inbound", data: newData()}
		n, f := made, made
		n.number, n.state = l.Number, dialing
		f.agent, f.number, f.state = a, a.Number, ringing
		near, far := s.addLeg(&n), s.addLeg(&f)
		near.peers, far.peers = []*leg{far}, []*leg{near}
		if routed {
			near.route(l.Other, far)
		}
		s.ends[near] = &end{Line: l, outside: true}
		x.dials(near, far)
	})
}

// outsideSteps are the steps of the telephones outside.
func (s *Server) outsideSteps(add func(l *leg, e *end, from, to string)) {
	for l, e := range s.ends {
		if l.agent == nil && l.live() && e.state != l.state {
			add(l, e, e.state, l.state)
		}
	}
	for _, a := range s.agents {
		for _, l := range a.legs {
			for _, p := range l.peers {
				if p.agent == nil && p.live() && !l.background && s.ends[p] == nil && s.outsider(p.number) {
					s.ends[p] = &end{Line: s.sip.NewLine(p.number, a.Number, p.id)}
					add(p, s.ends[p], "", p.state)
				}
			}
		}
	}
}

// doOutside is what becomes of a call that somebody outside has begun.
func (st *step) doOutside() error {
	switch st.to {
	case dialing:
		st.Ring(st.leg.id)
	case established:
		return st.Accept()
	case released:
		st.EndSoon() // one who is gone keeps nobody from being told
	}
	return nil
}

// anyAgent is whose end of a call this is, or who is at another one.
func (l *leg) anyAgent() *agent {
	for _, p := range append([]*leg{l}, l.peers...) {
		if p.agent != nil {
			return p.agent
		}
	}
	return nil
}
