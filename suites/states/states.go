// Package states holds the table of states and operations: what a call offers in its
// capabilities is accepted, and what it does not offer is refused and has no effect.
//
// What is offered is read from the call's own notifications, not from the documents: that these offer
// what is documented is judged by CAP-1 to CAP-7. All operations that a state does not offer are tried
// on one call, since a refused one changes nothing.
package states

import (
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/voice"
)

// situation is one column of the table.
type situation struct {
	Situation

	state State
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

// ofOneConsultation exempts a second consultation as well.
func ofOneConsultation() map[string]string {
	return ofPair(map[string]string{"InitiateTransfer": secondConsult, "InitiateConference": secondConsult})
}

// alone is a call that is the agent's only one.
func alone(name, title string, state State) situation {
	return situation{Situation: Situation{Name: name, Title: title}, state: state}
}

// paired is one of the two calls of a consultation.
func paired(name, title string, state State, consult bool, exempt map[string]string) situation {
	return situation{Situation: Situation{Name: name, Title: title}, state: state, exempt: exempt, consult: consult, company: true}
}

var (
	ringing     = alone("ringing", "a Ringing call", Ringing)
	dialing     = alone("dialing", "a Dialing call", Dialing)
	established = alone("established", "an Established call", Established)
	held        = alone("held", "a Held call", Held)
	released    = alone("released", "a Released call", Released)

	original = paired("held-original", "the Held original of a consult call", Held, false, ofOneConsultation())
	consult  = paired("dialing-consult", "a Dialing consult call", Dialing, true, ofPair(nil))
	answered = paired("established-consult", "an Established consult call beside the Held original", Established, true, ofOneConsultation())
	swapped  = paired("held-consult", "a Held consult call beside the Established original", Held, true, ofOneConsultation())
)

// walk is one scenario: calls that are brought about, the situations in which operations are tried on them, and what is
// tried at last.
type walk struct {
	id, title  string
	situations []situation
	// arrange brings the situations about; the call of each in its order. With suffix the
	// roles of a second attempt differ from those of the first.
	arrange func(s *Stage, suffix string) []*play.Call
	// last are offered operations of the last situation that end it: each has the calls for itself.
	last        []ending
	destination bool // it must answer
}

// ending is an operation that ends a situation, with what is awaited after it: cleaning up must not
// overtake what it leads to.
type ending struct {
	operation string
	await     func(s *Stage, at scene, mark int)
}

// walks are the scenarios, in the order of the table. What an Established call offers beyond Hold is accepted on pages of
// its own; of a Held call only Retrieve is shown, so that all the rest is tried here. SwapCalls is offered
// by a consult call that still dials, but what comes of it then is documented nowhere.
var walks = []walk{
	{
		id: "ringing", title: "Operations on a Ringing call", situations: []situation{ringing}, arrange: aRinging,
		last: []ending{{"Answer", both("Established")}},
	},
	{
		id: "dialing", title: "Operations on a Dialing call", situations: []situation{dialing}, arrange: aDialing,
		last: []ending{{"Hangup", both("Released")}},
	},
	{
		id: "established", title: "Operations on an Established call", situations: []situation{established}, arrange: anEstablished,
		last: []ending{{"Hold", own("Held")}},
	},
	{
		id: "held", title: "Operations on a Held call", situations: []situation{held}, arrange: aHeld,
		last: []ending{
			{"InitiateConference", rings}, {"InitiateTransfer", rings}, {"SingleStepTransfer", rings}, {"SingleStepConference", rings},
			{"Hangup", both("Released")},
		},
	},
	{
		id: "consulting", title: "Operations on the two calls of a consultation before the answer", situations: []situation{original, consult},
		arrange: aConsult, last: []ending{{"Hangup", both("Released")}},
	},
	{
		id: "consulted", title: "Operations on an Established consult call beside the Held original", situations: []situation{answered}, arrange: anAnswered,
		last: []ending{{"SwapCalls", exchanged("Held", "Established")}}, destination: true,
	},
	{
		id: "swapped", title: "Operations on a Held consult call beside the Established original", situations: []situation{swapped}, arrange: aSwapped,
		last: []ending{{"Retrieve", exchanged("Established", "Held")}}, destination: true,
	},
	{id: "released", title: "Operations on a Released call", situations: []situation{released}, arrange: aReleased},
}

// mustStay reports whether an operation that was tried may have no effect by what the pages say: since it was refused, or
// since it contradicts the state of the call. Of others a page says only that capabilities may be checked.
func (x situation) mustStay(tried judge.Cell) bool {
	return tried.Refused || x.contradicts(tried.Operation)
}

// contradicts reports whether an operation makes no sense in a state: there is nothing to be answered or retrieved.
func (x situation) contradicts(operation string) bool {
	switch operation {
	case "Answer":
		return x.state != Ringing
	case "Retrieve":
		return x.state == Ringing || x.state == Dialing
	}
	return x.state == Released
}

// operations are the names of those that are tried, offered or not.
func operations() []string {
	var out []string
	for _, o := range voice.CallOperations() {
		out = append(out, o.Name)
	}
	return out
}

// Specs registers the scenarios of this area.
func Specs() {
	for _, w := range walks {
		options := []any{
			Profiles("errors"), Page("AsyncTelephonyOperations", "capabilities"), About(operations()...), Play(w.play), w.specs,
		}
		for _, situation := range w.situations {
			options = append(options, Tries(situation.Situation))
		}
		if w.destination {
			options = append(options, NeedsDestination)
		}
		Scenario("states."+w.id, w.title, options...)
	}
}

// specs are three for each situation, each about all operations at once. The name of the situation stands in
// their ids only where a walk has two.
func (w walk) specs() {
	for _, x := range w.situations {
		name := func(what string) string {
			if len(w.situations) > 1 {
				return x.Name + "-" + what
			}
			return what
		}
		kept := "state-kept"
		if x.state == Released {
			kept = "no-effect"
		}
		It("what contradicts "+x.Title+", or is refused, has no effect", Check(name(kept), "STATE-1", "ERR-2"), func() {
			Expect(NotOffered(x.Situation)).To(HaveChangedNothing(x.mustStay))
		})
		if x.state != Released {
			It("what "+x.Title+" does not offer has no effect", Check(name("no-effect"), "STATE-4"), func() {
				Expect(NotOffered(x.Situation)).To(HaveChangedNothing(func(tried judge.Cell) bool { return !x.mustStay(tried) }))
			})
		}
		It("what "+x.Title+" does not offer is refused", Check(name("refused"), "STATE-2"), func() {
			Expect(NotOffered(x.Situation)).To(BeRefusedOrTakenBack())
		})
		if x.state == Released {
			continue // it offers nothing
		}
		It("what "+x.Title+" offers is accepted", Check(name("accepted"), "STATE-3"), func() {
			Expect(Offered(x.Situation)).To(AllBeAccepted())
		})
	}
}
