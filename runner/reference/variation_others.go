package reference

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// While a run goes on, others use the same system: they phone the agents, and some work in their names.

const (
	// strangeAct is between two things that strangers do to one agent, on average.
	strangeAct = 1500 * time.Millisecond
	// strangeRequests is how many requests come at least between two of them, so that who is slow is not disturbed more often.
	strangeRequests = 100
	// strangeWhile is how long they last, on average.
	strangeWhile = 80 * time.Millisecond
)

// about is a time between half and one and a half of another.
func about(d time.Duration) time.Duration { return d/2 + rand.N(d) }

// strangers do this and that to agents who are logged in.
func (s *Server) strangers() {
	now := make(chan struct{})
	close(now)
	var last int64
	acts := []func(*exchange){phones, phones, phones, takesBreak, logsOut, hangsUp}
	for {
		t := time.NewTimer(about(strangeAct / time.Duration(len(s.agents))))
		select {
		case <-s.closing:
			t.Stop()
			return
		case <-t.C:
		}
		if s.arrived.Load() < last+strangeRequests {
			continue
		}
		last = s.arrived.Load()
		s.mu.Lock()
		if a := s.agents[rand.IntN(len(s.agents))]; a.session {
			x := &exchange{s: s, agent: a}
			acts[rand.IntN(len(acts))](x)
			s.deliverBehind(x, now)
		}
		s.mu.Unlock()
	}
}

// otherTopics are what an agent is told beside calls and devices, where he is subscribed to it: of his other media, of what is
// done to users, and of services.
func otherTopics(_ *exchange, notes []*note) []*note {
	var out []*note
	for _, n := range notes {
		for _, of := range []struct {
			channel string
			data    object
		}{
			{"/v2/me", object{"messageType": "PasswordChangeSuccessful"}},
			{"/v2/users", object{"messageType": "PasswordChangeError", "errorCode": 1}},
			{"/v2/me/channels", object{"messageType": "ChannelStateChangeMessageV2", "channels": []any{object{"channel": "chat"}}}},
			{"/v2/me/chats", object{"messageType": "ChatStateChangeMessage", "notificationType": kindStatus, "chat": object{"id": "1", "state": "Invited"}}},
			{"/notifications/services", object{"messageType": "ServiceStateChangeMessage", "services": []any{}}},
		} {
			out = append(out, &note{to: n.to, channel: of.channel, data: of.data})
		}
		out = append(out, n)
	}
	return out
}

// phones is a stranger who calls an agent and hangs up after a while.
func phones(x *exchange) {
	id, conn := x.s.ids.next()
	outside := &leg{number: fmt.Sprintf("59%02d", rand.IntN(100)), state: established}
	l := x.s.addLeg(&leg{id: id, connID: conn, dnis: x.agent.Number, callType: "Inbound", data: newData(), agent: x.agent,
		number: x.agent.Number, state: ringing, peers: []*leg{outside}, background: true})
	x.changed(l, kindStatus)
	x.s.inAWhile(about(strangeWhile), func(later *exchange) { later.set(l, released) })
}

// called reports whether a stranger's call rings at an agent.
func (a *agent) called() bool {
	return slices.ContainsFunc(a.legs, func(l *leg) bool { return l.background })
}

// takesBreak is somebody who makes an agent NotReady, and Ready again.
func takesBreak(x *exchange) {
	x.enter("NotReady")
	x.s.inAWhile(about(strangeWhile), func(later *exchange) {
		if later.agent = x.agent; x.agent.userState == "NotReady" {
			later.enter("Ready")
		}
	})
}

// logsOut is somebody who logs an agent out, and in again.
func logsOut(x *exchange) {
	x.agent.session, x.agent.userState = false, ""
	x.notes = append(x.notes, x.s.deviceNote(x.agent))
	x.s.inAWhile(about(strangeWhile), func(later *exchange) {
		if later.agent = x.agent; !x.agent.session {
			later.agent.session = true
			later.enter("LoggedIn")
			later.enter("Ready")
		}
	})
}

// hangsUp is somebody who ends a call of an agent.
func hangsUp(x *exchange) {
	i := slices.IndexFunc(x.agent.legs, func(l *leg) bool { return !l.background && l.state == established })
	if i < 0 {
		return
	}
	x.release(x.agent.legs[i])
	x.abandoned()
	x.refresh()
}

// oneByOne answers each topic of a list of them by itself.
func oneByOne(p *pending, out [][]byte) [][]byte {
	var split [][]byte
	for i, raw := range out {
		list, several := p.replies[i]["subscription"].([]any)
		if !several {
			split = append(split, raw)
			continue
		}
		for _, topic := range list {
			reply := maps.Clone(p.replies[i])
			reply["subscription"] = topic
			split = append(split, encode(reply))
		}
	}
	return split
}

// notAtOnce refuses to unsubscribe several topics at once.
func notAtOnce(h *hooks) {
	leaving(func(list []string) []string {
		if len(list) > 1 {
			return nil
		}
		return list
	})(h)
	replies("/meta/unsubscribe", func(s *session, request, reply object) {
		if list, several := request["subscription"].([]any); several && len(list) > 1 && s != nil {
			reply["successful"], reply["error"] = false, "400::subscription_invalid"
		}
	})(h)
}
