package notifications

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

// sessions judges the sessions that the notifications of the whole run came by.
func sessions() {
	Scenario("notifications.sessions", "The sessions of the run", bayeuxPage, OfTheWholeRun, func() {
		It("the server keeps the sessions that are polled", Check("kept", "BAYEUX-16"), func() { Expect(OwnSessions()).To(AllBeKept()) })
		It("replies name channel and id of their request", Check("echo", "BAYEUX-2"), func() { Expect(OwnSessions()).To(AllCorrelateReplies()) })
		It("handshakes give sessions", Check("given", "BAYEUX-1"), func() { Expect(OwnSessions()).To(AllBeGiven()) })
		It("each handshake gives a clientId of its own", Check("apart", "BAYEUX-1"), func() { Expect(AllSessions()).To(AllBeGivenTheirOwn()) })
		It("replies say whether they succeed, to which subscription, in this session", Check("replies", "BAYEUX-27"), func() {
			Expect(AllSessions()).To(AllReplyInFull())
		})
		It("events name no clientId but that of their session", Check("events", "BAYEUX-29"), func() {
			Expect(AllSessions()).To(AllNameTheirSessionInEvents())
		})
		It("each connect is replied to", Check("answered", "BAYEUX-22"), func() { Expect(OwnSessions()).To(AllReplyToConnects()) })
		It("no subscription is refused whose topic is delivered", Check("granted", "BAYEUX-4"), func() {
			Expect(AllSessions()).To(AllGrantWhatTheyDeliver())
		})
		It("nothing of a topic is delivered after it was unsubscribed", Check("unsubscribed", "BAYEUX-11"), func() {
			Expect(AllSessions()).To(AllBeQuietWhenUnsubscribed())
		})
		It("no session is told of what is another person's", Check("own-only", "BAYEUX-18"), func() {
			Expect(EverythingPlayed()).To(TellBrowsersOfTheirOwn())
		})
		It("a further session is told of calls as the first is", Check("alike", "BAYEUX-30"), func() {
			Expect(EverythingPlayed()).To(TellBrowsersAlike())
		})
		It("a further session that is told of calls is told of devices", Check("devices", "BAYEUX-28"), func() {
			Expect(EverythingPlayed()).To(TellBrowsersOfDevices())
		})
		It("replies are application/json and hold messages", Check("media-type", "BAYEUX-14"), func() { Expect(OwnSessions()).To(AllHoldMessages()) })
	})
}
