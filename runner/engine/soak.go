package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Soaking says how long a target is run against, and by what.
type Soaking struct {
	For          time.Duration
	UntilFailure bool // or until a check fails at the gate
	Run          func(context.Context, Options) (*Outcome, error)
	Explore      func(context.Context, Options, Exploration) (*Outcome, error)
}

const (
	soakSteps  = 300 // that are explored in a round
	soakLeast  = 2 * time.Second
	soakShrink = 30 * time.Second // for what is found in a round
	mostPoints = 200              // that are kept of a soak, however long it is
	mostSteps  = 8                // kinds of requests whose latencies are kept
)

// Soak runs the selection and explores, by turns, until the time is over, and makes one outcome of all: see Repeat. Of the
// recordings it keeps what shows a failure, and of the rounds what a picture needs, so that its memory has an end. What ends
// a run ends the soak; what was found until then stands.
func Soak(ctx context.Context, o Options, how Soaking) (*Outcome, error) {
	s := &soak{how: how, o: o, began: time.Now(), gate: o.gate()}
	err := s.rounds(ctx)
	if s.all.first == nil {
		return s.ended, err
	}
	return s.merged(ctx, err), err
}

// soak is one that goes on.
type soak struct {
	how     Soaking
	o       Options
	gate    requirement.Level
	began   time.Time
	all     runs
	x       *result.Explore
	scripts map[string]Script
	result  result.Soak
	every   int // rounds that a point stands for
	first   *picture
	last    *picture
	without string   // why is not explored; "" if it is
	ended   *Outcome // of the run that ended the soak
}

func (s *soak) rounds(ctx context.Context) error {
	for n := int64(1); n == 1 || time.Since(s.began) < s.how.For; n++ {
		at := time.Since(s.began)
		out, err := s.how.Run(ctx, s.seeing(ctx, n))
		if err != nil || out == nil || out.Report == nil {
			s.broken(out)
			return err
		}
		s.all.add(out)
		point := result.SoakPoint{AtMs: ms(at), Rounds: 1, Failed: out.failures(s.gate), Latency: mostAsked(out.Report.Latency)}
		if s.last != nil {
			point.Listed, point.Bytes, point.Calls = s.last.listed, s.last.bytes, s.last.calls
		}
		failed, err := s.explore(ctx, n)
		point.Failed += failed
		s.add(point)
		if err != nil || s.how.UntilFailure && point.Failed > 0 {
			return err
		}
	}
	return nil
}

// broken takes of a run that came to no end what it has found.
func (s *soak) broken(out *Outcome) {
	s.ended = out
	if out == nil || out.Report == nil || s.all.first == nil {
		return
	}
	for i := range out.Report.Checks {
		if c := &out.Report.Checks[i]; c.Outcome != result.Failed {
			c.Outcome = result.NotSelected
		}
	}
	s.all.add(out)
}

// seeing are the options of a run before which a picture is taken.
func (s *soak) seeing(ctx context.Context, n int64) Options {
	o := s.o
	if n > 1 { // each in another order, the first in that which was asked for
		o.Seed += n
	}
	o.opened = func(run *session) {
		s.last = takePicture(ctx, run)
		if s.first == nil {
			s.first = s.last
		}
	}
	return o
}

// explore explores for a while, and says how many checks failed by it. A target that cannot be explored is run against alone.
func (s *soak) explore(ctx context.Context, n int64) (failed int, err error) {
	if s.without != "" {
		return 0, nil
	}
	left := max(s.how.For-time.Since(s.began), soakLeast) // a round that was begun is a whole one
	o := s.o                                              // whatever the selection is, a walk is judged by what holds always
	o.Globs, o.LabelFilter, o.Profile, o.Share = nil, "", "", Share{}
	out, err := s.how.Explore(ctx, o, Exploration{Seed: s.o.Seed + n, Steps: soakSteps, For: left, Shrink: soakShrink, Found: len(s.scripts)})
	if refused, ok := errors.AsType[*TargetError](err); ok {
		s.without = refused.Error() // if the target has gone, the next run says so
		return 0, nil
	}
	if err != nil || out == nil || out.Report == nil {
		s.broken(out)
		return 0, err
	}
	s.all.add(out)
	s.explored(out)
	return out.failures(s.gate), nil
}

