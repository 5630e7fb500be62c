package outcome

import (
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// company judges that who is put together with others by an operation, at an end that goes on, is told of a call that names
// all of them, and nobody who has left.
func (t *timeline) company(requirement string, o *operation, n *end, with []string, without string) *recording.Entry {
	if slices.Contains(with, "") || n.who.number == "" {
		return nil
	}
	fits := func(e *recording.Entry) bool {
		numbers := voice.CallOf(e).Numbers()
		return e.State() != voice.Released && !slices.Contains(numbers, without) && !slices.ContainsFunc(with, func(number string) bool {
			return !slices.ContainsFunc(numbers, func(n string) bool { return voice.MayBeSameNumber(n, number) })
		})
	}
	e := t.take(requirement+" "+n.who.role, o, t.before(o, n.who, n.who.calls), fits)
	if e == nil && (t.unknown(o, n.who) || t.cut(o, n)) {
		return nil
	}
	expected := "a call with " + strings.Join(with, " and ")
	if without != "" {
		expected += ", without " + without
	}
	t.decide(requirement, o, n.who, expected, e)
	return e
}

// transferredCompany judges that the two who are left after a transfer are told of each other.
func (t *timeline) transferredCompany(o *operation, original, consult *end) {
	left, right := t.partner(original, o.At), t.partner(consult, o.At)
	if left == nil || right == nil || !left.talks(o.At) || !right.talks(o.At) || consult.stateAt(o.At) == voice.Dialing ||
		original.over() == nil || consult.over() == nil {
		return
	}
	t.stayWithData(o, left, t.company("TRANSFER-23", o, left, []string{right.who.number}, o.who.number))
	t.company("TRANSFER-23", o, right, []string{left.who.number}, o.who.number)
}

// passedOn judges that the other of two is told who is there in place of whoever has transferred the call, once that one has answered, and is
// still shown the user data.
func (t *timeline) passedOn(o *operation) {
	left, number := t.partner(o.end, o.At), voice.DialledBy(o.Entry)
	if left == nil || number == "" || o.end.over() == nil || !left.talks(o.At) {
		return
	}
	told := since(left.told, o.At)
	i := slices.IndexFunc(told, func(e *recording.Entry) bool { return e.State() != voice.Released && voice.CallOf(e).Names(number) })
	if i >= 0 {
		t.judged["TRANSFER-23"]++
		t.stayWithData(o, left, told[i])
		return
	}
	until := math.Inf(1)
	if over := left.over(); over != nil {
		until = over.At
	}
	if slices.ContainsFunc(posted(t.in[o.Scenario], o.At, until), func(p *operation) bool { return p.name == "Answer" && p.sure && p.who.number == number }) {
		t.company("TRANSFER-23", o, left, []string{number}, o.who.number)
	}
}

// stayWithData judges that who stays after a transfer is still shown the pairs of user data that the call had: nobody deleted them.
func (t *timeline) stayWithData(o *operation, n *end, told *recording.Entry) {
	had := voice.UserDataOf(n.before(o.At))
	if told == nil || o.Scenario == "" || !anySwitchTakes(had) {
		return
	}
	for key := range had {
		set := func(p *operation) bool { return p.At < told.At && sets(p, key) }
		gone := func(p *operation) bool { return p.At < told.At && deletes(p, key) }
		if !slices.ContainsFunc(t.in[o.Scenario], set) || slices.ContainsFunc(t.in[o.Scenario], gone) {
			continue
		}
		t.judged["DATA-24"]++
		if _, there := voice.UserDataOf(told)[key]; !there {
			t.find("DATA-24", judge.Finding{
				Entry: told, Path: "data.call.userData." + key, Expected: judge.Short(had[key]) + ", as before the transfer", Observed: "missing",
			})
		}
	}
}

// joinedCompany judges that the two who were called are told of each other and of who joined them.
func (t *timeline) joinedCompany(o *operation, original, consult *end) {
	left, right := t.partner(original, o.At), t.partner(consult, o.At)
	if left == nil || right == nil || !left.talks(o.At) || !right.talks(o.At) || consult.over() == nil {
		return
	}
	t.company("CONFERENCE-17", o, left, []string{o.who.number, right.who.number}, "")
	t.company("CONFERENCE-17", o, right, []string{o.who.number, left.who.number}, "")
}

// gone judges that whoever has left a conference is not shown as a party in what somebody who stays does afterwards, once anybody was told
// that it goes on without.
func (t *timeline) gone() {
	for _, role := range t.roles {
		for _, left := range t.people[role].ends {
			over := left.over()
			if over == nil || left.who.number == "" || len(left.others(over.At)) < 2 || left.who.double(over.At) {
				continue
			}
			for _, o := range posted(t.in[over.Scenario], over.At, over.At+aftermath) {
				if voice.Find(o.name).Merges && o.name != "RemoveParticipantFromConference" || dials(o.name) || o.name == "Answer" {
					break // and may be back
				}
				if o.sure && o.end != nil && t.conferred(o.end, left, over.At) && t.toldWithout(left, over.At, o.At) {
					t.withoutGone(o, left)
				}
			}
		}
	}
}

// conferred reports whether an end was in a conference with another that was over at a time: each was told of the other, and of a third.
func (t *timeline) conferred(n, left *end, at float64) bool {
	return n.who != left.who && n.liveAt(at) && !n.who.double(at) && names(left.others(at), n.who.number) &&
		slices.ContainsFunc(n.told, func(e *recording.Entry) bool {
			numbers := voice.CallOf(e).Numbers()
			return e.At < at && len(numbers) > 1 && names(numbers, left.who.number)
		})
}

func names(numbers []string, number string) bool {
	return number != "" && slices.ContainsFunc(numbers, func(n string) bool { return voice.SameNumber(n, number) })
}

// toldWithout reports whether anybody who stays was told of the conference without who has left, in a span of time.
func (t *timeline) toldWithout(left *end, from, to float64) bool {
	for _, role := range t.roles {
		for _, n := range t.people[role].ends {
			if !t.conferred(n, left, from) {
				continue
			}
			for _, e := range since(n.told, from-meanwhile) {
				if e.At < to && e.State() != voice.Released && !voice.CallOf(e).Names(left.who.number) && names(n.others(e.At), left.who.number) {
					return true
				}
			}
		}
	}
	return false
}

// withoutGone judges what one operation of somebody who stays is told by.
func (t *timeline) withoutGone(o *operation, left *end) {
	for _, e := range since(o.end.told, o.At) {
		if e.State() == voice.Released || !voice.Find(o.name).Shows(e) {
			continue
		}
		t.judged["ID-8"]++
		if voice.CallOf(e).Names(left.who.number) {
			t.find("ID-8", judge.Finding{
				Entry: e, Path: "data.call.participants", Expected: "not " + left.who.number + ", who has left", Observed: judge.Short(voice.CallOf(e).Numbers()),
			})
		}
		return
	}
}

// talks reports whether a call was answered at an end: where it still rings, nobody need be told who else is in it. Whoever has swapped a
// call that dials away has it as Held.
func (n *end) talks(at float64) bool {
	return n.stateAt(at) != voice.Ringing && n.stateAt(at) != voice.Dialing
}

// leftCompany judges that everybody who stays in a conference is told of it without somebody who has left.
func (t *timeline) leftCompany(o *operation, gone *person) {
	if gone.double(o.At) {
		return // and may be there still
	}
	for _, role := range t.roles {
		p := t.people[role]
		if p == gone || p == o.who {
			continue
		}
		for _, n := range p.ends {
			others := n.others(o.At)
			if n.liveAt(o.At) && n.talks(o.At) && len(others) > 1 && voice.CallOf(n.before(o.At)).Names(gone.number) {
				rest := slices.DeleteFunc(slices.Clone(others), func(number string) bool { return voice.SameNumber(number, gone.number) })
				t.company("CONFERENCE-17", o, n, rest, gone.number)
				t.goesOnWithout(o, n)
			}
		}
	}
}

// goesOnWithout judges that a conference goes on for somebody who stays when another who does not own it hangs up: not that it ends for all.
// Anybody may hang up at any time: only what ends at once, while nobody else asks for it, is held against a server.
func (t *timeline) goesOnWithout(o *operation, n *end) {
	conferences := func(p *operation) bool {
		return p.sure && (p.name == "CompleteConference" || p.name == "SingleStepConference")
	}
	before := posted(t.in[o.Scenario], 0, o.At)
	mine := func(p *operation) bool { return conferences(p) && p.who == o.who }
	if o.name != "Hangup" || !slices.ContainsFunc(before, conferences) || slices.ContainsFunc(before, mine) || !t.ours(n) ||
		t.supervising(o.who, o.Entry) || t.supervising(n.who, o.Entry) {
		return
	}
	over := n.over()
	asked := func(p *operation) bool {
		return p != o && ends(p.name) && (p.At > o.At || !n.heardOf(p, o.At) || p.At > o.At-meanwhile && !voice.Find(p.name).Merges || p.removes() == n.who.number)
	}
	if over == nil || over.At < o.At || over.At > o.At+meanwhile || slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, over.At), asked) {
		return
	}
	t.find("CONFERENCE-17", judge.Finding{
		Entry: over, Path: "data.call.state", Expected: "the call goes on without " + o.who.number + ", who hung up", Observed: voice.Released,
	})
}

