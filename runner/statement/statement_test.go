package statement_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/statement"
)

const req, rec, inf = requirement.Required, requirement.Recommended, requirement.Informative

func check(id string, level requirement.Level, o result.Outcome, message string) result.Check {
	c := result.Check{
		ID: id, Title: "title of " + id, Requirements: []string{strings.ToUpper(id) + "-1"}, Level: level, Area: "calls", Scenario: "calls.x",
		Outcome: o, Message: message,
	}
	if o == result.KnownFailure {
		c.KnownFailure, c.Message = message, "it was Held"
	}
	return c
}

// run is a report as the engine makes it.
func run(checks ...result.Check) *result.Report {
	r := &result.Report{
		Version: 1, Suite: "0.1.0", Target: "https://user:hush@gws.example.com/path?key=hush", Transport: "websocket", Gate: req,
		Features: []string{"api-voice"}, Selection: &result.Selection{Gate: req}, Started: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC), Checks: checks,
		RequirementSet: &result.RequirementSet{Name: requirement.Unreleased, Digest: "sha256:" + strings.Repeat("ab", 32), Requirements: 9, Checks: len(checks)},
	}
	r.Count()
	r.Decide()
	return r
}

func everything() *result.Report {
	return run(
		check("passed", req, result.Passed, ""), check("failed", req, result.Failed, "no Held"), check("excused", req, result.KnownFailure, "TICKET-1 <b>"),
		check("blocked", req, result.Blocked, "no call"), check("absent", req, result.Untestable, "no password"), check("left", req, result.NotSelected, ""),
		check("advice", rec, result.Failed, "no name"), check("hint", inf, result.Failed, "odd"), check("unclaimed", req, result.NotApplicable, ""),
	)
}

func results(t *testing.T, r *result.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func made(t *testing.T, data []byte) *statement.Statement {
	t.Helper()
	s, err := statement.Make(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// forms are the files of a statement by name.
func forms(t *testing.T, s *statement.Statement) map[string][]byte {
	t.Helper()
	text, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"statement.json": text, "statement.md": s.Markdown(), "badge.svg": s.Badge()}
}

func TestMake(t *testing.T) {
	t.Parallel()
	s := made(t, results(t, everything()))
	if s.Verdict != result.DoesNotConform || s.Judged != 3 || s.Applicable != 6 || s.Target != "https://gws.example.com/path" || len(s.ResultsSHA256) != 64 {
		t.Errorf("%+v", s)
	}
	want := []result.NotJudged{
		{Outcome: result.Untestable, Reason: "no password", Checks: 1}, {Outcome: result.Blocked, Reason: "no call", Checks: 1},
		{Outcome: result.NotSelected, Reason: "not selected", Checks: 1},
	}
	if diff := cmp.Diff(want, s.NotJudged); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]statement.Excused{{Reason: "TICKET-1 <b>", Checks: []string{"excused"}}}, s.Excused); diff != "" {
		t.Error(diff)
	}
	if len(s.Failed) != 1 || s.Failed[0].Requirement != "FAILED-1" || len(s.BelowGate) != 1 || s.BelowGate[0].Checks[0].ID != "advice" {
		t.Errorf("failed %+v, below the gate %+v", s.Failed, s.BelowGate)
	}
	if len(s.Levels) != 3 || s.Levels[0].Checks != 7 || s.Levels[1].Counts[result.Failed] != 1 {
		t.Errorf("%+v", s.Levels)
	}
	text := string(s.Markdown())
	for _, part := range []string{
		"**does not conform: 1 check failed (gate required), 1 could not be judged**", "3 of the 6 checks at the gate", "| Transport | <code>websocket</code> |",
		"| required | 7 | 1 | 1 | 1 | 1 | 0 | 1 | 1 | 1 |", "- <code>TICKET-1 &#60;b&#62;</code>: <code>excused</code>", "- <code>1 check untestable: no password</code>",
		"## Recommended rules that failed\n\n- **ADVICE-1** (recommended)\n  - <code>advice</code> title of advice\n", s.ResultsSHA256, "everything",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	for name, data := range forms(t, s) {
		if strings.Contains(string(data), "hush") {
			t.Errorf("%s tells a secret", name)
		}
	}
}

// What follows is found to follow, whatever the verdict.
func TestFollows(t *testing.T) {
	t.Parallel()
	stopped := run(check("a", req, result.Blocked, "the target could not be tested"))
	stopped.Outcome, stopped.Reason, stopped.NotJudged = result.NotTested, "connection refused", nil
	recorded := run(check("a", req, result.Passed, ""))
	recorded.Target, recorded.Selection.Recording = "recording /home/me/r.ndjson", "/home/me/r.ndjson"
	for name, r := range map[string]*result.Report{
		"conforms": run(check("a", req, result.Passed, "")), "conforms but for 1 known failure": run(check("a", req, result.KnownFailure, "later")),
		"does not conform": everything(), "conforms in part, 1/2": run(check("a", req, result.Passed, ""), check("b", req, result.NotSelected, "")),
		"conforms in part, 1/2, 1 known failure": run(check("a", req, result.KnownFailure, "x"), check("b", req, result.Untestable, "y")),
		"not tested":                             stopped, "not tested ": run(check("a", req, result.NotSelected, "")), "conforms ": recorded,
	} {
		data := results(t, r)
		for file, text := range forms(t, made(t, data)) {
			if strings.Contains(string(text), "/home/me") {
				t.Errorf("%s, %s: names a folder", name, file)
			}
			if file == "badge.svg" && !strings.Contains(string(text), ">"+strings.TrimSpace(name)+"</text>") {
				t.Errorf("%s: %s", name, text)
			}
			for form, text := range map[string][]byte{"as it was made": text, "with other line ends": bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))} {
				if diff, err := statement.Check(file, text, data); err != nil || len(diff) > 0 {
					t.Errorf("%s, %s %s: %v, %v", name, file, form, err, diff)
				}
			}
		}
	}
}

