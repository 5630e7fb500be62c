package reference

import (
	"slices"
	"strings"
)

// pick chooses among the notifications that an operation caused.
type pick func(*exchange, *note) bool

// own are the notifications to the agent who posted the operation, in a state;
// "" stands for any.
func own(state string) pick {
	return func(x *exchange, n *note) bool { return n.to == x.agent && (state == "" || n.state == state) }
}

// theirs are the notifications to anybody else.
func theirs(state string) pick {
	return func(x *exchange, n *note) bool { return n.to != x.agent && (state == "" || n.state == state) }
}

// consulting narrows a pick to consult calls, original to calls that are none.
func consulting(p pick) pick {
	return func(x *exchange, n *note) bool { return p(x, n) && n.leg != nil && n.leg.parent != nil }
}

func original(p pick) pick {
	return func(x *exchange, n *note) bool { return p(x, n) && n.leg != nil && n.leg.parent == nil }
}

// onNotes acts on what the named operation caused; "" stands for any.
func onNotes(op string, f func(*exchange, []*note) []*note) func(*hooks) {
	return func(h *hooks) {
		h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
			if op != "" && x.op != op || len(notes) == 0 {
				return notes
			}
			return f(x, notes)
		})
	}
}

// drop keeps notifications back. The state behind them stays right.
func drop(op string, p pick) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		return slices.DeleteFunc(notes, func(n *note) bool { return p(x, n) })
	})
}

// bend changes notifications after they were rendered.
func bend(op string, p pick, f func(*exchange, *note)) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		for _, n := range notes {
			if p(x, n) {
				f(x, n)
			}
		}
		return notes
	})
}

// bendCall changes the call resource of notifications.
func bendCall(op string, p pick, f func(object)) func(*hooks) {
	return bend(op, p, func(_ *exchange, n *note) {
		if c := n.call(); c != nil {
			f(c)
		}
	})
}

// pretend notifies another state than the true one, with that state's
// capabilities, so that nothing but the state is wrong.
func pretend(op string, p pick, state string) func(*hooks) {
	return bend(op, p, func(x *exchange, n *note) {
		if n.leg == nil {
			return
		}
		l := *n.leg
		l.state = state
		n.data["call"] = x.s.renderCall(&l)
	})
}

// asStatusChange notifies a change by the wrong notificationType.
func asStatusChange(op string) func(*hooks) {
	return bend(op, own(""), func(_ *exchange, n *note) {
		if n.call() != nil {
			n.data["notificationType"] = kindStatus
		}
	})
}

// again sends the chosen notifications twice.
func again(op string, p pick) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		var out []*note
		for _, n := range notes {
			out = append(out, n)
			if p(x, n) {
				out = append(out, n.clone())
			}
		}
		return out
	})
}

// last puts the chosen notifications behind all others.
func last(op string, p pick) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		var front, back []*note
		for _, n := range notes {
			if p(x, n) {
				back = append(back, n)
			} else {
				front = append(front, n)
			}
		}
		return append(front, back...)
	})
}

// calls bends the call resource wherever it is shown; the state may be "".
func calls(state string, f func(*Server, *leg, object)) func(*hooks) {
	return func(h *hooks) {
		h.call = append(h.call, func(s *Server, l *leg, c object) {
			if state == "" || l.state == state {
				f(s, l, c)
			}
		})
	}
}

// member sets one member of every call resource.
func member(name string, value any) func(*hooks) {
	return calls("", func(_ *Server, _ *leg, c object) { c[name] = value })
}

// withoutMember takes one member from every call resource.
func withoutMember(name string) func(*hooks) {
	return calls("", func(_ *Server, _ *leg, c object) { delete(c, name) })
}

// devices bends the device resource wherever it is shown.
func devices(f func(*agent, object)) func(*hooks) {
	return func(h *hooks) {
		h.device = append(h.device, func(_ *Server, a *agent, d object) { f(a, d) })
	}
}

// offer bends the capabilities of calls in a state.
func offer(state string, f func(*leg, []string) []string) func(*hooks) {
	return func(h *hooks) {
		h.capabilities = append(h.capabilities, func(l *leg, list []string) []string {
			if l.state == state {
				return f(l, list)
			}
			return list
		})
	}
}

// lacks takes a capability from the calls in a state, offers adds one.
func lacks(state, op string) func(*hooks) {
	return offer(state, func(_ *leg, list []string) []string { return omit(list, op) })
}

func offers(state, op string) func(*hooks) {
	return offer(state, func(_ *leg, list []string) []string { return append(list, op) })
}

func omit(list []string, op string) []string {
	return slices.DeleteFunc(list, func(c string) bool { return c == op })
}

// accepts answers 0 where refusals of the named operation meet a condition, and
// does nothing; op may be "".
func accepts(op string, when func(*exchange, *apiError) bool) func(*hooks) {
	return func(h *hooks) {
		h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
			if (op == "" || x.op == op) && when(x, err) {
				return nil
			}
			return err
		})
	}
}

// coded reports whether a refusal has one of the codes.
func coded(codes ...int) func(*exchange, *apiError) bool {
	return func(_ *exchange, err *apiError) bool { return slices.Contains(codes, err.code) }
}

