package play

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/runner/voiceapi"
)

// Stage is a station while one scenario is played on it: the words that scenarios are
// written in. A scenario that cannot go on ends by Block or Untestable, wherever it stands.
type Stage struct {
	Agent, Caller, Destination *Actor

	ctx      context.Context //nolint:containedctx // a stage is one scenario's life
	station  *Station
	scenario string
	begin    int // of the scenario, on the tape
	cleaning bool

	interrupted bool // the run was, before the scenario came to its end
	calls       map[string]*Call
	undo        []func()
	outside     []outside    // calls that were begun from outside
	meeting     *Meeting     // of those who play in step; nil for one who plays alone
	replay      *page.Replay // the page that is played; nil for a scenario written in Go
}

// Call is a call that the scenario is about. Its role is the page's id, or a name.
type Call struct {
	Role string
	ids  map[string]string // actor role: id, should the ends of a call have different ones
	conn map[string]string // actor role: connId, by which a call is known whose id changes
}

// ID is the call's id for an actor.
func (c *Call) ID(a *Actor) string {
	if id, ok := c.ids[a.Role]; ok {
		return id
	}
	for _, role := range voice.Roles {
		if id, ok := c.ids[role]; ok {
			return id
		}
	}
	return ""
}

// ended unwinds a scenario that cannot go on.
type ended struct{ event, reason string }

// Block ends the scenario: an earlier step broke. Where notifications may have been lost meanwhile, that is told.
func (s *Stage) Block(format string, args ...any) {
	panic(ended{recording.Blocked, fmt.Sprintf(format, args...) + s.lost()})
}

// lost tells what may have kept a notification from coming; empty if nothing is known.
func (s *Stage) lost() string {
	for _, e := range s.station.tape.From(s.begin) {
		if e.Kind == recording.KindGap && e.Browser == "" && s.station.NoNotifications == "" && s.station.Actors[e.Actor].silenced() == "" {
			return "; it may have been lost: " + e.Text
		}
	}
	return ""
}

// Untestable ends the scenario: the station lacks something.
func (s *Stage) Untestable(format string, args ...any) {
	panic(ended{recording.Untestable, fmt.Sprintf(format, args...)})
}

// excuse says that what fails in the scenario is not the target's doing, and whose it is.
func (s *Stage) excuse(format string, args ...any) {
	s.mark(recording.Excused, fmt.Sprintf(format, args...))
}

// NotApplicable ends the scenario: the target does not claim or offer what it is about.
func (s *Stage) NotApplicable(format string, args ...any) {
	panic(ended{recording.NotApplicable, fmt.Sprintf(format, args...)})
}

// Perform plays a scenario to its end and leaves the agents as they were. Whatever went
// wrong is on the tape.
func (s *Station) Perform(ctx context.Context, scenario string, script func(*Stage)) (left []string) {
	st := s.Begin(ctx, scenario)
	defer s.tape.Play("") // a panic of the script, too, ends it
	st.Act(script)
	if ctx.Err() == nil {
		st.Act(func(st *Stage) { // somebody may hear no more meanwhile
			st.noticePickUps()
			st.noticeTelephones()
			st.readBack()
		})
	}
	return st.Finish()
}

// Begin begins a scenario that is played act by act.
func (s *Station) Begin(ctx context.Context, scenario string) *Stage {
	st := &Stage{
		Agent: s.Actors[voice.Agent], Caller: s.Actors[voice.Caller], Destination: s.Actors[voice.Destination],
		ctx: ctx, station: s, scenario: scenario, begin: s.tape.Mark(), calls: map[string]*Call{},
	}
	st.cleaning = true // nothing is played yet that could end where somebody hears no more
	st.MakeReady(st.Agent, st.Caller, st.Destination)
	st.cleaning = false
	s.tape.Play(scenario)
	s.run.ledger.Begin(s.Number)
	st.begin = s.tape.Mark()
	st.mark(recording.Begin, "")
	return st
}

// Finish undoes what the scenario did and ends it.
func (s *Stage) Finish() (left []string) {
	defer s.station.tape.Play("")
	s.interrupted = s.ctx.Err() != nil
	// What was begun is undone even when the run was interrupted.
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), cleaningLimit(s.station.run.Budgets))
	defer cancel()
	s.ctx, s.cleaning = cleaning, true
	left = s.clean()
	s.mark(recording.End, "")
	s.station.endSilenced()
	return left
}

// endSilenced takes a station for one without notifications where no more come to somebody: a flood ended the session,
// or the server did, for good.
func (s *Station) endSilenced() {
	for _, role := range config.Roles {
		if why := s.Actors[role].silenced(); why != "" && s.NoNotifications == "" {
			s.NoNotifications = why
		}
	}
}

