// Package session holds the scenarios about who the agent is, the HTTP session, and the contact
// centre session.
package session

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// Specs registers the scenarios of this area.
func Specs() {
	reading()
	calledAgain()
	login()
}

const (
	start         = "StartContactCenterSession"
	withBayeux    = "start-with-bayeux"
	withoutBayeux = "start-without-bayeux"
	heard         = "device-heard" // read where somebody was subscribed when a session began anew
	anotherToo    = "start-another-channel"
	wrongType     = "start-wrong-"
	othersBefore  = "others-before-"
	othersAfter   = "others-after-"
)

// login starts and ends the contact centre session of somebody whom no other scenario needs
// any more. It is started again at the end, since cleaning up takes it for granted.
func login() {
	Scenario("session.contact-centre", "The contact centre session: start and end", WithoutCalls, About(start, "EndContactCenterSession"), Profiles("session"),
		PlayedLast, WithoutNotifications, Page(start, "overview"), Play(startAndEnd), func() {
			BeforeEach(func() { SessionsMustBeThere("before", withBayeux, withoutBayeux) })
			fresh := func() { NotWhileOneRuns("before", "restart", withBayeux, withoutBayeux) }
			It("StartContactCenterSession opens the voice channel", Check("start", "SESSION-3"), func() {
				fresh()
				Expect(RequestsLabelled(withBayeux, withoutBayeux)).To(OpenVoiceOnce()) // that another one was refused is a matter of order
			})
			It("a partial success has its two lists", Check("partial", "SESSION-4"), func() {
				Expect(PartialSuccesses(Requests("start-"))).To(HavePartialForm())
			})
			It("a subscribed agent is notified of the start", Check("notified", "SESSION-5"), func() {
				fresh()
				from, to := withBayeux, withoutBayeux
				if before := Case().Step("before"); before != nil && voice.ShowsLogin(before) {
					from, to = "restart", "NotReady" // a start of what runs already changes nothing that would be notified
				}
				if from == "restart" && !Sent(heard) {
					NotApplicable("the session did not end and begin anew, or nobody was subscribed then")
				}
				Given(Request(from)).To(OpenVoice())
				who := Request(from).Actor
				Expect(DevicesAt(who)).To(BeNotified(active(DeviceOf(who)), After(from), Before(to)))
			})
			It("the session start leaves the device logged in and active", Check("logged-in", "SESSION-11"), func() {
				fresh()
				Given(Request(withBayeux)).To(OpenVoice())
				Expect(Request("device-after-start")).To(ShowTheAgentLoggedIn())
			})
			It("the session starts with and without a Bayeux session", Check("order", "SESSION-8"), func() {
				fresh()
				Given(RequestsLabelled(withBayeux, withoutBayeux)).To(OpenVoiceOnce())
				Expect(RequestsLabelled(withBayeux, withoutBayeux)).To(OpenVoiceEachTime())
			})
			It("channels of the wrong type are refused", Check("channels", "SESSION-9"), func() {
				Expect(Requests(wrongType)).To(OpenVoiceNever("channels is no list of names"))
			})
			It("a refused start leaves the agent logged in", Check("refused-start", "ERR-2"), func() {
				fresh()
				Given(Request("device-after-start")).To(ShowTheAgentLoggedIn())
				Given(Requests(wrongType)).To(OpenVoiceNever("channels is no list of names"))
				Expect(Request("device-after-refusals")).To(ShowTheAgentLoggedIn())
			})
			It("EndContactCenterSession is answered with statusCode 0", Check("end", "SESSION-6"), func() {
				Expect(Request("end")).To(HaveStatusCode(0))
			})
			It("EndContactCenterSession logs the agent out", Check("logged-out", "SESSION-12"), func() {
				Given(Request("end")).To(BeAccepted())
				Expect(Request("device-after-end")).To(ShowTheAgentLoggedOut())
			})
			It("the end of one session leaves those of others", Check("others", "AUTH-4"), func() {
				Given(Request("end")).To(BeAccepted())
				for _, role := range []string{"agent", "caller", "destination"} {
					if Sent(othersAfter+role) && Request(othersBefore+role).Accepted() {
						Expect(Request(othersAfter + role)).To(BeServed())
					}
				}
			})
			It("its cookie authenticates nothing more, the second time", Check("end-of-cookie-again", "SESSION-7"), func() {
				Given(Request("end")).To(BeAccepted())
				if !Sent("after-end-again") {
					NotApplicable("the session did not begin and end once more")
				}
				Expect(Request("after-end-again")).NotTo(BeServed())
			})
			It("its cookie opens no Bayeux session", Check("end-of-cookie-bayeux", "SESSION-7"), func() {
				Given(Request("end")).To(BeAccepted())
				byPassword("after-end-formerly")
				Given(Request("after-end")).NotTo(BeServed())
				Expect(Attempt(formerly, "handshake")).To(BeUnsuccessful("no session: the HTTP session was ended"))
			})
			It("its cookie opens no Bayeux session, the second time", Check("end-of-cookie-bayeux-again", "SESSION-7"), func() {
				Given(Request("end")).To(BeAccepted())
				if !Sent("after-end-again") {
					NotApplicable("the session did not begin and end once more")
				}
				byPassword("after-end-formerly")
				Given(Request("after-end-again")).NotTo(BeServed())
				Expect(Attempt(formerly, "handshake-again")).To(BeUnsuccessful("no session: the HTTP session was ended"))
			})
			It("the session that is started once more leaves the device logged in and active", Check("logged-in-again", "SESSION-11"), func() {
				Given(Request("restart")).To(OpenVoice())
				Expect(Request("device-after-restart")).To(ShowTheAgentLoggedIn())
			})
			It("its cookie authenticates nothing in the next session", Check("end-of-cookie-for-good", "SESSION-7"), func() {
				Given(Request("end")).To(BeAccepted())
				byPassword("formerly-after-restart")
				Given(Request("after-end")).NotTo(BeServed())
				Expect(Request("formerly-after-restart")).NotTo(BeServed())
			})
			It("its cookie authenticates nothing more", Check("end-of-cookie", "SESSION-7"), func() {
				Given(Request("end")).To(BeAccepted())
				Expect(Request("after-end")).NotTo(BeServed())
				if Sent("after-end-formerly") {
					Expect(Request("after-end-formerly")).NotTo(BeServed())
				}
				Expect(RequestsLabelled("after-end-post")).To(BeDenied(401, 403))
			})
		})
}

