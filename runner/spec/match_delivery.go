package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// BeToldOf judges that a browser was notified of the call in the states in which the agent's own session was.
func BeToldOf(role string, states ...State) types.GomegaMatcher {
	return match(func(w Watcher) []judge.Finding {
		var out []judge.Finding
		for _, state := range states {
			if Agent(role).Any(state) && !(Notifications{list: w.events}).Any(state) {
				out = append(out, judge.Finding{
					After: Case().Dialogue(w.Name, "").First(), Who: voice.Agent, Browser: w.Name, Expected: "the call in state " + string(state),
					Observed: "it did not come to the subscription of the browser " + w.Name,
				})
			}
		}
		return out
	})
}

// BeToldOnce judges that a browser with one subscription was told nothing twice that the call's own session was told once.
func BeToldOnce(role string) types.GomegaMatcher {
	return match(func(w Watcher) []judge.Finding { return Case().ToldTwice(role, w.events) })
}

// BeToldOnTheirChannel judges that the notifications of calls come on the channel of calls, whatever was subscribed to.
func BeToldOnTheirChannel() types.GomegaMatcher {
	return match(func(w Watcher) []judge.Finding {
		var out []judge.Finding
		for _, e := range w.events {
			if e.Channel != voice.CallsTopic {
				out = append(out, judge.Finding{Entry: e, Path: "channel", Expected: voice.CallsTopic, Observed: e.Channel})
			}
		}
		return out
	})
}

// BeToldOnlyOf judges that a browser got nothing of topics but its own; "" for none.
func BeToldOnlyOf(topic string) types.GomegaMatcher {
	return match(func(w Watcher) []judge.Finding { return Case().NotSubscribed(w.Name, topic) })
}

// HearNothingAfterUnsubscribe judges that nothing came that was caused after the reply to unsubscribe.
func HearNothingAfterUnsubscribe() types.GomegaMatcher {
	return match(func(w Watcher) []judge.Finding {
		d := Case().Dialogue(w.Name, "")
		reply := d.Reply("/meta/unsubscribe")
		switch {
		case reply == nil:
			Blocked("unsubscribe was not answered")
		case judge.MessageOf(reply)["successful"] != true:
			return []judge.Finding{{Entry: reply, Path: "successful", Expected: "true", Observed: judge.Short(string(reply.Message))}}
		}
		return Case().AfterUnsubscribe(d, reply)
	})
}

// CatchUpBetweenPolls judges that a session that polls seldom was brought what was caused meanwhile by the requests that
// are labelled so: all of it, each once, in order.
func CatchUpBetweenPolls(role, requests string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		if why := d.Expired(); why != "" {
			Untestable("%s", why)
		}
		if alone(role, watchers) {
			Untestable(oneSessionOnly)
		}
		return Case().BetweenPolls(role, d, requests)
	})
}

// BeNotifiedAgain judges that the second session of one browser is notified.
func BeNotifiedAgain(role string) types.GomegaMatcher {
	return match(func(browser string) []judge.Finding {
		d := Case().Dialogue(browser, "")
		for _, e := range d {
			if e.Kind == recording.KindNote && e.Step == "open" && len(d.Replies("/meta/handshake")) > 1 {
				return []judge.Finding{{Entry: e, Expected: "a second session of the same browser", Observed: e.Text}}
			}
		}
		if w := WatcherOf(role, browser); len(w.events) > 0 || !Agent(role).Any(Established) {
			return nil
		}
		return []judge.Finding{{
			After: d.Reply("/meta/subscribe"), Who: voice.Agent, Browser: browser, Expected: "the notifications of the call",
			Observed: "none came to the second session of the same browser",
		}}
	})
}

// BeToldOfDevicesLike judges that a browser was notified of the agent's device as another one was that had subscribed to devices by
// name, both after a request.
func BeToldOfDevicesLike(named, label string, how Condition) types.GomegaMatcher {
	return match(func(browser string) []judge.Finding {
		told := func(name string) bool {
			n := Notifications{}
			for _, e := range Case().Dialogue(name, "").Events() {
				if voice.IsDevices(e) {
					n.list = append(n.list, e)
				}
			}
			return n.Any(After(label), how)
		}
		cause := Request(label)
		d := Case().Dialogue(browser, "")
		for _, e := range d {
			if e.Kind == recording.KindNote && (e.Step == "open" || e.Step == "subscribe") {
				Blocked("the browser %s had no subscription: %s", browser, e.Text)
			}
		}
		switch {
		case len(d) == 0:
			NotPlayed("the session " + browser)
		case told(browser):
			return nil
		case !told(named):
			Untestable("%s", oneSessionOnly)
		}
		return []judge.Finding{{After: cause, Who: voice.Agent, Browser: browser, Expected: "the notification " + how.String(), Observed: "it did not come"}}
	})
}

