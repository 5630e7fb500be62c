package outcome

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// refused judges that what was refused has no effect: nothing is told that only the refused operation can have brought about.
// Whatever anybody else may have done, or done before, is not held against it.
func (t *timeline) refused() {
	for _, o := range t.denied {
		for _, effect := range []func(*operation) (trace, bool){t.effect, t.effectOnPairs} {
			told, is := effect(o)
			if !is {
				continue
			}
			t.judged["ERR-2"]++
			if told.entry != nil {
				t.find("ERR-2", judge.Finding{
					Entry: told.entry, Path: told.path, Expected: "nothing of this: " + o.name + " was refused", Observed: told.what,
				})
			}
		}
	}
}

// effectOnCompany: fewer are shown in the call by the way, though nobody was said to have left.
func (t *timeline) effectOnCompany(o *operation) (trace, bool) {
	before := o.end.before(o.At)
	all := voice.CallOf(before).Numbers()
	quiet := func(until float64) bool {
		return !slices.ContainsFunc(t.in[o.Scenario], func(p *operation) bool {
			return p.At <= until && (voice.Find(p.name).Merges || ends(p.name) || p.name == "Answer") && (p.At > o.At || !o.end.heardOf(p, o.At))
		})
	}
	if len(all) < 2 || !t.ours(o.end) || !quiet(o.At) {
		return trace{}, false
	}
	for _, e := range since(o.end.told, o.At) {
		if e.At > o.At+aftermath || e.Type() == voice.ParticipantsUpdated || e.State() != before.State() || !quiet(e.At) {
			break
		}
		if shown := voice.CallOf(e).Numbers(); len(shown) < len(all) {
			return trace{e, "data.call.participants", judge.Short(shown)}, true
		}
	}
	return trace{}, true
}

// effectOnPairs: user data that were sent with an operation that was refused, and with no other, are shown in its call.
func (t *timeline) effectOnPairs(o *operation) (found trace, judged bool) {
	if o.end == nil || o.Scenario == "" || !o.end.liveAt(o.At) {
		return trace{}, false
	}
	for key, value := range voice.PairsIn(o.Entry) {
		text := pairText(key, value)
		elsewhere := func(p *operation) bool { return p.Entry != o.Entry && p.Scenario == o.Scenario && hasPair(p, text) }
		if len(text) < shortest || voice.UserDataOf(o.end.before(o.At))[key] != nil || slices.ContainsFunc(t.in[o.Scenario], elsewhere) {
			continue
		}
		judged = true
		for _, e := range since(o.end.told, o.At) {
			if shown, there := voice.UserDataOf(e)[key]; there && pairText(key, shown) == text && e.At <= o.At+aftermath {
				return trace{e, "data.call.userData." + key, judge.Short(shown)}, true
			}
		}
	}
	return trace{}, judged
}

func hasPair(o *operation, text string) bool {
	for key, value := range voice.PairsIn(o.Entry) {
		if pairText(key, value) == text {
			return true
		}
	}
	return false
}

// trace is a notification that an operation left behind.
type trace struct {
	entry      *recording.Entry
	path, what string
}

// effect is what an operation that was refused brought about all the same; judged is false where that could not be told apart
// from what others do.
func (t *timeline) effect(o *operation) (found trace, judged bool) {
	told := voice.Find(o.name)
	switch {
	case told.To == voice.ToDevice:
		return t.effectOnDevice(o)
	case dials(o.name):
		return t.effectOfDialling(o)
	case o.end == nil || !o.end.liveAt(o.At):
		return trace{}, false
	case told.Group == voice.GroupUserData:
		return t.effectOnData(o)
	case o.name == "Hold" || o.name == "Retrieve" || o.name == "SwapCalls":
		return t.effectOnState(o)
	case o.name == "RemoveParticipantFromConference":
		return t.effectOnCompany(o)
	case ends(o.name):
		return t.effectOnEnd(o)
	case told.Told.Type == voice.DtmfSent || told.Told.Member != "":
		return t.effectOnMember(o)
	}
	return trace{}, false
}

