package html

import (
	"strconv"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// stateTable is the table of states and operations in words.
type stateTable struct {
	States     []result.StateColumn
	Operations []stateLine
}

type stateLine struct {
	Name  string
	Cells []stateCell
}

type stateCell struct {
	Text string
	Bad  bool
}

func newStateTable(t *result.StateTable) *stateTable {
	if t == nil {
		return nil
	}
	out := &stateTable{}
	for _, c := range t.States {
		out.States = append(out.States, result.StateColumn{Title: evidence.Clean(c.Title), Scenario: evidence.Clean(c.Scenario)})
	}
	for _, o := range t.Operations {
		line := stateLine{Name: evidence.Clean(o.Operation)}
		for _, c := range o.Cells {
			line.Cells = append(line.Cells, stateCell{words(c), c.Deviates()})
		}
		out.Operations = append(out.Operations, line)
	}
	return out
}

func words(c result.StateCell) string {
	text := map[result.Became]string{
		result.Accepted: "accepted", result.Refused: "refused", result.RefusedLater: "refused later", result.CarriedOut: "carried out",
	}[c.Became]
	if c.StatusCode != 0 {
		text += " " + strconv.FormatInt(c.StatusCode, 10)
	}
	if c.Offered && text != "" {
		text = "offered, " + text
	}
	return text
}
