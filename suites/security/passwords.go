package security

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// wrongPasswords tries passwords wrong when nothing else is to come, and few: an installation may lock an account. One way of comparing
// wrongly takes one kind of wrong password, so each is tried once, and no person's more than twice in a run: the agent's without
// its last character here, in another case by a handshake (notifications.refusals); the caller's with more behind it, and an invented one
// beside a session cookie; for the destination the agent's, and an empty one, which a directory may take for nobody's.
func wrongPasswords() {
	Scenario("security.wrong-passwords", "A wrong password", Profiles("session", "errors"), PlayedLast,
		Page("ReturnValues", "statusCode 20"), Play(tryPassword), func() {
			It("a wrong password is refused", Check("refused", "AUTH-2"), func() {
				Expect(RequestsLabelled(wrongPassword)).To(BeDenied(401, 403))
			})
			It("a password with more behind it, and somebody else's, are refused", Check("almost", "AUTH-2"), func() {
				Expect(RequestsLabelled(longerPassword, othersPassword)).To(BeDenied(401, 403))
			})
			It("an empty password opens nothing", Check("empty", "AUTH-2"), func() {
				if !Sent(emptyPassword) {
					NotApplicable("the destination has no password of its own")
				}
				Expect(Request(emptyPassword)).NotTo(BeServed())
			})
			It("it is refused with statusCode 20", Check("refusal-form", "AUTH-3"), func() {
				Expect(WithStatus(RequestsLabelled(wrongPassword, longerPassword, othersPassword), 401, 403)).To(HaveStatusCode(20))
			})
			It("a wrong password is refused beside a session cookie", Check("beside-cookie", "AUTH-9"), func() {
				Expect(RequestsLabelled(besideCookie)).To(BeDenied(401, 403))
			})
		})
}

const (
	wrongPassword  = "post.wrong-password"
	longerPassword = "get.longer-password"
	othersPassword = "get.others-password"
	emptyPassword  = "get.empty-password"
	besideCookie   = "get.beside-cookie"
)

func tryPassword(s *Stage) {
	if !s.TriesPasswords() {
		s.Untestable("the target file says wrong-passwords: none")
	}
	c := s.Inbound("original")
	body := dataOf("wrong-password")
	body["operationName"] = "UpdateUserData"
	who := s.Agent.Party
	r := as(who.User, play.AlmostPassword(who))
	r.Method, r.Path, r.Body, r.ContentType = "POST", "/me/calls/"+c.ID(s.Agent), s.Body(body), "application/json"
	s.Request(s.Agent, wrongPassword, r)
	refusals.Fence(s, c, "wrong-password", "Established")
	beside := s.Agent
	if s.Caller.Controlled() {
		beside = s.Caller
		tryToRead(s, s.Caller, longerPassword, play.PasswordWithMore(s.Caller.Party))
	}
	if s.Destination.Controlled() {
		tryToRead(s, s.Destination, othersPassword, play.PasswordOf(who, s.Destination.Party))
		if s.Destination.Party.Password != "" {
			tryToRead(s, s.Destination, emptyPassword, "")
		}
	}
	user := beside.Party.User
	s.Request(beside, besideCookie, play.Request{
		Method: "GET", Path: "/me", CookieOnly: true, Header: map[string][]string{"Authorization": {play.Basic(user, "not-"+user+"-s-password")}},
	})
}

func tryToRead(s *Stage, a *play.Actor, label, password string) {
	r := as(a.Party.User, password)
	r.Method, r.Path = "GET", "/me"
	s.Request(a, label, r)
}
