package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// KillMatrix plays the suite against the reference server with each fault.
type KillMatrix func(ctx context.Context, faults []reference.Fault, done func(matrix.Row)) ([]matrix.Row, error)

func killMatrix(ctx context.Context, faults []reference.Fault, done func(matrix.Row)) ([]matrix.Row, error) {
	return matrix.Faults(ctx, faults, matrix.Options{Event: matrix.Event, Done: done})
}

// matrix prints, for every fault, whether its own requirement found it and what else failed.
func (c *faultsCmd) matrix(p *Program, faults []faultRow) error {
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	list := make([]reference.Fault, len(faults))
	for i, f := range faults {
		list[i] = reference.Fault{Name: f.Name, Requirement: f.Requirement, Description: f.Description}
	}
	n := 0
	rows, err := p.Matrix(ctx, list, func(r matrix.Row) {
		n++
		fmt.Fprintf(p.Stderr, "[%d/%d] %s\n", n, len(list), r.Name)
	})
	switch {
	case canceled(ctx):
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("run the kill matrix: %w", err)
	}
	return c.printMatrix(p, rows)
}

func (c *faultsCmd) printMatrix(p *Program, rows []matrix.Row) error {
	missed := 0
	for _, r := range rows {
		if !r.Killed {
			missed++
		}
	}
	var err error
	if c.JSON {
		err = printJSON(p.Stdout, rows)
	} else {
		err = table(p.Stdout, []string{"FAULT", "BREAKS", "FOUND", "CHECKS", "ALSO TRIPS"}, len(rows), func(i int) []string {
			found := "yes"
			if !rows[i].Killed {
				found = "NO"
			}
			return []string{rows[i].Name, rows[i].Requirement, found, fmt.Sprint(rows[i].Checks), strings.Join(rows[i].Trips, " ")}
		})
		fmt.Fprintf(p.Stdout, "\n%d of %d faults found by the requirement they break\n", len(rows)-missed, len(rows))
	}
	if err == nil && missed > 0 {
		err = &exit{code: result.ExitDoesNotConform}
	}
	return err
}
