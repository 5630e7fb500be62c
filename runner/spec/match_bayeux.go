package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// onBayeux is a matcher of a dialogue.
func onBayeux(judged func(judge.Dialogue) []judge.Finding) types.GomegaMatcher { return match(judged) }

// ruleOfSpec is the requirement that the spec is about.
func ruleOfSpec() string {
	if ids := requirements(); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// BeASession judges that a handshake was answered with a session.
func BeASession() types.GomegaMatcher {
	return &Matcher[judge.Dialogue]{
		differences: func(d judge.Dialogue) []judge.Finding { return judge.Handshaken(ruleOfSpec(), d) },
		what:        func(d judge.Dialogue) string { return "there was no session to begin with: " + d.Answer() },
	}
}

// BeConnected judges that a connect was answered successfully.
func BeConnected() types.GomegaMatcher {
	return &Matcher[judge.Dialogue]{
		differences: func(d judge.Dialogue) []judge.Finding { return judge.Connected(ruleOfSpec(), d) },
		what:        func(d judge.Dialogue) string { return "the connect was answered by " + d.Answer() },
	}
}

// GrantTheSubscription judges that a subscription was granted, and named.
func GrantTheSubscription(topics ...string) types.GomegaMatcher {
	return &Matcher[judge.Dialogue]{
		differences: func(d judge.Dialogue) []judge.Finding { return judge.Subscribed(ruleOfSpec(), d, topics...) },
		what:        func(d judge.Dialogue) string { return "the subscription was answered by " + d.Answer() },
	}
}

// CorrelateReplies judges that each reply names channel and id of its request.
func CorrelateReplies() types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding { return named(judge.CorrelatedReplies(d)) })
}

// named are findings of the requirement that the spec is about.
func named(found []judge.Finding) []judge.Finding {
	for i := range found {
		found[i].Requirement = ruleOfSpec()
	}
	return found
}

// HoldMessages judges that responses are application/json and hold messages.
func HoldMessages() types.GomegaMatcher { return onBayeux(judge.Readable) }

// BeUnsuccessful judges that nothing that came back says that it succeeded; expected says what should have come.
func BeUnsuccessful(expected string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding { return judge.Unsuccessful(d, expected) })
}

// BeAdvisedToHandshake judges the advice for an unknown clientId. It does not apply where that is refused by an HTTP
// status, which holds no advice.
func BeAdvisedToHandshake() types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		reply := d.Reply("/meta/connect")
		if reply == nil {
			NotApplicable("the server refuses an unknown clientId by HTTP %d, which holds no advice", d.Status())
		}
		if d.Succeeded() == reply {
			Blocked("an unknown clientId is taken")
		}
		if r := judge.Reconnect(reply); r != "handshake" && r != "none" {
			return []judge.Finding{{Entry: reply, Path: "advice.reconnect", Expected: "handshake (or none)", Observed: judge.Short(r)}}
		}
		return nil
	})
}

// FollowOneAnother judges that polls are answered successfully, one after the other.
func FollowOneAnother() types.GomegaMatcher { return onBayeux(judge.PollsFollow) }

// GetNoSuccessfulReply judges that none of the malformed messages that a browser sent was answered as if it were good.
func GetNoSuccessfulReply(browser string) types.GomegaMatcher {
	return match(func(cases []Mistake) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, m := range cases {
			d := Case().Dialogue(browser, m.Label)
			if len(d) == 0 {
				continue
			}
			n++
			out = append(out, judge.Unsuccessful(d, "no successful reply: "+m.Because)...)
		}
		if n == 0 {
			NotPlayed("malformed messages")
		}
		return out
	})
}

// GoOnServing judges that after all that a browser sent, a handshake and a connect are as good as before. A server that
// had no session for us before is judged by the rule about handshakes.
func GoOnServing(before, after, connect string) types.GomegaMatcher {
	return match(func(browser string) []judge.Finding {
		first, again := Case().Dialogue(browser, before), Case().Dialogue(browser, after)
		needsPolling(first)
		switch {
		case len(first) == 0:
			NotPlayed("a handshake")
		case len(judge.Handshaken("", first)) > 0:
			Blocked("there was no session to begin with: %s", first.Answer())
		case len(again) == 0:
			NotPlayed("a handshake afterwards")
		}
		out := judge.Handshaken(ruleOfSpec(), again)
		if d := Case().Dialogue(browser, connect); len(d) > 0 && len(out) == 0 && d.Broken() == "" && d.Reply("/meta/connect") == nil {
			out = judge.Connected(ruleOfSpec(), d)
		}
		return out
	})
}

