package reference

import (
	"slices"
	"sync/atomic"
	"time"
)

// brief is a time without a poll that every session should outlive.
const brief = 600 * time.Millisecond

// faultsPolling break what connects and sessions do where no example shows it.
func faultsPolling() []fault {
	return []fault{
		row("beside-connect-ignored", "BAYEUX-22", "a message beside a connect is not answered", replied(func(p *pending, out [][]byte) [][]byte {
			if p.connect < 0 {
				return out
			}
			return out[p.connect : p.connect+1]
		})),
		row("thirtieth-connect-without-reply", "BAYEUX-22", "every thirtieth answer to a connect brings what happened and no reply", unreplied(30)),
		row("beside-connect-answered-twice", "BAYEUX-22", "what stands beside another message is answered twice", replied(func(_ *pending, out [][]byte) [][]byte {
			if len(out) < 2 {
				return out
			}
			return append(out, out[len(out)-1])
		})),
		row("twin-connect-ends-session", "BAYEUX-23", "a second connect while one is held ends the session", twin(func(b *bayeux, s *session) { b.remove(s) })),
		row("twin-connect-forgets-topics", "BAYEUX-23", "a second connect while one is held ends the subscriptions",
			twin(func(_ *bayeux, s *session) { s.topics = nil })),
		row("disconnect-leaves-connect", "BAYEUX-24", "the held connect stays when its session is ended", func(h *hooks) { h.bayeux.keepPoll = true }),
		row("pause-ends-session", "BAYEUX-25", "a session without subscriptions is lost after 0.6 s without a connect", func(h *hooks) { h.bayeux.hasty = true }),
		row("held-connect-fails", "BAYEUX-3", "a connect that asks to be held, and brings nothing, is answered unsuccessfully", func(h *hooks) {
			h.bayeux.failHeld = true
		}),
		row("handshake-advises-none", "BAYEUX-1", "the reply to a handshake advises not to connect", toPages(object{"reconnect": "none"})),
		row("handshake-advises-negative-interval", "BAYEUX-1", "the reply to a handshake advises a negative interval",
			toPages(object{"reconnect": "retry", "interval": -1})),
		row("subscription-array-refused", "BAYEUX-4", "several topics at once are refused", replies("/meta/subscribe", func(_ *session, request, reply object) {
			if _, several := request["subscription"].([]any); several {
				reply["successful"], reply["error"] = false, "400::subscription_invalid"
			}
		})),
		row("subscription-array-cut", "BAYEUX-4", "of several topics the first is granted", replies("/meta/subscribe", func(_ *session, request, reply object) {
			if list, several := request["subscription"].([]any); several && len(list) > 0 {
				reply["subscription"] = list[0]
			}
		})),
		row("unsubscription-of-several-ends-the-first", "BAYEUX-11", "of several topics that are unsubscribed at once the first is", leaving(
			func(list []string) []string { return list[:min(1, len(list))] })),
		row("unsubscription-of-several-ends-the-last", "BAYEUX-11", "of several topics that are unsubscribed at once the last is", leaving(
			func(list []string) []string { return list[max(0, len(list)-1):] })),
		row("unsubscribed-wildcard-stays", "BAYEUX-11", "a pattern that is unsubscribed delivers as before", leaving(func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(t string) bool { return endsIn(t, "*") })
		})),
		row("websocket-keeps-topics", "BAYEUX-11", "what is unsubscribed over WebSocket is delivered as before",
			matching(func(s *session, channel string) (bool, bool) {
				return true, s.socket != nil && slices.Contains(s.past, channel)
			})),
		row("subscribed-again-catches-up", "BAYEUX-11", "who subscribes again is told of what came while he was not subscribed", func(h *hooks) {
			h.bayeux.catchUp = true
		}),
		row("sessions-of-a-browser-end-together", "BAYEUX-16", "when a session is over, others of its browser are told of nothing more", func(h *hooks) {
			h.bayeux.ended = append(h.bayeux.ended, func(b *bayeux, over *session) {
				for _, s := range b.sessions {
					s.dead = s.dead || s.browser != "" && s.browser == over.browser
				}
			})
		}),
		row("second-computer-forgotten", "BAYEUX-16", "a session beside another of the same agent is told of nothing when it is some time old",
			pushing(func(s *session, e []byte) [][]byte {
				if s.beside && time.Since(s.since) > brief {
					return nil
				}
				return [][]byte{e}
			})),
		row("further-session-without-devices", "BAYEUX-28", "a session beside another of the same agent is told of calls only",
			toFurther(func(e object) bool { return e["channel"] != "/v2/me/devices" })),
		row("further-session-told-with-other-number", "BAYEUX-30", "a session beside another of the same agent is told with the number of the other end",
			toFurther(func(e object) bool {
				data := members(e, "data")
				if parties, _ := members(data, "call")["participants"].([]any); len(parties) > 0 {
					data["phoneNumber"] = parties[0].(object)["phoneNumber"]
				}
				return true
			})),
		row("further-session-told-without-capabilities", "BAYEUX-30", "a session beside another of the same agent is told of no capabilities",
			toFurther(func(e object) bool {
				if c := members(members(e, "data"), "call"); c != nil {
					c["capabilities"] = []any{}
				}
				return true
			})),
		row("reload-refused", "BAYEUX-13", "a handshake is refused while another page of the browser polls", func(h *hooks) { h.bayeux.onePage = true }),
		row("deep-wildcard-delivers-twice", "MSG-4", "a subscription to /** delivers each notification twice", pushing(func(s *session, e []byte) [][]byte {
			if toAll(s) {
				return [][]byte{e, e}
			}
			return [][]byte{e}
		})),
		row("deep-wildcard-hears-others", "BAYEUX-18", "a subscription to /** delivers the notifications of all agents", func(h *hooks) {
			h.bayeux.overhears = func(s *session, _ string) bool { return toAll(s) }
		}),
		row("deep-wildcard-hears-of-other-devices", "BAYEUX-18", "a subscription to /** delivers the notifications of everybody's devices",
			overhearing("/**", "/v2/me/devices")),
		row("deep-wildcard-below-me-hears-of-other-devices", "BAYEUX-18", "a subscription to /v2/me/** delivers the notifications of everybody's devices",
			overhearing("/v2/me/**", "/v2/me/devices")),
		row("deep-wildcard-below-me-hears-of-other-calls", "BAYEUX-18", "a subscription to /v2/me/** delivers the notifications of everybody's calls",
			overhearing("/v2/me/**", "/v2/me/calls")),
		row("deep-wildcard-of-the-version-hears-of-other-calls", "BAYEUX-18", "a subscription to /v2/** delivers the notifications of everybody's calls",
			overhearing("/v2/**", "/v2/me/calls")),
		row("star-hears-of-other-devices", "BAYEUX-18", "a subscription to /v2/me/* delivers the notifications of everybody's devices",
			overhearing("/v2/me/*", "/v2/me/devices")),
		row("star-hears-of-other-calls", "BAYEUX-18", "a subscription to /v2/me/* delivers the notifications of everybody's calls",
			overhearing("/v2/me/*", "/v2/me/calls")),
		row("foreign-client-ends", "AUTH-21", "another agent's session can be ended by its clientId", takenFrom("/meta/disconnect")),
		row("foreign-client-unsubscribes", "AUTH-21", "another agent's subscription can be ended by its clientId", takenFrom("/meta/unsubscribe")),
		row("foreign-client-connects", "BAYEUX-15", "another agent's session can be polled by its clientId", takenFrom("/meta/connect")),
		row("foreign-client-subscribes", "BAYEUX-15", "another agent's session can be subscribed by its clientId", takenFrom("/meta/subscribe")),
		row("publications-relayed", "AUTH-22", "what a client publishes is delivered to all who listen", func(h *hooks) { h.bayeux.relay = true }),
	}
}

