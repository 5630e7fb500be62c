package states

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/suites/probe"
)

const prefix = "cell."

// attempts bounds how often a situation is brought about again on a server that does what it
// should refuse: after so many the table has enough to say.
const attempts = 8

// walker plays one walk.
type walker struct {
	walk
	*play.Stage

	calls   []*play.Call
	attempt int
	fenced  bool // the agent was notified of something that was done after all refusals
}

func (w walk) play(s *play.Stage) {
	p := &walker{walk: w, Stage: s}
	p.again()
	for i := range w.rows {
		p.refusals(i)
		p.steady(i)
	}
	if len(p.last) > 0 {
		p.fence()
	}
	p.lasts()
}

// again brings the situation about, from nothing.
func (p *walker) again() {
	if p.attempt++; p.attempt > 1 {
		p.EndCalls()
	}
	if p.attempt > attempts {
		p.Block("operations that are not offered changed the calls %d times", attempts)
	}
	suffix := ""
	if p.attempt > 1 {
		suffix = fmt.Sprintf("-%d", p.attempt)
	}
	p.calls = p.arrange(p.Stage, suffix)
}

func (p *walker) scene(i int) scene {
	at := scene{row: p.rows[i].name, call: p.calls[i]}
	if len(p.calls) > 1 {
		at.other = p.calls[1-i]
	}
	return at
}

// refusals tries what the row's call does not offer.
func (p *walker) refusals(i int) {
	r := p.rows[i]
	for _, op := range operations {
		if _, exempt := r.exempt[op.name]; exempt {
			continue
		}
		p.unanswered(i)
		if offers(last(p.Stage, p.calls[i]), op.name) != no {
			continue
		}
		mark := p.Mark()
		e := p.try(i, op)
		if e.Accepted() {
			probe.Fence(p.Stage, p.calls[i], r.name+"."+op.name, r.state)
		}
		if p.disturbed(i, mark) && !(pickUp(r, p.state(i)) && !e.Accepted()) {
			p.again()
		}
	}
}

// unanswered ends a row whose call was answered by the phone itself: it cannot be kept in its state.
func (p *walker) unanswered(i int) {
	if r := p.rows[i]; pickUp(r, p.state(i)) {
		p.NotApplicable("%s is answered by the phone itself, so it cannot be kept %s", r.title, r.state)
	}
}

func pickUp(r row, now string) bool {
	return now == "Established" && (r.state == "Ringing" || r.state == "Dialing")
}

func (p *walker) try(i int, op operation) *recording.Entry {
	at := p.scene(i)
	return p.Operate(p.Agent, prefix+p.rows[i].name+"."+op.name, at.call, op.name, op.body(p.Stage, at))
}

func (p *walker) state(i int) string {
	if e := last(p.Stage, p.calls[i]); e != nil {
		return e.State()
	}
	return ""
}

// disturbed tells whether a row's call has left its state, or another call has come up.
func (p *walker) disturbed(i, mark int) bool {
	if p.state(i) != p.rows[i].state {
		return true
	}
	return p.Seen(p.Agent, mark, func(e *recording.Entry) bool {
		mine := slices.ContainsFunc(p.calls, func(c *play.Call) bool { return c.ID(p.Agent) == e.CallID() })
		return e.Type() == "StatusChange" && !mine && p.Made(e)
	}) != nil
}

// steady tries what is offered and leaves the state as it is. The last row's change of user data is a
// fence for the agent as well.
func (p *walker) steady(i int) {
	for _, op := range operations {
		if !op.steady || offers(last(p.Stage, p.calls[i]), op.name) != yes {
			continue
		}
		mark := p.Mark()
		if p.try(i, op).Accepted() && op.name == "UpdateUserData" && i+1 == len(p.rows) {
			p.fenced = p.Await(p.Agent, "fence", mark, func(e *recording.Entry) bool {
				data, _ := e.Call()["userData"].(map[string]any)
				return data[updated+p.rows[i].name] != nil
			}) != nil
		}
	}
}

// lasts tries what is offered and ends the state, each in a situation of its own.
func (p *walker) lasts() {
	i := len(p.rows) - 1
	used := false
	for _, end := range p.last {
		if used {
			p.EndCalls()
			p.calls = p.arrange(p.Stage, "-"+end.operation)
			used = false
		}
		if offers(last(p.Stage, p.calls[i]), end.operation) != yes {
			continue
		}
		at := slices.IndexFunc(operations, func(o operation) bool { return o.name == end.operation })
		mark := p.Mark()
		if used = p.try(i, operations[at]).Accepted(); used {
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
		p.Fence(p.rows[0].name+".end."+c.Role, c, ends...)
	}
}

// offered is whether a notification offers an operation; unknown where it has no capabilities.
type offered int

const (
	unknown offered = iota
	no
	yes
)

func offers(e *recording.Entry, operation string) offered {
	if e == nil {
		return unknown
	}
	list, ok := e.Call()["capabilities"].([]any)
	if !ok {
		return unknown
	}
	if slices.ContainsFunc(list, func(c any) bool { return c == operation }) {
		return yes
	}
	return no
}
