// Package play drives a target through scenarios: it is the only part of voicespec that
// touches a network. It acts for the people of a station, waits for events with a
// deadline, and keeps everything on the tape; what that means is the judge's business.
package play

import (
	"cmp"
	"sync"
	"time"
)

// Budgets are how long is waited for what. Every wait ends on an event or here.
type Budgets struct {
	Connect time.Duration // connection and Bayeux handshake
	Request time.Duration // the whole answer to a request
	Event   time.Duration // a notification; begins again while others of the scenario's calls still arrive
	Quiet   time.Duration // nothing more arrives: once, at the end of a run
}

// DefaultBudgets are meant for servers that take seconds for a step: a wait costs time
// only where something is missing.
var DefaultBudgets = Budgets{Connect: 10 * time.Second, Request: 30 * time.Second, Event: 15 * time.Second, Quiet: time.Second}

// OrDefault are the budgets, and the default ones in the place of those that are not set.
func (b Budgets) OrDefault() Budgets {
	return Budgets{
		Connect: cmp.Or(max(b.Connect, 0), DefaultBudgets.Connect), Request: cmp.Or(max(b.Request, 0), DefaultBudgets.Request),
		Event: cmp.Or(max(b.Event, 0), DefaultBudgets.Event), Quiet: cmp.Or(max(b.Quiet, 0), DefaultBudgets.Quiet),
	}
}

// Scale multiplies all budgets.
func (b Budgets) Scale(factor float64) Budgets {
	by := func(d time.Duration) time.Duration { return time.Duration(float64(d) * factor) }
	return Budgets{Connect: by(b.Connect), Request: by(b.Request), Event: by(b.Event), Quiet: by(b.Quiet)}
}

// patience decides how long one wait may take. What a target has failed to send once, after
// the whole budget, is a finding already: the next time the same thing is awaited only as
// long as this target has ever needed for anything, so that a broken server is told
// so within minutes. It can never make a correct server fail, for on one nothing is missed.
type patience struct {
	mu      sync.Mutex
	budget  time.Duration
	missed  map[string]int
	seen    map[string]bool
	slowest time.Duration
	fixed   bool // whatever was missed: under load a server is as slow as it is loaded
}

// newPatience begins with the whole event budget for everything.
func newPatience(event time.Duration) *patience {
	return &patience{budget: event, missed: map[string]int{}, seen: map[string]bool{}}
}

const (
	patienceFactor = 4           // times the slowest event seen: latencies of one server scatter
	patienceFloor  = time.Second // below it a pause of the machine would look like a missing event
	patienceNever  = 3           // so often missed and never seen: there is no such event on this target
	patienceLeast  = 200 * time.Millisecond
	extensionLimit = 4 // times the budget, however much else still arrives
)

func (p *patience) wait(what string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch n := p.missed[what]; {
	case n == 0 || p.fixed:
		return p.budget
	case n >= patienceNever && !p.seen[what]:
		return min(p.budget, max(patienceLeast, patienceFactor*p.slowest))
	}
	return min(p.budget, max(patienceFloor, patienceFactor*p.slowest))
}

// afterGap is how long is waited for what may have been lost.
func (p *patience) afterGap() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slowest == 0 || p.fixed {
		return p.budget
	}
	return min(p.budget, max(patienceFloor, patienceFactor*p.slowest))
}

func (p *patience) miss(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.missed[what]++
}

func (p *patience) saw(what string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[what] = true
	p.slowest = max(p.slowest, d)
}

// Slowest is the longest time that an awaited event took so far.
func (p *patience) Slowest() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slowest
}
