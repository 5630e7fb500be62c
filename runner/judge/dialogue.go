package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Dialogue is what was said on Bayeux: the entries of one hand-written request, or of a whole session
// beside the actor's main one.
type Dialogue []*recording.Entry

// Dialogue returns what a browser said and heard; step "" stands for all of it.
func (c *Case) Dialogue(browser, step string) Dialogue {
	var out Dialogue
	for _, e := range c.Entries {
		if e.Browser == browser && e.Kind != recording.KindRest && (step == "" || e.Step == step) {
			out = append(out, e)
		}
	}
	return out
}

// MessageOf is a whole Bayeux message; nil if the entry holds none.
func MessageOf(e *recording.Entry) map[string]any {
	m, _ := recording.DecodeJSON(e.Message).(map[string]any)
	return m
}

// Sent are the messages that we sent on a channel; on all of them for "".
func (t Dialogue) Sent(channel string) Dialogue {
	return t.only(func(e *recording.Entry) bool {
		return e.Kind == recording.KindBayeux && e.Direction == "sent" && (channel == "" || e.Channel == channel)
	})
}

// Replies are the messages that came back on a meta channel; on all of them for "".
func (t Dialogue) Replies(channel string) Dialogue {
	return t.only(func(e *recording.Entry) bool {
		return e.Kind == recording.KindBayeux && e.Direction == "received" && (channel == "" || e.Channel == channel)
	})
}

// Reply is the first of them, or nil; one that was to try again only where nothing else came of it.
func (t Dialogue) Reply(channel string) *recording.Entry {
	list := t.Replies(channel)
	if i := slices.IndexFunc(list, func(e *recording.Entry) bool { return !e.Deferred() }); i > 0 {
		return list[i]
	}
	if len(list) > 0 {
		return list[0]
	}
	return nil
}

// Events are the notifications.
func (t Dialogue) Events() Dialogue {
	return t.only(func(e *recording.Entry) bool { return e.Kind == recording.KindMessage })
}

// WithoutChannel are messages without a channel: what they reply to cannot be told.
func (t Dialogue) WithoutChannel() Dialogue {
	return t.only(func(e *recording.Entry) bool {
		m := MessageOf(e)
		return e.Kind == recording.KindFault && m != nil && m["channel"] == nil && m["successful"] != nil
	})
}

func (t Dialogue) only(keep func(*recording.Entry) bool) Dialogue {
	return slices.DeleteFunc(slices.Clone(t), func(e *recording.Entry) bool { return !keep(e) })
}

// Status is the HTTP status of the response, 0 if there was none.
func (t Dialogue) Status() int {
	for _, e := range t {
		if e.Status != 0 {
			return e.Status
		}
	}
	return 0
}

// Broken says why there was no whole response; "" if there was one.
func (t Dialogue) Broken() string {
	for _, e := range t {
		if e.Kind == recording.KindGap {
			return e.Text
		}
	}
	return ""
}

// Succeeded reports whether any message that came back says so.
func (t Dialogue) Succeeded() *recording.Entry {
	for _, e := range t {
		if (e.Kind == recording.KindBayeux && e.Direction == "received" || e.Kind == recording.KindFault) && MessageOf(e)["successful"] == true {
			return e
		}
	}
	return nil
}

// First is an entry to show: the request, or whatever there is.
func (t Dialogue) First() *recording.Entry {
	if len(t) == 0 {
		return nil
	}
	return t[0]
}

