// Package session holds the scenarios about who the agent is, the HTTP session, and the contact
// centre session.
package session

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario { return []*scenario.Scenario{reading(), login()} }

const area = "session"

// login starts and ends the contact centre session of somebody whom no other scenario needs
// any more. It is started again at the end, since cleaning up takes it for granted.
func login() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "session.contact-centre", Title: "The contact centre session: start and end", Area: area, Operations: []string{"StartContactCenterSession", "EndContactCenterSession"}, Profiles: []string{area}, Last: true, Deaf: true,
		Source: requirement.Source{Page: "StartContactCenterSession", Section: "overview"},
		Script: startAndEnd,
		Checks: []scenario.Check{
			{Name: "start", Title: "StartContactCenterSession opens the voice channel", Requirements: []string{"SESSION-3"}, Judge: startWorks},
			{Name: "partial", Title: "a partial success has its two lists", Requirements: []string{"SESSION-4"}, Judge: partial},
			{Name: "notified", Title: "a subscribed agent is notified of the start", Requirements: []string{"SESSION-5"}, Judge: notified},
			{Name: "order", Title: "the session starts with and without a Bayeux session", Requirements: []string{"SESSION-8"}, Judge: eitherOrder},
			{Name: "channels", Title: "channels of the wrong type are refused", Requirements: []string{"SESSION-9"}, Judge: wrongChannels},
			{Name: "end", Title: "EndContactCenterSession is answered with statusCode 0", Requirements: []string{"SESSION-6"}, Judge: ends},
			{Name: "end-of-cookie", Title: "its cookie authenticates nothing more", Requirements: []string{"SESSION-7"}, Judge: cookieIsOver},
		},
	}
}

const (
	withBayeux    = "start-with-bayeux"
	withoutBayeux = "start-without-bayeux"
	anotherToo    = "start-another-channel"
	wrongType     = "start-wrong-"
)

// wrongTypes are channels as they must not be.
var wrongTypes = map[string]any{"text": "voice", "numbers": []any{1, 2}, "object": map[string]any{"channel": "voice"}}

func startAndEnd(s *play.Stage) {
	a := whose(s)
	mark := s.Mark()
	s.Get(a, "before", "/me/devices/"+a.Device)
	first := s.StartSession(a, withBayeux, []string{"voice"})
	if code, _ := first.StatusCode(); first.Accepted() || code == 7 {
		s.Await(a, "the device after the start", mark, active(a.Device))
		s.StartSession(a, anotherToo, []string{"voice", "chat"})
	}
	for _, name := range []string{"text", "numbers", "object"} {
		s.StartSession(a, wrongType+name, wrongTypes[name])
	}
	s.CloseNotifications(a)
	s.StartSession(a, withoutBayeux, []string{"voice"})
	ended := s.EndSession(a, "end")
	if ended.Accepted() {
		s.Request(a, "after-end", play.CookieOnly("/me"))
	}
	s.Get(a, "again", "/me")
	if s.Deaf() == "" {
		s.OpenNotifications(a)
	}
	if ended.Accepted() {
		s.StartSession(a, "restart", []string{"voice"})
	}
}

// whose session is taken apart: preferably not the agent's.
func whose(s *play.Stage) *play.Actor {
	for _, a := range []*play.Actor{s.Destination, s.Caller} {
		if a.Controlled() {
			return a
		}
	}
	return s.Agent
}

// active is a notification of the device as Active.
func active(device string) func(*recording.Entry) bool {
	return func(e *recording.Entry) bool {
		d := judge.DeviceIn(e, device)
		return d != nil && d["deviceState"] == "Active"
	}
}

// starts are the requests that must be answered with success, of those that were sent.
func starts(c *judge.Case) (list []*recording.Entry) {
	for _, step := range []string{withBayeux, withoutBayeux} {
		if e := c.Step(step); e != nil && e.Problem == "" {
			list = append(list, e)
		}
	}
	return list
}

// opened: voice works, alone or among others that failed.
func opened(e *recording.Entry) bool {
	if e.Accepted() {
		return true
	}
	code, _ := e.StatusCode()
	return code == 7 && slices.ContainsFunc(entries(e, "succeeded"), func(m map[string]any) bool { return m["channel"] == "voice" || m["channel"] == nil })
}

func entries(e *recording.Entry, member string) (out []map[string]any) {
	list, _ := e.AnswerObject()[member].([]any)
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// without rules out what a server without session operations cannot be asked for: agents are there
// without them. One that has them and refuses gives another reason, or shows the device as Inactive.
func without(c *judge.Case) (judge.Ruling, bool) {
	list := starts(c)
	if len(list) == 0 {
		return c.NotPlayed("StartContactCenterSession"), true
	}
	device, _ := c.Step("before").AnswerObject()["device"].(map[string]any)
	for _, e := range list {
		if opened(e) || !play.NoSuchOperation(e) || device["deviceState"] == "Inactive" {
			return judge.Ruling{}, false
		}
	}
	return judge.DoesNotApply("the server has no StartContactCenterSession (%s); the agents' devices are active without it", play.Outcome(list[0])), true
}
