// Package documented makes checks of pages: what is asked of a replay is read off the page, so that a new
// page needs no code.
package documented

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// Scenarios are the pages of all areas, as scenarios.
func Scenarios() ([]*scenario.Scenario, error) {
	pages, err := page.Load()
	if err != nil {
		return nil, err
	}
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	var out []*scenario.Scenario
	for _, p := range pages {
		out = append(out, Scenario(p, registry))
	}
	return out, nil
}

// Scenario replays a page, and checks what is read off it.
func Scenario(p *page.Page, registry *requirement.Registry) *scenario.Scenario {
	s := &scenario.Scenario{
		ID: p.ID, Title: p.Title, Area: p.Area, Profiles: p.Profiles, Source: p.Source, Feature: p.Feature,
		NeedsDestination: p.Needs.Destination == "answers", Operations: p.Operations(),
		Script: play.Script(p), Page: p,
	}
	for _, c := range Checks(p, registry) {
		s.Checks = append(s.Checks, scenario.Check{
			Name: c.Name, Title: c.Title, Requirements: c.Requirements,
			Judge: func(played *judge.Case) judge.Ruling { return c.Judged(played.Replay(p)) },
		})
	}
	return s
}

// Check is one check that is read off a page.
type Check struct {
	Name         string // last part of its id, unique on the page
	Title        string
	Requirements []string
	Judged       func(*judge.Replay) judge.Ruling // a pure function of the replay
}

// Checks are all that are read off a page, in their order. registry says what of it is required.
func Checks(p *page.Page, registry *requirement.Registry) []Check {
	b := &builder{page: p, names: map[string]int{}, registry: registry}
	b.requests()
	b.notifications()
	b.order()
	if slices.ContainsFunc(p.Notifications(), func(s *page.Step) bool { return s.Call() != nil }) {
		b.rules()
		b.values()
	} else {
		b.devices()
	}
	return b.checks
}

type builder struct {
	page     *page.Page
	registry *requirement.Registry
	names    map[string]int // how often a name was given
	checks   []Check
}

// add appends a check; the second of a name gets a number.
func (b *builder) add(name, title, requirement string, judged func(*judge.Replay) judge.Ruling) {
	b.names[name]++
	if n := b.names[name]; n > 1 {
		name = fmt.Sprintf("%s-%d", name, n)
	}
	b.checks = append(b.checks, Check{Name: name, Title: title, Requirements: []string{requirement}, Judged: judged})
}

// absent rules on a check that has nothing to judge. Where no document requires that a server does what the page
// does, or that it notifies what the page shows, the rules about that do not apply to one that does not.
func (b *builder) absent(r *judge.Replay, what, reason string) judge.Ruling {
	ruling := r.NotPlayed(what).OrBlocked(reason)
	if ruling.Outcome != result.Blocked {
		return ruling
	}
	var posted *recording.Entry
	refusable, silent := true, true
	for i := range b.page.Steps {
		step := &b.page.Steps[i]
		q, known := b.registry.Get(step.Requirement)
		required := known && q.Level == requirement.Required
		switch {
		case step.Posts != "":
			posted = r.Step(step.Label)
			refusable = refusable && !required
			if posted != nil && !posted.Accepted() && refusable {
				return judge.DoesNotApply("%s; no document requires that it is accepted", ruling.Reason)
			}
		case step.Notification != nil:
			silent = silent && !required
		}
	}
	if posted != nil && posted.Accepted() && silent {
		return judge.DoesNotApply("%s; no document requires it", ruling.Reason)
	}
	return ruling
}

// requests: every operation of the page is accepted, and answered in the documented form.
func (b *builder) requests() {
	posted := false
	for i := range b.page.Steps {
		step := &b.page.Steps[i]
		if step.Posts == "" {
			continue
		}
		posted = true
		label, op := step.Label, step.Operation()
		b.add(label+"-accepted", op+" is accepted", step.Requirement, func(r *judge.Replay) judge.Ruling {
			e := r.Step(label)
			if e == nil {
				return r.NotPlayed("the request " + op)
			}
			return judge.Ruled(judge.Accepted(step.Requirement, e))
		})
	}
	if !posted {
		return
	}
	answers := func(judged func(*recording.Entry) []judge.Finding) func(*judge.Replay) judge.Ruling {
		return func(r *judge.Replay) judge.Ruling {
			var out []judge.Finding
			n := 0
			for i := range b.page.Steps {
				if e := r.Step(b.page.Steps[i].Label); e != nil && b.page.Steps[i].Posts != "" {
					n++
					out = append(out, judged(e)...)
				}
			}
			if n == 0 {
				return r.NotPlayed("a request of the page")
			}
			return judge.Ruled(out)
		}
	}
	b.add("answer-status", "operations are answered with HTTP 200", "HTTP-1", answers(judge.AnswerStatus))
	b.add("answer-form", "answers have the documented form", "HTTP-2", answers(judge.AnswerForm))
	b.add("answer-type", "answers are application/json", "HTTP-3", answers(judge.AnswerType))
	b.add("answer-complete", "requests are answered in time and whole", "HTTP-5", answers(judge.AnswerComplete))
}

