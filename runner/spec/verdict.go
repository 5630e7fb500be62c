package spec

import (
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/result"
)

// Verdict is what became of a spec that did not pass. It stands in Ginkgo's report as the value of a report entry, so
// that results are made from that report and from nothing else.
type Verdict struct {
	Outcome  result.Outcome   `json:"Outcome"`
	Text     string           `json:"Text"`     // the failure in full, or why it was not judged
	Findings []result.Finding `json:"Findings"` // every difference
}

// verdictEntry is the name of the report entry.
const verdictEntry = "voicespec"

// Given is an Expect about what a spec builds on: where it is not so, the spec is blocked and not failed, since a spec
// of its own judges that.
func Given(actual any, extra ...any) gomega.Assertion {
	return gomega.NewGomega(func(message string, _ ...int) { conclude(result.Blocked, message) }).Expect(actual, extra...)
}

// Blocked ends a spec: an earlier step broke, so that it cannot be judged.
func Blocked(format string, args ...any) { conclude(result.Blocked, fmt.Sprintf(format, args...)) }

// Untestable ends a spec: the station, or the recording, lacks what it needs.
func Untestable(format string, args ...any) {
	conclude(result.Untestable, fmt.Sprintf(format, args...))
}

// NotApplicable ends a spec: the target does not claim what it is about, or no document requires it.
func NotApplicable(format string, args ...any) {
	conclude(result.NotApplicable, fmt.Sprintf(format, args...))
}

// conclude ends a spec without a judgement. A blocked one counts like a failed one.
func conclude(outcome result.Outcome, reason string) {
	if why, excused := now.excused(); excused && outcome == result.Blocked {
		outcome, reason = result.Untestable, why
	}
	reason = now.suite.Redact(reason)
	if now.bench != nil {
		panic(verdictPanic{Verdict{Outcome: outcome, Text: reason}})
	}
	noVerdict(outcome, reason)
	if outcome == result.Blocked && now.atGate() {
		ginkgo.Fail("blocked: "+reason, 1)
	}
	ginkgo.Skip(string(outcome) + ": " + reason)
}

// excused says why a failure in the scenario is not the target's doing.
func (s *scene) excused() (why string, ok bool) {
	if s.recording.Case == nil {
		return "", false
	}
	return s.recording.Case.Excused()
}

// noVerdict leaves in the report why a spec was not judged.
func noVerdict(outcome result.Outcome, reason string) {
	ginkgo.AddReportEntry(verdictEntry, Verdict{Outcome: outcome, Text: reason}, ginkgo.ReportEntryVisibilityNever)
}

// atGate reports whether the spec that Ginkgo is in decides about the run.
func (s *scene) atGate() bool {
	return s.suite.registry.Strictest(requirements()).Rank() <= s.suite.Gate.Rank()
}

// mostFindings of one check are kept: a thousand more of a flood tell nobody more.
const mostFindings = 100

// mostSentences are how many differences a bench puts in words: whoever wants all of them has the findings.
const mostSentences = 3

// differs ends a spec that failed. What the matcher found, or the message of one of Gomega's own, is attached. A failure
// below the gate does not fail the run, so Ginkgo is told that the spec was skipped.
func differs(message string, skip ...int) {
	if why, excused := now.excused(); excused {
		conclude(result.Untestable, why)
	}
	named := requirements()
	found := now.found
	now.found = nil
	if len(found) == 0 {
		found = []judge.Finding{{Expected: "as the check says", Observed: message}}
	}
	for i := range found {
		if found[i].Requirement == "" && len(named) > 0 {
			found[i].Requirement = named[0]
		}
	}
	v := Verdict{Outcome: result.Failed, Findings: judge.Export(found[:min(len(found), mostFindings)])}
	for i := range v.Findings {
		f := &v.Findings[i]
		f.Path, f.Expected, f.Observed = now.suite.Redact(f.Path), now.suite.Redact(f.Expected), now.suite.Redact(f.Observed)
	}
	if now.bench != nil {
		v.Text = now.suite.Redact(sentences(found[:min(len(found), mostSentences)]))
		panic(verdictPanic{v})
	}
	v.Text = now.suite.explain(v.Findings)
	if n := len(found) - len(v.Findings); n > 0 {
		v.Text += fmt.Sprintf("\n  … and %d more differences, which are not kept", n)
	}
	ginkgo.AddReportEntry(verdictEntry, v, ginkgo.ReportEntryVisibilityNever)
	if !now.atGate() {
		ginkgo.Skip("failed, but not required: " + v.Text)
	}
	at := 1
	if len(skip) > 0 {
		at += skip[0]
	}
	ginkgo.Fail(v.Text, at)
}