// Every alteration of every line of every form is found.
func TestEveryLineCounts(t *testing.T) {
	t.Parallel()
	data := results(t, everything())
	for name, text := range forms(t, made(t, data)) {
		lines := strings.SplitAfter(strings.TrimRight(string(text), "\n"), "\n")
		for i, line := range lines {
			if strings.TrimSpace(line) == "" {
				continue
			}
			for what, instead := range map[string]string{"removed": "", "twice": line + line, "altered": strings.TrimRight(line, "\n") + "x\n"} {
				changed := strings.Join(slices.Concat(lines[:i], []string{instead}, lines[i+1:]), "")
				if diff, err := statement.Check(name, []byte(changed), data); err == nil && len(diff) == 0 {
					t.Errorf("%s: line %d %s is not found: %s", name, i+1, what, line)
				}
			}
		}
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	data := results(t, everything())
	all := forms(t, made(t, data))
	for _, tt := range []struct {
		file, old, new string
		want           []string
	}{
		{"statement.json", `"verdict": "does-not-conform"`, `"verdict": "conforms"`, []string{
			`verdict: the statement says "conforms", from the results follows "does-not-conform"`,
		}},
		{"statement.json", `"judged": 3`, `"judged": 6`, []string{`judged: the statement says 6, from the results follows 3`}},
		{"statement.json", `"version": 1,`, `"version": 1, "certified": true,`, []string{`certified: the statement says true, from the results follows nothing`}},
		{"statement.json", `"version": 1,`, `"version": 1, "verdict": "conforms",`, []string{
			`line 2 does not follow from the results:   "version": 1, "verdict": "conforms",`, `this line is missing, and follows from the results:   "version": 1,`,
		}},
		{"statement.json", `"reason": "TICKET-1 \u003cb\u003e"`, `"reason": ""`, []string{
			`excused[0].reason: the statement says "", from the results follows "TICKET-1 \u003cb\u003e"`,
		}},
		{"statement.md", "| required | 7 | 1 | 1 |", "| required | 7 | 2 | 0 |", []string{
			"line 31 does not follow from the results: | required | 7 | 2 | 0 | 1 | 1 | 0 | 1 | 1 | 1 |",
			"this line is missing, and follows from the results: | required | 7 | 1 | 1 | 1 | 1 | 0 | 1 | 1 | 1 |",
		}},
	} {
		changed := strings.Replace(string(all[tt.file]), tt.old, tt.new, 1)
		got, err := statement.Check(tt.file, []byte(changed), data)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s, %s: %v\n%s", tt.file, tt.new, err, diff)
		}
	}
	other := results(t, run(check("a", req, result.Passed, "")))
	for name, text := range all {
		if diff, err := statement.Check(name, text, other); err != nil || len(diff) == 0 {
			t.Errorf("%s follows from the results of another run: %v", name, err)
		}
	}
}

