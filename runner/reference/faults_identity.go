package reference

import (
	"maps"
	"slices"
	"strings"
)

// faultsIdentity break what tells calls and parties from one another.
func faultsIdentity() []fault {
	return slices.Concat(idFaults(), connFaults(), partyFaults(), nameFaults())
}

func idFaults() []fault {
	return []fault{
		row("id-changes-when-released", "ID-1", "a call has another id in its Released notification", calls(released, func(_ *Server, l *leg, c object) {
			c["id"], c["callUuid"] = altered(l.id), altered(l.id)
		})),
		row("id-changes-when-held", "ID-1", "a call has another id from Held on", renamed(
			func(l *leg) bool { return l.state == held }, func(l *leg) string { return altered(l.id) })),
		row("call-uuid-differs", "ID-1", "callUuid is not the id", calls("", func(_ *Server, l *leg, c object) { c["callUuid"] = altered(l.id) })),
		row("call-uuid-changes", "ID-1", "callUuid is another one when Established",
			calls(established, func(_ *Server, l *leg, c object) { c["callUuid"] = altered(l.id) })),
		row("uri-of-other-call", "ID-2", "uri names another call", calls("", func(s *Server, l *leg, c object) { c["uri"] = s.callURI(altered(l.id)) })),
		row("uri-without-me", "ID-2", "uri is that of no call of the agent", calls("", func(s *Server, l *leg, c object) { c["uri"] = s.publicBase() + "/calls" })),
		row("path-of-other-call", "ID-2", "path names another call", calls("", func(_ *Server, l *leg, c object) { c["path"] = "/calls/" + altered(l.id) })),
		row("consult-uri-of-original", "ID-2", "uri of the consult call names the original", calls("", func(s *Server, l *leg, c object) {
			if l.parent != nil {
				c["uri"] = s.callURI(l.parent.id)
			}
		})),
		row("device-uri-of-other-agent", "ID-3", "deviceUri names the other party's device", calls("", func(s *Server, l *leg, c object) {
			if len(l.peers) > 0 && l.peers[0].agent != nil {
				c["deviceUri"] = s.deviceURI(l.peers[0].agent)
			}
		})),
		row("device-uri-unknown", "ID-3", "deviceUri names no device", calls("", func(s *Server, _ *leg, c object) {
			c["deviceUri"] = s.publicBase() + "/devices/00000000-0000-4000-8000-000000000000"
		})),
	}
}

func connFaults() []fault {
	return []fault{
		row("conn-id-changes", "ID-4", "connId is another one when the call is Held",
			calls(held, func(_ *Server, l *leg, c object) { c["connId"] = altered(l.connID) })),
		row("conn-id-changes-when-answered", "ID-4", "connId is another one when the call is Established", calls(established, func(_ *Server, l *leg, c object) {
			c["connId"] = altered(l.connID)
		})),
		row("conn-id-shared", "ID-4", "the consult call has the original's connId", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil {
				c["connId"] = l.parent.connID
			}
		})),
		row("consult-reuses-id", "ID-5", "the consult call has the original's id", calls("", func(s *Server, l *leg, c object) {
			if l.parent != nil {
				c["id"], c["callUuid"] = l.parent.id, l.parent.id
				c["uri"], c["path"] = s.callURI(l.parent.id), "/calls/"+l.parent.id
			}
		})),
		row("parent-is-itself", "ID-6", "parentCallUri names the consult call itself", parentURI(func(s *Server, l *leg) string { return s.callURI(l.id) })),
		row("parent-is-nowhere", "ID-6", "parentCallUri names no call", parentURI(func(s *Server, l *leg) string { return s.callURI(altered(l.parent.id)) })),
		row("parent-missing", "ID-6", "the consult call has no parentCallUri", withoutMember("parentCallUri")),
		row("parent-lost-at-the-end", "ID-6", "the Released consult call has no parentCallUri",
			calls(released, func(_ *Server, _ *leg, c object) { delete(c, "parentCallUri") })),
		row("parent-path-of-other-call", "ID-6", "parentCallPath is there and names another call", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil {
				c["parentCallPath"] = "/calls/" + altered(l.parent.id)
			}
		})),
	}
}

