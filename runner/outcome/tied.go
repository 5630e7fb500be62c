package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// changing reports whether somebody else of the station, or the same person again, changed the user data that an operation is about
// between it and a notification.
func (t *timeline) changing(o *operation, e *recording.Entry) bool {
	return slices.ContainsFunc(posted(t.ops, o.At-meanwhile, e.At), func(p *operation) bool {
		if p == o || p.end == nil || !undoes(p, o) || !p.end.tied(o.end) {
			return false
		}
		return p.At > o.At || p.end != o.end && !(voice.Find(p.name).Merges && p.sure && o.end.heardOf(p, o.At)) && !o.end.shown(p, o.At)
	})
}

// shown reports whether an end was told by a time of the user data that somebody else has changed: then that is over.
func (n *end) shown(p *operation, by float64) bool {
	return p.sure && voice.Find(p.name).Group == voice.GroupUserData && slices.ContainsFunc(since(n.told, p.At), func(e *recording.Entry) bool {
		return e.At < by && e.Type() == voice.AttachedDataChanged && shows(p, e)
	})
}

// wasOver reports whether what somebody else did is known to show in what an end was told by a time: it was told to who asked for it before
// this end began, or, of calls that were put together, this end has been told since of what its person asked for.
func (t *timeline) wasOver(o *operation, n *end, by float64) bool {
	if voice.Find(o.name).Merges {
		return o.sure && o.AnsweredAt > 0 && fencedBetween(n.who.fences, o.AnsweredAt, by)
	}
	began := n.told[0].At
	return o.sure && o.At < began && t.settled(o, began)
}

// swapped reports whether both calls of a swap were told by a time to have changed their states.
func (o *operation) swapped(by float64) bool {
	uri, _ := o.Body()["otherCallUri"].(string)
	other := o.who.named[voice.CallIDOf(uri)]
	if o.end == nil || other == nil || other == o.end {
		return false
	}
	return !slices.ContainsFunc([]*end{o.end, other}, func(n *end) bool {
		was, is := n.stateAt(o.At), n.stateAt(by)
		return was == is || is != voice.Held && is != voice.Established
	})
}

// undoes reports whether an operation may leave the user data otherwise than another of them does.
func undoes(p, o *operation) bool {
	switch {
	case !changesData(p.name):
		return false
	case voice.Find(p.name).Merges:
		return true
	case p.name == "DeleteUserData" || o.name == "DeleteUserData":
		return p.name != o.name
	case voice.Find(p.name).Group == voice.GroupRecording:
		return false // it has a key of its own
	}
	return shares(touched(p), touched(o))
}

// touched are the pairs that an operation is about, of a deleted one the key alone.
func touched(o *operation) map[string]any {
	if key, _ := o.Body()["key"].(string); key != "" {
		return map[string]any{key: nil}
	}
	return voice.PairsIn(o.Entry)
}

// tied reports whether two ends are of one call or of calls of one person, as far as anybody can tell: by a common name, or because
// one names the number of the other.
func (n *end) tied(m *end) bool {
	if n == m || n.who == m.who || n.id == m.id || n.who.number == "" || m.who.number == "" {
		return true
	}
	return n.names(m.who.number) || m.names(n.who.number)
}

// names reports whether the end was ever told with a number as that of another party.
func (n *end) names(number string) bool {
	return slices.ContainsFunc(n.told, func(e *recording.Entry) bool {
		return slices.ContainsFunc(voice.CallOf(e).Numbers(), func(shown string) bool { return voice.MayBeSameNumber(shown, number) })
	})
}
