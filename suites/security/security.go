// Package security holds the scenarios about credentials, the CSRF token, and the wall between agents.
package security

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

// Scenarios of this area.
func Scenarios() []*scenario.Scenario { return []*scenario.Scenario{intruders()} }

const area = "security"

// key is the user data that an intruder tries to set: whose value shows who succeeded.
const key = "VoicespecIntruder"

// intruder is somebody who must be refused. A password is tried wrong only a few times: an installation
// may lock an account.
type intruder struct {
	name, requirement string
	posts             bool
	who               func(*play.Stage) play.Request
}

var strangers = []intruder{
	{"no-credentials", "AUTH-1", true, func(*play.Stage) play.Request { return play.Request{NoCredentials: true} }},
	{"wrong-password", "AUTH-2", true, func(s *play.Stage) play.Request {
		return as(s.Agent.Party.User, "not-"+s.Agent.Party.User+"-s-password")
	}},
	{"unknown-user", "AUTH-2", true, func(*play.Stage) play.Request {
		return as("voicespec-nobody", "voicespec-nobody-s-password")
	}},
	{"empty-password", "AUTH-2", false, func(s *play.Stage) play.Request { return as(s.Agent.Party.User, "") }},
}

func as(user, password string) play.Request {
	return play.Request{Credentials: &play.Credentials{User: user, Password: password}}
}

// neighbour are the probes of an agent who is no party of the call; Hangup comes last, since the call may not
// survive it.
var neighbour = []probe.Probe{
	byDestination("foreign-user-data", "UpdateUserData of another agent's call", "UpdateUserData", map[string]any{"userData": map[string]any{key: "neighbour"}}),
	byDestination("foreign-hold", "Hold of another agent's call", "Hold", nil),
	byDestination("foreign-hangup", "Hangup of another agent's call", "Hangup", nil),
}

func byDestination(name, title, operation string, params map[string]any) probe.Probe {
	return probe.Probe{Name: name, Title: title, Requirement: "AUTH-7", Expect: []int64{3, 5, 6}, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		if !s.Destination.Controlled() {
			return s.Skip(label, "the destination has no credentials in the target file")
		}
		return s.Operate(s.Destination, label, c, operation, params)
	}}
}

// intruders is one call that strangers and a neighbour reach for.
func intruders() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "security.intruders", Title: "Who must be refused", Area: area, Profiles: []string{"session", "errors"},
		Source: requirement.Source{Page: "ReturnValues", Section: "statusCodes 3, 5, 6 and 20"},
		Script: intrude,
		Checks: append([]scenario.Check{
			{Name: "no-credentials", Title: "a request without credentials is refused", Requirements: []string{"AUTH-1"}, Judge: refused("AUTH-1")},
			{Name: "wrong-credentials", Title: "wrong credentials are refused", Requirements: []string{"AUTH-2"}, Judge: refused("AUTH-2")},
			{Name: "refusal-form", Title: "refused credentials are answered with statusCode 20", Requirements: []string{"AUTH-3"}, Judge: refusalForm},
			{Name: "csrf", Title: "a POST without the CSRF token is refused", Requirements: []string{"AUTH-5"}, Judge: csrf},
			{Name: "foreign-data", Title: "another agent's call does not take user data", Requirements: []string{"AUTH-7"}, Judge: foreignData},
		}, probe.Checks(neighbour...)...),
	}
}

func intrude(s *play.Stage) {
	c := s.Inbound("original")
	update := func(value string) []byte {
		return s.Body(map[string]any{"operationName": "UpdateUserData", "userData": map[string]any{key: value}})
	}
	post := func(r play.Request, value string) play.Request {
		r.Method, r.Path, r.Body, r.ContentType = "POST", "/me/calls/"+c.ID(s.Agent), update(value), "application/json"
		return r
	}
	for _, i := range strangers {
		get := i.who(s)
		get.Method, get.Path = "GET", "/me"
		s.Request(s.Agent, "get."+i.name, get)
		if i.posts {
			s.Request(s.Agent, "post."+i.name, post(i.who(s), i.name))
		}
	}
	if me := s.Get(s.Agent, "me", "/me"); me.Headers["X-Csrf-Header"] != "" {
		s.Request(s.Agent, "csrf.missing", post(play.Request{NoCSRF: true}, "csrf.missing"))
		s.Request(s.Agent, "csrf.wrong", post(play.Request{NoCSRF: true, Header: map[string][]string{me.Headers["X-Csrf-Header"]: {"voicespec"}}}, "csrf.wrong"))
	}
	probe.Fence(s, c, area, "Established")
	probe.Play(s, c, "Established", func() *play.Call { return s.Inbound("original") }, neighbour...)
	probe.Fence(s, c, area+"-end", "Established")
}

