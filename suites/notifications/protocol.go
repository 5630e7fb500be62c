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
	Scenario("notifications.protocol", "A Bayeux session from handshake to disconnect", Profiles(area, "smoke"),
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
			It("after disconnect the clientId is unknown", Check("disconnected", "BAYEUX-7"), func() {
				Expect(Dialogue("protocol", "connect-after")).To(BeUnsuccessful("no successful connect after disconnect"))
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
				disturbed()
				Expect(Dialogue("protocol", "collect")).To(BeNotifiedOfDoNotDisturb("first", "second", "On", "the first session was"))
			})
			It("a session and its subscriptions outlive many polls", Check("many-polls", "BAYEUX-16"), func() {
				Expect(Dialogue("protocol", "poll")).To(FollowOneAnother())
				disturbed()
				Expect(Dialogue("protocol", "collect")).To(BeNotifiedOfDoNotDisturb("first", "many", "Off", "it came before the polls"))
			})
			It("replies are application/json and hold messages", Check("media-type", "BAYEUX-14"), func() {
				Expect(Dialogue("protocol", "")).To(HoldMessages())
			})
		})
}

// disturbed ends a spec about the notifications of do-not-disturb on a server that does not let it be turned on.
func disturbed() {
	if Sent("first") && !Request("first").Accepted() {
		Untestable("DoNotDisturbOn was refused")
	}
}

const manyPolls = 12

// converse needs something that is notified without a call and can be undone: do-not-disturb.
func converse(s *Stage) {
	b := s.Browser(s.Agent, "protocol")
	id := shake(b, "handshake")
	if id == "" {
		return
	}
	b.PostMessages("connect", poll(id))
	b.PostMessages("subscribe", subscription(id, calls))
	b.PostMessages("subscribe-devices", subscription(id, devices))
	works := disturb(s, b, id, "first", "On")
	for range manyPolls {
		if Heard(b.PostMessages("poll", poll(id))).Succeeded() == nil {
			break
		}
	}
	if works {
		disturb(s, b, id, "many", "Off")
	}
	b.PostMessages("disconnect", goodbye(id))
	b.PostMessages("connect-after", poll(id))
	if again := shake(b, "handshake-again"); again != "" {
		b.PostMessages("connect-again", poll(again))
		b.PostMessages("subscribe-again", subscription(again, devices))
		if works && disturb(s, b, again, "second", "On") {
			s.DeviceOperation(s.Agent, "restore", "DoNotDisturbOff", nil)
		}
		b.PostMessages("disconnect-again", goodbye(again))
	}
}

// disturb turns do-not-disturb on or off and polls for the notification; false if it is refused.
func disturb(s *Stage, b *play.Browser, clientID, step, value string) bool {
	if !s.DeviceOperation(s.Agent, step, "DoNotDisturb"+value, nil).Accepted() {
		return false
	}
	b.Collect("collect", clientID, voice.DeviceWith(s.Agent.Device, "doNotDisturb", value))
	return true
}