// BeToldOnlyOfTheirOwn judges that nobody gets what is meant for another.
func BeToldOnlyOfTheirOwn() types.GomegaMatcher { return match((*judge.Case).Misdelivered) }

// TellBrowsersOfTheirOwn judges that no session beside people's own is told of a call or device of others; of those there are rules of
// their own.
func TellBrowsersOfTheirOwn() types.GomegaMatcher {
	return ofEveryCase("a notification of a further session", func(c *judge.Case) (n int, out []judge.Finding) {
		for _, f := range c.Misdelivered() {
			if f.Entry.Browser != "" {
				out = append(out, f)
			}
		}
		return len(c.ToldBeside()), out
	})
}

// TellBrowsersAlike judges that each session beside people's own is told of a call what their own session is told of it.
func TellBrowsersAlike() types.GomegaMatcher {
	return ofEveryCase("a notification of a further session", (*judge.Case).ToldUnlike)
}

// ofEveryCase judges what a run holds scenario by scenario, and ends the spec where none of them had what is named.
func ofEveryCase(what string, judged func(*judge.Case) (n int, out []judge.Finding)) types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		total := 0
		for _, c := range w.Cases() {
			n, found := judged(c)
			total += n
			out = append(out, found...)
		}
		if total == 0 {
			w.nothing(what)
		}
		return judge.InOrder(out)
	})
}

// TellBrowsersOfDevices judges that sessions beside people's own are told of devices where they are told of calls. A server that notifies
// one session of a person only tells them of neither.
func TellBrowsersOfDevices() types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		calls, devices := 0, 0
		for _, c := range w.Cases() {
			told, found := c.DeafToDevices()
			devices += told
			out = append(out, found...)
			calls += len(c.ToldBeside())
		}
		switch {
		case len(out) == 0 && devices == 0:
			w.nothing("a device of which a further session was to be told")
		case len(out) > 0 && calls == 0:
			Untestable("%s", oneSessionOnly)
		}
		return judge.InOrder(out)
	})
}

// ComeAsUTF8 judges that all that was notified is UTF-8, also what could not be read since it is not.
func ComeAsUTF8() types.GomegaMatcher { return match(judge.Encoded) }

// HearNoCallOfOthers judges that nobody is notified of a call that he has no part in.
func HearNoCallOfOthers() types.GomegaMatcher { return match(judge.Private) }

// KeepTheOrderOfCauses judges that numbered updates came in their order to the agent's own session and to browsers.
// Sessions that send something else than connects meanwhile are left out, since CometD orders only what comes with polls.
func KeepTheOrderOfCauses(role string, browsers ...string) types.GomegaMatcher {
	return match(func(c *judge.Case) []judge.Finding {
		out := judge.Rising(c.Of("agent", role))
		for _, b := range browsers {
			var own []*recording.Entry
			for _, e := range c.Dialogue(b, "").Events() {
				if c.MeantFor(e) == "" {
					own = append(own, e)
				}
			}
			out = append(out, judge.Rising(own)...)
		}
		return out
	})
}

// ArriveBefore judges that one notification came before another of the same session.
func ArriveBefore(other *recording.Entry) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if e.Seq < other.Seq {
			return nil
		}
		return []judge.Finding{{
			Entry: e, Expected: e.State() + " before " + other.State() + ", as one request causes them", Observed: other.State() + " came first",
		}}
	})
}

// OpenAWebSocket judges that a browser could upgrade.
func OpenAWebSocket() types.GomegaMatcher {
	return match(func(browser string) []judge.Finding {
		refused := refusedUpgrade(browser)
		switch {
		case refused != nil:
			return []judge.Finding{{Entry: refused, Expected: "a WebSocket, since the handshake reply names it", Observed: refused.Text}}
		case len(overWebSocket(browser)) == 0:
			NotPlayed("an upgrade to WebSocket")
		}
		return nil
	})
}

// SpeakTheSameProtocol judges the replies that came over a WebSocket.
func SpeakTheSameProtocol(topics ...string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		out := judge.Handshaken("", d)
		if len(d.Replies("/meta/connect")) > 0 || len(out) == 0 {
			out = append(out, judge.Connected("", d)...)
		}
		if len(d.Sent("/meta/subscribe")) > 0 {
			out = append(out, judge.Subscribed("", d, topics...)...)
		}
		return named(append(out, judge.CorrelatedReplies(d)...))
	})
}

// BringTheUpdates judges that a WebSocket brought the updates up to n that the agent's own session was told of, each once,
// in order.
func BringTheUpdates(role, browser string, n int) types.GomegaMatcher {
	return onBayeux(func(judge.Dialogue) []judge.Finding {
		w := WatcherOf(role, browser)
		return Case().OnTheSocket(role, browser, w.events, n, Case().Step("update"))
	})
}
