package spec_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	. "github.com/voicespec/voicespec/runner/spec"
)

// taped is a source that has recorded one scenario: a request that was accepted, one that was refused, and the Held of
// the agent's call.
type taped struct{ stopped string }

func (taped) Recording(_ context.Context, d *Definition) Recording {
	if d.ID == "calls.not-played" {
		return Recording{Outcome: result.Blocked, Reason: "the agent is busy"}
	}
	answered := func(at float64, step, code string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindRest, Actor: "agent", At: at, Step: step, Method: "POST", Status: 200, Response: json.RawMessage(`{"statusCode":` + code + `}`)}
	}
	entries := []*recording.Entry{
		{Kind: recording.KindCall, Actor: "agent", Role: "call", ID: "A1"},
		answered(1, "hold", "0"),
		{Kind: recording.KindMessage, Actor: "agent", At: 2, Channel: "/v2/me/calls", Message: json.RawMessage(
			`{"data":{"notificationType":"StatusChange","call":{"id":"A1","state":"Held"}}}`)},
		answered(3, "dtmf", "2"),
	}
	for i, e := range entries {
		e.Seq = i + 1
	}
	return Recording{Case: judge.NewCase(nil, d.ID, entries)}
}

func (taped) Whole(context.Context) *Whole { return &Whole{} }

func (t taped) Stopped() string { return t.stopped }

func explained(c CheckInfo, findings []result.Finding, _ *judge.Case) string {
	parts := []string{c.ID + " failed:"}
	for _, f := range findings {
		parts = append(parts, f.Expected+" | "+f.Observed)
	}
	return strings.Join(parts, " ")
}

