// Package reads holds the scenario about reading calls: GET of a call and of the list of calls
// says what the notifications said, and nothing of others.
package reads

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/voicespec/voicespec/runner/spec"
)

// A moment is a situation in which the agent's calls are read: the roles of those that are live.
type moment struct {
	name  string
	calls []string
	title string // of the call read by itself
}

const (
	original = "original"
	consult  = "consult"
)

var moments = []moment{
	{"ringing", []string{original}, "a Ringing call"},
	{"established", []string{original}, "an Established call"},
	{"consulting", []string{original, consult}, "the calls of a consultation"},
}

// Specs registers the scenarios of this area.
func Specs() {
	Scenario("reads.calls", "What is read of calls, from Ringing to Released", Profiles("calls"), Page("RecoveringExistingState", "GET /me/calls"),
		Play(script), func() {
			for _, m := range moments {
				It("GET of "+m.title+" says what was notified", Check(m.name, "READ-1"), func() {
					Expect(Readings(m.each()...)).To(AgreeWithNotifications())
				})
			}
			It("the list of calls has the uris of the agent's calls", Check("uris", "READ-2"), func() {
				Expect(Readings(lists(uris)...)).To(ListTheCalls())
			})
			It("the list of calls with fields=* has the agent's calls", Check("resources", "READ-2"), func() {
				Expect(Readings(lists(resources)...)).To(ListTheCalls())
			})
			It("the list of calls says what was notified", Check("list-agrees", "READ-1"), func() {
				Expect(Readings(lists(resources)...)).To(AgreeWithNotifications())
			})
			It("a Released call is not in the list of calls", Check("released-not-listed", "READ-3"), func() {
				Expect(Readings(bothLists("released", original, consult)...)).To(ListNone("no Released call"))
			})
			It("the user has the live calls among his sub-resources", Check("recovery", "READ-5"), func() {
				Expect(Readings(lists(recovery)...)).To(ListTheCalls())
			})
			It("the user's calls say what was notified", Check("recovery-agrees", "READ-5"), func() {
				Expect(Readings(lists(recovery)...)).To(AgreeWithNotifications())
			})
			// No page says whether a call can still be read; that it is live must not be said.
			It("GET of a Released call is refused, or shows it as Released", Check("released-call", "READ-1"), func() {
				Expect(Request("released.call")).To(BeRefusedOrShow(Released))
			})
			It("a slash before the query makes no difference", Check("slash", "READ-8"), func() {
				Expect(Request("slash.user")).To(BeAccepted())
				Expect(Request("slash.list")).To(BeAccepted())
			})
			It("GET of an unknown call is refused", Check("unknown-call", "READ-4"), func() {
				Expect(Request("unknown")).To(BeRefused("there is no such call"))
			})
			It("GET of a call of others is refused", Check("foreign-call", "AUTH-8"), func() {
				Expect(Request("foreign.call")).To(BeRefused("the agent is no party of the call"))
			})
			It("the list of calls has no call of others", Check("foreign-list", "AUTH-8"), func() {
				Expect(Readings(bothLists("foreign", consult)...)).To(ListNone("no call that the agent is no party of"))
			})
		})
	changes()
}

// The two forms of the list of calls, by the label of their requests.
const (
	uris      = ".uris"
	resources = ".list"
	recovery  = ".recovery" // the user with all that is his
)

// each are the reads of the calls by themselves.
func (m moment) each() []Reading {
	var out []Reading
	for _, call := range m.calls {
		out = append(out, Reading{Label: m.name + "." + call, Calls: []string{call}})
	}
	return out
}

// lists are the reads of the list of calls in one form, at all moments.
func lists(form string) []Reading {
	var out []Reading
	for _, m := range moments {
		out = append(out, Reading{Label: m.name + form, Calls: m.calls})
	}
	return out
}

// bothLists are the reads of both forms of the list, with the calls that must not be there.
func bothLists(name string, calls ...string) []Reading {
	return []Reading{{Label: name + uris, Calls: calls}, {Label: name + resources, Calls: calls}}
}
