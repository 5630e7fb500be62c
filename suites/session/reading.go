package session

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// some are sub-resources that clients ask for; chats is there only where there is chat.
const some = "devices,calls,chats"

// reading is what a client does first: ask who it is, keep the cookie, and go on with that.
func reading() {
	Scenario("session.me", "GET /me, its sub-resources, and the session cookie", WithoutCalls, Profiles("session", "smoke"), WithoutNotifications,
		Page("RecoveringExistingState", "overview"), Play(read), func() {
			It("GET /me answers with the user", Check("user", "SESSION-1"), func() {
				Expect(Requests("me")).To(AnswerWithTheUser())
			})
			It("GET /me?subresources= answers with what is named", Check("subresources", "SESSION-2"), func() {
				Expect(Requests("subresources-")).To(HoldSubresources())
			})
			It("an authenticated request sets the session cookie", Check("cookie-set", "SESSION-10"), func() {
				Given(Request("browser")).To(BeAccepted())
				Expect(Request("browser")).To(BringACookie())
			})
			It("the cookie authenticates what follows", Check("cookie-alone", "AUTH-4"), func() {
				Given(Request("browser")).To(BringACookie())
				Expect(Request("cookie-get")).To(BeAccepted())
				Expect(Request("cookie-post")).To(BeAuthenticated())
			})
		})
}

// read ends with a POST of an operation that does not exist. Whatever it is refused for, it must not be for want of
// credentials.
func read(s *Stage) {
	s.Get(s.Agent, "me", "/me")
	if s.Caller.Controlled() {
		s.Get(s.Caller, "me", "/me")
	}
	s.Get(s.Agent, "subresources-all", "/me?subresources=*")
	s.Get(s.Agent, "subresources-some", "/me?subresources="+some)
	b := s.Browser(s.Agent, "cookie")
	if s.ByToken() {
		s.NotApplicable("people say who they are by tokens (auth: in the target file), which go with every request")
	}
	b.Request("cookie-get", play.CookieOnly("/me"))
	b.Request("cookie-post", play.Request{
		Method: "POST", Path: "/me/devices/" + s.Agent.Device, Body: s.Body(map[string]any{"operationName": "VoicespecNoSuchOperation"}),
		ContentType: "application/json", CookieOnly: true,
	})
}
