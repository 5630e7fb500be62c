package spec

import (
	"errors"
	"fmt"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Judgement is a check as data: a Ginkgo spec is made of it, and a Bench judges by it without Ginkgo.
type Judgement struct {
	Name        string // the last part of the check's id
	Title       string
	Requirement string // the one that a difference breaks where nothing else is said
	// Judge gives what is judged, and by what. Where there is nothing to judge it ends the spec.
	Judge func() (subject any, matcher types.GomegaMatcher)
}

// Bench judges recordings without Ginkgo, as often as wanted: one performance under load is no run of a suite.
type Bench struct {
	suite *state
}

// NewBench is where checks are judged at a gate. redact cuts secrets out of what is found; nil where there are none.
func NewBench(gate requirement.Level, redact func(string) string) (*Bench, error) {
	s, err := newState(Options{Gate: gate, Redact: redact})
	if err != nil {
		return nil, err
	}
	return &Bench{suite: s}, nil
}

// Level is that of a requirement.
func (b *Bench) Level(id string) requirement.Level { return b.suite.registry.Strictest([]string{id}) }

// Judge judges a case by some checks. What is asked of everything that was played is asked of this case alone. While a run
// of Ginkgo is going on in this process, it waits.
func (b *Bench) Judge(d *Definition, c *judge.Case, checks []Judgement) []result.Check {
	ginkgoMutex.Lock()
	defer ginkgoMutex.Unlock()
	before := now
	defer func() { now = before }()
	now = &scene{suite: b.suite, definition: d, recording: Recording{Case: c}, whole: &Whole{Played: []Played{{d, c}}}}
	out := make([]result.Check, 0, len(checks))
	for i := range checks {
		out = append(out, b.judge(d, &checks[i]))
	}
	return out
}

// verdictPanic ends a check that is judged on a bench, as Ginkgo's Fail and Skip end a spec.
type verdictPanic struct{ Verdict }

func (b *Bench) judge(d *Definition, j *Judgement) (out result.Check) {
	out = result.Check{
		ID: d.ID + "." + j.Name, Title: j.Title, Requirements: []string{j.Requirement}, Level: b.Level(j.Requirement), Area: d.Area,
		Scenario: d.ID, Outcome: result.Passed,
	}
	now.bench = j
	defer func() {
		switch r := recover().(type) {
		case nil:
		case verdictPanic:
			out.Outcome, out.Message, out.Findings = r.Outcome, r.Text, r.Findings
		default:
			panic(r)
		}
	}()
	subject, matcher := j.Judge()
	matched, err := matcher.Match(subject)
	switch {
	case err != nil:
		panic(errors.Join(fmt.Errorf("check %s", out.ID), err))
	case !matched:
		differs(matcher.FailureMessage(subject))
	}
	return out
}
