// Package others tells what others did while a run went on: calls and states that nobody of it caused. A call is theirs where
// the recording shows that it is: another party that is none of ours, and names of its own. What shows one of our calls, or a call
// between our people that nobody of them dialled, is the server's doing.
package others

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Kind is what others did.
type Kind string

// What others do.
const (
	Called  Kind = "called"  // they phoned one of ours
	Dialled Kind = "dialled" // they dialled in the name of one of ours
	Changed Kind = "changed" // they changed the state of one of ours, or of the device
	Ended   Kind = "ended"   // they ended a call of ours
)

// Event is one thing that others did.
type Event struct {
	Kind     Kind
	Station  int
	Actor    string  // whom it happened to
	Scenario string  // that was being played; "" between scenarios
	From, To float64 // on the recording's clock: as long as it may have mattered
	Text     string  // what it was, such as "a call from 5990"
	CallID   string  // of a call of theirs
}

// Seen are the things that others did, in the order of time. Entries are those of all stations. known says that others are about,
// even where nothing that is plainly theirs shows.
func Seen(header *recording.Header, entries []*recording.Entry, known bool) []Event {
	b := newBook(header, entries)
	stations := map[int][]*recording.Entry{}
	for _, e := range inTime(entries) {
		stations[e.Station] = append(stations[e.Station], e)
	}
	var out []Event
	for _, number := range slices.Sorted(maps.Keys(stations)) {
		out = append(out, b.calls(number, stations[number])...)
		out = append(out, b.states(number, stations[number])...)
	}
	if known || len(out) > 0 { // that somebody else hung up is told from a call that is lost by nothing else
		for _, number := range slices.Sorted(maps.Keys(stations)) {
			out = append(out, b.ended(number, stations[number])...)
		}
	}
	slices.SortStableFunc(out, func(x, y Event) int { return cmp.Compare(x.From, y.From) })
	return out
}

// inTime are entries in the order in which things were done: a request stands where it was answered, behind what came of it.
func inTime(entries []*recording.Entry) []*recording.Entry {
	at := func(e *recording.Entry) float64 {
		if e.Kind == recording.KindRest && e.Method == "GET" {
			return max(e.At, e.AnsweredAt)
		}
		return e.At
	}
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b *recording.Entry) int { return cmp.Compare(at(a), at(b)) })
	return out
}

// book is what is ours in a recording.
type book struct {
	header  *recording.Header
	numbers []string        // of our people, and those that they dialled
	ours    map[string]bool // ids, UUIDs and connections of calls that are ours, or may be
}

func newBook(header *recording.Header, entries []*recording.Entry) *book {
	if header == nil {
		header = &recording.Header{}
	}
	b := &book{header: header, ours: map[string]bool{}}
	for _, s := range header.Stations {
		for _, role := range recording.Roles {
			b.number(s.Party(role).Number)
		}
	}
	for _, e := range entries {
		if e.Kind == recording.KindRest {
			b.number(voice.DialledBy(e))
			if text, isText := e.Body()["destination"].(string); isText {
				b.number(text)
			}
		}
	}
	for _, e := range entries {
		switch {
		case e.Kind == recording.KindCall:
			b.ours[e.ID] = true
		case e.Kind == recording.KindMessage && e.Call() != nil:
			if c := voice.CallOf(e); named(c) && !b.withOthers(c) {
				b.ours[c.ID()], b.ours[c.UUID()], b.ours[c.ConnID()] = true, true, true
			}
		}
	}
	delete(b.ours, "")
	return b
}

func (b *book) number(text string) {
	if text != "" && !slices.Contains(b.numbers, text) {
		b.numbers = append(b.numbers, text)
	}
}

// named reports whether a call names a party.
func named(c voice.Call) bool {
	return slices.ContainsFunc(c.Numbers(), func(n string) bool { return n != "" })
}

// withOthers reports whether a call names parties and none of them may be one of ours, and it was started from no other.
func (b *book) withOthers(c voice.Call) bool {
	if c.Consult() || !named(c) {
		return false
	}
	for _, number := range c.Numbers() {
		if slices.ContainsFunc(b.numbers, func(own string) bool { return number != "" && voice.MayBeSameNumber(number, own) }) {
			return false
		}
	}
	return true
}

// theirs reports whether a call is known to be one of others.
func (b *book) theirs(c voice.Call) bool {
	return b.withOthers(c) && !b.ours[c.ID()] && !b.ours[c.UUID()] && !b.ours[c.ConnID()]
}

// forAnother reports whether a notification says itself that it is for another of ours: then it is told to the wrong one.
func (b *book) forAnother(station int, e *recording.Entry) bool {
	number, isText := voice.Addressee(e)
	own := ""
	if i := max(station, 1); i <= len(b.header.Stations) {
		own = b.header.Stations[i-1].Party(e.Actor).Number
	}
	return isText && own != "" && !voice.MayBeSameNumber(number, own) && slices.Contains(b.numbers, number)
}

// ownMessage reports whether a notification came to one of our people in the session by which we listen.
func ownMessage(e *recording.Entry) bool { return e.Kind == recording.KindMessage && e.Browser == "" }

