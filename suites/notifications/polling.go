package notifications

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

const (
	// holdTime is how long a connect asks to be held, where that it is held is the point.
	holdTime = 2 * time.Second
	// briefHold ends before the pause does. A connect that another takes the place of is waited for no longer.
	briefHold = 400 * time.Millisecond
	// settled is how long a poll waits for what must not come, where nothing else is waited for.
	settled = 100 * time.Millisecond
	// star is a pattern that is unsubscribed beside topics that it matches.
	star = "/v2/me/*"
	// pauseTime is how long a session is left alone: CometD keeps one for 10 s.
	pauseTime = time.Second
)

// polling is what pages of a browser do that is no mistake, though no example shows it: two connects at once, messages
// beside a connect, a pause, a reload in the midst of a poll.
func polling() {
	Scenario("notifications.polling", "Connects at once, beside other messages, after a pause and a reload", Profiles(area), bayeuxPage,
		Play(poller), func() {
			It("a subscription may name several topics", Check("array", "BAYEUX-4"), func() {
				Expect(Dialogue("pages", "subscribe")).To(GrantTheSubscription(calls, devices))
			})
			It("each of several topics is delivered that one subscription was granted", Check("array-delivered", "BAYEUX-28"), func() {
				Given(Dialogue("terms", "subscribe-list")).To(GrantTheSubscription(calls, devices))
				Expect(Dialogue("terms", "")).To(BeToldOfTheUpdateOnce("terms-twice", "terms-listed"))
			})
			It("replies name channel and id of their request, that of an unsubscription too", Check("echo", "BAYEUX-2"), func() {
				Expect(Dialogue("terms", "")).To(CorrelateReplies())
			})
			It("a topic that was unsubscribed can be subscribed again", Check("subscribed-again", "BAYEUX-28"), func() {
				Expect(Dialogue("terms", "")).To(BeToldOfTheUpdateOnce("terms-first", "terms-again"))
			})
			It("who is subscribed no more is not told, and not afterwards", Check("between", "BAYEUX-11"), func() {
				Expect(Dialogue("terms", "")).To(HearNothingWhileAway("original", "terms-between"))
			})
			It("none of several topics is delivered that were unsubscribed at once", Check("array-unsubscribed", "BAYEUX-11"), func() {
				Expect(Dialogue("terms", "")).To(HearNothingWhileAway("original", "terms-ended"))
			})
			It("a topic that is subscribed twice is delivered once", Check("subscribed-twice", "MSG-4"), func() {
				Expect(Dialogue("terms", "")).To(BeToldOfTheUpdateOnce("terms-again", "terms-twice"))
			})
			It("a message beside a connect is answered, too", Check("beside", "BAYEUX-22"), func() {
				Expect(Dialogue("beside", "both")).To(BeAnsweredMessageByMessage())
				Expect(Dialogue("beside", "both")).To(GrantTheSubscription(calls))
			})
			It("a session outlives a second connect while one is held", Check("twin-connects", "BAYEUX-23"), func() {
				Given(Dialogue("twins", "connect")).To(BeConnected())
				Expect(Dialogue("twins", "connect-after")).To(BeConnected())
			})
			It("what two connects wait for comes once", Check("twin-events", "BAYEUX-23"), func() {
				Expect(Attempt("twins", "")).To(BeToldOfTheUpdateOnce("twins-first", "twins-second"))
			})
			It("a session outlives a pause", Check("pause", "BAYEUX-25"), func() {
				Given(Dialogue("pause", "connect")).To(BeConnected())
				Expect(Dialogue("pause", "connect-after")).To(BeConnected())
			})
			It("a connect that is held without news ends successfully", Check("held", "BAYEUX-3"), func() {
				Given(Dialogue("held", "connect")).To(BeConnected())
				Expect(Dialogue("held", "held")).To(BeConnected())
			})
			It("a page that is loaded again has a session of its own", Check("reload", "BAYEUX-13"), func() {
				Given(Dialogue("pages", "handshake")).To(BeASession())
				Expect(Dialogue("pages", "handshake-again")).To(BeASession())
				Expect(Dialogue("pages", "connect-again")).To(BeConnected())
				Expect(Dialogue("pages", "collect-again")).To(BeToldOfTheUpdateOnce("pages-first", "pages-second"))
			})
			It("a session is told of what happens when another of its browser is over", Check("reload-over", "BAYEUX-16"), func() {
				Given(Dialogue("pages", "collect-again")).To(BeToldOfTheUpdateOnce("pages-first", "pages-second"))
				Expect(Dialogue("pages", "collect-last")).To(BeToldOfTheUpdateOnce("pages-first", "pages-last"))
			})
			It("a second computer is told to the last", Check("second-computer", "BAYEUX-16"), func() {
				Given(Dialogue("pages", "handshake")).To(BeASession())
				Expect(Attempt("second", "")).To(BeToldToTheLast("original", "terms-first", "pages-last"))
			})
			It("disconnect lets the held connect return", Check("disconnect", "BAYEUX-24"), func() {
				Expect(Attempt("pages", "held-again")).To(BeAnsweredSoonAfter(Dialogue("pages", "disconnect-again")))
			})
		})
}