// wrongTypes are channels as they must not be.
var wrongTypes = map[string]any{"text": "voice", "numbers": []any{1, 2}, "object": map[string]any{"channel": "voice"}}

func startAndEnd(s *Stage) {
	a := whose(s)
	if !a.MayLogOut() {
		s.Untestable("%s is logged in already (shared: true), and that session is not ended", a.Party.User)
	}
	mark := s.Mark()
	before := s.Get(a, "before", "/me/devices/"+a.Device)
	if started(s.StartSession(a, withBayeux, []string{"voice"})) {
		if !voice.ShowsLogin(before) {
			s.Await(a, "the device after the start", mark, Meeting(active(a.Device)))
		}
		s.AwaitLoggedIn(a, "device-starting") // an Active device may be told of before its agent is logged in
		s.Get(a, "device-after-start", "/me/devices/"+a.Device)
		s.StartSession(a, anotherToo, []string{"voice", "chat"})
	}
	for _, name := range []string{"text", "numbers", "object"} {
		s.StartSession(a, wrongType+name, wrongTypes[name])
	}
	s.AwaitLoggedIn(a, "device-starting-again")
	s.Get(a, "device-after-refusals", "/me/devices/"+a.Device)
	s.CloseNotifications(a)
	s.StartSession(a, withoutBayeux, []string{"voice"})
	byCookie(s, a, othersBefore)
	former := s.BrowserOfCookies(a, formerly)
	ended := s.EndSession(a, "end")
	if ended.Accepted() {
		s.Request(a, "after-end", play.CookieOnly("/me"))
		post := play.CookieOnly("/me")
		post.Method, post.Body, post.ContentType = "POST", s.Body(map[string]any{"operationName": "Ready"}), "application/json"
		s.Request(a, "after-end-post", post)
		if s.ByPassword() {
			former.Request("after-end-formerly", play.CookieOnly("/me"))
			opens(former, "handshake")
		}
	}
	byCookie(s, a, othersAfter)
	s.Get(a, "again", "/me")
	if ended.Accepted() {
		s.AwaitLoggedOut(a, "device-ending")
	}
	s.Get(a, "device-after-end", "/me/devices/"+a.Device)
	if s.NoNotifications() == "" {
		s.OpenNotifications(a)
	}
	if !ended.Accepted() {
		return
	}
	mark = s.Mark()
	if started(s.StartSession(a, "restart", []string{"voice"})) {
		if s.NoNotifications() == "" {
			s.Await(a, "the device after the start", mark, Meeting(active(a.Device)))
			s.Get(a, heard, "/me/devices/"+a.Device)
		}
		s.AwaitLoggedIn(a, "device-starting")
		s.Get(a, "device-after-restart", "/me/devices/"+a.Device)
		if s.ByPassword() {
			former.Request("formerly-after-restart", play.CookieOnly("/me"))
		}
		usesAgain(s, a)
		endsAgain(s, a)
	}
}

