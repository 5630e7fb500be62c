package states

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/result"
)

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

const docsHead = `# States and operations

<!-- Generated from suites/states by go generate. Do not edit. -->

A call names in ` + "`capabilities`" + ` the operations that it allows now. The scenarios ` + "`states.*`" + ` bring a call into each state and
post every operation to it. What it does not offer must have no effect and be notified to nobody (STATE-1, required); it is to be
refused with a statusCode other than 0, or later by an error notification (STATE-2, recommended). What it offers is to be
accepted (STATE-3, recommended).

What counts as offered is what the call's last notification says. The table shows what the documents say of it, which
CAP-1 to CAP-7 judge:

| | |
|---|---|
| **yes** | offered, and tried: it is to be accepted |
| yes | offered; that it is accepted is judged where its page is replayed |
| may | offered in the company of another call, by a feature, or in one of two samples: tried only where it is not |
| · | not offered, and tried |
| – | not tried, for the reason below |

`

// Documented is docs/state-table.md.
func Documented() string {
	var b strings.Builder
	b.WriteString(docsHead)
	b.WriteString(table(documented))
	b.WriteString("\nNot tried:\n\n")
	for _, why := range []string{bothCompletions, secondConsult} {
		var ops []string
		for _, op := range operations {
			if slices.ContainsFunc(rows, func(r row) bool { return r.exempt[op.name] == why }) {
				ops = append(ops, op.name)
			}
		}
		fmt.Fprintf(&b, "- %s of a call of a pair: %s.\n", strings.Join(ops, " and "), why)
	}
	b.WriteString("- ClearCall, Accept, Decline and Reject: no page tells what they do.\n")
	b.WriteString("- SwapCalls of a Dialing consult call, where it is offered: what becomes of a call that still dials is in no document.\n")
	return b.String()
}

func documented(r row, op operation) string {
	offers := judge.DocumentedOffers(r.state, r.consult, r.company)
	switch {
	case r.exempt[op.name] != "":
		return "–"
	case slices.Contains(offers.Sometimes, op.name):
		return "may"
	case !slices.Contains(offers.Always, op.name):
		return "·"
	case op.steady || endsWith(r, op.name):
		return "**yes**"
	}
	return "yes"
}

// endsWith tells whether the operation is tried as the last of a row.
func endsWith(r row, operation string) bool {
	return slices.ContainsFunc(walks, func(w walk) bool {
		return w.rows[len(w.rows)-1].name == r.name && slices.ContainsFunc(w.last, func(e ending) bool { return e.operation == operation })
	})
}

// Table is what a run found. What no scenario tried is left empty; nil if none was.
func Table(cases map[string]*judge.Case) *result.StateTable {
	found := map[string]result.StateCell{}
	t := &result.StateTable{}
	for _, w := range walks {
		if c := cases["states."+w.id]; c != nil {
			for _, x := range Cells(c) {
				found[x.Row+" "+x.Operation] = x.result()
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, r := range rows {
		at := slices.IndexFunc(walks, func(w walk) bool { return slices.ContainsFunc(w.rows, func(x row) bool { return x.name == r.name }) })
		t.States = append(t.States, result.StateColumn{Title: heading(r), Scenario: "states." + walks[at].id})
	}
	for _, op := range operations {
		line := result.StateRow{Operation: op.name}
		for _, r := range rows {
			line.Cells = append(line.Cells, found[r.name+" "+op.name])
		}
		t.Operations = append(t.Operations, line)
	}
	return t
}

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

func heading(r row) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(r.title, "an "), "a "), "the ")
}

// table has a line for each operation and a column for each state.
func table(cell func(row, operation) string) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, r := range rows {
		b.WriteString(" " + heading(r) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(rows)) + "\n")
	for _, op := range operations {
		b.WriteString("| " + op.name + " |")
		for _, r := range rows {
			b.WriteString(" " + cell(r, op) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}