// lacking reports whether a parameter was refused because it is not there.
func lacking(parameter string) func(*exchange, *apiError) bool {
	return func(x *exchange, err *apiError) bool { return err.code == codeMissing && x.body[parameter] == nil }
}

// mistyped reports whether a parameter was refused because of what it is.
func mistyped(parameter string) func(*exchange, *apiError) bool {
	return func(x *exchange, err *apiError) bool {
		return (err.code == codeMissing || err.code == codeInvalid) && x.body[parameter] != nil
	}
}

// arrives acts on the request of an operation, before it is looked at.
func arrives(op string, f func(*exchange) *apiError) func(*hooks) {
	return func(h *hooks) {
		h.arrive = append(h.arrive, func(x *exchange) *apiError {
			if op != "" && x.op != op {
				return nil
			}
			return f(x)
		})
	}
}

// loses drops a parameter on its way.
func loses(op, parameter string) func(*hooks) {
	return arrives(op, func(x *exchange) *apiError {
		delete(x.body, parameter)
		return nil
	})
}

// refuses turns down what is allowed.
func refuses(op string, when func(*exchange) bool) func(*hooks) {
	return arrives(op, func(x *exchange) *apiError {
		if when(x) {
			return wrongState("Operation %s is not allowed in this state", x.op)
		}
		return nil
	})
}

// given and always are conditions of refuses.
func given(parameter string) func(*exchange) bool {
	return func(x *exchange) bool { return x.body[parameter] != nil }
}

func always(*exchange) bool { return true }

// idle answers 0 and does nothing.
func idle(op string) func(*hooks) {
	nothing := &apiError{message: "nothing is done"}
	return func(h *hooks) {
		arrives(op, func(*exchange) *apiError { return nothing })(h)
		accepts(op, func(_ *exchange, err *apiError) bool { return err == nothing })(h)
	}
}

// forced does what is not offered, where the condition holds.
func forced(op string, when func(*exchange) bool) func(*hooks) {
	return arrives(op, func(x *exchange) *apiError {
		x.force = x.force || when(x)
		return nil
	})
}

// inState looks at the call that an operation is posted to.
func inState(states ...string) func(*exchange) bool {
	return func(x *exchange) bool {
		l := x.agent.find(x.id)
		return x.resource == "me/calls/*" && l != nil && slices.Contains(states, l.state)
	}
}

// somewhere dials when no usable destination is given.
func somewhere(x *exchange) {
	d, _ := x.body["destination"].(object)
	if number, _ := d["phoneNumber"].(string); number != "" {
		return
	}
	x.body["destination"] = object{"phoneNumber": x.third()}
}

// third is the number of the station's agent who is neither the one who posts
// nor, if possible, in the call.
func (x *exchange) third() string {
	at := slices.Index(x.s.agents, x.agent)
	for i := 2; i >= 0; i-- {
		if k := at/3*3 + i; k < len(x.s.agents) && k != at {
			return x.s.agents[k].Number
		}
	}
	return "5999"
}

// foreign, over and unknown say why there is no such call for the agent.
func foreign(x *exchange) bool {
	return x.agent.find(x.id) == nil && x.ownerOf() != nil
}

func over(x *exchange) bool { return x.agent.find(x.id) == nil && x.agent.past[x.id] }

func unknown(x *exchange) bool {
	return x.agent.find(x.id) == nil && x.ownerOf() == nil && !x.agent.past[x.id]
}

func (x *exchange) ownerOf() *agent {
	for _, a := range x.s.agents {
		if a != x.agent && a.find(x.id) != nil {
			return a
		}
	}
	return nil
}

func notFoundAnd(when func(*exchange) bool) func(*exchange, *apiError) bool {
	return func(x *exchange, err *apiError) bool {
		return err.code == codeNotFound && strings.HasPrefix(x.resource, "me/calls/*") && when(x)
	}
}

// answers bends the answer to operations; successes only, or refusals only.
func answers(refusals bool, f func(*exchange)) func(*hooks) {
	return func(h *hooks) {
		h.answer = append(h.answer, func(x *exchange) {
			if x.r.Method == "POST" && (x.answer.err != nil) == refusals {
				f(x)
			}
		})
	}
}

// reads bends the answer to a successful GET.
func reads(resource string, f func(*exchange)) func(*hooks) {
	return func(h *hooks) {
		h.answer = append(h.answer, func(x *exchange) {
			if x.r.Method == "GET" && x.resource == resource && x.answer.err == nil {
				f(x)
			}
		})
	}
}

// replies bends the replies to a meta channel; "" stands for any.
func replies(channel string, f func(s *session, request, reply object)) func(*hooks) {
	return func(h *hooks) {
		h.bayeux.reply = append(h.bayeux.reply, func(s *session, request, reply object) {
			if channel == "" || request["channel"] == channel {
				f(s, request, reply)
			}
		})
	}
}

// both sets two things that are one deviation only together.
func both(list ...func(*hooks)) func(*hooks) {
	return func(h *hooks) {
		for _, f := range list {
			f(h)
		}
	}
}

// altered is an id that differs in its first character: two altered ids never meet.
func altered(id string) string {
	if id == "" {
		return "X"
	}
	if id[0] == 'X' {
		return "Y" + id[1:]
	}
	return "X" + id[1:]
}
