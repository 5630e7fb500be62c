package engine

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/suggest"
)

// Exploration says what is explored.
type Exploration struct {
	Seed    int64
	Steps   int           // of all stations together; 0: until For is over
	For     time.Duration // 0: until Steps are done
	Focus   []string
	Avoid   []string
	Shrink  time.Duration   // for all that is found together
	Words   []string        // how it was called, beside what every command is called with
	Scripts string          // folder that scripts are written to; "" for none
	Script  *explore.Script // is played in place of what is chosen
	Found   int             // how many scripts were written before: theirs are the first names
}

// roundSteps is how many steps a station plays before all log off and everything is judged: what is kept in memory has an end.
const roundSteps = 600

// Explore plays walks that are chosen by what calls and devices offer, and judges what was recorded by the rules of this
// suite. What is found is replayed, ever shorter.
func (s *Suite) Explore(ctx context.Context, o Options, x Exploration) (*Outcome, error) {
	for _, word := range slices.Concat(x.Focus, x.Avoid) {
		if known := append(explore.Words(), "nobody"); !slices.Contains(known, word) {
			return nil, usagef("--focus and --avoid name operations, and there is no %q%s", word, suggest.Remark(word, known))
		}
	}
	sel, err := s.choose(o)
	if err != nil {
		return nil, err
	}
	e := &exploring{Suite: s, o: o, x: x, sel: sel, coverage: explore.NewCoverage(), worst: map[string]result.Check{}, began: time.Now(), left: x.Shrink}
	return e.run(ctx)
}

// exploring is an exploration on its way.
type exploring struct {
	*Suite

	o        Options
	x        Exploration
	sel      *selection
	coverage *explore.Coverage
	began    time.Time
	left     time.Duration // for shrinking
	walks    []*walked     // all of them
	steps    int           // of the rounds before
	playing  time.Duration
	worst    map[string]result.Check
	found    []*discovery
	others   []string // what others did
	earlier  *play.Run
	last     *Outcome
	saved    *bytes.Buffer // the recording of a round
}

// walked is a walk that is played as a scenario.
type walked struct {
	number int
	id     string
	walk   *explore.Walk
	before int // steps of the walks before it
}

func (e *exploring) run(ctx context.Context) (*Outcome, error) {
	out, err := e.rounds(ctx)
	if e.saved != nil {
		if _, failed := e.saved.WriteTo(e.o.Save); failed != nil && err == nil {
			err = &SaveError{Err: failed}
		}
	}
	return out, err
}

func (e *exploring) rounds(ctx context.Context) (*Outcome, error) {
	for {
		out, err := e.round(ctx)
		if out == nil || out.Report == nil {
			return out, err
		}
		e.last = out
		if err == nil {
			err = e.judged(ctx, out)
		}
		if err != nil || e.over() {
			return e.merged(), err
		}
	}
}

// over reports whether no more rounds are to be played.
func (e *exploring) over() bool {
	return e.x.Script != nil || e.x.Steps > 0 && e.steps >= e.x.Steps || e.late()
}

// late reports whether the time of the exploration is over.
func (e *exploring) late() bool { return e.x.For > 0 && time.Since(e.began) >= e.x.For }

// round plays walks on all stations until so many steps are done, and judges them.
func (e *exploring) round(ctx context.Context) (*Outcome, error) {
	size := roundSteps * len(e.o.Target.Stations)
	if e.x.Steps > 0 {
		size = min(size, e.x.Steps-e.steps)
	}
	first, before := len(e.walks), e.steps
	definitions := e.plan(size)
	o, buffer := e.o, (*bytes.Buffer)(nil)
	o.noticed, o.again = true, true // walks are replayed for what they show, which tells what others had a hand in, too
	if o.Save != nil {
		buffer = &bytes.Buffer{}
		o.Save = buffer
	}
	var began time.Time
	out, err := e.perform(ctx, o, e.sel, definitions, func(s *session) error {
		began = time.Now()
		return e.connected(s)
	})
	if !began.IsZero() {
		e.playing += time.Since(began)
	}
	if buffer != nil && len(e.found) == 0 {
		e.saved = buffer // that in which something was found first, or the last
	}
	for _, w := range e.walks[first:] {
		w.before = e.steps
		if w.walk != nil {
			e.steps += w.walk.Done
		}
	}
	if e.steps == before && err == nil && !e.late() {
		err = &TargetError{Cause: "no step could be played", Remedy: "look at what devices offer (voicespec doctor), and at --avoid"}
	}
	return out, err
}

