package merge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/merge"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

var began = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func part(share string, outcomes ...result.Outcome) merge.Part {
	r := &result.Report{
		Version: 1, Suite: "1.0.0", Target: "http://gws", Gate: requirement.Required, Transport: "long-polling", Started: began, DurationMs: 1000,
		Selection: &result.Selection{Gate: requirement.Required, Share: share}, UnknownMembers: map[string]int{"$.x": 1},
		Latency:    []result.Latency{{Operation: "Hold", To: "Held", Count: 2, P50: 10, P95: 20, Max: 30}},
		LeftBehind: []string{"call " + share},
	}
	for i, o := range outcomes {
		r.Checks = append(r.Checks, result.Check{ID: string(rune('a' + i)), Level: requirement.Required, Outcome: o})
	}
	r.Count()
	r.Decide()
	return merge.Part{Name: share + ".json", Report: r}
}

func merged(t *testing.T, parts ...merge.Part) *result.Report {
	t.Helper()
	r, err := merge.Results(parts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func outcomes(r *result.Report) string {
	var all []string
	for _, c := range r.Checks {
		all = append(all, string(c.Outcome))
	}
	return strings.Join(all, ", ")
}

func TestOutcomes(t *testing.T) {
	const no, yes, bad, na, un, blocked, known = result.NotSelected, result.Passed, result.Failed, result.NotApplicable, result.Untestable,
		result.Blocked, result.KnownFailure
	for _, tt := range []struct {
		a, b    []result.Outcome
		want    string
		outcome result.Verdict
	}{
		{[]result.Outcome{yes, no}, []result.Outcome{no, yes}, "passed, passed", result.Conforms},
		{[]result.Outcome{yes, no}, []result.Outcome{no, bad}, "passed, failed", result.DoesNotConform},
		{[]result.Outcome{yes, bad}, []result.Outcome{yes, yes}, "passed, failed", result.DoesNotConform},
		{[]result.Outcome{yes, na}, []result.Outcome{na, na}, "passed, not-applicable", result.Conforms},
		{[]result.Outcome{yes, un}, []result.Outcome{un, no}, "passed, untestable", result.ConformsInPart},
		{[]result.Outcome{yes, blocked}, []result.Outcome{yes, yes}, "passed, blocked", result.DoesNotConform},
		{[]result.Outcome{yes, known}, []result.Outcome{yes, yes}, "passed, known-failure", result.Conforms},
	} {
		r := merged(t, part("1/2", tt.a...), part("2/2", tt.b...))
		if got := outcomes(r); got != tt.want || r.Outcome != tt.outcome {
			t.Errorf("%v and %v: %s, %s; want %s, %s", tt.a, tt.b, got, r.Outcome, tt.want, tt.outcome)
		}
	}
}

func TestWhatIsAdded(t *testing.T) {
	a, b := part("1/2", result.Passed), part("2/2", result.Passed)
	b.Report.Started, b.Report.Transport = began.Add(time.Second), "websocket"
	r := merged(t, a, b)
	if r.DurationMs != 2000 || !r.Started.Equal(began) || r.Transport != "long-polling, websocket" || r.UnknownMembers["$.x"] != 2 || len(r.LeftBehind) != 2 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]result.Latency{{Operation: "Hold", To: "Held", Count: 4, P50: 10, P95: 20, Max: 30}}, r.Latency); diff != "" {
		t.Error(diff)
	}
	if a.Report.UnknownMembers["$.x"] != 1 {
		t.Error("a part was changed")
	}
}

func TestShares(t *testing.T) {
	for _, tt := range []struct {
		shares []string
		want   string
	}{{[]string{"1/3", "2/3", "3/3"}, ""}, {[]string{"3/3", "1/3"}, "1+3/3"}, {[]string{"1+3/3", "2/3"}, ""}, {[]string{"2/2"}, "2/2"}} {
		var parts []merge.Part
		for _, s := range tt.shares {
			parts = append(parts, part(s, result.Passed))
		}
		if got := merged(t, parts...).Selection.Share; got != tt.want {
			t.Errorf("%v: %q, want %q", tt.shares, got, tt.want)
		}
	}
}

func TestSelections(t *testing.T) {
	for _, tt := range []struct{ a, b, want result.Selection }{
		{result.Selection{Run: []string{"x"}}, result.Selection{Run: []string{"y"}}, result.Selection{Run: []string{"x", "y"}}},
		{result.Selection{Run: []string{"x"}}, result.Selection{}, result.Selection{}},
		{result.Selection{Profile: "smoke"}, result.Selection{Run: []string{"y"}}, result.Selection{LabelFilter: "(--profile smoke) or (--run y)"}},
	} {
		a, b := part("", result.Passed), part("", result.Passed)
		a.Report.Selection, b.Report.Selection = &tt.a, &tt.b
		if diff := cmp.Diff(&tt.want, merged(t, a, b).Selection); diff != "" {
			t.Error(diff)
		}
	}
}

// A part of a target that could not be tested leaves the whole without a verdict, unless another has found a failure.
func TestAPartThatWasNotTested(t *testing.T) {
	away := part("2/2", result.NotSelected)
	away.Report.Reason = "it refuses connections"
	if r := merged(t, part("1/2", result.Passed), away); r.Outcome != result.NotTested || !strings.Contains(r.Reason, "2/2.json: it refuses") {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
	if r := merged(t, part("1/2", result.Failed), away); r.Outcome != result.DoesNotConform {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
}

func TestStates(t *testing.T) {
	table := func(became ...result.Became) *result.StateTable {
		out := &result.StateTable{Operations: []result.StateRow{{Operation: "Hold"}}}
		for i, b := range became {
			out.States = append(out.States, result.StateColumn{Title: string(rune('A' + i))})
			out.Operations[0].Cells = append(out.Operations[0].Cells, result.StateCell{Became: b})
		}
		return out
	}
	a, b := part("1/2", result.Passed), part("2/2", result.Passed)
	a.Report.States, b.Report.States = table(result.Accepted, ""), table("", result.Refused, result.Refused)
	if diff := cmp.Diff(table(result.Accepted, result.Refused, result.Refused), merged(t, a, b).States); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoPartOfOneRun(t *testing.T) {
	if _, err := merge.Results(nil); err == nil {
		t.Error("nothing is merged")
	}
	for want, change := range map[string]func(*result.Report){
		"merge results of one target": func(r *result.Report) { r.Target = "http://other" },
		"one version":                 func(r *result.Report) { r.Suite = "2.0.0" },
		"requirement set":             func(r *result.Report) { r.RequirementSet = &result.RequirementSet{Digest: "sha256:1"} },
		"one --gate":                  func(r *result.Report) { r.Gate = requirement.Recommended },
		"fault":                       func(r *result.Report) { r.Fault = "x" },
	} {
		b := part("2/2", result.Passed)
		change(b.Report)
		if _, err := merge.Results([]merge.Part{part("1/2", result.Passed), b}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