func cleaningLimit(b Budgets) time.Duration { return b.Request + b.Event }

// Act plays a part of the scenario; false if it cannot go on, which is on the tape then.
func (s *Stage) Act(script func(*Stage)) (goesOn bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			goesOn = true
		case ended:
			s.mark(r.event, r.reason)
		default:
			panic(r) // a mistake of ours is not the target's
		}
	}()
	script(s)
	return true
}

func (s *Stage) mark(event, text string) {
	s.station.tape.Append(&recording.Entry{
		Kind: recording.KindScenario, At: s.station.tape.Log().Now(), Scenario: s.scenario, Event: event, Text: text,
	})
}

// Note adds a remark to the recording.
func (s *Stage) Note(format string, args ...any) {
	s.station.tape.Append(&recording.Entry{Kind: recording.KindNote, At: s.station.tape.Log().Now(), Text: fmt.Sprintf(format, args...)})
}

// atEnd adds something to undo at the end of the scenario, last first.
func (s *Stage) atEnd(f func()) { s.undo = append(s.undo, f) }

// Mark is the position on the tape, for Await.
func (s *Stage) Mark() int { return s.station.tape.Mark() }

// Features are those that the target claims.
func (s *Stage) Features() []string { return s.station.run.Features }

// TriesPasswords reports whether passwords may be tried wrong: an installation may lock an account.
func (s *Stage) TriesPasswords() bool { return s.station.run.Target.Passwords != config.None }

// NoNotifications says why there are no notifications; "" if there are.
func (s *Stage) NoNotifications() string { return s.station.NoNotifications }

// Seed is the run's seed for generated values.
func (s *Stage) Seed() int64 { return s.station.run.Seed }

// Transport is how notifications come: long-polling or websocket.
func (s *Stage) Transport() string { return s.station.run.Transport() }

// Post sends an operation in an actor's name. step labels it for the judge.
func (s *Stage) Post(a *Actor, step, path string, body any) *recording.Entry {
	s.alive(a)
	s.reachable(step, body)
	s.answerable(a, step, body)
	s.watchable(body)
	return a.post(s.ctx, step, path, body)
}

// Get reads in an actor's name.
func (s *Stage) Get(a *Actor, step, path string) *recording.Entry {
	s.alive(a)
	return a.get(s.ctx, step, path)
}

// Request sends anything: other methods, bodies, credentials.
func (s *Stage) Request(a *Actor, step string, r voiceapi.Request) *recording.Entry {
	s.alive(a)
	return a.exchange(s.ctx, step, r)
}

// PostRaw sends a body as it is.
func (s *Stage) PostRaw(a *Actor, step, path, contentType string, body []byte) *recording.Entry {
	return s.Request(a, step, voiceapi.Request{Method: http.MethodPost, Path: path, Body: body, ContentType: contentType})
}

func (s *Stage) alive(a *Actor) {
	if !a.Controlled() {
		s.Untestable("%s", a.Absence())
	}
	if s.ctx.Err() != nil {
		s.Block("the run was interrupted")
	}
}

// Operate posts an operation on a call.
func (s *Stage) Operate(a *Actor, step string, c *Call, operation string, params map[string]any) *recording.Entry {
	body := map[string]any{"operationName": operation}
	maps.Copy(body, params)
	return s.Post(a, step, "/me/calls/"+c.ID(a), body)
}

// Await waits until a notification of the actor's own session since mark is the one meant, and
// returns it; nil, with a note of what was missed, if it does not come. The budget begins
// again while other notifications of the scenario's calls still arrive, since a busy server is slow
// but not wrong. What may have been lost is waited for no longer than the slowest notification took. A scenario that waits
// for somebody to whom no more notifications come ends.
func (s *Stage) Await(a *Actor, what string, mark int, meant voice.Predicate) *recording.Entry {
	return s.AwaitUnless(a, what, mark, meant, func() bool { return false })
}

// AwaitUnless is Await for what may be known not to come: then it ends, and nothing was missed.
func (s *Stage) AwaitUnless(a *Actor, what string, mark int, meant voice.Predicate, hopeless func() bool) *recording.Entry {
	if !a.hears() || s.NoNotifications() != "" && !a.listening() {
		return nil
	}
	var found *recording.Entry
	lost := false // something may have been
	look := func(entries []*recording.Entry) bool {
		gap := false
		for _, e := range entries {
			if s.mine(a, e) && meant(e) {
				found = e
				return true
			}
			gap = gap || e.Kind == recording.KindGap && e.Browser == "" && e.Actor == a.Role
		}
		return gap && !lost || a.silenced() != "" || hopeless()
	}
	tape, patience := s.station.tape, s.station.run.patience
	key := a.Role + " " + what
	waited, got := s.await(mark, patience.wait(key)+a.restsBetweenPolls(), look)
	if got && found == nil && a.silenced() == "" && !hopeless() {
		lost = true
		more, _ := s.await(mark, patience.afterGap(), look)
		waited += more
	}
	switch {
	case found != nil:
		patience.saw(key, waited)
		return found
	case a.silenced() != "":
		s.silence(a)
	case hopeless():
	case s.ctx.Err() == nil:
		if !lost {
			patience.miss(key)
		}
		tape.Append(&recording.Entry{Kind: recording.KindMissed, Actor: a.Role, At: tape.Log().Now(), Text: what, Waited: waited.Seconds()})
	}
	return nil
}

