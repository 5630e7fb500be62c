package play

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/phone"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// Actor is one person of a station, with a REST client and a Bayeux session of its own.
type Actor struct {
	Role   string
	Party  config.Party
	Device string // device id, once it is known

	station       *Station
	present       func(*http.Request) // says who asks, where that is not Basic
	rest          *voiceapi.Client
	notifications *bayeux.Session
	subscribed    bool         // to all that is notified
	phone         *phone.Phone // that voicespec is for this person; nil where there is another, or none
	loggedIn      bool         // we started the contact centre session
	mayBeLoggedIn bool         // or may have: the answer does not tell
	found         bool         // logged in already
	noSession     string       // how the server said that it has none
	deaf          bool         // has no session for notifications, since nobody needs it
	absent        string       // why nothing can be done in this person's name, although there are credentials
	answersItself bool         // the telephone does
	unreached     bool         // no call came to the telephone of a caller from outside
	pickUpsTried  int          // how often that was tried
	unread        bool         // a read behind a scenario was not answered

	had           map[string]bool // calls that were listed at the beginning, and over
	deviceAtFirst voice.Device
	deviceFrom    string // path of the read that showed it

	shown shown // of the device

	cookiesMu sync.Mutex
	cookies   []*http.Cookie // as they were set
}

// Controlled reports whether voicespec can act in this person's name.
func (a *Actor) Controlled() bool { return a.rest != nil }

// hears reports whether the actor is notified of anything, as far as that is ours.
func (a *Actor) hears() bool { return a.Controlled() && !a.deaf }

// name is by what people know somebody.
func (a *Actor) name() string { return cmp.Or(a.Party.User, a.Party.Number) }

// Absence says why nothing can be done in this person's name.
func (a *Actor) Absence() string {
	if a.FromOutside() {
		return fmt.Sprintf("the %s (%s) is no user of the server", a.Role, a.Party.Number)
	}
	return cmp.Or(a.absent, fmt.Sprintf("the %s (%s) has no credentials in the target file", a.Role, a.Party.Number))
}

// Transport is how the actor's notifications come.
func (a *Actor) Transport() string {
	if a.notifications == nil {
		return ""
	}
	return string(a.notifications.Transport())
}

const (
	textLimit = 4 << 10   // of a body that is not JSON, this much is kept as evidence
	bodyLimit = 512 << 10 // of a JSON body in a recording
	pollLimit = 2 << 20   // of the answer to a poll: many times what a burst of notifications makes
)

// keptHeaders are the answer headers that checks look at. Values of cookies and tokens are never kept.
var keptHeaders = []string{"Content-Type", "Location", "Www-Authenticate", "X-Csrf-Header", "Allow"}

// exchange sends one request and records it.
func (a *Actor) exchange(ctx context.Context, step string, r voiceapi.Request) *recording.Entry {
	return a.exchangeBy(ctx, a.rest, "", step, r)
}

// exchangeBy is exchange with another client of the actor: browser names it.
func (a *Actor) exchangeBy(ctx context.Context, rest *voiceapi.Client, browser, step string, r voiceapi.Request) *recording.Entry {
	if r.Method == http.MethodPost {
		var cancel context.CancelFunc
		ctx, cancel = graceful(ctx)
		defer cancel()
	}
	if r.Credentials != nil {
		a.station.run.secrets.sent(r.Credentials.User, r.Credentials.Password)
	}
	if user, password, given := (&http.Request{Header: r.Header}).BasicAuth(); given {
		a.station.run.secrets.sent(user, password)
	}
	if name := a.station.run.Target.CheckHeader; name != "" {
		r.Header = r.Header.Clone()
		if r.Header == nil {
			r.Header = http.Header{}
		}
		r.Header.Set(name, strings.TrimSpace(a.station.tape.Playing()+" "+step))
	}
	a.causes(r.Path, r.Body)
	path, wrong := a.station.odd.path(r.Path)
	var x voiceapi.Exchange
	if wrong == "" {
		r.Path = path
		x = rest.Do(ctx, r)
		a.station.answers.note(x.AnsweredAt.Sub(x.SentAt))
	} else {
		x = unsent(r, wrong)
	}
	e := a.entry(x)
	e.Step, e.Browser, e.Purpose = step, browser, recording.PurposeOf(step)
	switch {
	case r.NoCredentials:
		e.Credentials = "none"
	case r.Credentials != nil:
		e.Credentials = "wrong"
	case r.CookieOnly:
		e.Credentials = "cookie"
	}
	a.station.tape.Append(e)
	a.station.odd.note(e)
	return e
}

// grace is how long an operation that was already sent may still be answered after an interruption.
const grace = 2 * time.Second

