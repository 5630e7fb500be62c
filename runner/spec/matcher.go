package spec

import (
	"fmt"
	"reflect"
	"slices"
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
	if nothing(subject) {
		withoutSubject()
	}
	m.found = withoutLost(m.differences(subject))
	if now != nil {
		m.found = EverythingPlayed().withoutExcused(m.found)
	}
	return len(m.found) == 0, nil
}

// withoutLost leaves out what did not come and may have been lost. A spec that finds nothing else ends.
func withoutLost(found []judge.Finding) []judge.Finding {
	if len(found) == 0 || now == nil || Case() == nil {
		return found
	}
	c := Case()
	var out []judge.Finding
	var gap *recording.Entry
	for _, f := range found {
		if g := c.Lost(f); g != nil {
			gap = g
		} else {
			out = append(out, f)
		}
	}
	if len(out) == 0 && gap != nil {
		ruled(c.Gap(gap))
	}
	return out
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

// nothing reports whether a subject is none: a check that had nothing to judge must not pass.
func nothing(subject any) bool {
	switch v := reflect.ValueOf(subject); v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Pointer:
		return v.IsNil()
	default:
		return false
	}
}

// withoutSubject ends a spec that has none, about one scenario or about the whole run.
func withoutSubject() {
	if w := EverythingPlayed(); w != nil {
		w.nothing("a message of this kind")
	}
	NotPlayed("what this check judges")
}

// requests is a matcher of requests, whichever they are given as: one, many, answers or mistakes.
type requests struct {
	*Matcher[[]*recording.Entry]
}

// Match judges the requests.
func (r requests) Match(actual any) (bool, error) {
	list, ok := requestsOf(actual)
	if !ok {
		return false, fmt.Errorf("this matcher judges requests, not a %T", actual)
	}
	return r.Matcher.Match(list)
}

func requestsOf(subject any) (list []*recording.Entry, ok bool) {
	switch x := subject.(type) {
	case *recording.Entry:
		return []*recording.Entry{x}, true
	case []*recording.Entry:
		return x, true
	case Answers:
		return x, true
	case []Mistake:
		for _, m := range x {
			list = append(list, m.Entry)
		}
		return list, true
	}
	return nil, false
}

// each judges the answer to each of some requests.
func each(judged func(*recording.Entry) []judge.Finding) types.GomegaMatcher {
	return requests{match(func(list []*recording.Entry) []judge.Finding {
		var out []judge.Finding
		for _, e := range list {
			out = append(out, judged(e)...)
		}
		return out
	})}
}

// eachKnown is each for what a log may not hold: where it does so for none of the requests, nothing was judged.
func eachKnown(what string, known func(*recording.Entry) bool, judged func(*recording.Entry) []judge.Finding) types.GomegaMatcher {
	return requests{match(func(list []*recording.Entry) []judge.Finding {
		if !slices.ContainsFunc(list, known) {
			Untestable("the recording does not hold %s", what)
		}
		var out []judge.Finding
		for _, e := range list {
			out = append(out, judged(e)...)
		}
		return out
	})}
}

var _ types.GomegaMatcher = (*Matcher[*recording.Entry])(nil)

// answered ends a spec about a request that was not answered: that is the matter of HTTP-5.
func answered(e *recording.Entry) {
	if e.Problem != "" && !judge.SentToSignIn(e) {
		Blocked("the request was not answered: %s", e.Problem)
	}
}
