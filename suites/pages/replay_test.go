package pages_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/pages"
)

// tick is the time between two entries, in seconds.
const tick = 0.01

// shown is the recording that a page shows: a server that sends exactly what is printed there, to
// people with the page's own numbers.
type shown struct {
	page    *page.Page
	header  *recording.Header
	entries []*recording.Entry
	known   map[string]bool
	clock   float64            // of the recording: durations of the page are seconds of it
	began   map[string]float64 // call id: when by that clock
	first   string             // role of the first call
	consult string             // role of the consult call
}

func fromPage(t testing.TB, p *page.Page) *shown {
	t.Helper()
	party := func(role string) recording.Party {
		device := p.Cast[role+"Device"]
		if device == "" {
			device = "device-of-" + role
		}
		return recording.Party{User: role, Number: p.Cast[role], Device: device, Controlled: true}
	}
	s := &shown{page: p, known: map[string]bool{}, began: map[string]float64{}, header: &recording.Header{
		Version: 1, Stations: []recording.Station{{Agent: party("agent"), Caller: party("caller"), Destination: party("destination")}},
	}}
	s.add(&recording.Entry{Kind: recording.KindScenario, Event: recording.Begin})
	for _, a := range p.Before {
		s.arrange(a)
	}
	for i := range p.Steps {
		step := &p.Steps[i]
		switch {
		case step.Arrange != nil:
			s.arrange(*step.Arrange)
		case step.Posts != "":
			s.post("agent", step.Label, strings.TrimPrefix("/"+strings.TrimPrefix(step.Posts, "/"), "/api/v2"), step.Body, step.Answered)
		default:
			s.notify(t, step)
		}
	}
	s.add(&recording.Entry{Kind: recording.KindScenario, Event: recording.End})
	return s
}

func (s *shown) add(e *recording.Entry) *recording.Entry {
	s.clock += tick
	e.Seq, e.At, e.Station, e.Scenario = len(s.entries)+1, s.clock, 1, s.page.ID
	s.entries = append(s.entries, e)
	return e
}

func (s *shown) post(actor, label, path string, body, answer []byte) {
	e := s.add(&recording.Entry{
		Kind: recording.KindRest, Actor: actor, Step: label, Purpose: recording.PurposeOf(label), Method: "POST", Path: path, Status: 200,
		Headers: map[string]string{"Content-Type": "application/json"}, Request: body, Response: answer,
	})
	e.AnsweredAt = e.At + tick/2
}

// arrange is what the player does and learns before the page, or between two of its steps.
func (s *shown) arrange(a page.Arrangement) {
	who, what, _ := strings.Cut(a.Name, " ")
	body := `{"operationName":"Other"}`
	ok := []byte(`{"statusCode":0}`)
	switch {
	case strings.HasPrefix(what, "dials "):
		s.post(who, "arrange.dial", "/me/devices/x/calls", []byte(`{"operationName":"Dial"}`), ok)
		s.call(a.Text(), who+","+strings.TrimPrefix(what, "dials "), "")
		return
	case strings.HasPrefix(what, "initiates "):
		body = fmt.Sprintf(`{"operationName":"Initiate%s%s"}`, strings.ToUpper(what[10:11]), what[11:])
		s.post(who, "arrange.consult", "/me/calls/"+s.first, []byte(body), ok)
		s.call(a.Text(), "agent,destination", s.first)
		s.glimpse(a.Text(), "Dialing")
		return
	case a.Name == "destination answers" && s.consult != "":
		s.glimpse(s.consult, "Established")
	case what == "mutes":
		body = `{"operationName":"MuteCall"}`
	case what == "completes conference":
		body = `{"operationName":"CompleteConference"}`
	case what == "listens in on caller":
		body = `{"operationName":"ListenIn"}`
	}
	s.post(who, "arrange.other", "/me/calls/"+s.first, []byte(body), ok)
}

