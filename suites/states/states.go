// Package states holds the table of states and operations: what a call offers in its
// capabilities is accepted, and what it does not offer is refused and has no effect.
//
// What is offered is read from the call's own notifications, not from the documents: that these offer
// what is documented is judged by CAP-1 to CAP-7. All operations that a state does not offer are tried
// on one call, since a refused one changes nothing.
package states

import (
	"maps"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

// row is one state of the table.
type row struct {
	name  string // of checks and steps
	title string
	state string
	// exempt are operations that are tried neither as offered nor as not offered.
	exempt map[string]string
	// consult, company: which capabilities the documents give it.
	consult, company bool
}

const (
	bothCompletions = "clients post it to either call of a pair, offered or not"
	secondConsult   = "offered by the page's own sample, and refused by servers that allow one consult call"
)

// ofPair exempts what is not judged on either call of a pair.
func ofPair(more map[string]string) map[string]string {
	out := map[string]string{"CompleteTransfer": bothCompletions, "CompleteConference": bothCompletions}
	maps.Copy(out, more)
	return out
}

var (
	ringing     = row{name: "ringing", title: "a Ringing call", state: "Ringing"}
	dialing     = row{name: "dialing", title: "a Dialing call", state: "Dialing"}
	established = row{name: "established", title: "an Established call", state: "Established"}
	held        = row{name: "held", title: "a Held call", state: "Held"}
	released    = row{name: "released", title: "a Released call", state: "Released"}

	original = row{
		name: "held-original", title: "the Held original of a consult call", state: "Held", company: true,
		exempt: ofPair(map[string]string{"InitiateTransfer": secondConsult, "InitiateConference": secondConsult}),
	}
	consult  = row{name: "dialing-consult", title: "a Dialing consult call", state: "Dialing", exempt: ofPair(nil), consult: true, company: true}
	answered = row{
		name: "established-consult", title: "an Established consult call beside the Held original", state: "Established", consult: true, company: true,
		exempt: ofPair(map[string]string{"InitiateTransfer": secondConsult, "InitiateConference": secondConsult}),
	}
	swapped = row{
		name: "held-consult", title: "a Held consult call beside the Established original", state: "Held", consult: true, company: true,
		exempt: ofPair(map[string]string{"InitiateTransfer": secondConsult, "InitiateConference": secondConsult}),
	}

	// rows in the order of the table.
	rows = []row{ringing, dialing, established, held, original, consult, answered, swapped, released}
)

// walk is one scenario: a situation, the rows that are tried in it, and what is tried at last.
type walk struct {
	id, title string
	rows      []row
	// arrange brings the situation about; the call of each row in its order. With suffix the
	// roles of a second attempt differ from those of the first.
	arrange func(s *play.Stage, suffix string) []*play.Call
	// last are offered operations of the last row that end its state: each has the situation for itself.
	last        []ending
	destination bool // it must answer
}

// ending is an operation that ends a state, with what is awaited after it: cleaning up must not
// overtake what it leads to.
type ending struct {
	operation string
	await     func(s *play.Stage, at scene, mark int)
}

// walks are the situations. What an Established call offers beyond Hold is accepted on pages of
// its own; of a Held call only Retrieve is shown, so that all the rest is tried here. SwapCalls is offered
// by a consult call that still dials, but what comes of it then is documented nowhere.
var walks = []walk{
	{id: "ringing", title: "Operations on a Ringing call", rows: []row{ringing}, arrange: aRinging, last: []ending{{"Answer", both("Established")}}},
	{id: "dialing", title: "Operations on a Dialing call", rows: []row{dialing}, arrange: aDialing, last: []ending{{"Hangup", both("Released")}}},
	{id: "established", title: "Operations on an Established call", rows: []row{established}, arrange: anEstablished, last: []ending{{"Hold", own("Held")}}},
	{
		id: "held", title: "Operations on a Held call", rows: []row{held}, arrange: aHeld,
		last: []ending{
			{"InitiateConference", rings}, {"InitiateTransfer", rings}, {"SingleStepTransfer", rings}, {"SingleStepConference", rings},
			{"Hangup", both("Released")},
		},
	},
	{id: "consulting", title: "Operations on the two calls of a consultation before the answer", rows: []row{original, consult}, arrange: aConsult, last: []ending{{"Hangup", both("Released")}}},
	{
		id: "consulted", title: "Operations on an Established consult call beside the Held original", rows: []row{answered}, arrange: anAnswered,
		last: []ending{{"SwapCalls", exchanged("Held", "Established")}}, destination: true,
	},
	{
		id: "swapped", title: "Operations on a Held consult call beside the Established original", rows: []row{swapped}, arrange: aSwapped,
		last: []ending{{"Retrieve", exchanged("Established", "Held")}}, destination: true,
	},
	{id: "released", title: "Operations on a Released call", rows: []row{released}, arrange: aReleased},
}

// tried are the operations of the table, offered or not.
func tried() []string {
	var out []string
	for _, op := range operations {
		out = append(out, op.name)
	}
	return out
}

// Scenarios of this area.
func Scenarios() []*scenario.Scenario {
	var out []*scenario.Scenario
	for _, w := range walks {
		out = append(out, &scenario.Scenario{
			ID: "states." + w.id, Title: w.title, Area: "states", Operations: tried(), Profiles: []string{"errors"},
			Source: requirement.Source{Page: "AsyncTelephonyOperations", Section: "capabilities"}, NeedsDestination: w.destination,
			Script: w.play, Checks: w.checks(),
		})
	}
	return out
}
