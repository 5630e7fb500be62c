package judge

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/voicespec/voicespec/runner/recording"
)

// Answered judges that each message of one request was replied to, and once.
func Answered(d Dialogue) []Finding {
	var out []Finding
	replies := map[string]int{}
	for _, e := range d.Replies("") {
		replies[e.Channel]++
		if replies[e.Channel] == 2 {
			out = append(out, Finding{Entry: e, Expected: "one reply on " + e.Channel, Observed: "a second one"})
		}
	}
	for _, e := range d.Sent("") {
		if replies[e.Channel] == 0 {
			out = append(out, Finding{Entry: e, Expected: "a reply on " + e.Channel, Observed: d.Answer()})
		}
	}
	return out
}

// Told judges that a session was notified of update n: once or more often, since what is told later may show it, too.
func Told(d Dialogue, n int, cause *recording.Entry) []Finding {
	if len(updates(d, n)) > 0 || d.Broken() != "" {
		return nil // it may stand in the answer that did not come
	}
	return []Finding{{After: cause, Expected: fmt.Sprintf("the notification of update %d", n), Observed: "it did not come"}}
}

// ToldOnce judges that a session was notified of update n, once, however many requests waited for it.
func ToldOnce(d Dialogue, n int, cause *recording.Entry) []Finding {
	told := updates(d, n)
	if len(told) < 2 {
		return Told(d, n, cause)
	}
	return []Finding{{
		Entry: told[len(told)-1], Expected: fmt.Sprintf("the notification of update %d once", n), Observed: fmt.Sprintf("it came %d times", len(told)),
	}}
}

// updates are the notifications that show update n.
func updates(d Dialogue, n int) []*recording.Entry {
	return slices.DeleteFunc(d.Events(), func(e *recording.Entry) bool { return Number(e) != strconv.Itoa(n) })
}

// ToldTwice judges that a session which is subscribed by one wildcard got each numbered update once, as the agent's own session
// did.
func (c *Case) ToldTwice(role string, events []*recording.Entry) []Finding {
	var out []Finding
	seen := map[string]bool{}
	for _, e := range events {
		n := Number(e)
		key := n + " " + e.CallID() // a consult call may have the user data, too
		if n != "" && seen[key] && !c.toldTwice(role, e) {
			out = append(out, Finding{Entry: e, Expected: "update " + n + " once", Observed: "the same again, by one subscription"})
		}
		seen[key] = true
	}
	return out
}

// Forbidden is the advice of a successful reply that leaves a client nothing to do with its session, as a text; "" where it
// does not. A server that sees a second session of the same browser may turn it away, and says so.
func Forbidden(reply *recording.Entry) string {
	said := MessageOf(reply)
	advice, _ := said["advice"].(map[string]any)
	if said["successful"] != true || advice == nil || advice["multiple-clients"] == true {
		return ""
	}
	if own, ok := advice[reply.Transport].(map[string]any); ok {
		advice = own
	}
	if advice["reconnect"] == "none" {
		return "reconnect none"
	}
	if text := fmt.Sprint(advice["interval"]); text[0] == '-' && text != "-0" {
		return "interval " + text
	}
	return ""
}

// mayGoOn judges that a successful reply does not advise against what the session is for.
func mayGoOn(requirement string, reply *recording.Entry) []Finding {
	if text := Forbidden(reply); text != "" {
		return []Finding{{Requirement: requirement, Entry: reply, Path: "advice", Expected: "advice to connect", Observed: text + " in a successful reply"}}
	}
	return nil
}

// slow is how long after a disconnect, in seconds, a held connect has returned at once.
const slow = 1.0

// ReleasedBy judges that a held connect was answered soon after the session was ended.
func ReleasedBy(held, disconnect Dialogue) []Finding {
	ended := disconnect.Reply(disconnectChannel)
	if ended == nil || MessageOf(ended)["successful"] != true {
		return nil
	}
	for _, e := range held {
		if e.Kind == recording.KindBayeux && e.Direction == "sent" {
			continue
		}
		if late := e.At - ended.At; late > slow {
			return []Finding{{Entry: e, Expected: "the held connect at once after disconnect", Observed: fmt.Sprintf("%.1f s later", late)}}
		}
		return nil
	}
	return []Finding{{After: ended, Expected: "the held connect to return", Observed: "it did not"}}
}