// glimpse is as much of a notification as tells that a call of the agent's is there.
func (s *shown) glimpse(id, state string) {
	s.add(&recording.Entry{Kind: recording.KindMessage, Actor: "agent", Session: 1, Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","messageType":"CallStateChangeMessage","call":{"id":%q,"state":%q}}}`, id, state)})
}

func (s *shown) call(id, parties, of string) {
	if s.first == "" {
		s.first = id
	}
	if of != "" {
		s.consult = id
	}
	s.known[id] = true
	s.add(&recording.Entry{Kind: recording.KindCall, Actor: "agent", Role: id, ID: id, Text: parties, Of: of})
}

func (s *shown) notify(t testing.TB, step *page.Step) {
	t.Helper()
	if id := step.CallID(); id != "" && !s.known[id] {
		of := ""
		if step.Call()["parentCallUri"] != nil {
			of = s.first
		}
		s.call(id, s.parties(step), of)
	}
	raw, err := json.Marshal(step.Notification)
	if err != nil {
		t.Fatal(err)
	}
	s.wait(step)
	s.add(&recording.Entry{Kind: recording.KindMessage, Actor: "agent", Session: 1, Transport: "long-polling", Message: raw})
}

// wait lets the time pass that a call has lasted.
func (s *shown) wait(step *page.Step) {
	text, _ := step.Call()["duration"].(string)
	lasted, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return
	}
	if _, known := s.began[step.CallID()]; !known {
		s.began[step.CallID()] = s.clock + tick - lasted
	}
	s.clock = max(s.clock, s.began[step.CallID()]+lasted-tick)
	if last := s.entries[len(s.entries)-1]; last.Kind == recording.KindRest { // it is the agent who takes the time
		last.At, last.AnsweredAt = s.clock, s.clock+tick/2
	}
}

// parties are the roles of those who are in a call.
func (s *shown) parties(step *page.Step) string {
	roles := "agent"
	list, _ := step.Call()["participants"].([]any)
	var rolesSb138 strings.Builder
	for _, role := range []string{"caller", "destination"} {
		number := s.page.Cast[role]
		in := number == step.Call()["dnis"]
		for _, p := range list {
			m, _ := p.(map[string]any)
			in = in || m["phoneNumber"] == number
		}
		if number != "" && in {
			rolesSb138.WriteString("," + role)
		}
	}
	roles += rolesSb138.String()
	return roles
}

// partial reports whether only a part of a notification is at hand: what the part lacks is no finding.
func (s *shown) partial(f result.Finding) bool {
	if f.Seq == 0 || f.Observed != "missing" {
		return false
	}
	e := s.entries[f.Seq-1]
	if call := e.Call(); call != nil {
		return call["uri"] == nil || call["connId"] == nil
	}
	list, _ := e.Data()["devices"].([]any)
	device, _ := list[0].(map[string]any)
	return device["capabilities"] == nil
}

// Recording makes the page's own recording a source of specs.
func (s *shown) Recording(context.Context, *spec.Definition) spec.Recording {
	return spec.Recording{Case: judge.NewCase(s.header, s.page.ID, s.entries)}
}

// Whole is nothing: no spec of a page asks for it.
func (s *shown) Whole(context.Context) *spec.Whole { return &spec.Whole{} }

// Stopped says that judging goes on.
func (s *shown) Stopped() string { return "" }

// judged are the results of every check of the page.
func (s *shown) judged(t testing.TB) []result.Check {
	t.Helper()
	now := 0.0
	for i, e := range s.entries {
		now = max(now+tick/10, e.At)
		e.Seq, e.At = i+1, now
		e.Decode()
	}
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	report, err := spec.Run(func() { pages.Register(s.page) }, spec.Options{
		Source: s, Text: func(spec.CheckInfo, []result.Finding, *judge.Case) string { return "failed" },
	})
	if err != nil {
		t.Fatal(err)
	}
	checks, broken := spec.Results(report, registry)
	if len(broken) > 0 || len(checks) == 0 {
		t.Fatalf("%d checks, broken: %v", len(checks), broken)
	}
	return checks
}

// What the page itself shows conforms to what is read off it: the self-test of the fixtures.
func TestEveryPageConformsToItself(t *testing.T) {
	all, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for _, p := range all {
		t.Run(p.ID, func(t *testing.T) {
			s := fromPage(t, p)
			for _, c := range s.judged(t) {
				checks++
				if c.Outcome != result.Passed && c.Outcome != result.Failed {
					t.Errorf("%s is %s %s", c.ID, c.Outcome, c.Message)
				}
				for _, f := range slices.DeleteFunc(c.Findings, s.partial) {
					t.Errorf("%s: %s at %s: expected %s, observed %s in entry %d", c.ID, f.Requirement, f.Path, f.Expected, f.Observed, f.Seq)
				}
			}
		})
	}
	t.Logf("%d checks of %d pages", checks, len(all))
}
