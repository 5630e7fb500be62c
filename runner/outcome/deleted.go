package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// deleted judges that a consult call, or the call that a single-step operation brings to somebody, does not begin with a pair of user data that
// was deleted from the original by who asked for it, who was told so. What nobody had sent is left out: a switch attaches its own.
func (t *timeline) deleted() {
	for _, o := range t.ops {
		if !o.sure || o.end == nil || o.Scenario == "" {
			continue
		}
		n := t.begunFrom(o)
		if n == nil || n.told[0].At > o.At+aftermath {
			continue
		}
		first := n.told[0]
		for key, value := range voice.UserDataOf(first) {
			last := t.lastOf(key, first.At)
			if last == nil || !t.everSet(key, last.At) {
				continue
			}
			if last.who != o.who || last.end != o.end || sets(last, key) || !t.settled(last, o.At) || voice.UserDataOf(o.end.before(o.At))[key] != nil {
				continue
			}
			t.find("DATA-9", judge.Finding{
				Entry: first, Path: "data.call.userData." + key, Expected: "no such pair: it was deleted from the original", Observed: judge.Short(value),
			})
		}
		t.judged["DATA-9"]++
	}
}

// begunFrom is the end that an operation on a call began, with the call's data: the agent's of a consult call, or that of who is called
// by a single-step operation; nil where none is known.
func (t *timeline) begunFrom(o *operation) *end {
	who, fits := o.who, func(n *end) bool { return n.original() == o.end }
	switch o.name {
	case "InitiateTransfer", "InitiateConference":
	case "SingleStepTransfer", "SingleStepConference":
		who, fits = t.called(o), func(n *end) bool { return n.told[0].State() == voice.Ringing }
	default:
		return nil
	}
	if who == nil {
		return nil
	}
	i := slices.IndexFunc(who.begins, func(n *end) bool { return n.told[0].At >= o.At && fits(n) })
	if i < 0 {
		return nil
	}
	return who.begins[i]
}

// staysDeleted judges that a pair of user data which somebody had deleted from a call, and was told so, is not back once the call has
// become a conference: where nobody has set it since, and no other call showed it that may have brought it along.
func (t *timeline) staysDeleted() {
	for _, o := range t.ops {
		if !o.sure || o.end == nil || o.Scenario == "" || o.name != "DeleteUserData" && o.name != "DeleteUserDataPair" {
			continue
		}
		for _, e := range since(o.end.told, o.At) {
			if e.State() == voice.Released || !t.settled(o, e.At) || !t.conferredBy(o, e.At) {
				continue
			}
			for key, value := range voice.UserDataOf(e) {
				if t.lastOf(key, e.At) != o || !t.setBefore(o, key) || t.shownElsewhere(o, key, e.At) {
					continue
				}
				t.find("DATA-9", judge.Finding{
					Entry: e, Path: "data.call.userData." + key, Expected: "no such pair: it was deleted from the call", Observed: judge.Short(value),
				})
				return
			}
		}
	}
}

// conferredBy reports whether the call that an operation deleted something from had become a conference since, by a time, and nothing else.
func (t *timeline) conferredBy(o *operation, by float64) bool {
	merged := false
	for _, p := range t.merges[o.Scenario] {
		if p.At > by || p.name == "RemoveParticipantFromConference" {
			continue
		}
		if p.At < o.At || p.who != o.who || p.name != "CompleteConference" {
			return false
		}
		merged = true
	}
	return merged
}

// setBefore reports whether people of ours had set a pair before somebody deleted it, and all who did were told so.
func (t *timeline) setBefore(o *operation, key string) bool {
	set := false
	for _, p := range t.in[o.Scenario] {
		if !sets(p, key) || p.At > o.At {
			continue
		}
		if !p.sure || !t.settled(p, o.At) {
			return false
		}
		set = true
	}
	return set
}

// shownElsewhere reports whether another call of the person showed a pair since it was deleted from one.
func (t *timeline) shownElsewhere(o *operation, key string, by float64) bool {
	return slices.ContainsFunc(o.who.ends, func(n *end) bool {
		return n != o.end && slices.ContainsFunc(n.told, func(e *recording.Entry) bool {
			return e.At <= by && e.Scenario == o.Scenario && voice.UserDataOf(e)[key] != nil && (e.At >= o.At || n.liveAt(o.At))
		})
	})
}

// lastOf is the last operation before a time, of anybody, that sets or deletes a pair of a key; nil if there is none.
func (t *timeline) lastOf(key string, at float64) *operation {
	for _, o := range slices.Backward(t.ops) {
		if o.At <= at && (sets(o, key) || deletes(o, key)) {
			return o
		}
	}
	return nil
}

// everSet reports whether anybody had asked for a pair of a key before a time.
func (t *timeline) everSet(key string, at float64) bool {
	return slices.ContainsFunc(t.ops, func(o *operation) bool { return o.At < at && sets(o, key) })
}

func sets(o *operation, key string) bool {
	_, there := voice.PairsIn(o.Entry)[key]
	return there
}

func deletes(o *operation, key string) bool {
	named, _ := o.Body()["key"].(string)
	return o.name == "DeleteUserData" || o.name == "DeleteUserDataPair" && named == key
}
