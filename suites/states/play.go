package states

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// attempts bounds how often situations are brought about again on a server that does what it
// should refuse: after so many the table has enough to say.
const attempts = 8

// walker plays one walk.
type walker struct {
	walk
	*Stage

	calls   []*play.Call
	attempt int
	doubts  int  // groups of operations after which each was tried alone
	spared  int  // attempts that do not count, since they were for such groups
	fenced  bool // the agent was notified of something that was done after all refusals
}

func (w walk) play(s *Stage) {
	p := &walker{walk: w, Stage: s}
	p.again()
	for i := range w.situations {
		p.refusals(i)
		p.steady(i)
	}
	if len(p.last) > 0 {
		p.fence()
	}
	p.lasts()
}

// again brings the situations about, from nothing.
func (p *walker) again() {
	if p.attempt++; p.attempt > 1 {
		p.EndCalls()
	}
	if p.attempt-p.spared > attempts {
		p.Block("operations that are not offered changed the calls %d times", attempts)
	}
	suffix := ""
	if p.attempt > 1 {
		suffix = fmt.Sprintf("-%d", p.attempt)
	}
	p.calls = p.arrange(p.Stage, suffix)
}

func (p *walker) scene(i int) scene {
	at := scene{Situation: p.situations[i].Situation, call: p.calls[i]}
	if len(p.calls) > 1 {
		at.other = p.calls[1-i]
	}
	return at
}

// call is the one of a situation, as the agent was notified of it last.
func (p *walker) call(i int) voice.Call { return last(p.Stage, p.calls[i]) }

// refusals tries what the situation's call does not offer, where the server takes time some of it side by side.
func (p *walker) refusals(i int) {
	rest := slices.DeleteFunc(voice.CallOperations(), func(op voice.Operation) bool {
		_, exempt := p.situations[i].exempt[op.Name]
		return exempt
	})
	for len(rest) > 0 {
		most, group := p.abreast(), []voice.Operation(nil)
		for len(rest) > 0 && len(group) < most {
			if most == 1 || p.notOffered(i, rest[0]) {
				group = append(group, rest[0])
			}
			rest = rest[1:]
		}
		if len(group) > 1 && p.together(i, group) {
			continue
		}
		for _, op := range group {
			p.alone(i, op)
		}
	}
}

// notOffered reports whether the situation's call does not offer an operation now.
func (p *walker) notOffered(i int, op voice.Operation) bool {
	c := p.call(i)
	return c.ListsCapabilities() && !c.Offers(op.Name)
}

// alone tries one operation that the call does not offer.
func (p *walker) alone(i int, op voice.Operation) {
	x := p.situations[i]
	p.unanswered(i)
	if !p.notOffered(i, op) {
		return
	}
	mark := p.Mark()
	e := p.try(i, op)
	if e.Accepted() {
		refusals.Later(p.Stage, mark, 1, func() bool { return p.disturbed(i, mark) })
		refusals.Fence(p.Stage, p.calls[i], x.Name+"."+op.Name, string(x.state))
	}
	if p.disturbed(i, mark) && (e.Accepted() || !x.pickedUp(p.call(i))) {
		p.again()
	}
}

// mostDoubts is so many groups of operations that trying others side by side costs more than it saves.
const mostDoubts = 2

func (p *walker) abreast() int {
	if p.doubts >= mostDoubts {
		return 1
	}
	return p.Abreast()
}

