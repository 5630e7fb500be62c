package notifications

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// watched are the notifications of the scenario's call that a browser got; ok is false, with the
// ruling, if it could not get any.
func watched(c *judge.Case, browser string) (events judge.Talk, why judge.Ruling, ok bool) {
	t := c.Talk(browser, "")
	if len(t) == 0 {
		return nil, c.NotPlayed("the session " + browser), false
	}
	if original, known := c.Role("original"); !known || original.ID == "" {
		return nil, c.NotPlayed("the call"), false
	}
	for _, e := range t {
		if e.Kind == recording.KindNote && e.Step == "open" {
			return nil, judge.Block("there was no session: %s", e.Text), false
		}
	}
	if alone(c) {
		return nil, judge.CannotTest("the server notifies one session of an agent only, so that browsers beside it hear nothing"), false
	}
	return ours(c, browser), judge.Ruling{}, true
}

func ours(c *judge.Case, browser string) (events judge.Talk) {
	for _, e := range c.Talk(browser, "").Events() {
		if c.Ours(e) {
			events = append(events, e)
		}
	}
	return events
}

// alone: no page says that an agent may have two Bayeux sessions at once. Where none of the browsers was
// notified of the call, whatever it had subscribed to, that is how the server is made.
func alone(c *judge.Case) bool {
	if c.Scenario != "notifications.delivery" || !told(c, "Established") {
		return false
	}
	for _, browser := range []string{"star", "deep", "again"} {
		if len(ours(c, browser)) > 0 {
			return false
		}
	}
	return true
}

func wildcard(browser string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		events, why, ok := watched(c, browser)
		if !ok {
			return why
		}
		var out []judge.Finding
		for _, state := range []string{"Ringing", "Established"} {
			if !slices.ContainsFunc(events, func(e *recording.Entry) bool { return e.State() == state }) && told(c, state) {
				out = append(out, judge.Finding{Requirement: "BAYEUX-9", After: c.Talk(browser, "").First(), Expected: "the call in state " + state, Observed: "it did not come to the subscription of the browser " + browser})
			}
		}
		for _, e := range events {
			if e.Channel != calls {
				out = append(out, judge.Finding{Requirement: "BAYEUX-9", Entry: e, Path: "channel", Expected: calls, Observed: e.Channel})
			}
		}
		return judge.Ruled(out)
	}
}

// told tells whether the agent's own session was notified of the call in a state.
func told(c *judge.Case, state string) bool {
	return slices.ContainsFunc(c.Of("agent", "original"), func(e *recording.Entry) bool { return e.State() == state })
}

// notSubscribed: service channels of the server itself are left out; our topics begin with /v2/.
func notSubscribed(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	for browser, topic := range map[string]string{"no-topic": "", "device-topic": devices} {
		if _, why, ok := watched(c, browser); !ok {
			return why
		}
		for _, e := range c.Talk(browser, "").Events() {
			if strings.HasPrefix(e.Channel, "/v2/") && e.Channel != topic {
				out = append(out, judge.Finding{Requirement: "BAYEUX-10", Entry: e, Expected: "nothing of a topic that was not subscribed", Observed: "a notification on " + e.Channel})
			}
		}
	}
	slices.SortFunc(out, func(a, b judge.Finding) int { return a.Entry.Seq - b.Entry.Seq })
	return judge.Ruled(out)
}

// unsubscribed: what was caused after the reply must not come. What was caused before may.
func unsubscribed(c *judge.Case) judge.Ruling {
	if _, why, ok := watched(c, "again"); !ok {
		return why
	}
	t := c.Talk("again", "")
	reply := t.Reply("/meta/unsubscribe")
	switch {
	case reply == nil:
		return judge.Block("unsubscribe was not answered")
	case judge.Said(reply)["successful"] != true:
		return judge.Fail(judge.Finding{Requirement: "BAYEUX-11", Entry: reply, Path: "successful", Expected: "true", Observed: judge.Short(string(reply.Message))})
	}
	var out []judge.Finding
	for _, e := range t.Events() {
		if cause := causeOf(c, e); cause != nil && cause.At > reply.At {
			out = append(out, judge.Finding{Requirement: "BAYEUX-11", Entry: e, Expected: "nothing of " + calls + " after unsubscribe", Observed: "the notification of a later update"})
		}
	}
	return judge.Ruled(out)
}

// causeOf is the update that a notification tells of.
func causeOf(c *judge.Case, e *recording.Entry) *recording.Entry {
	n := numbered(e)
	for _, r := range c.Requests() {
		data, _ := r.Body()["userData"].(map[string]any)
		if n != "" && data[seqKey] == n {
			return r
		}
	}
	return nil
}

