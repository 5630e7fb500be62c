package explore

import "slices"

// Shrink looks for the shortest part of a walk that still shows what was found: delta debugging, which leaves out ever
// smaller pieces, and then makes simpler what is left. shows replays a walk; it is false, too, where there is no time left. The
// result is a walk that was seen to show it, or the whole.
func Shrink(steps []Step, shows func([]Step) bool) []Step {
	for size := max(1, len(steps)/2); ; size = max(1, size/2) {
		shorter, changed := without(steps, size, shows)
		steps = shorter
		if size == 1 && !changed {
			break
		}
	}
	return simpler(steps, shows)
}

// without leaves out each piece of a size that is not needed, from the end on: what came last is needed least often, but for
// the very last.
func without(steps []Step, size int, shows func([]Step) bool) (shorter []Step, changed bool) {
	for end := len(steps); end > 0; {
		begin := max(0, end-size)
		candidate := slices.Delete(slices.Clone(steps), begin, end)
		if len(candidate) > 0 && shows(candidate) {
			steps, changed = candidate, true
		}
		end = begin
	}
	return steps, changed
}

// simpler takes away from steps what is not needed: haste, and what is sent along.
func simpler(steps []Step, shows func([]Step) bool) []Step {
	for i := range steps {
		for _, simplify := range []func(*Step) bool{patient, bare} {
			candidate := slices.Clone(steps)
			if simplify(&candidate[i]) && shows(candidate) {
				steps = candidate
			}
		}
	}
	return steps
}

func patient(s *Step) bool {
	was := s.Together
	s.Together = false
	return was
}

// bare leaves user data out where they are not what the step is about.
func bare(s *Step) bool {
	if !makes(s.Do) || s.With == nil {
		return false
	}
	s.With = nil
	return true
}
