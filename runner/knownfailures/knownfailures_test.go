package knownfailures_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/knownfailures"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

var today = time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC)

func check(id string, o result.Outcome, message string) result.Check {
	return result.Check{ID: id, Level: requirement.Required, Outcome: o, Message: message}
}

func list(t *testing.T, text string) *knownfailures.List {
	t.Helper()
	l, err := knownfailures.Parse("known.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name     string
		list     string
		checks   []result.Check
		outcomes string // of the checks, first letters
		problems []string
	}{
		{"known failure", "- {check: a.b, reason: known}", []result.Check{check("a.b", result.Failed, "x"), check("a.c", result.Failed, "x")}, "known-failure failed", nil},
		{"glob", "- {check: a.*, reason: known}", []result.Check{check("a.b", result.Failed, "x"), check("a.c", result.Passed, "")}, "known-failure passed", nil},
		{"blocked by it", "- {check: a.*, reason: known}", []result.Check{check("a.b", result.Failed, "x"), check("a.c", result.Blocked, "no b")}, "known-failure" + " known-failure", nil},
		{"unexpected pass", "- {check: a.*, reason: known}", []result.Check{check("a.b", result.Passed, ""), check("a.c", result.NotApplicable, "")}, "passed not-applicable",
			[]string{"known.yaml line 1: a.* passes now: remove the entry"}},
		{"not judged in this run", "- {check: a.*, reason: known}", []result.Check{check("a.b", result.Passed, ""), check("a.c", result.NotSelected, "")}, "passed not-selected", nil},
		{"stale", "\n- {check: x, reason: known}", []result.Check{check("a.b", result.Passed, "")}, "passed",
			[]string{"known.yaml line 2: x matches no check: remove the entry, or correct the id"}},
		{"last day", "- {check: a.b, reason: known, expires: 2026-03-04}", []result.Check{check("a.b", result.Failed, "x")}, "known-failure", nil},
		{"expired", "- {check: a.b, reason: known, expires: 2026-03-03}", []result.Check{check("a.b", result.Failed, "x")}, "failed",
			[]string{"known.yaml line 1: the known failure a.b expired on 2026-03-03: repair the deviation, or decide on a new date"}},
		{"fragment", "- {check: a.b, reason: known, fragment: no Held}", []result.Check{check("a.b", result.Failed, "there was no Held here")}, "known-failure", nil},
		{"fragment copied from a wrapped line", "- {check: a.b, reason: known, fragment: \"there was\\n            no Held\"}", []result.Check{check("a.b", result.Failed, "  Observed  there was no\n            Held here")}, "known-failure", nil},
		{"fragment of another failure", "- {check: a.b, reason: known, fragment: no Held}", []result.Check{check("a.b", result.Failed, "HTTP 500")}, "failed",
			[]string{`known.yaml line 1: a.b fails, but with another message than "no Held": look whether this is a new failure, then change fragment`}},
		{"sometimes, and it fails", "- {check: a.b, reason: a race, sometimes: true}", []result.Check{check("a.b", result.Failed, "x")}, "known-failure", nil},
		{"sometimes, and it passes", "- {check: a.b, reason: a race, sometimes: true}", []result.Check{check("a.b", result.Passed, "")}, "passed", nil},
		{"sometimes, with another text", "- {check: a.b, reason: a race, sometimes: true, fragment: no Held}", []result.Check{check("a.b", result.Failed, "HTTP 500")}, "failed",
			[]string{`known.yaml line 1: a.b fails, but with another message than "no Held": look whether this is a new failure, then change fragment`}},
		{"sometimes, and no such check", "- {check: x, reason: a race, sometimes: true}", []result.Check{check("a.b", result.Passed, "")}, "passed",
			[]string{"known.yaml line 1: x matches no check: remove the entry, or correct the id"}},
		{"two entries for one check", "- {check: a.*, reason: wide}\n- {check: a.b, reason: narrow}", []result.Check{check("a.b", result.Failed, "x")}, "known-failure", nil},
		{"known in a file that is read again", "- {check: a.b, reason: known}", []result.Check{check("a.b", result.KnownFailure, "x"), check("a.c", result.KnownFailure, "x")}, "known-failure failed", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &result.Report{Checks: c.checks, Gate: requirement.Required}
			problems := knownfailures.Apply(r, list(t, c.list), today)
			var outcomes, texts []string
			for _, c := range r.Checks {
				outcomes = append(outcomes, string(c.Outcome))
			}
			for _, p := range problems {
				texts = append(texts, p.String())
			}
			if diff := cmp.Diff(c.outcomes, strings.Join(outcomes, " ")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.problems, texts); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.problems, r.KnownFailureProblems); diff != "" {
				t.Error(diff)
			}
			r.Decide()
			if want := len(c.problems) > 0 || strings.Contains(c.outcomes, "failed"); (r.Outcome == result.DoesNotConform) != want {
				t.Errorf("verdict %s", r.Outcome)
			}
		})
	}
}

