package play

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// Browser is another client of an actor, as if the person sat at a second computer: cookies,
// connections and Bayeux sessions of its own. What it does is recorded under its name, so
// that rules about the actor's own session leave it out, and it may be spoilt. One jar for each
// is needed: CometD lets the sessions of one cookie share a single held poll.
type Browser struct {
	Actor *Actor
	Name  string

	stage   *Stage
	rest    *voiceapi.Client
	session *bayeux.Session

	mu   sync.Mutex
	live []string // sessions that were begun by hand, by their clientId
}

// Browser opens one. The first GET brings the session cookie, and the CSRF token where there is one:
// so do the known clients before they touch Bayeux.
func (s *Stage) Browser(a *Actor, name string) *Browser {
	s.alive(a)
	b := s.browser(a, name, voiceapi.Credentials{User: a.Party.User, Password: a.Party.Password})
	b.Request("browser", voiceapi.Request{Method: http.MethodGet, Path: "/me"})
	return b
}

// BrowserAs is a browser with other credentials than the actor's, or with none.
func (s *Stage) BrowserAs(a *Actor, name string, who voiceapi.Credentials) *Browser {
	s.alive(a)
	return s.browser(a, name, who)
}

// BrowserOfCookies is a browser that has nothing but the cookies which the actor's own client has now, and sends no credentials. What
// becomes of those of the actor it does not hear of.
func (s *Stage) BrowserOfCookies(a *Actor, name string) *Browser {
	s.alive(a)
	b := s.browserThat(a, name, voiceapi.Credentials{}, func(*http.Request) {})
	b.rest.TakeOver(a.rest)
	return b
}

func (s *Stage) browser(a *Actor, name string, who voiceapi.Credentials) *Browser {
	return s.browserThat(a, name, who, a.presentAs(who))
}

// browserThat is a browser that says in its own way who it is.
func (s *Stage) browserThat(a *Actor, name string, who voiceapi.Credentials, present func(*http.Request)) *Browser {
	r := s.station.run
	r.secrets.sent(who.User, who.Password)
	rest, err := voiceapi.New(voiceapi.Options{
		BaseURL: r.Target.URL, Credentials: who, Present: present, Header: r.Target.Header(), TLS: r.TLS,
		RequestTimeout: r.Budgets.Request, UserAgent: r.Agent, OnCookie: r.secrets.learn, Manners: r.manners, Pacer: r.pacer,
	})
	if err != nil {
		panic(err) // the same options as the actor's own client
	}
	b := &Browser{Actor: a, Name: name, stage: s, rest: rest}
	s.atEnd(b.Close)
	return b
}

// Request sends a REST request with the browser's cookies.
func (b *Browser) Request(step string, r voiceapi.Request) *recording.Entry {
	return b.Actor.exchangeBy(b.stage.ctx, b.rest, b.Name, step, r)
}

// Post sends an operation.
func (b *Browser) Post(step, path string, body map[string]any) *recording.Entry {
	return b.Request(step, voiceapi.Request{Method: http.MethodPost, Path: path, Body: b.stage.Body(body), ContentType: jsonType})
}

// Open begins a Bayeux session that polls by itself, subscribed to topics. What went wrong is
// on the tape, as what the server said and as a note; false says that there is no session.
func (b *Browser) Open(transport string, topics ...string) bool {
	if transport == "" {
		transport = b.stage.Transport()
	}
	o := withTransport(b.Actor.optionsBy(b.rest, b.Name, ""), bayeux.Transport(transport))
	session, err := dial(b.stage.ctx, o)
	if err != nil {
		b.note("open", err)
		return false
	}
	b.session = session
	return b.Subscribe(topics...)
}

// Subscribe subscribes the session that Open began to more topics.
func (b *Browser) Subscribe(topics ...string) bool {
	return b.change("subscribe", topics, (*bayeux.Session).Subscribe)
}

