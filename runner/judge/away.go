package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// absence is a time in which a session had no subscription to a channel any more: from the reply to an unsubscription until it asked to
// subscribe again, in seconds; to is 0 where it did not.
type absence struct{ from, to float64 }

func (s absence) has(at float64) bool { return at > s.from && (s.to == 0 || at < s.to) }

// absences are the times in which what was said in a session leaves no subscription to a channel. What was asked for counts as
// subscribed until it is refused, and what was not confirmed as unsubscribed as if it still were.
func absences(d Dialogue, channel string) []absence {
	var out []absence
	var granted, asked, leaving []string
	reached := func() bool { return slices.ContainsFunc(granted, matches(channel)) }
	drop := func(topics []string) {
		granted = slices.DeleteFunc(granted, func(t string) bool { return slices.Contains(topics, t) })
	}
	for i, e := range d {
		if e.Kind != recording.KindBayeux {
			continue
		}
		m := MessageOf(e)
		switch sent := e.Direction == "sent"; {
		case e.Channel == handshakeChannel && sent:
			granted, out = nil, nil
		case e.Channel == subscribeChannel && sent:
			asked = topicsOf(m)
			granted = append(granted, asked...)
			if n := len(out); n > 0 && out[n-1].to == 0 && reached() {
				out[n-1].to = e.At
			}
		case e.Channel == subscribeChannel && m["successful"] == false:
			granted = without(granted, topicsOf(m), asked)
		case e.Channel == unsubscribeChannel && sent:
			leaving = topicsOf(m)
		case e.Channel == unsubscribeChannel && m["successful"] == true:
			before := reached()
			if drop(topicsOf(m)); confirmed(d[i+1:]) {
				drop(leaving)
			}
			if before && !reached() {
				out = append(out, absence{from: e.At})
			}
		}
	}
	return out
}

// without are subscriptions but for those that were refused, once each, since one may have been granted before: what the reply names, or else
// the one that was asked for. Of a list of which it names nothing all stay.
func without(granted, named, asked []string) []string {
	if len(named) == 0 && len(asked) == 1 {
		named = asked
	}
	for _, topic := range named {
		for i, g := range slices.Backward(granted) {
			if g == topic {
				granted = slices.Delete(granted, i, i+1)
				break
			}
		}
	}
	return granted
}

// confirmed reports whether no further reply to an unsubscription, of those that follow its successful one, says no: a list may be answered
// topic by topic.
func confirmed(later Dialogue) bool {
	for _, e := range later {
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "sent":
			return true
		case e.Channel == unsubscribeChannel && MessageOf(e)["successful"] != true:
			return false
		}
	}
	return true
}

// apart is how long before a session subscribes again an update was told of, in seconds, that is none of those which come then.
const apart = 0.3

// HeardWhileAway judges that a session is not told of a numbered update that was caused when it was subscribed no more: not then, and not
// when it has subscribed again, where the update had been told of in the agent's own session well before that. What two sessions are told
// they are told by machines that need not be one, so well before is longer than one was seen to be behind the other. was says that there
// is something to judge: the session was subscribed no more, and the agent's own was told.
func (c *Case) HeardWhileAway(role string, d Dialogue, update *recording.Entry) (out []Finding, was bool) {
	away := absences(d, voice.CallsTopic)
	i := slices.IndexFunc(away, func(s absence) bool { return s.has(update.At) })
	if i < 0 {
		return nil, false
	}
	told := map[string]float64{} // when the agent's own session was told of an update
	for _, e := range c.Of("agent", role) {
		if _, known := told[Number(e)]; !known {
			told[Number(e)] = e.At
		}
	}
	number := numberOf(update)
	own, known := told[number]
	margin := apart
	for _, e := range d.Events() {
		if at, both := told[Number(e)]; both && Number(e) != "" && Number(e) != number {
			margin = max(margin, 4*(e.At-at))
		}
	}
	for _, e := range d.Events() {
		switch {
		case Number(e) != number:
		case away[i].to == 0 || e.At < away[i].to:
			out = append(out, Finding{Entry: e, Expected: "nothing of " + voice.CallsTopic + " after unsubscribe", Observed: "the notification of a later update"})
		case known && away[i].to-own > margin:
			out = append(out, Finding{
				Entry: e, Expected: "nothing of what came before " + voice.CallsTopic + " was subscribed again", Observed: "the notification of an update between",
			})
		}
	}
	return out, known
}
