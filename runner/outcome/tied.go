package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// changing reports whether somebody else of the station, or the same person again, changed user data between an operation and
// a notification.
func (t *timeline) changing(o *operation, e *recording.Entry) bool {
	return slices.ContainsFunc(posted(t.ops, o.At-meanwhile, e.At), func(p *operation) bool {
		if p == o || p.end == nil || !changesData(p.name) || !p.end.tied(o.end) {
			return false
		}
		return p.At > o.At || p.end != o.end && !(voice.Find(p.name).Merges && p.sure && o.end.heardOf(p, o.At))
	})
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
