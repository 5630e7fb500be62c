package compare_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/compare"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// none stands for a check that a run does not have.
const none result.Outcome = ""

func report(suite string, o result.Outcome, level requirement.Level, message string) *result.Report {
	r := &result.Report{Suite: suite, Gate: requirement.Required}
	r.Checks = append(r.Checks, result.Check{ID: "always", Level: requirement.Required, Outcome: result.Passed})
	if o != none {
		r.Checks = append(r.Checks, result.Check{ID: "x", Title: "is checked", Level: level, Outcome: o, Message: message})
	}
	r.Count()
	r.Decide()
	return r
}

// where names the lists that hold a change.
func where(d compare.Diff) string {
	var out []string
	for name, list := range map[string][]compare.Change{
		"failing": d.NewlyFailing, "passing": d.NewlyPassing, "unjudged": d.NoLongerJudged,
		"gone": d.Gone, "added": d.Added, "changed": d.ChangedMessages,
	} {
		for _, c := range list {
			out = append(out, name)
			if c.Regression {
				out = append(out, "regression")
			}
		}
	}
	return strings.Join(out, " ")
}

func TestCompare(t *testing.T) {
	const required, recommended, informative = requirement.Required, requirement.Recommended, requirement.Informative
	for _, c := range []struct {
		old, current result.Outcome
		level        requirement.Level
		otherSuite   bool
		want         string
	}{
		{old: result.Passed, current: result.Passed, level: required, want: ""},
		{old: result.Passed, current: result.Failed, level: required, want: "failing regression"},
		{old: result.Passed, current: result.Failed, level: recommended, want: "failing regression"},
		{old: result.Passed, current: result.Failed, level: informative, want: "failing"},
		{old: result.Untestable, current: result.Failed, level: required, want: "failing regression"},
		{old: result.NotSelected, current: result.Failed, level: required, want: "failing regression"},
		{old: result.KnownFailure, current: result.Failed, level: required, want: "failing"},
		{old: result.Blocked, current: result.Failed, level: required, want: "failing"},
		{old: none, current: result.Failed, level: required, want: "failing regression"},
		{old: none, current: result.Failed, level: required, otherSuite: true, want: "failing"},
		{old: none, current: result.Passed, level: required, want: "added"},
		{old: result.Failed, current: result.Failed, level: required, want: ""},
		{old: result.Failed, current: result.Passed, level: required, want: "passing"},
		{old: result.KnownFailure, current: result.Passed, level: required, want: "passing"},
		{old: result.Failed, current: result.KnownFailure, level: required, want: ""},
		{old: result.Failed, current: none, level: required, want: "gone"},
		{old: result.Passed, current: none, level: required, want: "gone regression"},
		{old: result.Passed, current: none, level: informative, want: "gone"},
		{old: result.Passed, current: none, level: required, otherSuite: true, want: "gone"},
		{old: result.Passed, current: result.Blocked, level: required, want: "unjudged regression"},
		{old: result.Passed, current: result.NotSelected, level: required, want: "unjudged"},
		{old: result.Passed, current: result.NotApplicable, level: required, want: "unjudged"},
		{old: result.Untestable, current: result.Passed, level: required, want: ""},
	} {
		t.Run(fmt.Sprintf("%s to %s %s %v", c.old, c.current, c.level, c.otherSuite), func(t *testing.T) {
			suite := "1.0.0"
			if c.otherSuite {
				suite = "1.1.0"
			}
			d := compare.Compare(report("1.0.0", c.old, c.level, "m"), report(suite, c.current, c.level, "m"))
			if diff := cmp.Diff(c.want, where(d)); diff != "" {
				t.Error(diff)
			}
			if d.Regression() != strings.Contains(c.want, "regression") {
				t.Errorf("regression: %v", d.Regression())
			}
		})
	}
}

func TestChangedMessageLeavesOutIDsAndTimes(t *testing.T) {
	for _, c := range []struct {
		old, current string
		changed      bool
	}{
		{"no Held of 011DJV5JI898NB2L04000VTAES000105 within 5 s", "no Held of 011DJV5JI898NB2L04000VTAES0002aa within 7.5 s", false},
		{"call 011D…0105 at +0.041s", "call 011D…0106 at +1.902s", false},
		{"statusCode 10", "statusCode 5", true},
		{"missing: Retrieve", "missing: Hangup", true},
	} {
		d := compare.Compare(report("1", result.Failed, requirement.Required, c.old), report("1", result.Failed, requirement.Required, c.current))
		if (len(d.ChangedMessages) == 1) != c.changed || d.Regression() {
			t.Errorf("%q to %q: %v", c.old, c.current, d.ChangedMessages)
		}
	}
}

