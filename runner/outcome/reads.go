package outcome

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// reads judges what everybody read of himself and of the own calls, whatever for: that it says what was notified last.
func (t *timeline) reads() {
	for _, e := range t.gets {
		p := t.people[e.Actor]
		if p == nil || e.Problem != "" || e.Credentials != "" && e.Credentials != "cookie" {
			continue
		}
		if path, _, _ := strings.Cut(e.Path, "?"); path == "/me" && e.Accepted() {
			t.user(p, e)
		}
		if member, list := judge.ListedIn(e); list {
			t.list(p, e, member)
		} else if n := p.named[voice.CallIDOf(e.Path)]; n != nil {
			t.readAlone(n, e)
		}
	}
}

// user judges that the user whom somebody reads is there, and always the same.
func (t *timeline) user(p *person, e *recording.Entry) {
	user := voice.UserIn(e)
	if e.Credentials == "" || user != nil {
		t.judged["SESSION-1"]++
	}
	switch {
	case user == nil && e.Credentials == "":
		t.find("SESSION-1", judge.Finding{Entry: e, Path: "user", Expected: "the user", Observed: judge.Short(e.AnswerObject()["user"])})
	case p.userName != "" && user.Name() != "" && user.Name() != p.userName:
		t.find("SESSION-1", judge.Finding{Entry: e, Path: "user.userName", Expected: p.userName + ", as before", Observed: judge.Short(user.Name())})
	case user.ID() == "":
	case p.user == "":
		p.user, p.userName = user.ID(), user.Name()
	case user.ID() != p.user:
		t.find("SESSION-1", judge.Finding{Entry: e, Path: "user.id", Expected: p.user + ", the same user as before", Observed: judge.Short(user.ID())})
	}
}

// readAlone judges the GET of one call.
func (t *timeline) readAlone(n *end, e *recording.Entry) {
	switch call := voice.CallIn(e); {
	case !n.liveAt(e.At) || !t.followed(n, e) || !t.stayed(n, e):
	case e.Accepted() && call != nil:
		t.agrees("READ-1", n, e, call, "call.")
	case !e.Accepted():
		t.judged["READ-1"]++
		t.find("READ-1", judge.Finding{Entry: e, Path: "statusCode", Expected: "0: the call is live", Observed: judge.Short(e.AnswerObject()["statusCode"])})
	}
}

// list judges a list of calls: it has those that are live, and none that is over, as they were notified.
func (t *timeline) list(p *person, e *recording.Entry, member string) {
	if !e.Accepted() {
		return
	}
	items, ok := listItems(e, member)
	if !ok {
		t.noList(e, member)
		return
	}
	if len(items) == 0 {
		t.judged["READ-6"]++
	}
	t.strange(p, e, items, member)
	agrees, lists := "READ-1", "READ-2"
	if member == inUser {
		agrees, lists = "READ-5", "READ-5"
	}
	for _, n := range p.ends {
		here := func(c voice.Call) bool { return p.named[c.ID()] == n }
		at := slices.IndexFunc(items, here)
		switch {
		case n.liveAt(e.At):
			if !t.followed(n, e) || !t.stayed(n, e) {
				continue
			}
			t.judged[lists]++
			switch {
			case at < 0:
				t.find(lists, judge.Finding{
					Entry: e, Path: member, Expected: "call " + n.id + ", which is " + n.stateAt(e.At), Observed: fmt.Sprintf("not among %d", len(items)),
				})
			case slices.ContainsFunc(items[at+1:], here):
				t.find(lists, judge.Finding{Entry: e, Path: member, Expected: "call " + n.id + " once", Observed: "more than once"})
			case member != inURIs:
				t.agrees(agrees, n, e, items[at], fmt.Sprintf("%s.%d.", member, at))
			}
		case n.stateAt(e.At) == voice.Released && !n.returns(e.At):
			t.judged["READ-3"]++
			if at >= 0 && items[at].State() != voice.Released {
				t.find("READ-3", judge.Finding{
					Entry: e, Path: fmt.Sprintf("%s.%d", member, at), Expected: "no call that was notified as Released", Observed: "call " + n.id,
				})
			}
		}
	}
}

// Members of answers that list calls.
const (
	inUser = "user.calls"
	inURIs = "uris"
)

