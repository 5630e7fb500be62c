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
	"chains.repeated": 58, "chains.supervision": 48, "chains.muted": 46, "chains.parties": 42,
	"notifications.polling": 51, "states.held": 44, "reads.changes": 40, "notifications.delivery": 36, "security.strangers": 33,
	"chains.in-step": 31, "chains.beside": 31, "chains.held-beside": 29, "chains.swapped-conference": 28, "states.consulting": 27, "chains.again": 27,
	"chains.second-consult": 27, "chains.at-once": 25, "chains.devices": 25, "states.swapped": 23, "states.consulted": 23, "chains.swapped-transfer": 23,
	"chains.data": 26, "devices.reads": 21, "session.contact-centre": 21, "chains.features": 20, "errors.requests": 20, "chains.kept": 20,
	"chains.passed-back": 20, "transfer.options": 20, "conference.removal": 18, "errors.survival": 17, "conference.user-data": 15, "reads.calls": 13,
	"chains.held-ends": 40, "chains.held-passed-on": 25, "chains.ringing": 18, "chains.unheld": 14, "chains.original-first": 12,
	"chains.passed-on": 13, "mute.unmute": 12, "calls.swap-refusals": 12,
}

// everyOperation is the length of a scenario that tries every operation in a situation.
const everyOperation = 13

func length(d *spec.Definition) int {
	if n := lengths[d.ID]; n > 0 || len(d.Situations) == 0 {
		return n
	}
	return everyOperation
}