// holding is a connect that asks to be held.
func holding(clientID string, d time.Duration) map[string]any {
	m := poll(clientID)
	m["id"], m["advice"] = "7", map[string]any{"timeout": d.Milliseconds()}
	return m
}

func poller(s *Stage) {
	c := s.Inbound("original")
	pause := s.Browser(s.Agent, "pause")
	var alone *play.Held
	if id := opened(pause); id != "" {
		alone = pause.PostAfter(pauseTime, "connect-after", poll(id))
	}
	held := s.Browser(s.Agent, "held")
	if id := opened(held); id != "" {
		held.Hold("held", holding(id, briefHold))
	}
	beside := s.Browser(s.Agent, "beside")
	if id := shake(beside, "handshake"); id != "" {
		beside.PostMessages("both", poll(id), subscription(id, calls))
		beside.PostMessages("disconnect", goodbye(id))
	}
	u := &updates{stage: s, call: c}
	second, mark := s.Browser(s.Agent, "second"), s.Mark()
	second.Open("", calls)
	heard := terms(s, u) && second.Await("an update at a second computer", mark, Meeting(Update(1))) != nil
	twins(s, u.next)
	mark = s.Mark()
	if last := pages(s, u.next); last != nil && heard {
		second.Await("the last update at a second computer", mark, Meeting(last))
	}
	if alone != nil {
		alone.Wait()
	}
	lasting(s, c)
}

// updates are changes of a call's user data that are told from one another.
type updates struct {
	stage *Stage
	call  *play.Call
	n     int
}

// next makes one, and says what its notification is.
func (u *updates) next(step string) Condition {
	u.post(step)
	return Update(u.n)
}

func (u *updates) post(step string) bool {
	u.n++
	return u.stage.Operate(u.stage.Agent, step, u.call, "UpdateUserData", Numbered(u.n)).Accepted()
}

// beside makes one that a session is not to be told of: the agent's own is, and then that session polls, some time after.
func (u *updates) beside(b *play.Browser, id, step string, after time.Duration) {
	mark := u.stage.Mark()
	if u.post(step) {
		u.stage.Await(u.stage.Agent, "the update", mark, Meeting(Update(u.n)))
		b.PostAfter(after, "poll-"+step, poll(id)).Wait()
	}
}

// lasting holds a call: no other lasts that long on a fast server. By its duration is seen that seconds are counted, and that a younger
// call, which takes its place and leaves it again, has its own; and nothing is told unasked while both stand.
func lasting(s *Stage, c *play.Call) {
	mark, a := s.Mark(), s.Agent
	if s.Operate(a, "Hold", c, "Hold", nil).Accepted() {
		s.AwaitState(a, c, mark, "Held")
	}
	mark = s.Mark()
	if s.Operate(a, "Retrieve", c, "Retrieve", nil).Accepted() {
		s.AwaitState(a, c, mark, "Established")
	}
	s.Get(a, "read-lasting", "/me/calls/"+c.ID(a))
	if !s.Destination.Controlled() {
		return
	}
	consult := s.Consult(c, "consult", "InitiateTransfer")
	s.DestinationAnswers(consult)
	s.Settle()
	swaps(s, c, consult, "Established", "Held")
	swaps(s, c, consult, "Held", "Established")
}

