package notifications

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/fixtures/malformed"
	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

// lenient are malformed handshakes that CometD takes all the same: it does not look at version and
// reads supportedConnectionTypes as it can. Only that the server goes on counts for them.
var lenient = []string{"handshake-version-object", "handshake-types-text"}

// unansweredLimit: a server that leaves requests without an answer is not asked for all of them.
const unansweredLimit = 2

// refusals are what a Bayeux server must not take: malformed messages, unknown clients, people without credentials.
func refusals() {
	cases, err := malformed.Bayeux()
	if err != nil {
		panic(err) // embedded, and tested
	}
	Scenario("notifications.refusals", "What a Bayeux server must refuse", WithoutCalls, Profiles(area, "errors"), bayeuxPage, WithoutNotifications,
		Play(func(s *Stage) { refuse(s, cases) }), func() {
			It("malformed messages get no successful reply", Check("malformed", "BAYEUX-8"), func() {
				Expect(refusable(cases)).To(GetNoSuccessfulReply("refusals"))
			})
			It("the server goes on serving after malformed messages", Check("goes-on", "BAYEUX-8"), func() {
				Expect("refusals").To(GoOnServing("handshake", "handshake-after", "connect-after"))
			})
			It("an unknown clientId is refused", Check("unknown-client", "BAYEUX-5"), func() {
				Expect(Dialogue("refusals", "connect-unknown-client")).To(BeUnsuccessful("successful false: nobody has this clientId"))
				Expect(Dialogue("refusals", "subscribe-unknown-client")).To(BeUnsuccessful("successful false: nobody has this clientId"))
				Expect(Dialogue("refusals", "unsubscribe-unknown-client")).To(BeUnsuccessful("successful false: nobody has this clientId"))
			})
			It("an unknown clientId is advised to handshake", Check("unknown-client-advice", "BAYEUX-6"), func() {
				Expect(Dialogue("refusals", "connect-unknown-client")).To(BeAdvisedToHandshake())
			})
			It("a crowded handshake and odd topics harm nobody", Check("odd-requests", "BAYEUX-17"), func() {
				Expect("refusals").To(GoOnServing("handshake", "handshake-after", "connect-after"))
			})
			It("another agent's clientId is refused", Check("foreign-client", "BAYEUX-15"), func() {
				Expect(Intrusions("foreign", "foreign-connect", "foreign-subscribe")).To(BeUnsuccessful("no successful reply: the clientId is that of another agent"))
			})
			It("another agent's clientId does nothing with one's own credentials", Check("foreign-session", "AUTH-21"), func() {
				Given(Intrusions("foreign", "foreign-disconnect")).NotTo(BeEmpty())
				Expect(Dialogue("refusals", "connect-own")).To(BeConnected())
				Expect(Dialogue("refusals", "collect")).To(BeNotifiedOfDevice("own", "still", "it came before somebody else used the clientId"))
			})
			It("nobody is notified of what another agent publishes", Check("publish", "AUTH-22"), func() {
				Given(Intrusions("foreign", "foreign-publish")).NotTo(BeEmpty())
				Expect(Forged).To(BeHeardByNobodyElse("foreign"))
			})
			It("a handshake without credentials gets no session", Check("no-credentials", "AUTH-6"), func() {
				Expect(Attempt("anonymous", "handshake")).To(BeUnsuccessful("no session: HTTP 401 or 403, or successful false"))
			})
			It("a handshake with a wrong password gets no session", Check("wrong-password", "AUTH-6"), func() {
				Expect(Attempt("impostor", "handshake")).To(BeUnsuccessful("no session: HTTP 401 or 403, or successful false"))
			})
		})
}

// refusable are the malformed messages that must get no successful reply.
func refusable(cases []malformed.Case) (out []Mistake) {
	for _, m := range cases {
		if m.Requirement == "BAYEUX-8" && !slices.Contains(lenient, m.Name) {
			out = append(out, Mistake{Label: m.Name, Because: m.Wrong})
		}
	}
	return out
}

func refuse(s *Stage, cases []malformed.Case) {
	b := s.Browser(s.Agent, "refusals")
	shake(b, "handshake")
	unanswered := 0
	for _, m := range cases {
		body, err := m.Bytes()
		if err != nil {
			panic(err) // embedded, and tested
		}
		if m.Session == "throw-away" {
			id := shake(b, "throw-away")
			if id == "" {
				continue
			}
			body = []byte(strings.ReplaceAll(string(body), "{clientId}", id))
		}
		if Heard(b.Send(m.Name, body)).Broken() != "" {
			if unanswered++; unanswered == unansweredLimit {
				break
			}
		}
	}
	if after := shake(b, "handshake-after"); after != "" {
		b.Insist("connect-after", poll(after))
		b.PostMessages("subscribe-after", subscription(after, devices))
		of := anEvent(s)
		works := change(s, b, after, "own", of, of.on)
		intrude(s, after)
		b.Insist("connect-own", poll(after))
		if works {
			change(s, b, after, "still", of, of.ends)
		}
		b.PostMessages("goodbye", goodbye(after))
	}
	s.BrowserAs(s.Agent, "anonymous", play.Credentials{}).PostMessages("handshake", hello())
	wrong := play.Credentials{User: s.Agent.Party.User, Password: play.PasswordInAnotherCase(s.Agent.Party)}
	if s.TriesPasswords() {
		s.BrowserAs(s.Agent, "impostor", wrong).PostMessages("handshake", hello())
	}
}

// intrude uses the agent's clientId as another person of the station.
func intrude(s *Stage, clientID string) {
	other := s.Caller
	if !other.Controlled() {
		other = s.Destination
	}
	if other.Controlled() {
		foreign := s.Browser(other, "foreign")
		foreign.PostMessages("foreign-connect", poll(clientID))
		foreign.PostMessages("foreign-subscribe", subscription(clientID, calls))
		foreign.PostMessages("foreign-unsubscribe", leaving(clientID, devices))
		foreign.PostMessages("foreign-disconnect", goodbye(clientID))
		foreign.PostMessages("foreign-publish", published(clientID))
		if own := shake(foreign, "own-handshake"); own != "" {
			foreign.PostMessages("foreign-publish", published(own))
			foreign.PostMessages("own-disconnect", goodbye(own))
		}
	}
}
