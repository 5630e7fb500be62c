package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

const (
	subscribeChannel   = "/meta/subscribe"
	unsubscribeChannel = "/meta/unsubscribe"
)

// HandshakesGiven judges the replies to handshakes that do not refuse: they say who the session is. n is how many there are.
func HandshakesGiven(d Dialogue) (out []Finding, n int) {
	for _, e := range d.Replies(handshakeChannel) {
		if m := MessageOf(e); m["successful"] != false {
			n++
			out = append(out, Conforms("BAYEUX-1", "bayeux-handshake", e, m)...)
		}
	}
	return out, n
}

// SubscriptionsGranted judges that a subscription to a documented topic that was refused is one: nothing of it is delivered in the same
// session, unless by another subscription. n is how many replies there are.
func SubscriptionsGranted(d Dialogue) (out []Finding, n int) {
	refused := map[string]*recording.Entry{} // by topic
	var granted []string
	for _, e := range d {
		m := MessageOf(e)
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "sent" && e.Channel == handshakeChannel:
			clear(refused)
			granted = nil
		case e.Kind == recording.KindBayeux && e.Direction == "received" && e.Channel == subscribeChannel:
			n++
			for _, topic := range topicsOf(m) {
				if m["successful"] != false {
					granted = append(granted, topic)
				} else if slices.Contains(voice.Topics, topic) {
					refused[topic] = e
				}
			}
		case e.Kind == recording.KindMessage && refused[e.Channel] != nil && !slices.ContainsFunc(granted, matches(e.Channel)):
			reply := refused[e.Channel]
			delete(refused, e.Channel)
			out = append(out, Finding{
				Requirement: "BAYEUX-4", Entry: reply, Path: "successful", Expected: "true: " + e.Channel + " is delivered", Observed: Short(string(reply.Message)),
			})
		}
	}
	return out, n
}

// flushed is how many polls may bring what had come before an unsubscription.
const flushed = 1

// QuietWhenUnsubscribed judges that nothing of a topic is delivered after it was unsubscribed, once what waited is through. n is how
// many were unsubscribed in sessions whose beginning is known.
func QuietWhenUnsubscribed(d Dialogue) (out []Finding, n int) {
	known := false
	var granted []string
	polls := map[string]int{} // topics that were unsubscribed: polls that were sent since
	for _, e := range d {
		if e.Kind == recording.KindMessage {
			if off := unsubscribedFor(polls, e.Channel); len(off) > 0 && !slices.ContainsFunc(granted, matches(e.Channel)) {
				for _, topic := range off {
					delete(polls, topic)
				}
				out = append(out, Finding{Requirement: "BAYEUX-11", Entry: e, Path: "channel", Expected: "nothing more of " + e.Channel, Observed: "a notification"})
			}
			continue
		}
		if e.Kind != recording.KindBayeux {
			continue
		}
		m := MessageOf(e)
		switch sent := e.Direction == "sent"; {
		case e.Channel == handshakeChannel && sent:
			known, granted = true, nil
			clear(polls)
		case e.Channel == connectChannel && sent:
			for topic := range polls {
				polls[topic]++
			}
		case e.Channel == subscribeChannel && sent: // it may be granted before it is said so
			granted = append(granted, topicsOf(m)...)
		case e.Channel == unsubscribeChannel && !sent && m["successful"] == true && known:
			for _, topic := range topicsOf(m) {
				granted = slices.DeleteFunc(granted, func(t string) bool { return t == topic })
				polls[topic] = 0
				n++
			}
		}
	}
	return out, n
}

// unsubscribedFor are the topics and patterns that a channel was delivered by, where all of them were unsubscribed so long ago that what
// waited is through; none where one was not.
func unsubscribedFor(polls map[string]int, channel string) (off []string) {
	for topic, sent := range polls {
		switch {
		case !matches(channel)(topic):
		case sent <= flushed:
			return nil
		default:
			off = append(off, topic)
		}
	}
	return off
}

// topicsOf are the topics that a subscription, or the reply to one, names.
func topicsOf(m map[string]any) []string {
	switch v := m["subscription"].(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, len(v))
		for i, x := range v {
			out[i] = str(x)
		}
		return out
	}
	return nil
}

// matches reports whether a subscription is to a channel, by name or wildcard.
func matches(channel string) func(subscription string) bool {
	return func(subscription string) bool {
		if above, deep := strings.CutSuffix(subscription, "/**"); deep {
			return strings.HasPrefix(channel, above+"/")
		}
		if above, star := strings.CutSuffix(subscription, "/*"); star {
			rest, below := strings.CutPrefix(channel, above+"/")
			return below && !strings.Contains(rest, "/")
		}
		return subscription == channel
	}
}
