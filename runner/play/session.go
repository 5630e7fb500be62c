package play

import (
	"context"
	"net/http"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// The words of this file take an actor's own session apart. Only scenarios that are played last
// use them, since others need it.

// CloseNotifications ends the actor's own Bayeux session, as a client does before it leaves.
func (s *Stage) CloseNotifications(a *Actor) {
	s.alive(a)
	if a.notifications != nil {
		_ = a.notifications.Close(s.ctx) // a session that cannot be ended expires
		a.notifications = nil
	}
}

// OpenNotifications begins it again, subscribed as before; false if the server does not let it.
func (s *Stage) OpenNotifications(a *Actor) bool {
	s.alive(a)
	if a.notifications != nil {
		return true
	}
	if err := a.subscribe(s.ctx); err != nil {
		s.Note("no notifications for %s again: %v", a.Party.User, err)
		return false
	}
	return true
}

// StartSession starts the contact centre session. channels is what the request names, of whatever
// type; the actor's place goes with it.
func (s *Stage) StartSession(a *Actor, step string, channels any) *recording.Entry {
	body := map[string]any{"operationName": "StartContactCenterSession", "channels": channels}
	if a.Party.Place != "" {
		body["place"] = a.Party.Place
	}
	e := s.Post(a, step, "/me", body)
	if started(e) {
		a.loggedIn = true
	}
	a.mayBeLoggedIn = a.mayBeLoggedIn || unclear(e)
	return e
}

// EndSession ends the contact centre session, and the HTTP session with it.
func (s *Stage) EndSession(a *Actor, step string) *recording.Entry {
	e := s.Post(a, step, "/me", map[string]any{"operationName": "EndContactCenterSession"})
	if e.Accepted() {
		a.loggedIn, a.mayBeLoggedIn = false, false
	}
	return e
}

// AwaitLoggedOut reads the device until it shows nobody logged in. That EndContactCenterSession was answered says only that it was
// accepted: a switch may log the agent out a little later, and what is started before is the old session.
func (s *Stage) AwaitLoggedOut(a *Actor, step string) {
	s.alive(a)
	a.readUntil(s.ctx, "the end of the session", step, func(d *recording.Entry) bool { return !voice.ShowsLogin(d) })
}

// AwaitLoggedIn reads the actor's device until it shows the agent logged in, or as long as a missing notification is awaited: a session
// start that is accepted is one that goes on.
func (s *Stage) AwaitLoggedIn(a *Actor, step string) {
	s.alive(a)
	a.readUntil(s.ctx, "the login", step, voice.ShowsLogin)
}

// awaitLogin reads the device until it shows its agent logged in, for the same reason: what needs a session may be refused before.
func (a *Actor) awaitLogin(ctx context.Context) {
	a.readUntil(ctx, "the login", recording.Connect.Label("login"), voice.ShowsLogin)
}

// readUntil reads the actor's device until it shows what is awaited.
func (a *Actor) readUntil(ctx context.Context, what, step string, shown func(*recording.Entry) bool) {
	patience := a.station.run.patience
	rest := readAgain
	for began := time.Now(); ; rest = min(2*rest, time.Second) {
		d := a.get(ctx, step, "/me/devices/"+a.Device)
		if ctx.Err() != nil || !d.Accepted() || shown(d) {
			return
		}
		if time.Since(began) > patience.wait(what) {
			patience.miss(what)
			return
		}
		pause(ctx, rest)
	}
}

// readAgain is the time between the first two reads of what is awaited; it doubles, so that whoever is never logged out is not read for ever.
const readAgain = 20 * time.Millisecond

// started: partial success is success.
func started(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return e.Accepted() || code == 7
}

// unclear reports whether an operation may have taken effect although it does not look accepted: a request that was sent
// and not answered, by the API or at all, or with a statusCode that is no whole number.
func unclear(e *recording.Entry) bool {
	if e.Accepted() {
		return false
	}
	_, refused := e.StatusCode()
	return !refused && (e.Status < 400 || e.Status >= 500)
}

// CookieOnly is a GET that goes without an Authorization header.
func CookieOnly(path string) voiceapi.Request {
	return voiceapi.Request{Method: http.MethodGet, Path: path, CookieOnly: true}
}