// alone reports whether nothing else that changes a call was under way when an operation was posted, nor posted by anybody
// until something was told. What another has ended is under way until this end has heard of it.
func (t *timeline) alone(o *operation, until float64, other func(*operation) bool) bool {
	return !slices.ContainsFunc(t.in[o.Scenario], func(p *operation) bool {
		unheard := func() bool { return ends(p.name) && p.who != o.who && o.end != nil && !o.end.heardOf(p, o.At) }
		over := func() bool { // of two calls, and told to them before what this end was told of since
			if p.name == "SwapCalls" && p.swapped(o.At) {
				return true
			}
			return (voice.Find(p.name).Merges || p.name == "SwapCalls") && o.end != nil && p.AnsweredAt > 0 &&
				fencedBetween(o.who.fences, p.AnsweredAt, o.At)
		}
		return p.Entry != o.Entry && p.At <= until && other(p) && (p.At > o.At || !p.sure || !t.settled(p, o.At) && !over() || unheard())
	})
}

func changesCalls(p *operation) bool {
	told := voice.Find(p.name)
	return !told.Steady && told.Group != voice.GroupMute && told.Group != voice.GroupRecording && told.To != voice.ToChannel && told.To != voice.ToMe
}

// effectOnState: the call is told in the state that the operation leads to, and nobody did anything else that could do so. A switch may
// take a held call back where another of its person ends.
func (t *timeline) effectOnState(o *operation) (trace, bool) {
	was := o.end.stateAt(o.At)
	for _, e := range since(o.end.told, o.At) {
		if e.At > o.At+aftermath || !t.alone(o, e.At, changesCalls) {
			break
		}
		if was == voice.Held && o.who.ended(o.end, max(o.At-meanwhile, o.end.sinceWhen(o.At)), e.At) {
			return trace{}, false
		}
		if is := e.State(); is != was && e.Type() == voice.StatusChange && (is == voice.Held || is == voice.Established && was == voice.Held) {
			return trace{e, "data.call.state", is}, true
		}
	}
	return trace{}, t.alone(o, o.At, changesCalls)
}

// sinceWhen is when an end was told of the state that it has at a time.
func (n *end) sinceWhen(at float64) float64 {
	when, was := 0.0, ""
	for _, e := range n.told {
		if e.At > at {
			break
		}
		if e.State() != was {
			when, was = e.At, e.State()
		}
	}
	return when
}

// ended reports whether a person was told in a span of time that a call ended, other than that of an end.
func (p *person) ended(n *end, from, to float64) bool {
	return slices.ContainsFunc(p.ends, func(m *end) bool {
		over := m.over()
		return m != n && over != nil && over.At >= from && over.At <= to
	})
}

// effectOnEnd: a call of two people whom we see is over at once, be it the other call of a completion, and nobody did anything that ends it.
// Whose telephone may have hung up later, nobody knows.
func (t *timeline) effectOnEnd(o *operation) (found trace, judged bool) {
	calls := []*end{o.end}
	if original, consult := o.pair(); original != nil && voice.Find(o.name).Group == voice.GroupConsultation {
		calls = []*end{original, consult}
	}
	for _, n := range calls {
		if found, of := t.endedBy(o, n); of {
			judged = true
			if found.entry != nil {
				return found, true
			}
		}
	}
	return trace{}, judged
}

