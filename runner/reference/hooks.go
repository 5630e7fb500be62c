package reference

import (
	"net/http"
	"time"
)

// hooks are the points at which faults and variations act. A row of their
// tables sets some of them; the zero value is the plain server. All functions
// are lists that run in order, so that a variation and a fault can be combined;
// of the values, no two may set the same one (see arm).
type hooks struct {
	// What the call model does.
	sample1              bool // capabilities and members of sample 1
	clearCall            bool // offer and accept ClearCall
	afterCallWork        bool // AfterCallWork when a call ends
	notifyPeers          bool // user data changes are told to both agents
	consultReleasedFirst bool
	autoAnswer           bool   // destinations answer by themselves
	ownData              object // pairs of user data that the switch attaches to each call that is made
	forwards             bool   // calls to who forwards them ring where they are forwarded to
	retrieves            bool   // the original is retrieved when its consult call is over
	noSession            bool   // session operations are refused, agents are ready anyway
	partialSession       bool
	cycle                int // after so many calls their ids are used again; 0 for never

	// What it shows, in answers and notifications alike.
	capabilities []func(*leg, []string) []string
	call         []func(*Server, *leg, object)
	device       []func(*Server, *agent, object)

	// An exchange: before the operation (may bend the request, or refuse),
	// after a refusal (nil accepts without effect), the notifications it
	// caused, and the answer.
	arrive  []func(*exchange) *apiError
	refused []func(*exchange, *apiError) *apiError
	notes   []func(*exchange, []*note) []*note
	answer  []func(*exchange)

	// Reading.
	list   []func(*exchange, []object) []object // GET /me/calls
	lookup []func(*exchange, *leg) *leg         // GET /me/calls/{id}; nil is unknown

	// HTTP.
	prefix        string // in front of /api/v2
	publicBase    string // replaces scheme, host and prefix in uris
	csrf          bool
	csrfIgnored   bool
	csrfOfAnybody bool                                    // the token of any session will do
	csrfEmpty     bool                                    // so will an empty one
	csrfDone      bool                                    // refused, and done all the same
	csrfToken     string                                  // of every session; a random one if empty
	cookies       func(*Server, *agent) map[string]string // set with every answer
	authStatus    int
	anyDevice     bool // every agent may use every device
	signIn        bool // credentials are asked for by a redirect
	errorStatus   int  // of all refusals but those of credentials
	limited       int  // each so-manieth request is told to come again later
	noCookie      bool
	slashes       bool // a read is redirected to the same path with a slash at its end
	keepCookies   bool // EndContactCenterSession leaves HTTP sessions alone
	endsBayeux    bool // EndContactCenterSession ends the agent's Bayeux sessions, too
	logsInLater   bool // StartContactCenterSession logs the agent in some time after it was answered
	activeFirst   bool // and its device is told of before, Active with nobody logged in
	logsOutLater  bool // EndContactCenterSession logs the agent out some time after it was answered
	// keepCookiesAgain: it does so where the agent has ended a session before.
	keepCookiesAgain bool
	ignoresCookie    bool
	open             []func(*Server, *http.Request) *agent // let in who is refused; the first that does decides
	hangUp           []func(*exchange) bool                // break the connection after half the answer, where one says so
	write            []func(*exchange, *written)
	chunked          bool // without Content-Length
	closes           bool // the connection, though the answer does not say so

	// Delivery.
	untalked    bool          // no telephone that rings is asked to answer
	noteDelay   time.Duration // after the answer, once for an exchange
	farDelay    time.Duration // the same, of people who are told after somebody else
	notifyFirst bool          // the answer waits for its notifications
	batch       bool          // the notifications of an exchange come in one poll
	everybody   bool          // all agents get all notifications
	chatter     time.Duration // so often each agent is notified of a device that is as it was

	bayeux bayeuxHooks
	site   siteHooks
}

// bayeuxHooks are the points of the Bayeux server.
type bayeuxHooks struct {
	types          []string // connection types; nil means both
	repliesFirst   bool     // in a poll's array, as Faye does
	eventsAnywhere bool     // replies to other messages bring events too
	singleObject   bool     // a lone reply is not wrapped in an array
	pollTimeout    time.Duration

	reply             []func(*session, object, object)      // request, reply; session may be nil
	match             []func(*session, string) (bool, bool) // delivered, decided; the first that has decided
	drain             []func(*session, [][]byte) [][]byte   // what a poll brings
	push              []func(*session, []byte) [][]byte     // what one event becomes
	open              bool                                  // handshake without credentials
	anyAgent          bool                                  // another agent's clientId is taken
	anyClient         bool                                  // unknown clientIds are taken
	keepOnLeave       bool                                  // disconnect is ignored
	keepOnLeaveSocket bool                                  // disconnect over WebSocket is ignored
	keepTopics        bool                                  // unsubscribe is ignored
	leave             []func([]string) []string             // which of the topics that are unsubscribed are
	catchUp           bool                                  // who subscribes again is told of what came between
	dropTopics        bool                                  // unsubscribe ends all subscriptions
	firstOfList       bool                                  // of a list of topics only the first is subscribed
	sameClient        bool                                  // a browser's next session has the clientId of the one that ended
	topicsAgain       bool                                  // a topic may be subscribed twice
	deadAgain         bool                                  // a browser's second session gets no events
	once              bool                                  // no second session for a browser
	lenient           bool                                  // malformed requests are answered successfully
	defers            bool                                  // now and then a handshake or a connect is refused with the advice to try again
	turnAway          bool                                  // the first connect of each agent is told to begin anew
	maxConnects       int                                   // the session is lost after so many
	forgetAfter       int                                   // its subscriptions are
	brokenSocket      bool                                  // websocket is offered and does not work
	muteSocket        bool                                  // websocket brings no events
	contentType       string                                // of HTTP replies
	body              []func([]byte) []byte                 // of HTTP replies
	coding            string                                // Content-Encoding of HTTP replies
	replied           []func(*pending, [][]byte) [][]byte   // what a request of long-polling is answered
	twin              func(*bayeux, *session)               // a connect came while one is held
	ended             []func(*bayeux, *session)             // a session is over
	keepPoll          bool                                  // disconnect does not let the held connect return
	hasty             bool                                  // sessions without subscriptions are not kept
	failHeld          bool                                  // a held connect without events is unsuccessful
	onePage           bool                                  // no handshake while the browser polls
	anyAgentFor       string                                // another agent's clientId is taken on this channel
	overhears         func(*session, string) bool           // a session is delivered what is meant for others on a channel
	relay             bool                                  // publications are delivered
	binary            bool                                  // frames of WebSocket are
	frames            []func([]byte) [][]byte               // what one frame becomes
	byHand            func([]byte) string                   // what stands behind the headers of an HTTP reply; "" for a good one
}