// listItems are the calls of a list; of a list of URIs only their ids.
func listItems(e *recording.Entry, member string) (calls []voice.Call, ok bool) {
	switch member {
	case inUser:
		return voice.UserIn(e).Calls()
	case inURIs:
		uris, ok := voice.URIsIn(e)
		for _, uri := range uris {
			calls = append(calls, voice.Call{"id": voice.LastSegment(uri)})
		}
		return calls, ok
	}
	return voice.CallsIn(e)
}

// lacksCalls judges a user without calls: there must be none that is known to live.
func (t *timeline) lacksCalls(p *person, e *recording.Entry) {
	_, asked, _ := strings.Cut(e.Path, "subresources=")
	asked, _, _ = strings.Cut(asked, "&")
	if voice.UserIn(e) == nil || asked != "*" && !strings.EqualFold(asked, "%2a") && !slices.Contains(strings.Split(asked, ","), "calls") {
		return // others than the calls may have been asked for
	}
	for _, n := range p.ends {
		if !n.liveAt(e.At) || !t.followed(n, e) || !t.stayed(n, e) {
			continue
		}
		t.judged["READ-5"]++
		t.find("READ-5", judge.Finding{Entry: e, Path: "user.calls", Expected: "call " + n.id + ", which is " + n.stateAt(e.At), Observed: "no such member"})
	}
}

// noList judges an answer without the list that was asked for. Whoever reads the user may find no calls there where there are
// none.
func (t *timeline) noList(e *recording.Entry, member string) {
	value, there := e.AnswerObject()[member]
	if member == inUser {
		value, there = voice.UserIn(e)["calls"]
	}
	p := t.people[e.Actor]
	requirement := "READ-2"
	switch {
	case member == inUser && !there:
		t.lacksCalls(p, e) // a sub-resource that is empty may be missing
		return
	case !there && !slices.ContainsFunc(p.ends, func(n *end) bool { return n.liveAt(e.At) }):
		requirement = "READ-6"
	}
	t.judged[requirement]++
	observed := "no such member"
	if there {
		observed = judge.Short(value)
	}
	t.find(requirement, judge.Finding{Entry: e, Path: member, Expected: "an array", Observed: observed})
}

// followed reports whether what becomes of a call is known well enough to judge what is read of it: it is between people of the
// station, or one on which another client's log shows operations.
func (t *timeline) followed(n *end, read *recording.Entry) bool {
	return t.ours(n) || n.acted && read.Scenario == ""
}

// returns reports whether a call that was over was told of again later: it may have been back already.
func (n *end) returns(at float64) bool {
	return slices.ContainsFunc(since(n.told, at), func(e *recording.Entry) bool { return e.State() != voice.Released })
}

// stayed reports whether it is known that a call was there when it was read: nothing was under way that may have ended or
// changed it, and its end was not told before something was asked for that explains it.
func (t *timeline) stayed(n *end, read *recording.Entry) bool {
	base, p := n.before(read.At), n.who
	if over := n.over(); over != nil && over != base && over.At <= base.At {
		return false // back from the dead: whether it may be is MSG-5's
	}
	if base.Scenario != read.Scenario {
		return false // who was left in a call when a scenario was over may have lost it in the cleaning up without a word
	}
	if p.lost(base.At-1, base.At, max(read.At, read.AnsweredAt), patience) {
		return false
	}
	ended := 0.0 // when something was asked for that may have ended it, after the read
	for _, o := range t.in[read.Scenario] {
		switch {
		case o.At > read.AnsweredAt:
			same := o.end == nil || o.end.id == n.id
			if ends(o.name) && ended == 0 && (same || n.stateAt(read.At) != voice.Dialing && o.touches(n)) { // of one that dials, nothing was merged
				ended = o.At
			}
		case t.disturbs(o, n, read):
			return false
		}
	}
	over := n.over()
	return over == nil || over.At < read.At || ended > 0 && over.At > ended
}

