// Package notifications holds the scenarios about Bayeux itself. What could spoil a session is done
// in browsers of their own, beside the sessions that the actors' notifications come by.
package notifications

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	return []*scenario.Scenario{protocol(), refusals(), delivery(), webSocket(), sessions()}
}

const (
	area       = "notifications"
	calls      = "/v2/me/calls"
	devices    = "/v2/me/devices"
	handshake  = "/meta/handshake"
	connect    = "/meta/connect"
	subscribe  = "/meta/subscribe"
	disconnect = "/meta/disconnect"
)

var bayeuxPage = requirement.Source{Page: "Bayeux 1.0", Section: "messages"}

func profiles(more ...string) []string { return append([]string{area}, more...) }

// hello, poll, and the others are messages as a client writes them by hand.
func hello() map[string]any {
	return map[string]any{"channel": handshake, "id": "1", "version": "1.0", "minimumVersion": "1.0", "supportedConnectionTypes": []string{"long-polling", "websocket"}}
}

// poll asks not to be held.
func poll(clientID string) map[string]any {
	return map[string]any{"channel": connect, "id": "2", "clientId": clientID, "connectionType": "long-polling", "advice": map[string]any{"timeout": 0}}
}

func subscription(clientID, topic string) map[string]any {
	return map[string]any{"channel": subscribe, "id": "3", "clientId": clientID, "subscription": topic}
}

func goodbye(clientID string) map[string]any {
	return map[string]any{"channel": disconnect, "id": "4", "clientId": clientID}
}

// shake makes a handshake by hand and returns the clientId; "" where there is no session, or none
// that can be polled for.
func shake(b *play.Browser, step string) string {
	reply := judge.Talk(b.Say(step, hello())).Reply(handshake)
	if reply == nil || !offers(reply, "long-polling") && offers(reply, "websocket") {
		return ""
	}
	id, _ := judge.Said(reply)["clientId"].(string)
	return id
}

func offers(reply *recording.Entry, kind string) bool {
	list, _ := judge.Said(reply)["supportedConnectionTypes"].([]any)
	return slices.Contains(list, any(kind))
}

// longPolling rules out what needs hand-written polls where the server speaks WebSocket only: it
// does not name the other, or says no to it. A broken response is no such word.
func longPolling(c *judge.Case, t judge.Talk) (judge.Ruling, bool) {
	reply := t.Reply(handshake)
	unsaid := reply == nil && t.Status() != 200
	if c.Header.Transport == "websocket" && (unsaid || reply != nil && (!offers(reply, "long-polling") || judge.Said(reply)["successful"] == false)) {
		return judge.DoesNotApply("the server offers no long-polling"), false
	}
	return judge.Ruling{}, true
}

// spoken is a check of one hand-written exchange: it was played, there was a whole response, and the
// server polls at all.
func spoken(browser, step string, judged func(*judge.Case, judge.Talk) judge.Ruling) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		first := c.Talk(browser, "handshake")
		if why, ok := longPolling(c, first); !ok {
			return why
		}
		t := c.Talk(browser, step)
		switch {
		case len(t) == 0 && len(first) > 0:
			return judge.Block("there was no session: the handshake was answered by %s", first.Answer())
		case len(t) == 0:
			return c.NotPlayed("the request " + step)
		case t.Broken() != "":
			return judge.Block("the request was not answered: %s", t.Broken())
		}
		return judged(c, t)
	}
}
