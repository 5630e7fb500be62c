package states_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// run plays scenarios of the table against the reference server with a fault or a variation.
func run(t *testing.T, o reference.Options, globs ...string) (*engine.Outcome, []judge.Cell) {
	t.Helper()
	server, target, err := embedded.Start(o, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	target.Budgets.Event, target.Budgets.Quiet = 1500*time.Millisecond, 100*time.Millisecond
	out, err := suites.Run(context.Background(), engine.Options{Target: target, Reference: true, Globs: globs, SideBySide: true})
	if err != nil {
		t.Fatal(err)
	}
	played, err := suites.List(engine.Options{Globs: globs})
	if err != nil {
		t.Fatal(err)
	}
	var cells []judge.Cell
	for _, s := range played {
		cells = append(cells, judge.NewCase(out.Header, s.ID, out.Scenarios(s.ID)).Cells()...)
	}
	return out, cells
}

// The whole table against a correct server: what is tried, and at what price.
func TestTable(t *testing.T) {
	t.Parallel()
	out, cells := run(t, reference.Options{}, "states.*")
	requests := 0
	for _, s := range out.Report.Scenarios {
		reads := 0 // behind the scenario, all at once
		for _, e := range out.Scenarios(s.ID) {
			switch {
			case e.Kind == recording.KindRest && e.Purpose == recording.Clean && e.Method == "GET":
				reads++
			case e.Kind == recording.KindRest:
				requests++
			}
		}
		if reads > 6 {
			t.Errorf("%s: %d reads behind it, want two of each person at most: the calls and the device", s.ID, reads)
		}
	}
	if requests > 250 {
		t.Errorf("%d requests, want 250 at most: a slow server needs seconds for each", requests)
	}
	if len(cells) < 180 {
		t.Errorf("%d cells, want 180 at least", len(cells))
	}
	for _, x := range cells {
		if x.Offered == x.Refused || len(x.Effects) > 0 {
			t.Errorf("%s of a correct server, %s: %+v", x.Operation, x.Situation, x)
		}
	}
	table := out.Report.States
	if table == nil || len(table.States) != 9 || len(table.Operations) != 25 {
		t.Fatalf("the report's table: %+v", table)
	}
	tried := 0
	for _, line := range table.Operations {
		for i, x := range line.Cells {
			if x.Deviates() {
				t.Errorf("the report has %s of %s as a deviation: %+v", line.Operation, table.States[i].Title, x)
			}
			if x.Became != "" {
				tried++
			}
		}
	}
	if tried != len(cells) {
		t.Errorf("%d cells in the report, %d tried", tried, len(cells))
	}
}

// What a broken server does wrong stands in its cell, and in the check of its row.
func TestBrokenCells(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		fault, check, scenario, state, operation string
		want                                     result.StateCell
	}{
		{"hold-while-ringing", "states.ringing.no-effect", "ringing", "Ringing call", "Hold", result.StateCell{Became: result.CarriedOut}},
		{"dtmf-while-held", "states.held.no-effect", "held", "Held call", "SendDtmf", result.StateCell{Became: result.CarriedOut}},
		{"wrong-state-accepted", "states.dialing.refused", "dialing", "Dialing call", "Hold", result.StateCell{Became: result.Accepted}},
		{
			"offered-conference-refused", "states.held.accepted", "held", "Held call", "InitiateConference",
			result.StateCell{Offered: true, Became: result.Refused, StatusCode: 2},
		},
	} {
		t.Run(x.fault, func(t *testing.T) {
			t.Parallel()
			out, _ := run(t, reference.Options{Fault: x.fault}, "states."+x.scenario)
			if got := cell(t, out.Report.States, x.state, x.operation); got != x.want || !got.Deviates() {
				t.Errorf("cell %s of %s: %+v, want %+v", x.operation, x.state, got, x.want)
			}
			if i := slices.IndexFunc(out.Report.Checks, func(c result.Check) bool { return c.ID == x.check }); i < 0 || out.Report.Checks[i].Outcome != result.Failed {
				t.Errorf("%s did not fail", x.check)
			}
		})
	}
}

func cell(t *testing.T, table *result.StateTable, state, operation string) result.StateCell {
	t.Helper()
	column := slices.IndexFunc(table.States, func(c result.StateColumn) bool { return c.Title == state })
	line := slices.IndexFunc(table.Operations, func(r result.StateRow) bool { return r.Operation == operation })
	if column < 0 || line < 0 {
		t.Fatalf("the table has no %s of a %s", operation, state)
	}
	return table.Operations[line].Cells[column]
}

// A server may refuse by an error notification, and a phone may answer by itself.
func TestConformantChoices(t *testing.T) {
	t.Parallel()
	for _, variation := range []string{"async-refusal", "async-refusal-call", "async-refusal-late", "auto-answer", "sample-1"} {
		t.Run(variation, func(t *testing.T) {
			t.Parallel()
			out, cells := run(t, reference.Options{Variation: variation}, "states.consulting", "states.ringing")
			if out.Report.Outcome != result.ConformsInPart { // of what was selected
				for _, c := range out.Report.Checks {
					if c.Outcome == result.Failed || c.Outcome == result.Blocked {
						t.Errorf("%s\n%s", c.ID, c.Message)
					}
				}
			}
			if strings.HasPrefix(variation, "async-refusal") && !slices.ContainsFunc(cells, func(x judge.Cell) bool { return x.Later }) {
				t.Error("no operation was refused later")
			}
		})
	}
}