func TestApplyTellsReasonAndLink(t *testing.T) {
	r := &result.Report{Checks: []result.Check{check("a.b", result.Failed, "x")}}
	knownfailures.Apply(r, list(t, "- {check: a.b, reason: known, link: \"https://tracker.example/7\"}"), today)
	if got := r.Checks[0].KnownFailure; got != "known (https://tracker.example/7)" {
		t.Errorf("known failure %q", got)
	}
	if r.Counts[result.KnownFailure] != 1 {
		t.Errorf("counts %v", r.Counts)
	}
	if problems := knownfailures.Apply(r, nil, today); problems != nil || r.Checks[0].Outcome != result.KnownFailure {
		t.Error("without a list something changed")
	}
}

func TestParseSaysLineAndRemedy(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"unknown key":  {"- check: a\n  reson: b\n", []string{"[2:3]", `unknown field "reson"`, "an entry has check, reason"}},
		"no list":      {"check: a\n", []string{"entries form a list"}},
		"not YAML":     {"- check: [\n", []string{"known.yaml"}},
		"no check":     {"- reason: b\n", []string{"line 1", "check is missing; name the id"}},
		"no reason":    {"# ours\n- check: a\n", []string{"line 2", "a has no reason; say why"}},
		"bad glob":     {"- {check: \"a[\", reason: b}\n", []string{"line 1", "no valid glob"}},
		"bad date":     {"- {check: a, reason: b, expires: 30.6.2026}\n", []string{"line 1", `expires is "30.6.2026"; write the date as 2026-06-30`}},
		"bad link":     {"- {check: a, reason: b, link: \"javascript:alert(1)\"}\n", []string{"http or https"}},
		"stands twice": {"- {check: a, reason: b}\n\n- {check: a, reason: c}\n", []string{"line 3", "already stands in line 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := knownfailures.Parse("known.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range append(c.want, "known.yaml") {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in:\n%v", w, err)
				}
			}
		})
	}
	for _, empty := range []string{"", "# nothing yet\n", "[]\n"} {
		if l, err := knownfailures.Parse("e", []byte(empty)); err != nil || len(l.Entries) != 0 {
			t.Errorf("%q: %v, %v", empty, l, err)
		}
	}
	if _, err := knownfailures.ReadFile(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("error of a missing file: %v", err)
	}
}

// written writes the list for a report and reads it back.
func written(t *testing.T, r *result.Report, old *knownfailures.List) *knownfailures.List {
	t.Helper()
	var b bytes.Buffer
	if err := knownfailures.Write(&b, r, old); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "known.yaml")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := knownfailures.ReadFile(name)
	if err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return l
}

