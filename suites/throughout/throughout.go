// Package throughout judges what no scenario's own checks look at: the notifications of the
// other people of a station, those of scenarios that are about something else, and every
// REST answer. For a foreign recording, which has no scenarios, it is all there is.
package throughout

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios is the one scenario of this area.
func Scenarios() []*scenario.Scenario {
	s := &scenario.Scenario{
		ID: scenario.Throughout, Title: "What holds for every message of the run", Area: "throughout", Whole: true,
		Source: requirement.Source{Page: "CallResource", Section: "fields"},
	}
	for _, r := range judge.Rules {
		s.Checks = append(s.Checks, scenario.Check{
			Name: r.Name, Title: r.Title, Requirements: []string{r.Requirement},
			JudgeAll: func(run *scenario.Run) judge.Ruling { return rule(run, r) },
		})
	}
	for _, a := range answers {
		s.Checks = append(s.Checks, scenario.Check{
			Name: a.name, Title: a.title, Requirements: []string{a.requirement},
			JudgeAll: func(run *scenario.Run) judge.Ruling { return answered(run, a.judge) },
		})
	}
	for _, d := range devices {
		s.Checks = append(s.Checks, scenario.Check{
			Name: d.name, Title: d.title, Requirements: []string{d.requirement},
			JudgeAll: func(run *scenario.Run) judge.Ruling { return notified(run, d.judge) },
		})
	}
	return []*scenario.Scenario{s}
}

// rule judges one rule over everything that the scenarios' own checks leave out.
func rule(run *scenario.Run, r judge.Rule) judge.Ruling {
	var out []judge.Finding
	n := 0
	for _, p := range run.Cases {
		scope := left(p)
		if !r.Foreign {
			scope = slices.DeleteFunc(scope, func(e *recording.Entry) bool { return !p.Ours(e) })
		}
		n += relevant(r, scope)
		out = append(out, r.Judge(p.Case, scope)...)
	}
	for _, c := range run.Loose {
		scope := c.Messages("")
		if !foreign(run) && !r.Foreign {
			continue
		}
		n += relevant(r, scope)
		out = append(out, r.Judge(c, scope)...)
	}
	if n == 0 {
		return nothing(run, "a notification of this kind")
	}
	return judge.Ruled(out)
}

// foreign tells whether the recording is not one of ours.
func foreign(run *scenario.Run) bool { return len(run.Cases) == 0 }

func nothing(run *scenario.Run, what string) judge.Ruling {
	if foreign(run) {
		return judge.CannotTest("the recording does not hold %s", what)
	}
	return judge.DoesNotApply("what was played held no %s", what[2:])
}

// left are the notifications of a scenario that its own checks do not judge: a documented one
// judges the agent's.
func left(p *scenario.Played) []*recording.Entry {
	if p.Page == nil {
		return p.Messages("")
	}
	var out []*recording.Entry
	for _, e := range p.Messages("") {
		if e.Actor != "agent" || !p.Ours(e) {
			out = append(out, e)
		}
	}
	return out
}

// relevant counts the notifications that a rule speaks of.
func relevant(r judge.Rule, scope []*recording.Entry) int {
	n := 0
	for _, e := range scope {
		if r.SpeaksOf(e) {
			n++
		}
	}
	return n
}

var answers = []struct {
	name, title, requirement string
	judge                    func(*recording.Entry) []judge.Finding
}{
	{"answer-form", "answers have an integer statusCode", "HTTP-2", func(e *recording.Entry) []judge.Finding {
		if e.Status >= 300 {
			return judge.AnswerCode(e)
		}
		return judge.AnswerForm(e)
	}},
	{"answer-type", "answers are application/json", "HTTP-3", successful(judge.AnswerType)},
	{"answer-message", "success comes without statusMessage", "HTTP-4", judge.NoMessageOnSuccess},
	{"answer-status", "accepted operations are answered with HTTP 200", "HTTP-1", operations(judge.AnswerStatus)},
	{"answer-complete", "requests are answered in time and whole", "HTTP-5", judge.AnswerComplete},
	{"error-form", "errors have statusCode and statusMessage and nothing else", "ERR-1", onlyOf("ERR-1", judge.ErrorForm)},
	{"partial-form", "partial success has its two lists", "SESSION-4", onlyOf("SESSION-4", judge.ErrorForm)},
}

// successful leaves refusals to the checks that provoke them: their form may be a proxy's.
func successful(judged func(*recording.Entry) []judge.Finding) func(*recording.Entry) []judge.Finding {
	return func(e *recording.Entry) []judge.Finding {
		if e.Status >= 300 {
			return nil
		}
		return judged(e)
	}
}

func operations(judged func(*recording.Entry) []judge.Finding) func(*recording.Entry) []judge.Finding {
	return func(e *recording.Entry) []judge.Finding {
		if e.Method != "POST" {
			return nil
		}
		return judged(e)
	}
}

func onlyOf(requirement string, judged func(*recording.Entry) []judge.Finding) func(*recording.Entry) []judge.Finding {
	return func(e *recording.Entry) []judge.Finding {
		return slices.DeleteFunc(judged(e), func(f judge.Finding) bool { return f.Requirement != requirement })
	}
}

// answered judges every REST answer of the run. Those of a foreign recording are judged as far as
// it knows them: a status or header that was not logged is not held against the server.
func answered(run *scenario.Run, judged func(*recording.Entry) []judge.Finding) judge.Ruling {
	var out []judge.Finding
	n := 0
	each(run, func(c *judge.Case) {
		for _, e := range c.Requests() {
			if len(e.Response) == 0 && e.ResponseText == "" && e.Problem == "" && e.Status == 0 {
				continue // not logged
			}
			if len(e.Response) == 0 && e.ResponseText == "" && foreign(run) {
				continue // the body was not logged
			}
			n++
			out = append(out, judged(e)...)
		}
	})
	if n == 0 {
		return nothing(run, "a REST answer")
	}
	return judge.Ruled(out)
}

func each(run *scenario.Run, f func(*judge.Case)) {
	for _, p := range run.Cases {
		f(p.Case)
	}
	for _, c := range run.Loose {
		f(c)
	}
}

var devices = []struct {
	name, title, requirement string
	judge                    func(*judge.Case, *recording.Entry) []judge.Finding
}{
	{"device-form", "devices are notified in the documented form", "DEVICE-2", func(_ *judge.Case, e *recording.Entry) []judge.Finding { return judge.DeviceForm(e) }},
	{"device-envelope", "devices are notified on their channel with their message type", "MSG-3", judge.DeviceEnvelope},
}

// notified judges every device notification of the run.
func notified(run *scenario.Run, judged func(*judge.Case, *recording.Entry) []judge.Finding) judge.Ruling {
	var out []judge.Finding
	n := 0
	each(run, func(c *judge.Case) {
		for _, actor := range c.Actors() {
			for _, e := range c.DeviceMessages(actor) {
				n++
				out = append(out, judged(c, e)...)
			}
		}
	})
	if n == 0 {
		return nothing(run, "a device notification")
	}
	return judge.Ruled(out)
}
