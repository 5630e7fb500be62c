package notifications

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// protocol is one session from handshake to disconnect and again, written by hand: the client of
// the recording sessions forgives what is judged here.
func protocol() {
	Scenario("notifications.protocol", "A Bayeux session from handshake to disconnect", WithoutCalls, Profiles(area, "smoke"),
		bayeuxPage, WithoutNotifications, Play(converse), func() {
			It("a handshake is answered with a session", Check("handshake", "BAYEUX-1"), func() {
				Expect(Dialogue("protocol", "handshake")).To(BeASession())
			})
			It("replies name channel and id of their request", Check("echo", "BAYEUX-2"), func() {
				Expect(Dialogue("protocol", "")).To(CorrelateReplies())
			})
			It("a connect is answered successfully", Check("connect", "BAYEUX-3"), func() {
				Expect(Dialogue("protocol", "connect")).To(BeConnected())
			})
			It("a subscription is granted and named", Check("subscribe", "BAYEUX-4"), func() {
				Expect(Dialogue("protocol", "subscribe")).To(GrantTheSubscription(calls))
			})
			It("a subscription to the state of services is granted", Check("subscribe-services", "BAYEUX-4"), func() {
				Given(Dialogue("protocol", "subscribe")).To(GrantTheSubscription(calls))
				Expect(Dialogue("protocol", "subscribe-services")).To(GrantTheSubscription(services))
			})
			It("subscriptions to the topics of other media are granted", Check("subscribe-media", "BAYEUX-40"), func() {
				Given(Dialogue("protocol", "subscribe")).To(GrantTheSubscription(calls))
				for _, topic := range media {
					Expect(Dialogue("protocol", "subscribe-media-"+topic)).To(GrantTheSubscription("/v2/me/" + topic))
				}
			})
			It("after disconnect the clientId is unknown", Check("disconnected", "BAYEUX-7"), func() {
				Expect(Dialogue("protocol", "connect-after")).To(BeUnsuccessful("no successful connect after disconnect"))
				Expect(Dialogue("protocol", "subscribe-after")).To(BeUnsuccessful("no subscription after disconnect"))
			})
			It("a new handshake after disconnect gives a working session", Check("again", "BAYEUX-13"), func() {
				// What the first session shows, too, is told by its own checks.
				Given(Dialogue("protocol", "handshake")).To(BeASession())
				Given(Dialogue("protocol", "connect")).To(BeConnected())
				Given(Dialogue("protocol", "subscribe")).To(GrantTheSubscription(calls))
				Expect(Dialogue("protocol", "handshake-again")).To(BeASession())
				Expect(Dialogue("protocol", "connect-again")).To(BeConnected())
				Expect(Dialogue("protocol", "subscribe-again")).To(GrantTheSubscription(devices))
			})
			It("the new session is notified", Check("notified-again", "BAYEUX-13"), func() {
				changed()
				Expect(Dialogue("protocol", "collect")).To(BeNotifiedOfDevice("first", "second", "the first session was"))
			})
			It("a session and its subscriptions outlive many polls", Check("many-polls", "BAYEUX-16"), func() {
				Expect(Dialogue("protocol", "poll")).To(FollowOneAnother())
				changed()
				Expect(Dialogue("protocol", "collect")).To(BeNotifiedOfDevice("first", "many", "it came before the polls"))
			})
			It("replies are application/json and hold messages", Check("media-type", "BAYEUX-14"), func() {
				Expect(Dialogue("protocol", "")).To(HoldMessages())
			})
		})
}

// changed ends a spec about the notifications of a device where none of its changes was accepted.
func changed() {
	if Sent("first") && !Request("first").Accepted() {
		Untestable("%s was refused", Request("first").Operation())
	}
}

const manyPolls = 12

// services is the topic of the state of back-end services; media are those of other media below /v2/me.
const services = "/notifications/services"

var media = []string{"channels", "chats", "emails"}

// event is something that is notified without a call and can be undone.
type event struct {
	post     func(step, operation string) bool // reports whether it is accepted
	on, ends string                            // operations
}

// anEvent is do-not-disturb or, on a switch that has none, agent states.
func anEvent(s *Stage) event {
	disturb := func(step, operation string) bool { return s.DeviceOperation(s.Agent, step, operation, nil).Accepted() }
	if disturb("is-there", "DoNotDisturbOff") { // it is off
		return event{disturb, "DoNotDisturbOn", "DoNotDisturbOff"}
	}
	return event{func(step, operation string) bool { return s.AgentState(s.Agent, step, operation).Accepted() }, "NotReady", "Ready"}
}

func converse(s *Stage) {
	of := anEvent(s)
	b := s.Browser(s.Agent, "protocol")
	id := shake(b, "handshake")
	if id == "" {
		return
	}
	b.Insist("connect", poll(id))
	b.PostMessages("subscribe", subscription(id, calls))
	b.PostMessages("subscribe-devices", subscription(id, devices))
	b.PostMessages("subscribe-services", subscription(id, services))
	for _, topic := range media {
		b.PostMessages("subscribe-media-"+topic, subscription(id, "/v2/me/"+topic))
	}
	works := change(s, b, id, "first", of, of.on)
	for range manyPolls {
		if Heard(b.Insist("poll", poll(id))).Succeeded() == nil {
			break
		}
	}
	if works {
		change(s, b, id, "many", of, of.ends)
	}
	b.PostMessages("disconnect", goodbye(id))
	b.Insist("connect-after", poll(id))
	b.PostMessages("subscribe-after", subscription(id, calls))
	if again := shake(b, "handshake-again"); again != "" {
		b.Insist("connect-again", poll(again))
		b.PostMessages("subscribe-again", subscription(again, devices))
		if works && change(s, b, again, "second", of, of.on) {
			of.post("restore", of.ends)
		}
		b.PostMessages("disconnect-again", goodbye(again))
	}
}

// change posts an operation and polls for its notification; false if it is refused.
func change(s *Stage, b *play.Browser, clientID, step string, of event, operation string) bool {
	if !of.post(step, operation) {
		return false
	}
	b.Collect("collect", clientID, voice.DeviceAfter(s.Agent.Device, operation))
	return true
}
