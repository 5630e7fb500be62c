package security

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// wrongPasswords tries one password wrong, once and when nothing else is to come: an installation may lock an account.
func wrongPasswords() {
	Scenario("security.wrong-passwords", "A wrong password", Profiles("session", "errors"), PlayedLast,
		Page("ReturnValues", "statusCode 20"), Play(tryPassword), func() {
			It("a wrong password is refused", Check("refused", "AUTH-2"), func() {
				Expect(RequestsLabelled(wrongPassword)).To(BeDenied(401, 403))
			})
			It("it is refused with statusCode 20", Check("refusal-form", "AUTH-3"), func() {
				Expect(WithStatus(RequestsLabelled(wrongPassword), 401, 403)).To(HaveStatusCode(20))
			})
		})
}

const wrongPassword = "post.wrong-password"

func tryPassword(s *Stage) {
	if !s.TriesPasswords() {
		s.Untestable("the target file says wrong-passwords: none")
	}
	c := s.Inbound("original")
	body := dataOf("wrong-password")
	body["operationName"] = "UpdateUserData"
	r := as(s.Agent.Party.User, "not-"+s.Agent.Party.User+"-s-password")
	r.Method, r.Path, r.Body, r.ContentType = "POST", "/me/calls/"+c.ID(s.Agent), s.Body(body), "application/json"
	s.Request(s.Agent, wrongPassword, r)
	refusals.Fence(s, c, "wrong-password", "Established")
}
