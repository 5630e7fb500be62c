package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// NumberKey is the user data key by which a notification is told from others: its value counts up.
const NumberKey = "VoicespecSeq"

// Number is the number of the update that a notification tells of; "" if it tells of none.
func Number(e *recording.Entry) string {
	if e.Type() != voice.AttachedDataChanged {
		return ""
	}
	return str(voice.UserDataOf(e)[NumberKey])
}

// numberOf is the number that a request sets.
func numberOf(request *recording.Entry) string { return str(voice.PairsIn(request)[NumberKey]) }

// Rising judges the order of numbered updates within one session.
func Rising(events []*recording.Entry) []Finding {
	var out []Finding
	last := 0
	for _, e := range events {
		n, err := strconv.Atoi(Number(e))
		if err != nil {
			continue
		}
		if n < last {
			out = append(out, Finding{Entry: e, Expected: fmt.Sprintf("update %d before update %d, as they were sent", n, last), Observed: "it came after it"})
		}
		last = max(last, n)
	}
	return out
}

// OursIn are the notifications of the scenario's calls that a browser got.
func (c *Case) OursIn(browser string) (events Dialogue) {
	for _, e := range c.Dialogue(browser, "").Events() {
		if c.Ours(e) {
			events = append(events, e)
		}
	}
	return events
}

// toldTwice reports whether the agent's own session was notified of an update more than once, so that it is
// the server who tells it again (MSG-14), and not a delivery that was repeated.
func (c *Case) toldTwice(role string, e *recording.Entry) bool {
	n := 0
	for _, m := range c.Of("agent", role) {
		if Number(m) == Number(e) {
			n++
		}
	}
	return n > 1
}

// causeOf is the request that set the number which a notification tells of; nil if none did.
func (c *Case) causeOf(e *recording.Entry) *recording.Entry {
	n := Number(e)
	for _, r := range c.Requests() {
		if n != "" && numberOf(r) == n {
			return r
		}
	}
	return nil
}

// NotSubscribed judges that a browser got nothing of topics but its own, which may be a pattern. Service channels of the server itself
// are left out; the API's topics begin with /v2/.
func (c *Case) NotSubscribed(browser, topic string) []Finding {
	var out []Finding
	for _, e := range c.Dialogue(browser, "").Events() {
		if strings.HasPrefix(e.Channel, "/v2/") && !matches(e.Channel)(topic) {
			out = append(out, Finding{Entry: e, Expected: "nothing of a topic that was not subscribed", Observed: "a notification on " + e.Channel})
		}
	}
	return out
}

// AfterUnsubscribe judges that nothing came that was caused after the reply to unsubscribe. What was caused before may.
func (c *Case) AfterUnsubscribe(d Dialogue, reply *recording.Entry) []Finding {
	var out []Finding
	for _, e := range d.Events() {
		if cause := c.causeOf(e); cause != nil && cause.At > reply.At {
			out = append(out, Finding{Entry: e, Expected: "nothing of " + voice.CallsTopic + " after unsubscribe", Observed: "the notification of a later update"})
		}
	}
	return out
}

// BetweenPolls compares what a session that polls seldom was brought with what was caused meanwhile: all of it, each
// once, in order. steps labels the requests.
func (c *Case) BetweenPolls(role string, d Dialogue, steps string) []Finding {
	told := func(events []*recording.Entry, n string) bool {
		return slices.ContainsFunc(events, func(e *recording.Entry) bool { return Number(e) == n })
	}
	asked := 0.0 // when it polled last
	for _, e := range d {
		if isPoll(e) {
			asked = e.At
		}
	}
	var out []Finding
	events := d.Events()
	for _, r := range c.Steps(steps) {
		n := numberOf(r)
		// What nobody was notified of is the user data's business; what came when it did not poll any more, since the call was over, is
		// nobody's.
		if r.Step == steps && r.Accepted() && r.AnsweredAt < asked && !told(events, n) && told(c.Of("agent", role), n) {
			out = append(out, Finding{
				After: r, Who: voice.Agent, Browser: d.First().Browser, Expected: "the notification of update " + n + " with a later poll", Observed: "it did not come",
			})
		}
	}
	polls, poll := map[string]int{}, 0
	for _, e := range d {
		if isPoll(e) {
			poll++
		}
		if e.Kind != recording.KindMessage || Number(e) == "" {
			continue
		}
		before, seen := polls[string(e.Message)]
		if seen && (before != poll || !c.toldTwice(role, e)) {
			out = append(out, Finding{Entry: e, Expected: "each notification once", Observed: "the same again"})
		}
		polls[string(e.Message)] = poll
	}
	return append(out, Rising(events)...)
}