// explored adds what an exploration did. What was found before is found again: its first walk stands.
func (s *soak) explored(out *Outcome) {
	x := out.Report.Explore
	if x == nil {
		return
	}
	s.result.Steps += x.Steps
	if s.scripts == nil {
		s.scripts = map[string]Script{}
	}
	var fresh []result.Found
	for _, f := range x.Found {
		if s.x == nil || !slices.ContainsFunc(s.x.Found, func(known result.Found) bool { return known.Check == f.Check }) {
			fresh = append(fresh, f)
			s.scripts[f.Script] = out.Scripts[f.Script]
		}
	}
	if s.x == nil {
		s.x = x
		s.x.Found = fresh
		return
	}
	s.x.Walks += x.Walks
	s.x.Steps += x.Steps
	s.x.Cells, s.x.Transitions = max(s.x.Cells, x.Cells), max(s.x.Transitions, x.Transitions)
	s.x.Found = append(s.x.Found, fresh...)
	for _, row := range x.Situations {
		i := slices.IndexFunc(s.x.Situations, func(known result.Situation) bool { return known.Situation == row.Situation })
		if i < 0 {
			s.x.Situations = append(s.x.Situations, row)
			continue
		}
		for operation, times := range row.Operations {
			s.x.Situations[i].Operations[operation] += times
		}
	}
}

// add adds a point. Where there are too many, each two become one.
func (s *soak) add(p result.SoakPoint) {
	s.result.Rounds++
	s.every = max(s.every, 1)
	points := s.result.Points
	if n := len(points); n > 0 && points[n-1].Rounds < s.every {
		p.Rounds += points[n-1].Rounds
		p.Failed += points[n-1].Failed
		points[n-1] = p
	} else {
		points = append(points, p)
	}
	if len(points) > mostPoints {
		var half []result.SoakPoint
		for i := 0; i+1 < len(points); i += 2 {
			later := points[i+1]
			later.Rounds += points[i].Rounds
			later.Failed += points[i].Failed
			half = append(half, later)
		}
		if len(points)%2 == 1 {
			half = append(half, points[len(points)-1])
		}
		points = half
		s.every *= 2
	}
	s.result.Points = points
}

// mostAsked are the latencies of the answers to what was asked for most often.
func mostAsked(list []result.Latency) []result.Latency {
	out := []result.Latency{}
	for _, l := range list {
		if l.To == "answer" {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b result.Latency) int { return cmp.Compare(b.Count, a.Count) })
	return out[:min(len(out), mostSteps)]
}

// merged is the one outcome of all rounds.
func (s *soak) merged(ctx context.Context, ended error) *Outcome {
	if ended == nil {
		s.lastLook(ctx)
	}
	out := s.all.merged()
	r := out.Report
	s.result.ForMs, s.result.Changed = ms(time.Since(s.began)), []result.Changed{}
	if s.first != nil && s.last != nil {
		s.result.Changed, s.result.More = changed(s.first, s.last)
		if n := s.last.calls - s.first.calls; n > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("the server lists more calls after the soak than before it: %d, and %d before", s.last.calls, s.first.calls))
		}
	}
	r.Soak, r.Explore, out.Scripts = &s.result, s.x, s.scripts
	r.Runs = s.result.Rounds
	if s.without != "" {
		r.Notes = append(r.Notes, "nothing was explored: "+s.without)
	}
	if ended != nil {
		r.Reason = fmt.Sprintf("round %d: %s", s.result.Rounds+1, s.reason(ended))
		if out.failures(s.gate) == 0 {
			r.Outcome = result.NotTested
		}
	}
	return out
}

// reason is why the soak ended.
func (s *soak) reason(ended error) string {
	if s.ended != nil && s.ended.Report != nil && s.ended.Report.Reason != "" {
		return s.ended.Report.Reason
	}
	return ended.Error()
}

// lastLook takes a picture behind the last round. Where that is not possible, the one before the last round stands.
func (s *soak) lastLook(ctx context.Context) {
	run, err := open(ctx, s.o)
	if err != nil {
		return
	}
	s.last = takePicture(ctx, run)
	run.close(ctx)
}
