package spec

import (
	"cmp"
	"context"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// Source gives the recordings to be judged. Its methods may wait: for a player that runs ahead, or for other processes.
type Source interface {
	// Recording is that of one scenario.
	Recording(ctx context.Context, d *Definition) Recording
	// Whole is everything that was recorded; it waits until nothing more is.
	Whole(ctx context.Context) *Whole
	// Stopped says why nothing more is to be judged, and is "" as long as the run goes on.
	Stopped() string
}

// Recording is what there is to judge of one scenario: a case, or the reason why there is none.
type Recording struct {
	Case    *judge.Case
	Outcome result.Outcome // of all its checks, where there is no case
	Reason  string
}

// Invariants is the scenario whose specs judge what holds for every message of a run.
const Invariants = "invariants"

// Whole is everything that was recorded.
type Whole struct {
	Played  []Played
	Outside []*judge.Case // what no scenario owns: logging on and off, or a recording of another client

	// Memory is what was known of the people before; nil for nothing.
	Memory *outcome.Memory

	// Beside is what other parts of the recording hold that bears on this one: nothing is found in it.
	Beside []*recording.Entry

	outcomes *outcome.Verdict // see outcome
	people   []*judge.Person  // see Everybody
}

// Foreign reports whether the recording is not one of ours: it holds no scenario of the catalogue.
func (w *Whole) Foreign() bool { return len(w.Played) == 0 }

// Cases are all of them.
func (w *Whole) Cases() []*judge.Case {
	var out []*judge.Case
	for _, p := range w.Played {
		out = append(out, p.Case)
	}
	return append(out, w.Outside...)
}

// withoutExcused leaves out what was found in scenarios whose failures are not the target's doing, and in other parts of the recording.
func (w *Whole) withoutExcused(found []judge.Finding) []judge.Finding {
	if w == nil || len(found) == 0 {
		return found
	}
	excused := map[string]bool{}
	for _, p := range w.Played {
		if _, ok := p.Excused(); ok {
			excused[p.ID] = true
		}
	}
	beside := map[*recording.Entry]bool{}
	for _, e := range w.Beside {
		beside[e] = true
	}
	return slices.DeleteFunc(found, func(f judge.Finding) bool {
		if line := cmp.Or(f.Entry, f.After); line != nil && beside[line] {
			return true
		}
		return f.Entry != nil && excused[f.Entry.Scenario] || f.Entry == nil && f.After != nil && excused[f.After.Scenario]
	})
}

// Played is a scenario with its recording.
type Played struct {
	*Definition
	*judge.Case
}

// scene is what the specs of one container judge.
type scene struct {
	suite      *state
	definition *Definition
	recording  Recording
	whole      *Whole
	found      []judge.Finding // of the matcher that failed last
	bench      *Judgement      // the check that is judged without Ginkgo; nil in a spec of Ginkgo's
}

// now is the scene of the container that Ginkgo is in. Ginkgo runs the specs of one process one after the other.
var now *scene

// enter gets the recording before the first spec of a container. The host of a suite may have a fail handler of its own for
// Gomega: within the container it is ours.
func enter(ctx context.Context, of *state, d *Definition) {
	now = &scene{suite: of, definition: d}
	if d.Whole {
		now.whole = of.Source.Whole(ctx)
	} else {
		now.recording = of.Source.Recording(ctx, d)
	}
	host := gomega.Default
	gomega.Default = gomega.NewGomega(differs)
	ginkgo.DeferCleanup(func() { gomega.Default = host })
}

// mustBeJudged ends a spec that has nothing to judge.
func (s *scene) mustBeJudged() {
	switch why := s.suite.Source.Stopped(); {
	case why != "":
		s.cannotBeJudged(result.Blocked, why, true)
	case !s.definition.Whole && s.recording.Case == nil:
		s.cannotBeJudged(s.recording.Outcome, s.recording.Reason, s.atGate())
	}
}

// cannotBeJudged ends a spec for a cause that other specs share. If it counts, the first of them fails.
func (s *scene) cannotBeJudged(outcome result.Outcome, why string, counts bool) {
	noVerdict(outcome, why)
	if outcome == result.Blocked && counts && s.suite.once(why) {
		ginkgo.Fail("blocked: "+why, 1)
	}
	ginkgo.Skip(string(outcome) + ": " + why)
}

// Case is the recording that the specs of this container judge.
func Case() *judge.Case { return now.recording.Case }

// EverythingPlayed is what the specs of a container OfTheWholeRun judge.
func EverythingPlayed() *Whole { return now.whole }

// requirements are those of the spec that is being judged.
func requirements() []string {
	if now.bench != nil {
		return []string{now.bench.Requirement}
	}
	return slices.DeleteFunc(slices.Clone(ginkgo.CurrentSpecReport().LeafNodeLabels), func(l string) bool { return !requirementForm.MatchString(l) })
}
