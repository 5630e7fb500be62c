// Package load performs scenarios again and again, on many stations side by side, and judges every performance by itself. What
// was judged is forgotten, so that it can go on for as long as one likes; whoever wants the recording of a performance saves
// it. It knows no rates and no users: that is for what drives it, such as k6.
package load

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites"
	"github.com/voicespec/voicespec/suites/invariants"
	"github.com/voicespec/voicespec/suites/pages"
)

// Options say how is performed.
type Options struct {
	Gate    requirement.Level // failures below it are told, and do not count; empty: required
	Version string            // for the User-Agent
	// Listen names the people of a station who have a session for notifications: agent, caller, destination. The agent always
	// has; nil is all. Those who have none are read from, so a performance of a scenario costs less and shows less.
	Listen []string
}

// Target is a server under load, with its stations.
type Target struct {
	Stations int

	target  *config.Target
	options Options
	run     *play.Run
	log     *recording.Log
	started time.Time
	bench   *spec.Bench
	plays   map[string]*scenario

	mu     sync.Mutex
	opened map[int]*Station
	first  sync.Mutex // the first station finds out the transport for all
	known  bool
}

// scenario is one that can be performed, with its checks.
type scenario struct {
	*spec.Definition

	checks []spec.Judgement
}

// Open prepares a target; no station is connected yet.
func Open(target *config.Target, o Options) (*Target, error) {
	target.SetDefaults()
	if err := target.Validate(); err != nil {
		return nil, err
	}
	for _, who := range o.Listen {
		if !slices.Contains(config.Roles, who) {
			return nil, fmt.Errorf("nobody of a station is called %q; people are %s", who, strings.Join(config.Roles, ", "))
		}
	}
	tls, err := target.TLS.Config()
	if err != nil {
		return nil, err
	}
	suite, err := suites.Load()
	if err != nil {
		return nil, err
	}
	t := &Target{Stations: len(target.Stations), target: target, options: o, plays: map[string]*scenario{}, opened: map[int]*Station{}, started: time.Now()}
	whole := invariants.Checks()
	for _, d := range suite.Definitions {
		switch {
		case d.Page != nil:
			t.plays[d.ID] = &scenario{Definition: d, checks: pages.Checks(d.Page)}
		case d.Script != nil && !d.Last:
			t.plays[d.ID] = &scenario{Definition: d, checks: whole}
		}
	}
	t.plays[operationsID] = &scenario{Definition: &spec.Definition{ID: operationsID, Title: "single operations", Area: "load"}, checks: whole}
	t.log = recording.NewLog(nil)
	budgets := play.Budgets{Connect: target.Budgets.Connect, Request: target.Budgets.Request, Event: target.Budgets.Event, Quiet: target.Budgets.Quiet}
	t.run = play.NewRun(target, tls, budgets.OrDefault(), t.log)
	t.run.Agent = "voicespec/" + o.Version
	listens := func(string) bool { return true }
	if o.Listen != nil {
		listens = func(role string) bool { return role == "agent" || slices.Contains(o.Listen, role) }
	}
	t.run.UnderLoad(listens)
	t.bench, err = spec.NewBench(o.Gate, t.run.Redact)
	return t, err
}

// Scenarios are the ids of those that can be performed, sorted.
func (t *Target) Scenarios() []string {
	var ids []string
	for id := range t.plays {
		if id != operationsID {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Notes are what a reader should know of how the target was treated.
func (t *Target) Notes() []string { return t.run.Notes() }

// Station connects station n, from 1; one that is connected is returned as it is. Stations may be connected side by side.
func (t *Target) Station(ctx context.Context, n int) (*Station, error) {
	if n < 1 || n > t.Stations {
		return nil, fmt.Errorf("there is no station %d: the target file has %d; give it more under stations:, or use fewer users", n, t.Stations)
	}
	t.mu.Lock()
	s := t.opened[n]
	if s == nil {
		s = &Station{Number: n, target: t}
		t.opened[n] = s
	}
	t.mu.Unlock()
	err := s.connect(ctx)
	return s, err
}

// closingBudget bounds what happens at the end, after an interruption too.
const closingBudget = 30 * time.Second

// Close logs everybody off and says what could not be undone, and what others did in the name of our people. It does so after
// ctx has ended, too.
func (t *Target) Close(ctx context.Context) (left []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingBudget)
	defer cancel()
	t.mu.Lock()
	stations := slices.Collect(maps.Values(t.opened))
	clear(t.opened)
	t.mu.Unlock()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, s := range stations {
		wg.Go(func() {
			mine := s.close(ctx)
			mu.Lock()
			defer mu.Unlock()
			left = append(left, mine...)
		})
	}
	wg.Wait()
	slices.Sort(left)
	return left
}

// connect opens the sessions of a station once. The first of all stations does so alone.
func (s *Station) connect(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.station != nil {
		return s.failed
	}
	t := s.target
	t.first.Lock()
	if t.known {
		t.first.Unlock()
	} else {
		defer t.first.Unlock()
	}
	s.station, s.failed = t.run.Open(ctx, s.Number)
	if problem, ok := errors.AsType[*play.Problem](s.failed); ok {
		s.failed = fmt.Errorf("station %d: %s; %s", s.Number, t.run.Redact(problem.Cause), problem.Remedy)
	}
	if s.failed == nil && s.station.NoNotifications != "" {
		s.failed = fmt.Errorf("station %d: %s", s.Number, s.station.NoNotifications)
	}
	if s.failed != nil {
		s.station.Close(ctx)
		return s.failed
	}
	t.known = true
	s.header = t.header(s.station)
	return nil
}