// Answer tells in a few words what came back.
func (t Dialogue) Answer() string {
	var parts []string
	for _, e := range t {
		switch {
		case e.Kind == recording.KindBayeux && e.Direction == "received":
			parts = append(parts, Short(string(e.Message)))
		case e.Kind == recording.KindFault, e.Kind == recording.KindGap:
			parts = append(parts, Short(e.Text))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(slices.Compact(parts), "; ")
}

// CorrelatedReplies judges that each reply names channel and id of its request. A request without a reply is the
// business of other rules: a poll is held when a session ends.
func CorrelatedReplies(t Dialogue) []Finding {
	var out []Finding
	open := map[string][]any{} // channel: ids of the requests that wait for their reply
	for _, e := range t {
		said := MessageOf(e)
		id, present := said["id"]
		switch {
		case said == nil || e.Kind == recording.KindMessage:
		case e.Direction == "sent":
			if present {
				open[e.Channel] = append(open[e.Channel], id)
			}
		case e.Kind == recording.KindFault && said["channel"] == nil && said["successful"] != nil:
			out = append(out, Finding{Requirement: "BAYEUX-2", Entry: e, Path: "channel", Expected: "the channel of the request", Observed: "missing"})
		case e.Kind == recording.KindBayeux:
			waiting := open[e.Channel]
			if i := slices.Index(waiting, id); i >= 0 {
				open[e.Channel] = slices.Delete(waiting, i, i+1)
			} else if len(waiting) > 0 {
				out = append(out, Finding{Requirement: "BAYEUX-2", Entry: e, Path: "id", Expected: Short(waiting[0]), Observed: recording.ShortOrMissing(id, present)})
				open[e.Channel] = waiting[1:]
			} else if asked := waitingFor(open, id); present && asked != "" {
				out = append(out, Finding{Requirement: "BAYEUX-2", Entry: e, Path: "channel", Expected: Short(asked), Observed: Short(e.Channel)})
			}
		}
	}
	return out
}

// waitingFor is the only channel on which a request with an id waits for its reply; "" if there is none, or several.
func waitingFor(open map[string][]any, id any) string {
	found := ""
	for channel, ids := range open {
		if !slices.Contains(ids, id) {
			continue
		}
		if found != "" {
			return ""
		}
		found = channel
	}
	return found
}

// Subscribed judges the reply to a subscription: granted, and naming what was asked for, as a text
// or as a list.
func Subscribed(requirement string, t Dialogue, topics ...string) []Finding {
	reply := t.Reply("/meta/subscribe")
	if reply == nil {
		return []Finding{{Requirement: requirement, Entry: t.First(), Expected: "a reply on /meta/subscribe", Observed: t.Answer()}}
	}
	said := MessageOf(reply)
	out := Conforms(requirement, "bayeux-subscribe", reply, said)
	if said["successful"] != true {
		return append(out, Finding{Requirement: requirement, Entry: reply, Path: "successful", Expected: "true", Observed: Short(string(reply.Message))})
	}
	var named []string
	for _, e := range t.Replies("/meta/subscribe") {
		switch v := MessageOf(e)["subscription"].(type) {
		case string:
			named = append(named, v)
		case []any:
			for _, x := range v {
				named = append(named, str(x))
			}
		}
	}
	slices.Sort(named)
	slices.Sort(topics)
	if !slices.Equal(named, topics) {
		out = append(out, Finding{
			Requirement: requirement, Entry: reply, Path: "subscription", Expected: strings.Join(topics, ", "),
			Observed: Short(said["subscription"]),
		})
	}
	return out
}

// Reconnect is what a reply advises, for all transports or for its own; "" if nothing.
func Reconnect(e *recording.Entry) string {
	advice, _ := MessageOf(e)["advice"].(map[string]any)
	if own, ok := advice[e.Transport].(map[string]any); ok && own["reconnect"] != nil {
		return str(own["reconnect"])
	}
	return str(advice["reconnect"])
}

// MeantFor names the other person of the station for whom a notification was meant; "" if it is the
// actor's own, or cannot be told.
func (c *Case) MeantFor(e *recording.Entry) string {
	if e.Call() != nil {
		return c.misdelivered(e)
	}
	own := c.Station.Party(e.Actor).Device
	for d := range voice.DevicesOf(e) {
		for _, role := range voice.Roles {
			if p := c.Station.Party(role); p.Device != "" && !voice.SameID(p.Device, own) && voice.SameID(d.ID(), p.Device) {
				return role
			}
		}
	}
	return ""
}
