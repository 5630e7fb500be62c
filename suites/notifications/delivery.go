package notifications

import (
	"fmt"
	"time"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// seqKey is the user data key by which a notification is told from others: its value counts up.
const seqKey = "VoicespecSeq"

const (
	awaitedUpdates = 5 // one after the other, while every browser polls
	idleRounds     = 2 // two, so that what a poll repeats of the one before is seen
	idleUpdates    = 2 // in each round, while nobody polls
	// idleLimit keeps a session that does not poll clear of its expiry, which is 10 s in CometD, however
	// slow the server is.
	idleLimit = 5 * time.Second
)

// delivery is one call, watched from browsers that are subscribed in different ways.
func delivery() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "notifications.delivery", Title: "Who is notified of what, in which order", Area: area, Profiles: profiles(),
		Source: requirement.Source{Page: "AsynchronousEvents", Section: "topics"},
		Script: deliver,
		Checks: []scenario.Check{
			{Name: "star", Title: "/v2/me/* delivers calls on their own channel", Requirements: []string{"BAYEUX-9"}, Judge: wildcard("star")},
			{Name: "deep", Title: "/** delivers calls on their own channel", Requirements: []string{"BAYEUX-9"}, Judge: wildcard("deep")},
			{Name: "unsubscribed", Title: "nothing is delivered that was not subscribed", Requirements: []string{"BAYEUX-10"}, Judge: notSubscribed},
			{Name: "unsubscribe", Title: "after unsubscribe nothing more is delivered", Requirements: []string{"BAYEUX-11"}, Judge: unsubscribed},
			{Name: "between-polls", Title: "what happens between polls comes with the next one, in order and once", Requirements: []string{"BAYEUX-12"}, Judge: betweenPolls},
			{Name: "second-session", Title: "a browser's second session is notified", Requirements: []string{"BAYEUX-13"}, Judge: secondSession},
			{Name: "own-only", Title: "no one is delivered what is meant for others", Requirements: []string{"BAYEUX-18"}, Judge: ownOnly},
			{Name: "private", Title: "nobody is notified of a call of others", Requirements: []string{"MSG-7"}, Judge: private},
			{Name: "order", Title: "notifications arrive in the order of their causes", Requirements: []string{"BAYEUX-20"}, Judge: inOrder},
			{Name: "held-first", Title: "Held of the original arrives before Dialing of the consult call", Requirements: []string{"BAYEUX-20"}, Judge: heldFirst},
		},
	}
}

// watchers are the browsers of the scenario, but those that are written by hand.
type watchers struct{ star, deep, again *play.Browser }

func deliver(s *play.Stage) {
	w := watch(s)
	c := s.Inbound("original")
	seq := 0
	update := func(step string) bool {
		seq++
		return s.Operate(s.Agent, step, c, "UpdateUserData", map[string]any{"userData": map[string]any{seqKey: fmt.Sprint(seq)}}).Accepted()
	}
	mark := s.Mark()
	for range awaitedUpdates {
		if !update("update") {
			s.Block("UpdateUserData was refused")
		}
	}
	last := carries(seq)
	s.Await(s.Agent, "the last of the updates", mark, last)
	for _, b := range []*play.Browser{w.star, w.deep, w.again} {
		b.Await("the last of the updates", mark, last)
	}
	w.again.Unsubscribe(calls)
	idle(s, func() bool { return update("idle") }, func() func(*recording.Entry) bool { return carries(seq) })
	mark = s.Mark()
	if s.Operate(s.Agent, "consult", c, "InitiateTransfer", map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}).Accepted() {
		s.LearnConsult(c, "consult", mark)
		s.AwaitState(s.Agent, c, mark, "Held")
	}
}

func watch(s *play.Stage) watchers {
	open := func(a *play.Actor, name string, topics ...string) *play.Browser {
		b := s.Browser(a, name)
		b.Open("", topics...)
		return b
	}
	w := watchers{star: open(s.Agent, "star", "/v2/me/*"), deep: open(s.Agent, "deep", "/**")}
	open(s.Agent, "device-topic", devices)
	open(s.Agent, "no-topic")
	w.again = open(s.Agent, "again")
	w.again.Leave()
	w.again.Open("", calls)
	if s.Caller.Controlled() {
		open(s.Caller, "neighbour", "/v2/me/*")
	}
	return w
}

// carries is a notification of the user data that a numbered update set.
func carries(seq int) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool { return numbered(e) == fmt.Sprint(seq) }
}

// numbered is the number of the update that a notification is of; "" if it is of none.
func numbered(e *recording.Entry) string {
	data, _ := e.Call()["userData"].(map[string]any)
	if e.Type() != "AttachedDataChanged" {
		return ""
	}
	n, _ := data[seqKey].(string)
	return n
}

// idle causes notifications while a session does not poll, and then polls for them, twice.
func idle(s *play.Stage, update func() bool, last func() func(*recording.Entry) bool) {
	b := s.Browser(s.Agent, "idle")
	id := shake(b, "handshake")
	if id == "" {
		return
	}
	b.Say("subscribe", subscription(id, calls))
	for range idleRounds {
		b.Say("poll", poll(id))
		polled, mark := time.Now(), s.Mark()
		for range idleUpdates {
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
	b.Say("disconnect", goodbye(id))
}