// silence ends a scenario that waits for notifications which come no more, unless it is ending anyway.
func (s *Stage) silence(a *Actor) {
	if !s.cleaning {
		s.Block("%s", a.silenced())
	}
}

// mine is a notification of the actor's own session that does not belong to the call of an
// earlier scenario: of such a call something may come late. Who cleans up may have to end one.
func (s *Stage) mine(a *Actor, e *recording.Entry) bool {
	return voice.IsOwn(e, a.Role) && (e.Call() == nil || e.Scenario == s.scenario || s.cleaning)
}

// Seen returns the newest notification of the actor since mark that is meant, without waiting.
func (s *Stage) Seen(a *Actor, mark int, meant voice.Predicate) *recording.Entry {
	var last *recording.Entry
	for _, e := range s.station.tape.From(mark) {
		if s.mine(a, e) && meant(e) {
			last = e
		}
	}
	return last
}

// InState is a notification of the call in a state, for Await. A changed id is recognised by
// its other names, as the judge does, so that it does not look like a missing notification.
func (s *Stage) InState(a *Actor, c *Call, state string) voice.Predicate {
	return voice.All(voice.MayBeIn(state), c.aboutAt(a))
}

// OfType is a notification of the call with a notificationType, for Await.
func (s *Stage) OfType(a *Actor, c *Call, kind string) voice.Predicate {
	return voice.All(voice.OfType(kind), c.aboutAt(a))
}

// about reports whether an actor is notified of the call, under whatever name.
func (c *Call) about(a *Actor, e *recording.Entry) bool {
	return voice.IsAbout(e, c.ID(a), c.conn[a.Role])
}

// About is a notification of the call at an actor, for Await.
func (s *Stage) About(a *Actor, c *Call) voice.Predicate { return c.aboutAt(a) }

// Learn is the call that an actor was notified of. One in a role that the scenario knows has that id at this end; of any
// other the recording says nothing, since whose call it is may not be sure.
func (s *Stage) Learn(a *Actor, role string, e *recording.Entry) *Call {
	if s.calls[role] != nil {
		return s.bind(a, role, e.CallID(), "")
	}
	return &Call{Role: role, ids: map[string]string{a.Role: e.CallID()}, conn: map[string]string{}}
}

func (c *Call) aboutAt(a *Actor) voice.Predicate {
	return func(e *recording.Entry) bool { return c.about(a, e) }
}

// AwaitState waits for the call in a state.
func (s *Stage) AwaitState(a *Actor, c *Call, mark int, state string) *recording.Entry {
	return s.Await(a, state, mark, s.InState(a, c, state))
}

// Role returns the call in a role, if the scenario has learnt it.
func (s *Stage) Role(role string) (*Call, bool) {
	c, ok := s.calls[role]
	return c, ok
}

// bind gives a role to a live call and says so on the tape.
func (s *Stage) bind(a *Actor, role, id, parties string) *Call {
	return s.bindConsult(a, role, id, parties, "")
}

// bindConsult is bind for a consult call, with the role of its original.
func (s *Stage) bindConsult(a *Actor, role, id, parties, original string) *Call {
	c := s.calls[role]
	if c == nil {
		c = &Call{Role: role, ids: map[string]string{}, conn: map[string]string{}}
		s.calls[role] = c
	}
	c.ids[a.Role] = id
	if e := s.Seen(a, s.begin, voice.WithID(id)); e != nil {
		c.conn[a.Role] = voice.CallOf(e).ConnID()
	}
	s.station.tape.Append(&recording.Entry{
		Kind: recording.KindCall, Actor: a.Role, At: s.station.tape.Log().Now(), Role: role, ID: id, Text: parties, Of: original,
	})
	return c
}

// Body encodes a request body for Request.
func (s *Stage) Body(v map[string]any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // bodies are maps of JSON values
	}
	return raw
}

// Skip notes why a step is left out; what it returns looks like a request that was not sent.
func (s *Stage) Skip(label, reason string) *recording.Entry {
	s.Note("%s left out: %s", label, reason)
	return &recording.Entry{Kind: recording.KindNote, Problem: reason}
}
