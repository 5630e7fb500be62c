package reference

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Variation is a conformant choice where the documents leave one.
type Variation struct{ Name, Description string }

type variation struct {
	Variation
	set func(*Server)
}

func vary(name, description string, set func(*hooks)) variation {
	return variation{Variation{name, description}, func(s *Server) { set(&s.hooks) }}
}

const (
	// answerAfterNotes lets a client see the notification before the answer.
	answerAfterNotes = 100 * time.Millisecond
	lateNotes        = 300 * time.Millisecond
	lateEnd          = 100 * time.Millisecond
	lateRefusal      = 150 * time.Millisecond
	slowStep         = 1500 * time.Millisecond
	shortPoll        = time.Second
	longPoll         = 2 * time.Minute
	chatter          = 400 * time.Millisecond
)

func allVariations() []variation {
	return append([]variation{
		vary("capabilities-shuffled", "capabilities come in another order each time", func(h *hooks) {
			h.capabilities = append(h.capabilities, shuffle)
		}),
		vary("unknown-members", "notifications, resources and successful answers have more members than documented", unknownMembers),
		vary("batched", "the notifications of one operation come in one poll", func(h *hooks) { h.batch = true }),
		vary("notification-first", "notifications come before the HTTP answer", func(h *hooks) { h.notifyFirst = true }),
		vary("notification-late", "notifications come 300 ms after the HTTP answer", func(h *hooks) { h.noteDelay = lateNotes }),
		vary("other-end-late", "of what an operation changes, the second end is told 100 ms after the first", func(h *hooks) { h.farDelay = lateEnd }),
		{Variation{"slow", "every answer and every notification takes 1.5 s"}, func(s *Server) { s.opts.StepDelay = slowStep }},
		vary("path-prefix", "the API is served under /gws/api/v2", func(h *hooks) { h.prefix = "/gws" }),
		vary("public-url", "uris name an external https host", func(h *hooks) { h.publicBase = "https://gws.example.com/api/v2" }),
		vary("unrelated-calls", "notifications of another call of the agent stand between those of the tested one", func(h *hooks) {
			h.notes = append(h.notes, unrelatedCalls)
		}),
		vary("other-topics", "what is notified on other topics, of password changes, other media and services, stands beside calls and devices",
			func(h *hooks) { h.notes = append(h.notes, otherTopics) }),
		vary("attached-data", "AttachedDataChanged of the same call stands between the state changes", func(h *hooks) {
			h.notes = append(h.notes, dataBetween)
		}),
		vary("short-polls", "a connect is held for one second", func(h *hooks) { h.bayeux.pollTimeout = shortPoll }),
		vary("long-polls", "a connect is held for two minutes", func(h *hooks) { h.bayeux.pollTimeout = longPoll }),
		vary("errors-400", "every refusal but that of credentials has HTTP status 400", func(h *hooks) { h.errorStatus = http.StatusBadRequest }),
		vary("errors-200", "every refusal but that of credentials has HTTP status 200 and its statusCode", func(h *hooks) { h.errorStatus = http.StatusOK }),
		vary("csrf", "modifying requests need the token that a GET brings", func(h *hooks) { h.csrf = true }),
		vary("csrf-word", "the CSRF token reads as a state of a call", func(h *hooks) { h.csrf, h.csrfToken = true, "Established" }),
		vary("cookie-words", "cookies have values that are words of the API", func(h *hooks) { h.cookies = cookieWords }),
		vary("cookie-device", "a cookie holds the id of the agent's device", func(h *hooks) { h.cookies = cookieDevice }),
		vary("cookie-last-call", "a cookie holds the id of the agent's last call", func(h *hooks) { h.cookies = cookieLastCall }),
		vary("rate-limited", "now and then a request is answered with HTTP 429, or 503, and Retry-After", func(h *hooks) { h.limited = 300 }),
		vary("origin-mandatory", "the recording operations are refused without the header Origin", func(h *hooks) {
			h.arrive = append(h.arrive, originMandatory)
		}),
		vary("formatted-numbers", "formattedPhoneNumber has an area code in brackets", formattedNumbers),
		vary("international-numbers", "e164Number is the number with the codes of a country and an area before it", func(h *hooks) {
			h.call = append(h.call, internationalNumbers)
		}),
		vary("unmute-always-offered", "an Established call offers UnmuteCall where nothing is muted, and refuses it there", unmuteAlways),
		vary("both-completions", "a dialing consult call offers CompleteTransfer and CompleteConference", func(h *hooks) {
			h.capabilities = append(h.capabilities, bothCompletions)
		}),
		vary("switch-data", "the switch attaches user data of its own to each call, consult calls too", func(h *hooks) {
			h.ownData = object{"RTargetSite": "lab", "RStrategy": object{"Name": "plain"}}
		}),
		vary("recorded-by-switch", "every call is recorded from its answer on, at all ends", recordedBySwitch(1)),
		vary("recorded-at-random", "one in three ends of calls is recorded from its answer on", recordedBySwitch(3)),
		vary("consult-data-told", "the user data that a consult call begins with are told once more, behind Dialing", func(h *hooks) {
			h.notes = append(h.notes, consultData)
		}),
		vary("state-told-again", "StatusChange tells the state again where the other end holds or retrieves, and behind DtmfSent", func(h *hooks) {
			h.notes = append(h.notes, stateAgain)
		}),
		vary("original-told-again", "a Held original is told again when its consult call is answered or over", func(h *hooks) {
			h.notes = append(h.notes, originalAgain)
		}),
		vary("digit-by-digit", "of several digits each is told by a DtmfSent of its own", func(h *hooks) { h.notes = append(h.notes, digitByDigit) }),
		vary("other-kinds", "messages of kinds that no page names stand on the topics of calls and devices", func(h *hooks) {
			h.notes = append(h.notes, otherKinds)
		}),
		vary("participants-again", "ParticipantsUpdated comes again without news", func(h *hooks) { h.notes = append(h.notes, participantsAgain) }),
		vary("participants-late", "ParticipantsUpdated without news comes right before the next notification of the call", participantsLate),
		vary("ringing-untold", "who is called is not told of who comes and goes at the other end, before the answer", func(h *hooks) {
			h.notes = append(h.notes, func(_ *exchange, notes []*note) []*note {
				return slices.DeleteFunc(notes, func(n *note) bool { return n.kind == kindParticipants && n.state == ringing })
			})
		}),
		vary("forwarded", "a call to who forwards his calls rings where they are forwarded to", func(h *hooks) { h.forwards = true }),
		vary("retrieved-by-switch", "the original is retrieved when its consult call is over", func(h *hooks) { h.retrieves = true }),
		vary("first-connect-402", "the first connect of each agent is refused with the advice to handshake anew", func(h *hooks) { h.bayeux.turnAway = true }),
		vary("deferred", "now and then a handshake or a connect is refused with the advice to try again", func(h *hooks) { h.bayeux.defers = true }),
		vary("auth-401", "credentials are refused with HTTP 401 and statusCode 20", func(h *hooks) { h.authStatus = http.StatusUnauthorized }),
		{Variation{"features-off", "no recording, no mute, no supervisor monitoring, and none claimed"}, func(s *Server) { s.opts.Features = []string{} }},
		vary("session-partial", "StartContactCenterSession is answered with statusCode 7 and voice in succeeded", func(h *hooks) { h.partialSession = true }),
		vary("session-runs-already", "StartContactCenterSession is refused while a session of the agent runs",
			refuses("StartContactCenterSession", func(x *exchange) bool { return x.agent.session })),
		vary("session-goes-on", "StartContactCenterSession of who has a session changes nothing, and nothing is notified", sessionGoesOn),
		vary("session-end-ends-bayeux", "EndContactCenterSession ends the agent's Bayeux sessions with the HTTP session", func(h *hooks) { h.endsBayeux = true }),
		vary("logged-in-later", "StartContactCenterSession logs the agent in some time after it was answered; before, calls and devices are not his to operate",
			func(h *hooks) {
				h.logsInLater = true
				h.arrive = append(h.arrive, loggedIn)
			}),
		vary("active-before-login", "StartContactCenterSession brings the device into service at once, LoggedOut, and logs the agent in some time later",
			func(h *hooks) { h.logsInLater, h.activeFirst = true, true }),
		vary("logged-out-later", "EndContactCenterSession logs the agent out some time after it was answered", func(h *hooks) { h.logsOutLater = true }),
		vary("held-told-again", "InitiateTransfer and InitiateConference of a Held call tell Held again", func(h *hooks) { h.notes = append(h.notes, heldAgain) }),
		vary("no-session-operation", "the session operations are refused; agents are logged in anyway", func(h *hooks) { h.noSession = true }),
		vary("sample-1", "capabilities and members of sample 1 of the InitiateTransfer page", sample1),
		vary("no-optional-members", "monitoring, parentCallPath and extensions are absent", noOptionalMembers),
		vary("consult-released-first", "CompleteTransfer releases the consult call before the original", func(h *hooks) { h.consultReleasedFirst = true }),
		vary("parent-forgotten", "a consult call does not name its original any more when that is over", calls("", func(_ *Server, l *leg, c object) {
			if l.parent != nil && !l.parent.live() && l.state != released {
				delete(c, "parentCallUri")
				delete(c, "parentCallPath")
			}
		})),
		{Variation{"live-8.5.202", "what recordings of a GWS 8.5.202 show beyond the documents"}, liveServer},
		vary("async-refusal", "an operation that is not offered is answered 0 and refused by an ErrorMessage on /v2/me/devices", func(h *hooks) {
			h.refused = append(h.refused, refuseLater(errorMessage))
		}),
		vary("async-refusal-call", "an operation that is not offered is answered 0 and refused by notificationType Error on /v2/me/calls", func(h *hooks) {
			h.refused = append(h.refused, refuseLater(errorNotification))
		}),
		vary("async-refusal-late", "the same, 150 ms after the answer: what others cause comes before it", func(h *hooks) {
			h.refused = append(h.refused, refuseInAWhile)
		}),
		vary("long-polling-only", "WebSocket is not offered", func(h *hooks) { h.bayeux.types = []string{longPolling} }),
		vary("websocket-only", "long-polling is not offered", func(h *hooks) { h.bayeux.types = []string{webSocket} }),
		vary("replies-first", "the connect reply stands before the events, as Faye sends them", func(h *hooks) { h.bayeux.repliesFirst = true }),
		vary("events-with-any-reply", "events come with a subscribe reply too", func(h *hooks) { h.bayeux.eventsAnywhere = true }),
		vary("events-with-client-id", "events name the clientId of the session that they are delivered in", pushing(func(s *session, e []byte) [][]byte {
			return [][]byte{withClient(e, s.id)}
		})),
		vary("lists-answered-one-by-one", "a list of topics, subscribed or unsubscribed, is answered topic by topic", replied(oneByOne)),
		vary("lists-not-unsubscribed", "several topics at once are not unsubscribed, and that is said", notAtOnce),
		vary("single-object-replies", "a lone Bayeux reply is an object, not an array", func(h *hooks) { h.bayeux.singleObject = true }),
		vary("device-chatter", "each agent is notified of an unchanged device every 400 ms", func(h *hooks) { h.chatter = chatter }),
		vary("do-not-disturb-unknown", "the switch knows no do-not-disturb: it is refused, and not offered", notOffered("DoNotDisturbOn", "DoNotDisturbOff")),
		vary("forwarding-unknown", "the switch knows no forwarding: it is refused, and not offered", notOffered("ForwardCallsOn", "ForwardCallsOff")),
		vary("reads-redirected", "a read is redirected to the same path with a slash at its end, and gets its cookie there", func(h *hooks) {
			h.slashes = true
		}),
		vary("sign-in", "without good credentials a request is redirected to a sign-in at another host", func(h *hooks) { h.signIn = true }),
		vary("location-looked-up", "a location that the switch does not know makes no call: an ErrorMessage says so", func(h *hooks) {
			h.arrive = append(h.arrive, lookUpLocation)
			h.refused = append(h.refused, locationUnknown)
		}),
		vary("ringing-hung-up", "a Ringing call can be hung up, although it does not offer it", forced("Hangup", inState(ringing))),
		vary("user-data-limit", "a call takes 2000 bytes of user data", func(h *hooks) { h.arrive = append(h.arrive, limitedData) }),
		vary("lists-unwrapped", "a list of one is taken for what it holds", func(h *hooks) { h.arrive = append(h.arrive, unwrapLists) }),
		vary("malformed-as-html", "a body that is no JSON is refused by an HTML page", malformedAsHTML),
		vary("large-refused-in-front", "a body of more than 16 KB is refused with HTTP 413 and an HTML page", largeRefusedInFront),
		vary("attach-nothing", "AttachUserData without userData has nothing to do and is answered 0", accepts("AttachUserData", lacking("userData"))),
		vary("released-without-participants", "a Released call lists no participants", calls(released, func(_ *Server, _ *leg, c object) {
			c["participants"] = []any{}
		})),
		vary("json-otherwise", "JSON is pretty-printed, with white space at its ends and all characters beyond ASCII as escapes; answers come chunked", otherJSON),
		vary("status-code-decimal", "statusCode is written 0.0", writes(func(*exchange) bool { return true }, func(_ *exchange, raw []byte) (string, []byte) {
			return "application/json", bytes.Replace(raw, []byte(`"statusCode":0`), []byte(`"statusCode":0.0`), 1)
		})),
		vary("id-of-the-connection", "the id of a call is its connId, as the page RecoveringExistingState shows it, and callUuid another", both(
			renamed(func(*leg) bool { return true }, func(l *leg) string { return l.connID }),
			calls("", func(_ *Server, l *leg, c object) { c["callUuid"] = l.id }),
		)),
		vary("route-attaches", "a routing strategy attaches user data to a call once it is dialled; that is seen by whoever is told or asks next",
			func(h *hooks) { h.notes = append(h.notes, routeAttaches) }),
		vary("closes-connections", "each connection of a REST request is closed right behind the answer, which does not say so", func(h *hooks) { h.closes = true }),
		vary("auto-answer", "the destination of a transfer or conference answers by itself", func(h *hooks) { h.autoAnswer = true }),
	}, siteVariations()...)
}

// Variations lists all variations, always in the same order.
func Variations() []Variation {
	var list []Variation
	for _, v := range allVariations() {
		list = append(list, v.Variation)
	}
	return list
}

// SplitVariation gives the names in a variation of several: batched+csrf is both at once.
func SplitVariation(several string) []string {
	if several == "" {
		return nil
	}
	return strings.Split(several, "+")
}

func findVariation(name string) (variation, bool) {
	for _, v := range allVariations() {
		if v.Name == name {
			return v, true
		}
	}
	return variation{}, false
}