// graceful keeps an interruption from breaking off an operation: one that takes effect after we
// looked for what is to be undone would stay.
func graceful(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() != nil {
		return context.WithCancel(ctx) // not even sent
	}
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return out, func() {
		stop()
		cancel()
	}
}

// entry turns an exchange into an entry of the recording.
func (a *Actor) entry(x voiceapi.Exchange) *recording.Entry {
	a.learnSecrets(x)
	log := a.station.tape.Log()
	e := &recording.Entry{
		Kind: recording.KindRest, Actor: a.Role, At: log.Since(x.SentAt), AnsweredAt: log.Since(x.AnsweredAt),
		Method: x.Request.Method, Path: x.Request.Path, Status: x.Status, Headers: map[string]string{},
	}
	if body := x.Request.Body; keepable(body) && utf8.Valid(body) {
		e.Request = body
	} else {
		e.RequestText = clip(body)
	}
	if kind := x.Request.ContentType; len(x.Request.Body) > 0 && !recording.AsJSON(kind) {
		e.RequestType = clip([]byte(kind))
	}
	if x.Fault == nil && len(x.Body) == 0 {
		e.Headers["Content-Length"] = "0" // it came whole, and there was none
	}
	a.keepAnswer(e, x.Body)
	e.Flaws = x.Flaws
	for _, h := range keptHeaders {
		if v := x.Header.Get(h); v != "" {
			e.Headers[h] = clip([]byte(v))
		}
	}
	if schemes := x.Header.Values("Www-Authenticate"); len(schemes) > 1 { // each may have a line of its own
		e.Headers["Www-Authenticate"] = clip([]byte(strings.Join(schemes, ", ")))
	}
	var names []string
	for _, c := range (&http.Response{Header: x.Header}).Cookies() {
		names = append(names, c.Name)
	}
	if len(names) > 0 {
		e.Headers["Set-Cookie"] = clip([]byte(strings.Join(names, ", "))) // names only
	}
	if x.Fault != nil && e.Problem == "" {
		e.Problem = x.Fault.Kind + ": " + x.Fault.Text
	}
	return e
}

// keepAnswer keeps what of a body can be kept. A target that fills the recording is told so by an answer that is not whole.
func (a *Actor) keepAnswer(e *recording.Entry, body []byte) {
	switch {
	case len(body) > bodyLimit:
		e.ResponseText = clip(body)
		if e.Problem == "" {
			e.Problem = fmt.Sprintf("%s: the answer has %d bytes, more than is kept", voiceapi.FaultTooLarge, len(body))
		}
	case !keepable(body):
		e.ResponseText = clip(body)
	case a.station.run.ledger.Answer(body):
		e.Response = body
	default:
		e.ResponseText = clip(body)
		e.Problem = fmt.Sprintf("%s: a flood: the answers of this run are larger than can be kept; of this one, of %d bytes, the beginning is",
			voiceapi.FaultTooLarge, len(body))
	}
}

func (a *Actor) learnSecrets(x voiceapi.Exchange) {
	hide := a.station.run.secrets
	for _, c := range (&http.Response{Header: x.Header}).Cookies() {
		hide.learn(c)
	}
	for _, name := range []string{x.Header.Get("X-CSRF-HEADER"), "X-CSRF-TOKEN"} {
		if value := x.Header.Get(name); value != "" {
			hide.token(name, value)
		}
	}
}

// keepable: JSON goes into a recording as it is, all else as text.
func keepable(body []byte) bool {
	return len(body) > 0 && len(body) <= bodyLimit && json.Valid(body)
}

func clip(body []byte) string {
	s := string(body[:min(len(body), textLimit)])
	return strings.ToValidUTF8(s, string(utf8.RuneError))
}

// observe records what the Bayeux client saw. browser names a session beside the main one, step a
// request that was written by hand.
func (a *Actor) observe(browser, step string) func(bayeux.Observation) {
	log := a.station.tape.Log()
	return func(o bayeux.Observation) {
		e := &recording.Entry{
			Actor: a.Role, At: log.Since(o.At), Session: o.Session, Transport: string(o.Transport),
			Channel: o.Channel, Status: o.HTTPStatus, Text: o.Text, Browser: browser, Step: step,
		}
		if o.ContentType != "" {
			e.Headers = map[string]string{"Content-Type": clip([]byte(o.ContentType))}
		}
		switch o.Kind {
		case bayeux.KindEvent:
			e.Kind = recording.KindMessage
		case bayeux.KindSent:
			e.Kind, e.Direction = recording.KindBayeux, "sent"
		case bayeux.KindReply:
			e.Kind, e.Direction = recording.KindBayeux, "received"
		case bayeux.KindGap:
			e.Kind, e.Event = recording.KindGap, o.Gap
		case bayeux.KindFault:
			e.Kind = recording.KindFault
			if o.Whole {
				e.Event = recording.Whole
			}
		default:
			e.Kind = recording.KindNote
		}
		if raw := o.Raw; keepable(raw) {
			e.Message = raw
		} else if len(raw) > bodyLimit {
			e.Kind, e.Text = recording.KindGap, fmt.Sprintf("a message of %d bytes is more than is kept", len(raw))
		} else if e.Kind == recording.KindMessage || len(raw) > 0 {
			e.Kind, e.Text = recording.KindFault, "a message that cannot be kept: "+clip(raw[:min(len(raw), 200)])
		}
		a.station.odd.note(a.station.tape.Append(e))
	}
}

