package judge

import (
	"fmt"
	"slices"
	"sort"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// steady are the members that a notification shows as they were, unless it is about them, or something was asked for that
// changes them.
var steady = []struct {
	member string
	within bool // compared within one state only: what a change of state does to it, no page says
	told   string
	by     []string // operations
	each   bool     // of which each changes it once
	same   func(a, b any) bool
}{
	{"mute", true, "", []string{"MuteCall", "UnmuteCall"}, true, cmpEqual},
	{"recordingState", true, voice.RecordingStateChange, voice.GroupOf(voice.GroupRecording), true, cmpEqual},
	{"participants", true, voice.ParticipantsUpdated, merging, false, sameParties},
	{"dnis", false, "", merging, false, sameDialled},
	{"callType", false, "", merging, false, cmpEqual},
}

func cmpEqual(a, b any) bool { return cmp.Equal(a, b) }

func sameDialled(a, b any) bool {
	x, isText := a.(string)
	y, both := b.(string)
	return !isText || !both || voice.SameNumber(x, y)
}

// sameParties compares numbers, in whatever order and form.
func sameParties(a, b any) bool {
	x, y := voice.Call{"participants": a}.Numbers(), voice.Call{"participants": b}.Numbers()
	if len(x) != len(y) {
		return false
	}
	for _, n := range x {
		i := slices.IndexFunc(y, func(m string) bool { return voice.SameNumber(m, n) })
		if i < 0 {
			return false
		}
		y = slices.Delete(y, i, i+1)
	}
	return true
}

// judgeSteady: what one operation changes, no other does. A member whose own rule speaks of its form is left to that.
func judgeSteady(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, l := range c.histories(messages) {
		var last *recording.Entry
		changed := map[string]int{}
		out = append(out, c.stateByTheWay(l)...)
		out = append(out, c.backAndForth(l)...)
		for _, e := range l.messages {
			if e.IsError() || e.State() == "" {
				continue
			}
			if last != nil && last.State() != voice.Released {
				out = append(out, c.unsteady(last, e, changed)...)
			}
			last = e
		}
	}
	return out
}

// unsteady compares a notification with the one before. changed counts how often a member has changed in this history.
func (c *Case) unsteady(last, e *recording.Entry, changed map[string]int) []Finding {
	was, is := voice.CallOf(last), voice.CallOf(e)
	var out []Finding
	if c.stopsUnasked(last, e) {
		out = append(out, Finding{
			Requirement: "MSG-16", Entry: e, Path: "data.call.recordingState",
			Expected: Short(was["recordingState"]) + ", as before: recording ends with the call or by StopCallRecording", Observed: Short(is["recordingState"]),
		})
	}
	for _, s := range steady {
		if s.within && e.State() != last.State() || !was.Has(s.member) || !is.Has(s.member) || s.same(was[s.member], is[s.member]) {
			continue
		}
		changed[s.member]++
		asked := c.sentTimes(e, s.by)
		if s.told != "" && e.Type() == s.told || asked >= changed[s.member] || asked > 0 && !s.each {
			continue
		}
		out = append(out, Finding{
			Requirement: "MSG-16", Entry: e, Path: "data.call." + s.member,
			Expected: fmt.Sprintf("%s, as before: nothing was asked for that changes it", Short(was[s.member])), Observed: Short(is[s.member]),
		})
	}
	return out
}

// stopsUnasked reports whether a call is no longer recorded in another state, and nobody asked for that.
func (c *Case) stopsUnasked(last, e *recording.Entry) bool {
	was, is := voice.CallOf(last).RecordingState(), voice.CallOf(e).RecordingState()
	return (was == "Recording" || was == "Paused") && is == "Stopped" && e.State() != last.State() && e.State() != voice.Released &&
		e.Type() == voice.StatusChange && !c.recognised && c.Ours(e) && c.sentTimes(e, []string{"StopCallRecording"}) == 0 && !c.merged(e)
}

// sentTimes counts the operations of a kind that had been sent when e arrived, but those that were refused: they change nothing.
func (c *Case) sentTimes(e *recording.Entry, ops []string) int {
	n := 0
	for _, op := range ops {
		n += sort.Search(len(c.taken[op]), func(i int) bool { return c.taken[op][i] > e.At })
	}
	return n
}

// stateByTheWay: a notification about something else shows the state that was told last, or one that is told next. Who is in a
// conference may be told together with its state, and one that an operation asked for under a wrong name is another rule's matter.
func (c *Case) stateByTheWay(l *history) []Finding {
	var out []Finding
	var last *recording.Entry
	since := 0.0 // the last StatusChange
	for i, e := range l.messages {
		if e.IsError() || e.State() == "" {
			continue
		}
		was := last
		last = e
		if e.Type() == voice.StatusChange {
			since = e.At
		}
		if was == nil || e.Type() == voice.StatusChange || e.State() == was.State() || e.Type() == voice.ParticipantsUpdated && (c.merged(e) || c.recognised) {
			continue
		}
		next := slices.IndexFunc(l.messages[i:], func(n *recording.Entry) bool { return n.Type() == voice.StatusChange })
		if next >= 0 && l.messages[i+next].State() != e.State() && !c.askedFor(e.State(), since, e.At) {
			out = append(out, Finding{
				Requirement: "MSG-16", Entry: e, Path: "data.call.state",
				Expected: was.State() + ", as before: no StatusChange tells of another", Observed: e.State(),
			})
		}
	}
	return out
}

// askedFor reports whether an operation was accepted in a span of time that leads to a state.
func (c *Case) askedFor(state string, from, to float64) bool {
	return slices.ContainsFunc(c.Entries, func(r *recording.Entry) bool {
		return r.Kind == recording.KindRest && r.At >= from && r.At <= to && r.Accepted() && voice.Find(r.Operation()).Told.State == state
	})
}

// spell is a row of notifications that show a member alike.
type spell struct{ first, last *recording.Entry }

// backAndForth: what a call shows does not become another and then the same again, while nothing is asked for that changes it. That
// something was asked for before explains one change, and not two.
func (c *Case) backAndForth(l *history) []Finding {
	var out []Finding
	for _, s := range steady {
		if s.each || c.recognised || !c.Ours(l.messages[0]) {
			continue
		}
		var spells []spell
		for _, e := range l.messages {
			call := voice.CallOf(e)
			if e.IsError() || e.State() == voice.Released || !call.Has(s.member) {
				continue
			}
			n := len(spells)
			if n > 0 && s.same(voice.CallOf(spells[n-1].last)[s.member], call[s.member]) {
				spells[n-1].last = e
				continue
			}
			spells = append(spells, spell{e, e})
			if n < 2 {
				continue
			}
			before, odd := spells[n-2].last, spells[n-1].first
			if odd.Type() == s.told || e.Type() == s.told || c.sentTimes(e, regrouping) > c.sentTimes(before, regrouping) ||
				!s.same(voice.CallOf(before)[s.member], call[s.member]) || len(c.unsteady(before, odd, map[string]int{})) > 0 {
				continue
			}
			out = append(out, Finding{
				Requirement: "MSG-16", Entry: odd, Path: "data.call." + s.member,
				Expected: fmt.Sprintf("%s, as before and after: nothing was asked for that changes it", Short(call[s.member])),
				Observed: Short(voice.CallOf(odd)[s.member]),
			})
		}
	}
	return out
}

// regrouping are the operations that may change who is in a call, or which one it is.
var regrouping = slices.Concat(merging, []string{"Dial", "Answer", "Hangup", "ClearCall", "CancelSupervisorMonitoring", "SwitchToListenIn"})
