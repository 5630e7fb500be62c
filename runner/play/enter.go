package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// introduce learns who an actor is, and how he was found; it changes nothing.
func (a *Actor) introduce(ctx context.Context) error {
	r := a.station.run
	if err := a.authorize(ctx); err != nil {
		return err
	}
	own := voiceapi.Credentials{User: a.Party.User, Password: a.Party.Password}
	rest, err := voiceapi.New(voiceapi.Options{
		BaseURL: r.Target.URL, Credentials: own, Present: a.presentAs(own), Header: r.Target.Header(),
		TLS: r.TLS, RequestTimeout: r.Budgets.Request, UserAgent: r.Agent, OnCookie: a.learnCookie, Manners: r.manners, Pacer: r.pacer,
	})
	if err != nil {
		return &Problem{Cause: fmt.Sprintf("the target %s cannot be used: %s", r.Target.URL, err), Remedy: "check target: in the target file"}
	}
	a.rest = rest
	me := a.get(ctx, recording.Connect.Label("me"), "/me?subresources=*")
	if err := a.authenticated(me); err != nil {
		return err
	}
	if err := a.findDevice(ctx, me); err != nil {
		return err
	}
	if err := a.busy(ctx, me); err != nil {
		return err
	}
	if a.Role == voice.Agent {
		r.learn.Do(func() { a.learnFeatures(me) })
	}
	return nil
}

// enter brings one actor to where scenarios can begin.
func (a *Actor) enter(ctx context.Context) error {
	err := a.subscribe(ctx)
	if err != nil && strings.Contains(err.Error(), bayeux.OwnLimit) {
		return &Limit{Text: voiceapi.OwnLimit}
	}
	if several := a.severalNodes(ctx); several != nil {
		return several
	}
	if err != nil && !a.endpointBroken(err) {
		return a.bayeuxProblem(err)
	}
	if a.found && a.station.run.Careful {
		return nil
	}
	if !a.found || !a.Party.Shared {
		if err := a.orAbsent(ctx, a.login(ctx)); err != nil || a.rest == nil {
			return err
		}
	}
	a.takeCalls(ctx)
	return nil
}

func (a *Actor) authenticated(me *recording.Entry) error {
	r := a.station.run
	if limited := r.Limited(); limited != nil {
		return limited
	}
	who := fmt.Sprintf("%s (%s)", a.Party.User, a.Role)
	kind, _, _ := strings.Cut(me.Problem, ":")
	switch {
	case limited(me) != nil:
		return limited(me)
	case strings.Contains(me.Problem, "HTTP response to HTTPS client"):
		return &Problem{Cause: r.Target.URL + " speaks http, not https", Remedy: "check the scheme of target: (http:// or https://)"}
	case kind == voiceapi.FaultRefused || kind == voiceapi.FaultDNS || kind == voiceapi.FaultTLS || kind == voiceapi.FaultTimeout || kind == voiceapi.FaultReset:
		return &Problem{Cause: fmt.Sprintf("%s cannot be reached: %s", r.Target.URL, strings.TrimPrefix(me.Problem, kind+": ")), Remedy: remedyFor(kind, me.Problem),
			Passing: kind != voiceapi.FaultTLS}
	case kind == voiceapi.FaultRedirect:
		return &Problem{
			Cause: fmt.Sprintf("GET /api/v2/me at %s was not answered: %s", r.Target.URL, me.Problem),
			Remedy: "a single sign-on may stand there: name an address behind it, or auth: {kind: cookie} with the cookie of a session " +
				"that it began; or the API has moved",
		}
	case me.Problem != "":
		return &Problem{
			Cause:  fmt.Sprintf("GET /api/v2/me at %s was not answered: %s", r.Target.URL, me.Problem),
			Remedy: "check that target: names a GWS server, or a proxy that serves it",
		}
	case me.Status == 401 || me.Status == 403:
		return refusedCredentials(who, me)
	case signInPage(me):
		return &Problem{
			Cause:  fmt.Sprintf("a sign-in page came in place of the API for %s (GET /api/v2/me: %s)", who, whatCame(me)),
			Remedy: "what stands before the API wants a sign-in: let it pass requests with Basic credentials, or name an address behind it in target:",
		}
	case unavailable(me):
		return &Problem{
			Cause:  fmt.Sprintf("%s is not available: GET /api/v2/me: %s", r.Target.URL, Outcome(me)),
			Remedy: "what stands in front of the server does not reach it; check that it runs, or wait for it with --wait", Passing: true,
		}
	case me.Status == 404 || me.AnswerObject() == nil:
		return &Problem{
			Cause:  fmt.Sprintf("there is no Voice API at %s/api/v2 (GET /api/v2/me: %s)", r.Target.URL, whatCame(me)),
			Remedy: "check the path prefix in target:; the API is expected at {target}/api/v2",
		}
	case me.Status >= http.StatusInternalServerError && !unavailable(me):
		return &Problem{Cause: fmt.Sprintf("GET /api/v2/me for %s: %s", who, Outcome(me)), Remedy: "the server has a problem of its own; look at its log"}
	}
	return nil
}

