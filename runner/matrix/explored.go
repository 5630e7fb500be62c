package matrix

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// Walk is how far each fault is walked on.
type Walk struct {
	Seed  int64
	Steps int
}

// Explored walks on a server with each fault, and says in Explored which requirements were found broken: what a walk finds that no
// scenario was written for, and what only a scenario finds. Of a target that cannot be walked on the Note says why.
func Explored(ctx context.Context, faults []reference.Fault, w Walk, o Options) ([]Row, error) {
	rows := make([]Row, len(faults))
	err := each(ctx, o, len(faults), func(ctx context.Context, i int) error {
		f := faults[i]
		rows[i] = Row{Name: f.Name, Requirement: f.Requirement, Description: f.Description, Trips: []string{}, Required: []string{}, Explored: []string{}}
		return rows[i].walk(ctx, w, o)
	})
	return rows, err
}

func (row *Row) walk(ctx context.Context, w Walk, o Options) error {
	server, target, err := embedded.Start(reference.Options{Fault: row.Name}, stations)
	if err != nil {
		return err
	}
	defer server.Close() //nolint:errcheck // a server that was only for this walk
	target.Budgets.Quiet = 150 * time.Millisecond
	if o.Event > 0 {
		target.Budgets.Event = o.Event
	}
	out, err := suites.Explore(ctx, engine.Options{Target: target, Reference: true, Fault: row.Name}, engine.Exploration{Seed: w.Seed, Steps: w.Steps})
	untestable, refused := errors.AsType[*engine.TargetError](err)
	switch {
	case refused:
		row.Note = untestable.Cause
	case err != nil:
		return err
	}
	if out == nil || out.Report == nil {
		return nil
	}
	for _, c := range out.Report.Checks {
		if c.Outcome != result.Failed {
			continue
		}
		for _, id := range c.Requirements {
			if !slices.Contains(row.Explored, id) {
				row.Explored = append(row.Explored, id)
			}
		}
	}
	slices.Sort(row.Explored)
	return nil
}
