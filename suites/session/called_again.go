package session

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

// calledAgain dials somebody who has ended a session and begun another.
func calledAgain() {
	Scenario("session.called-again", "A call to somebody who has begun a session anew", About(start, "EndContactCenterSession"), Profiles("session"),
		PlayedLast, Page(start, "overview"), Play(beginAnew), func() {
			It("who has begun a session anew is told of calls as before", Check("told", "DIAL-2"), func() {
				if !Sent("given-up") {
					NotApplicable("the session did not end and begin anew")
				}
				Expect(AnyCallAt("destination")).To(BeNotified(Ringing, OfType("StatusChange"), After("restart")))
			})
		})
}

func beginAnew(s *Stage) {
	a, caller := whose(s), s.Caller
	if a != s.Destination || !a.MayLogOut() || !caller.Controlled() {
		s.Untestable("the caller and the destination need credentials in the target file, and the destination a session of its own")
	}
	s.CloseNotifications(a)
	ended := s.EndSession(a, "end").Accepted()
	s.Get(a, "again", "/me")
	if ended {
		s.AwaitLoggedOut(a, "device-ending")
	}
	s.OpenNotifications(a)
	if !ended || !started(s.StartSession(a, "restart", []string{"voice"})) {
		s.NotApplicable("the session did not end and begin anew")
	}
	c := s.Dial(caller, a, "called-again", nil)
	mark := s.Mark()
	if s.Operate(caller, "given-up", c, "Hangup", nil).Accepted() {
		s.AwaitState(a, c, mark, "Released")
	}
}
