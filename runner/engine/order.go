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

// lengths are how many answers and notifications the longest scenarios wait for, one after the other, as they were played against a
// server that takes its time; of notifications.polling a pause of a second is more, where it does not. What is left out is shorter
// than all of them.
var lengths = map[string]int{
	"chains.repeated": 47, "notifications.polling": 45, "reads.changes": 41, "states.held": 37, "notifications.delivery": 37, "security.strangers": 33,
	"chains.in-step": 31, "chains.beside": 31, "chains.second-consult": 27, "chains.at-once": 26, "states.consulting": 25, "chains.again": 25,
	"chains.devices": 25, "session.contact-centre": 24, "chains.swapped-transfer": 23, "states.swapped": 22, "chains.data": 22,
	"chains.swapped-conference": 22, "transfer.options": 20, "states.consulted": 20, "chains.kept": 20, "chains.passed-back": 20,
	"errors.requests": 20, "devices.reads": 19, "conference.removal": 18, "chains.features": 18, "reads.calls": 18, "errors.survival": 17,
	"conference.user-data": 15,
}

// everyOperation is the length of a scenario that tries every operation in a situation.
const everyOperation = 13

func length(d *spec.Definition) int {
	if n := lengths[d.ID]; n > 0 || len(d.Situations) == 0 {
		return n
	}
	return everyOperation
}