// endedBy is the Released of a call that an operation which was refused ended. A swap, of whose two calls it cannot be said when both were
// told, ends none.
func (t *timeline) endedBy(o *operation, n *end) (trace, bool) {
	may := func(p *operation) bool { return changesCalls(p) && p.name != "SwapCalls" }
	alone := func(until float64) bool {
		return t.alone(o, until, may) && !slices.ContainsFunc(t.in[o.Scenario], func(p *operation) bool {
			return n != o.end && p.At <= until && ends(p.name) && p.who != o.who && !n.heardOf(p, o.At)
		})
	}
	was := n.stateAt(o.At)
	if !n.liveAt(o.At) || was == voice.Ringing || was == voice.Dialing || t.partner(n, o.At) == nil || !alone(o.At) {
		return trace{}, false
	}
	for _, e := range since(n.told, o.At) {
		if e.At > o.At+meanwhile || !alone(e.At) {
			break
		}
		if e.State() == voice.Released {
			return trace{e, "data.call.state", e.State()}, true
		}
	}
	return trace{}, true
}

// effectOnData: the pairs that nobody else sent are shown, or a pair is gone that nobody else deleted.
func (t *timeline) effectOnData(o *operation) (trace, bool) {
	had := voice.UserDataOf(o.end.before(o.At))
	key, _ := o.Body()["key"].(string)
	pairs := voice.PairsIn(o.Entry)
	deletes := strings.HasPrefix(o.name, "Delete")
	alone := func(until float64) bool {
		return t.alone(o, until, func(p *operation) bool {
			return changesData(p.name) && (!deletes || deletesToo(p, o)) && (p.At > o.At-meanwhile || p.end != o.end)
		}) && !t.refusedBeside(o, until) && !t.doneElsewhere(o)
	}
	if !alone(o.At) {
		return trace{}, false
	}
	for _, e := range since(o.end.told, o.At) {
		if e.At > o.At+aftermath || e.State() == voice.Released || !alone(e.At) {
			break
		}
		has := voice.UserDataOf(e)
		switch o.name {
		case "AttachUserData", "UpdateUserData":
			if len(pairs) > 0 && voice.HasPairs(has, pairs) && !voice.HasPairs(had, pairs) {
				return trace{e, "data.call.userData", judge.Short(has)}, true
			}
		case "DeleteUserDataPair":
			if had[key] != nil && has[key] == nil && e.Type() == voice.AttachedDataChanged {
				return trace{e, "data.call.userData", "no " + key + " any more"}, true
			}
		default:
			if len(had) > 0 && !shares(had, has) && e.Type() == voice.AttachedDataChanged {
				return trace{e, "data.call.userData", "no user data any more"}, true
			}
		}
	}
	return trace{}, true
}

// refusedBeside reports whether another refused operation of the scenario would have changed user data in the same way.
func (t *timeline) refusedBeside(o *operation, until float64) bool {
	return slices.ContainsFunc(t.denied, func(p *operation) bool {
		return p.Entry != o.Entry && p.Scenario == o.Scenario && p.At <= until && p.At > o.At && voice.Find(p.name).Group == voice.GroupUserData &&
			(deletesToo(p, o) || shares(touched(p), touched(o)))
	})
}

// doneElsewhere reports whether somebody else had just changed the same user data, of which this end was not told yet.
func (t *timeline) doneElsewhere(o *operation) bool {
	return slices.ContainsFunc(posted(t.in[o.Scenario], o.At-patience, o.At), func(p *operation) bool {
		same := deletesToo(p, o) || voice.Find(p.name).Group == voice.GroupUserData && shares(touched(p), touched(o))
		return p.Entry != o.Entry && p.end != o.end && same && !o.end.shown(p, o.At) && !voice.Find(p.name).Merges
	})
}

// deletesToo reports whether an operation may take away what another one would.
func deletesToo(p, o *operation) bool {
	switch p.name {
	case "DeleteUserData":
		return true
	case "DeleteUserDataPair":
		return o.name != p.name || shares(touched(p), touched(o))
	}
	return voice.Find(p.name).Merges
}