// disturbs reports whether an operation before a read may have changed a call without its end having been told so yet.
func (t *timeline) disturbs(o *operation, n *end, read *recording.Entry) bool {
	does := voice.Find(o.name)
	switch {
	case does.Steady, does.To == voice.ToDevice && !does.Merges, does.To == voice.ToChannel, does.To == voice.ToMe:
		return false
	case o.name == "RemoveParticipantFromConference" && o.end != nil && o.end.id == n.id && t.supervising(n.who, read):
		return true // when whoever is monitored has gone, no page says what becomes of who monitors
	case o.who != n.who && does.Merges: // what the others of a call are told then, no page says; what they do later shows it
		return o.AnsweredAt == 0 || !fencedBetween(n.who.fences, o.AnsweredAt, read.At)
	case o.who != n.who && !ends(o.name) && o.name != "Answer":
		return false // holds, mutes, records at another end
	case o.who == n.who && o.end == n && !does.Merges && does.Told.Type != "" && o.name != "SwapCalls":
		return !t.settled(o, read.At)
	case o.who == n.who && (does.Group == voice.GroupMute || does.Group == voice.GroupRecording):
		return false // of another call
	}
	return !n.heardOf(o, read.At)
}

// fencedBetween reports whether one of some fences, which are in order, was posted after a time and told by another.
func fencedBetween(list []fence, from, by float64) bool {
	i, _ := slices.BinarySearchFunc(list, from, func(f fence, at float64) int { return cmp.Compare(f.at, at) })
	for ; i < len(list) && list[i].at <= by; i++ {
		if list[i].at > from && list[i].told <= by {
			return true
		}
	}
	return false
}

// heardOf reports whether an end was told by a time of what an operation did to its call, if it did anything: that people have come
// or gone, or, of an own one, another state. What else came may have been under way when the operation was posted, unless it is
// known to be the outcome of a later one.
func (n *end) heardOf(o *operation, by float64) bool {
	if o.AnsweredAt > 0 && (fencedBetween(n.who.fences, o.AnsweredAt, by) || fencedBetween(n.who.begun, o.AnsweredAt, by)) {
		return true
	}
	last := n.before(o.At)
	return slices.ContainsFunc(since(n.told, o.At), func(e *recording.Entry) bool {
		switch {
		case e.At > by || last == nil && o.who != n.who:
			return false
		case last == nil:
			return true // it began after its person had asked for that
		case e.State() == voice.Released:
			return true
		case !slices.Equal(voice.CallOf(e).Numbers(), voice.CallOf(last).Numbers()):
			return !leaves(o, n) || !voice.CallOf(e).Names(o.who.number) // or somebody else has gone
		case o.name == "Answer":
			return e.State() == voice.Established
		}
		return o.who == n.who && e.State() != last.State()
	})
}

// leaves reports whether who posted an operation is no party of the end's call any more when it is done.
func leaves(o *operation, n *end) bool {
	return o.who != n.who && (o.name == "Hangup" || o.name == "CompleteTransfer" || o.name == "SingleStepTransfer")
}

// settled reports whether what an operation is told by had come to who posted it by a time.
func (t *timeline) settled(o *operation, by float64) bool {
	does := voice.Find(o.name)
	return slices.ContainsFunc(since(o.who.calls, o.At), func(e *recording.Entry) bool {
		switch {
		case e.At > by:
			return false
		case o.end == nil: // Dial
			return e.State() == voice.Dialing
		case o.name == "SwapCalls" || does.Merges || does.Told.Type == "":
			return false // of two calls
		}
		return o.who.named[e.CallID()] == o.end && does.Shows(e) && t.dataFits(o, e)
	})
}

// agrees judges a call that was read: it says what was notified last, or what was notified later and may have been so already.
func (t *timeline) agrees(requirement string, n *end, read *recording.Entry, call voice.Call, at string) {
	t.judged[requirement]++
	t.clock(requirement, n, read, call, at)
	var nearest []judge.Finding
	for i, m := range t.toldAround(n, read) {
		found := slices.DeleteFunc(judge.ReadDifferences(call, voice.CallOf(m)), func(f judge.Finding) bool {
			return t.open(f.Path, n, m, read) || f.Path == "userData" && judge.AttachedByOthers(call, voice.CallOf(m), t.namesData(read))
		})
		if len(found) == 0 {
			return
		}
		if i == 0 || len(found) < len(nearest) {
			nearest = found
		}
	}
	for _, f := range nearest {
		f.Entry, f.Path = read, at+f.Path
		t.find(requirement, f)
	}
}

