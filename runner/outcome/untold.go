package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// untold reports whether somebody else may have changed the company of a call before it was read without its end having been told so: no
// page says that whoever is in a call is told when others transfer it, or leave it.
func (t *timeline) untold(n *end, read *recording.Entry) bool {
	return slices.ContainsFunc(t.in[read.Scenario], func(o *operation) bool {
		leaves := o.name == "Hangup" && o.end != nil && o.end.id == n.id
		return o.who != n.who && (leaves || voice.Find(o.name).Merges && (o.end == nil || o.end.tied(n))) &&
			t.madeBefore(n, o.At) && o.At <= read.AnsweredAt && !n.recounted(o.At, read.At)
	})
}

// madeBefore reports whether a call may have been there at a time, as far as what was asked for shows: its end may have been told later.
func (t *timeline) madeBefore(n *end, at float64) bool {
	first := n.told[0]
	if first.At < at {
		return true
	}
	for _, o := range slices.Backward(posted(t.in[first.Scenario], 0, first.At)) {
		if number := voice.DialledBy(o.Entry); number != "" && (number == n.who.number || o.who == n.who) {
			return o.At < at
		}
	}
	return false
}

// recounted reports whether an end was told in a span of time that people had come or gone.
func (n *end) recounted(from, to float64) bool {
	last := n.before(from)
	if last == nil {
		last = n.told[0]
	}
	return slices.ContainsFunc(since(n.told, from), func(e *recording.Entry) bool {
		return e.At <= to && !slices.Equal(voice.CallOf(e).Numbers(), voice.CallOf(last).Numbers())
	})
}