// calls are the calls of others, as our people were told of them.
func (b *book) calls(station int, entries []*recording.Entry) []Event {
	type end struct{ actor, id string }
	known := map[end]int{} // which event, or that it is none
	var out []Event
	asked := map[string]int{} // by actor: calls that we asked for in this scenario, less those that began to dial
	unsure := false           // it is not known whether more were begun
	for _, e := range entries {
		switch {
		case e.Kind == recording.KindScenario && e.Event == recording.Begin:
			clear(asked)
			unsure = false
		case e.Kind == recording.KindRest && (voice.DialledBy(e) != "" || e.Operation() == "Dial"):
			asked[e.Actor]++
			unsure = unsure || e.Problem != ""
		}
		if !ownMessage(e) || e.CallID() == "" {
			continue
		}
		at := end{e.Actor, e.CallID()}
		if i, seen := known[at]; seen {
			if i >= 0 && e.State() == voice.Released {
				out[i].To = e.At
			}
			continue
		}
		known[at] = -1
		c := voice.CallOf(e)
		surplus := false // our people's telephones dial more often than we asked for
		if e.State() == voice.Dialing {
			asked[e.Actor]--
			surplus = asked[e.Actor] < 0 && !unsure && !c.Consult()
		}
		if !surplus && !b.theirs(c) || b.forAnother(station, e) {
			continue
		}
		event := Event{Station: station, Actor: e.Actor, Scenario: e.Scenario, From: e.At, To: math.Inf(1), CallID: e.CallID()}
		with := strings.Join(c.Numbers(), ", ")
		switch e.State() {
		case voice.Ringing, voice.Established:
			event.Kind, event.Text = Called, "a call from "+with
		case voice.Dialing:
			if !surplus {
				continue
			}
			event.Kind, event.Text = Dialled, "a call to "+with
		default:
			continue
		}
		known[at] = len(out)
		out = append(out, event)
	}
	return out
}

// endings are operations by which calls end that they are not posted to, too.
var endings = []string{
	"Hangup", "ClearCall", "CompleteTransfer", "SingleStepTransfer", "CompleteConference", "RemoveParticipantFromConference", "Retrieve",
	"SwapCalls", "CancelSupervisorMonitoring", "EndContactCenterSession", "StartContactCenterSession",
}

// ended are calls of ours that are over in the midst of a scenario, and nobody has asked for anything that ends a call.
func (b *book) ended(station int, entries []*recording.Entry) []Event {
	var out []Event
	asked, seen := false, map[string]bool{}
	up := map[string]bool{} // calls that were talked in
	for _, e := range entries {
		switch {
		case e.Kind == recording.KindScenario && e.Event == recording.Begin:
			asked = false
		case e.Kind == recording.KindRest && slices.Contains(endings, e.Operation()):
			asked = asked || e.Accepted() || e.Problem != "" || e.Status >= 500 // what was refused has ended nothing
		case !ownMessage(e) || e.CallID() == "":
		case e.State() == voice.Established || e.State() == voice.Held:
			up[e.CallID()] = true
		case e.State() == voice.Released && !asked && up[e.CallID()] && b.ours[e.CallID()] && !seen[e.CallID()]:
			seen[e.CallID()] = true
			out = append(out, Event{
				Kind: Ended, Station: station, Actor: e.Actor, Scenario: e.Scenario, From: e.At, To: e.At, Text: "the end of a call that nobody hung up",
			})
		}
	}
	return out
}

// Lines are what others did, counted and named.
func Lines(header *recording.Header, events []Event) []string {
	type line struct {
		station int
		actor   string
		kind    Kind
	}
	of := map[line][]Event{}
	for _, e := range events {
		l := line{e.Station, e.Actor, e.Kind}
		of[l] = append(of[l], e)
	}
	order := slices.SortedFunc(maps.Keys(of), func(a, b line) int {
		return cmp.Or(cmp.Compare(a.station, b.station), cmp.Compare(a.actor, b.actor), cmp.Compare(a.kind, b.kind))
	})
	var out []string
	for _, l := range order {
		var texts, scenarios []string
		for _, e := range of[l] {
			texts, scenarios = append(texts, e.Text), append(scenarios, e.Scenario)
		}
		text := user(header, l.station, l.actor) + ": "
		if n := len(texts); n > 1 {
			text += fmt.Sprintf("%d times, ", n)
		}
		text += shortened(texts)
		if list := shortened(scenarios); list != "" {
			text += " (in " + list + ")"
		}
		out = append(out, text)
	}
	return out
}

// most of a list are named.
const most = 4

// shortened names some of a list, each once.
func shortened(all []string) string {
	var list []string
	for _, text := range all {
		if text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	out := strings.Join(list[:min(len(list), most)], ", ")
	if more := len(list) - most; more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}

// Impostor reports whether somebody did it in the name of one of ours: who dials, or logs in or out, may do other things of which
// nobody is told.
func (e *Event) Impostor() bool {
	return e.Kind == Dialled || e.Kind == Changed && strings.HasPrefix(e.Text, deviceState)
}

// String names an event.
func (e *Event) String() string { return fmt.Sprintf("%s (%s)", e.Text, e.Actor) }

func user(header *recording.Header, station int, role string) string {
	if i := max(station, 1); header != nil && i <= len(header.Stations) {
		if name := header.Stations[i-1].Party(role).User; name != "" {
			return name
		}
	}
	return role
}