func TestNotTestedIsARegression(t *testing.T) {
	old := report("1", result.Failed, requirement.Required, "m")
	unreachable := &result.Report{Suite: "2", Outcome: result.NotTested, Reason: "connection refused"}
	if !compare.Compare(old, unreachable).Regression() {
		t.Error("from tested to not tested: no regression")
	}
	if compare.Compare(unreachable, old).Regression() {
		t.Error("from not tested to the same failure under another suite: a regression")
	}
}

func two() compare.Diff {
	old := report("1.0.0", result.Failed, requirement.Required, "no Held | came")
	current := report("1.0.0", result.Failed, requirement.Required, "<img src=x> @all *loud* | `x`")
	current.Checks = append(current.Checks, result.Check{ID: "y", Level: requirement.Required, Outcome: result.Failed, Message: "new"})
	old.Target, current.Target = "http://u:secret@a", "http://a"
	old.Latency = []result.Latency{
		{Operation: "Answer", To: "answer", Count: 10, P50: 10, P95: 12, Max: 14}, {Operation: "Hold", To: "Held", Count: 1, P50: 5},
	}
	current.Latency = []result.Latency{{Operation: "Answer", To: "answer", Count: 10, P50: 35, P95: 40, Max: 41}}
	return compare.Compare(old, current)
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := two().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## voicespec: 1 regression\n", "### Newly failing (1)\n", "| <code>y</code> **regression** | required | – | failed | <code>new</code> |",
		"was: <code>no Held &#124; came</code><br>is: <code>&#60;img src=x&#62; &#64;all &#42;loud&#42; &#124; &#96;x&#96;</code> |",
		"| <code>Answer</code> | answer | 10 ms → 35 ms | 12 ms → 40 ms | 14 ms → 41 ms | 3.50 |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "<code>Hold</code>") {
		t.Error("one sample is compared")
	}
	if strings.Contains(b.String(), "secret") {
		t.Error("credentials of the address are printed")
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := compare.Compare(report("1", none, "", ""), report("1", none, "", "")).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"newlyFailing", "newlyPassing", "noLongerJudged", "gone", "added", "changedMessages", "latency"} {
		if l, ok := got[list].([]any); !ok || len(l) != 0 {
			t.Errorf("%s is %v, want []", list, got[list])
		}
	}
	if got["regression"] != false {
		t.Errorf("regression %v", got["regression"])
	}
}

func TestText(t *testing.T) {
	old := report("1.0.0", result.Passed, requirement.Required, "")
	current := report("1.0.0", result.Failed, requirement.Required, "evidence\nof many lines")
	current.Checks[1].Findings = []result.Finding{{Requirement: "HOLD-1", Expected: "Held of the call\x1b[31m", Observed: "nothing <b>at</b> all, and that for rather a long time"}}
	var b bytes.Buffer
	if err := compare.Compare(old, current).WriteText(&b, 60); err != nil {
		t.Fatal(err)
	}
	want := `Newly failing (1)
!   x (required, passed → failed): expected Held of the
    call\u001b[31m; observed nothing <b>at</b> all, and that
    for rather a long time

  old  conforms, 2 checks of  by voicespec 1.0.0
  new  does not conform, 2 checks of  by voicespec 1.0.0
  1 regression
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// Two runs of one server differ; that is not told.
func TestNoise(t *testing.T) {
	l := func(n int, p50, p95 float64) result.Latency {
		return result.Latency{Operation: "Hold", To: "Held", Count: n, P50: p50, P95: p95, Max: p95}
	}
	for _, c := range []struct {
		old, current result.Latency
		told         bool
	}{
		{l(10, 10, 20), l(10, 40, 60), true},
		{l(10, 40, 60), l(10, 10, 20), true},
		{l(9, 10, 20), l(10, 40, 60), false},
		{l(10, 1, 2), l(10, 10, 20), false},
		{l(10, 100, 120), l(10, 130, 150), false},
		{l(10, 10, 90), l(10, 40, 60), false},
	} {
		old, current := report("1", none, "", ""), report("1", none, "", "")
		old.Latency, current.Latency = []result.Latency{c.old}, []result.Latency{c.current}
		var b bytes.Buffer
		if err := compare.Compare(old, current).WriteText(&b, 100); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "Hold to Held") != c.told {
			t.Errorf("%v to %v: told %v", c.old, c.current, !c.told)
		}
	}
}