// Unsubscribe ends subscriptions of that session.
func (b *Browser) Unsubscribe(topics ...string) bool {
	return b.change("unsubscribe", topics, (*bayeux.Session).Unsubscribe)
}

func (b *Browser) change(step string, topics []string, how func(*bayeux.Session, context.Context, ...string) error) bool {
	if b.session == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(b.stage.ctx, b.stage.station.run.Budgets.Request)
	defer cancel()
	if err := how(b.session, ctx, topics...); err != nil {
		b.note(step, err)
		return false
	}
	return true
}

func (b *Browser) note(step string, err error) {
	tape := b.stage.station.tape
	tape.Append(&recording.Entry{
		Kind: recording.KindNote, Actor: b.Actor.Role, Browser: b.Name, Step: step, At: tape.Log().Now(), Text: err.Error(),
	})
}

// ClientID is that of the session that Open began; "" if there is none.
func (b *Browser) ClientID() string {
	if b.session == nil {
		return ""
	}
	return b.session.ClientID()
}

// Leave ends the session that Open began; the browser keeps its cookies.
func (b *Browser) Leave() {
	if b.session != nil {
		_ = b.session.Close(b.stage.ctx) // a session that cannot be ended expires
		b.session = nil
	}
}

// Close ends the browser. It may be called twice.
func (b *Browser) Close() {
	b.Leave()
	if b.stage.interrupted {
		b.endAll()
	}
	b.rest.Close()
}

// Await is Stage.Await for the session that Open began.
func (b *Browser) Await(what string, mark int, meant voice.Predicate) *recording.Entry {
	if b.session == nil {
		return nil
	}
	patience, tape := b.stage.station.run.patience, b.stage.station.tape
	key := b.Name + " " + what
	began := time.Now()
	ctx, cancel := context.WithTimeout(b.stage.ctx, patience.wait(key))
	defer cancel()
	var found *recording.Entry
	if tape.Await(ctx, mark, func(entries []*recording.Entry) bool {
		found = b.find(entries, meant)
		return found != nil
	}) {
		return found
	}
	if b.stage.ctx.Err() == nil {
		patience.miss(key)
		tape.Append(&recording.Entry{
			Kind: recording.KindMissed, Actor: b.Actor.Role, Browser: b.Name, At: tape.Log().Now(), Text: what,
			Waited: time.Since(began).Seconds(),
		})
	}
	return nil
}

func (b *Browser) find(entries []*recording.Entry, meant voice.Predicate) *recording.Entry {
	for _, e := range entries {
		if e.Kind == recording.KindMessage && e.Browser == b.Name && e.Actor == b.Actor.Role && meant(e) {
			return e
		}
	}
	return nil
}

// holdAllowance is what a server that does not heed a connect's advice may hold it for.
const holdAllowance = 60 * time.Second

// Send posts one hand-written body to the notifications, outside of any session, and returns
// what was recorded of it: sent, received, and what was wrong.
func (b *Browser) Send(step string, body []byte) []*recording.Entry {
	return b.send(b.stage.ctx, step, body)
}

func (b *Browser) send(ctx context.Context, step string, body []byte) []*recording.Entry {
	tape := b.stage.station.tape
	o := b.Actor.optionsBy(b.rest, b.Name, step)
	var seen []*recording.Entry
	mark := tape.Mark()
	if bytes.Contains(body, []byte("/meta/connect")) {
		o.RequestTimeout += holdAllowance
	}
	_, _, _, _ = bayeux.Raw(ctx, o, body) // all of it is observed
	for _, e := range tape.From(mark) {
		if e.Browser == b.Name && e.Actor == b.Actor.Role && e.Step == step {
			seen = append(seen, e)
			b.keep(e)
		}
	}
	return seen
}

