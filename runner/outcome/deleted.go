package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/voice"
)

// deleted judges that a consult call does not begin with a pair of user data that its agent had deleted from the original, and was told
// so. What nobody had sent is left out: a switch attaches its own to each call.
func (t *timeline) deleted() {
	for _, o := range t.ops {
		if o.name != "InitiateTransfer" && o.name != "InitiateConference" || !o.sure || o.end == nil || o.Scenario == "" {
			continue
		}
		i := slices.IndexFunc(o.who.begins, func(n *end) bool { return n.told[0].At >= o.At && n.original() == o.end })
		if i < 0 || o.who.begins[i].told[0].At > o.At+aftermath {
			continue
		}
		first := o.who.begins[i].told[0]
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