// swaps exchanges two calls, at the one that offers it, and waits for the states of both.
func swaps(s *Stage, c, consult *play.Call, state, other string) {
	at, beside := consult, c
	if last := s.Seen(s.Agent, 0, s.About(s.Agent, at)); last != nil && !voice.CallOf(last).Offers("SwapCalls") {
		at, beside = beside, at
	}
	mark := s.Mark()
	if s.Operate(s.Agent, "Swap", at, "SwapCalls", map[string]any{"otherCallUri": s.CallURI(s.Agent, beside)}).Accepted() {
		s.AwaitState(s.Agent, c, mark, state)
		s.AwaitState(s.Agent, consult, mark, other)
	}
}

// opened is the clientId of a session that has connected; "" where there is none.
func opened(b *play.Browser) string {
	id := shake(b, "handshake")
	if id != "" {
		b.Insist("connect", poll(id))
	}
	return id
}

// terms is a session that subscribes again, twice, and to several topics at once, with the one that matters last; and that is subscribed
// no more, once to one topic and once to several, while something happens.
func terms(s *Stage, u *updates) (told bool) {
	b := s.Browser(s.Agent, "terms")
	id := opened(b)
	if id == "" {
		return false
	}
	collect := func(step, update string) bool { return b.Collect(step, id, Meeting(u.next(update))) }
	leave := func(step string, topics ...string) { b.PostMessages(step, leavingAll(id, topics...)) }
	b.PostMessages("subscribe", subscription(id, calls))
	if told = collect("collect", "terms-first"); told {
		leave("unsubscribe", calls)
		b.PostMessages("subscribe-other", subscription(id, devices)) // brings nothing back
		u.beside(b, id, "terms-between", briefHold)
		b.PostMessages("subscribe-again", subscription(id, calls))
		collect("collect-again", "terms-again")
		b.PostMessages("subscribe-twice", subscription(id, calls))
		collect("collect-twice", "terms-twice")
		leave("unsubscribe", calls)
		b.PostMessages("subscribe-list", subscriptions(id, devices, calls))
		if collect("collect-listed", "terms-listed") {
			list := []string{calls, devices}
			if Heard(b.PostMessages("subscribe-star", subscription(id, star))).Succeeded() != nil {
				list = append(list, star)
			}
			leave("unsubscribe-list", list...)
			u.beside(b, id, "terms-ended", settled)
		}
	}
	b.PostMessages("disconnect", goodbye(id))
	return told
}

// twins is a session that connects a second time while it is held.
func twins(s *Stage, update func(step string) Condition) {
	b := s.Browser(s.Agent, "twins")
	id := opened(b)
	if id == "" {
		return
	}
	b.PostMessages("subscribe", subscription(id, calls))
	if !b.Collect("collect", id, Meeting(update("twins-first"))) {
		return
	}
	first := b.Hold("held", holding(id, briefHold))
	b.PostMessages("second", poll(id))
	b.Insist("connect-after", poll(id))
	b.Collect("collect-after", id, Meeting(update("twins-second")))
	b.PostMessages("disconnect", goodbye(id))
	first.GiveUp()
}

// pages is a page that is loaded again while it polls: the browser keeps its cookies, and nobody says goodbye. The last update comes when the
// first session is over, and is nil where that is not reached.
func pages(s *Stage, update func(step string) Condition) (told Condition) {
	b := s.Browser(s.Agent, "pages")
	id := opened(b)
	if id == "" {
		return nil
	}
	b.PostMessages("subscribe", subscriptions(id, calls, devices))
	b.Collect("collect", id, Meeting(update("pages-first")))
	old := b.Hold("held", holding(id, holdTime))
	again := shake(b, "handshake-again")
	if again == "" {
		return nil
	}
	b.Insist("connect-again", poll(again))
	b.PostMessages("subscribe-again", subscription(again, calls))
	works := b.Collect("collect-again", again, Meeting(update("pages-second")))
	b.PostMessages("disconnect", goodbye(id))
	old.Wait()
	if works {
		told = update("pages-last")
		b.Collect("collect-last", again, Meeting(told))
	}
	last := b.Hold("held-again", holding(again, holdTime))
	b.PostMessages("disconnect-again", goodbye(again))
	last.Wait()
	return told
}
