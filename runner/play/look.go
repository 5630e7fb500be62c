package play

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// lookLimit bounds it, so that a server that holds everything is still logged off from.
const lookLimit = 10 * time.Second

// look reads once more, at the very end, what each person has: at the beginning nobody had a call. What is there and
// ours is hung up. Whatever stays is named, and what others do with our people is told apart from it.
func (s *Station) look(ctx context.Context) (left, others []string) {
	others = s.unasked()
	l := &look{station: s, told: map[string]string{}, unknown: map[string]bool{}, shared: len(others) > 0}
	mark := s.tape.Mark()
	l.read(ctx)
	if l.answered() && l.mayComeLate(ctx, mark) {
		l.read(ctx)
	}
	for range cleaningRounds {
		if !l.hangUp(ctx) {
			break
		}
		l.read(ctx)
	}
	l.putBack(ctx)
	left, theirs := l.remains()
	return append(left, l.devices()...), append(theirs, others...)
}

// holding is what one person has at the end.
type holding struct {
	actor  *Actor
	calls  []voice.Call // that are not over
	listed bool         // the server let us read them
	answer *recording.Entry
	device *recording.Entry
}

type look struct {
	station  *Station
	holdings []holding
	bound    map[string]bool   // ids of the calls that scenarios were about
	numbers  []string          // of our people, and those that they have dialled
	told     map[string]string // end of a call: what became of hanging it up
	unknown  map[string]bool   // end of a call that is listed, but not known when it is to be hung up
	late     string            // what may take effect later
	shared   bool              // others act in the name of our people
}

// read reads side by side, so that it costs a good server one answer.
func (l *look) read(ctx context.Context) {
	first := l.holdings == nil
	holdings := make([]holding, 0, len(config.Roles))
	for _, role := range config.Roles {
		if a := l.station.Actors[role]; a.Controlled() {
			holdings = append(holdings, holding{actor: a})
		}
	}
	var g errgroup.Group
	for i := range holdings {
		h := &holdings[i]
		g.Go(func() error {
			h.answer = h.actor.get(ctx, recording.Clean.Label("calls"), "/me/calls?fields=*")
			all, listed := voice.CallsIn(h.answer)
			h.listed = listed && h.answer.Problem == ""
			for _, c := range all {
				if c != nil && c.State() != voice.Released && !h.actor.had[c.Handle()] {
					h.calls = append(h.calls, c)
				}
			}
			return nil
		})
		if first && h.actor.deviceFrom != "" {
			g.Go(func() error {
				h.device = h.actor.get(ctx, recording.Clean.Label("device"), h.actor.deviceFrom)
				return nil
			})
		}
	}
	_ = g.Wait() // the functions return nil
	for i := range l.holdings {
		holdings[i].device = l.holdings[i].device
	}
	l.holdings = holdings
}

// answered reports whether the target is still there.
func (l *look) answered() bool {
	return !slices.ContainsFunc(l.holdings, func(h holding) bool { return Unanswered(h.answer) })
}

// latest is how long a request that was not answered may still take effect, as far as we wait for it.
const latest = 5 * time.Second

// mayComeLate waits for the effect of a request that would make a call and was not answered; true if something may have
// come since the mark, behind the answers of the first look. It is noted where it may still come.
func (l *look) mayComeLate(ctx context.Context, mark int) bool {
	var open *recording.Entry
	behind, seen := l.station.tape.From(mark), l.station.tape.From(0)
	if len(behind) > 0 {
		seen = seen[:max(0, slices.Index(seen, behind[0]))]
	}
	for _, e := range seen {
		switch {
		case e.Kind == recording.KindRest && e.Problem != "" && makesCall(e.Operation()) && Unanswered(e):
			open = e
		case open != nil && e.Kind == recording.KindMessage && e.Call() != nil && e.State() == voice.Dialing && e.Actor == open.Actor:
			open = nil // it has taken effect, and the look has seen that
		}
	}
	budget := min(latest, l.station.run.Budgets.Event)
	if open == nil || slices.ContainsFunc(l.holdings, func(h holding) bool { return len(h.calls) > 0 }) {
		return false
	}
	waited := time.Duration((l.station.tape.Log().Now() - open.AnsweredAt) * float64(time.Second))
	if waited >= budget {
		return false
	}
	wctx, cancel := context.WithTimeout(ctx, budget-waited)
	defer cancel()
	came := l.station.tape.Await(wctx, mark, func(entries []*recording.Entry) bool {
		return slices.ContainsFunc(entries, func(e *recording.Entry) bool {
			return e.Kind == recording.KindMessage && e.Actor == open.Actor && e.Call() != nil && e.State() != voice.Released
		})
	})
	if !came {
		l.late = fmt.Sprintf("%s: %s was not answered (%s), and may still take effect", l.station.user(open.Actor), open.Operation(), Outcome(open))
	}
	return true
}