// keep remembers which sessions that were begun by hand live.
func (b *Browser) keep(e *recording.Entry) {
	m, _ := recording.DecodeJSON(e.Message).(map[string]any)
	id, _ := m["clientId"].(string)
	if e.Direction != "received" || m["successful"] != true || id == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch m["channel"] {
	case "/meta/handshake":
		b.live = append(b.live, id)
	case "/meta/disconnect":
		b.live = slices.DeleteFunc(b.live, func(x string) bool { return x == id })
	}
}

// endAll ends the sessions that were begun by hand, where the scenario did not come to doing so.
func (b *Browser) endAll() {
	b.mu.Lock()
	left := b.live
	b.mu.Unlock()
	for _, id := range left {
		b.PostMessages("end", map[string]any{"channel": "/meta/disconnect", "clientId": id, "id": "end"})
	}
}

// PostMessages sends messages, in an array as all servers take it.
func (b *Browser) PostMessages(step string, messages ...map[string]any) []*recording.Entry {
	return b.postMessages(b.stage.ctx, step, messages)
}

func (b *Browser) postMessages(ctx context.Context, step string, messages []map[string]any) []*recording.Entry {
	raw, err := json.Marshal(messages)
	if err != nil {
		panic(err) // messages are maps of JSON values
	}
	return b.send(ctx, step, raw)
}

// Insist sends a handshake or a connect by hand, and again where a refusal advises to try the same again. Returned is what came last.
func (b *Browser) Insist(step string, message map[string]any) []*recording.Entry {
	return b.insist(b.stage.ctx, step, []map[string]any{message})
}

func (b *Browser) insist(ctx context.Context, step string, messages []map[string]any) []*recording.Entry {
	const times, longest = 3, time.Second
	for n := 1; ; n++ {
		seen := b.postMessages(ctx, step, messages)
		wait, again := deferred(seen)
		if !again || n == times {
			return seen
		}
		pause(ctx, min(wait, longest))
	}
}

// deferred reports whether a handshake or a connect was refused with the advice to try it again, and after which time.
func deferred(seen []*recording.Entry) (wait time.Duration, again bool) {
	for _, e := range seen {
		if e.Deferred() {
			advice, _ := replyOf(e.Message)["advice"].(map[string]any)
			interval, _ := advice["interval"].(json.Number)
			ms, _ := interval.Int64()
			return max(pollFloor, time.Duration(ms)*time.Millisecond), true
		}
	}
	return 0, false
}

// pollTime is how long a hand-written poll asks to be held; pollFloor keeps a server that does
// not hold at all from a busy loop.
const (
	pollTime  = 2 * time.Second
	pollFloor = 50 * time.Millisecond
)

// Collect polls by hand until an event comes that is meant, or until the time is over in which one
// must come. It returns false if it did not come.
func (b *Browser) Collect(step, clientID string, meant voice.Predicate) bool {
	patience := b.stage.station.run.patience
	key := b.Name + " " + step
	began := time.Now()
	deadline := began.Add(patience.wait(key))
	for n := 1; ; n++ {
		start := time.Now()
		seen := b.PostMessages(step, map[string]any{
			"channel": "/meta/connect", "clientId": clientID, "connectionType": "long-polling", "id": fmt.Sprintf("%s%d", "p", n),
			"advice": map[string]any{"timeout": min(pollTime, max(0, time.Until(deadline))).Milliseconds()},
		})
		switch {
		case b.find(seen, meant) != nil:
			patience.saw(key, time.Since(began))
			return true
		case !answered(seen) || time.Now().After(deadline) || b.stage.ctx.Err() != nil:
			patience.miss(key)
			return false
		}
		b.stage.pause(pollFloor - time.Since(start))
	}
}

// answered reports whether a connect was answered at all as Bayeux has it.
func answered(seen []*recording.Entry) bool {
	for _, e := range seen {
		if m, ok := recording.DecodeJSON(e.Message).(map[string]any); ok && e.Direction == "received" && m["channel"] == "/meta/connect" {
			return m["successful"] == true || e.Deferred()
		}
	}
	return false
}

func (s *Stage) pause(d time.Duration) { pause(s.ctx, d) }

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}
