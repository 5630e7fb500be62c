package spec

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Matcher judges a subject. It collects every difference, which stand in Ginkgo's report when an Expect fails; none means
// that it matches.
type Matcher[T any] struct {
	// what is a sentence about the subject, for Given: "SendDtmf was refused".
	what func(T) string
	// differences are what keeps the subject from matching.
	differences func(T) []judge.Finding
	// contrary is the finding where it should not have matched; nil where NotTo makes no sense.
	contrary func(T) judge.Finding

	found []judge.Finding
}

// Match judges the subject.
func (m *Matcher[T]) Match(actual any) (bool, error) {
	subject, ok := actual.(T)
	if !ok {
		var want T
		return false, fmt.Errorf("this matcher judges a %T, not a %T", want, actual)
	}
	m.found = m.differences(subject)
	return len(m.found) == 0, nil
}

// FailureMessage says what differs, and leaves it for the report.
func (m *Matcher[T]) FailureMessage(actual any) string {
	now.found = m.found
	if subject, ok := actual.(T); ok && m.what != nil {
		return m.what(subject)
	}
	return sentences(m.found)
}

// NegatedFailureMessage says what was there that should not have been.
func (m *Matcher[T]) NegatedFailureMessage(actual any) string {
	subject, ok := actual.(T)
	if !ok || m.contrary == nil {
		return "this matcher cannot be negated"
	}
	now.found = []judge.Finding{m.contrary(subject)}
	return sentences(now.found)
}

// sentences are findings in a text.
func sentences(found []judge.Finding) string {
	var parts []string
	for _, f := range found {
		parts = append(parts, fmt.Sprintf("expected %s, observed %s", f.Expected, f.Observed))
	}
	return strings.Join(parts, "; ")
}

// match makes a matcher of a function that returns differences.
func match[T any](differences func(T) []judge.Finding) *Matcher[T] {
	return &Matcher[T]{differences: differences}
}

var _ types.GomegaMatcher = (*Matcher[*recording.Entry])(nil)

// answered ends a spec about a request that was not answered: that is the matter of HTTP-5.
func answered(e *recording.Entry) {
	if e.Problem != "" {
		Blocked("the request was not answered: %s", e.Problem)
	}
}
