// Package documented makes checks of the documented scenarios: what is asked of a replay is
// read off the page, so that a new fixture needs no code.
package documented

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/document"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios are the documented scenarios of all areas.
func Scenarios() ([]*scenario.Scenario, error) {
	docs, err := document.Load()
	if err != nil {
		return nil, err
	}
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	var out []*scenario.Scenario
	for _, d := range docs {
		out = append(out, Scenario(d, registry))
	}
	return out, nil
}

// Scenario makes the checks of one document.
func Scenario(d *document.Document, registry *requirement.Registry) *scenario.Scenario {
	s := &scenario.Scenario{
		ID: d.ID, Title: d.Title, Area: d.Area, Profiles: d.Profiles, Source: d.Source, Feature: d.Feature,
		NeedsDestination: d.Needs.Destination == "answers",
		Script:           play.Script(d), Document: d,
	}
	for i := range d.Page {
		if op := d.Page[i].Operation(); op != "" && !slices.Contains(s.Operations, op) {
			s.Operations = append(s.Operations, op)
		}
	}
	b := &builder{doc: d, scenario: s, names: map[string]int{}, registry: registry}
	b.requests()
	b.notifications()
	b.order()
	b.rules()
	return s
}

type builder struct {
	doc      *document.Document
	scenario *scenario.Scenario
	names    map[string]int
	registry *requirement.Registry
}

// absent rules on a check that has nothing to judge. Where no document requires that a server does what the page
// does, or that it notifies what the page shows, the rules about that do not apply to one that does not.
func (b *builder) absent(p *judge.Page, what, reason string) judge.Ruling {
	r := p.NotPlayed(what).OrBlocked(reason)
	if r.Outcome != result.Blocked {
		return r
	}
	var posted *recording.Entry
	refusable, silent := true, true
	for i := range b.doc.Page {
		step := &b.doc.Page[i]
		q, known := b.registry.Get(step.Requirement)
		required := known && q.Level == requirement.Required
		switch {
		case step.Posts != "":
			posted = p.Step(step.Label)
			refusable = refusable && !required
			if posted != nil && !posted.Accepted() && refusable {
				return judge.DoesNotApply("%s; no document requires that it is accepted", r.Reason)
			}
		case step.Notification != nil:
			silent = silent && !required
		}
	}
	if posted != nil && posted.Accepted() && silent {
		return judge.DoesNotApply("%s; no document requires it", r.Reason)
	}
	return r
}

// add appends a check on the page. Every check gets its own Page, built on demand from the
// case: judging stays a pure function of the recording.
func (b *builder) add(name, title string, requirements []string, judged func(*judge.Page) judge.Ruling) {
	b.names[name]++
	if n := b.names[name]; n > 1 {
		name = fmt.Sprintf("%s-%d", name, n)
	}
	doc := b.doc
	b.scenario.Checks = append(b.scenario.Checks, scenario.Check{
		Name: name, Title: title, Requirements: requirements,
		Judge: func(c *judge.Case) judge.Ruling { return judged(c.Page(doc)) },
	})
}

// requests: every operation of the page is accepted, and answered in the documented form.
func (b *builder) requests() {
	posted := false
	for i := range b.doc.Page {
		step := &b.doc.Page[i]
		if step.Posts == "" {
			continue
		}
		posted = true
		label, op := step.Label, step.Operation()
		b.add(label+"-accepted", op+" is accepted", []string{step.Requirement}, func(p *judge.Page) judge.Ruling {
			e := p.Step(label)
			if e == nil {
				return p.NotPlayed("the request " + op)
			}
			return judge.Ruled(judge.Accepted(step.Requirement, e))
		})
	}
	if !posted {
		return
	}
	answers := func(judged func(*recording.Entry) []judge.Finding) func(*judge.Page) judge.Ruling {
		return func(p *judge.Page) judge.Ruling {
			var out []judge.Finding
			n := 0
			for i := range b.doc.Page {
				if e := p.Step(b.doc.Page[i].Label); e != nil && b.doc.Page[i].Posts != "" {
					n++
					out = append(out, judged(e)...)
				}
			}
			if n == 0 {
				return p.NotPlayed("a request of the page")
			}
			return judge.Ruled(out)
		}
	}
	b.add("answer-status", "operations are answered with HTTP 200", []string{"HTTP-1"}, answers(judge.AnswerStatus))
	b.add("answer-form", "answers have the documented form", []string{"HTTP-2"}, answers(judge.AnswerForm))
	b.add("answer-type", "answers are application/json", []string{"HTTP-3"}, answers(judge.AnswerType))
	b.add("answer-complete", "requests are answered in time and whole", []string{"HTTP-5"}, answers(judge.AnswerComplete))
}