// AllBeKept judges that the server keeps sessions that are polled.
func AllBeKept() types.GomegaMatcher { return eachSession(judge.Kept) }

// AllCorrelateReplies is CorrelateReplies for many sessions.
func AllCorrelateReplies() types.GomegaMatcher { return eachSession(judge.CorrelatedReplies) }

// AllHoldMessages is HoldMessages for many sessions.
func AllHoldMessages() types.GomegaMatcher { return eachSession(judge.Readable) }

// AllBeGiven judges that every handshake that is not refused gives a session.
func AllBeGiven() types.GomegaMatcher {
	return eachSessionWith("a reply to a handshake", judge.HandshakesGiven)
}

// AllBeGivenTheirOwn judges that every handshake gives a clientId that no other was given.
func AllBeGivenTheirOwn() types.GomegaMatcher {
	return match(func(sessions []judge.Dialogue) []judge.Finding {
		out, n := judge.ClientsApart(sessions)
		if n == 0 {
			EverythingPlayed().nothing("a reply to a handshake")
		}
		return judge.InOrder(out)
	})
}

// AllReplyInFull judges that replies have the members that Bayeux gives them.
func AllReplyInFull() types.GomegaMatcher {
	return eachSessionWith("a reply on a meta channel", judge.RepliesComplete)
}

// AllNameTheirSessionInEvents judges that events name no clientId but that of the session they are delivered in.
func AllNameTheirSessionInEvents() types.GomegaMatcher {
	return eachSessionWith("an event of a session", judge.EventsOfTheirSession)
}

// AllReplyToConnects judges that each connect of a session that goes on is replied to.
func AllReplyToConnects() types.GomegaMatcher {
	return eachSessionWith("a connect", judge.ConnectsReplied)
}

// AllGrantWhatTheyDeliver judges that no subscription is refused whose topic is delivered.
func AllGrantWhatTheyDeliver() types.GomegaMatcher {
	return eachSessionWith("a reply to a subscription", judge.SubscriptionsGranted)
}

// AllBeQuietWhenUnsubscribed judges that nothing of a topic is delivered after it was unsubscribed.
func AllBeQuietWhenUnsubscribed() types.GomegaMatcher {
	return eachSessionWith("a topic that was unsubscribed", judge.QuietWhenUnsubscribed)
}

// eachSessionWith is eachSession of what not every recording holds.
func eachSessionWith(what string, judged func(judge.Dialogue) (found []judge.Finding, n int)) types.GomegaMatcher {
	return match(func(sessions []judge.Dialogue) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, d := range sessions {
			found, some := judged(d)
			out, n = append(out, found...), n+some
		}
		if n == 0 {
			EverythingPlayed().nothing(what)
		}
		return judge.InOrder(out)
	})
}

func eachSession(judged func(judge.Dialogue) []judge.Finding) types.GomegaMatcher {
	return match(func(sessions []judge.Dialogue) []judge.Finding {
		var out []judge.Finding
		for _, d := range sessions {
			out = append(out, judged(d)...)
		}
		return judge.InOrder(out)
	})
}

// BeNotifiedOfDevice judges that the operation of a step, do-not-disturb or an agent state, was notified to a hand-written
// session, as that of the step first was before. Where the first was not, that is why.
func BeNotifiedOfDevice(first, step, before string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		device := Case().Station.Agent.Device
		came := func(events []*recording.Entry, cause *recording.Entry) bool {
			shows := voice.DeviceAfter(device, cause.Operation())
			return cause != nil && slices.ContainsFunc(events, func(e *recording.Entry) bool { return judge.Since(cause, e) && shows(e) })
		}
		browser := d.First().Browser
		events := Case().Dialogue(browser, "").Events()
		if cause := Case().Step(first); !came(events, cause) {
			if came(Case().DeviceMessages("agent"), cause) {
				Untestable("the agent's own session was notified, a session beside it was not")
			}
			Blocked("the first notification did not come")
		}
		cause := Case().Step(step)
		switch {
		case cause == nil:
			Blocked("there was no session to be notified")
		case !cause.Accepted():
			Untestable("%s was refused", cause.Operation())
		case !came(events, cause):
			return []judge.Finding{{After: cause, Who: voice.Agent, Browser: browser, Expected: "the device notification: " + before, Observed: "it did not come"}}
		}
		return nil
	})
}
