package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// history is what one session of one actor was told of one call, in order.
type history struct {
	actor    string
	session  int
	id       string
	messages []*recording.Entry
	over     *recording.Entry // its newest Released
}

// split is what histories made of some notifications.
type split struct {
	messages  []*recording.Entry
	histories []*history
}

// histories splits notifications by actor, Bayeux session and call. A new session starts a
// new history: what a reconnect delivers again is not a double. So does a call that comes back after it was over. Several rules
// ask for the same ones, one after the other.
func (c *Case) histories(messages []*recording.Entry) []*history {
	if !slices.Equal(c.split.messages, messages) {
		c.split.messages, c.split.histories = messages, c.newHistories(messages)
	}
	return c.split.histories
}

func (c *Case) newHistories(messages []*recording.Entry) []*history {
	type key struct {
		actor   string
		session int
		id      string
		gaps    int // before it: what came in one is not known
	}
	index := map[key]*history{}
	var out []*history
	for _, e := range messages {
		if e.Call() == nil || c.misdelivered(e) != "" {
			continue
		}
		id := e.CallID()
		if r, ok := c.whose(e); ok {
			id = r.Name
		}
		k := key{e.Actor, e.Session, id, c.gapsBefore(e)}
		l := index[k]
		if l == nil || c.comesBack(l, e) {
			l = &history{actor: e.Actor, session: e.Session, id: id}
			index[k] = l
			out = append(out, l)
		}
		l.messages = append(l.messages, e)
		if e.Type() == voice.StatusChange && e.State() == voice.Released {
			l.over = e
		}
	}
	return out
}

// content is a notification without what may differ between two tellings of one change: the
// duration, the order of capabilities, and members that no page names (stamps, metrics).
func content(e *recording.Entry) string {
	call := map[string]any{}
	for k, v := range e.Call() {
		switch {
		case k == "duration" || !slices.Contains(knownMembers["data.call"], k):
		case k == "capabilities" && isList(v):
			call[k] = page.Offered(v, nil)
		default:
			call[k] = v
		}
	}
	b, err := json.Marshal([]any{e.Type(), call, e.Data()["extensions"]}) // map keys are sorted
	if err != nil {
		return fmt.Sprint(e.Type(), call)
	}
	return string(b)
}

func isList(v any) bool { _, ok := v.([]any); return ok }

// judgeOnce finds a notification that tells the same change a second time. Two equal
// messages are two changes where so many operations could have caused them (two SendDtmf).
func judgeOnce(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, l := range c.histories(messages) {
		var last *recording.Entry
		same, again := map[string]int{}, 0
		for _, e := range l.messages {
			if e.IsError() {
				continue
			}
			if e.Type() == voice.StatusChange {
				if last != nil && last.State() == e.State() && content(last) == content(e) && !c.holdsByPage(last, e) {
					requirement := "MSG-4"
					if again++; again <= c.besides(e) || c.tiedBetween(last, e) {
						requirement = "MSG-14" // it may be told for what somebody did that changes no state here
					}
					out = append(out, Finding{Requirement: requirement, Entry: e, Expected: "one notification of " + e.State(), Observed: "the same notification again"})
				}
				last = e
				continue
			}
			now := content(e)
			same[now]++
			if n := same[now]; n > 1 && n > c.causes(e) {
				requirement := "MSG-4"
				if e.Type() == voice.AttachedDataChanged || e.Type() == voice.ParticipantsUpdated {
					requirement = "MSG-14" // both may be told unasked, by the other end or the switch
				}
				out = append(out, Finding{
					Requirement: requirement, Entry: e, Expected: "one notification of each change (" + e.Type() + ")",
					Observed: fmt.Sprintf("the same notification %d times", n),
				})
			}
		}
	}
	return out
}

// causes counts the operations of all actors that may have caused a notification like e.
func (c *Case) causes(e *recording.Entry) int {
	n := 0
	for _, name := range voice.Causes(e.Type()) {
		times := c.posted[name]
		n += sort.Search(len(times), func(i int) bool { return times[i] > e.At })
	}
	return max(n, 1)
}

// besides counts the operations on the call of a notification, before it, after which a server may tell the state of its end although
// it has not changed: those of others that are told to them only, and own ones that are told by something else.
func (c *Case) besides(e *recording.Entry) int {
	n := 0
	for _, r := range c.Requests() {
		if r.At >= e.At || r.Method != "POST" || r.Status != 0 && !r.Accepted() {
			continue // what was refused has changed nothing
		}
		o := voice.Find(r.Operation())
		switch told := o.Told.Type; {
		case told == "", o.To != voice.ToCall, o.Merges, r.Operation() == "Answer", r.Operation() == "Hangup":
		case r.Actor != e.Actor, told != voice.StatusChange && voice.CallIDOf(r.Path) == e.CallID():
			n += voice.Times(r) // a call that others came to by a transfer may have another id there
		}
	}
	return n
}

// tiedBetween reports whether the call that a consultation ties to this one was answered or ended between two tellings of its state: a
// server may tell what became of both.
func (c *Case) tiedBetween(last, e *recording.Entry) bool {
	return slices.ContainsFunc(c.messages, func(m *recording.Entry) bool {
		return m.Actor == e.Actor && m.Seq > last.Seq && m.Seq < e.Seq && m.Type() == voice.StatusChange && m.CallID() != e.CallID() &&
			(m.State() == voice.Established || m.State() == voice.Released) &&
			(voice.CallOf(m).ParentID() == e.CallID() || voice.CallOf(e).ParentID() == m.CallID())
	})
}