// endsAgain ends the session a second time, and leaves the person in one.
func endsAgain(s *Stage, a *play.Actor) {
	former := s.BrowserOfCookies(a, formerly)
	s.CloseNotifications(a) // a Bayeux session may end with the HTTP session that it was opened in
	again := s.EndSession(a, "end-again").Accepted()
	if again {
		s.Request(a, "after-end-again", play.CookieOnly("/me"))
		if s.ByPassword() {
			opens(former, "handshake-again")
		}
		s.Get(a, "and-again", "/me")
		s.AwaitLoggedOut(a, "device-ending-again")
	}
	if s.NoNotifications() == "" {
		s.OpenNotifications(a)
	}
	if again {
		s.StartSession(a, "restart-again", []string{"voice"})
	}
}

// formerly is a browser that has the cookies of a session, and nothing else.
const formerly = "formerly"

// byPassword ends a spec about cookies that were kept where people say in another way who they are: some may be those of a sign-on.
func byPassword(step string) {
	if !Sent(step) {
		NotApplicable("people do not say by a password who they are, or the session did not end")
	}
}

// opens tries to open a Bayeux session, and gives back what it should not have got.
func opens(b *play.Browser, step string) {
	id := Heard(b.PostMessages(step, map[string]any{
		"channel": "/meta/handshake", "id": "1", "version": "1.0", "minimumVersion": "1.0", "supportedConnectionTypes": []string{"long-polling", "websocket"},
	})).ClientID()
	if id != "" {
		b.PostMessages("disconnect", map[string]any{"channel": "/meta/disconnect", "id": "2", "clientId": id})
	}
}

// usesAgain sets agent states in a session that was started once more.
func usesAgain(s *Stage, a *play.Actor) {
	for _, state := range []string{"NotReady", "Ready"} {
		mark := s.Mark()
		if s.AgentState(a, state, state).Accepted() && s.NoNotifications() == "" {
			s.Await(a, state, mark, voice.DeviceAfter(a.Device, state))
		}
	}
}

// byCookie lets everybody else ask who he is by the cookie alone, and read his device, all at once: what one person's session does,
// another's does not hear of.
func byCookie(s *Stage, but *play.Actor, step string) {
	var ask []func()
	for _, a := range []*play.Actor{s.Agent, s.Caller, s.Destination} {
		if a == but || !a.Controlled() {
			continue
		}
		ask = append(ask, func() {
			s.Request(a, step+a.Role, play.CookieOnly("/me"))
			if a.Device != "" {
				s.Get(a, step+"device-"+a.Role, "/me/devices/"+a.Device)
			}
		})
	}
	s.AtOnce(ask...)
}

// started: in part is enough.
func started(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return e.Accepted() || code == 7
}

// whose session is taken apart: preferably not the agent's.
func whose(s *Stage) *play.Actor {
	for _, a := range []*play.Actor{s.Destination, s.Caller} {
		if a.MayLogOut() {
			return a
		}
	}
	return s.Agent
}

// active are notifications of the device as Active.
func active(device string) Condition { return InDeviceState(device, "Active") }