// double reports whether a person has several calls at a time: they may all have come to be the same conversation, in which the
// person then is twice, as a party with one number.
func (p *person) double(at float64) bool {
	live := 0
	for _, n := range p.ends {
		if n.liveAt(at) {
			live++
		}
	}
	return live > 1
}

// isDouble is double of whoever has a number.
func (t *timeline) isDouble(number string, at float64) bool {
	for _, p := range t.people {
		if p.number != "" && p.number == number && p.double(at) {
			return true
		}
	}
	return false
}

// goesOn judges that a conference goes on at its owner's end when one of several is removed: the page shows it Established with who is
// left. Anybody may hang up at any time: only what ends at once, while nobody asks for it, is held against a server. Who listens in on
// somebody, be it the owner or another party, is on the call no longer than that one.
func (t *timeline) goesOn(o *operation) {
	owns := func(p *operation) bool {
		return p.who == o.who && p.sure && (p.name == "CompleteConference" || p.name == "SingleStepConference")
	}
	supervises := func(role string) bool { return t.supervising(t.people[role], o.Entry) }
	if slices.ContainsFunc(t.roles, supervises) || !slices.ContainsFunc(posted(t.in[o.Scenario], 0, o.At), owns) {
		return
	}
	if len(o.end.others(o.At)) < 2 || !t.ours(o.end) || !voice.CallOf(o.end.before(o.At)).Names(o.removes()) {
		return
	}
	over := o.end.over()
	asked := func(p *operation) bool { return p != o && ends(p.name) && (p.At > o.At || !o.end.heardOf(p, o.At)) }
	if over == nil || over.At < o.At || over.At > o.At+meanwhile || slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, over.At), asked) {
		return
	}
	t.find("CONFERENCE-13", judge.Finding{
		Entry: over, Path: "data.call.state", Expected: "Established, with who is left", Observed: voice.Released,
	})
}

// seesWhoSees judges that who is called by people of ours, who are shown him, is shown at least one of them while his telephone rings.
func (t *timeline) seesWhoSees(n *end) {
	first := n.told[0]
	call := voice.CallOf(first)
	if first.State() != voice.Ringing && first.State() != voice.Dialing || !call.Has("participants") || n.who.number == "" {
		return
	}
	if list, isList := call["participants"].([]any); !isList || len(list) > 0 {
		return
	}
	for _, role := range t.roles {
		if q := t.people[role]; q != n.who && q.named[n.id] != nil && q.named[n.id].names(n.who.number) {
			t.find("ID-8", judge.Finding{
				Entry: first, Path: "data.call.participants", Expected: "who else is in the call, such as the " + role, Observed: "nobody",
			})
			return
		}
	}
}
