package report

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/reporters"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// suitePath stands in JUnit's package attribute, where Ginkgo would put the working
// directory of whoever ran it.
const suitePath = "github.com/voicespec/voicespec/suites"

// WriteJUnit writes JUnit XML to the file name: a test case for each check, a <failure> for
// each failed one, <skipped message="blocked: …"> for what was not judged or excused. What
// no check stands for (nothing was tested, a stale excuse) is an <error>, so that a CI that
// reads nothing but this file is not green.
//
// Ginkgo's writer makes the file from a report that is built here, since verify and
// compare have results without a Ginkgo run. Its texts are then replaced by ours: it prints
// the Go line of every failure, and a prefix before the reason of every skip.
func WriteJUnit(name string, in Input) error {
	report := ginkgoReport(in.Report)
	err := reporters.GenerateJUnitReportWithConfig(report, name, reporters.JunitReportConfig{
		OmitTimelinesForSpecState: types.SpecStatePassed | types.SpecStateSkipped | types.SpecStateFailed | types.SpecStateInterrupted,
		OmitCapturedStdOutErr:     true,
		OmitSpecLabels:            true,
		OmitLeafNodeType:          true,
	})
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	written, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	var suites reporters.JUnitTestSuites
	if err := xml.Unmarshal(written, &suites); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	for i := range suites.TestSuites {
		retell(&suites.TestSuites[i], in)
	}
	out, err := xml.MarshalIndent(suites, "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	out = append(append([]byte(xml.Header), out...), '\n')
	if err := os.WriteFile(name, out, 0o644); err != nil { //nolint:gosec // a report is meant to be read by others
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

func ginkgoReport(r *result.Report) types.Report {
	out := types.Report{
		SuitePath:        suitePath,
		SuiteDescription: "voicespec",
		SuiteSucceeded:   r.Outcome == result.Conforms,
		StartTime:        r.Started.UTC(),
		RunTime:          time.Duration(r.DurationMs * float64(time.Millisecond)),
		SuiteConfig:      types.SuiteConfig{RandomSeed: r.Seed},
	}
	for _, c := range r.Checks {
		out.SpecReports = append(out.SpecReports, ginkgoSpec(c))
	}
	for _, p := range runProblems(r) {
		out.SpecReports = append(out.SpecReports, types.SpecReport{
			LeafNodeType: types.NodeTypeIt, LeafNodeText: p.name, State: types.SpecStateInterrupted,
			Failure: types.Failure{Message: p.text},
		})
	}
	return out
}

func ginkgoSpec(c result.Check) types.SpecReport {
	s := types.SpecReport{
		LeafNodeType: types.NodeTypeIt,
		LeafNodeText: evidence.Clean(c.ID),
		RunTime:      time.Duration(c.DurationMs * float64(time.Millisecond)),
		State:        types.SpecStateSkipped,
	}
	switch c.Outcome {
	case result.Passed:
		s.State = types.SpecStatePassed
	case result.Failed:
		s.State = types.SpecStateFailed
		s.Failure.Message = evidence.Clean(firstLine(c.Message))
	case result.Excused, result.Blocked, result.Untestable, result.NotApplicable, result.NotSelected:
		s.Failure.Message = evidence.Clean(c.Message)
	}
	return s
}

// problem is what went wrong with the run beside its checks.
type problem struct{ name, text string }

func runProblems(r *result.Report) []problem {
	var out []problem
	if r.Outcome == result.NotTested {
		out = append(out, problem{"run", evidence.Verdict(r)})
	}
	for _, e := range r.Excuses {
		out = append(out, problem{"known deviations", evidence.Clean(e)})
	}
	return out
}

// retell puts our words into the test cases, which are in the order of the checks.
func retell(suite *reporters.JUnitTestSuite, in Input) {
	suite.Properties.Properties = properties(in.Report)
	for i := range suite.TestCases {
		t := &suite.TestCases[i]
		if t.Error != nil {
			t.Classname, t.Error.Description = "voicespec", t.Error.Message
		}
		if i >= len(in.Report.Checks) {
			continue
		}
		c := in.Report.Checks[i]
		t.Name = evidence.Clean(c.ID + ": " + c.Title)
		t.Classname = evidence.Clean(c.Scenario)
		if t.Classname == "" {
			t.Classname = evidence.Clean(c.Area)
		}
		if t.Skipped != nil {
			t.Skipped.Message = skipReason(c)
		}
		if t.Failure != nil {
			t.Failure.Description = Text(in, c)
		}
	}
}

func skipReason(c result.Check) string {
	why := c.Message
	if c.Outcome == result.Excused && c.Excuse != "" {
		why = c.Excuse
	}
	if why == "" {
		return words(c.Outcome)
	}
	return words(c.Outcome) + ": " + evidence.Clean(why)
}

func properties(r *result.Report) []reporters.JUnitProperty {
	return []reporters.JUnitProperty{
		{Name: "outcome", Value: string(r.Outcome)},
		{Name: "target", Value: evidence.URL(r.Target)},
		{Name: "suite", Value: evidence.Clean(r.Suite)},
		{Name: "gate", Value: string(r.Gate)},
		{Name: "transport", Value: evidence.Clean(r.Transport)},
		{Name: "features", Value: evidence.Clean(strings.Join(r.Features, " "))},
		{Name: "seed", Value: fmt.Sprint(r.Seed)},
	}
}