// effectOnMember: a member is told to have changed, or a change of its kind is told, more often than operations were taken that
// are told so.
func (t *timeline) effectOnMember(o *operation) (trace, bool) {
	told := voice.Find(o.name).Told
	changes := func(before, e *recording.Entry) bool {
		if told.Type != voice.StatusChange {
			return e.Type() == told.Type
		}
		return before != nil && before.State() == e.State() && voice.CallOf(before)[told.Member] != voice.CallOf(e)[told.Member]
	}
	taken := func(until float64) (n int) {
		for _, p := range t.in[o.Scenario] {
			if other := voice.Find(p.name).Told; p.Entry != o.Entry && p.At <= until && other.Type == told.Type && other.Member == told.Member {
				n += voice.Times(p.Entry)
			}
		}
		return n
	}
	shown, before := 0, (*recording.Entry)(nil)
	for _, e := range o.end.told {
		if e.At > o.At+aftermath {
			break
		}
		if changes(before, e) {
			shown++
			if n := taken(e.At); e.At > o.At && shown > n {
				return trace{e, "data", fmt.Sprintf("%s, %d times after %d operations", what(told), shown, n)}, true
			}
		}
		before = e
	}
	return trace{}, true
}

func what(told voice.Telling) string {
	if told.Member == "" {
		return told.Type
	}
	return "another " + told.Member
}

// effectOfDialling: more calls to the number are begun than operations were taken that dial it.
func (t *timeline) effectOfDialling(o *operation) (trace, bool) {
	number := voice.DialledBy(o.Entry)
	if number == "" {
		return trace{}, false
	}
	shown := 0
	for _, n := range o.who.ends {
		first := n.told[0]
		if first.Scenario != o.Scenario || first.State() != voice.Dialing || !voice.CallOf(first).Names(number) {
			continue
		}
		shown++
		taken := 0
		for _, p := range t.in[o.Scenario] {
			if p.who == o.who && p.At <= first.At && (dials(p.name) || p.name == "") {
				taken++
			}
		}
		if first.At > o.At && shown > taken {
			return trace{first, "data.call", "a call that is Dialing to " + number}, true
		}
	}
	return trace{}, true
}

// effectOnDevice: the device is told as the operation would set it, and was not so before.
func (t *timeline) effectOnDevice(o *operation) (trace, bool) {
	told := voice.Find(o.name).Told
	was := lastBefore(o.who.devices, o.At)
	if was == nil || told.Member == "" || o.who.device == "" {
		return trace{}, false
	}
	number, _ := o.Body()["destination"].(string)
	set := func(d voice.Device) bool {
		switch told.Member {
		case "supervisorMonitoringState":
			return d.Monitoring() != nil && (d.Monitoring().State() == o.name)
		case "forwardTo":
			shown, _ := d.Text("forwardTo")
			return o.name == "ForwardCallsOn" && number != "" && voice.SameNumber(shown, number)
		default:
			return d[told.Member] == told.Value
		}
	}
	if d := voice.DeviceOf(was, o.who.device); d == nil || set(d) {
		return trace{}, false
	}
	for _, e := range since(o.who.devices, o.At) {
		d := voice.DeviceOf(e, o.who.device)
		others := slices.ContainsFunc(posted(t.ops, o.At-aftermath, e.At), func(p *operation) bool {
			return p.who == o.who && voice.Find(p.name).Told.Member == told.Member && (p.At > o.At || !p.sure || !deviceToldAfter(p, o.At))
		})
		if e.At > o.At+aftermath || others {
			break
		}
		if d != nil && set(d) {
			return trace{e, "data.devices.0." + told.Member, judge.Short(d[told.Member])}, true
		}
	}
	return trace{}, true
}

// deviceToldAfter reports whether the device of who posted an operation was told as it leaves it, by a time.
func deviceToldAfter(o *operation, by float64) bool {
	return slices.ContainsFunc(since(o.who.devices, o.At), func(e *recording.Entry) bool {
		d := voice.DeviceOf(e, o.who.device)
		return e.At <= by && d != nil && d.After(o.name)
	})
}
