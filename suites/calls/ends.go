package calls

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// twoEnds plays a call each way: what one end does, the other is notified of.
func twoEnds() *scenario.Scenario {
	return &scenario.Scenario{
		ID: "calls.two-ends", Title: "What one end does, the other is notified of", Area: "calls", Operations: []string{"Dial", "Answer", "Hangup"}, Profiles: []string{"calls"},
		Source: requirement.Source{Page: "CallsHangup", Section: "overview"},
		Script: func(s *play.Stage) {
			exchange(s, s.Caller, s.Agent, "inbound", "agent")
			s.EndCalls()
			exchange(s, s.Agent, s.Caller, "outbound", "caller")
		},
		Checks: []scenario.Check{
			{Name: "same-id", Title: "both ends of a call have the same id", Requirements: []string{"ID-10"}, Judge: sameID},
			{Name: "caller-established", Title: "the caller is notified when the agent answers", Requirements: []string{"ANSWER-2"}, Judge: otherEnd("answer.inbound", "ANSWER-2", "caller", "inbound", "Established")},
			{Name: "dialling-agent-established", Title: "an agent who dialled is notified when the other answers", Requirements: []string{"ANSWER-2"}, Judge: otherEnd("answer.outbound", "ANSWER-2", "agent", "outbound", "Established")},
			{Name: "other-released", Title: "the other party is notified when the agent hangs up", Requirements: []string{"HANGUP-2"}, Judge: otherEnd("hangup.inbound", "HANGUP-2", "caller", "inbound", "Released")},
			{Name: "agent-released", Title: "the agent is notified when the other party hangs up", Requirements: []string{"HANGUP-2"}, Judge: otherEnd("hangup.outbound", "HANGUP-2", "agent", "outbound", "Released")},
		},
	}
}

// exchange dials, answers and hangs up; the one who was called hangs up.
func exchange(s *play.Stage, from, to *play.Actor, role, ends string) {
	c := s.Dial(from, to, role, nil)
	ender := to
	if ender.Role != ends {
		ender = from
	}
	for _, x := range []struct {
		operation string
		by        *play.Actor
		state     string
	}{{"Answer", to, "Established"}, {"Hangup", ender, "Released"}} {
		mark := s.Mark()
		e := s.Operate(x.by, map[string]string{"Answer": "answer.", "Hangup": "hangup."}[x.operation]+role, c, x.operation, nil)
		if !e.Accepted() && s.Seen(x.by, 0, s.InState(x.by, c, x.state)) == nil {
			s.Block("%s was refused: %s", x.operation, play.Outcome(e))
		}
		s.AwaitState(from, c, mark, x.state)
		s.AwaitState(to, c, mark, x.state)
	}
}

func otherEnd(step, requirementID, actor, role, state string) func(*judge.Case) judge.Ruling {
	return func(c *judge.Case) judge.Ruling { return reaches(c, step, requirementID, actor, role, state) }
}

// sameID compares what the two ends were told of each of the two calls.
func sameID(c *judge.Case) judge.Ruling {
	agent, caller := c.Station.Agent.Number, c.Station.Caller.Number
	n := 0
	var out []judge.Finding
	for _, x := range []struct{ dialling, ringing, from, to string }{
		{"caller", "agent", caller, agent}, {"agent", "caller", agent, caller},
	} {
		a, b := firstWith(c, x.dialling, "Dialing", x.to), firstWith(c, x.ringing, "Ringing", x.from)
		if a == nil || b == nil {
			continue
		}
		n++
		if a.CallID() != b.CallID() {
			out = append(out, judge.Finding{Requirement: "ID-10", Entry: b, Path: "data.call.id", Expected: a.CallID() + ", the id at the " + x.dialling, Observed: judge.Short(b.CallID())})
		}
	}
	if n == 0 {
		return c.NotPlayed("both ends of a call").OrBlocked("no call was notified to both ends")
	}
	return judge.Ruled(out)
}

// firstWith is an actor's first notification of a call in a state with a number.
func firstWith(c *judge.Case, actor, state, number string) *recording.Entry {
	for _, m := range c.Messages(actor) {
		list, _ := m.Call()["participants"].([]any)
		for _, p := range list {
			if party, _ := p.(map[string]any); m.State() == state && party["phoneNumber"] == number {
				return m
			}
		}
	}
	return nil
}

// holdRetrieve holds and retrieves twice: the second time is as good as the first, and the other
// party stays in the call.
func holdRetrieve() *scenario.Scenario {
	steps := []struct{ name, operation, state, requirement string }{
		{"hold", "Hold", "Held", "HOLD-1"}, {"retrieve", "Retrieve", "Established", "RETRIEVE-1"},
		{"hold-again", "Hold", "Held", "HOLD-1"}, {"retrieve-again", "Retrieve", "Established", "RETRIEVE-1"},
	}
	s := &scenario.Scenario{
		ID: "calls.hold-retrieve", Title: "Hold and Retrieve, twice, with the other party", Area: "calls", Operations: []string{"Hold", "Retrieve"}, Profiles: []string{"calls"},
		Source: requirement.Source{Page: "CallsHold", Section: "overview"},
		Script: func(s *play.Stage) {
			c := s.Inbound("original")
			for _, x := range steps {
				mark := s.Mark()
				if e := s.Operate(s.Agent, x.name, c, x.operation, nil); !e.Accepted() {
					s.Block("%s was refused: %s", x.operation, play.Outcome(e))
				}
				if s.AwaitState(s.Agent, c, mark, x.state) == nil {
					s.Block("after %s the agent was not notified of %s", x.operation, x.state)
				}
			}
			s.Fence("stays", c, s.Others(c)...)
		},
	}
	for _, x := range steps {
		s.Checks = append(s.Checks, scenario.Check{
			Name: x.name, Title: "after " + x.operation + " the call is " + x.state + " and the other party stays in it", Requirements: []string{x.requirement},
			Judge: func(c *judge.Case) judge.Ruling { return stays(c, x.name, x.requirement, x.state) },
		})
	}
	return s
}

func stays(c *judge.Case, step, requirementID, state string) judge.Ruling {
	e := c.Step(step)
	if e == nil {
		return c.NotPlayed("the operation " + step)
	}
	if f := judge.Accepted(requirementID, e); f != nil {
		return judge.Ruled(f)
	}
	if !notified(c, e, "agent", "original", state) {
		return judge.Fail(missing(requirementID, e, "agent", state))
	}
	end := c.FirstHangup(e)
	for _, m := range c.At("caller", "original") {
		if m.State() == "Released" && judge.Since(e, m) && m.At < end {
			return judge.Fail(judge.Finding{Requirement: requirementID, Entry: m, Path: "data.call.state", Expected: "the other party stays in the call", Observed: "Released"})
		}
	}
	return judge.Pass()
}
