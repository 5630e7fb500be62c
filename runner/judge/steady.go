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

// sentTimes counts the operations of a kind that had been sent when e arrived.
func (c *Case) sentTimes(e *recording.Entry, ops []string) int {
	n := 0
	for _, op := range ops {
		n += sort.Search(len(c.posted[op]), func(i int) bool { return c.posted[op][i] > e.At })
	}
	return n
}
