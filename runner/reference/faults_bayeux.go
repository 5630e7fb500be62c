package reference

import (
	"bytes"
	"slices"
	"strings"
	"sync/atomic"
)

// faultsBayeux break the notification protocol.
func faultsBayeux() []fault {
	return slices.Concat(metaFaults(), topicFaults(), deliveryFaults())
}

// withoutDevices leaves devices out of what patterns with an end deliver.
func withoutDevices(end string) func(*hooks) {
	return matching(func(s *session, channel string) (bool, bool) {
		return slices.ContainsFunc(s.topics, func(t string) bool { return !endsIn(t, end) && matches(t, channel) }), channel == "/v2/me/devices"
	})
}

func topicFaults() []fault {
	return []fault{
		row("star-wildcard-dead", "BAYEUX-9", "a subscription to /v2/me/* delivers nothing", matching(func(s *session, channel string) (bool, bool) {
			return slices.ContainsFunc(s.topics, func(t string) bool { return !endsIn(t, "/*") && matches(t, channel) }), true
		})),
		row("deep-wildcard-dead", "BAYEUX-9", "a subscription to /** delivers nothing", matching(func(s *session, channel string) (bool, bool) {
			return slices.ContainsFunc(s.topics, func(t string) bool { return !endsIn(t, "/**") && matches(t, channel) }), true
		})),
		row("deep-wildcard-below-me-dead", "BAYEUX-26", "a subscription to /v2/me/** delivers nothing", matching(func(s *session, channel string) (bool, bool) {
			return slices.ContainsFunc(s.topics, func(t string) bool { return t != "/v2/me/**" && matches(t, channel) }), true
		})),
		row("star-wildcard-without-devices", "BAYEUX-26", "a subscription to /v2/me/* delivers no device", withoutDevices("/*")),
		row("deep-wildcard-without-devices", "BAYEUX-26", "a subscription to /** delivers no device", withoutDevices("/**")),
		row("wildcard-on-its-own-channel", "BAYEUX-9", "a wildcard subscription delivers on the channel of the pattern", pushing(func(s *session, e []byte) [][]byte {
			for _, t := range s.topics {
				if strings.HasSuffix(t, "*") {
					return [][]byte{bytes.Replace(e, []byte(`"channel":"/v2/me/calls"`), []byte(`"channel":"`+t+`"`), 1)}
				}
			}
			return [][]byte{e}
		})),
		row("delivery-before-subscribe", "BAYEUX-10", "notifications are delivered without any subscription", matching(func(s *session, _ string) (bool, bool) {
			return true, len(s.topics) == 0
		})),
		row("topics-not-subscribed-delivered", "BAYEUX-10", "a subscription to one topic delivers all", matching(func(s *session, _ string) (bool, bool) {
			return true, len(s.topics) > 0
		})),
		row("star-of-any-depth", "BAYEUX-10", "a subscription to /v2/* delivers what is two segments deeper", matching(func(s *session, channel string) (bool, bool) {
			return true, slices.ContainsFunc(s.topics, func(t string) bool { return endsIn(t, "/*") && strings.HasPrefix(channel, strings.TrimSuffix(t, "*")) })
		})),
		row("list-delivers-the-first", "BAYEUX-28", "of a list of topics that is granted the first is delivered", func(h *hooks) {
			h.bayeux.firstOfList = true
		}),
		row("unsubscribed-for-good", "BAYEUX-28", "a topic that was unsubscribed is granted again, and not delivered",
			matching(func(s *session, channel string) (bool, bool) { return false, slices.Contains(s.past, channel) })),
		row("subscribed-twice-delivered-twice", "MSG-4", "a topic that is subscribed twice is delivered twice", both(
			func(h *hooks) { h.bayeux.topicsAgain = true },
			pushing(func(s *session, e []byte) [][]byte {
				out := [][]byte{e}
				for _, t := range s.topics {
					if bytes.Contains(e, []byte(`"channel":"`+t+`"`)) {
						out = append(out, e)
					}
				}
				return out[:max(1, len(out)-1)]
			}))),
		row("unsubscribe-ignored", "BAYEUX-11", "notifications are delivered after unsubscribe", func(h *hooks) { h.bayeux.keepTopics = true }),
		row("unsubscribe-ends-all", "BAYEUX-11", "unsubscribe of one topic ends all subscriptions of the session", func(h *hooks) { h.bayeux.dropTopics = true }),
		row("subscription-brings-back-what-was-unsubscribed", "BAYEUX-11", "with the next subscription what was unsubscribed is delivered again",
			replies("/meta/subscribe", func(s *session, _, _ object) {
				if s != nil {
					s.topics, s.past = append(s.topics, s.past...), nil
				}
			})),
		row("delivery-after-unsubscribe", "BAYEUX-11", "a topic once unsubscribed is delivered, whatever is subscribed",
			matching(func(s *session, channel string) (bool, bool) {
				return true, slices.ContainsFunc(s.past, func(t string) bool { return matches(t, channel) })
			})),
	}
}

