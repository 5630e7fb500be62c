package load

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/suggest"
)

// Station is a connected station. It performs one scenario at a time.
type Station struct {
	Number int

	target  *Target
	mu      sync.Mutex
	station *play.Station
	failed  error
	header  *recording.Header
	n       int          // performances so far
	before  *Performance // the last one: something of it may have come since
	acting  *Act
}

// Performance is a scenario that was played once and judged.
type Performance struct {
	Scenario string
	Station  int
	Took     time.Duration
	Checks   []result.Check
	// Late are the checks of the performance before this one, on the same station, that failed only for what came after it
	// was judged: a notification that comes twice, or too much.
	Late []result.Check
	// Blocked says why the scenario could not be played to its end; "" if it was.
	Blocked string
	Left    []string // what could not be undone

	Operations     []Took // answers to what was posted, from sending it on
	Sent, Received int    // bytes of bodies and messages

	Notifications []Took // the first notification of each state or type after an operation, from sending that on

	target  *Target
	header  *recording.Header
	plays   *scenario
	entries []*recording.Entry
	begin   int
}

// Took is how long something took: the answer to an operation, or a notification of a state.
type Took struct {
	Name string
	Took time.Duration
}

// Failed are the checks that failed or were blocked at the gate, those that failed late among them.
func (p *Performance) Failed() []result.Check {
	gate := p.target.options.Gate
	if gate == "" {
		gate = requirement.Required
	}
	return slices.DeleteFunc(slices.Concat(p.Checks, p.Late), func(c result.Check) bool {
		return c.Outcome != result.Failed && c.Outcome != result.Blocked || c.Level.Rank() > gate.Rank()
	})
}

// Save writes the recording of the performance, without secrets, as `voicespec verify` reads it.
func (p *Performance) Save(w io.Writer) error {
	out := recording.NewWriter(w)
	out.Write(&recording.Entry{Kind: recording.KindHeader, Header: p.header})
	for _, e := range p.entries {
		c := e.Shown().Copy()
		if c.Scenario = p.Scenario; p.plays.Script == nil {
			c.Scenario = "" // no scenario of the catalogue: verify judges it as what anybody recorded
		}
		out.Write(c)
	}
	return out.Flush()
}

// Perform plays a scenario once and judges it. An error says that it is none, or that the station is not there for it; what the
// server did wrong is in the checks.
func (s *Station) Perform(ctx context.Context, id string) (*Performance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sc := s.target.plays[id]
	if sc == nil || sc.Script == nil {
		return nil, fmt.Errorf("no scenario %q can be performed%s; voicespec list shows all", id, suggest.Remark(id, s.target.Scenarios()))
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	if sc.Feature != "" && sc.Feature != "mute" {
		if why := s.station.Lacks(sc.Feature); why != "" {
			return nil, fmt.Errorf("scenario %s does not apply: %s", id, why)
		}
	}
	p := s.begin(sc)
	began := time.Now()
	p.Left = s.station.Perform(ctx, s.name(sc), sc.Script)
	p.Took = time.Since(began)
	return p, s.end(ctx, p)
}

func (s *Station) ready(ctx context.Context) error {
	switch {
	case s.failed != nil:
		return s.failed
	case s.station == nil:
		return fmt.Errorf("station %d was closed", s.Number)
	case s.acting != nil:
		return fmt.Errorf("station %d is in the middle of single operations; end them first", s.Number)
	}
	if limit := s.target.run.Limited(); limit != nil {
		return limit
	}
	return ctx.Err()
}

// name is that of one performance: calls belong to it, and not to those before and after.
func (s *Station) name(sc *scenario) string { return fmt.Sprintf("%s %d", sc.ID, s.n) }

func (s *Station) begin(sc *scenario) *Performance {
	s.n++
	return &Performance{Scenario: sc.ID, Station: s.Number, target: s.target, header: s.header, plays: sc, begin: s.station.Tape().Mark()}
}

// end judges a performance, and the one before it again if something has come of it since; then that is forgotten.
func (s *Station) end(ctx context.Context, p *Performance) error {
	tape := s.station.Tape()
	name := s.name(p.plays)
	p.entries = tape.Scenario(name)
	c := s.judge(p)
	p.Checks = s.target.bench.Judge(p.plays.Definition, c, p.plays.checks)
	p.Blocked, _ = c.Blocked()
	p.measure()
	if before := s.before; before != nil {
		last := fmt.Sprintf("%s %d", before.plays.ID, s.n-1)
		if all := tape.Scenario(last); len(all) > len(before.entries) {
			before.entries = all
			p.Late = late(before.Checks, s.target.bench.Judge(before.plays.Definition, s.judge(before), before.plays.checks))
		}
	}
	s.station.Forget(p.begin)
	s.before = p
	if s.station.NoNotifications != "" {
		s.failed = fmt.Errorf("station %d: %s", s.Number, s.target.run.Redact(s.station.NoNotifications))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return nil
}

func (s *Station) judge(p *Performance) *judge.Case {
	c := judge.NewCase(s.header, p.Scenario, p.entries)
	c.Again()
	c.Beside(s.station.Tape().Gaps())
	return c
}

// late are the checks that have failed only now.
func late(before, now []result.Check) (out []result.Check) {
	for i, c := range now {
		if c.Outcome == result.Failed && before[i].Outcome != result.Failed {
			out = append(out, c)
		}
	}
	return out
}

// close logs the station's people off.
func (s *Station) close(ctx context.Context) (left []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.station == nil || s.failed != nil && s.n == 0 {
		return nil
	}
	if s.acting != nil {
		s.acting.stage.Finish()
	}
	mine, others := s.station.Close(ctx)
	s.station = nil
	for _, text := range append(mine, others...) {
		left = append(left, s.target.run.Redact(text))
	}
	return left
}
