package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// matrixRow is what one fault trips.
type matrixRow struct {
	faultRow
	Killed bool     `json:"killed"` // its own requirement failed
	Trips  []string `json:"trips"`  // other requirements that failed
	Checks int      `json:"checks"` // failed checks
}

// matrix plays the whole suite against the reference server with each fault.
func (c *faultsCmd) matrix(p *Program, faults []faultRow) error {
	ctx, stop := p.interruptible("interrupted")
	defer stop()
	rows := make([]matrixRow, len(faults))
	for i, f := range faults { // one after the other: Ginkgo is one a process
		row, err := runFault(ctx, p.Engine, f)
		if err != nil {
			return err
		}
		rows[i] = row
	}
	return c.printMatrix(p, rows)
}

func runFault(ctx context.Context, engine Engine, f faultRow) (matrixRow, error) {
	row := matrixRow{faultRow: f, Trips: []string{}}
	target, err := startReference(f.Name, "", "")
	if err != nil {
		return row, err
	}
	defer target.close()
	outcome, err := engine.Run(ctx, Options{Target: target.target, Reference: true, Fault: f.Name,
		Gate: requirement.Recommended, Slow: 1, Seed: 1, Version: Version()})
	if untestable, ok := errors.AsType[*TargetError](err); ok {
		// Not found by its requirement, and no reason to leave the other faults out.
		row.Trips = append(row.Trips, "(not tested: "+oneLine(untestable.Cause)+")")
		return row, nil
	}
	if err != nil {
		return row, fmt.Errorf("fault %s: %w", f.Name, err)
	}
	for _, check := range outcome.Report.Checks {
		if check.Outcome != result.Failed {
			continue
		}
		row.Checks++
		for _, id := range check.Requirements {
			if id == f.Requirement {
				row.Killed = true
			} else if !slices.Contains(row.Trips, id) {
				row.Trips = append(row.Trips, id)
			}
		}
	}
	slices.Sort(row.Trips)
	return row, nil
}

func (c *faultsCmd) printMatrix(p *Program, rows []matrixRow) error {
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