func deliveryFaults() []fault {
	return []fault{
		row("events-lost-between-polls", "BAYEUX-12", "what happens while no connect is held is lost", pushing(func(s *session, e []byte) [][]byte {
			if s.poll == nil && s.socket == nil {
				return nil
			}
			return [][]byte{e}
		})),
		row("events-repeated-by-next-poll", "BAYEUX-12", "each poll repeats the last event of the one before", func(h *hooks) {
			last := map[*session][]byte{}
			h.bayeux.drain = append(h.bayeux.drain, func(s *session, events [][]byte) [][]byte {
				if again := last[s]; again != nil && len(events) > 0 {
					delete(last, s)
					return append([][]byte{again}, events...)
				}
				if len(events) > 0 {
					last[s] = events[len(events)-1]
				}
				return events
			})
		}),
		row("one-event-a-poll-kept", "BAYEUX-12", "a poll brings the newest event only", func(h *hooks) {
			h.bayeux.drain = append(h.bayeux.drain, func(_ *session, events [][]byte) [][]byte {
				if len(events) > 1 {
					return events[len(events)-1:]
				}
				return events
			})
		}),
		row("events-delivered-twice", "MSG-4", "every event is delivered twice", pushing(func(_ *session, e []byte) [][]byte { return [][]byte{e, e} })),
		row("second-session-of-browser-dead", "BAYEUX-13", "a second session with the same cookie gets no notifications", func(h *hooks) {
			h.bayeux.deadAgain = true
		}),
		row("second-handshake-refused", "BAYEUX-13", "a handshake with the cookie of an earlier session is refused", func(h *hooks) {
			h.bayeux.once = true
		}),
		row("bayeux-as-text", "BAYEUX-14", "Bayeux replies are declared text/plain", func(h *hooks) { h.bayeux.contentType = "text/plain" }),
		row("bayeux-as-string", "BAYEUX-14", "a Bayeux reply is a JSON string", func(h *hooks) {
			h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte { return encode(string(raw)) })
		}),
		row("bayeux-not-json", "BAYEUX-14", "a Bayeux reply is not JSON", func(h *hooks) {
			h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte(`"`), []byte(`'`)) })
		}),
		row("foreign-client-accepted", "BAYEUX-15", "another agent's clientId is accepted", func(h *hooks) { h.bayeux.anyAgent = true }),
		row("session-lost", "BAYEUX-16", "the session is lost after its eighth connect", func(h *hooks) { h.bayeux.maxConnects = 8 }),
		row("poll-advised-against", "BAYEUX-16", "the reply to the eighth connect of somebody advises not to connect again", func(h *hooks) {
			var told atomic.Bool
			replies("/meta/connect", func(s *session, _, reply object) {
				if s != nil && s.polls == 8 && reply["successful"] == true && told.CompareAndSwap(false, true) {
					reply["advice"] = object{"reconnect": "none"}
				}
			})(h)
		}),
		row("subscriptions-forgotten", "BAYEUX-16", "the subscriptions are gone after the eighth connect", func(h *hooks) { h.bayeux.forgetAfter = 8 }),
		row("others-notifications-delivered", "BAYEUX-18", "an agent gets the notifications of all agents", func(h *hooks) { h.everybody = true }),
		row("websocket-without-events", "BAYEUX-19", "WebSocket brings no notifications", func(h *hooks) { h.bayeux.muteSocket = true }),
		row("websocket-without-held", "BAYEUX-19", "WebSocket does not bring that a call is Held", pushing(func(s *session, e []byte) [][]byte {
			if s.socket != nil && bytes.Contains(e, []byte(`"state":"Held"`)) {
				return nil
			}
			return [][]byte{e}
		})),
		row("websocket-upgrade-broken", "BAYEUX-21", "WebSocket is offered, and the upgrade is refused", func(h *hooks) { h.bayeux.brokenSocket = true }),
		row("poll-delivers-newest-first", "BAYEUX-20", "a poll brings its events in the reverse order", func(h *hooks) {
			h.bayeux.drain = append(h.bayeux.drain, func(_ *session, events [][]byte) [][]byte {
				slices.Reverse(events)
				return events
			})
		}),
		row("notifications-reversed", "BAYEUX-20", "the notifications of one operation arrive in the reverse order", func(h *hooks) {
			h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
				slices.Reverse(notes)
				return notes
			})
		}),
	}
}