func (a *Actor) learnFeatures(me *recording.Entry) {
	r := a.station.run
	r.listed = voice.UserIn(me).Features()
	if r.Target.Features != nil {
		r.Features = r.Target.Features
		return
	}
	r.Features = append(r.Features, voice.UserIn(me).Features()...)
}

// subscribe opens the Bayeux session. After it nothing but connects is sent on it, so that
// all notifications take one path and their order means something.
func (a *Actor) subscribe(ctx context.Context) error {
	r := a.station.run
	if r.listens != nil && !r.listens(a.Role) {
		a.deaf = true
		return nil
	}
	if r.transport == "" {
		if err := a.negotiate(ctx); err != nil {
			return err
		}
	}
	session, err := dial(ctx, a.options(""))
	if err != nil {
		return err
	}
	a.notifications = session
	sctx, cancel := context.WithTimeout(ctx, r.Budgets.Request)
	defer cancel()
	err = session.Subscribe(sctx, voice.Topics...)
	a.subscribed = err == nil
	return err
}

// endpointBroken reports whether the server has a Bayeux endpoint that does not work as the protocol says.
// That is a finding of the run, not a reason to test nothing.
func (a *Actor) endpointBroken(err error) bool {
	var b *bayeux.Error
	if !errors.As(err, &b) || b.Kind != bayeux.Handshake && b.Kind != bayeux.Protocol && b.Kind != bayeux.Subscribe && b.Kind != bayeux.Ended {
		return false
	}
	tape := a.station.tape
	tape.Append(&recording.Entry{
		Kind: recording.KindGap, Event: recording.GapBegins, Actor: a.Role, At: tape.Log().Now(), Text: "no notifications come: the session for them is not there",
	})
	a.station.broken.Do(func() {
		a.station.NoNotifications = fmt.Sprintf("no notifications for %s: %s", a.Party.User, a.station.run.Redact(err.Error()))
		a.station.Remedy = a.unknownSession(err)
	})
	return true
}

func (a *Actor) bayeuxProblem(err error) error {
	r := a.station.run
	if limited := r.Limited(); limited != nil {
		return limited
	}
	return &Problem{Cause: fmt.Sprintf("no notifications for %s: %s", a.Party.User, r.Redact(err.Error())), Remedy: a.bayeuxRemedy(err)}
}

// login starts the contact centre session where the server knows it; a server without it can
// still be tested, and partial success (7) is one.
func (a *Actor) login(ctx context.Context) error {
	body := map[string]any{"operationName": "StartContactCenterSession", "channels": []string{"voice"}}
	if a.Party.Place != "" {
		body["place"] = a.Party.Place
	}
	e := a.post(ctx, recording.Connect.Label("session"), "/me", body)
	a.loggedIn, a.mayBeLoggedIn = started(e), unclear(e)
	if !a.loggedIn && e.Problem == "" && NoSuchOperation(e) {
		a.noSession = Outcome(e)
	}
	if err := a.cannotWork(ctx, e); err != nil || !a.loggedIn || a.Device == "" {
		return err
	}
	a.awaitLogin(ctx)
	return nil
}
