package notifications

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

const (
	awaitedUpdates = 5 // one after the other, while every browser polls
	// idleLimit keeps a session that does not poll clear of its expiry, which is 10 s in CometD, however
	// slow the server is.
	idleLimit = 5 * time.Second
	// oneSegment is a pattern that password changes and users match (/v2/me, /v2/users), and calls and devices do not.
	oneSegment = "/v2/*"
)

// idleUpdates are how many come in each round while nobody polls. There are two, so that what a poll repeats of the one before
// is seen; and more than ten at once, since ten is where batches tend to be cut.
var idleUpdates = []int{2, 12}

// delivery is one call, watched from browsers that are subscribed in different ways.
func delivery() {
	Scenario("notifications.delivery", "Who is notified of what, in which order", Profiles(area), Page("AsynchronousEvents", "topics"), Play(deliver), func() {
		It("/v2/me/* delivers calls on their own channel", Check("star", "BAYEUX-9"), func() {
			Expect(WatcherOf("original", "star")).To(And(BeToldOf("original", Ringing, Established), BeToldOnTheirChannel()))
		})
		It("/** delivers calls on their own channel", Check("deep", "BAYEUX-9"), func() {
			Expect(WatcherOf("original", "deep")).To(And(BeToldOf("original", Ringing, Established), BeToldOnTheirChannel()))
		})
		It("a wildcard delivers each notification once", Check("wildcard-once", "MSG-4"), func() {
			Expect(WatcherOf("original", "star")).To(BeToldOnce("original"))
			Expect(WatcherOf("original", "deep")).To(BeToldOnce("original"))
		})
		It("nothing is delivered that was not subscribed", Check("unsubscribed", "BAYEUX-10"), func() {
			Expect(WatcherOf("original", "no-topic")).To(BeToldOnlyOf(""))
			Expect(WatcherOf("original", "device-topic")).To(BeToldOnlyOf(devices))
		})
		It("* stands for one segment of a channel", Check("one-segment", "BAYEUX-10"), func() {
			Expect(WatcherOf("original", "segment")).To(BeToldOnlyOf(oneSegment))
		})
		It("after unsubscribe nothing more is delivered", Check("unsubscribe", "BAYEUX-11"), func() {
			Expect(WatcherOf("original", "again")).To(HearNothingAfterUnsubscribe())
		})
		It("after a wildcard was unsubscribed nothing more is delivered", Check("unsubscribe-wildcard", "BAYEUX-11"), func() {
			Expect(WatcherOf("original", "unstarred")).To(HearNothingAfterUnsubscribe())
		})
		It("a topic that stays subscribed is delivered when another is unsubscribed", Check("other-topic", "BAYEUX-11"), func() {
			Expect(WatcherOf("original", "half")).To(BeToldOf("original", Ringing, Established))
			Expect(WatcherOf("original", "under")).To(BeToldOf("original", Ringing, Established))
		})
		It("what happens between polls comes with the next one, in order and once", Check("between-polls", "BAYEUX-12"), func() {
			Given(Dialogue("idle", "collect")).NotTo(BeEmpty())
			Expect(Dialogue("idle", "")).To(CatchUpBetweenPolls("original", "idle"))
		})
		It("a browser's second session is notified", Check("second-session", "BAYEUX-13"), func() {
			Expect("again").To(BeNotifiedAgain("original"))
		})
		It("no one is delivered what is meant for others", Check("own-only", "BAYEUX-18"), func() {
			Expect(EverySession("original")).To(BeToldOnlyOfTheirOwn())
		})
		It("nobody is notified of a call of others", Check("private", "MSG-7"), func() {
			Expect(EverySession("original")).To(HearNoCallOfOthers())
		})
		It("notifications arrive in the order of their causes", Check("order", "BAYEUX-20"), func() {
			Given(Requests("update")).NotTo(BeEmpty())
			Expect(EverySession("original")).To(KeepTheOrderOfCauses("original", "star", "deep", "idle"))
		})
		It("Held of the original arrives before Dialing of the consult call", Check("held-first", "BAYEUX-20"), func() {
			Given(Request("consult")).To(BeAccepted())
			held, dialing := Agent("original").First(Held, After("consult")), Agent("consult").First(Dialing, After("consult"))
			Expect(held).To(ArriveBefore(dialing))
		})
	})
}

// watchers are the browsers of the scenario, but those that are written by hand.
type watchers struct{ star, deep, again *play.Browser }

func deliver(s *Stage) {
	w := watch(s)
	c := s.Inbound("original")
	seq := 0
	update := func(step string) bool {
		seq++
		return s.Operate(s.Agent, step, c, "UpdateUserData", Numbered(seq)).Accepted()
	}
	mark := s.Mark()
	for range awaitedUpdates {
		if !update("update") {
			s.Block("UpdateUserData was refused")
		}
	}
	last := Meeting(Update(seq))
	s.Await(s.Agent, "the last of the updates", mark, last)
	for _, b := range []*play.Browser{w.star, w.deep, w.again} {
		b.Await("the last of the updates", mark, last)
	}
	w.again.Unsubscribe(calls)
	idle(s, func() bool { return update("idle") }, func() func(*recording.Entry) bool { return Meeting(Update(seq)) })
	mark = s.Mark()
	to := map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}
	if s.Operate(s.Agent, "consult", c, "InitiateTransfer", to).Accepted() {
		s.AwaitConsult(c, "consult", mark)
		s.AwaitState(s.Agent, c, mark, "Held")
	}
}

func watch(s *Stage) watchers {
	open := func(a *play.Actor, name string, topics ...string) *play.Browser {
		b := s.Browser(a, name)
		b.Open("", topics...)
		return b
	}
	w := watchers{star: open(s.Agent, "star", "/v2/me/*"), deep: open(s.Agent, "deep", "/**")}
	open(s.Agent, "below", "/v2/me/**") // what these two are told of others counts
	open(s.Agent, "version", "/v2/**")
	open(s.Agent, "device-topic", devices)
	open(s.Agent, "segment", oneSegment)
	open(s.Agent, "no-topic")
	open(s.Agent, "half", devices, calls).Unsubscribe(devices)
	open(s.Agent, "under", calls, "/v2/me/*").Unsubscribe("/v2/me/*")
	open(s.Agent, "unstarred", "/v2/me/*").Unsubscribe("/v2/me/*")
	w.again = open(s.Agent, "again")
	w.again.Leave()
	w.again.Open("", calls)
	if s.Caller.Controlled() {
		open(s.Caller, "neighbour", "/v2/me/*")
	}
	return w
}

// idle causes notifications while a session does not poll, and then polls for them, twice.
func idle(s *Stage, update func() bool, last func() func(*recording.Entry) bool) {
	b := s.Browser(s.Agent, "idle")
	id := shake(b, "handshake")
	if id == "" {
		return
	}
	b.PostMessages("subscribe", subscription(id, calls))
	for _, updates := range idleUpdates {
		b.Insist("poll", poll(id))
		polled, mark := time.Now(), s.Mark()
		for range updates {
			if !update() {
				return
			}
			if time.Since(polled) > idleLimit {
				break
			}
		}
		if time.Since(polled) < idleLimit {
			s.Await(s.Agent, "the last of the updates", mark, last())
		}
		if !b.Collect("collect", id, last()) {
			break
		}
	}
	b.PostMessages("disconnect", goodbye(id))
}
