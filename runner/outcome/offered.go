package outcome

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// offered judges that what a call offers is taken, at every end and whatever went before, where the target takes the same in the
// same state elsewhere. What may fail by anything but the state is left out: numbers, parameters, the company of another call.
func (t *timeline) offered() {
	taken := map[string]bool{}
	for _, o := range t.ops {
		if key := t.asked(o); o.sure && key != "" {
			taken[key] = true
			t.judged["STATE-5"]++
		}
	}
	for _, o := range t.denied {
		if o.Purpose == "" && (o.Status == unauthorized || o.Status == forbidden) {
			continue // traffic does not show what credentials and tokens went with it
		}
		if key := t.asked(o); taken[key] && !t.leaving(o) && !slices.ContainsFunc(o.both(), func(n *end) bool { return !t.upToDate(o, n) || !t.lasts(o, n) }) {
			t.judged["STATE-5"]++
			t.find("STATE-5", judge.Finding{
				Entry: o.Entry, Path: "statusCode", Expected: "0: the " + o.end.stateAt(o.At) + " call offers " + o.name,
				Observed: judge.Short(o.AnswerObject()["statusCode"]),
			})
		}
	}
}

// statesOffered judges that the agent states which are always there are not refused to who is logged in and has no call, where the
// target takes them elsewhere.
func (t *timeline) statesOffered() {
	taken := map[string]bool{}
	for _, o := range t.ops {
		if o.sure && o.Scenario != "" && slices.Contains(always, o.name) {
			taken[o.name] = true
			t.judged["AGENT-10"]++
		}
	}
	for _, o := range t.denied {
		last := lastBefore(o.who.devices, o.At)
		if !taken[o.name] || o.Scenario == "" || o.Purpose != recording.Act || o.Status == unauthorized || o.Status == forbidden || last == nil ||
			o.who.deaf.within(last.At-1, o.At+patience) || within(o.who.errors, last.At, o.At+patience) ||
			slices.ContainsFunc(o.who.ends, func(n *end) bool { return n.liveAt(o.At) }) {
			continue
		}
		began := slices.ContainsFunc(posted(t.ops, last.At-meanwhile, o.At+meanwhile), func(p *operation) bool {
			return p.who == o.who && voice.Find(p.name).Group == voice.GroupSession
		})
		if code, _ := o.StatusCode(); code == parameterMissing || code == parameterInvalid {
			continue // such as a reason that a site asks for
		}
		if state := voice.DeviceOf(last, o.who.device).UserState().State(); !began && state != "" && state != "LoggedOut" {
			t.judged["AGENT-10"]++
			t.find("AGENT-10", judge.Finding{
				Entry: o.Entry, Path: "statusCode", Expected: "0: the agent is logged in", Observed: judge.Short(o.AnswerObject()["statusCode"]),
			})
		}
	}
}

// statusCodes of a refusal for the parameters.
const (
	parameterMissing = 1
	parameterInvalid = 10
)

// always are the agent states that are there at any time.
var always = []string{"Ready", "NotReady"}

// HTTP statuses by which a server refuses for the credentials, or for the want of a token.
const (
	unauthorized = 401
	forbidden    = 403
)

// simple are the operations that may be refused for nothing but the state of their call.
var simple = []string{
	"Answer", "Hold", "Retrieve", "Hangup", "SendDtmf", "AttachUserData", "UpdateUserData", "MuteCall", "UnmuteCall",
	"StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording",
}

// removesAnother reports whether an operation removes somebody who is in a conference, once.
func removesAnother(o *operation) bool {
	if o.name != "RemoveParticipantFromConference" || o.end == nil {
		return false
	}
	company := voice.CallOf(o.end.before(o.At))
	return len(company.Numbers()) > 1 && company.Times(o.removes()) == 1
}

// toAnother reports whether an operation of a call dials somebody.
func toAnother(name string) bool {
	row := voice.Find(name)
	return row.To == voice.ToCall && slices.ContainsFunc(row.Needs, func(p voice.Parameter) bool { return p.Kind == voice.Party })
}