// replied changes the replies to one request of long-polling.
func replied(f func(*pending, [][]byte) [][]byte) func(*hooks) {
	return func(h *hooks) { h.bayeux.replied = append(h.bayeux.replied, f) }
}

func twin(f func(*bayeux, *session)) func(*hooks) { return func(h *hooks) { h.bayeux.twin = f } }

func takenFrom(channel string) func(*hooks) { return func(h *hooks) { h.bayeux.anyAgentFor = channel } }

func leaving(f func([]string) []string) func(*hooks) {
	return func(h *hooks) { h.bayeux.leave = append(h.bayeux.leave, f) }
}

// caughtUp delivers what came while a session was not subscribed. Call it with the lock.
func (b *bayeux) caughtUp(s *session) {
	missed := s.missed
	s.missed = nil
	for _, message := range missed {
		b.push(s, message)
	}
}

// toPages changes the advice to who names both connection types, as pages do.
func toPages(advice object) func(*hooks) {
	return replies("/meta/handshake", func(_ *session, request, reply object) {
		if list, _ := request["supportedConnectionTypes"].([]any); len(list) > 1 {
			reply["advice"] = advice
		}
	})
}

// overhearing delivers what is notified on a channel, to whomever it is, to who is subscribed by a pattern.
func overhearing(pattern, channel string) func(*hooks) {
	return func(h *hooks) {
		h.bayeux.overhears = func(s *session, of string) bool { return of == channel && slices.Contains(s.topics, pattern) }
	}
}

// toAll reports whether a session is subscribed to everything.
func toAll(s *session) bool { return slices.Contains(s.topics, "/**") }

// otherPage reports whether another page of the browser polls. Call it with the lock.
func (b *bayeux) otherPage(browser string) bool {
	for _, s := range b.sessions {
		if browser != "" && s.browser == browser && s.poll != nil {
			return true
		}
	}
	return false
}

// relayed delivers what a client has published. Call it with the lock.
func (b *bayeux) relayed(channel string, m object) {
	event := encode(object{"channel": channel, "data": m["data"]})
	for _, s := range b.sessions {
		if b.wants(s, channel) {
			b.push(s, slices.Clone(event))
		}
	}
}

// unreplied leaves out the reply to each so-manieth connect.
func unreplied(each int64) func(*hooks) {
	return func(h *hooks) {
		var n atomic.Int64
		replied(func(p *pending, out [][]byte) [][]byte {
			if p.connect < 0 || n.Add(1)%each != 0 {
				return out
			}
			return slices.Delete(slices.Clone(out), p.connect, p.connect+1)
		})(h)
	}
}

// toFurther changes what sessions beside another of the same agent are told; false tells them nothing.
func toFurther(change func(event object) bool) func(*hooks) {
	return pushing(func(s *session, e []byte) [][]byte {
		if !s.beside {
			return [][]byte{e}
		}
		event, err := decodeObject(e)
		if err != nil || !change(event) {
			return nil
		}
		return [][]byte{encode(event)}
	})
}

// members is a member that is an object itself; nil if there is none.
func members(o object, name string) object {
	m, _ := o[name].(object)
	return m
}