func brokenRun() *result.Report {
	hostile := check("a.hostile", result.Failed, "\x1b[2J: {x: [\"'\x00\u2028 #no\tcomment\xff\nsecond: line")
	found := check("a.found", result.Failed, "long text")
	found.Findings = []result.Finding{{Observed: "none; 2 messages for call 011DJV5J came since"}}
	mild := check("a.mild", result.Failed, "x")
	mild.Level = requirement.Recommended
	return &result.Report{Gate: requirement.Required, Started: today, Checks: []result.Check{
		hostile, found, mild, check("a.short", result.Failed, "no 7"), check("a.blocked", result.Blocked, "an earlier step broke"),
		check("b.one", result.Failed, "gone: Retrieve"), check("b.two", result.Failed, "gone: Retrieve"),
		check("c.fixed", result.Passed, ""), check("d.later", result.NotSelected, ""),
	}}
}

func TestWrite(t *testing.T) {
	r := brokenRun()
	old := list(t, `
- {check: b.*, reason: vendor says so, link: "https://tracker.example/7", expires: 2026-04-01, fragment: Retrieve}
- {check: c.fixed, reason: was broken}
- {check: d.later, reason: not in this run}
- {check: e.gone, reason: retired}
`)
	got := map[string]string{}
	l := written(t, r, old)
	for _, e := range l.Entries {
		got[e.Check] = strings.Join([]string{e.Reason, e.Link, e.Expires, e.Fragment}, " | ")
	}
	todo := knownfailures.Unexplained + " |  | 2026-06-02 | "
	want := map[string]string{
		"b.*":       "vendor says so | https://tracker.example/7 | 2026-04-01 | Retrieve",
		"d.later":   "not in this run |  |  | ",
		"a.found":   todo + "came since",
		"a.short":   todo,
		"a.blocked": todo + "an earlier step broke",
		"a.hostile": got["a.hostile"],
	}
	want["a.found"] = todo + "messages for call"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if problems := knownfailures.Apply(r, l, today); len(problems) != 0 {
		t.Errorf("the written list does not fit its own run: %v", problems)
	}
	r.Decide()
	if r.Outcome != result.ConformsInPart { // a check of the list was not selected
		t.Errorf("verdict with the written list: %s", r.Outcome)
	}
	if diff := cmp.Diff(l.Entries, written(t, r, l).Entries, cmp.AllowUnexported(knownfailures.Entry{})); diff != "" {
		t.Errorf("a second rewrite changes the list: %s", diff)
	}
}

// A placeholder is no reason: every report of the run says so, and that is all.
func TestPlaceholdersAreTold(t *testing.T) {
	for _, reason := range []string{"TODO", "todo: ask Ann", "?", "...", "…", "reason", "xxx", "-", "n/a", "TBD", knownfailures.Unexplained} {
		r := &result.Report{Gate: requirement.Required, Checks: []result.Check{check("a.b", result.Failed, "x"), check("a.c", result.Passed, "")}}
		l := list(t, "- {check: a.b, reason: "+strconv.Quote(reason)+"}")
		knownfailures.Apply(r, l, today)
		knownfailures.Apply(r, l, today)
		r.Decide()
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "known.yaml: a known failure has a placeholder for a reason, line 1 (a.b)") || r.Outcome != result.Conforms {
			t.Errorf("%q: %s, notes %q", reason, r.Outcome, r.Notes)
		}
	}
	for _, reason := range []string{"our switch notifies the consult call first", "VOICE-77", "the test server has no switch", "Bug 12"} {
		r := &result.Report{Checks: []result.Check{check("a.b", result.Failed, "x")}}
		knownfailures.Apply(r, list(t, "- {check: a.b, reason: "+reason+"}"), today)
		if len(r.Notes) != 0 {
			t.Errorf("%q is taken for a placeholder: %q", reason, r.Notes)
		}
	}
}

func TestWriteKeepsWhatShowsSometimes(t *testing.T) {
	r := &result.Report{Gate: requirement.Required, Checks: []result.Check{check("a.b", result.Passed, "")}}
	if got := written(t, r, list(t, "- {check: a.b, reason: a race, sometimes: true}")).Entries; len(got) != 1 || !got[0].Sometimes {
		t.Errorf("%+v", got)
	}
}