func loaded(t *testing.T) *requirement.Registry {
	t.Helper()
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

// judged runs specs, and returns Ginkgo's report with what is made of it: checks by the last part of their ids.
func judged(t *testing.T, source Source, specs func()) (types.Report, map[string]result.Check, []string) {
	t.Helper()
	report, err := Run(specs, Options{Source: source, Text: explained})
	if err != nil {
		t.Fatal(err)
	}
	list, broken := Results(report, loaded(t))
	checks := map[string]result.Check{}
	for _, c := range list {
		checks[c.ID[strings.LastIndex(c.ID, ".")+1:]] = c
	}
	return report, checks, broken
}

func scenario(id string, specs func()) func() {
	return func() { Scenario(id, "A scenario", Play(func(*Stage) {}), specs) }
}

// What a spec comes to stands in Ginkgo's report, and is read off there.
func TestOutcomes(t *testing.T) {
	report, checks, broken := judged(t, taped{}, scenario("calls.hold", func() {
		It("passes", Check("passes", "HTTP-1"), func() { Expect(Request("hold")).To(BeAccepted()) })
		It("fails", Check("fails", "HTTP-1"), func() { Expect(Request("dtmf")).To(BeAccepted()) })
		It("fails below the gate", Check("recommended", "BAYEUX-6"), func() { Expect(Request("dtmf")).To(BeAccepted()) })
		It("is blocked", Check("given", "HTTP-1"), func() {
			Given(Request("dtmf")).To(BeAccepted())
			Fail("it went on")
		})
		It("does not apply", Check("not-applicable", "HTTP-1"), func() { NotApplicable("no page asks for %s", "it") })
		It("cannot be tested", Check("untestable", "HTTP-1"), func() { Untestable("nobody listens") })
		It("is negated", Check("negated", "HTTP-1"), func() { Expect(Agent("call")).NotTo(BeNotified(Held)) })
		It("is negated and passes", Check("negated-passes", "HTTP-1"), func() { Expect(Agent("call")).NotTo(BeNotified(Released)) })
		It("fails by Gomega's own", Check("gomega", "HTTP-1"), func() { Expect(1 + 1).To(Equal(3)) })
		It("breaks", Check("panics", "HTTP-1"), func() { panic("a mistake of ours") })
		It("goes on behind all of that", Check("last", "HTTP-1"), func() { Expect(Agent("call")).To(BeNotified(Held)) })
	}))
	for id, want := range map[string]struct {
		outcome result.Outcome
		state   types.SpecState
		says    string
	}{
		"passes":         {result.Passed, types.SpecStatePassed, ""},
		"fails":          {result.Failed, types.SpecStateFailed, "calls.hold.fails failed:"},
		"recommended":    {result.Failed, types.SpecStateSkipped, "calls.hold.recommended failed:"},
		"given":          {result.Blocked, types.SpecStateFailed, "refused"},
		"not-applicable": {result.NotApplicable, types.SpecStateSkipped, "no page asks for it"},
		"untestable":     {result.Untestable, types.SpecStateSkipped, "nobody listens"},
		"negated":        {result.Failed, types.SpecStateFailed, "is not notified of the call in state Held | StatusChange Held"},
		"negated-passes": {result.Passed, types.SpecStatePassed, ""},
		"gomega":         {result.Failed, types.SpecStateFailed, "to equal"},
		"panics":         {result.Blocked, types.SpecStatePanicked, "voicespec itself failed"},
		"last":           {result.Passed, types.SpecStatePassed, ""},
	} {
		c := checks[id]
		if c.Outcome != want.outcome || !strings.Contains(c.Message, want.says) {
			t.Errorf("%s: %s, %q", id, c.Outcome, c.Message)
		}
		if found := len(c.Findings); (found > 0) != (c.Outcome == result.Failed) {
			t.Errorf("%s: %s with %d findings", id, c.Outcome, found)
		}
		for _, s := range report.SpecReports {
			if s.LeafNodeType == types.NodeTypeIt && s.LeafNodeLabels[0] == "calls.hold."+id && s.State != want.state {
				t.Errorf("%s: Ginkgo says %s", id, s.State)
			}
		}
	}
	if f := checks["fails"].Findings; len(f) != 1 || f[0].Requirement != "HTTP-1" || f[0].Seq != 4 || f[0].Path == "" {
		t.Errorf("the finding does not name its requirement and line: %+v", f)
	}
	if len(broken) != 1 || !strings.Contains(broken[0], "calls.hold.panics: a mistake of ours") {
		t.Errorf("a panic is not ours: %q", broken)
	}
}

// A cause that many specs share fails the first of them; the outcome of all is the same.
func TestOneFailureForOneCause(t *testing.T) {
	failed := func(r types.Report) (n int) {
		for _, s := range r.SpecReports {
			if s.Failed() {
				n++
			}
		}
		return n
	}
	specs := func() {
		It("a", Check("a", "HTTP-1"), func() {})
		It("b", Check("b", "HTTP-1"), func() {})
		It("c", Check("c", "BAYEUX-6"), func() {})
	}
	for name, source := range map[string]Source{"calls.not-played": taped{}, "calls.hold": taped{stopped: "the run ended"}} {
		report, checks, _ := judged(t, source, scenario(name, specs))
		if n := failed(report); n != 1 {
			t.Errorf("%s: %d specs failed", name, n)
		}
		for id, c := range checks {
			if c.Outcome != result.Blocked || c.Message == "" {
				t.Errorf("%s.%s: %s %q", name, id, c.Outcome, c.Message)
			}
		}
	}
}

// Within a scenario Gomega's failures are ours; outside they are the host's.
func TestFailHandlerOfTheHost(t *testing.T) {
	var told []string
	RegisterFailHandler(func(message string, _ ...int) { told = append(told, message) })
	_, checks, _ := judged(t, taped{}, scenario("calls.hold", func() {
		It("fails", Check("fails", "HTTP-1"), func() { Expect(1).To(Equal(2)) })
	}))
	if checks["fails"].Outcome != result.Failed || len(told) > 0 {
		t.Errorf("%s; the host was told %q", checks["fails"].Outcome, told)
	}
	Expect(1).To(Equal(3))
	if len(told) != 1 {
		t.Errorf("the host's own handler was told %q", told)
	}
}

// Labels are what is selected by: of the scenario, and of the check its id, requirements and level.
func TestLabelsOfCheck(t *testing.T) {
	catalogue, err := Read(func() {
		Scenario("calls.hold", "Hold", Profiles("smoke"), Play(func(*Stage) {}), func() {
			It("is accepted", Check("accepted", "HTTP-1", "BAYEUX-6"), func() {})
		})
		Scenario("invariants", "Always", OfTheWholeRun, func() { It("holds", Check("holds", "HTTP-1"), func() {}) })
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(catalogue.Definitions) != 2 || len(catalogue.Checks) != 2 {
		t.Fatalf("%d scenarios, %d checks", len(catalogue.Definitions), len(catalogue.Checks))
	}
	c := catalogue.Checks[0]
	if c.ID != "calls.hold.accepted" || c.Scenario != "calls.hold" || c.Title != "is accepted" || c.Level != requirement.Required ||
		strings.Join(c.Requirements, " ") != "HTTP-1 BAYEUX-6" {
		t.Errorf("%+v", c)
	}
	if got, want := strings.Join(c.Labels, " "), "calls calls.hold gentle originates smoke calls.hold.accepted HTTP-1 BAYEUX-6 required"; got != want {
		t.Errorf("labels %q, want %q", got, want)
	}
	if got := catalogue.Checks[1].Labels; strings.Join(got, " ") != "gentle invariants whole-run invariants.holds HTTP-1 required" {
		t.Errorf("labels %q", got)
	}
}

// A catalogue that would lie is not read.
func TestReadRefuses(t *testing.T) {
	check := func(decorator any) func() { return func() { It("a spec", decorator, func() {}) } }
	named := func(name string, ids ...string) func() {
		return func() { It("a spec", Check(name, ids...), func() {}) }
	}
	for says, register := range map[string]func(){
		`check id "calls.a.x" stands twice`:                                        scenario("calls.a", func() { named("x", "HTTP-1")(); named("x", "HTTP-1")() }),
		`(calls calls.a gentle originates calls.a.X HTTP-1 required) has no Check`: scenario("calls.a", named("X", "HTTP-1")),
		"unknown requirement NONE-1":                                               scenario("calls.a", named("x", "NONE-1")),
		"names no requirement":                                                     scenario("calls.a", named("x")),
		`"a spec" (calls calls.a gentle originates smoke) has no Check`:            scenario("calls.a", check(Label("smoke"))),
		"has no checks": scenario("calls.a", func() {}),
		`scenario id "calls.a" stands twice`: func() {
			scenario("calls.a", named("x", "HTTP-1"))()
			scenario("calls.a", named("y", "HTTP-1"))()
		},
		"neither played nor about the whole run": func() { Scenario("calls.a", "A", named("x", "HTTP-1")) },
	} {
		if _, err := Read(register); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