// notifications: each of the page comes, and says what the page says.
func (b *builder) notifications() {
	for _, step := range b.doc.Notifications() {
		b.add(b.nameOf(step), b.titleOf(step), []string{step.Requirement}, func(p *judge.Page) judge.Ruling {
			cause := p.Cause(step)
			if p.Matched(step) == nil {
				if cause == nil && b.after(step) || cause != nil && !cause.Accepted() {
					return p.NotPlayed("the operation before it")
				}
				if _, known := p.Role(step.CallID()); !known && cause == nil {
					return p.Absent(step)
				}
				return judge.Fail(p.Missing(step, cause))
			}
			findings := p.Differences(step, step.Requirement)
			for _, f := range p.Unexpected() {
				if f.Requirement == step.Requirement {
					findings = append(findings, f)
				}
			}
			return judge.Ruled(findings)
		})
	}
}

// after tells whether a request stands before the step on the page.
func (b *builder) after(step *document.Step) bool {
	for i := range b.doc.Page {
		if &b.doc.Page[i] == step {
			return false
		}
		if b.doc.Page[i].Posts != "" {
			return true
		}
	}
	return false
}

func (b *builder) consult(step *document.Step) bool {
	return step.Call()["callType"] == "Consult" || step.Call()["parentCallUri"] != nil
}

func (b *builder) nameOf(step *document.Step) string {
	if step.Call() == nil {
		return "notified"
	}
	name := strings.ToLower(step.State())
	if step.Type() != "StatusChange" && step.Type() != "" {
		name = kebab(step.Type())
	}
	if b.consult(step) {
		name = "consult-" + name
	}
	return name
}

func (b *builder) titleOf(step *document.Step) string {
	switch {
	case step.Call() == nil:
		return "the device is notified as documented"
	case step.Type() != "StatusChange" && step.Type() != "":
		return step.Type() + " is notified as documented"
	case b.consult(step):
		return "the consult call is notified as " + step.State()
	}
	return "the call is notified as " + step.State()
}

func kebab(s string) string {
	var out strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				out.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		out.WriteRune(r)
	}
	return out.String()
}

func (b *builder) order() {
	for _, o := range b.doc.Order {
		name := o.Name
		if name == "" {
			name = "order"
		}
		b.add(name, b.whose(o.First)+" comes before "+b.whose(o.Then), []string{o.Requirement}, func(p *judge.Page) judge.Ruling { return p.Ordered(o) })
	}
}

// whose names a notification by its state, and by its call where the page has a consult call.
func (b *builder) whose(of string) string {
	state, id := document.Split(of)
	consults, this := false, false
	for _, step := range b.doc.Notifications() {
		if b.consult(step) {
			consults = true
			this = this || step.CallID() == id
		}
	}
	switch {
	case this:
		return state + " of the consult call"
	case consults:
		return state + " of the original"
	}
	return state
}

// pageValues are the requirements of values that only a page can tell.
var pageValues = map[string][2]string{
	"MSG-10":   {"call-type", "callType is as documented"},
	"ID-9":     {"dnis", "dnis is the dialled number"},
	"RECORD-5": {"user-data", "GSIP_RECORD follows the recording state"},
}