// plan makes scenarios of the walks of a round.
func (e *exploring) plan(size int) []*spec.Definition {
	var out []*spec.Definition
	for planned := 0; planned < size; {
		w := &walked{number: len(e.walks) + 1}
		w.id = fmt.Sprintf("%s%d", walkPrefix, w.number)
		var script func(*play.Stage) *explore.Walk
		if e.x.Script != nil {
			script, planned = explore.Replaying(e.x.Script.Steps, true), size
		} else {
			c := explore.NewChooser(explore.Options{Focus: e.x.Focus, Avoid: e.x.Avoid, Wrong: wrong}, e.x.Seed, w.number, e.coverage)
			n := min(c.Length(), size-planned)
			planned += n
			script = c.Choosing(n, e.late)
		}
		e.walks = append(e.walks, w)
		d := walkDefinition(w.id)
		d.Script = func(s *play.Stage) { w.walk = script(s) }
		out = append(out, d)
	}
	return out
}

// walkPrefix is what the ids of walks begin with.
const walkPrefix = "explore.walk-"

// walkDefinition is the scenario that a walk is played as.
func walkDefinition(id string) *spec.Definition {
	return &spec.Definition{ID: id, Title: "Walk " + strings.TrimPrefix(id, walkPrefix), Area: "explore"}
}

// connected refuses a target at which nobody is told anything.
func (e *exploring) connected(s *session) error {
	s.run.Learn(e.earlier)
	e.earlier = s.run
	for _, st := range s.stations {
		if st.NoNotifications != "" {
			return &TargetError{Cause: st.NoNotifications, Remedy: "exploring goes by notifications; voicespec run tests what can be tested without"}
		}
	}
	return nil
}

// wrong is the part of steps that must be refused.
const wrong = 0.12

// merged is the one outcome of all rounds, with what was found in its shortest form.
func (e *exploring) merged() *Outcome {
	out, r := e.last, e.last.Report
	shown := map[string][]*recording.Entry{}
	for i := range r.Checks {
		c := &r.Checks[i]
		if worst, known := e.worst[c.ID]; known {
			*c = worst
		}
	}
	r.Explore = e.summary()
	for _, d := range e.found {
		r.Explore.Found = append(r.Explore.Found, d.Found)
		i := slices.IndexFunc(r.Checks, func(c result.Check) bool { return c.ID == d.Check })
		r.Checks[i] = d.check
		r.Scenarios = append(r.Scenarios, result.Scenario{ID: d.check.Scenario, Title: "The shortest walk that shows it", Area: "explore", Station: 1})
		shown[d.check.Scenario] = d.entries
	}
	r.Others = e.others
	first := out.Scenarios
	out.Scenarios = func(id string) []*recording.Entry {
		if list, ok := shown[id]; ok {
			return list
		}
		return first(id)
	}
	out.Scripts = e.scripts()
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s result.Scenario) bool { return strings.HasPrefix(s.ID, walkPrefix) })
	r.DurationMs = ms(time.Since(e.began))
	r.Seed = e.x.Seed
	reason, verdict := r.Reason, r.Outcome
	r.Count()
	r.Decide()
	if verdict == result.NotTested {
		r.Outcome, r.Reason = verdict, reason
	}
	return out
}

func (e *exploring) summary() *result.Explore {
	steps, cells, transitions := e.coverage.Totals()
	if e.x.Script != nil {
		steps = e.steps
	}
	x := &result.Explore{Seed: e.x.Seed, Stations: len(e.o.Target.Stations), Walks: len(e.walks), Steps: steps, Cells: cells, Transitions: transitions}
	if s := e.playing.Seconds(); s > 0 {
		x.StepsPerSecond = round1(float64(e.steps) / s)
	}
	x.Situations = []result.Situation{}
	for _, row := range e.coverage.Rows() {
		x.Situations = append(x.Situations, result.Situation(row))
	}
	return x
}

func round1(f float64) float64 { return float64(int64(f*10)) / 10 }

// scripts are the shortest walks, by the name of their files.
func (e *exploring) scripts() map[string]Script {
	out := map[string]Script{}
	for _, d := range e.found {
		out[d.Script] = Script{d.script, d.remarks()}
	}
	return out
}

// Script is a walk that can be written to a file.
type Script struct {
	*explore.Script

	Remarks []string
}
