package outcome

import (
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// dataElsewhere judges that a change of user data is told to the other of two in a call, with what it did, where the target tells others
// of such changes at all: a live server does, and no page says so.
func (t *timeline) dataElsewhere() {
	type outcome struct {
		o    *operation
		n    *end
		told *recording.Entry
	}
	var all []outcome
	for _, o := range slices.Backward(t.ops) {
		pairs := voice.PairsIn(o.Entry)
		if !o.sure || o.end == nil || !o.offered || o.Scenario == "" || voice.Find(o.name).Group != voice.GroupUserData || t.done(o) ||
			!anySwitchTakes(pairs) || likeOurs(o) || o.name == "AttachUserData" && t.attachedBefore(o) {
			continue
		}
		if n := t.partner(o.end, o.At); n != nil && n.id == o.end.id && !n.who.double(o.At) {
			fits := func(e *recording.Entry) bool { return e.Type() == voice.AttachedDataChanged && t.dataFits(o, e) }
			all = append(all, outcome{o, n, t.take("DATA-25 "+n.who.role, o, t.before(o, n.who, n.told), fits)})
		}
	}
	told := 0
	for _, x := range all {
		if x.told != nil && !slices.ContainsFunc(posted(x.n.ops, x.o.At-meanwhile, x.told.At), func(p *operation) bool { return changesData(p.name) }) {
			told++ // of nothing that its person has asked for
		}
	}
	if told*2 < len(all) {
		return
	}
	for _, x := range all {
		if x.told == nil && (t.unknown(x.o, x.n.who) || t.cut(x.o, x.n)) {
			continue
		}
		t.judged["DATA-25"]++
		if x.told == nil {
			t.find("DATA-25", judge.Finding{
				After: x.o.Entry, Expected: "AttachedDataChanged with what " + x.o.name + " did",
				Observed: "the " + x.n.who.role + ", who is in the call, was not told so",
			})
		}
	}
}
