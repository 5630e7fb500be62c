package engine

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/voicespec/voicespec/runner/spec"
)

// inOrder are scenarios in the order of playing: that of the catalogue on one station, with a seed another one, and on many
// stations the longest first, so that none of them is still being played when all others are through. The first of the
// catalogue stays first: it is the page that shows at once whether a server works at all. Those that end sessions stay last.
func inOrder(scenarios []*spec.Definition, stations int, seed int64) []*spec.Definition {
	order := slices.Clone(scenarios)
	switch {
	case seed != 0:
		r := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // an order that can be repeated
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	case stations > 1 && len(order) > 1:
		slices.SortStableFunc(order[1:], func(a, b *spec.Definition) int { return cmp.Compare(length(b), length(a)) })
	default:
		return order
	}
	slices.SortStableFunc(order, func(a, b *spec.Definition) int { return last(a) - last(b) })
	return order
}

func last(s *spec.Definition) int {
	if s.Last {
		return 1
	}
	return 0
}

// lengths are how many answers and notifications the longest scenarios wait for, one after the other, as they were played;
// what is left out is shorter than all of them.
var lengths = map[string]int{
	"errors.requests": 72, "states.held": 54, "states.consulting": 50, "reads.changes": 44, "devices.reads": 43, "reads.calls": 30,
	"notifications.delivery": 29, "chains.again": 27, "chains.second-consult": 26, "errors.survival": 25, "chains.swapped-transfer": 23,
	"chains.swapped-conference": 21, "transfer.refusals": 20, "chains.features": 19,
}

// everyOperation is the length of a scenario that tries every operation in a situation.
const everyOperation = 30

func length(d *spec.Definition) int {
	if n := lengths[d.ID]; n > 0 || len(d.Situations) == 0 {
		return n
	}
	return everyOperation
}
