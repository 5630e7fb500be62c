package outcome

import (
	"cmp"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// operations judges the outcome of each operation, the last one first: then what one of them brought about is not taken for the
// outcome of one before it that brought nothing. What made a call is matched before all: by that is known what would have
// come by when.
func (t *timeline) operations() {
	taken := map[*end]bool{}
	for _, o := range t.ops {
		if dials(o.name) {
			t.begin(o, taken)
		}
	}
	for _, o := range slices.Backward(t.ops) {
		if !o.sure {
			continue
		}
		switch voice.Find(o.name).To {
		case voice.ToCall:
			if o.end != nil && o.offered {
				t.ofCall(o)
			}
		case voice.ToCalls:
			t.dialled(o)
		case voice.ToDevice:
			if o.offered {
				t.ofDevice(o)
			}
		case voice.ToChannel:
			t.ofAgent(o)
		case voice.ToMe:
		}
	}
}

func dials(name string) bool {
	return name == "Dial" || name == "InitiateTransfer" || name == "InitiateConference"
}

// begin notes who was told of the call that an operation made. What an earlier one may have made is not taken for that of a later.
func (t *timeline) begin(o *operation, taken map[*end]bool) {
	number := voice.DialledBy(o.Entry)
	for _, role := range t.roles {
		p := t.people[role]
		i, _ := slices.BinarySearchFunc(p.begins, o.At, func(n *end, at float64) int { return cmp.Compare(n.told[0].At, at) })
		for _, n := range p.begins[i:] {
			if n.told[0].At > o.At+aftermath {
				break
			}
			call := voice.CallOf(n.told[0])
			if taken[n] {
				continue
			}
			if p == o.who && n.told[0].State() == voice.Dialing && call.Names(number) || p.number == number && call.Names(o.who.number) {
				taken[n] = true
				p.begun = append(p.begun, fence{o.At, n.told[0].At})
				break
			}
		}
	}
}

// names reports whether a call that dials names the number that was dialled. That of nobody of ours may be shown in another form, which
// no target file tells, and a call that is forwarded shows who is called in the end.
func (t *timeline) names(e *recording.Entry, number string) bool {
	call := voice.CallOf(e)
	for _, p := range t.people {
		switch {
		case p.number == number && t.forwarding(e.At) && call.DNIS() != "":
			return voice.SameNumber(call.DNIS(), number)
		case p.number == number:
			return call.Names(number)
		}
	}
	return call.Names(number) || voice.MayBeSameNumber(call.DNIS(), number)
}

func (t *timeline) dialled(o *operation) {
	number := voice.DialledBy(o.Entry)
	if number == "" || o.Body()["location"] != nil {
		return // no number in the documented form, or one that a switch looks up elsewhere
	}
	fresh := func(e *recording.Entry) bool {
		n := o.who.named[e.CallID()]
		return n != nil && n.told[0] == e && e.State() == voice.Dialing && t.names(e, number) && voice.CallOf(e).ParentID() == ""
	}
	mine := t.dueAs(newCall, "DIAL-1", o, o.who, o.who.calls, "a new call that is Dialing to "+number, fresh)
	if mine == nil {
		return
	}
	t.carries("DIAL-3", o, mine)
	t.rings("DIAL-2", o, o.who.named[mine.CallID()])
}

// rings judges that a call which was begun at one end is told to who is called.
func (t *timeline) rings(requirement string, o *operation, near *end) *recording.Entry {
	p := t.called(o)
	if p == nil || o.who.number == "" || near != nil && t.cutShort(o, near, p) {
		return nil
	}
	return t.dueAs(newCall, requirement, o, p, p.calls, "a call that is Ringing at the "+p.role, func(e *recording.Entry) bool {
		n := p.named[e.CallID()]
		return n != nil && n.beginsBy(e) && (voice.Arrived(e) || !voice.CallOf(e).StateIsText()) &&
			(near == nil || voice.CallOf(e).Names(o.who.number)) // who transfers in one step is no party any more
	})
}

// beginsBy reports whether a call begins with a notification at an end: it is the first, or the call was over, and is passed back.
func (n *end) beginsBy(e *recording.Entry) bool {
	return n.told[0] == e || n.stateBefore(e) == voice.Released
}

// cutShort reports whether a call that was begun was given up before the other end had to hear of it: without a wait in vain
// there nobody knows whether it would have.
func (t *timeline) cutShort(o *operation, near *end, p *person) bool {
	if over := near.over(); over != nil && near.stateBefore(over) == voice.Dialing && p.notReady(over.At) {
		return true // a switch may give no call to who is not Ready
	} else if over != nil && near.stateBefore(over) == voice.Dialing && p.busy(near, o.At, over.At) {
		return true // nor to who has another
	}
	if within(p.missed, o.At, o.At+aftermath) {
		return false
	}
	over := near.over()
	return over != nil && near.stateBefore(over) == voice.Dialing && over.At-o.At < patience
}

// busy reports whether a person may have had another call than that of an end, which nobody has ended, in a span of time. What was told
// late may have been so before.
func (p *person) busy(n *end, from, to float64) bool {
	return !slices.ContainsFunc(n.ops, func(o *operation) bool { return ends(o.name) && o.At <= to }) &&
		slices.ContainsFunc(p.ends, func(m *end) bool {
			first, over := m.told[0], m.over()
			return m.id != n.id && first.Scenario == n.told[0].Scenario && first.At <= to+meanwhile && (over == nil || over.At >= from)
		})
}

// notReady reports whether a person was shown in another agent state than Ready before a time.
func (p *person) notReady(at float64) bool {
	last := lastBefore(p.devices, at)
	if last == nil {
		return false
	}
	state := voice.DeviceOf(last, p.device).UserState().String()
	return state != "" && state != "Ready"
}

// stateBefore is the state that was told before a notification of the end.
func (n *end) stateBefore(e *recording.Entry) string {
	if i := slices.Index(n.told, e); i > 0 {
		return n.told[i-1].State()
	}
	return ""
}

// itself are the operations whose outcome is told of their own call, by the table of operations.
var itself = map[string]string{
	"Hold": "HOLD-1", "Hangup": "HANGUP-1", "SendDtmf": "DTMF-1", "MuteCall": "MUTE-1", "UnmuteCall": "MUTE-1",
	"AttachUserData": "DATA-1", "UpdateUserData": "DATA-2", "DeleteUserDataPair": "DATA-3", "DeleteUserData": "DATA-4",
	"StartCallRecording": "RECORD-1", "PauseCallRecording": "RECORD-2", "StopCallRecording": "RECORD-4",
	"MuteMonitoredUser": "MONITOR-4", "SingleStepTransfer": "TRANSFER-18", "RemoveParticipantFromConference": "CONFERENCE-13",
}

func (t *timeline) ofCall(o *operation) {
	located := o.Body()["location"] != nil // a switch looks it up, and may know none of that name
	if requirement := itself[o.name]; requirement != "" && !t.done(o) && !(located && o.name == "SingleStepTransfer") {
		t.told(requirement, o)
		if e := t.spoiled(o); e != nil {
			t.find(requirement, judge.Finding{
				Entry: e, Path: "data.call.userData", Expected: "what " + o.name + " asked for", Observed: judge.Short(voice.UserDataOf(e)),
			})
		}
	}
	switch o.name {
	case "Answer":
		t.answered(o)
	case "Retrieve":
		t.retrieved(o)
	case "Hangup":
		t.hungUp(o)
	case "SwapCalls":
		t.swapped(o)
	case "InitiateTransfer":
		t.consulted(o, consultation{"TRANSFER-1", "TRANSFER-2", "TRANSFER-3", "TRANSFER-16", "TRANSFER-12"})
	case "InitiateConference":
		t.consulted(o, consultation{"CONFERENCE-1", "CONFERENCE-2", "CONFERENCE-3", "", "CONFERENCE-15"})
	case "CompleteTransfer":
		t.transferred(o)
	case "CompleteConference":
		t.joined(o)
	case "SingleStepTransfer":
		if !located {
			if first := t.rings("TRANSFER-18", o, nil); first != nil && t.ours(t.people[first.Actor].named[first.CallID()]) {
				t.carriesTo("TRANSFER-22", o, first)
			}
			t.passedOn(o)
		}
	case "SingleStepConference":
		if !located {
			t.rings("CONFERENCE-11", o, nil)
		}
	case "RemoveParticipantFromConference":
		t.removed(o)
		t.goesOn(o)
	}
}

// told judges the outcome that the table of operations names, at the end that the operation was posted to.
func (t *timeline) told(requirement string, o *operation) {
	told := voice.Find(o.name).Told
	fits := func(e *recording.Entry) bool {
		call := voice.CallOf(e)
		switch {
		case told.State != "" && e.State() != told.State && call.StateIsText(), told.State == "" && e.State() == voice.Released:
			return false
		case told.Type != "" && told.Type != voice.StatusChange && e.Type() != told.Type:
			return false
		case told.Member != "" && told.Value != nil && (call[told.Member] != told.Value || t.setOtherwise(o, e)):
			return false
		case o.name == "RemoveParticipantFromConference" && call.Times(o.removes()) >= voice.CallOf(o.end.before(o.At)).Times(o.removes()):
			return false // an update without this news
		}
		return t.dataFits(o, e)
	}
	what := told.Type
	if told.State != "" {
		what = told.State
	}
	if told.Member != "" {
		what += " with " + told.Member
	}
	if o.name == "Hangup" {
		t.due(requirement, o, o.who, o.end.told, what, fits)
		return
	}
	e := t.dueAt(requirement, o, o.end, what, fits)
	if o.name == "DeleteUserData" && e != nil && voice.CallOf(e).Has("userData") && len(voice.UserDataOf(e)) == 0 {
		t.find(requirement, judge.Finding{Entry: e, Path: "data.call.userData", Expected: "no such member", Observed: judge.Short(e.Call()["userData"])})
	}
}

func (t *timeline) retrieved(o *operation) {
	requirement := "RETRIEVE-1"
	if o.end.sibling(o.At) {
		requirement = "TRANSFER-21"
	}
	t.dueAt(requirement, o, o.end, "Established", voice.MayBeIn(voice.Established))
}

func (t *timeline) swapped(o *operation) {
	uri, _ := o.Body()["otherCallUri"].(string)
	other := o.who.named[voice.CallIDOf(uri)]
	if other == nil || other == o.end {
		return
	}
	up, down := o.end, other
	if up.stateAt(o.At) != voice.Held {
		up, down = down, up
	}
	if up.stateAt(o.At) != voice.Held || down.stateAt(o.At) != voice.Established {
		return
	}
	t.dueAt("SWAP-1", o, up, "Established", voice.MayBeIn(voice.Established))
	t.dueAt("SWAP-1", o, down, "Held", voice.MayBeIn(voice.Held))
}

// pair is the original and the consult call that a completion is about; nil where that is not sure.
func (o *operation) pair() (original, consult *end) {
	if parent := o.who.named[o.end.parent()]; o.end.parent() != "" && parent != nil {
		return parent, o.end
	}
	consults := o.end.consults(o.At)
	if uri, _ := o.Body()["consultCallUri"].(string); uri != "" {
		if named := o.who.named[voice.CallIDOf(uri)]; named != nil {
			return o.end, named
		}
	}
	if len(consults) == 1 {
		return o.end, consults[0]
	}
	return nil, nil
}

func (t *timeline) transferred(o *operation) {
	original, consult := o.pair()
	if original == nil || !original.liveAt(o.At) || !consult.liveAt(o.At) {
		return
	}
	if t.begunBy(original, o.At, "InitiateConference") {
		return // no page completes one as the other
	}
	first := t.due("TRANSFER-4", o, o.who, original.told, "Released of the original", voice.MayBeIn(voice.Released))
	then := t.due("TRANSFER-5", o, o.who, consult.told, "Released of the consult call", voice.MayBeIn(voice.Released))
	t.inOrder("TRANSFER-6", o, first, then, "Released of the original before that of the consult call")
	t.transferredCompany(o, original, consult)
}

func (t *timeline) joined(o *operation) {
	original, consult := o.pair()
	if original == nil || !original.liveAt(o.At) || !consult.liveAt(o.At) {
		return
	}
	t.joinedCompany(o, original, consult)
	t.keepsData(o, original)
	both := joinedBoth(o, original, consult)
	moving := t.moving(o, original, consult, both)
	if o.end == original { // that it is done, posted there, is CONFERENCE-7's
		if !moving && consult.over() != nil && consult.over().At >= o.At && consult.stateAt(o.At) != voice.Dialing {
			t.dueAt("CONFERENCE-5", o, original, joins, both)
		}
		return
	}
	if t.begunBy(original, o.At, "InitiateTransfer") {
		t.due("CONFERENCE-8", o, o.who, consult.told, "Released of the consult call", voice.MayBeIn(voice.Released))
		return
	}
	first := t.due("CONFERENCE-4", o, o.who, consult.told, "Released of the consult call", voice.MayBeIn(voice.Released))
	if moving || consult.stateAt(o.At) == voice.Dialing {
		return
	}
	then := t.dueAt("CONFERENCE-5", o, original, joins, both)
	t.inOrder("CONFERENCE-6", o, first, then, "Released of the consult call before the original is Established")
}

// moving reports whether another party of either call was about to leave it, or to bring another into it, when an operation was posted: its
// end had not been told yet, and who is in the call is not known. Behind the outcome, or behind a wait for it that was in vain, nobody's
// leaving explains anything.
func (t *timeline) moving(o *operation, original, consult *end, outcome voice.Predicate) bool {
	told := since(original.told, o.At)
	settled := func(by float64) bool {
		return within(o.who.missed, o.At, by) || slices.ContainsFunc(told, func(e *recording.Entry) bool { return e.At <= by && outcome(e) })
	}
	return slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, o.At+meanwhile), func(p *operation) bool {
		if p.who == o.who || p.name != "Hangup" && !voice.Find(p.name).Merges {
			return false
		}
		return slices.ContainsFunc([]*end{original, consult}, func(n *end) bool {
			return p.touches(n) && (p.At > o.At && !settled(p.At) || p.At <= o.At && !n.heardOf(p, o.At))
		})
	})
}

