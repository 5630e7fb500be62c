package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

func TestSummary(t *testing.T) {
	in := sample.Failing()
	in.Files = []string{"/home/somebody/report.html"}
	in.Report.KnownFailureProblems = []string{"known.yaml line 3: x matches no check"}
	var b bytes.Buffer
	if err := report.WriteSummary(&b, in); err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.md", b.Bytes())
	if strings.Contains(b.String(), "/home/") {
		t.Error("the summary holds a machine path")
	}
}

// allowed is the markup that the summary itself makes; a target must not add any other.
var allowed = regexp.MustCompile(`</?(code|details|summary)>|<br>`)

func TestSummaryOfAHostileTarget(t *testing.T) {
	in := attacked()
	for i := range in.Report.Checks {
		in.Report.Checks[i].Message = "</code>\n```\n<img src=x onerror=alert(1)> ![x](http://evil) @everyone"
	}
	var b bytes.Buffer
	if err := report.WriteSummary(&b, in); err != nil {
		t.Fatal(err)
	}
	inFence := false
	for l := range strings.SplitSeq(b.String(), "\n") {
		if strings.HasPrefix(l, "```") {
			inFence = !inFence
			continue
		}
		if rest := allowed.ReplaceAllString(l, ""); !inFence && strings.ContainsAny(rest, "<@![") {
			t.Errorf("markup of the target: %s", l)
		}
	}
	if inFence {
		t.Error("a code block stays open")
	}
	for _, bad := range []string{"\x1b", "\x00", "\u202e", "secret"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the summary holds %q", bad)
		}
	}
}

func annotations(t *testing.T, in report.Input) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Annotations(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAnnotations(t *testing.T) {
	golden(t, "annotations.txt", []byte(annotations(t, sample.Failing())))
	if got := annotations(t, sample.Clean(2, 2)); got != "" {
		t.Errorf("annotations of a clean run: %s", got)
	}
	got := annotations(t, report.Input{Report: &result.Report{Outcome: result.NotTested, Reason: "TLS, 100%: bad\r\n::warning::x"}})
	if diff := cmp.Diff("::error title=voicespec%3A not tested::not tested: TLS, 100%25: bad\\u000d\\n::warning::x\n", got); diff != "" {
		t.Error(diff)
	}
}

func TestAnnotationsOfAHostileTargetAreOneLineEach(t *testing.T) {
	command := regexp.MustCompile(`^::(error|warning|notice) title=[^:,]*::`)
	for l := range strings.SplitSeq(strings.TrimSpace(annotations(t, attacked())), "\n") {
		if !command.MatchString(l) {
			t.Errorf("no command of ours: %q", l)
		}
	}
}

func TestAnnotationsStayWithinWhatGitHubShows(t *testing.T) {
	r := &result.Report{Gate: requirement.Required, Outcome: result.DoesNotConform}
	for i := range 30 {
		id := fmt.Sprintf("X-%d", i)
		r.Checks = append(r.Checks, result.Check{ID: id, Requirements: []string{id}, Level: requirement.Required, Outcome: result.Failed})
	}
	got := annotations(t, report.Input{Report: r})
	if n := strings.Count(got, "::error "); n != 10 || !strings.Contains(got, "::21 more") {
		t.Errorf("%d errors:\n%s", n, got)
	}
}

// What results.json has as a check's message is what the console and JUnit show, but for the wrapping.
func TestOneFailureText(t *testing.T) {
	in := sample.Failing()
	unwrap := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	shown := unwrap(console(t, in, report.Style{Width: 60}))
	for _, g := range in.Failures() {
		c := g.Checks[0]
		text := report.FailureText(in.Registry, c, in.Entries(c.Scenario))
		if !strings.Contains(shown, unwrap(text)) || unwrap(report.Text(in, c)) != unwrap(text) {
			t.Errorf("the console or JUnit says something else than\n%s", text)
		}
		for _, part := range []string{c.ID, c.Rerun, c.Findings[0].Expected, c.Findings[0].Observed} {
			if !strings.Contains(text, part) {
				t.Errorf("no %q in\n%s", part, text)
			}
		}
	}
	if got := report.FailureText(nil, result.Check{Message: "no reason\nto speak of"}, nil); got != "no reason\nto speak of" {
		t.Errorf("without findings: %q", got)
	}
}

// A flood of differences is told by the first ones.
func TestFailureTextIsBounded(t *testing.T) {
	c := result.Check{ID: "x", Findings: make([]result.Finding, 1000)}
	if text := report.FailureText(nil, c, nil); strings.Count(text, "Expected") != 10 || !strings.Contains(text, "… and 990 more differences") {
		t.Errorf("1000 differences:\n%s", text)
	}
}

func TestSuggestBudgets(t *testing.T) {
	got := evidence.SuggestBudgets([]result.Latency{
		{Operation: "Answer", To: "answer", Count: 3, P95: 20, Max: 41},
		{Operation: "Dial", To: "answer", Count: 2, P95: 20, Max: 30},
		{Operation: "InitiateTransfer", To: "Held", Count: 2, P95: 900, Max: 1510},
	})
	want := []string{
		"5 answers observed, the slowest after 41 ms (Answer): a budget request of 1 s is enough.",
		"2 notifications observed, the slowest after 1510 ms (InitiateTransfer to Held): a budget event of 8 s is enough.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := evidence.SuggestBudgets(nil); got != nil {
		t.Errorf("without measurements: %q", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"Zürich ✓":           "Zürich ✓",
		"a\x1b[2Jb":          `a\u001b[2Jb`,
		"a\x00\xffb":         `a\u0000\xffb`,
		"a\nb\tc":            `a\nb\tc`,
		"\u202eabc\u2028":    `\u202eabc\u2028`,
		"\U000e0041\ufeff":   `\U000e0041\ufeff`,
		"\ufffe\u009b31m":    `\ufffe\u009b31m`,
		"combining e\u0301.": "combining e\u0301.",
	} {
		if diff := cmp.Diff(want, evidence.Clean(in)); diff != "" {
			t.Error(diff)
		}
	}
	long := evidence.Clean(strings.Repeat("ä", 1000))
	if !strings.HasSuffix(long, "… (400 more characters)") {
		t.Errorf("not cut: %s", long[len(long)-40:])
	}
}
