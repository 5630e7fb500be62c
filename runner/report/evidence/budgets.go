package evidence

import (
	"fmt"
	"math"

	"github.com/voicespec/voicespec/runner/result"
)

// room is how many times the slowest observed step a budget should be: below that a busy
// moment of the target ends a wait, far above it a missing notification costs time.
const room = 5

// leastBudget is the smallest budget that is ever suggested, in seconds: on a fast target
// the reader's own machine and network are what varies.
const leastBudget = 1

// SuggestBudgets says in a sentence each which request and event budgets fit what a target was observed
// to take; none where nothing was measured. It is advice, never a failure.
func SuggestBudgets(latency []result.Latency) []string {
	var out []string
	for _, s := range []string{suggest("answer", "request", slowest(latency, true)), suggest("notification", "event", slowest(latency, false))} {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func slowest(latency []result.Latency, answers bool) result.Latency {
	var worst result.Latency
	for _, l := range latency {
		if (l.To == "answer") == answers && l.Count > 0 {
			worst.Count += l.Count
			if l.Max >= worst.Max {
				worst.Operation, worst.To, worst.Max = l.Operation, l.To, l.Max
			}
			worst.P95 = max(worst.P95, l.P95)
		}
	}
	return worst
}

func suggest(what, budget string, l result.Latency) string {
	if l.Count == 0 {
		return ""
	}
	step := Clean(l.Operation)
	if l.To != "answer" {
		step += " to " + Clean(l.To)
	}
	seconds := max(leastBudget, int(math.Ceil(l.Max*room/1000)))
	return fmt.Sprintf("%s observed, the slowest after %s (%s): a budget %s of %d s is enough.",
		Plural(l.Count, what), Milliseconds(l.Max), step, budget, seconds)
}
