package judge

import (
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/voice"
)

// Column is a situation of the table of states and operations, with the scenario that tries operations in it.
type Column struct {
	Situation

	Scenario string
}

// StateTable is what a run found of every operation in every situation. What was not tried is left empty; nil if nothing was.
func StateTable(columns []Column, cases map[string]*Case) *result.StateTable {
	type key struct{ situation, operation string }
	found := map[key]result.StateCell{}
	t := &result.StateTable{}
	read := map[string]bool{}
	for _, column := range columns {
		t.States = append(t.States, result.StateColumn{Title: column.Heading(), Scenario: column.Scenario})
		c := cases[column.Scenario]
		if c == nil || read[column.Scenario] {
			continue
		}
		read[column.Scenario] = true
		for _, x := range c.Cells() {
			found[key{x.Situation, x.Operation}] = x.result()
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, operation := range voice.CallOperations() {
		line := result.StateRow{Operation: operation.Name}
		for _, column := range columns {
			line.Cells = append(line.Cells, found[key{column.Name, operation.Name}])
		}
		t.Operations = append(t.Operations, line)
	}
	return t
}

// result is the cell as reports show it.
func (x Cell) result() result.StateCell {
	out := result.StateCell{Offered: x.Offered}
	if x.Refused {
		out.StatusCode, _ = x.Request.StatusCode()
	}
	switch {
	case len(x.Effects) > 0:
		out.Became = result.CarriedOut
	case x.Refused:
		out.Became = result.Refused
	case x.Later:
		out.Became = result.RefusedLater
	default:
		out.Became = result.Accepted
	}
	return out
}