func isPoll(e *recording.Entry) bool {
	return e.Kind == recording.KindBayeux && e.Direction == "sent" && e.Channel == connectChannel
}

// ToldBeside is what sessions beside people's own were told.
func (c *Case) ToldBeside() (told Dialogue) {
	for _, e := range c.Entries {
		if e.Kind == recording.KindMessage && e.Browser != "" {
			told = append(told, e)
		}
	}
	return told
}

// Misdelivered judges all sessions of all people, those of browsers too: nobody gets what is meant for another.
func (c *Case) Misdelivered() []Finding {
	var out []Finding
	for _, e := range c.Entries {
		if e.Kind != recording.KindMessage {
			continue
		}
		if other := c.MeantFor(e); other != "" {
			out = append(out, Finding{Entry: e, Expected: "notifications of the " + e.Actor + " only", Observed: "one that is meant for the " + other})
		}
	}
	return out
}

// OnTheSocket compares what came over a WebSocket with what the agent's own session was told: numbered updates up to n,
// each once, in order, on their channel.
func (c *Case) OnTheSocket(role, browser string, events Dialogue, n int, after *recording.Entry) []Finding {
	var out []Finding
	seen := map[string]bool{}
	for _, e := range events {
		if e.Channel != voice.CallsTopic {
			out = append(out, Finding{Entry: e, Path: "channel", Expected: voice.CallsTopic, Observed: e.Channel})
		}
		if seen[string(e.Message)] && Number(e) != "" && !c.toldTwice(role, e) {
			out = append(out, Finding{Entry: e, Expected: "each notification once", Observed: "the same again"})
		}
		seen[string(e.Message)] = true
	}
	has := func(list []*recording.Entry, n int) bool {
		return slices.ContainsFunc(list, func(e *recording.Entry) bool { return Number(e) == strconv.Itoa(n) })
	}
	for i := 1; i <= n; i++ {
		if !has(events, i) && has(c.Of("agent", role), i) {
			out = append(out, Finding{
				After: after, Who: voice.Agent, Browser: browser, Expected: fmt.Sprintf("the notification of update %d over WebSocket", i), Observed: "it did not come",
			})
		}
	}
	return append(append(out, statesBetween(c.Of("agent", role), events, browser, 1, n)...), Rising(events)...)
}

// statesBetween are the states that the agent's own session was told of between two numbered updates, and another session, which was told of
// both, was not.
func statesBetween(own, other Dialogue, browser string, from, to int) []Finding {
	numbered := func(list []*recording.Entry, n int) int {
		return slices.IndexFunc(list, func(e *recording.Entry) bool {
			return Number(e) == strconv.Itoa(n) && e.Type() == voice.AttachedDataChanged
		})
	}
	first, last := numbered(own, from), numbered(own, to)
	if first < 0 || last < first || numbered(other, from) < 0 || numbered(other, to) < 0 {
		return nil
	}
	var out []Finding
	for _, e := range own[first:last] {
		same := func(o *recording.Entry) bool {
			return o.Type() == e.Type() && o.State() == e.State() && o.CallID() == e.CallID()
		}
		if e.Type() == voice.StatusChange && !slices.ContainsFunc(other, same) {
			out = append(out, Finding{
				After: e, Who: voice.Agent, Browser: browser, Expected: e.State() + ", which the agent's own session was told of", Observed: "it did not come",
			})
		}
	}
	return out
}
