package states

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
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

// Markdown is the table as a run found it.
func Markdown(cells []Cell) string {
	found := map[string]string{}
	for _, x := range cells {
		found[x.Row+" "+x.Operation] = x.String()
	}
	return table(func(r row, op operation) string { return found[r.name+" "+op.name] })
}

// String is the cell in a word or two: what was offered and what became of the operation.
func (x Cell) String() string {
	code := "refused"
	if n, ok := x.Request.StatusCode(); ok && n != 0 {
		code = fmt.Sprintf("refused (%d)", n)
	}
	switch {
	case x.Offered && x.Refused:
		return "**offered, " + code + "**"
	case x.Offered:
		return "accepted"
	case len(x.Effects) > 0:
		return "**carried out**"
	case x.Later:
		return "refused later"
	case !x.Refused:
		return "**accepted, no effect**"
	}
	return code
}

// table has a line for each operation and a column for each state.
func table(cell func(row, operation) string) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, r := range rows {
		b.WriteString(" " + strings.TrimPrefix(strings.TrimPrefix(r.title, "an "), "a ") + " |")
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
