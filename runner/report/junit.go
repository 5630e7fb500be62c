package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// suitePath stands in JUnit's package attribute, where Ginkgo would put the working
// directory of whoever ran it.
const suitePath = "github.com/voicespec/voicespec/suites"

// WriteJUnit writes JUnit XML: a test case for each check, a <failure> for each one that failed at the gate, of which
// the first is that of the first cause, and <skipped message="blocked: …"> for what was not judged, is a known failure, or
// failed below the gate. What no check stands for (nothing was tested, a stale known failure) is an <error>. So a CI that
// reads nothing but this file is red where the exit code is not 0, and nowhere else.
func WriteJUnit(w io.Writer, in Input) error {
	out, err := xml.MarshalIndent(suites(in), "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	if _, err := w.Write(append(append([]byte(xml.Header), out...), '\n')); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

// mostText is how much the failures of one file tell in full: GitLab reads no file of 30 MB, and a character may take six
// bytes in it. Ordinary failures take two kilobytes each.
const mostText = 2 << 20

const notInFull = "\n\nOnly the first failures are told in full here; results.json and report.html have this one, too."

// The elements and attributes are those of the schema that Jenkins' xunit plugin holds a file to. Most readers know them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     float64      `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Package    string          `xml:"package,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       float64         `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    float64       `xml:"time,attr"`
		Failure *junitOutcome `xml:"failure"`
		Error   *junitOutcome `xml:"error"`
		Skipped *junitOutcome `xml:"skipped"`
	}
	// junitOutcome says why: Jenkins shows the message above the text, GitLab the text alone.
	junitOutcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func suites(in Input) junitSuites {
	r := in.Report
	suite := junitSuite{
		Name: suiteName(r), Package: suitePath, Time: seconds(r.DurationMs), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: properties(r),
	}
	told := 0
	for _, c := range firstCauseFirst(in) {
		t := testCase(in, c)
		switch {
		case t.Failure != nil:
			suite.Failures++
			if told < mostText {
				t.Failure.Text = Text(in, c)
				told += len(t.Failure.Text)
			}
		case t.Skipped != nil:
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, t)
	}
	for _, p := range runProblems(r) {
		suite.Errors++
		suite.Cases = append(suite.Cases, junitCase{Name: p.name, Class: "voicespec", Error: &junitOutcome{Message: p.text, Type: "interrupted", Text: p.text}})
	}
	distinct(suite.Cases)
	suite.Tests = len(suite.Cases)
	return junitSuites{Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Time: suite.Time, Suites: []junitSuite{suite}}
}

// suiteName names the transport, so that a job may keep one file for each: readers take suites of one name for the same.
func suiteName(r *result.Report) string {
	if r.Transport == "" {
		return "voicespec"
	}
	return "voicespec (" + evidence.Clean(r.Transport) + ")"
}

// distinct numbers cases of the same name: of those GitLab keeps one.
func distinct(cases []junitCase) {
	taken := map[[2]string]bool{}
	for i := range cases {
		c := &cases[i]
		name := c.Name
		for n := 2; taken[[2]string{c.Class, c.Name}]; n++ {
			c.Name = fmt.Sprintf("%s (%d)", name, n)
		}
		taken[[2]string{c.Class, c.Name}] = true
	}
}

// firstCauseFirst are the checks of a run, those that failed at the gate before the others and in the order of the reports.
func firstCauseFirst(in Input) []result.Check {
	var failed, others []result.Check
	for _, g := range in.Failures() {
		for _, c := range g.Checks {
			if decides(in.Report, c) {
				failed = append(failed, c)
			}
		}
	}
	for _, c := range in.Report.Checks {
		if !decides(in.Report, c) {
			others = append(others, c)
		}
	}
	return append(failed, others...)
}

// decides reports whether a check failed at the gate.
func decides(r *result.Report, c result.Check) bool {
	return c.Outcome == result.Failed && c.Level.Rank() <= r.Gate.Rank()
}

func testCase(in Input, c result.Check) junitCase {
	t := junitCase{Name: token(c.ID), Class: token(cmp.Or(c.Scenario, c.Area, "voicespec")), Time: seconds(c.DurationMs)}
	if c.Title != "" {
		t.Name = token(c.ID + ": " + c.Title)
	}
	switch c.Outcome {
	case result.Passed:
	case result.Failed:
		if !decides(in.Report, c) {
			t.Skipped = skipped(fmt.Sprintf("failed, %s: %s", c.Level, evidence.Difference(c)))
			break
		}
		t.Failure = &junitOutcome{Message: evidence.Difference(c), Type: "failed", Text: evidence.Difference(c) + notInFull}
	case result.KnownFailure, result.Blocked, result.Disturbed, result.Untestable, result.NotApplicable, result.NotSelected:
		t.Skipped = skipped(skipReason(c))
	}
	return t
}

// longestName is what GitLab keeps of a name, less room for a number.
const longestName = 200

// token is a name as schemas want it: one line, with single spaces.
func token(s string) string {
	return strings.Join(strings.Fields(evidence.Clip(evidence.Clean(s), longestName)), " ")
}

func skipped(why string) *junitOutcome { return &junitOutcome{Message: why, Text: why} }

// seconds rounds to a tenth of a millisecond: anything finer would be written with an exponent, which not every reader
// of JUnit takes for a number.
func seconds(ms float64) float64 { return math.Round(ms*10) / 1e4 }

// problem is what went wrong with the run beside its checks.
type problem struct{ name, text string }

func runProblems(r *result.Report) []problem {
	var out []problem
	if r.Outcome == result.NotTested {
		out = append(out, problem{"run", evidence.Verdict(r)})
	}
	if r.Outcome == result.DoesNotConform && len(r.KnownFailureProblems) == 0 &&
		!slices.ContainsFunc(r.Checks, func(c result.Check) bool { return decides(r, c) }) {
		out = append(out, problem{"run", evidence.Verdict(r)}) // what is blocked counts against it
	}
	for _, e := range r.KnownFailureProblems {
		out = append(out, problem{"known failures", evidence.Clean(e)})
	}
	return out
}

func skipReason(c result.Check) string {
	why := c.Message
	if c.Outcome == result.KnownFailure && c.KnownFailure != "" {
		why = c.KnownFailure
	}
	if why == "" {
		return evidence.Words(c.Outcome)
	}
	return evidence.Words(c.Outcome) + ": " + evidence.Clean(why)
}

func properties(r *result.Report) []junitProperty {
	out := []junitProperty{
		{Name: "outcome", Value: string(r.Outcome)},
		{Name: "target", Value: evidence.URL(r.Target)},
		{Name: "suite", Value: evidence.Clean(r.Suite)},
		{Name: "gate", Value: string(r.Gate)},
		{Name: "transport", Value: evidence.Clean(r.Transport)},
		{Name: "features", Value: evidence.Clean(strings.Join(r.Features, " "))},
		{Name: "seed", Value: fmt.Sprint(r.Seed)},
	}
	for _, text := range r.LeftBehind {
		out = append(out, junitProperty{Name: "leftBehind", Value: evidence.Clean(text)})
	}
	for _, text := range r.Others {
		out = append(out, junitProperty{Name: "others", Value: evidence.Clean(text)})
	}
	for _, p := range []junitProperty{{Name: "selection", Value: evidence.Asked(r)}, {Name: "requirement-set", Value: evidence.Set(r)}} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	for _, n := range evidence.NotJudged(r) {
		out = append(out, junitProperty{Name: "not-judged", Value: n})
	}
	for _, n := range r.Notes {
		out = append(out, junitProperty{Name: "note", Value: evidence.Clean(n)})
	}
	return out
}
