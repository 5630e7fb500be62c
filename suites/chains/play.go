package chains

import (
	"maps"
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"

	. "github.com/voicespec/voicespec/runner/spec"
)

// chained plays operations one after the other. One that is not offered, refused or not told ends the chain, since the rest
// builds on it: what is due by then is judged.
type chained struct {
	*Stage

	began int  // the mark at which it did
	quiet bool // nobody reads between: what is judged of its reads depends on where it goes
}

// broken unwinds a chain.
type broken struct{}

// breaks ends the chain and says in the recording why.
func (s *chained) breaks(format string, args ...any) {
	s.Note("the chain ends: "+format, args...)
	panic(broken{})
}

// breaksRefused ends the chain at an operation that was offered and not accepted. Why may be told late, and hanging up would cover it.
func (s *chained) breaksRefused(operation string) {
	s.Settle()
	s.breaks("%s was not accepted", operation)
}

func perform(s *Stage, script func(*chained)) {
	defer func() {
		if r := recover(); r != nil && r != (broken{}) {
			panic(r)
		}
	}()
	script(&chained{Stage: s, began: s.Mark()})
}

// do posts an operation of a call that offers it, and waits until it is told to who posted it.
func (s *chained) do(a *play.Actor, c *play.Call, operation string, params map[string]any) {
	s.look()
	mark := s.Mark()
	if !s.offers(a, c, operation) {
		s.breaks("%s is not offered to the %s", operation, a.Role)
	}
	if e := s.Operate(a, operation, c, operation, params); !e.Accepted() {
		s.breaksRefused(operation)
	}
	told := voice.Find(operation).Tells
	if operation == "CompleteConference" {
		told = voice.Any // either call
	}
	s.must(s.Await(a, operation, mark, voice.All(s.About(a, c), told)))
}

// may is do, of an operation that not every server offers.
func (s *chained) may(a *play.Actor, c *play.Call, operation string) {
	s.ifOffered(a, c, operation, nil)
}

// offers reports whether the call offers an operation to one of its ends, by what that end was told last. One end may be told later than
// the other, which was waited for.
func (s *chained) offers(a *play.Actor, c *play.Call, operation string) bool {
	return s.offering(a, operation, c) != nil
}

// at is the call at which an operation is posted: the first that offers it, or the last of all.
func (s *chained) at(a *play.Actor, operation string, calls ...*play.Call) *play.Call {
	if c := s.offering(a, operation, calls...); c != nil {
		return c
	}
	return calls[len(calls)-1]
}

// offering is the first of some calls that offers an operation; nil if none does.
func (s *chained) offering(a *play.Actor, operation string, calls ...*play.Call) *play.Call {
	find := func() *play.Call {
		for _, c := range calls {
			if last := s.Seen(a, 0, s.About(a, c)); last != nil && voice.CallOf(last).Offers(operation) {
				return c
			}
		}
		return nil
	}
	c := find()
	if c == nil && s.behind(a, calls) {
		s.SettleUnless(func() bool {
			c = find()
			return c != nil
		})
	}
	return c
}

// behind reports whether somebody else did something since an end was told of its calls: it may be told of more.
func (s *chained) behind(a *play.Actor, calls []*play.Call) bool {
	told := 0.0
	for _, c := range calls {
		if last := s.Seen(a, 0, s.About(a, c)); last != nil {
			told = max(told, last.At)
		}
	}
	entries, _ := s.Since(0)
	return slices.ContainsFunc(entries, func(e *recording.Entry) bool {
		return e.Kind == recording.KindRest && e.Actor != a.Role && e.Operation() != "" && e.Accepted() && e.At > told
	})
}

// must ends the chain where something did not come.
func (s *chained) must(e *recording.Entry) {
	if e == nil {
		s.breaks("what was awaited did not come")
	}
}

// told waits until an end of a call is told of a state.
func (s *chained) told(a *play.Actor, c *play.Call, mark int, state State) {
	if a.Controlled() {
		s.must(s.AwaitState(a, c, mark, string(state)))
	}
}

func to(a *play.Actor) map[string]any {
	return map[string]any{"destination": map[string]any{"phoneNumber": a.Party.Number}}
}

func with(pairs map[string]any) map[string]any { return map[string]any{"userData": pairs} }

// consult begins a consult call of the agent's, to the destination, who rings.
func (s *chained) consult(original *play.Call, role, operation string, more map[string]any) *play.Call {
	params := to(s.Destination)
	maps.Copy(params, more)
	last := s.Seen(s.Agent, 0, s.About(s.Agent, original))
	held := last != nil && last.State() == voice.Held
	s.MakeReady(s.Destination)
	s.look()
	mark := s.Mark()
	if !s.offers(s.Agent, original, operation) || !s.Operate(s.Agent, role, original, operation, params).Accepted() {
		s.breaks("%s is not offered, or was not accepted", operation)
	}
	c := s.AwaitConsult(original, role, mark)
	if c == nil {
		s.breaks("no consult call after %s", operation)
	}
	if !held {
		s.told(s.Agent, original, mark, Held)
	}
	e := s.Await(s.Destination, "Ringing", mark, voice.ArrivedWith(s.Agent.Party.Number))
	s.must(e)
	if e.CallID() != c.ID(s.Destination) {
		s.Learn(s.Destination, role, e)
	}
	return c
}

// picksUp answers a consult call at the destination.
func (s *chained) picksUp(c *play.Call) {
	mark := s.Mark()
	s.do(s.Destination, c, "Answer", nil)
	s.told(s.Agent, c, mark, Established)
}

// hangsUp ends a call of two, and waits for both ends.
func (s *chained) hangsUp(a, other *play.Actor, c *play.Call) { s.hangsUpTheirs(a, c, other, c) }

// readsAll reads all that shows a call to somebody, side by side: the call, both forms of the list, and the user.
func (s *chained) readsAll(step string, a *play.Actor, c *play.Call) {
	if !a.Controlled() {
		return
	}
	step = "read." + step + "." + a.Role
	s.GetAll(a, play.Read{Step: step, Path: "/me/calls/" + c.ID(a)}, play.Read{Step: step + ".uris", Path: "/me/calls"},
		play.Read{Step: step + ".list", Path: "/me/calls?fields=*"}, play.Read{Step: step + ".user", Path: "/me?subresources=*"})
}

// needsDestination ends the chain where nobody can act for the destination.
func (s *chained) needsDestination() {
	if !s.Destination.Controlled() || !s.Caller.Controlled() {
		s.Untestable("the caller and the destination need credentials in the target file")
	}
}
