package notifications

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

// protocol is one session from handshake to disconnect and again, written by hand: the client of
// the recording sessions forgives what is judged here.
func protocol() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "notifications.protocol", Title: "A Bayeux session from handshake to disconnect", Area: area, Profiles: profiles("smoke"), Source: bayeuxPage, Deaf: true,
		Script: converse,
		Checks: []scenario.Check{
			{Name: "handshake", Title: "a handshake is answered with a session", Requirements: []string{"BAYEUX-1"}, Judge: spoken("protocol", "handshake", greeted)},
			{Name: "echo", Title: "replies name channel and id of their request", Requirements: []string{"BAYEUX-2"}, Judge: spoken("protocol", "", func(_ *judge.Case, t judge.Talk) judge.Ruling { return judge.Ruled(judge.Echo(t)) })},
			{Name: "connect", Title: "a connect is answered successfully", Requirements: []string{"BAYEUX-3"}, Judge: spoken("protocol", "connect", func(_ *judge.Case, t judge.Talk) judge.Ruling { return judge.Ruled(connected("BAYEUX-3", t)) })},
			{Name: "subscribe", Title: "a subscription is granted and named", Requirements: []string{"BAYEUX-4"}, Judge: spoken("protocol", "subscribe", func(_ *judge.Case, t judge.Talk) judge.Ruling {
				return judge.Ruled(judge.Subscribed("BAYEUX-4", t, calls))
			})},
			{Name: "disconnected", Title: "after disconnect the clientId is unknown", Requirements: []string{"BAYEUX-7"}, Judge: spoken("protocol", "connect-after", func(_ *judge.Case, t judge.Talk) judge.Ruling {
				return unsuccessful("BAYEUX-7", t, "no successful connect after disconnect")
			})},
			{Name: "again", Title: "a new handshake after disconnect gives a working session", Requirements: []string{"BAYEUX-13"}, Judge: again},
			{Name: "notified-again", Title: "the new session is notified", Requirements: []string{"BAYEUX-13"}, Judge: notifiedAs("BAYEUX-13", "second", "On", "the first session was")},
			{Name: "many-polls", Title: "a session and its subscriptions outlive many polls", Requirements: []string{"BAYEUX-16"}, Judge: outlives},
			{Name: "media-type", Title: "replies are application/json and hold messages", Requirements: []string{"BAYEUX-14"}, Judge: spoken("protocol", "", func(_ *judge.Case, t judge.Talk) judge.Ruling { return judge.Ruled(media(t)) })},
		},
	}
}

const manyPolls = 12

// converse needs something that is notified without a call and can be undone: do-not-disturb.
func converse(s *play.Stage) {
	b := s.Browser(s.Agent, "protocol")
	id := shake(b, "handshake")
	if id == "" {
		return
	}
	b.Say("connect", poll(id))
	b.Say("subscribe", subscription(id, calls))
	b.Say("subscribe-devices", subscription(id, devices))
	works := disturb(s, b, id, "first", "On")
	for range manyPolls {
		if judge.Talk(b.Say("poll", poll(id))).Succeeded() == nil {
			break
		}
	}
	if works {
		disturb(s, b, id, "many", "Off")
	}
	b.Say("disconnect", goodbye(id))
	b.Say("connect-after", poll(id))
	if again := shake(b, "handshake-again"); again != "" {
		b.Say("connect-again", poll(again))
		b.Say("subscribe-again", subscription(again, devices))
		if works && disturb(s, b, again, "second", "On") {
			s.DeviceOperation(s.Agent, "restore", "DoNotDisturbOff", nil)
		}
		b.Say("disconnect-again", goodbye(again))
	}
}

// disturb turns do-not-disturb on or off and polls for the notification; false if it is refused.
func disturb(s *play.Stage, b *play.Browser, clientID, step, value string) bool {
	if !s.DeviceOperation(s.Agent, step, "DoNotDisturb"+value, nil).Accepted() {
		return false
	}
	b.Collect("collect", clientID, shows(s.Agent.Device, value))
	return true
}

// shows is a notification of a device with do-not-disturb on or off.
func shows(device, value string) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool {
		list, _ := e.Data()["devices"].([]any)
		for _, x := range list {
			d, _ := x.(map[string]any)
			if id, _ := d["id"].(string); strings.EqualFold(id, device) && d["doNotDisturb"] == value {
				return true
			}
		}
		return false
	}
}

// notifiedAs: the device operation of a step was notified to the hand-written session, as that of the
// first was before.
func notifiedAs(requirement, step, value, before string) func(*judge.Case) judge.Ruling {
	return spoken("protocol", "collect", func(c *judge.Case, _ judge.Talk) judge.Ruling {
		came := func(step, value string) (*recording.Entry, bool) {
			cause := c.Step(step)
			return cause, cause != nil && slices.ContainsFunc(c.Talk("protocol", "").Events(), func(e *recording.Entry) bool {
				return judge.Since(cause, e) && shows(c.Station.Agent.Device, value)(e)
			})
		}
		if first, works := came("first", "On"); !works {
			own := slices.ContainsFunc(c.DeviceMessages("agent"), func(e *recording.Entry) bool {
				return judge.Since(first, e) && shows(c.Station.Agent.Device, "On")(e)
			})
			if own {
				return judge.CannotTest("the agent's own session was notified, a session beside it was not")
			}
			return judge.Block("the first notification did not come")
		}
		cause, ok := came(step, value)
		switch {
		case cause == nil:
			return judge.Block("there was no session to be notified")
		case !cause.Accepted():
			return judge.CannotTest("DoNotDisturb%s was refused", value)
		case !ok:
			return judge.Fail(judge.Finding{Requirement: requirement, After: cause, Expected: "the device notification: " + before, Observed: "it did not come"})
		}
		return judge.Pass()
	})
}

