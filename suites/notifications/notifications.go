// Package notifications holds the scenarios about Bayeux itself. What could spoil a session is done
// in browsers of their own, beside the sessions that the actors' notifications come by.
package notifications

import (
	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// Specs registers the scenarios of this area.
func Specs() {
	delivery()
	protocol()
	polling()
	refusals()
	sessions()
	webSocket()
}

const (
	area        = "notifications"
	calls       = voice.CallsTopic
	devices     = voice.DevicesTopic
	handshake   = "/meta/handshake"
	connect     = "/meta/connect"
	subscribe   = "/meta/subscribe"
	unsubscribe = "/meta/unsubscribe"
	disconnect  = "/meta/disconnect"
)

// bayeuxPage is what the scenarios stand on where no page of the API says more.
var bayeuxPage = Page("Bayeux 1.0", "messages")

// hello, poll, and the others are messages as a client writes them by hand.
func hello() map[string]any {
	return map[string]any{
		"channel": handshake, "id": "1", "version": "1.0", "minimumVersion": "1.0",
		"supportedConnectionTypes": []string{"long-polling", "websocket"},
	}
}

// poll asks not to be held.
func poll(clientID string) map[string]any {
	return map[string]any{
		"channel": connect, "id": "2", "clientId": clientID, "connectionType": "long-polling", "advice": map[string]any{"timeout": 0},
	}
}

func subscription(clientID, topic string) map[string]any {
	return map[string]any{"channel": subscribe, "id": "3", "clientId": clientID, "subscription": topic}
}

// subscriptions is one to several topics.
func subscriptions(clientID string, topics ...string) map[string]any {
	m := subscription(clientID, "")
	m["subscription"] = topics
	return m
}

func leaving(clientID, topic string) map[string]any {
	m := subscription(clientID, topic)
	m["channel"] = unsubscribe
	return m
}

// leavingAll unsubscribes one topic by its name, and several by a list of them.
func leavingAll(clientID string, topics ...string) map[string]any {
	if len(topics) == 1 {
		return leaving(clientID, topics[0])
	}
	m := subscriptions(clientID, topics...)
	m["channel"] = unsubscribe
	return m
}

func goodbye(clientID string) map[string]any {
	return map[string]any{"channel": disconnect, "id": "4", "clientId": clientID}
}

// published is a message to everybody who listens to devices.
func published(clientID string) map[string]any {
	return map[string]any{"channel": devices, "id": "6", "clientId": clientID, "data": map[string]any{"messageType": Forged}}
}

// shake makes a handshake by hand and returns the clientId; "" where there is no session, or none
// that can be polled for.
func shake(b *play.Browser, step string) string {
	d := Heard(b.Insist(step, hello()))
	if !d.Offers("long-polling") && d.Offers("websocket") {
		return ""
	}
	return d.ClientID()
}
