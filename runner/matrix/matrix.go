// Package matrix tests the suite by breaking servers: it plays the catalogue against the
// reference server with each of its faults and tells which requirements fail. A fault that its own
// requirement does not find is a hole in the suite; one that trips many others makes reports
// hard to read.
package matrix

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/voicespec/voicespec/suites"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Row is what became of one fault or variation.
type Row struct {
	Name        string   `json:"name"`
	Requirement string   `json:"requirement,omitempty"` // that the fault breaks
	Description string   `json:"description"`
	Killed      bool     `json:"killed"`         // its own requirement failed
	Trips       []string `json:"trips"`          // other requirements that failed
	Required    []string `json:"required"`       // of all failed ones, those that are required
	Explored    []string `json:"explored"`       // requirements that a walk found broken; only of Explored
	Checks      int      `json:"checks"`         // failed checks
	Blocked     int      `json:"blocked"`        // checks that could not be judged
	Untestable  []string `json:"untestable"`     // required checks that say nothing about this server, with the reason
	Outcome     string   `json:"outcome"`        // of the run
	Note        string   `json:"note,omitempty"` // why the target could not be tested
	Messages    []string `json:"-"`              // failure texts
}

// Options of a matrix.
type Options struct {
	Workers int // runs side by side; 0 means 6
	// Pool is shared with other matrices that are played at the same time: each run takes a place in it.
	Pool chan struct{}
	// Event is the budget of a wait. The reference server is fast, and what a fault keeps back never comes.
	Event time.Duration
	Globs []string
	// Narrow plays for each fault only what judges its requirement, and the whole transfer with what
	// holds all the time for the side effects: a fifth of the time.
	Narrow bool
	// Variation is what the broken servers of Faults are otherwise like; empty for the plain one.
	Variation string
	// Gate is what decides a row's outcome; empty means recommended.
	Gate requirement.Level
	Done func(Row)
}

// Event is a budget that suits the reference server on a busy machine.
const Event = 1500 * time.Millisecond

// Stations of the reference server in each run.
const stations = 2

// Faults plays the catalogue against each fault.
func Faults(ctx context.Context, faults []reference.Fault, o Options) ([]Row, error) {
	catalogue, err := suites.List(engine.Options{})
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(faults))
	err = each(ctx, o, len(faults), func(ctx context.Context, i int) error {
		f := faults[i]
		for _, globs := range selections(catalogue, f.Requirement, o) {
			rows[i] = Row{Name: f.Name, Requirement: f.Requirement, Description: f.Description, Trips: []string{}, Required: []string{}}
			mine := o
			mine.Globs = globs
			err := play(ctx, &rows[i], reference.Options{Fault: f.Name, Variation: o.Variation}, mine)
			if err != nil || rows[i].Killed {
				return err
			}
		}
		return nil
	})
	return rows, err
}

// always is played with every fault of a narrow matrix.
var always = []string{"transfer.sample-2", "transfer.refusals", "calls.dial", "invariants"}

// mostJudging bounds the scenarios of a narrow matrix: a rule that more of them judge holds for every
// message, and is tried where most kinds of messages are.
const mostJudging = 8

var (
	everyCall    = []string{"transfer.*", "calls.*", "conference.*", "invariants"}
	everyDevice  = []string{"devices.*", "agent-state.*", "monitoring.*", "invariants"}
	everyRefusal = []string{"errors.*", "states.*", "chains.repeated", "session.contact-centre", "invariants"}
	everySession = []string{"session.*", "security.*", "chains.*", "invariants"}
	everyChain   = []string{"chains.*", "userdata.*", "recording.*", "mute.*", "notifications.*", "reads.*", "invariants"}
)

