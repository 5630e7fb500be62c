package play

import (
	"cmp"
	"context"
	"crypto/tls"
	"slices"
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

	timesMu sync.Mutex
	times   map[string]int // of what is done a few times in a run
}

// NewRun prepares a run against a target.
func NewRun(target *config.Target, tlsConfig *tls.Config, budgets Budgets, log *recording.Log) *Run {
	r := &Run{Target: target, TLS: tlsConfig, Budgets: budgets, Log: log, Agent: "voicespec", patience: newPatience(budgets.Event),
		ledger: recording.NewLedger(), secrets: newSecrets(), manners: &wire.Manners{}, pacer: voiceapi.NewPacer(target.Pace),
		times: map[string]int{}}
	for _, s := range target.Stations {
		for _, role := range config.Roles {
			p := s.Party(role)
			r.secrets.credentials(p.User, p.Password, p.Number, p.Shown, p.Dials, p.Device, p.Place)
			if t := p.Telephone(); p.HasPhone() {
				r.secrets.credentials(cmp.Or(t.AuthUser, t.User, p.Number), t.Password, t.User, t.Registrar)
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

// Times counts, and says how often in the run it has been asked for: what is worth doing a few times is not done at every occasion.
func (s *Stage) Times(what string) int {
	r := s.station.run
	r.timesMu.Lock()
	defer r.timesMu.Unlock()
	r.times[what]++
	return r.times[what]
}

// cast are the people of a target, as far as the target file knows them.
func cast(target *config.Target) []recording.Station {
	var out []recording.Station
	for _, s := range target.Stations {
		party := func(p config.Party) recording.Party {
			return recording.Party{User: p.User, Number: p.Number, Shown: p.Shown, Dials: p.Dials, Outside: p.FromOutside()}
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
	answers answers
	opened  bool // scenarios may have been played
	looked  int  // mark on the tape: up to there was looked for an outage
	awaited bool // it was waited for once whether sessions are known after their connections broke
	// nothingArrives: it was waited for in vain, once, that a call arrives at who was dialled.
	nothingArrives bool
	stuck          map[string]string // ends of calls that Hangup did not end, and what is said of them
	doubts         map[string]string // ends of calls of which it is not known whether they go on

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
		return recording.Party{User: a.Party.User, Number: a.Party.Number, Shown: a.Party.Shown, Dials: a.Party.Dials, Outside: a.FromOutside(),
			Device: a.Device, Controlled: a.hears(), Absence: a.absent}
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
