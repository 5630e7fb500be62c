package load

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/suggest"
	"github.com/voicespec/voicespec/runner/voice"
)

// operationsID is what single operations are performed as: no scenario of the catalogue.
const operationsID = "load.operations"

// Act is a performance in the making, of single operations. Its End has them judged: each has its outcome, at every end that
// listens, and every notification keeps the rules of all.
type Act struct {
	station *Station
	stage   *play.Stage
	p       *Performance
	began   time.Time
	calls   map[string]*play.Call
	ctx     context.Context //nolint:containedctx // an act is one performance's life
}

// Done is what became of one operation at once. What it did is judged at the end.
type Done struct {
	Accepted bool
	Answer   string // HTTP status, statusCode, or why there was no answer
	Call     string // the call that it began; "" if it began none
	Notified bool   // the person who asked for it was notified of what it leads to
}

// Act begins single operations on the station.
func (s *Station) Act(ctx context.Context) (*Act, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	p := s.begin(s.target.plays[operationsID])
	s.acting = &Act{
		station: s, p: p, began: time.Now(), calls: map[string]*play.Call{}, ctx: ctx,
		stage: s.station.Begin(ctx, s.name(p.plays)),
	}
	return s.acting, nil
}

func (a *Act) person(role string) (*play.Actor, error) {
	if !slices.Contains(config.Roles, role) {
		return nil, fmt.Errorf("nobody of a station is called %q; people are %s", role, strings.Join(config.Roles, ", "))
	}
	actor := recording.Playing(role, a.stage.Agent, a.stage.Caller, a.stage.Destination)
	if !actor.Controlled() {
		return nil, fmt.Errorf("the %s of station %d has no credentials in the target file", role, a.station.Number)
	}
	return actor, nil
}

// Dial lets one of the station's people dial another, and waits until both are notified.
func (a *Act) Dial(from, to string) (Done, error) {
	a.station.mu.Lock()
	defer a.station.mu.Unlock()
	caller, err := a.person(from)
	if err != nil {
		return Done{}, err
	}
	if !slices.Contains(config.Roles, to) || to == from {
		return Done{}, fmt.Errorf("the %s cannot dial the %q", from, to)
	}
	called := recording.Playing(to, a.stage.Agent, a.stage.Caller, a.stage.Destination)
	var out Done
	var e *recording.Entry
	a.act(&out, func(s *play.Stage) {
		handle := a.handle()
		var call *play.Call
		e, call = s.DialJudged(a.label("Dial"), caller, called, handle, nil)
		if call != nil {
			out.Call, out.Notified = handle, true
			a.calls[handle] = call
		}
	})
	return out.answered(e), a.ctx.Err()
}

// Operate posts an operation on a call that the act knows, and waits for what it leads to.
func (a *Act) Operate(role, call, operation string, parameters map[string]any) (Done, error) {
	a.station.mu.Lock()
	defer a.station.mu.Unlock()
	who, err := a.person(role)
	if err != nil {
		return Done{}, err
	}
	c := a.calls[call]
	if c == nil {
		return Done{}, fmt.Errorf("there is no call %q: a call is what dial returned, or an operation that began one", call)
	}
	known := voice.Find(operation)
	if known.To != voice.ToCall {
		calls := voice.NamesOf(func(o voice.Operation) bool { return o.To == voice.ToCall })
		return Done{}, fmt.Errorf("%q is no operation of a call%s", operation, suggest.Remark(operation, calls))
	}
	var out Done
	var e *recording.Entry
	a.act(&out, func(s *play.Stage) {
		if operation == "Answer" {
			s.AwaitRinging(who, c)
		}
		mark := s.Mark()
		if e = s.Operate(who, a.label(operation), c, operation, parameters); !e.Accepted() {
			return
		}
		if number := voice.DialledBy(e); number != "" && strings.HasPrefix(operation, "Initiate") {
			handle := a.handle()
			if consult := s.AwaitConsult(c, handle, mark); consult != nil {
				out.Call = handle
				a.calls[handle] = consult
			}
		}
		out.Notified = s.Await(who, operation, mark, voice.All(s.About(who, c), known.Tells)) != nil
	})
	return out.answered(e), a.ctx.Err()
}

// act plays one operation. Where the act cannot go on, the recording says why, and so does what End returns.
func (a *Act) act(out *Done, script func(*play.Stage)) {
	if !a.stage.Act(script) {
		out.Answer = "it could not go on"
	}
}

func (a *Act) handle() string { return fmt.Sprintf("call-%d", len(a.calls)+1) }

func (a *Act) label(operation string) string {
	return fmt.Sprintf("%s-%d", strings.ToLower(operation), a.stage.Mark())
}

func (d Done) answered(e *recording.Entry) Done {
	if e != nil {
		d.Accepted, d.Answer = e.Accepted(), play.Outcome(e)
	}
	return d
}

// End hangs up what is left of the act's calls, and judges what it did.
func (a *Act) End() (*Performance, error) {
	s := a.station
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.acting != a {
		return nil, fmt.Errorf("these operations of station %d were ended already", s.Number)
	}
	s.acting = nil
	a.p.Left = a.stage.Finish()
	a.p.Took = time.Since(a.began)
	return a.p, s.end(a.ctx, a.p)
}