// makesCall reports whether an operation begins a call.
func makesCall(operation string) bool {
	o := voice.Find(operation)
	return o.To == voice.ToCalls || slices.ContainsFunc(o.Needs, func(p voice.Parameter) bool { return p.Kind == voice.Party })
}

func (s *Station) user(role string) string {
	if a := s.Actors[role]; a != nil {
		return a.Party.User
	}
	return role
}

// hangUp ends what is ours and was not tried before; false if there is nothing more to try.
func (l *look) hangUp(ctx context.Context) bool {
	mark := l.station.tape.Mark()
	hung := map[string]bool{}
	refused := false
	for _, h := range l.holdings {
		for _, c := range h.calls {
			end := leg{actor: h.actor, id: c.Handle(), state: c.State()}
			if end.id == "" || l.told[end.key()] != "" || l.station.stuck[end.key()] != "" || !l.ours(c) {
				continue
			}
			e := h.actor.post(ctx, recording.Clean.Label("hangup"), "/me/calls/"+end.id, operationBody("Hangup", nil))
			if e.Accepted() {
				l.told[end.key()] = "Hangup was accepted and did not end it"
				hung[end.key()] = true
			} else {
				l.told[end.key()] = "Hangup: " + Outcome(e)
				refused = true
				if e.Status == http.StatusNotFound {
					l.unknown[end.key()] = true
				}
			}
		}
	}
	if len(hung) > 0 {
		l.released(ctx, mark, hung)
	}
	return len(hung) > 0 || refused
}

// released waits for the notifications of what was hung up.
func (l *look) released(ctx context.Context, mark int, hung map[string]bool) {
	if l.station.NoNotifications != "" {
		return
	}
	wctx, cancel := context.WithTimeout(ctx, min(latest, l.station.run.patience.wait("Released at the end")))
	defer cancel()
	l.station.tape.Await(wctx, mark, func(entries []*recording.Entry) bool {
		over := map[string]bool{}
		for _, e := range entries {
			if key := e.Actor + " " + e.CallID(); e.Kind == recording.KindMessage && e.State() == voice.Released && hung[key] {
				over[key] = true
			}
		}
		return len(over) == len(hung)
	})
}

// ours reports whether this run made a call, as far as that is certain: a scenario was about it, or about the call that it
// was started from; two of our people have it; or all its parties are ours, or were dialled by us.
func (l *look) ours(c voice.Call) bool {
	l.learn()
	if l.bound[c.Handle()] || l.bound[c.UUID()] || l.bound[c.ParentID()] {
		return true
	}
	if l.shared {
		return false // another run has calls between the same people
	}
	n := 0
	for _, h := range l.holdings {
		if slices.ContainsFunc(h.calls, func(x voice.Call) bool { return x.Handle() != "" && x.Handle() == c.Handle() }) {
			n++
		}
	}
	return n > 1 || c.Between(l.numbers...)
}

// learn looks through the recording once, and only where something is left.
func (l *look) learn() {
	if l.bound != nil {
		return
	}
	l.bound = map[string]bool{}
	for _, role := range config.Roles {
		l.numbers = append(l.numbers, l.station.Actors[role].Party.Number)
	}
	for _, e := range l.station.tape.From(0) {
		switch e.Kind {
		case recording.KindCall:
			l.bound[e.ID] = true
		case recording.KindRest:
			if number := voice.DialledBy(e); number != "" {
				l.numbers = append(l.numbers, number)
			}
		default:
		}
	}
	delete(l.bound, "")
}