// outlives: all polls are answered successfully, and the subscription is still there after them.
func outlives(c *judge.Case) judge.Ruling {
	return spoken("protocol", "poll", func(c *judge.Case, t judge.Talk) judge.Ruling {
		for i, e := range t.Replies(connect) {
			if judge.Said(e)["successful"] == false && i > 0 {
				return judge.Fail(judge.Finding{Requirement: "BAYEUX-16", Entry: e, Path: "successful", Expected: "true: polls follow one another", Observed: judge.Short(string(e.Message))})
			}
		}
		if e := c.Step("first"); e != nil && !e.Accepted() {
			return judge.CannotTest("DoNotDisturbOn was refused")
		}
		return notifiedAs("BAYEUX-16", "many", "Off", "it came before the polls")(c)
	})(c)
}

func greeted(_ *judge.Case, t judge.Talk) judge.Ruling { return judge.Ruled(session("BAYEUX-1", t)) }

// session judges the reply to a handshake that must succeed.
func session(requirement string, t judge.Talk) []judge.Finding {
	reply := t.Reply(handshake)
	if reply == nil {
		return []judge.Finding{{Requirement: requirement, Entry: t.First(), Expected: "a reply on /meta/handshake", Observed: t.Answer()}}
	}
	return judge.Conforms(requirement, "bayeux-handshake", reply, judge.Said(reply))
}

func connected(requirement string, t judge.Talk) []judge.Finding {
	reply := t.Reply(connect)
	if reply == nil {
		return []judge.Finding{{Requirement: requirement, Entry: t.First(), Expected: "a reply on /meta/connect", Observed: t.Answer()}}
	}
	said := judge.Said(reply)
	out := judge.Conforms(requirement, "bayeux-connect", reply, said)
	if said["successful"] == false {
		out = append(out, judge.Finding{Requirement: requirement, Entry: reply, Path: "successful", Expected: "true", Observed: judge.Short(string(reply.Message))})
	}
	return out
}

func unsuccessful(requirement string, t judge.Talk, expected string) judge.Ruling {
	if e := t.Succeeded(); e != nil {
		return judge.Fail(judge.Finding{Requirement: requirement, Entry: e, Path: "successful", Expected: expected, Observed: judge.Short(string(e.Message))})
	}
	return judge.Pass()
}

// again: whatever the first session was like, the second must be one.
func again(c *judge.Case) judge.Ruling {
	if why, ok := longPolling(c, c.Talk("protocol", "handshake")); !ok {
		return why
	}
	steps := map[string]func(judge.Talk) []judge.Finding{
		"handshake-again": func(t judge.Talk) []judge.Finding { return session("BAYEUX-13", t) },
		"connect-again":   func(t judge.Talk) []judge.Finding { return connected("BAYEUX-13", t) },
		"subscribe-again": func(t judge.Talk) []judge.Finding { return judge.Subscribed("BAYEUX-13", t, devices) },
	}
	// What the first session shows too is told by its own checks.
	first := map[string]func(judge.Talk) []judge.Finding{
		"handshake": func(t judge.Talk) []judge.Finding { return session("BAYEUX-1", t) },
		"connect":   func(t judge.Talk) []judge.Finding { return connected("BAYEUX-3", t) },
		"subscribe": func(t judge.Talk) []judge.Finding { return judge.Subscribed("BAYEUX-4", t, calls) },
	}
	for _, step := range []string{"handshake", "connect", "subscribe"} {
		if t := c.Talk("protocol", step); len(t) > 0 && len(first[step](t)) > 0 {
			return judge.Block("the first session was none: %s", t.Answer())
		}
	}
	for _, step := range []string{"handshake-again", "connect-again", "subscribe-again"} {
		ruling := spoken("protocol", step, func(_ *judge.Case, t judge.Talk) judge.Ruling { return judge.Ruled(steps[step](t)) })(c)
		if ruling.Outcome != judge.Pass().Outcome {
			return ruling
		}
	}
	return judge.Pass()
}

// media judges what can be told of each response as a whole: the type that it is declared as, and
// that messages can be read from it. An HTTP error has no messages to be read.
func media(t judge.Talk) []judge.Finding {
	var out []judge.Finding
	for _, e := range t {
		if e.Kind == recording.KindFault && len(e.Message) == 0 && e.Status == 200 {
			out = append(out, judge.Finding{Requirement: "BAYEUX-14", Entry: e, Expected: "application/json, an array of messages or one message", Observed: e.Text})
		}
	}
	return out
}