// betweenPolls compares what the idle session was brought with what was caused.
func betweenPolls(c *judge.Case) judge.Ruling {
	return spoken("idle", "collect", func(c *judge.Case, _ judge.Talk) judge.Ruling {
		t := c.Talk("idle", "")
		if why := expired(t); why != "" {
			return judge.CannotTest("%s", why)
		}
		if _, why, ok := watched(c, "star"); !ok && alone(c) {
			return why
		}
		var out []judge.Finding
		events := t.Events()
		for _, r := range c.Steps("idle") {
			n, _ := r.Body()["userData"].(map[string]any)[seqKey].(string)
			if r.Step != "idle" || !r.Accepted() || slices.ContainsFunc(events, func(e *recording.Entry) bool { return numbered(e) == n }) {
				continue
			}
			if !slices.ContainsFunc(c.Of("agent", "original"), func(e *recording.Entry) bool { return numbered(e) == n }) {
				continue // nobody was notified of it: the user data's business
			}
			out = append(out, judge.Finding{Requirement: "BAYEUX-12", After: r, Expected: "the notification of update " + n + " with a later poll", Observed: "it did not come"})
		}
		polls, poll := map[string]int{}, 0
		for _, e := range t {
			if e.Kind == recording.KindBayeux && e.Direction == "sent" && e.Channel == connect {
				poll++
			}
			if e.Kind != recording.KindMessage || numbered(e) == "" {
				continue
			}
			before, seen := polls[string(e.Message)]
			if seen && (before != poll || !toldTwice(c, e)) {
				out = append(out, judge.Finding{Requirement: "BAYEUX-12", Entry: e, Expected: "each notification once", Observed: "the same again"})
			}
			polls[string(e.Message)] = poll
		}
		return judge.Ruled(append(out, rising("BAYEUX-12", events)...))
	})(c)
}

// expired tells whether a session was lost because we left it alone for too long.
func expired(t judge.Talk) string {
	last := 0.0
	for _, e := range t {
		if e.Kind != recording.KindBayeux || e.Channel != connect {
			continue
		}
		if e.Direction == "received" && judge.Said(e)["successful"] == false && e.At-last > idleLimit.Seconds() {
			return fmt.Sprintf("the server is so slow that the session expired after %.0f s without a poll", e.At-last)
		}
		if e.Direction == "received" {
			last = e.At
		}
	}
	return ""
}

// toldTwice: the agent's main session was notified of the update more than once too, so that it is
// the server who tells it again (MSG-14), and not a delivery that was repeated.
func toldTwice(c *judge.Case, e *recording.Entry) bool {
	n := 0
	for _, m := range c.Of("agent", "original") {
		if numbered(m) == numbered(e) {
			n++
		}
	}
	return n > 1
}

// rising judges the order of numbered updates within one session.
func rising(requirement string, events []*recording.Entry) []judge.Finding {
	var out []judge.Finding
	last := 0
	for _, e := range events {
		n, err := strconv.Atoi(numbered(e))
		if err != nil {
			continue
		}
		if n < last {
			out = append(out, judge.Finding{Requirement: requirement, Entry: e, Expected: fmt.Sprintf("update %d before update %d, as they were sent", n, last), Observed: "it came after it"})
		}
		last = max(last, n)
	}
	return out
}

func secondSession(c *judge.Case) judge.Ruling {
	t := c.Talk("again", "")
	for _, e := range t {
		if e.Kind == recording.KindNote && e.Step == "open" && len(t.Replies(handshake)) > 1 {
			return judge.Fail(judge.Finding{Requirement: "BAYEUX-13", Entry: e, Expected: "a second session of the same browser", Observed: e.Text})
		}
	}
	events, why, ok := watched(c, "again")
	if !ok {
		return why
	}
	if len(events) == 0 && told(c, "Established") {
		return judge.Fail(judge.Finding{Requirement: "BAYEUX-13", After: t.Reply(subscribe), Expected: "the notifications of the call", Observed: "none came to the second session of the same browser"})
	}
	return judge.Pass()
}

// ownOnly looks at all sessions, those of browsers too.
func ownOnly(c *judge.Case) judge.Ruling {
	if _, known := c.Role("original"); !known {
		return c.NotPlayed("the call")
	}
	var out []judge.Finding
	for _, e := range c.Entries {
		if e.Kind != recording.KindMessage {
			continue
		}
		if other := c.MeantFor(e); other != "" {
			out = append(out, judge.Finding{Requirement: "BAYEUX-18", Entry: e, Expected: "notifications of the " + e.Actor + " only", Observed: "one that is meant for the " + other})
		}
	}
	return judge.Ruled(out)
}

func private(c *judge.Case) judge.Ruling {
	if _, known := c.Role("original"); !known {
		return c.NotPlayed("the call")
	}
	return judge.Ruled(judge.Private(c))
}

// inOrder: sessions that send something else than connects while they are notified are left out,
// since CometD orders only what comes with polls.
func inOrder(c *judge.Case) judge.Ruling {
	if len(c.Steps("update")) == 0 {
		return c.NotPlayed("UpdateUserData")
	}
	out := rising("BAYEUX-20", c.Of("agent", "original"))
	for _, browser := range []string{"star", "deep", "idle"} {
		own := slices.DeleteFunc(c.Talk(browser, "").Events(), func(e *recording.Entry) bool { return c.MeantFor(e) != "" })
		out = append(out, rising("BAYEUX-20", own)...)
	}
	return judge.Ruled(out)
}

func heldFirst(c *judge.Case) judge.Ruling {
	e := c.Step("consult")
	if e == nil || !e.Accepted() {
		return c.NotPlayed("InitiateTransfer").OrBlocked("InitiateTransfer was refused")
	}
	var held, dialing *recording.Entry
	for _, m := range c.Messages("agent") {
		r, ok := c.RoleOf(m)
		switch {
		case !ok || !judge.Since(e, m):
		case r.Name == "original" && m.State() == "Held" && held == nil:
			held = m
		case r.Name == "consult" && m.State() == "Dialing" && dialing == nil:
			dialing = m
		}
	}
	if held == nil || dialing == nil {
		return judge.Block("InitiateTransfer was not notified")
	}
	if dialing.Seq < held.Seq {
		return judge.Fail(judge.Finding{Requirement: "BAYEUX-20", Entry: held, Expected: "Held before Dialing, as InitiateTransfer causes them", Observed: "Dialing came first"})
	}
	return judge.Pass()
}
