package evidence

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/result"
)

// Explored sums up an exploration in a sentence.
func Explored(x *result.Explore) string {
	return fmt.Sprintf("%s in %s with seed %d (%.0f a second): %s in %s, %s", Plural(x.Steps, "step"), Plural(x.Walks, "walk"), x.Seed, x.StepsPerSecond,
		kinds(x.Cells), Plural(len(x.Situations), "situation"), Plural(x.Transitions, "transition"))
}

func kinds(n int) string {
	if n == 1 {
		return "1 kind of step"
	}
	return fmt.Sprintf("%d kinds of steps", n)
}

// Tried is what was tried in a situation, and how often.
func Tried(s result.Situation) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(s.Operations)) {
		parts = append(parts, fmt.Sprintf("%s %d", Clean(name), s.Operations[name]))
	}
	return strings.Join(parts, ", ")
}

// Showing says how surely a walk shows what was found.
func Showing(f result.Found) string {
	text := fmt.Sprintf("%s: %s", f.Check, Plural(f.Shortest, "step"))
	if f.Length > f.Shortest {
		text += fmt.Sprintf(" of %d", f.Length)
	}
	text += fmt.Sprintf(", after %s of the exploration", Plural(f.At, "step"))
	shown := fmt.Sprintf("it showed when it was played again, %d of %d times", f.Shown, f.Of)
	switch {
	case f.Of == 0:
		text += "; it was not played again"
	case f.Intermittent():
		text += "; intermittent: " + shown
	default:
		text += "; " + shown
	}
	return text
}
