package play

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
	"github.com/voicespec/voicespec/runner/wire"
)

// Run is what all stations of one run share.
type Run struct {
	Target  *config.Target
	TLS     *tls.Config
	Budgets Budgets
	Log     *recording.Log
	Seed    int64
	Agent   string // User-Agent
	Careful bool   // nothing is changed that people who are logged in already have

	Features  []string               // claimed by the target file, or by the server itself
	listed    []string               // by the server
	listens   func(role string) bool // who has a session for notifications; nil: everybody
	Supported []string               // Bayeux connection types that the server names
	learn     sync.Once              // the features, from the first agent
	transport bayeux.Transport
	patience  *patience
	ledger    *recording.Ledger
	secrets   *secrets
	manners   *wire.Manners
	pacer     *voiceapi.Pacer
}

// NewRun prepares a run against a target.
func NewRun(target *config.Target, tlsConfig *tls.Config, budgets Budgets, log *recording.Log) *Run {
	r := &Run{Target: target, TLS: tlsConfig, Budgets: budgets, Log: log, Agent: "voicespec", patience: newPatience(budgets.Event),
		ledger: recording.NewLedger(), secrets: newSecrets(), manners: &wire.Manners{}, pacer: voiceapi.NewPacer(target.Pace)}
	for _, s := range target.Stations {
		for _, role := range config.Roles {
			p := s.Party(role)
			r.secrets.credentials(p.User, p.Password, p.Number, p.Shown, p.Dials, p.Device, p.Place)
			if p.HasPhone() {
				r.secrets.credentials(cmp.Or(p.Phone.AuthUser, p.Phone.User, p.Number), p.Phone.Password, p.Phone.User, p.Phone.Registrar)
			}
		}
	}
	log.Know(recording.NewNames(cast(target)))
	for name, values := range target.Header() {
		for _, value := range values {
			r.secrets.token(name, value)
		}
	}
	if target.Auth.Secret != "" {
		r.secrets.token("client_secret", target.Auth.Secret)
	}
	log.Hide(r.secrets.shown)
	return r
}

// cast are the people of a target, as far as the target file knows them.
func cast(target *config.Target) []recording.Station {
	var out []recording.Station
	for _, s := range target.Stations {
		party := func(p config.Party) recording.Party {
			return recording.Party{User: p.User, Number: p.Number, Shown: p.Shown, Dials: p.Dials}
		}
		out = append(out, recording.Station{Agent: party(s.Agent), Caller: party(s.Caller), Destination: party(s.Destination)})
	}
	return out
}

// UnderLoad makes a run one that goes on and on: every wait has the whole budget, whatever was missed before, and of the people
// of a station only those have sessions for notifications whom listens names; nil for all.
func (r *Run) UnderLoad(listens func(role string) bool) {
	r.patience.fixed, r.listens = true, listens
}

// Redact cuts the run's secrets out of a text that leaves the program.
func (r *Run) Redact(text string) string { return r.secrets.cutValues(text) }

// Notes are what a reader should know of how the target was treated.
func (r *Run) Notes() []string {
	if note := r.pacer.Note(); note != "" {
		return []string{note}
	}
	return nil
}

// Limited is the problem that a target, or what stands before it, takes no more requests; nil while it does.
func (r *Run) Limited() *Problem {
	why := r.pacer.Exhausted()
	if why == "" {
		return nil
	}
	return &Problem{
		Cause:  "the target takes no more requests: " + why,
		Remedy: "pace: in the target file slows voicespec down; or raise the limit for this client",
	}
}

// Slowest is the longest time that an awaited event took so far.
func (r *Run) Slowest() time.Duration { return r.patience.Slowest() }

// Transport is how notifications are fetched in this run.
func (r *Run) Transport() string { return string(r.transport) }

func (r *Run) notifications() string {
	if r.Target.Notifications == "" {
		return config.DefaultNotifications
	}
	return r.Target.Notifications
}

// Station is the cast of one target file entry, connected.
type Station struct {
	Number          int // from 1
	Actors          map[string]*Actor
	NoNotifications string // why there are no notifications, although the endpoint is there; "" if there are
	Remedy          string // of that; "" where none is known

	run     *Run
	tape    *recording.Tape
	broken  sync.Once
	odd     oddIDs
	opened  bool              // scenarios may have been played
	looked  int               // mark on the tape: up to there was looked for an outage
	awaited bool              // it was waited for once whether sessions are known after their connections broke
	stuck   map[string]string // ends of calls that Hangup did not end, and what is said of them
	doubts  map[string]string // ends of calls of which it is not known whether they go on

	statesMu    sync.Mutex
	states      map[string]string // role: agent state, see agentState
	stateUpTo   int               // mark on the tape: so far states are known
	turnsAway   bool              // the switch gives no call to who is not Ready
	cannotReady bool              // Ready does not make anybody Ready

	hasPhones   bool // of the target file
	switchboard switchboard

	destinationTried bool
	nobody           string // why the destination's number is known to be nobody's
}

