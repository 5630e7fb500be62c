package outcome

import (
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/voice"
)

// pairsApart judges, in a scenario without consultations, transfers and conferences, that what was attached to one of several calls is shown
// in no other of them: the one has nothing to do with the other, though one person has both.
func (t *timeline) pairsApart() {
	for _, role := range t.roles {
		for _, n := range t.people[role].ends {
			scenario := n.told[0].Scenario
			if scenario == "" || n.beginning(t) == nil || slices.ContainsFunc(t.in[scenario], joinsCalls) {
				continue
			}
			t.pairsOfOthers(n, scenario)
		}
	}
}

// joinsCalls reports whether calls have to do with one another by an operation.
func joinsCalls(o *operation) bool {
	return voice.Find(o.name).Merges || o.name == "InitiateTransfer" || o.name == "InitiateConference"
}

// pairsOfOthers judges one end of a call.
func (t *timeline) pairsOfOthers(n *end, scenario string) {
	for _, e := range n.told {
		for key, value := range voice.UserDataOf(e) {
			mine, other := false, (*operation)(nil)
			for _, o := range slices.Concat(t.in[scenario], t.denied) {
				sent, has := voice.PairsIn(o.Entry)[key]
				switch {
				case !has || o.Scenario != scenario || !sameValue(sent, value):
				case o.end == nil || o.end.id == n.id || n.who.named[o.end.id] == nil || t.beside[o.Entry]:
					// of a call that was dialled with it, or of one that somebody else has and that may have another id there: maybe of this
					mine = true
				case o.At < e.At && o.sure:
					other = o
				}
			}
			if other == nil || mine {
				continue
			}
			t.judged["DATA-11"]++
			t.find("DATA-11", judge.Finding{
				Entry: e, Path: "data.call.userData." + key, Expected: "user data of this call only",
				Observed: fmt.Sprintf("%s, which was attached to call %s", judge.Short(value), other.end.id),
			})
			return
		}
	}
}