// selections are what to play for a requirement, one after the other until it fails. Last is what the options say, since a fault may
// show anywhere; that takes ten times as long as what judges the requirement.
func selections(catalogue []engine.ScenarioInfo, requirement string, o Options) [][]string {
	if !o.Narrow {
		return [][]string{o.Globs}
	}
	second := everyChain
	switch topic, _, _ := strings.Cut(requirement, "-"); topic {
	case "DEVICE", "AGENT", "MONITOR":
		second = everySession
	case "ERR", "STATE", "AUTH":
		second = everyRefusal
	}
	return [][]string{judging(catalogue, requirement), second, o.Globs}
}

// judging are the scenarios to play for a requirement.
func judging(catalogue []engine.ScenarioInfo, requirement string) []string {
	var out []string
	for _, sc := range catalogue {
		for _, c := range sc.Checks {
			if slices.Contains(c.Requirements, requirement) && !slices.Contains(out, sc.ID) {
				out = append(out, sc.ID)
			}
		}
	}
	topic, _, _ := strings.Cut(requirement, "-")
	switch {
	case len(out) <= mostJudging:
	case topic == "DEVICE" || topic == "AGENT" || topic == "MONITOR" || requirement == "MSG-3":
		return everyDevice
	default:
		return everyCall
	}
	return append(out, always...)
}

// Variations plays the catalogue against each conformant variation: none may fail.
func Variations(ctx context.Context, variations []reference.Variation, o Options) ([]Row, error) {
	rows := make([]Row, len(variations))
	err := each(ctx, o, len(variations), func(ctx context.Context, i int) error {
		v := variations[i]
		rows[i] = Row{Name: v.Name, Description: v.Description, Trips: []string{}, Required: []string{}}
		return play(ctx, &rows[i], reference.Options{Variation: v.Name}, o)
	})
	return rows, err
}

func each(ctx context.Context, o Options, n int, f func(context.Context, int) error) error {
	workers := o.Workers
	if workers == 0 {
		workers = 6
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i := range n {
		g.Go(func() error {
			if o.Pool != nil {
				o.Pool <- struct{}{}
				defer func() { <-o.Pool }()
			}
			return f(gctx, i)
		})
	}
	return g.Wait()
}

var telling sync.Mutex // Done is called for one row at a time

func play(ctx context.Context, row *Row, ro reference.Options, o Options) error {
	server, target, err := embedded.Start(ro, stations)
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // a server that was only for this run
	target.Budgets.Quiet = 150 * time.Millisecond
	if o.Event > 0 {
		target.Budgets.Event = o.Event
		target.Budgets.Request = 5 * o.Event
		target.Budgets.Connect = 5 * o.Event
	}
	out, err := suites.Run(ctx, engine.Options{
		Target: target, Reference: true, Fault: ro.Fault, Variation: ro.Variation, Gate: cmp.Or(o.Gate, requirement.Recommended), Globs: o.Globs, SideBySide: true,
	})
	var untestable *engine.TargetError
	if err != nil && !errors.As(err, &untestable) {
		return err
	}
	if untestable != nil {
		row.Note = untestable.Cause
	}
	row.count(out.Report)
	if o.Done != nil {
		telling.Lock()
		defer telling.Unlock()
		o.Done(*row)
	}
	return nil
}

func (row *Row) count(r *result.Report) {
	row.Outcome = string(r.Outcome)
	for _, c := range r.Checks {
		switch c.Outcome {
		case result.Blocked:
			row.Blocked++
		case result.Untestable:
			if c.Level == requirement.Required {
				row.Untestable = append(row.Untestable, c.ID+": "+c.Message)
			}
		case result.Failed:
			row.fail(c)
		default:
		}
	}
	slices.Sort(row.Trips)
	slices.Sort(row.Required)
}

func (row *Row) fail(c result.Check) {
	row.Checks++
	row.Messages = append(row.Messages, c.Message)
	for _, id := range c.Requirements {
		if c.Level == requirement.Required && !slices.Contains(row.Required, id) {
			row.Required = append(row.Required, id)
		}
		if id == row.Requirement {
			row.Killed = true
		} else if !slices.Contains(row.Trips, id) {
			row.Trips = append(row.Trips, id)
		}
	}
}
