package notifications

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

const socketUpdates = 3

// webSocket tries the other transport where the handshake names it. GWS documents that it does
// not support WebSocket while CometD may name it all the same, and a proxy may refuse the upgrade:
// that it cannot be opened is told, and counts little. Once it is open, it is Bayeux.
func webSocket() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "notifications.websocket", Title: "Notifications over WebSocket", Area: area, Profiles: profiles(), Source: bayeuxPage,
		Script: overSocket,
		Checks: []scenario.Check{
			{Name: "opens", Title: "a connection type that is offered can be opened", Requirements: []string{"BAYEUX-21"}, Judge: opens},
			{Name: "protocol", Title: "WebSocket carries the same protocol", Requirements: []string{"BAYEUX-19"}, Judge: sameProtocol},
			{Name: "delivery", Title: "WebSocket brings the notifications, in order and once", Requirements: []string{"BAYEUX-19"}, Judge: sameDelivery},
		},
	}
}

func overSocket(s *play.Stage) {
	b := s.Browser(s.Agent, "socket")
	if s.Transport() != "websocket" {
		seen := judge.Talk(b.Say("handshake", hello()))
		reply := seen.Reply(handshake)
		if reply == nil || !offers(reply, "websocket") {
			s.NotApplicable("the server does not offer WebSocket")
		}
		if id, _ := judge.Said(reply)["clientId"].(string); id != "" {
			b.Say("goodbye", goodbye(id))
		}
	}
	if !b.Open("websocket", calls, devices) {
		return
	}
	c := s.Inbound("original")
	mark := s.Mark()
	for i := range socketUpdates {
		if !s.Operate(s.Agent, "update", c, "UpdateUserData", map[string]any{"userData": map[string]any{seqKey: fmt.Sprint(i + 1)}}).Accepted() {
			s.Block("UpdateUserData was refused")
		}
	}
	s.Await(s.Agent, "the last of the updates", mark, carries(socketUpdates))
	b.Await("the last of the updates", mark, carries(socketUpdates))
	b.Leave()
}

// overWS is what went over the socket.
func overWS(c *judge.Case) judge.Talk {
	var out judge.Talk
	for _, e := range c.Talk("socket", "") {
		if e.Transport == "websocket" {
			out = append(out, e)
		}
	}
	return out
}

func refusedUpgrade(c *judge.Case) *recording.Entry {
	if len(overWS(c).Replies("")) > 0 || len(overWS(c).Nameless()) > 0 {
		return nil
	}
	for _, e := range c.Talk("socket", "open") {
		if e.Kind == recording.KindNote {
			return e
		}
	}
	return nil
}

func opens(c *judge.Case) judge.Ruling {
	if len(overWS(c)) == 0 && refusedUpgrade(c) == nil {
		return c.NotPlayed("an upgrade to WebSocket")
	}
	if e := refusedUpgrade(c); e != nil {
		return judge.Fail(judge.Finding{Requirement: "BAYEUX-21", Entry: e, Expected: "a WebSocket, since the handshake reply names it", Observed: e.Text})
	}
	return judge.Pass()
}

func sameProtocol(c *judge.Case) judge.Ruling {
	t := overWS(c)
	switch {
	case refusedUpgrade(c) != nil:
		return judge.DoesNotApply("no WebSocket could be opened: %s", refusedUpgrade(c).Text)
	case len(t) == 0:
		return c.NotPlayed("a session over WebSocket")
	}
	out := session("BAYEUX-19", t)
	if len(t.Replies(connect)) > 0 || len(out) == 0 {
		out = append(out, connected("BAYEUX-19", t)...)
	}
	if len(t.Sent(subscribe)) > 0 {
		out = append(out, judge.Subscribed("BAYEUX-19", t, calls, devices)...)
	}
	for _, f := range judge.Echo(t) {
		f.Requirement = "BAYEUX-19"
		out = append(out, f)
	}
	return judge.Ruled(out)
}

func sameDelivery(c *judge.Case) judge.Ruling {
	if e := refusedUpgrade(c); e != nil {
		return judge.DoesNotApply("no WebSocket could be opened: %s", e.Text)
	}
	events, why, ok := watched(c, "socket")
	if !ok {
		return why
	}
	var out []judge.Finding
	seen := map[string]bool{}
	for _, e := range events {
		if e.Channel != calls {
			out = append(out, judge.Finding{Requirement: "BAYEUX-19", Entry: e, Path: "channel", Expected: calls, Observed: e.Channel})
		}
		if seen[string(e.Message)] && numbered(e) != "" && !toldTwice(c, e) {
			out = append(out, judge.Finding{Requirement: "BAYEUX-19", Entry: e, Expected: "each notification once", Observed: "the same again"})
		}
		seen[string(e.Message)] = true
	}
	for n := 1; n <= socketUpdates; n++ {
		if !has(events, n) && has(c.Of("agent", "original"), n) {
			out = append(out, judge.Finding{Requirement: "BAYEUX-19", After: c.Step("update"), Expected: fmt.Sprintf("the notification of update %d over WebSocket", n), Observed: "it did not come"})
		}
	}
	return judge.Ruled(append(out, rising("BAYEUX-19", events)...))
}

func has(events []*recording.Entry, n int) bool {
	for _, e := range events {
		if carries(n)(e) {
			return true
		}
	}
	return false
}