// holdsByPage reports whether a call may be told Held once more: the pages InitiateTransfer and InitiateConference have that as
// their first notification, and both may be posted to a call that is Held already.
func (c *Case) holdsByPage(last, e *recording.Entry) bool {
	return e.State() == voice.Held && slices.ContainsFunc(c.Requests(), func(r *recording.Entry) bool {
		switch r.Operation() {
		case "InitiateTransfer", "InitiateConference":
			return r.Actor == e.Actor && r.At < e.At && r.AnsweredAt > last.At && voice.CallIDOf(r.Path) == e.CallID() && r.Accepted()
		}
		return false
	})
}

func afterReleased(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, l := range c.histories(messages) {
		var released *recording.Entry
		for _, e := range l.messages {
			if released != nil && e.Type() == voice.StatusChange && e.State() != voice.Released {
				out = append(out, Finding{Requirement: "MSG-5", Entry: e, Path: "data.call.state", Expected: "nothing after Released", Observed: e.State()})
			}
			if released != nil && e.State() == voice.Released && e.Type() == voice.StatusChange && content(e) != content(released) {
				out = append(out, Finding{Requirement: "MSG-5", Entry: e, Expected: "one Released", Observed: "Released again, with other content"})
			}
			// A change of user data that was on its way may come late: that is another rule's, and not required.
			if released != nil && e.Type() != voice.StatusChange && !e.IsError() {
				out = append(out, Finding{Requirement: "MSG-13", Entry: e, Expected: "nothing after Released", Observed: e.Type()})
			}
			if e.State() == voice.Released && e.Type() == voice.StatusChange {
				released = e
			}
		}
	}
	return out
}

// follows says which states may follow a state. A dialing consult call can be swapped
// away and back, so Dialing and Held follow one another.
var follows = map[string][]string{
	"Ringing":     {"Ringing", "Established", "Released"},
	"Dialing":     {"Dialing", "Established", "Held", "Released"},
	"Established": {"Established", "Held", "Released"},
	"Held":        {"Held", "Established", "Dialing", "Released"},
}

func judgeStates(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, l := range c.histories(messages) {
		state := ""
		for _, e := range l.messages {
			now := e.State()
			if now == "" || e.IsError() {
				continue
			}
			if _, known := follows[now]; !known && now != voice.Released {
				if c.Ours(e) {
					out = append(out, Finding{
						Requirement: "MSG-6", Entry: e, Path: "data.call.state", Expected: "Ringing, Dialing, Established, Held or Released",
						Observed: Short(now),
					})
				}
				continue
			}
			if next, known := follows[state]; known && !slices.Contains(next, now) {
				out = append(out, Finding{Requirement: "MSG-6", Entry: e, Path: "data.call.state", Expected: "a state that can follow " + state, Observed: now})
			}
			state = now
		}
	}
	return out
}

func judgePrivate(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, e := range messages {
		if other := c.misdelivered(e); other != "" {
			out = append(out, Finding{
				Requirement: "MSG-7", Entry: e, Expected: "notifications of the " + e.Actor + " only",
				Observed: "the notification of the " + other,
			})
			continue
		}
		r, ok := c.whose(e)
		if !ok || len(r.Parties) == 0 || slices.Contains(r.Parties, e.Actor) || c.merged(e) || c.sharesID(r) || r.ID != e.CallID() {
			continue
		}
		out = append(out, Finding{
			Requirement: "MSG-7", Entry: e, Expected: "nothing of this call at the " + e.Actor,
			Observed: e.State() + " of a call between others",
		})
	}
	return out
}

func judgeDuration(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, e := range messages {
		if e.Call() != nil {
			out = append(out, only("MSG-8", c.callSchema(e))...)
		}
	}
	for _, l := range c.histories(messages) {
		last := -1
		for _, e := range l.messages {
			text, ok := voice.CallOf(e).Duration()
			n, err := strconv.Atoi(text)
			if !ok || err != nil {
				continue
			}
			if n < last {
				out = append(out, Finding{
					Requirement: "MSG-8", Entry: e, Path: "data.call.duration", Expected: fmt.Sprintf("at least %d, as before", last), Observed: text,
				})
			}
			last = n
		}
	}
	return out
}

// What turns the flags of a call on.
var (
	muting     = []string{"MuteCall"}
	monitoring = append(voice.GroupOf(voice.GroupSupervision), "MuteMonitoredUser")
)

func judgeFlags(c *Case, messages []*recording.Entry) []Finding {
	var out []Finding
	for _, e := range messages {
		call := voice.CallOf(e)
		if call == nil || c.misdelivered(e) != "" {
			continue
		}
		out = append(out, only("MSG-9", c.callSchema(e))...)
		if !c.Ours(e) {
			continue
		}
		if call.Mute() == voice.On && !c.mutedBefore(e) {
			out = append(out, Finding{
				Requirement: "MSG-9", Entry: e, Path: "data.call.mute", Expected: "Off: the " + e.Actor + " muted no call", Observed: "On",
			})
		}
		if c.sentBefore(e, monitoring) || c.recognised {
			continue // a supervisor need not have been recorded
		}
		for _, flag := range []string{"supervisorListeningIn", "monitoredUserMuted", "monitoring"} {
			if call.Flag(flag) {
				out = append(out, Finding{Requirement: "MSG-9", Entry: e, Path: "data.call." + flag, Expected: "false: nobody monitors the call", Observed: "true"})
			}
		}
	}
	return out
}

// mutedBefore reports whether whoever is notified had muted a call: only that end is muted then. Of traffic that nobody played it
// is not known that all requests of everybody were recorded.
func (c *Case) mutedBefore(e *recording.Entry) bool {
	first, sent := c.muted[e.Actor]
	return sent && first <= e.At || c.recognised && c.sentBefore(e, muting)
}