// namesData tells whether anybody named a key of user data in the scenario of a read.
func (t *timeline) namesData(read *recording.Entry) func(string) bool {
	return func(key string) bool {
		return slices.ContainsFunc(t.in[read.Scenario], func(o *operation) bool { return judge.NamesData(o.Entry, key) })
	}
}

// toldAround are what a call that was read may agree with: what was told last before, and later until its person asked for
// something else. What comes next may have been under way, though, however soon something is asked for, unless it is the outcome of that.
func (t *timeline) toldAround(n *end, read *recording.Entry) []*recording.Entry {
	until := read.At + aftermath
	for _, o := range t.in[read.Scenario] {
		if o.end == n && o.At > read.AnsweredAt && o.name != "Hangup" {
			until = min(until, o.At)
		}
	}
	out := []*recording.Entry{n.before(read.At)}
	for i, e := range since(n.told, read.At) {
		if (e.At < until || i == 0 && e.At < read.At+aftermath && !n.askedSince(read, e)) && !e.IsError() {
			out = append(out, e)
		}
	}
	return out
}

// askedSince reports whether what an end was told shows the outcome of something that its person asked for once a read was answered.
func (n *end) askedSince(read, told *recording.Entry) bool {
	return slices.ContainsFunc(posted(n.ops, read.AnsweredAt, told.At), func(o *operation) bool {
		return !voice.Find(o.name).Merges && voice.Find(o.name).Shows(told)
	})
}

// open reports whether a member of a call need not be what was notified last: others change user data and company without this end
// being told, and what is offered depends on the company of the call.
func (t *timeline) open(member string, n *end, told, read *recording.Entry) bool {
	switch member {
	case "userData":
		// Of what not every switch takes, what is told and what is read may differ: DATA-20 speaks of it.
		return !anySwitchTakes(voice.UserDataOf(told)) || !t.showsAllData(n, told, read)
	case "capabilities":
		return slices.ContainsFunc(n.who.ends, func(m *end) bool {
			return m != n && m.liveAt(told.At) != m.liveAt(read.AnsweredAt) || m != n && m.changed(told.At, read.AnsweredAt)
		}) ||
			slices.ContainsFunc(t.in[read.Scenario], func(o *operation) bool { return o.end == n && o.name == "RemoveParticipantFromConference" })
	case "participants":
		merged := func(o *operation) bool { return o.At <= read.AnsweredAt }
		return t.untold(n, read) || n.who.double(read.At) && slices.ContainsFunc(t.merges[read.Scenario], merged) // of oneself, called in twice
	case "supervisorListeningIn", "monitoredUserMuted", "recordingState":
		return slices.ContainsFunc(t.in[read.Scenario], func(o *operation) bool {
			group := voice.Find(o.name).Group
			return o.who != n.who && (group == voice.GroupSupervision || group == voice.GroupMonitoring || group == voice.GroupRecording)
		})
	}
	return false
}

// showsAllData reports whether a notification tells of all changes of user data that were asked for when a call was read: as
// many were told as were asked for, and what it shows is what the last of them leads to. Of those of others this end need not
// be told: where it was, what it was told holds.
func (t *timeline) showsAllData(n *end, told, read *recording.Entry) bool {
	asked, last := 0, (*operation)(nil)
	for _, o := range t.in[read.Scenario] {
		switch {
		case !changesData(o.name) || o.At > read.AnsweredAt:
		case o.who != n.who && n.shown(o, told.At) && !(o.name == "AttachUserData" && t.attachedBefore(o)):
			// this end was told of it
		case o.who != n.who && t.wasOver(o, n, told.At):
			// what this end is told holds it
		case o.who != n.who || o.end != n:
			return false
		default:
			asked, last = asked+1, o
		}
	}
	for _, e := range n.told {
		if e.At <= told.At && (e.Type() == voice.AttachedDataChanged || e.Type() == voice.RecordingStateChange) {
			asked--
		}
	}
	return last == nil || asked <= 0 && last.At < told.At && (voice.Find(last.name).Group != voice.GroupUserData || shows(last, told))
}

// changed reports whether anything was told of an end in a span of time.
func (n *end) changed(from, to float64) bool {
	list := since(n.told, from)
	return len(list) > 0 && list[0].At <= to
}
