package explore_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/explore"
)

func named(names ...string) []explore.Step {
	var out []explore.Step
	for _, n := range names {
		out = append(out, explore.Step{Who: "agent", Do: n})
	}
	return out
}

func names(steps []explore.Step) []string {
	var out []string
	for _, s := range steps {
		out = append(out, s.Do)
	}
	return out
}

// in reports whether some names stand in steps in their order.
func in(steps []explore.Step, want ...string) bool {
	for _, s := range steps {
		if len(want) > 0 && s.Do == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

func TestShrink(t *testing.T) {
	t.Parallel()
	long := named("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")
	for name, tt := range map[string]struct {
		steps []explore.Step
		shows func([]explore.Step) bool
		want  []string
	}{
		"one":            {long, func(s []explore.Step) bool { return in(s, "g") }, []string{"g"}},
		"first and last": {long, func(s []explore.Step) bool { return in(s, "a", "k") }, []string{"a", "k"}},
		"three apart":    {long, func(s []explore.Step) bool { return in(s, "b", "e", "j") }, []string{"b", "e", "j"}},
		"all":            {named("a", "b"), func(s []explore.Step) bool { return len(s) == 2 }, []string{"a", "b"}},
		"never again":    {long, func([]explore.Step) bool { return false }, names(long)},
		"a single one":   {named("a"), func([]explore.Step) bool { return true }, []string{"a"}},
	} {
		if got := names(explore.Shrink(tt.steps, tt.shows)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	if !slices.Equal(names(long), []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}) {
		t.Error("what was shrunk was changed itself")
	}
}

// What is left is made simpler: nothing is sent along that is not needed, and each step is waited for.
func TestShrinkSimplifies(t *testing.T) {
	t.Parallel()
	steps := []explore.Step{
		{Who: "agent", Do: "Dial", To: "caller", As: "call1", With: map[string]any{"userData": map[string]any{"a": "b"}}, Together: true},
		{Who: "caller", Do: "SendDtmf", Call: "call1", With: map[string]any{"digits": "1"}, Together: true},
	}
	got := explore.Shrink(steps, func(s []explore.Step) bool { return len(s) == 2 && s[1].Together })
	if got[0].Together || got[0].With != nil || !got[1].Together || got[1].With == nil {
		t.Errorf("%v", got)
	}
}

// A walk of n steps is not replayed much more often than it takes.
func TestShrinkIsQuick(t *testing.T) {
	t.Parallel()
	var long []explore.Step
	for range 40 {
		long = append(long, named("x")...)
	}
	long[7].Do, long[31].Do = "a", "b"
	n := 0
	got := explore.Shrink(long, func(s []explore.Step) bool { n++; return in(s, "a", "b") })
	if len(got) != 2 || n > 60 {
		t.Errorf("%d steps after %d replays", len(got), n)
	}
}