// Results that contradict themselves are refused, and no statement follows from them.
func TestContradictions(t *testing.T) {
	t.Parallel()
	good := results(t, everything())
	form := forms(t, made(t, good))
	for _, tt := range []struct{ old, new, want string }{
		{`"outcome": "does-not-conform"`, `"outcome": "conforms"`, `outcome: they say "conforms", their checks "does-not-conform"`},
		{`"outcome": "does-not-conform"`, `"outcome": "not-tested"`, `outcome: they say "not-tested"`},
		{`"outcome": "does-not-conform"`, `"outcome": "not-tested", "reason": "nothing was judged"`, `outcome: they say "not-tested"`},
		{`"failed": 3`, `"failed": 2`, "counts.failed: they say 2, their checks 3"},
		{`"reason": "no password"`, `"reason": "lunch"`, "notJudged: they do not say what their checks say (3 at the gate were not judged)"},
		{`"outcome": "failed"`, `"outcome": "passed"`, "counts.failed: they say 3, their checks 2"},
		{`"level": "required"`, `"level": "lax"`, `there is no level "lax"`},
		{`"gate": "required"`, `"gate": "informative"`, `gate: "required" was asked for, and "informative" decides`},
		{`"checks": 9`, `"checks": 10`, "checks: there are 9, the requirement set has 10"},
	} {
		changed := []byte(strings.Replace(string(good), tt.old, tt.new, 1))
		_, err := statement.Make(changed)
		if _, ok := errors.AsType[*statement.ContradictionError](err); !ok || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.new, err, tt.want)
		}
		for _, name := range slices.Sorted(maps.Keys(form)) {
			diff, err := statement.Check(name, form[name], changed)
			if err != nil || !slices.ContainsFunc(diff, func(d string) bool { return strings.Contains(d, tt.want) }) {
				t.Errorf("%s of %s: %v, %q", name, tt.new, err, diff)
			}
		}
	}
	hidden := run(check("a", req, result.Passed, ""))
	hidden.Checks[0].Findings = []result.Finding{{Requirement: "A-1", Expected: "x", Observed: "y"}}
	if _, err := statement.Make(results(t, hidden)); err == nil || !strings.Contains(err.Error(), "check a: it passed, and has a finding") {
		t.Errorf("a finding of a check that passed: %v", err)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	data := results(t, everything())
	form := forms(t, made(t, data))
	older := everything()
	older.RequirementSet = nil
	for _, tt := range []struct {
		file, text string
		results    []byte
		want       string
	}{
		{"statement.txt", "x", data, "is neither"},
		{"statement.json", "", data, "is no JSON"},
		{"statement.json", "[]", data, "is no JSON"},
		{"statement.json", string(data), data, "is no statement"},
		{"statement.md", "# Conforms\n", data, "is no statement"},
		{"badge.svg", "<svg/>", data, "is no statement"},
		{"statement.md", strings.Replace(string(form["statement.md"]), "statement 1", "statement 2", 1), data, "of format 2"},
		{"statement.md", string(form["statement.md"]), []byte("{}"), "no version"},
		{"statement.md", string(form["statement.md"]), results(t, older), "run voicespec again"},
	} {
		diff, err := statement.Check(tt.file, []byte(tt.text), tt.results)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %.20q: %v, %q; want %q", tt.file, tt.text, err, diff, tt.want)
		}
	}
}

// Whatever stands in the results, the badge is XML and shows it as text.
func TestBadgeIsXML(t *testing.T) {
	t.Parallel()
	r := run(check("a", req, result.Passed, ""))
	r.Suite = `"><script>alert(1)</script>` + "\x00\u202e" + strings.Repeat("x", 99)
	r.RequirementSet.Name, r.RequirementSet.Digest = "--><b>", `--></desc><script>`
	d := xml.NewDecoder(bytes.NewReader(made(t, results(t, r)).Badge()))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && !slices.Contains([]string{"svg", "title", "desc", "rect", "g", "text"}, e.Name.Local) {
			t.Errorf("<%s>", e.Name.Local)
		}
	}
}

// The members of statement.json are what other programs read.
func TestJSON(t *testing.T) {
	t.Parallel()
	text := forms(t, made(t, results(t, run(check("a", req, result.Passed, "")))))["statement.json"]
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"excused", "notJudged", "failed", "belowGate"} {
		if list, ok := got[name].([]any); !ok || len(list) > 0 {
			t.Errorf("%s is %v, want []", name, got[name])
		}
	}
	if fmt.Sprintf("%v %v %v", got["verdict"], got["judged"], got["applicable"]) != "conforms 1 1" {
		t.Errorf("%s", text)
	}
}