// plainly reports whether an operation names whom it dials, and at most user data, in the documented form and with nothing besides:
// whatever else is refused may be refused for that.
func plainly(o *operation) bool {
	for name, value := range o.Body() {
		switch name {
		case "operationName":
		case "destination":
			if to, _ := value.(map[string]any); len(to) != 1 || to["phoneNumber"] == nil {
				return false
			}
		case "userData":
			if pairs, _ := value.(map[string]any); !texts(pairs) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// reaches reports whether somebody of ours is dialled from a call who had one before, has none, and is in no other agent state than Ready,
// as far as is told before and soon after.
func (t *timeline) reaches(o *operation) bool {
	if !toAnother(o.name) || !plainly(o) {
		return false
	}
	p := t.called(o)
	if p == nil {
		return false
	}
	last, by := lastBefore(p.calls, o.At), max(o.At, o.AnsweredAt)
	if last == nil || p.deaf.within(last.At-1, by+patience) || p.notReady(o.At) || p.notReady(by+meanwhile) {
		return false
	}
	return !o.denied || !slices.ContainsFunc(p.begins, func(n *end) bool { // somebody else may have dialled at the same moment
		at := n.told[0].At
		return at > o.At && at <= by+patience && !slices.ContainsFunc(posted(t.ops, by, at), func(q *operation) bool {
			return q.who == p && dials(q.name) || voice.DialledBy(q.Entry) == p.number
		})
	})
}

// leaving reports whether somebody whom an operation was to remove was being removed already, or was about to leave: then the next that
// is told is that he has gone, and nobody had asked for that since.
func (t *timeline) leaving(o *operation) bool {
	if o.name != "RemoveParticipantFromConference" {
		return false
	}
	before := func(p *operation) bool { return p != o && p.name == o.name && p.removes() == o.removes() }
	gone := func(e *recording.Entry) bool {
		return e.At <= max(o.At, o.AnsweredAt)+meanwhile && e.State() != voice.Released && !voice.CallOf(e).Names(o.removes()) &&
			!slices.ContainsFunc(posted(t.in[o.Scenario], max(o.At, o.AnsweredAt), e.At), func(p *operation) bool { return ends(p.name) })
	}
	return slices.ContainsFunc(posted(o.end.ops, o.At-meanwhile, o.At), before) || slices.ContainsFunc(since(o.end.told, o.At), gone)
}

// ofOneCall are those of them that have to do with their call alone, whichever others there are.
var ofOneCall = slices.DeleteFunc(slices.Clone(simple), func(name string) bool { return name == "Answer" || name == "Hold" || name == "Retrieve" })

// asked names an operation that was offered, with the state of its call; "" for one that may be refused for another reason.
func (t *timeline) asked(o *operation) string {
	if o.end == nil || !o.offered || o.Scenario == "" || strings.HasPrefix(o.Step, "cell.") {
		return ""
	}
	pair := t.ofTwoCalls(o)
	if !slices.Contains(simple, o.name) && !removesAnother(o) && !t.reaches(o) && pair == "" {
		return ""
	}
	if area, _, _ := strings.Cut(o.Scenario, "."); area == "errors" || area == "security" {
		return "" // what is asked for there is wrong in itself
	}
	if o.RequestType != "" {
		return ""
	}
	switch o.Purpose {
	case recording.Refusal, recording.Clean:
		return ""
	default:
	}
	if pair != "" {
		return pair
	}
	if o.end.sibling(o.At) && !slices.Contains(ofOneCall, o.name) && !removesAnother(o) {
		return ""
	}
	switch digits, _ := o.Body()["digits"].(string); {
	case o.name == "SendDtmf" && (digits == "" || strings.Trim(digits, "0123456789") != ""):
		return ""
	case o.name == "UnmuteCall" && voice.CallOf(o.end.before(o.At))["mute"] == "Off":
		return "" // the page's own sample offers it there, where there is nothing to be done
	case o.name == "AttachUserData" && shares(voice.UserDataOf(o.end.before(o.At)), voice.PairsIn(o.Entry)):
		return "" // of what is there already
	case toAnother(o.name) && !anySwitchTakes(voice.PairsIn(o.Entry)):
		return ""
	case voice.Find(o.name).Group == voice.GroupUserData && (len(voice.PairsIn(o.Entry)) == 0 || !anySwitchTakes(voice.PairsIn(o.Entry))):
		return ""
	}
	return o.name + " " + o.end.stateAt(o.At)
}

// upToDate reports whether what was told of one of its calls holds all that was done before an operation: each thing that changes calls
// had its own outcome, or this end was told of something since.
func (t *timeline) upToDate(o *operation, n *end) bool {
	group := voice.Find(o.name).Group
	return !slices.ContainsFunc(t.in[o.Scenario], func(p *operation) bool {
		if p.At < o.At && p.end == n && voice.Find(p.name).Group == group && (group == voice.GroupMute || group == voice.GroupRecording) &&
			!t.settled(p, o.At) {
			return true // such as the same, asked for twice
		}
		if p.At > o.At || !changesCalls(p) || (p.who == o.who || p.name == "Hold") && p.sure && t.settled(p, o.At) {
			return false // the other end's Hold changes nothing at this one
		}
		return !slices.ContainsFunc(since(n.told, p.At), func(e *recording.Entry) bool { return e.At <= o.At && e.Type() != voice.AttachedDataChanged })
	})
}

// lasts reports whether a call is known to have been what was told of it when an operation was refused: nothing may have been
// lost, and what is told afterwards is no other state that somebody else brought about meanwhile.
func (t *timeline) lasts(o *operation, n *end) bool {
	if base := n.before(o.At); n.who.lost(base.At-1, base.At, max(o.At, o.AnsweredAt), patience) {
		return false
	}
	was := n.stateAt(o.At)
	for _, e := range since(n.told, o.At) {
		if e.At > o.At+aftermath {
			break
		}
		if e.State() != was && !slices.ContainsFunc(posted(n.ops, o.At, e.At), func(p *operation) bool { return p != o }) && !t.broughtAbout(o, n, e) {
			return false
		}
	}
	return true
}

// broughtAbout reports whether somebody else of the call has asked for what is told of an end, once an operation had been refused:
// others hang up when a scenario breaks off.
func (t *timeline) broughtAbout(o *operation, n *end, e *recording.Entry) bool {
	return o.AnsweredAt > 0 && slices.ContainsFunc(posted(t.in[o.Scenario], o.AnsweredAt, e.At), func(p *operation) bool {
		return p.sure && p.end != nil && p.touches(n) && changesCalls(p)
	})
}

// touches reports whether an operation may have changed the call of an end: it was posted to that call, or it is one that changes others, or
// each names the other, since calls that were merged keep their ids. One that still dials was merged with none.
func (o *operation) touches(n *end) bool {
	if o.end == nil || o.end.id == n.id || n.stateAt(o.At) != voice.Dialing && names(o.end.others(o.At), n.who.number) && names(n.others(o.At), o.who.number) {
		return true
	}
	return (voice.Find(o.name).Merges || o.name == "Retrieve" || o.name == "SwapCalls") && o.end.tied(n)
}

// shares reports whether two sets of pairs have a key in common.
func shares(a, b map[string]any) bool {
	for key := range b {
		if _, both := a[key]; both {
			return true
		}
	}
	return false
}
