package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/result"
)

// Every operation has a cell in each column, and what was not tried is left empty.
func TestStateTable(t *testing.T) {
	t.Parallel()
	columns := []Column{
		{Situation{"held-original", "the Held original of a consult call"}, "states.test"},
		{Situation{"dialing-consult", "a Dialing consult call"}, "states.test"},
		{Situation{"held", "a Held call"}, "states.other"},
	}
	c := tried(t, "< agent A StatusChange Held", "< agent B StatusChange Dialing", "> A Hold", ">! A AttachUserData", ">! B Hangup",
		"< agent B StatusChange Released")
	table := StateTable(columns, map[string]*Case{"states.test": c})
	if table == nil || len(table.States) != 3 || table.States[0] != (result.StateColumn{Title: "Held original of a consult call", Scenario: "states.test"}) {
		t.Fatalf("%+v", table)
	}
	want := map[string][3]result.StateCell{
		"Hold":           {{Became: result.Refused, StatusCode: 2}},
		"AttachUserData": {{Offered: true, Became: result.Accepted}},
		"Hangup":         {1: {Became: result.CarriedOut}},
	}
	for _, line := range table.Operations {
		if got := [3]result.StateCell(line.Cells); got != want[line.Operation] {
			t.Errorf("%s: %+v", line.Operation, got)
		}
	}
	if none := StateTable(columns, map[string]*Case{"states.other": tried(t)}); none != nil {
		t.Errorf("a table of nothing: %+v", none)
	}
}
