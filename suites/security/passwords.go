package security

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// wrongPasswords tries passwords wrong when nothing else is to come, and few: an installation may lock an account. The one lacks its
// last character, since who refuses that refuses others; the other stands beside a session cookie.
func wrongPasswords() {
	Scenario("security.wrong-passwords", "A wrong password", Profiles("session", "errors"), PlayedLast,
		Page("ReturnValues", "statusCode 20"), Play(tryPassword), func() {
			It("a wrong password is refused", Check("refused", "AUTH-2"), func() {
				Expect(RequestsLabelled(wrongPassword)).To(BeDenied(401, 403))
			})
			It("it is refused with statusCode 20", Check("refusal-form", "AUTH-3"), func() {
				Expect(WithStatus(RequestsLabelled(wrongPassword), 401, 403)).To(HaveStatusCode(20))
			})
			It("a wrong password is refused beside a session cookie", Check("beside-cookie", "AUTH-9"), func() {
				Expect(RequestsLabelled(besideCookie)).To(BeDenied(401, 403))
			})
		})
}

const (
	wrongPassword = "post.wrong-password"
	besideCookie  = "get.beside-cookie"
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
	s.Request(s.Agent, besideCookie, play.Request{
		Method: "GET", Path: "/me", CookieOnly: true, Header: map[string][]string{"Authorization": {play.Basic(who.User, "not-"+who.User+"-s-password")}},
	})
}