func metaFaults() []fault {
	unset := func(name string) func(*session, object, object) {
		return func(_ *session, _, reply object) { delete(reply, name) }
	}
	return []fault{
		row("handshake-without-client-id", "BAYEUX-1", "a successful handshake has no clientId", replies("/meta/handshake", unset("clientId"))),
		row("handshake-without-version", "BAYEUX-1", "a handshake reply has no version", replies("/meta/handshake", unset("version"))),
		row("handshake-without-connection-types", "BAYEUX-1", "a handshake reply has no supportedConnectionTypes",
			replies("/meta/handshake", unset("supportedConnectionTypes"))),
		row("handshake-success-as-string", "BAYEUX-1", "successful of a handshake is a string",
			replies("/meta/handshake", func(_ *session, _, reply object) { reply["successful"] = "true" })),
		row("client-id-given-again", "BAYEUX-1", "a browser's next session has the clientId of the one that it ended", func(h *hooks) {
			h.bayeux.sameClient = true
		}),
		row("subscribe-names-another-topic", "BAYEUX-27", "the reply to subscribe names another subscription than the request",
			replies("/meta/subscribe", func(_ *session, _, reply object) {
				if reply["successful"] == true {
					reply["subscription"] = "/v2/me/others"
				}
			})),
		row("unsubscribe-without-subscription", "BAYEUX-27", "the reply to unsubscribe names no subscription", replies("/meta/unsubscribe", unset("subscription"))),
		row("unsubscribe-without-successful", "BAYEUX-27", "the reply to unsubscribe does not say whether it succeeded",
			replies("/meta/unsubscribe", unset("successful"))),
		row("disconnect-without-successful", "BAYEUX-27", "the reply to disconnect does not say whether it succeeded",
			replies("/meta/disconnect", unset("successful"))),
		row("replies-with-other-client-id", "BAYEUX-27", "replies to connect name the clientId of somebody else",
			replies("/meta/connect", func(s *session, _, reply object) {
				if s != nil && reply["clientId"] != nil {
					reply["clientId"] = altered(s.id)
				}
			})),
		row("events-with-other-client-id", "BAYEUX-29", "events name the clientId of somebody else", pushing(func(s *session, e []byte) [][]byte {
			return [][]byte{withClient(e, altered(s.id))}
		})),
		row("advice-as-text", "BAYEUX-27", "replies to connect say retry as a text, in place of an object", replies("/meta/connect",
			func(_ *session, _, reply object) { reply["advice"] = "retry" })),
		row("advice-in-capitals", "BAYEUX-27", "replies to connect advise RETRY", replies("/meta/connect",
			func(_ *session, _, reply object) { reply["advice"] = object{"reconnect": "RETRY"} })),
		row("advice-interval-as-text", "BAYEUX-27", "replies to connect advise an interval that is a text", replies("/meta/connect",
			func(_ *session, _, reply object) { reply["advice"] = object{"reconnect": "retry", "interval": "0"} })),
		row("bayeux-id-not-echoed", "BAYEUX-2", "replies have no id", replies("", unset("id"))),
		row("bayeux-id-of-other-request", "BAYEUX-2", "replies have another id than the request", replies("", func(_ *session, _, reply object) {
			if reply["id"] != nil {
				reply["id"] = "0"
			}
		})),
		row("bayeux-channel-missing", "BAYEUX-2", "replies to subscribe have no channel", replies("/meta/subscribe", unset("channel"))),
		row("connect-reported-failed", "BAYEUX-3", "a connect that works is answered with successful false",
			replies("/meta/connect", func(_ *session, _, reply object) { reply["successful"] = false })),
		row("connect-without-successful", "BAYEUX-3", "a connect reply has no successful", replies("/meta/connect", unset("successful"))),
		row("subscribe-reply-without-subscription", "BAYEUX-4", "a subscribe reply does not name the subscription",
			replies("/meta/subscribe", unset("subscription"))),
		row("subscribe-reply-of-other-topic", "BAYEUX-4", "a subscribe reply names another subscription",
			replies("/meta/subscribe", func(_ *session, _, reply object) { reply["subscription"] = "/v2/me/other" })),
		row("subscribe-reported-failed", "BAYEUX-4", "a subscription that works is answered with successful false",
			replies("/meta/subscribe", func(_ *session, _, reply object) {
				reply["successful"], reply["error"] = false, "403::denied"
			})),
		row("unknown-client-accepted", "BAYEUX-5", "an unknown clientId is answered with successful true", func(h *hooks) { h.bayeux.anyClient = true }),
		row("unknown-client-unsubscribes", "BAYEUX-5", "an unsubscribe with an unknown clientId is answered with successful true",
			replies("/meta/unsubscribe", strangersSucceed)),
		row("unknown-client-subscribes", "BAYEUX-5", "a subscribe with an unknown clientId is answered with successful true",
			replies("/meta/subscribe", strangersSucceed)),
		row("unknown-client-without-advice", "BAYEUX-6", "the refusal of an unknown clientId has no advice", replies("", func(s *session, request, reply object) {
			if s == nil && request["channel"] != "/meta/handshake" {
				delete(reply, "advice")
			}
		})),
		row("unknown-client-advised-to-retry", "BAYEUX-6", "a connect with an unknown clientId is advised to retry",
			replies("/meta/connect", func(s *session, _, reply object) {
				if s == nil {
					reply["advice"] = object{"reconnect": "retry", "interval": 0}
				}
			})),
		row("disconnect-ignored", "BAYEUX-7", "the clientId lives on after disconnect", func(h *hooks) { h.bayeux.keepOnLeave = true }),
		row("websocket-disconnect-ignored", "BAYEUX-7", "the clientId of a session over WebSocket lives on after disconnect", func(h *hooks) {
			h.bayeux.keepOnLeaveSocket = true
		}),
		row("malformed-bayeux-accepted", "BAYEUX-8", "a malformed Bayeux request is answered with successful true", func(h *hooks) { h.bayeux.lenient = true }),
	}
}

func matching(f func(*session, string) (bool, bool)) func(*hooks) {
	return func(h *hooks) { h.bayeux.match = append(h.bayeux.match, f) }
}

func pushing(f func(*session, []byte) [][]byte) func(*hooks) {
	return func(h *hooks) { h.bayeux.push = append(h.bayeux.push, f) }
}

// withClient is an event with a clientId.
func withClient(event []byte, id string) []byte {
	return slices.Concat([]byte(`{"clientId":"`+id+`",`), event[1:])
}

func endsIn(pattern, end string) bool { return strings.HasSuffix(pattern, end) }

// strangersSucceed is the reply to a request about a subscription of nobody's session that says that it succeeded.
func strangersSucceed(s *session, request, reply object) {
	if s == nil {
		reply["successful"], reply["subscription"] = true, request["subscription"]
		delete(reply, "error")
		delete(reply, "advice")
	}
}