// together tries side by side what the call does not offer, and reports whether all of it was refused just as it must be and nobody
// was told of anything. Where it was not so, each is to be tried alone.
func (p *walker) together(i int, group []voice.Operation) bool {
	p.unanswered(i)
	mark := p.Mark()
	answers, tries := make([]*recording.Entry, len(group)), make([]func(), len(group))
	for n, op := range group {
		tries[n] = func() { answers[n] = p.try(i, op) }
	}
	p.AtOnce(tries...)
	taken := len(slices.DeleteFunc(slices.Clone(answers), func(e *recording.Entry) bool { return !e.Accepted() }))
	if taken > 0 {
		refusals.Later(p.Stage, mark, taken, func() bool { return p.disturbed(i, mark) })
	}
	told := refusals.Told(p.Stage, mark)
	due := !slices.ContainsFunc(answers, func(e *recording.Entry) bool { return !RefusedAsDue(e, false) })
	if due && !told {
		return true
	}
	p.doubts++
	if taken > 0 || told { // more of it may be on its way
		refusals.Fence(p.Stage, p.calls[i], p.situations[i].Name+"."+group[0].Name, string(p.situations[i].state))
	}
	if p.disturbed(i, mark) && (taken > 0 || !p.situations[i].pickedUp(p.call(i))) {
		p.again()
		p.spared++
	}
	return false
}

// unanswered ends a scenario whose call was answered by the phone itself: it cannot be kept in its state.
func (p *walker) unanswered(i int) {
	x := p.situations[i]
	switch x.Situation {
	case ringing.Situation:
		p.RingsOn(p.Agent)
	case dialing.Situation:
		p.RingsOn(p.Caller)
	case consult.Situation:
		p.RingsOn(p.Destination)
	}
	if x.pickedUp(p.call(i)) {
		p.NotApplicable("%s is answered by the phone itself, so it cannot be kept %s", x.Title, x.state)
	}
}

// pickedUp reports whether a call that should not be answered yet is Established.
func (x situation) pickedUp(now voice.Call) bool {
	return now.State() == voice.Established && (x.state == Ringing || x.state == Dialing)
}

func (p *walker) try(i int, op voice.Operation) *recording.Entry {
	at := p.scene(i)
	return Try(p.Stage, at.Situation, at.call, op.Name, at.parameters(p.Stage, op))
}

// disturbed reports whether a situation's call has left its state, or another call has come up.
func (p *walker) disturbed(i, mark int) bool {
	if p.call(i).State() != string(p.situations[i].state) {
		return true
	}
	return p.Seen(p.Agent, mark, func(e *recording.Entry) bool {
		mine := slices.ContainsFunc(p.calls, func(c *play.Call) bool { return c.ID(p.Agent) == e.CallID() })
		return e.Type() == "StatusChange" && !mine && p.Made(e)
	}) != nil
}

// steady tries what is offered and leaves the state as it is. The last situation's change of user data is a
// fence for the agent as well.
func (p *walker) steady(i int) {
	for _, op := range voice.CallOperations() {
		if !op.Steady || !p.call(i).Offers(op.Name) {
			continue
		}
		mark := p.Mark()
		if p.try(i, op).Accepted() && op.Name == "UpdateUserData" {
			// What is set must be there before it is deleted: that it was accepted does not say so.
			key, _ := Updated(p.situations[i].Situation)
			told := p.Await(p.Agent, "fence", mark, func(e *recording.Entry) bool { return voice.CallOf(e).UserData()[key] != nil }) != nil
			p.fenced = told && i+1 == len(p.situations)
		}
	}
}

// lasts tries what is offered and ends the situation, each with calls of its own.
func (p *walker) lasts() {
	i := len(p.situations) - 1
	used := false
	for _, end := range p.last {
		if used {
			p.EndCalls()
			p.calls = p.arrange(p.Stage, "-"+end.operation)
			used = false
		}
		if !p.call(i).Offers(end.operation) || p.Unreachable(end.operation) {
			continue
		}
		mark := p.Mark()
		if used = p.try(i, voice.Find(end.operation)).Accepted(); used {
			end.await(p.Stage, p.scene(i), mark)
		}
	}
}

// fence waits, before anything is done that has effects of its own, for what the refused operations may
// have caused: at the agent's session and at those of the other ends.
func (p *walker) fence() {
	for i, c := range p.calls {
		ends := p.Others(c)
		if i == 0 && !p.fenced {
			ends = append(ends, p.Agent)
		}
		p.Fence(p.situations[0].Name+".end."+c.Role, c, ends...)
	}
}
