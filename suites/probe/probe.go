// Package probe is the vocabulary for what a server must refuse: a probe is sent, and judged
// by its answer, by what it caused, and by whether an error notification took it back.
//
// A refusal needs no waiting: whether it had an effect all the same shows by the time the last
// one is over, since notifications of one session keep their order. A probe that was accepted, and
// the last of all, is followed by a fence, an operation whose own notification must come: what has
// not come before it does not come.
package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Probe is one request that must be refused.
type Probe struct {
	Name        string // of the check, and of the step on the tape
	Title       string
	Requirement string
	// Expect is the statusCode that the table gives for the cause; 0 where the documents leave it open.
	Expect []int64
	// Send sends the request; the label must be used for it.
	Send func(s *play.Stage, c *play.Call, label string) *recording.Entry
	// Freeform: the form of the refusal is not the API's own (an unknown path, credentials).
	Freeform bool
	// Harmless probes are refused or ignored alike: that nothing changed is all that counts.
	Harmless bool
}

const prefix = "probe."

// Post is a probe by an operation on the call in the agent's name.
func Post(name, title, requirement, operation string, params map[string]any, expect ...int64) Probe {
	return Probe{Name: name, Title: title, Requirement: requirement, Expect: expect, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		return s.Operate(s.Agent, label, c, operation, params)
	}}
}

// Raw is a probe by a body that is sent as it is.
func Raw(name, title, requirement, contentType, body string, expect ...int64) Probe {
	return Probe{Name: name, Title: title, Requirement: requirement, Expect: expect, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		return s.Request(s.Agent, label, play.Request{Method: "POST", Path: "/me/calls/" + c.ID(s.Agent), Body: []byte(body), ContentType: contentType})
	}}
}

// Play sends probes one after the other. state is the state that the call must be in for each;
// renew makes another call where a probe changed this one after all, or is nil where the scenario
// cannot go on then. The call in use at the end is returned.
func Play(s *play.Stage, c *play.Call, state string, renew func() *play.Call, probes ...Probe) *play.Call {
	for i, p := range probes {
		mark := s.Mark()
		e := p.Send(s, c, prefix+p.Name)
		switch {
		case i+1 == len(probes) && state != "Released":
			FenceAll(s, c, p.Name)
		case e.Accepted():
			Fence(s, c, p.Name, state)
		}
		if !disturbed(s, c, mark, state) {
			continue
		}
		if i+1 == len(probes) {
			break
		}
		if renew == nil {
			s.Block("%s changed the call", p.Title)
		}
		s.EndCalls()
		c = renew()
	}
	return c
}

// Fence changes user data of the call and waits for the notification: what was caused before
// it has arrived by then. A call that is no more has no fence; then an error notification or
// a change is awaited as long as one that is missing.
func Fence(s *play.Stage, c *play.Call, name, state string) {
	if state == "Released" {
		s.Settle()
		return
	}
	s.Fence(name, c, s.Agent)
}

// FenceAll is Fence for all ends of the call that we can see, where what is judged are the
// changes at each of them.
func FenceAll(s *play.Stage, c *play.Call, name string) {
	s.Fence(name, c, append([]*play.Actor{s.Agent}, s.Others(c)...)...)
}

// disturbed tells whether the agent's call is in another state than it should be, or another call has come up.
func disturbed(s *play.Stage, c *play.Call, mark int, state string) bool {
	return s.Seen(s.Agent, mark, func(e *recording.Entry) bool {
		return e.Type() == "StatusChange" && (e.CallID() != c.ID(s.Agent) && s.Made(e) || e.CallID() == c.ID(s.Agent) && e.State() != state)
	}) != nil
}

// Checks judges each probe by its own requirement, and all of them by what holds for every refusal.
func Checks(probes ...Probe) []scenario.Check {
	var out []scenario.Check
	for _, p := range probes {
		if p.Harmless {
			continue
		}
		out = append(out, scenario.Check{
			Name: p.Name, Title: p.Title, Requirements: []string{p.Requirement},
			Judge: func(c *judge.Case) judge.Ruling { return refused(c, p) },
		})
	}
	return append(out, common(probes)...)
}