// rules: what holds for every notification is judged for those of the page.
func (b *builder) rules() {
	states, consult, calls := map[string]bool{}, false, false
	consultStates := map[string]bool{}
	for _, step := range b.doc.Notifications() {
		if step.Call() == nil {
			continue
		}
		calls = true
		if b.consult(step) {
			consult = true
			consultStates[step.State()] = true
		} else {
			states[step.State()] = true
		}
	}
	if !calls {
		b.devices()
		return
	}
	for _, r := range judge.Rules {
		if !shown(r, states, consultStates, consult) {
			continue
		}
		b.add(r.Name, r.Title, []string{r.Requirement}, func(p *judge.Page) judge.Ruling {
			messages := p.Judged()
			if len(messages) == 0 {
				return b.absent(p, "the notifications of the page", "none of the page's notifications came")
			}
			scope := p.WithCompany(messages)
			if r.Requirement == "MSG-7" {
				scope = p.Messages("") // what others were told is the point
			}
			findings := r.Judge(p.Case, scope)
			findings = append(findings, p.PageFindings(r.Requirement)...)
			if r.Requirement == "MSG-6" {
				for _, f := range p.Unexpected() {
					if f.Requirement == "MSG-6" {
						findings = append(findings, f)
					}
				}
			}
			return judge.Ruled(judge.Distinct(findings))
		})
	}
	values := []string{"MSG-10", "ID-9"}
	if b.doc.Area == "recording" {
		values = append(values, "RECORD-5")
	}
	for _, req := range values {
		b.add(pageValues[req][0], pageValues[req][1], []string{req}, func(p *judge.Page) judge.Ruling {
			if len(p.Judged()) == 0 {
				return b.absent(p, "the notifications of the page", "none of the page's notifications came")
			}
			return judge.Ruled(p.PageFindings(req))
		})
	}
}

// shown tells whether the page shows what a rule is about: a check that could not fail is none.
func shown(r judge.Rule, states, consultStates map[string]bool, consult bool) bool {
	if r.Consult && !consult {
		return false
	}
	if r.State == "" {
		return true
	}
	switch r.Requirement {
	case "CAP-2":
		return states["Dialing"]
	case "CAP-3":
		return consultStates["Dialing"]
	case "CAP-5":
		return states["Held"] && !consult
	case "CAP-6":
		return states["Held"]
	case "CAP-7":
		return states["Released"] || consultStates["Released"]
	}
	return states[r.State]
}

func (b *builder) devices() {
	b.add("schema", "the device is notified in the documented form", []string{"DEVICE-2"}, func(p *judge.Page) judge.Ruling {
		messages := p.DeviceMessages("agent")
		if len(messages) == 0 {
			return b.absent(p, "a device notification", "no device notification came")
		}
		var out []judge.Finding
		for _, e := range messages {
			out = append(out, judge.DeviceForm(e)...)
		}
		return judge.Ruled(out)
	})
	b.add("envelope", "devices are notified on their channel with their message type", []string{"MSG-3"}, func(p *judge.Page) judge.Ruling {
		messages := p.DeviceMessages("agent")
		if len(messages) == 0 {
			return b.absent(p, "a device notification", "no device notification came")
		}
		var out []judge.Finding
		for _, e := range messages {
			out = append(out, judge.DeviceEnvelope(p.Case, e)...)
		}
		return judge.Ruled(out)
	})
	if strings.HasPrefix(b.doc.Area, "agent-state") {
		b.add("agent-state-id", "the agent state has the documented id and name", []string{"AGENT-6"}, func(p *judge.Page) judge.Ruling {
			if len(p.DeviceMessages("agent")) == 0 {
				return b.absent(p, "a device notification", "no device notification came")
			}
			return judge.Ruled(p.PageFindings("AGENT-6"))
		})
	}
}