const joins = "Established with both other parties"

// joinedBoth is a notification of the original with the parties of both calls.
func joinedBoth(o *operation, original, consult *end) voice.Predicate {
	parties := slices.Concat(original.others(o.At), consult.others(o.At))
	return func(e *recording.Entry) bool {
		return e.State() == voice.Established && !slices.ContainsFunc(parties, func(n string) bool { return !voice.CallOf(e).Names(n) })
	}
}

// removed judges that who was removed is told of the end of the call.
func (t *timeline) removed(o *operation) {
	number := o.removes()
	for _, role := range t.roles {
		p := t.people[role]
		if p == o.who || number == "" || p.number != number || p.double(o.At) {
			continue
		}
		if n := t.inCallOf(p, o); n != nil {
			t.due("CONFERENCE-16", o, p, n.told, "Released", voice.MayBeIn(voice.Released))
			t.leftCompany(o, p)
		}
		return
	}
}

// inCallOf is a person's end of the call that an operation was posted to: by its id, or the only one that shows who posted it;
// nil where that is not sure. Who supervises may have an end beside the one as a party.
func (t *timeline) inCallOf(p *person, o *operation) *end {
	if p.supervises {
		return nil
	}
	var found *end
	for _, n := range p.ends {
		if !n.liveAt(o.At) || !voice.CallOf(n.before(o.At)).Names(o.who.number) {
			continue
		}
		if n.id == o.end.id {
			return n
		}
		if found != nil {
			return nil
		}
		found = n
	}
	return found
}
