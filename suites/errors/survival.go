package errors

import (
	"strings"

	"github.com/voicespec/voicespec/fixtures/malformed"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

const (
	megabyte = 1 << 20
	longText = 10 << 10
)

// survival are requests of which no page says whether they are taken: they must be answered, and the
// server must go on.
func survival() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "errors.survival", Title: "Requests that must be survived", Area: area, Profiles: []string{area}, Source: returnValues,
		Script: survive,
		Checks: append([]scenario.Check{
			{Name: "size-and-characters", Title: "long and non-ASCII requests are answered with a statusCode", Requirements: []string{"ERR-12"}, Judge: answered},
			{Name: "unknown-parameters", Title: "an unknown additional parameter does no harm", Requirements: []string{"ERR-13"}, Judge: additional},
			{Name: "content-type", Title: "a request of another content type changes nothing unless it is accepted", Requirements: []string{"ERR-11"}, Judge: contentType},
		}, forms()...),
	}
}

func survive(s *play.Stage) {
	c := s.Inbound("original")
	path := "/me/calls/" + c.ID(s.Agent)
	post := func(name, body string) {
		s.PostRaw(s.Agent, "probe.survive-"+name, path, "application/json", []byte(body))
	}
	post("megabyte", `{"operationName":"VoicespecNoSuchOperation","text":"`+strings.Repeat("a", megabyte)+`"}`)
	post("long-key", `{"operationName":"DeleteUserDataPair","key":"`+strings.Repeat("k", longText)+`"}`)
	post("long-participant", `{"operationName":"RemoveParticipantFromConference","participant":"`+strings.Repeat("5", longText)+`"}`)
	post("non-ascii", "{\"operationName\":\"DeleteUserDataPair\",\"key\":\"Schl\u00fcssel \u9375 \U0001f511\"}")
	post("non-ascii-operation", "{\"operationName\":\"Auflegen \u2013 \u5207\u65ad\"}")
	probe.Fence(s, c, "survival", "Established")
	s.Operate(s.Agent, "probe.additional", c, "UpdateUserData", map[string]any{"userData": map[string]any{"VoicespecMore": "1"}, "voicespecUnknown": []any{1, "2"}})
	long := s.Operate(s.Agent, "probe.survive-long-number", c, "InitiateTransfer", map[string]any{"destination": map[string]any{"phoneNumber": strings.Repeat("5", longText)}})
	if long.Accepted() {
		s.Settle() // whatever came of it
		s.EndCalls()
		c = s.Inbound("second")
	}
	cases, err := malformed.REST()
	if err != nil {
		panic(err) // embedded, and tested
	}
	for _, m := range cases {
		if m.Requirement != "ERR-11" {
			continue
		}
		// An operation that is taken must be seen to be done before the next is tried.
		mark := s.Mark()
		if s.PostRaw(s.Agent, "type."+m.Name, "/me/calls/"+c.ID(s.Agent), m.ContentType, []byte(m.Text)).Accepted() {
			s.AwaitState(s.Agent, c, mark, "Held")
			break
		}
	}
	probe.FenceAll(s, c, "survival-end")
}

// answered: a proxy may say for the server that a body is too long.
func answered(c *judge.Case) judge.Ruling {
	list := c.Steps("probe.survive-")
	if len(list) == 0 {
		return c.NotPlayed("long requests")
	}
	var out []judge.Finding
	for _, e := range list {
		if e.Status == 413 || e.Status == 414 {
			continue
		}
		if _, ok := e.StatusCode(); !ok {
			out = append(out, judge.Finding{Requirement: "ERR-12", Entry: e, Expected: "an answer with a statusCode (" + strings.TrimPrefix(e.Step, "probe.survive-") + ")", Observed: play.Outcome(e)})
		}
	}
	if fence := c.Step("fence.survival"); fence != nil && len(out) == 0 && !fence.Accepted() {
		out = append(out, judge.Finding{Requirement: "ERR-12", Entry: fence, Expected: "the server goes on serving", Observed: play.Outcome(fence)})
	}
	return judge.Ruled(out)
}

func additional(c *judge.Case) judge.Ruling {
	e := c.Step("probe.additional")
	if e == nil {
		return c.NotPlayed("a request with an unknown parameter")
	}
	return judge.Ruled(judge.Accepted("ERR-13", e))
}

func contentType(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	list := c.Steps("type.")
	for _, e := range list {
		if e.Accepted() {
			continue
		}
		for _, f := range probe.Effects(c, e) {
			f.Requirement = "ERR-11"
			out = append(out, f)
		}
	}
	if len(list) == 0 {
		return c.NotPlayed("a request of another content type")
	}
	return judge.Ruled(out)
}