// Problem says why a target cannot be tested: one cause, one remedy.
type Problem struct {
	Cause, Remedy string
	Passing       bool // it may pass by itself: who waits tries again
}

func (p *Problem) Error() string { return p.Cause + "; " + p.Remedy }

// Open connects the people of station number (from 1): credentials, device, Bayeux session with
// its subscriptions and first connect, contact centre session, in this order. Who has no
// credentials stays a number. An error is a *Problem.
func (r *Run) Open(ctx context.Context, number int) (*Station, error) {
	cfg := r.Target.Stations[number-1]
	s := &Station{
		Number: number, Actors: map[string]*Actor{}, stuck: map[string]string{}, doubts: map[string]string{}, states: map[string]string{},
		run: r, tape: r.Log.Tape(number),
	}
	for _, role := range config.Roles {
		p := cfg.Party(role)
		s.Actors[role] = &Actor{Role: role, Party: p, Device: p.Device, answersItself: p.Answer == config.Auto, station: s}
	}
	if err := s.each(ctx, (*Actor).introduce); err != nil { // nothing is changed before all have been looked at
		return s, err
	}
	if err := s.unused(ctx); err != nil {
		return s, err
	}
	if err := s.connectPhones(ctx); err != nil {
		return s, err
	}
	err := s.each(ctx, (*Actor).enter)
	s.opened = err == nil
	return s, err
}

// each does something for all people that we act for: for the agent alone first, who decides the transport for all.
func (s *Station) each(ctx context.Context, do func(*Actor, context.Context) error) error {
	if err := do(s.Actors[voice.Agent], ctx); err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, role := range config.Roles[1:] {
		if a := s.Actors[role]; a.Party.Controlled() {
			g.Go(func() error { return do(a, gctx) })
		}
	}
	return g.Wait()
}

// Forget drops what was recorded before mark: it was judged, and nothing more is asked of it.
func (s *Station) Forget(mark int) {
	for _, a := range s.Actors {
		a.learnShown()
	}
	s.run.ledger.Forget(s.Number, s.tape.Forget(mark))
}

// Tape is the station's part of the recording.
func (s *Station) Tape() *recording.Tape { return s.tape }

// Header is the station's cast for the recording's first line.
func (s *Station) Header() recording.Station {
	party := func(role string) recording.Party {
		a := s.Actors[role]
		return recording.Party{User: a.Party.User, Number: a.Party.Number, Shown: a.Party.Shown, Dials: a.Party.Dials, Device: a.Device,
			Controlled: a.hears(), Absence: a.absent}
	}
	return recording.Station{Agent: party("agent"), Caller: party("caller"), Destination: party("destination")}
}

// Close ends the sessions and says what could not be undone, and what others did in the name of our people.
func (s *Station) Close(ctx context.Context) (all, others []string) {
	if s.opened {
		lctx, cancel := context.WithTimeout(ctx, lookLimit)
		all, others = s.look(lctx)
		cancel()
	}
	left := make([][]string, len(config.Roles))
	var g errgroup.Group
	for i, role := range config.Roles {
		g.Go(func() error {
			left[i] = slices.Concat(s.Actors[role].close(ctx), s.Actors[role].closePhone(ctx))
			return nil
		})
	}
	_ = g.Wait() // the functions return nil
	for _, l := range left {
		all = append(all, l...)
	}
	return all, others
}

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
			Cause:  fmt.Sprintf("GET /api/v2/me at %s was not answered: %s", r.Target.URL, me.Problem),
			Remedy: "a single sign-on may stand there: name an address behind it, or auth: {kind: cookie} with the cookie of a session that it began; or the API has moved",
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
	return session.Subscribe(sctx, voice.Topics...)
}

// endpointBroken reports whether the server has a Bayeux endpoint that does not work as the protocol says.
// That is a finding of the run, not a reason to test nothing.
func (a *Actor) endpointBroken(err error) bool {
	var b *bayeux.Error
	if !errors.As(err, &b) || b.Kind != bayeux.Handshake && b.Kind != bayeux.Protocol && b.Kind != bayeux.Subscribe && b.Kind != bayeux.Ended {
		return false
	}
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
	return a.cannotWork(ctx, e)
}
