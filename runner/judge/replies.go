package judge

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// RepliesComplete judges that the replies on meta channels have what Bayeux says that each of them has: whether the request
// succeeded, the subscription where they are about one, as clientId none but that of the session, and advice in a form that is known.
// n is how many there are.
func RepliesComplete(d Dialogue) (out []Finding, n int) {
	known := map[string]bool{} // clientIds of the session, and those that were sent in it
	named := map[string]bool{} // subscriptions that were asked for, or to be ended
	find := func(e *recording.Entry, path, expected string, value any, present bool) {
		out = append(out, Finding{Requirement: "BAYEUX-27", Entry: e, Path: path, Expected: expected, Observed: recording.ShortOrMissing(value, present)})
	}
	for _, e := range d {
		m := MessageOf(e)
		id, hasID := m["clientId"]
		if m == nil || !strings.HasPrefix(e.Channel, "/meta/") || e.Kind != recording.KindBayeux && e.Kind != recording.KindFault {
			continue
		}
		if e.Direction != "sent" {
			if path, expected := badAdvice(m); path != "" {
				find(e, path, expected, m["advice"], true)
			}
		}
		if e.Direction == "sent" || e.Channel == handshakeChannel {
			known[recording.JSON(id)] = true
			for _, topic := range topicsOf(m) {
				named[topic] = true
			}
			continue
		}
		n++
		said, present := m["successful"]
		if _, isFlag := said.(bool); !isFlag {
			find(e, "successful", "true or false", said, present)
		}
		if said != true {
			continue // what is refused is often told by its error alone
		}
		if hasID && id != nil && !known[recording.JSON(id)] {
			find(e, "clientId", "that of the session, or none", id, true)
		}
		if about := e.Channel == subscribeChannel || e.Channel == unsubscribeChannel; about && !areNamed(topicsOf(m), named) {
			subscription, given := m["subscription"]
			find(e, "subscription", "what the request named", subscription, given)
		}
	}
	return out, n
}

// EventsOfTheirSession judges that no event names the clientId of another session than the one that it is delivered in. n is how many
// events there are in sessions whose beginning is known.
func EventsOfTheirSession(d Dialogue) (out []Finding, n int) {
	known := map[string]bool{}
	for _, e := range d {
		id, given := MessageOf(e)["clientId"]
		switch {
		case e.Kind == recording.KindBayeux && id != nil && (e.Direction == "sent" || e.Channel == handshakeChannel):
			known[recording.JSON(id)] = true
		case e.Kind != recording.KindMessage || len(known) == 0:
		case given && id != nil && !known[recording.JSON(id)]:
			out = append(out, Finding{Requirement: "BAYEUX-29", Entry: e, Path: "clientId", Expected: "that of the session, or none", Observed: Short(id)})
			fallthrough
		default:
			n++
		}
	}
	return out, n
}

// badAdvice is where the advice of a message has no form that Bayeux knows, and what it should be; "" where it has, or there is none.
func badAdvice(m map[string]any) (path, expected string) {
	if m["advice"] == nil {
		return "", ""
	}
	advice, isObject := m["advice"].(map[string]any)
	if !isObject {
		return "advice", "an object"
	}
	if reconnect := advice["reconnect"]; reconnect != nil && reconnect != "retry" && reconnect != "handshake" && reconnect != "none" {
		return "advice.reconnect", "retry, handshake or none"
	}
	for _, name := range []string{"interval", "timeout"} {
		switch advice[name].(type) {
		case nil, json.Number, float64:
		default:
			return "advice." + name, "a number of milliseconds"
		}
	}
	return "", ""
}

// areNamed reports whether the topics of a reply are what requests named, where those were recorded.
func areNamed(topics []string, named map[string]bool) bool {
	return len(topics) > 0 && (len(named) == 0 || !slices.ContainsFunc(topics, func(topic string) bool { return !named[topic] }))
}

// unanswered is what the client says of an answer that is whole and lacks the reply that it waits for.
const unanswered = "the answer holds no reply to "

// ConnectsReplied judges that no connect of a session that goes on is answered without a reply to it. n is how many were sent.
func ConnectsReplied(d Dialogue) (out []Finding, n int) {
	for i, e := range d {
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "sent" && e.Channel == connectChannel:
			n++
		case e.Kind == recording.KindFault && e.Channel == connectChannel && strings.HasPrefix(e.Text, unanswered) && goesOn(d[i+1:], e.Session):
			out = append(out, Finding{Requirement: "BAYEUX-22", Entry: e, Expected: "a reply to the connect, whatever stands beside it", Observed: e.Text})
		}
	}
	return out, n
}

// goesOn reports whether a connect of a session is answered successfully later.
func goesOn(later Dialogue, session int) bool {
	return slices.ContainsFunc(later.Replies(connectChannel), func(e *recording.Entry) bool {
		return e.Session == session && MessageOf(e)["successful"] == true
	})
}

// ClientsApart judges that each handshake gives a clientId of its own. n is how many were given.
func ClientsApart(sessions []Dialogue) (out []Finding, n int) {
	given := map[string]*recording.Entry{}
	for _, d := range sessions {
		for _, e := range d.Replies(handshakeChannel) {
			id, _ := MessageOf(e)["clientId"].(string)
			if id == "" || MessageOf(e)["successful"] != true {
				continue
			}
			n++
			if before := given[id]; before != nil {
				out = append(out, Finding{
					Requirement: "BAYEUX-1", Entry: e, Path: "clientId", Expected: "one that is newly generated",
					Observed: id + ", which the " + before.Actor + " was given before",
				})
			}
			given[id] = e
		}
	}
	return out, n
}