func common(probes []Probe) []scenario.Check {
	all := func(_ string, judged func(Probe, *recording.Entry) []judge.Finding) func(*judge.Case) judge.Ruling {
		return func(c *judge.Case) judge.Ruling {
			var out []judge.Finding
			n := 0
			for _, p := range probes {
				for _, e := range c.Steps(prefix + p.Name) {
					if e.Step != prefix+p.Name {
						continue
					}
					n++
					out = append(out, judged(p, e)...)
				}
			}
			if n == 0 {
				return c.NotPlayed("a probe")
			}
			return judge.Ruled(out)
		}
	}
	checks := []scenario.Check{
		{Name: "no-effect", Title: "what is refused changes nothing", Requirements: []string{"ERR-2"}, Judge: noEffect(probes)},
		{Name: "answered", Title: "every refusal is a complete answer", Requirements: []string{"HTTP-5"}, Judge: all("HTTP-5", func(_ Probe, e *recording.Entry) []judge.Finding { return judge.AnswerComplete(e) })},
		{Name: "error-form", Title: "a refusal has statusCode and statusMessage and nothing else", Requirements: []string{"ERR-1"}, Judge: all("ERR-1", func(p Probe, e *recording.Entry) []judge.Finding {
			if p.Freeform {
				return nil
			}
			return judge.Refusal(e)
		})},
		{Name: "error-type", Title: "a refusal is application/json", Requirements: []string{"HTTP-3"}, Judge: all("HTTP-3", func(p Probe, e *recording.Entry) []judge.Finding {
			if p.Freeform {
				return nil
			}
			return judge.AnswerType(e)
		})},
	}
	if slices.ContainsFunc(probes, func(p Probe) bool { return len(p.Expect) > 0 }) {
		checks = append(checks, scenario.Check{Name: "status-codes", Title: "refusals have the statusCode of their cause", Requirements: []string{"ERR-3"}, Judge: all("ERR-3", func(p Probe, e *recording.Entry) []judge.Finding {
			code, ok := e.StatusCode()
			if !ok || code == 0 || len(p.Expect) == 0 || slices.Contains(p.Expect, code) {
				return nil
			}
			return []judge.Finding{{Requirement: "ERR-3", Entry: e, Path: "statusCode", Expected: fmt.Sprintf("%v for: %s", p.Expect, p.Title), Observed: fmt.Sprint(code)}}
		})})
	}
	return checks
}

// refused: a statusCode other than 0, or an HTTP status that says no; or, since operations are
// asynchronous, an error notification and no effect.
func refused(c *judge.Case, p Probe) judge.Ruling {
	e := c.Step(prefix + p.Name)
	if e == nil {
		return c.NotPlayed("the probe " + p.Name)
	}
	if e.Problem != "" {
		return judge.Block("the request was not answered: %s", e.Problem)
	}
	if !e.Accepted() {
		return judge.Pass()
	}
	effects := Effects(c, e)
	if len(effects) == 0 && apology(c, e) {
		return judge.Pass() // refused asynchronously; reported by the timeline
	}
	f := judge.Finding{Requirement: p.Requirement, Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: " + p.Title, Observed: "it is accepted"}
	if len(effects) > 0 {
		f.Observed = "it is accepted and carried out: " + effects[0].Observed
	}
	return judge.Fail(f)
}

// apology is an error notification to whoever sent the request.
func apology(c *judge.Case, probe *recording.Entry) bool {
	for _, e := range c.Entries {
		if e.IsError() && e.Actor == probe.Actor && e.At >= probe.At && e.At <= until(c, probe) {
			return true
		}
	}
	return false
}

// until is when the next request of the scenario was sent, fences apart.
func until(c *judge.Case, probe *recording.Entry) float64 {
	for _, e := range c.Requests() {
		if e.At > probe.At && e.Step != "" && !strings.HasPrefix(e.Step, "fence.") {
			return e.At
		}
	}
	return probe.At + 1e9
}

// noEffect: nothing that was refused was done all the same.
func noEffect(probes []Probe) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling {
		var out []judge.Finding
		n := 0
		for _, p := range probes {
			e := c.Step(prefix + p.Name)
			if e == nil {
				continue
			}
			n++
			if !e.Accepted() || p.Harmless {
				out = append(out, Effects(c, e)...)
			}
		}
		if n == 0 {
			return c.NotPlayed("a probe")
		}
		return judge.Ruled(out)
	}
}

// Effects are the changes that came after a probe and before the scenario's next request: a
// call in another state than before, or a call that nobody asked for.
func Effects(c *judge.Case, probe *recording.Entry) []judge.Finding {
	end := until(c, probe)
	state := map[string]string{}
	var out []judge.Finding
	for _, e := range c.Messages("") {
		key := e.Actor + " " + e.CallID()
		before := state[key]
		state[key] = e.State()
		if e.At < probe.At || e.At >= end || e.Type() != "StatusChange" || e.State() == before {
			continue
		}
		if !c.Ours(e) && !c.BetweenOurs(e) || settling(c, e, probe) {
			continue
		}
		out = append(out, judge.Finding{
			Requirement: "ERR-2", Entry: e, Expected: "no change: " + probe.Operation() + " is refused", Observed: fmt.Sprintf("%s is notified of %s", e.Actor, e.State()),
		})
	}
	return out
}

// settling: what an accepted operation before the probe causes at the other end may come late.
func settling(c *judge.Case, e, probe *recording.Entry) bool {
	for _, r := range c.Requests() {
		if r.At >= probe.At || !r.Accepted() {
			continue
		}
		switch r.Operation() {
		case "Answer":
			if e.State() == "Established" && e.Actor != r.Actor {
				return true
			}
		case "Dial":
			if (e.State() == "Ringing" || e.State() == "Dialing") && c.Ours(e) {
				return true
			}
		case "Hangup", "CompleteTransfer", "SingleStepTransfer":
			if e.State() == "Released" && e.Actor != r.Actor {
				return true
			}
		}
	}
	return false
}