// remains names what is still there, and what is not known to be gone.
func (l *look) remains() (left, others []string) {
	doubts := maps.Clone(l.station.doubts)
	maps.Copy(doubts, l.station.stuck)
	for _, h := range l.holdings {
		if !h.listed {
			if l.station.made() && !Unanswered(h.answer) && h.answer.Status != http.StatusNotFound {
				left = append(left, fmt.Sprintf("the calls of %s could not be read at the end: %s", h.actor.Party.User, whatCame(h.answer)))
			}
			continue
		}
		for key := range doubts { // what is not listed is gone, whatever became of hanging it up
			if strings.HasPrefix(key, h.actor.Role+" ") {
				delete(doubts, key)
			}
		}
		for _, c := range h.calls {
			if text, ours := l.named(h.actor, c); ours {
				left = append(left, text)
			} else {
				others = append(others, text)
			}
		}
	}
	left = append(left, slices.Sorted(maps.Values(doubts))...)
	if l.late != "" {
		left = append(left, l.late)
	}
	return left, others
}

// named says of a call that is there at the end what is known of it; ours is false where others are at it.
func (l *look) named(a *Actor, c voice.Call) (text string, ours bool) {
	key := leg{actor: a, id: c.Handle()}.key()
	call := "call " + c.Handle()
	if c.Handle() == "" {
		call = "a call without a usable id"
	}
	call = fmt.Sprintf("%s of %s%s", call, a.Party.User, with(c))
	state := c.State()
	if state == "" {
		state = "there, in no state"
	}
	switch why, stuck := l.told[key], l.station.stuck[key]; {
	case l.unknown[key]:
		return fmt.Sprintf("%s is listed as %s, and cannot be hung up by its id: %s", call, state, why), true
	case why != "":
		return fmt.Sprintf("%s is still %s: %s", call, state, why), true
	case stuck != "":
		return stuck, true
	case c.Handle() == "" && l.ours(c):
		return fmt.Sprintf("%s is %s, and cannot be hung up", call, state), true
	case c.Foreign(l.numbers...):
		return fmt.Sprintf("%s is %s at the end: it is no call of this run, and was left alone", call, state), false
	}
	return fmt.Sprintf("%s is %s, and was not at the beginning: whose it is cannot be seen, so it was not hung up", call, state), true
}

// with names the parties.
func with(c voice.Call) string {
	numbers := slices.DeleteFunc(c.Numbers(), func(n string) bool { return n == "" })
	if len(numbers) == 0 {
		return ""
	}
	return " with " + clip([]byte(strings.Join(numbers, ", ")))
}

// made reports whether the station's people have begun any call.
func (s *Station) made() bool {
	return slices.ContainsFunc(s.tape.From(0), func(e *recording.Entry) bool {
		return e.Kind == recording.KindCall || e.Kind == recording.KindRest && makesCall(e.Operation()) && e.Accepted()
	})
}

// devices names what devices show otherwise than at the beginning.
func (l *look) devices() (left []string) {
	for _, h := range l.holdings {
		var now voice.Device
		if h.device != nil {
			for _, d := range voice.ShownIn(h.device) {
				if voice.SameID(d.ID(), h.actor.Device) {
					now = d
				}
			}
		}
		if now == nil || h.actor.deviceAtFirst == nil {
			continue
		}
		for _, member := range []string{"doNotDisturb", "forwardTo"} {
			was, is := h.actor.deviceAtFirst.Setting(member), now.Setting(member)
			if was != is {
				left = append(left, fmt.Sprintf("device %s of %s: %s is %s, and was %s at the beginning",
					h.actor.Device, h.actor.Party.User, member, orUnset(is), orUnset(was)))
			}
		}
	}
	return left
}

func orUnset(value string) string {
	if value == "" {
		return "not set"
	}
	return clip([]byte(value))
}

// unasked names the people in whose name somebody else dials: calls that began to dial at one of ours although none of
// ours has begun any in that scenario.
func (s *Station) unasked() (others []string) {
	asked := map[string]bool{} // scenario
	seen := map[string]bool{}  // id of a call
	count := map[string]int{}  // user
	entries := s.tape.From(0)
	for _, e := range entries {
		if e.Kind == recording.KindRest && makesCall(e.Operation()) {
			asked[e.Scenario] = true // a call may be notified before the answer to who began it
			if e.Problem != "" {
				return nil // its effect may have come at any time
			}
		}
	}
	for _, e := range entries {
		if e.Kind == recording.KindMessage && e.Browser == "" && e.State() == voice.Dialing && e.CallID() != "" && !asked[e.Scenario] && !seen[e.CallID()] {
			seen[e.CallID()] = true
			count[s.user(e.Actor)]++
		}
	}
	for _, user := range slices.Sorted(maps.Keys(count)) {
		others = append(others, fmt.Sprintf("%d calls were dialled in the name of %s that this run did not ask for", count[user], user))
	}
	return others
}
