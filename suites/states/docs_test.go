package states

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/voice"
)

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

var update = flag.Bool("update", false, "write docs/state-table.md")

func TestDocsAreUpToDate(t *testing.T) {
	t.Parallel()
	const path = "../../docs/state-table.md"
	want := documented()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/state-table.md is out of date (%v); run go generate ./suites/states", err)
	}
}

const docsHead = `# States and operations

<!-- Generated from suites/states by go generate. Do not edit. -->

A call names in ` + "`capabilities`" + ` the operations that it allows now. The scenarios ` + "`states.*`" + ` bring a call into each state and
post every operation to it. What contradicts the state, and what is refused, must have no effect and be notified to nobody (STATE-1 and ERR-2,
required); nor should anything else that it does not offer (STATE-4, recommended). What is not offered is to be
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

// documented is docs/state-table.md.
func documented() string {
	var b strings.Builder
	b.WriteString(docsHead)
	b.WriteString(table())
	b.WriteString("\nNot tried:\n\n")
	for _, why := range []string{bothCompletions, secondConsult} {
		var exempt []string
		for _, name := range operations() {
			if slices.ContainsFunc(columns(), func(c column) bool { return c.exempt[name] == why }) {
				exempt = append(exempt, name)
			}
		}
		fmt.Fprintf(&b, "- %s of a call of a pair: %s.\n", strings.Join(exempt, " and "), why)
	}
	b.WriteString("- ClearCall, Accept, Decline and Reject: no page tells what they do.\n")
	b.WriteString("- SwapCalls of a Dialing consult call, where it is offered: what becomes of a call that still dials is in no document.\n")
	return b.String()
}

// column is a situation with the operations that are tried as its last.
type column struct {
	situation

	last []ending
}

func columns() []column {
	var out []column
	for _, w := range walks {
		for i, x := range w.situations {
			c := column{situation: x}
			if i+1 == len(w.situations) {
				c.last = w.last
			}
			out = append(out, c)
		}
	}
	return out
}

// table has a line for each operation and a column for each situation.
func table() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, c := range columns() {
		b.WriteString(" " + c.Heading() + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns())) + "\n")
	for _, op := range voice.CallOperations() {
		b.WriteString("| " + op.Name + " |")
		for _, c := range columns() {
			b.WriteString(" " + c.cell(op) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (c column) cell(op voice.Operation) string {
	offer := voice.OfferOf(string(c.state), c.consult, c.company)
	switch {
	case c.exempt[op.Name] != "":
		return "–"
	case slices.Contains(offer.May(), op.Name):
		return "may"
	case !slices.Contains(offer.Sure(), op.Name):
		return "·"
	case op.Steady || slices.ContainsFunc(c.last, func(e ending) bool { return e.operation == op.Name }):
		return "**yes**"
	}
	return "yes"
}
