package knownfailures_test

import (
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/knownfailures"
	"github.com/voicespec/voicespec/runner/result"
)

// FuzzParse: no list panics, every error names the file, and what is read can be applied.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "[]", "null", "- check: calls.*\n  reason: later\n", "- check: calls.hold.HOLD-1\n  reason: later\n  link: https://example.com/1\n  expires: 2026-06-30\n",
		"- check: '['\n  reason: x\n", "- check: a\n  reason: x\n- check: a\n  reason: y\n", "- check: a\n  reason: x\n  fragment: \"\\u2028\"\n", "- {check: a, reason: &r b}\n- {check: c, reason: *r}\n",
		"check: a\n", "- check: a\n  because: x\n", "- check: a\n  expires: tomorrow\n", "- &a [*a]\n", "\xef\xbb\xbf- check: a\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := knownfailures.Parse("known.yaml", []byte(text))
		if err != nil {
			if !strings.Contains(err.Error(), "known.yaml") {
				t.Errorf("the error names no file: %v", err)
			}
			return
		}
		r := &result.Report{Checks: []result.Check{check("calls.hold.HOLD-1", result.Failed, "it was Held"), check("a", result.Passed, "")}}
		knownfailures.Apply(r, l, today)
	})
}