func partyFaults() []fault {
	return []fault{
		row("phone-number-of-other-party", "ID-7", "phoneNumber beside the call is the other party's", bend("", anyCall, func(_ *exchange, n *note) {
			if len(n.leg.peers) > 0 {
				n.data["phoneNumber"] = n.leg.peers[0].number
			}
		})),
		row("phone-number-of-nobody", "ID-7", "phoneNumber beside the call is no party's",
			bend("", anyCall, func(_ *exchange, n *note) { n.data["phoneNumber"] = "4711" })),
		row("participants-include-agent", "ID-8", "participants lists the agent too", calls("", func(_ *Server, l *leg, c object) {
			c["participants"] = append(c["participants"].([]any), participant(l.number))
		})),
		row("participants-are-the-agent", "ID-8", "participants lists the agent instead of the other party", calls("", func(_ *Server, l *leg, c object) {
			c["participants"] = []any{participant(l.number)}
		})),
		row("participants-of-other-call", "ID-8", "the consult call lists the original's party", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil && len(l.parent.peers) > 0 {
				c["participants"] = []any{participant(l.parent.peers[0].number)}
			}
		})),
		row("released-call-without-participants", "ID-20", "a Released call lists no participants", calls(released, func(_ *Server, _ *leg, c object) {
			c["participants"] = []any{}
		})),
		row("participants-empty", "ID-8", "participants is empty", member("participants", []any{})),
		row("participants-twice", "ID-8", "participants lists the other party twice", calls("", func(_ *Server, _ *leg, c object) {
			list := c["participants"].([]any)
			c["participants"] = append(list, list...)
		})),
		row("participant-digits-differ", "ID-8", "digits of a participant is another number than phoneNumber", eachParticipant(func(p object) any {
			p["digits"] = "4711"
			return p
		})),
		row("dnis-of-the-dialling-party", "ID-9", "dnis is the number that dialled", calls("", func(_ *Server, l *leg, c object) {
			if l.number != l.dnis {
				c["dnis"] = l.number
			} else if len(l.peers) > 0 {
				c["dnis"] = l.peers[0].number
			}
		})),
		row("consult-dnis-of-original", "ID-9", "dnis of the consult call is that of the original", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil {
				c["dnis"] = l.parent.dnis
			}
		})),
		row("ends-have-different-ids", "ID-10", "the called agent sees the call under another id", renamed(
			func(l *leg) bool { return l.number == l.dnis }, func(l *leg) string { return altered(l.id) })),
	}
}

func anyCall(_ *exchange, n *note) bool { return n.call() != nil && n.leg != nil }

func parentURI(f func(*Server, *leg) string) func(*hooks) {
	return calls("", func(s *Server, l *leg, c object) {
		if l.parent != nil {
			c["parentCallUri"] = f(s, l)
		}
	})
}

// eachParticipant replaces every entry of participants.
func eachParticipant(f func(object) any) func(*hooks) {
	return calls("", func(_ *Server, _ *leg, c object) {
		list, _ := c["participants"].([]any)
		for i, p := range list {
			list[i] = f(p.(object))
		}
	})
}

// renamed shows some calls under another id, and understands it.
func renamed(when func(*leg) bool, to func(*leg) string) func(*hooks) {
	return func(h *hooks) {
		h.call = append(h.call, func(s *Server, l *leg, c object) {
			if l.parent != nil && when(l.parent) && c["parentCallUri"] != nil {
				c["parentCallUri"] = s.callURI(to(l.parent)) // the same call goes by the same name everywhere
			}
			if !when(l) {
				return
			}
			id := to(l)
			s.aliases[id] = l.id
			maps.Copy(c, object{"id": id, "callUuid": id, "uri": s.callURI(id), "path": "/calls/" + id})
		})
		arrives("", func(x *exchange) *apiError {
			if own, known := x.s.aliases[x.id]; known {
				x.id = own
			}
			for _, parameter := range []string{"otherCallUri", "consultCallUri"} {
				uri, _ := x.body[parameter].(string)
				if own, known := x.s.aliases[uri[strings.LastIndex(uri, "/")+1:]]; known {
					x.body[parameter] = x.s.callURI(own)
				}
			}
			return nil
		})(h)
		h.lookup = append(h.lookup, func(x *exchange, l *leg) *leg {
			if l == nil {
				return x.agent.find(x.s.aliases[x.id])
			}
			return l
		})
	}
}
