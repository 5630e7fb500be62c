package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/reporters"

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
	out, err := xml.MarshalIndent(junitSuites(in), "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	if _, err := w.Write(append(append([]byte(xml.Header), out...), '\n')); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

// junitSuites is the form of Ginkgo's own JUnit reports, which readers of JUnit know.
func junitSuites(in Input) reporters.JUnitTestSuites {
	r := in.Report
	suite := reporters.JUnitTestSuite{
		Name: "voicespec", Package: suitePath, Time: seconds(r.DurationMs), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: reporters.JUnitProperties{Properties: properties(r)},
	}
	for _, c := range firstCauseFirst(in) {
		t := junitCase(in, c)
		switch {
		case t.Failure != nil:
			suite.Failures++
		case t.Skipped != nil:
			suite.Skipped++
		}
		suite.TestCases = append(suite.TestCases, t)
	}
	for _, p := range runProblems(r) {
		suite.Errors++
		suite.TestCases = append(suite.TestCases, reporters.JUnitTestCase{
			Name: p.name, Classname: "voicespec", Status: "interrupted",
			Error: &reporters.JUnitError{Message: p.text, Type: "interrupted", Description: p.text},
		})
	}
	suite.Tests = len(suite.TestCases)
	return reporters.JUnitTestSuites{
		Tests: suite.Tests, Disabled: suite.Skipped, Errors: suite.Errors, Failures: suite.Failures, Time: suite.Time,
		TestSuites: []reporters.JUnitTestSuite{suite},
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

func junitCase(in Input, c result.Check) reporters.JUnitTestCase {
	t := reporters.JUnitTestCase{
		Name: evidence.Clean(c.ID + ": " + c.Title), Classname: evidence.Clean(cmp.Or(c.Scenario, c.Area)), Status: "skipped", Time: seconds(c.DurationMs),
	}
	switch c.Outcome {
	case result.Passed:
		t.Status = "passed"
	case result.Failed:
		if !decides(in.Report, c) {
			t.Skipped = &reporters.JUnitSkipped{Message: fmt.Sprintf("failed, %s: %s", c.Level, evidence.Difference(c))}
			break
		}
		t.Status = "failed"
		t.Failure = &reporters.JUnitFailure{Message: evidence.Difference(c), Type: "failed", Description: Text(in, c)}
	case result.KnownFailure, result.Blocked, result.Disturbed, result.Untestable, result.NotApplicable, result.NotSelected:
		t.Skipped = &reporters.JUnitSkipped{Message: skipReason(c)}
	}
	return t
}

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

func properties(r *result.Report) []reporters.JUnitProperty {
	out := []reporters.JUnitProperty{
		{Name: "outcome", Value: string(r.Outcome)},
		{Name: "target", Value: evidence.URL(r.Target)},
		{Name: "suite", Value: evidence.Clean(r.Suite)},
		{Name: "gate", Value: string(r.Gate)},
		{Name: "transport", Value: evidence.Clean(r.Transport)},
		{Name: "features", Value: evidence.Clean(strings.Join(r.Features, " "))},
		{Name: "seed", Value: fmt.Sprint(r.Seed)},
	}
	for _, text := range r.LeftBehind {
		out = append(out, reporters.JUnitProperty{Name: "leftBehind", Value: evidence.Clean(text)})
	}
	for _, text := range r.Others {
		out = append(out, reporters.JUnitProperty{Name: "others", Value: evidence.Clean(text)})
	}
	for _, p := range []reporters.JUnitProperty{{Name: "selection", Value: evidence.Asked(r)}, {Name: "requirement-set", Value: evidence.Set(r)}} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	for _, n := range evidence.NotJudged(r) {
		out = append(out, reporters.JUnitProperty{Name: "not-judged", Value: n})
	}
	for _, n := range r.Notes {
		out = append(out, reporters.JUnitProperty{Name: "note", Value: evidence.Clean(n)})
	}
	return out
}
