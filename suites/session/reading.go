package session

import (
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// some are sub-resources that clients ask for; chats is there only where there is chat.
const some = "devices,calls,chats"

// reading is what a client does first: ask who it is, keep the cookie, and go on with that.
func reading() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "session.me", Title: "GET /me, its sub-resources, and the session cookie", Area: area, Profiles: []string{area, "smoke"}, Deaf: true,
		Source: requirement.Source{Page: "RecoveringExistingState", Section: "overview"},
		Script: func(s *play.Stage) {
			s.Get(s.Agent, "me", "/me")
			if s.Caller.Controlled() {
				s.Get(s.Caller, "me", "/me")
			}
			s.Get(s.Agent, "subresources-all", "/me?subresources=*")
			s.Get(s.Agent, "subresources-some", "/me?subresources="+some)
			b := s.Browser(s.Agent, "cookie")
			b.Request("cookie-get", play.CookieOnly("/me"))
			b.Request("cookie-post", play.Request{
				Method: "POST", Path: "/me/devices/" + s.Agent.Device, Body: s.Body(map[string]any{"operationName": "VoicespecNoSuchOperation"}),
				ContentType: "application/json", CookieOnly: true,
			})
		},
		Checks: []scenario.Check{
			{Name: "user", Title: "GET /me answers with the user", Requirements: []string{"SESSION-1"}, Judge: isUser},
			{Name: "subresources", Title: "GET /me?subresources= answers with what is named", Requirements: []string{"SESSION-2"}, Judge: subresources},
			{Name: "cookie-set", Title: "an authenticated request sets the session cookie", Requirements: []string{"SESSION-10"}, Judge: cookieSet},
			{Name: "cookie-alone", Title: "the cookie authenticates what follows", Requirements: []string{"AUTH-4"}, Judge: cookieAlone},
		},
	}
}

// isUser: each agent is somebody, and nobody else of the station. What the login has to do with the
// user name is the installation's business.
func isUser(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	seen := map[string]string{}
	n := 0
	for _, e := range c.Steps("me") {
		if e.Step != "me" {
			continue
		}
		n++
		name, _ := user(e)["userName"].(string)
		switch {
		case !e.Accepted():
			out = append(out, judge.Accepted("SESSION-1", e)...)
		case user(e) == nil:
			out = append(out, judge.Finding{Requirement: "SESSION-1", Entry: e, Path: "user", Expected: "an object", Observed: judge.Short(e.AnswerObject()["user"])})
		case name == "":
			out = append(out, judge.Finding{Requirement: "SESSION-1", Entry: e, Path: "user.userName", Expected: "a name", Observed: judge.Short(user(e)["userName"])})
		case seen[name] != "":
			out = append(out, judge.Finding{Requirement: "SESSION-1", Entry: e, Path: "user.userName", Expected: "another user than that of the " + seen[name], Observed: judge.Short(name)})
		}
		for _, role := range []string{"agent", "caller", "destination"} {
			if p := c.Station.Party(role); role != e.Actor && p.User != "" && strings.EqualFold(p.User, name) {
				out = append(out, judge.Finding{Requirement: "SESSION-1", Entry: e, Path: "user.userName", Expected: c.Station.Party(e.Actor).User, Observed: judge.Short(name)})
			}
		}
		if name != "" {
			seen[name] = e.Actor
		}
	}
	if n == 0 {
		return c.NotPlayed("GET /me")
	}
	return judge.Ruled(out)
}

// subresources: the device is there, since scenarios are played with it; what else is there depends.
func subresources(c *judge.Case) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, e := range c.Steps("subresources-") {
		n++
		add := func(path, expected, observed string) {
			out = append(out, judge.Finding{Requirement: "SESSION-2", Entry: e, Path: path, Expected: expected, Observed: observed})
		}
		if !e.Accepted() {
			out = append(out, judge.Accepted("SESSION-2", e)...)
			continue
		}
		u := user(e)
		if u == nil {
			add("user", "an object", judge.Short(e.AnswerObject()["user"]))
			continue
		}
		list, _ := u["devices"].([]any)
		if !holds(list, c.Station.Agent.Device) {
			add("user.devices", "a list with the agent's device", judge.Short(u["devices"]))
		}
		for _, name := range []string{"calls", "features"} {
			if v, present := u[name]; present {
				if _, ok := v.([]any); !ok {
					add("user."+name, "a list", judge.Short(v))
				}
			}
		}
	}
	if n == 0 {
		return c.NotPlayed("GET /me?subresources=")
	}
	return judge.Ruled(out)
}

func holds(list []any, device string) bool {
	for _, x := range list {
		m, _ := x.(map[string]any)
		if id, _ := m["id"].(string); strings.EqualFold(id, device) {
			return true
		}
	}
	return false
}

func cookieSet(c *judge.Case) judge.Ruling {
	e := c.Step("browser")
	switch {
	case e == nil:
		return c.NotPlayed("the first request of a browser")
	case e.Problem != "" || !e.Accepted():
		return judge.Block("GET /me was refused: %s", play.Outcome(e))
	case e.Headers["Set-Cookie"] == "":
		return judge.Fail(judge.Finding{Requirement: "SESSION-10", Entry: e, Path: "Set-Cookie", Expected: "a session cookie", Observed: "none"})
	}
	return judge.Pass()
}

// cookieAlone: the POST names an operation that does not exist. Whatever it is refused for, it must not
// be for want of credentials.
func cookieAlone(c *judge.Case) judge.Ruling {
	get, post := c.Step("cookie-get"), c.Step("cookie-post")
	if get == nil || post == nil {
		return c.NotPlayed("requests with the cookie alone")
	}
	if first := c.Step("browser"); first != nil && first.Headers["Set-Cookie"] == "" {
		return judge.Block("no cookie was set")
	}
	var out []judge.Finding
	if !get.Accepted() && get.Problem == "" {
		out = append(out, judge.Finding{Requirement: "AUTH-4", Entry: get, Expected: "it is served, as with Basic", Observed: play.Outcome(get)})
	}
	if unauthenticated(post) {
		out = append(out, judge.Finding{Requirement: "AUTH-4", Entry: post, Expected: "it is judged as the agent's own request", Observed: play.Outcome(post)})
	}
	return judge.Ruled(out)
}

func unauthenticated(e *recording.Entry) bool {
	code, ok := e.StatusCode()
	return e.Status == 401 || ok && code == 20 || !ok && e.Status == 403 && !strings.Contains(e.ResponseText, "Csrf")
}
