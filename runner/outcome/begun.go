package outcome

import (
	"math"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// begun judges what each call shows of how it was begun: the how manieth it is of its original or its agent makes no difference.
func (t *timeline) begun() {
	for _, role := range t.roles {
		for _, n := range t.people[role].ends {
			t.typeOf(n)
		}
	}
}

// typeOf judges that a consult call says that it is one when it dials, and that what was dialled between two of ours is none. Where
// somebody has begun a consult call that names no original, ID-6 speaks of it.
func (t *timeline) typeOf(n *end) {
	first := n.beginning(t)
	if first == nil || first.State() != voice.Dialing {
		return
	}
	call, scenario := voice.CallOf(first), first.Scenario
	kind, isText := call.Text("callType")
	if !isText {
		return
	}
	consulted := slices.ContainsFunc(t.in[scenario], func(o *operation) bool { return o.who == n.who && dials(o.name) && o.name != "Dial" })
	expected := ""
	switch {
	case call.ParentID() != "":
		expected = voice.Consult
	case !consulted && kind == voice.Consult && slices.ContainsFunc(t.in[scenario], func(o *operation) bool { return o.who == n.who && o.name == "Dial" }):
		expected = "Internal"
	}
	t.judged["MSG-10"]++
	if expected != "" && kind != expected {
		t.find("MSG-10", judge.Finding{Entry: first, Path: "data.call.callType", Expected: expected, Observed: judge.Short(kind)})
	}
}

// carries judges that a call which was begun with user data shows them to who began it, by something that is told of it before anybody
// changes them. A switch may have limits, and a call that was given up at once need not have been told of them.
func (t *timeline) carries(requirement string, o *operation, first *recording.Entry) {
	if first == nil || t.dialsBeside(o, first) {
		return
	}
	t.carriesTo(requirement, o, first)
}

// carriesTo is carries at the end of whoever was told first of the call.
func (t *timeline) carriesTo(requirement string, o *operation, first *recording.Entry) {
	pairs := voice.PairsIn(o.Entry)
	if first == nil || len(pairs) == 0 || !anySwitchTakes(pairs) {
		return
	}
	p := t.people[first.Actor]
	n := p.named[first.CallID()]
	if n == nil {
		return
	}
	told := since(n.told, first.At)
	for _, q := range posted(t.ops, o.At, math.Inf(1)) {
		if q != o && q.end != nil && changesData(q.name) && q.end.tied(n) {
			told = told[:len(told)-len(since(told, q.At))]
			break
		}
	}
	shown := slices.ContainsFunc(told, func(e *recording.Entry) bool { return voice.HasPairs(voice.UserDataOf(e), pairs) })
	if !shown && (t.unknown(o, p) || len(told) < 2 || told[1].State() == voice.Released) {
		return
	}
	t.judged[requirement]++
	if !shown {
		t.find(requirement, judge.Finding{
			Entry: first, Path: "data.call.userData", Expected: judge.Short(pairs) + ", which " + o.name + " was sent with",
			Observed: judge.Short(first.Call()["userData"]),
		})
	}
}

// dialsBeside reports whether the same person had dialled something else that was under way when the call of an operation was told: it
// may be the call of that.
func (t *timeline) dialsBeside(o *operation, first *recording.Entry) bool {
	return slices.ContainsFunc(t.in[o.Scenario], func(p *operation) bool {
		return p != o && p.who == o.who && dials(p.name) && p.At <= first.At && (p.At > o.At || !t.settled(p, o.At))
	})
}

// keepsData judges that a call which becomes a conference still shows the pairs of user data that were attached to it, and to no other
// call: those that both calls have may be shown with either value.
func (t *timeline) keepsData(o *operation, original *end) {
	before := original.before(o.At)
	after := slices.IndexFunc(original.told, func(e *recording.Entry) bool { return e.At >= o.At && e.State() == voice.Established })
	had := voice.UserDataOf(before)
	if after < 0 || len(had) == 0 || !anySwitchTakes(had) || o.Scenario == "" {
		return
	}
	e := original.told[after]
	has := voice.UserDataOf(e)
	for key := range had {
		own, others := false, false
		for _, p := range t.in[o.Scenario] {
			if !sets(p, key) && !deletes(p, key) || p.At > e.At {
				continue
			}
			own, others = own || p.end == original && sets(p, key), others || p.end != original || !p.sure || !t.settled(p, o.At)
		}
		if !own || others {
			continue
		}
		t.judged["DATA-9"]++
		if _, there := has[key]; !there {
			t.find("DATA-9", judge.Finding{
				Entry: e, Path: "data.call.userData." + key, Expected: judge.Short(had[key]) + ", as before: CompleteConference deletes nothing", Observed: "missing",
			})
		}
	}
}

// apart are operations that end no call but their own: those that somebody does on one call while another is held.
var apart = []string{"Dial", "Answer", "Hold", "Hangup", "SendDtmf", "MuteCall", "UnmuteCall", "AttachUserData", "UpdateUserData"}

// heldStays judges that a Held call of two of ours is not ended by what is done to another one that has nothing to do with it. Whoever
// is in the call may hang up at any time: only what ends at once, while nobody asks for it, is held against an operation.
func (t *timeline) heldStays() {
	for _, o := range t.ops {
		if !o.sure || !slices.Contains(apart, o.name) {
			continue
		}
		for _, n := range o.who.in[o.Scenario] {
			held := n.before(o.At)
			if n == o.end || held == nil || held.State() != voice.Held || !t.ours(n) || t.partner(n, o.At) == nil ||
				o.end != nil && (o.end.original() == n || n.original() == o.end) {
				continue
			}
			t.judged["MSG-16"]++
			over := n.over()
			if over == nil || over.At > o.At+meanwhile || n.stateBefore(over) != voice.Held || !t.endsBy(o, n, held.At, over.At) {
				continue
			}
			t.find("MSG-16", judge.Finding{
				Entry: over, Path: "data.call.state", Expected: "Held, as before: " + o.name + " was about another call", Observed: voice.Released,
			})
		}
	}
}

// endsBy reports whether an operation is the only one of some time that may have ended a call.
func (t *timeline) endsBy(o *operation, n *end, from, to float64) bool {
	return !slices.ContainsFunc(posted(t.ops, from-meanwhile, to), func(p *operation) bool {
		return p != o && (ends(p.name) || !p.sure) && (p.end == nil || p.end.tied(n)) && p.name != "Hold"
	})
}
