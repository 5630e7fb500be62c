package evidence

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/result"
)

// Against counts what stands against conformance at the gate; empty if nothing does.
func Against(r *result.Report) string {
	failed, blocked := 0, 0
	for _, c := range r.Checks {
		if c.Level.Rank() > r.Gate.Rank() {
			continue
		}
		switch c.Outcome {
		case result.Failed:
			failed++
		case result.Blocked:
			blocked++
		case result.Passed, result.KnownFailure, result.Disturbed, result.Untestable, result.NotApplicable, result.NotSelected:
		}
	}
	var parts []string
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("%s failed (gate %s)", Plural(failed, "check"), r.Gate))
	}
	if blocked > 0 {
		parts = append(parts, fmt.Sprintf("%d could not be judged", blocked))
	}
	if n := len(r.KnownFailureProblems); n > 0 {
		parts = append(parts, Plural(n, "problem")+" with known failures")
	}
	return strings.Join(parts, ", ")
}