// options are those of a Bayeux session of this actor.
func (a *Actor) options(browser string) bayeux.Options { return a.optionsBy(a.rest, browser, "") }

// optionsBy are those of a Bayeux session with another client of the actor.
func (a *Actor) optionsBy(rest *voiceapi.Client, browser, step string) bayeux.Options {
	r := a.station.run
	return bayeux.Options{
		URL: rest.URL(r.notifications()), HTTP: rest.HTTPClient(), Jar: rest.Jar(), Prepare: rest.Authorize, Again: rest.Again,
		TLS: r.TLS, Transport: r.transport, RequestTimeout: r.Budgets.Request, PollMargin: r.Budgets.Connect,
		Observe: a.observe(browser, step), MaxBody: pollLimit,
		Admit: func(o bayeux.Observation) bool { return r.ledger.Message(a.station.Number, o.Raw) },
	}
}

// silenced says that no more notifications come to the actor, and why; "" while they may come.
func (a *Actor) silenced() string {
	if a.notifications == nil {
		return ""
	}
	if err := a.notifications.Err(); err != nil {
		return fmt.Sprintf("no more notifications for %s: %v (%s)", a.Party.User, err, sessionRule)
	}
	return ""
}

// listening reports whether notifications come to the actor, whatever is with others of the station.
func (a *Actor) listening() bool {
	return a.subscribed && a.notifications != nil && a.silenced() == ""
}

// restsBetweenPolls is how long the server wants nothing to be asked for after each poll: what it tells comes later by that.
func (a *Actor) restsBetweenPolls() time.Duration {
	if a.notifications == nil {
		return 0
	}
	return max(0, a.notifications.Advice().Interval)
}

// sessionRule is the requirement that a session lives on, by which its end is found.
const sessionRule = "BAYEUX-16"

// close ends what the actor holds open. Its contact centre session is ended after Bayeux,
// since that ends the HTTP session too.
func (a *Actor) close(ctx context.Context) (left []string) {
	if a.rest == nil {
		return nil
	}
	if a.notifications != nil {
		if err := a.notifications.Close(ctx); err != nil {
			left = append(left, a.Party.User+": the Bayeux session was not ended properly: "+err.Error())
		}
		a.notifications = nil
	}
	if a.found {
		left = append(left, a.putStateBack(ctx)...)
	} else if a.loggedIn || a.mayBeLoggedIn {
		e := a.post(ctx, "", "/me", map[string]any{"operationName": "EndContactCenterSession"})
		switch {
		case e.Accepted():
		case a.loggedIn:
			left = append(left, a.Party.User+": the contact centre session was not ended: "+Outcome(e))
		case !NoSuchOperation(e):
			left = append(left, a.Party.User+": a contact centre session may have been started, and was not ended: "+Outcome(e))
		}
		a.loggedIn, a.mayBeLoggedIn = false, false
	}
	a.rest.Close()
	return left
}

func (a *Actor) post(ctx context.Context, step, path string, body any) *recording.Entry {
	raw, err := json.Marshal(body)
	if err != nil {
		raw = []byte("{}") // bodies are maps of JSON values; this cannot be
	}
	return a.exchange(ctx, step, voiceapi.Request{Method: http.MethodPost, Path: path, Body: raw, ContentType: jsonType})
}

func (a *Actor) get(ctx context.Context, step, path string) *recording.Entry {
	return a.exchange(ctx, step, voiceapi.Request{Method: http.MethodGet, Path: path})
}

const jsonType = "application/json; charset=UTF-8"

// Outcome says in a few words what came of a request.
func Outcome(e *recording.Entry) string {
	if e == nil {
		return "it was not sent"
	}
	if e.Problem != "" {
		return e.Problem
	}
	text := "HTTP " + strconv.Itoa(e.Status)
	if code, ok := e.StatusCode(); ok {
		text += ", statusCode " + strconv.FormatInt(code, 10)
	}
	if m, ok := e.AnswerObject()["statusMessage"].(string); ok {
		text += " (" + recording.Cut(m) + ")"
	}
	return text
}