// notifications: each of the page comes, and says what the page says.
func (b *builder) notifications() {
	for _, step := range b.page.Notifications() {
		b.add(b.nameOf(step), b.titleOf(step), step.Requirement, func(r *judge.Replay) judge.Ruling {
			cause := r.Cause(step)
			if r.Matched(step) == nil {
				if cause == nil && b.page.Cause(step) != nil || cause != nil && !cause.Accepted() {
					return r.NotPlayed("the operation before it")
				}
				if _, known := r.Role(step.CallID()); !known && cause == nil {
					return r.Absent(step)
				}
				return judge.Fail(r.Missing(step, cause))
			}
			return judge.Ruled(append(r.Differences(step, step.Requirement), r.Unexpected(step.Requirement)...))
		})
	}
}

func (b *builder) nameOf(step *page.Step) string {
	if step.Call() == nil {
		return "notified"
	}
	name := strings.ToLower(step.State())
	if step.Type() != "StatusChange" && step.Type() != "" {
		name = kebab(step.Type())
	}
	if step.Consult() {
		name = "consult-" + name
	}
	return name
}

func (b *builder) titleOf(step *page.Step) string {
	switch {
	case step.Call() == nil:
		return "the device is notified as documented"
	case step.Type() != "StatusChange" && step.Type() != "":
		return step.Type() + " is notified as documented"
	case step.Consult():
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
	for _, o := range b.page.Order {
		name := o.Name
		if name == "" {
			name = "order"
		}
		b.add(name, b.whose(o.First)+" comes before "+b.whose(o.Then), o.Requirement, func(r *judge.Replay) judge.Ruling { return r.Ordered(o) })
	}
}

// whose names a notification by its state, and by its call where the page has a consult call.
func (b *builder) whose(of string) string {
	state, id := page.Split(of)
	consults, this := false, false
	for _, step := range b.page.Notifications() {
		if step.Consult() {
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

// rules: what holds for every notification is judged for those of the page.
func (b *builder) rules() {
	var plain, consult []string // states that the page shows
	for _, step := range b.page.Notifications() {
		switch {
		case step.Call() == nil:
		case step.Consult():
			consult = append(consult, step.State())
		default:
			plain = append(plain, step.State())
		}
	}
	for _, rule := range judge.Rules {
		if !rule.Shown(plain, consult) {
			continue
		}
		b.add(rule.Name, rule.Title, rule.Requirement, func(r *judge.Replay) judge.Ruling {
			messages := r.Judged()
			if len(messages) == 0 {
				return b.absent(r, "the notifications of the page", "none of the page's notifications came")
			}
			scope := r.WithCompany(messages)
			if rule.Others {
				scope = r.Messages("")
			}
			findings := rule.Judge(r.Case, scope)
			findings = append(findings, r.Findings(rule.Requirement)...)
			findings = append(findings, r.Unexpected(rule.Requirement)...)
			return judge.Ruled(judge.Distinct(findings))
		})
	}
}

// values are what only a page can tell of a call.
func (b *builder) values() {
	values := []struct{ requirement, name, title string }{
		{"MSG-10", "call-type", "callType is as documented"},
		{"ID-9", "dnis", "dnis is the dialled number"},
	}
	if b.page.IsAbout(page.Recording) {
		values = append(values, struct{ requirement, name, title string }{"RECORD-5", "user-data", "GSIP_RECORD follows the recording state"})
	}
	for _, v := range values {
		b.add(v.name, v.title, v.requirement, func(r *judge.Replay) judge.Ruling {
			if len(r.Judged()) == 0 {
				return b.absent(r, "the notifications of the page", "none of the page's notifications came")
			}
			return judge.Ruled(r.Findings(v.requirement))
		})
	}
}

func (b *builder) devices() {
	b.device("schema", "the device is notified in the documented form", "DEVICE-2", each(func(_ *judge.Case, e *recording.Entry) []judge.Finding { return judge.DeviceForm(e) }))
	b.device("envelope", "devices are notified on their channel with their message type", "MSG-3", each(judge.DeviceEnvelope))
	if b.page.IsAbout(page.AgentState) {
		b.device("agent-state-id", "the agent state has the documented id and name", "AGENT-6",
			func(r *judge.Replay, _ []*recording.Entry) []judge.Finding { return r.Findings("AGENT-6") })
	}
}

// device adds a check of the device notifications that came.
func (b *builder) device(name, title, requirement string, judged func(*judge.Replay, []*recording.Entry) []judge.Finding) {
	b.add(name, title, requirement, func(r *judge.Replay) judge.Ruling {
		messages := r.DeviceMessages("agent")
		if len(messages) == 0 {
			return b.absent(r, "a device notification", "no device notification came")
		}
		return judge.Ruled(judged(r, messages))
	})
}

func each(judged func(*judge.Case, *recording.Entry) []judge.Finding) func(*judge.Replay, []*recording.Entry) []judge.Finding {
	return func(r *judge.Replay, messages []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range messages {
			out = append(out, judged(r.Case, e)...)
		}
		return out
	}
}
