// Package security holds the scenarios about credentials, the CSRF token, and the wall between agents.
package security

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// Specs registers the scenarios of this area.
func Specs() {
	intrusion()
	strangers()
	wrongPasswords()
}

// intruder is somebody who must be refused. Passwords are tried wrong elsewhere, at the end.
type intruder struct {
	name, requirement string
	posts             bool
	who               func(*Stage) play.Request
}

// strange are Authorization headers of nobody: of a scheme that the server may not know, where what Basic would send is no token, and of
// one that it knows, without its form.
func strange(who *play.Actor) map[string]string {
	return map[string]string{
		"other-scheme": "Bearer " + strings.TrimPrefix(play.Basic(who.Party.User, who.Party.Password), "Basic "), "no-form": "Basic voicespec-nobody",
	}
}

var intruders = []intruder{
	{"no-credentials", "AUTH-1", true, func(*Stage) play.Request { return play.Request{NoCredentials: true} }},
	{"unknown-user", "AUTH-2", true, func(*Stage) play.Request {
		return as("voicespec-nobody", "voicespec-nobody-s-password")
	}},
}

func as(user, password string) play.Request {
	return play.Request{Credentials: &play.Credentials{User: user, Password: password}}
}

// neighbour are the requests of an agent who is no party of the call; Hangup comes last, since the call may not
// survive it.
var neighbour = []refusals.Case{
	byDestination("foreign-user-data", "UpdateUserData of another agent's call", "UpdateUserData", dataOf("neighbour")),
	byDestination("foreign-hold", "Hold of another agent's call", "Hold", nil),
	byDestination("foreign-hangup", "Hangup of another agent's call", "Hangup", nil),
}

// dataOf is the user data that an intruder tries to set: its value shows who succeeded.
func dataOf(name string) map[string]any {
	return map[string]any{"userData": map[string]any{"VoicespecIntruder": name}}
}

func byDestination(name, title, operation string, params map[string]any) refusals.Case {
	send := func(s *Stage, c *play.Call, label string) *recording.Entry {
		if !s.Destination.Controlled() {
			return s.Skip(label, s.Destination.Absence())
		}
		return s.Operate(s.Destination, label, c, operation, params)
	}
	return refusals.Case{Name: name, Title: title, Requirement: "AUTH-7", Expect: []int64{3, 5, 6}, Send: send}
}

// intrusion is one call that intruders and a neighbour reach for.
func intrusion() {
	Scenario("security.intruders", "Who must be refused", Profiles("session", "errors"),
		Page("ReturnValues", "statusCodes 3, 5, 6 and 20"), Play(intrude), func() {
			It("a request without credentials is refused", Check("no-credentials", "AUTH-1"), func() {
				Expect(RequestsLabelled(attempts("AUTH-1")...)).To(BeDenied(401, 403))
			})
			It("nothing else is served without credentials either", Check("no-credentials-anywhere", "AUTH-1"), func() {
				Expect(RequestsLabelled(anonymous...)).To(BeDenied(401, 403, 404))
			})
			It("wrong credentials are refused", Check("wrong-credentials", "AUTH-2"), func() {
				Expect(RequestsLabelled(attempts("AUTH-2")...)).To(BeDenied(401, 403))
			})
			It("what is no known way to say who one is lets nobody in", Check("strange-credentials", "AUTH-24"), func() {
				Expect(RequestsLabelled("get.other-scheme", "get.no-form", "post.other-scheme", "post.no-form")).To(BeDenied(400, 401, 403))
			})
			It("refused credentials are answered with statusCode 20", Check("refusal-form", "AUTH-3"), func() {
				all := append(attempts("AUTH-1"), attempts("AUTH-2")...)
				Expect(WithStatus(RequestsLabelled(all...), 401, 403)).To(HaveStatusCode(20))
			})
			It("a POST without the CSRF token is refused", Check("csrf", "AUTH-5"), func() {
				if !BringsToken(Request("me")) {
					NotApplicable("a GET brings no CSRF token")
				}
				Expect(Requests("csrf.")).To(BeDenied(403))
			})
			It("another agent's call does not take user data", Check("foreign-data", "AUTH-7"), func() {
				Expect(RequestBy("destination", neighbour[0].Label())).To(SetNoData())
			})
			refusals.Specs(neighbour...)
		})
}