// attempts are what strangers sent.
func attempts(c *judge.Case, requirement string) (list []*recording.Entry, names []string) {
	for _, i := range strangers {
		for _, step := range []string{"get." + i.name, "post." + i.name} {
			if e := c.Step(step); e != nil && i.requirement == requirement {
				list, names = append(list, e), append(names, i.name)
			}
		}
	}
	return list, names
}

func refused(requirement string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		list, names := attempts(c, requirement)
		if len(list) == 0 {
			return c.NotPlayed("requests of strangers")
		}
		var out []judge.Finding
		for i, e := range list {
			if e.Problem == "" && e.Status != 401 && e.Status != 403 {
				out = append(out, judge.Finding{Requirement: requirement, Entry: e, Path: "HTTP status", Expected: "401 or 403 (" + names[i] + ")", Observed: play.Outcome(e)})
			}
			out = append(out, effect(c, requirement, names[i], e)...)
		}
		return judge.Ruled(out)
	}
}

// effect finds a notification of the user data that a refused request wanted to set.
func effect(c *judge.Case, requirement, value string, request *recording.Entry) []judge.Finding {
	if request.Method != "POST" {
		return nil
	}
	for _, e := range c.Messages("") {
		data, _ := e.Call()["userData"].(map[string]any)
		if data[key] == value && judge.Since(request, e) {
			return []judge.Finding{{Requirement: requirement, Entry: e, Path: "data.call.userData", Expected: "no change by a request that is refused", Observed: "the user data of " + value}}
		}
	}
	return nil
}

func refusalForm(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, requirement := range []string{"AUTH-1", "AUTH-2"} {
		list, _ := attempts(c, requirement)
		for _, e := range list {
			if e.Status != 401 && e.Status != 403 {
				continue
			}
			n++
			code, ok := e.StatusCode()
			switch {
			case !ok:
				out = append(out, judge.Finding{Requirement: "AUTH-3", Entry: e, Expected: "a JSON object with statusCode 20", Observed: play.Outcome(e)})
			case code != 20:
				out = append(out, judge.Finding{Requirement: "AUTH-3", Entry: e, Path: "statusCode", Expected: "20", Observed: play.Outcome(e)})
			}
		}
	}
	if n == 0 {
		return c.NotPlayed("refused credentials").OrBlocked("no credentials were refused")
	}
	return judge.Ruled(out)
}

func csrf(c *judge.Case) judge.Ruling {
	me := c.Step("me")
	if me == nil {
		return c.NotPlayed("GET /me")
	}
	if me.Headers["X-Csrf-Header"] == "" {
		return judge.DoesNotApply("a GET brings no CSRF token")
	}
	list := c.Steps("csrf.")
	if len(list) == 0 {
		return c.NotPlayed("a POST without the token")
	}
	var out []judge.Finding
	for _, e := range list {
		if e.Problem == "" && e.Status != 403 {
			out = append(out, judge.Finding{Requirement: "AUTH-5", Entry: e, Path: "HTTP status", Expected: "403: the CSRF token is " + e.Step[len("csrf."):], Observed: play.Outcome(e)})
		}
		out = append(out, effect(c, "AUTH-5", e.Step, e)...)
	}
	return judge.Ruled(out)
}

func foreignData(c *judge.Case) judge.Ruling {
	for _, e := range c.Requests() {
		if data, _ := e.Body()["userData"].(map[string]any); data[key] == "neighbour" {
			return judge.Ruled(effect(c, "AUTH-7", "neighbour", e))
		}
	}
	if !c.Station.Destination.Controlled {
		return judge.CannotTest("the destination has no credentials in the target file")
	}
	return c.NotPlayed("the neighbour's request")
}
