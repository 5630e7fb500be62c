package reference

import "strings"

// asideFaults let what is done to a consult call, or to an original, change the state of the other one.
func asideFaults() []fault {
	verbs := map[string]string{released: "ends", held: "holds", established: "retrieves"}
	mine := func(l *leg) []*leg { return []*leg{l} }
	theirs := func(l *leg) []*leg { return l.peers }
	var out []fault
	for _, f := range []struct{ op, own, far string }{
		{"MuteCall", released, held}, {"UnmuteCall", established, released}, {"AttachUserData", established, held}, {"UpdateUserData", released, released},
		{"StartCallRecording", established, held}, {"StopCallRecording", released, held}, {"DeleteUserDataPair", released, released},
	} {
		name := strings.ToLower(f.op) + "-" + verbs[f.own]
		out = append(out,
			row(name+"-the-other-call", "MSG-16", f.op+" "+verbs[f.own]+" the agent's other call of a consultation", otherCall(f.op, f.own, mine)),
			row(name+"-a-call-beyond", "MSG-16", f.op+" by who is consulted "+verbs[f.own]+" the agent's other call", beyond(f.op, f.own)),
			row(strings.ToLower(f.op)+"-"+verbs[f.far]+"-the-other-caller", "MSG-16",
				f.op+" "+verbs[f.far]+" the other call of a consultation, at its other end", otherCall(f.op, f.far, theirs)))
	}
	own := func(role int, op, state string) func(*hooks) {
		return brings(op, state, func(x *exchange) []*leg {
			if !at(role)(x.agent, x.s) {
				return nil
			}
			return []*leg{x.leg}
		})
	}
	again := func(op, state string) func(*hooks) {
		return arrives(op, func(x *exchange) *apiError {
			if l := x.agent.find(x.id); l != nil && at(callerRole)(x.agent, x.s) && l.state == state {
				x.op = map[string]string{"Hold": "Retrieve", "Retrieve": "Hold"}[op]
			}
			return nil
		})
	}
	return append(out,
		row("digits-hold-the-call-of-who-was-called", "MSG-16", "SendDtmf by who was called in holds the call there", own(destinationRole, "SendDtmf", held)),
		row("update-retrieves-the-call-of-who-holds", "MSG-16", "UpdateUserData by the caller retrieves the call that he holds",
			own(callerRole, "UpdateUserData", established)),
		row("second-hold-retrieves", "STATE-4", "Hold of a call that the caller holds is answered 0 and retrieves it", again("Hold", held)),
		row("second-retrieve-holds", "STATE-4", "Retrieve of a call that the caller has retrieved is answered 0 and holds it", again("Retrieve", established)),
	)
}

// otherCall brings ends of the other call of a consultation into a state, whenever an operation is done to the one.
func otherCall(op, state string, ends func(*leg) []*leg) func(*hooks) {
	return brings(op, state, func(x *exchange) []*leg {
		if x.leg.partner() == nil {
			return nil
		}
		return ends(x.leg.partner())
	})
}

// beyond brings the other call of whoever is in a call with the person of an operation into a state.
func beyond(op, state string) func(*hooks) {
	return brings(op, state, func(x *exchange) (others []*leg) {
		for _, p := range x.leg.peers {
			if l := p.partner(); l != nil {
				others = append(others, l)
			}
		}
		return others
	})
}

// brings puts ends of calls that are up, or held, into a state whenever an operation is done.
func brings(op, state string, ends func(*exchange) []*leg) func(*hooks) {
	return onNotes(op, func(x *exchange, notes []*note) []*note {
		if x.leg == nil {
			return notes
		}
		more := &exchange{s: x.s, agent: x.agent}
		for _, l := range ends(x) {
			if l.state != state && (l.state == held || l.state == established) {
				more.set(l, state)
			}
		}
		return append(notes, more.notes...)
	})
}

// strangersDone refuse what somebody asks for of a call that he has no part in, and do it.
func strangersDone() []fault {
	var out []fault
	for _, op := range []string{"SendDtmf", "AttachUserData", "DeleteUserData", "DeleteUserDataPair", "MuteCall", "StartCallRecording", "StopCallRecording"} {
		out = append(out, row("stranger-"+strings.ToLower(op)+"-refused-and-done", "ERR-2", op+" by who has no part in a call is refused, and done", both(
			arrives(op, func(x *exchange) *apiError {
				if x.resource != "me/calls/*" || !foreign(x) || over(x) {
					return nil
				}
				x.stashed = notFound("No call with id %s", x.id)
				return asOwner(x)
			}),
			func(h *hooks) { h.answer = append(h.answer, failStashed) },
		)))
	}
	for _, f := range []struct{ op, requirement string }{{"DoNotDisturbOff", "DEVICE-3"}, {"ForwardCallsOff", "DEVICE-4"}} {
		out = append(out, row("stranger-"+strings.ToLower(f.op)+"-refused-and-done", f.requirement, f.op+" of another agent's device is refused, and done", both(
			arrives(f.op, func(x *exchange) *apiError {
				if a := x.s.agentByDevice(x.id); a != nil && a != x.agent {
					x.stashed = notFound("No device with id %s", x.id)
					x.agent = a
				}
				return nil
			}),
			func(h *hooks) { h.answer = append(h.answer, failStashed) },
		)))
	}
	return out
}