func intrude(s *Stage) {
	c := s.Inbound("original")
	post := func(r play.Request, name string) play.Request {
		body := dataOf(name)
		body["operationName"] = "UpdateUserData"
		r.Method, r.Path, r.Body, r.ContentType = "POST", "/me/calls/"+c.ID(s.Agent), s.Body(body), "application/json"
		return r
	}
	for _, i := range intruders {
		get := i.who(s)
		get.Method, get.Path = "GET", "/me"
		s.Request(s.Agent, "get."+i.name, get)
		if i.posts {
			s.Request(s.Agent, "post."+i.name, post(i.who(s), i.name))
		}
	}
	everywhere(s, c)
	for _, name := range []string{"other-scheme", "no-form"} {
		get := play.Request{NoCredentials: true, Header: map[string][]string{"Authorization": {strange(s.Agent)[name]}}}
		get.Method, get.Path = "GET", "/me"
		s.Request(s.Agent, "get."+name, get)
		s.Request(s.Agent, "post."+name, post(play.Request{NoCredentials: true, Header: get.Header}, name))
	}
	if me := s.Get(s.Agent, "me", "/me"); BringsToken(me) {
		s.Request(s.Agent, "csrf.missing", post(play.Request{NoCSRF: true}, "csrf.missing"))
		wrong := play.Request{NoCSRF: true, Header: map[string][]string{TokenHeader(me): {"voicespec"}}}
		s.Request(s.Agent, "csrf.wrong", post(wrong, "csrf.wrong"))
		empty := play.Request{NoCSRF: true, Header: map[string][]string{TokenHeader(me): {""}}}
		s.Request(s.Agent, "csrf.empty", post(empty, "csrf.empty"))
		if token := s.CSRFToken(s.Caller); token != "" && token != s.CSRFToken(s.Agent) {
			others := play.Request{NoCSRF: true, Header: map[string][]string{TokenHeader(me): {token}}}
			s.Request(s.Agent, "csrf.others", post(others, "csrf.others"))
		}
	}
	refusals.Fence(s, c, "security", "Established")
	refusals.Play(s, c, "Established", func() *play.Call { return s.Inbound("original") }, neighbour...)
	refusals.Fence(s, c, "security-end", "Established")
}

// anonymous are the labels of requests without credentials, at other resources than those that all intruders try.
var anonymous = []string{"get.recovery", "get.calls", "get.call", "get.devices", "get.device", "post.device", "post.channel"}

// everywhere sends them. What is posted changes nothing where it is accepted.
func everywhere(s *Stage, c *play.Call) {
	call, device := "/me/calls/"+c.ID(s.Agent), "/me/devices/"+s.Agent.Device
	paths := []string{"/me?subresources=*", "/me/calls", call, "/me/devices", device, device, "/me/channels/voice"}
	operations := map[string]string{"post.device": "DoNotDisturbOff", "post.channel": "Ready"}
	for i, label := range anonymous {
		r := play.Request{NoCredentials: true, Method: "GET", Path: paths[i]}
		if operation := operations[label]; operation != "" {
			r.Method, r.Body, r.ContentType = "POST", s.Body(map[string]any{"operationName": operation}), "application/json"
		}
		s.Request(s.Agent, label, r)
	}
}

// attempts are the labels of what intruders sent to break a requirement.
func attempts(requirement string) []string {
	var out []string
	for _, i := range intruders {
		if i.requirement != requirement {
			continue
		}
		out = append(out, "get."+i.name)
		if i.posts {
			out = append(out, "post."+i.name)
		}
	}
	return out
}
