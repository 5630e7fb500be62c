package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Replay is a case that is the replay of a page: what came beside what the page shows.
type Replay struct {
	*Case
	Page *page.Page
	live *page.Replay

	changes      []Finding // see Unexpected
	changesKnown bool
}

// Replay holds the case beside a page; it is built once.
func (c *Case) Replay(p *page.Page) *Replay {
	if c.replay == nil || c.replay.Page != p {
		c.replay = newReplay(c, p)
	}
	return c.replay
}

func newReplay(c *Case, p *page.Page) *Replay {
	r := &Replay{Case: c, Page: p, live: page.NewReplay(p, c.Station, c.Header.Target)}
	for name, role := range c.roles {
		r.live.Bind(name, role.ID)
	}
	var cause *recording.Entry
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Posts != "" {
			if cause = c.Step(s.Label); cause == nil {
				break // the replay did not get that far
			}
		}
		switch {
		case s.Notified == nil:
		case s.Call() == nil:
			r.live.Match(s, c.DeviceMessages("agent"), func(e *recording.Entry) bool { return Since(cause, e) && !cleansBefore(c, e) })
		default:
			r.live.Match(s, c.Of("agent", s.CallID()), func(e *recording.Entry) bool { return Since(cause, e) && e.At < c.Cleaning() })
		}
	}
	return r
}

// Matched is the notification that stands for a step of the page; nil if none came.
func (r *Replay) Matched(s *page.Step) *recording.Entry { return r.live.Matched(s) }

// Judged are the notifications that stand for the page's, in order of arrival.
func (r *Replay) Judged() []*recording.Entry {
	var out []*recording.Entry
	for _, s := range r.Page.Notifications() {
		if e := r.Matched(s); e != nil && e.Call() != nil {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	return out
}

// Differences are the findings of one step of the page for one requirement: every
// difference between the page's message and the one that stands for it.
func (r *Replay) Differences(s *page.Step, requirement string) []Finding {
	e := r.Matched(s)
	if e == nil {
		return nil
	}
	var out []Finding
	for _, d := range r.live.Differences(s, e) {
		if d.Requirement == requirement {
			out = append(out, Finding{Requirement: d.Requirement, Entry: e, Path: d.Path, Expected: d.Expected, Observed: d.Observed})
		}
	}
	return out
}

// cleansBefore reports whether a device had begun to be put back when e arrived.
func cleansBefore(c *Case, e *recording.Entry) bool {
	for _, r := range c.requestsTo(recording.Clean) {
		if r.At <= e.At {
			return true
		}
	}
	return false
}

// Missing is the finding for a notification that did not come.
func (r *Replay) Missing(s *page.Step, cause *recording.Entry) Finding {
	f := Finding{
		Requirement: s.Requirement, After: cause, Who: voice.Agent,
		Expected: "the notification of " + r.describe(s), Observed: "it did not come" + r.instead(s, cause),
	}
	if cause != nil && cause.Operation() == "Answer" && s.State() == voice.Established {
		f.Observed += "; " + voice.PickUpHint
	}
	return f
}

func (r *Replay) describe(s *page.Step) string {
	if s.Call() == nil {
		return "the device (DeviceStateChangeMessage)"
	}
	id := "a new call"
	if live, _ := r.live.Bound(s.CallID()); live != "" {
		id = "call " + live
	}
	if s.Type() == "StatusChange" || s.Type() == "" {
		return fmt.Sprintf("%s in state %s", id, s.State())
	}
	return fmt.Sprintf("%s by %s", id, s.Type())
}

// instead lists what came of the call since the operation, for the failure text.
func (r *Replay) instead(s *page.Step, cause *recording.Entry) string {
	var seen []string
	for _, e := range r.Of("agent", s.CallID()) {
		if Since(cause, e) && e.At < r.Cleaning() {
			seen = append(seen, e.Type()+" "+e.State())
		}
	}
	for _, m := range r.Entries {
		if m.IsError() && Since(cause, m) && cause != nil {
			seen = append(seen, "an error notification: "+Short(string(m.Message)))
		}
	}
	if len(seen) == 0 {
		return "; nothing of the call came since the operation"
	}
	return "; since the operation came " + strings.Join(seen, ", ")
}

// Cause is the page's request that a step of the page follows; nil before the first.
func (r *Replay) Cause(s *page.Step) *recording.Entry {
	if cause := r.Page.Cause(s); cause != nil {
		return r.Step(cause.Label)
	}
	return nil
}

// Ordered judges that one notification of the page came before another.
func (r *Replay) Ordered(o page.Order) Ruling {
	first, then := r.named(o.First), r.named(o.Then)
	if first == nil || then == nil {
		return r.NotPlayed(fmt.Sprintf("%s and %s", o.First, o.Then)).OrBlocked("one of the two notifications did not come")
	}
	if first.Session != then.Session {
		return blocked("the Bayeux session was lost between the two notifications")
	}
	if first.Seq < then.Seq {
		return pass()
	}
	return fail(Finding{
		Requirement: o.Requirement, Entry: then,
		Expected: r.renamed(o.First) + " before " + r.renamed(o.Then), Observed: "the other way round",
	})
}

// OrBlocked turns a ruling that the recording lacks something into one that blames the target.
func (r Ruling) OrBlocked(reason string) Ruling {
	if r.Reason == "" || strings.HasPrefix(r.Reason, "the recording does not hold") {
		return blocked("%s", reason)
	}
	return r
}

func (r *Replay) named(of string) *recording.Entry {
	state, call := page.Split(of)
	for _, s := range r.Page.Notifications() {
		if s.CallID() == call && s.State() == state && (s.Type() == "StatusChange" || s.Type() == "") {
			return r.Matched(s)
		}
	}
	return nil
}

func (r *Replay) renamed(of string) string {
	state, call := page.Split(of)
	if id, _ := r.live.Bound(call); id != "" {
		call = id
	}
	return state + " of " + call
}

// Findings are the differences of all the page's notifications for one requirement, but
// for those steps whose own requirement it is: they report it themselves.
func (r *Replay) Findings(requirement string) []Finding {
	var out []Finding
	for _, s := range r.Page.Notifications() {
		if s.Requirement != requirement {
			out = append(out, r.Differences(s, requirement)...)
		}
	}
	return out
}

// WithCompany adds to the page's notifications the others of the same calls and agent: rules about
// sequences need them all.
func (r *Replay) WithCompany(messages []*recording.Entry) []*recording.Entry {
	seen := map[*recording.Entry]bool{}
	var out []*recording.Entry
	for _, e := range r.Messages("agent") {
		if r.Ours(e) || slices.Contains(messages, e) {
			if !seen[e] {
				out = append(out, e)
			}
			seen[e] = true
		}
	}
	return out
}

// Absent is the ruling for a notification at the page's very beginning that did not come.
func (r *Replay) Absent(s *page.Step) Ruling {
	if dialled := r.Step(recording.Arrange.Label("dial")); dialled != nil && dialled.Accepted() {
		return fail(r.Missing(s, dialled))
	}
	return r.NotPlayed("what the page begins with").OrBlocked("what the page begins with did not come about")
}

// Distinct drops findings that say the same of the same place.
func Distinct(findings []Finding) []Finding {
	type key struct {
		entry *recording.Entry
		path  string
	}
	seen := map[key]bool{}
	var out []Finding
	for _, f := range findings {
		k := key{f.Entry, f.Path}
		if f.Entry != nil && f.Path != "" && seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, f)
	}
	return out
}

// Unexpected are the changes of state that the page does not show, as findings of one requirement: after
// an operation the agent's call goes into the states that the page notifies, and no other. A call that is
// dialing or ringing may be answered at any time.
func (r *Replay) Unexpected(requirement string) []Finding {
	if !r.changesKnown {
		r.changes, r.changesKnown = r.unexpected(), true
	}
	return only(requirement, r.changes)
}

func (r *Replay) unexpected() []Finding {
	var out []Finding
	allowed := map[string][]string{} // page call id: states
	var phases []*recording.Entry
	own := map[string]string{} // page call id: requirement of its notifications in this phase
	next := 0
	steps := r.Page.Steps
	advance := func(e *recording.Entry) {
		for next < len(steps) {
			s := &steps[next]
			if s.Posts != "" {
				cause := r.Step(s.Label)
				if cause == nil || cause.At > e.At {
					return
				}
				phases = append(phases, cause)
				own = map[string]string{}
			}
			if s.Call() != nil {
				allowed[s.CallID()] = append(allowed[s.CallID()], s.State())
				if own[s.CallID()] == "" {
					own[s.CallID()] = s.Requirement
				}
			}
			next++
		}
	}
	state := map[string]string{}
	for _, e := range r.Messages("agent") {
		role, ok := r.whose(e)
		if !ok || e.At >= r.Cleaning() || r.misdelivered(e) != "" || e.IsError() || e.State() == "" {
			continue
		}
		advance(e)
		before := state[role.Name]
		state[role.Name] = e.State()
		if before == "" && r.gapsBefore(e) > 0 {
			continue // what it was before is not known
		}
		answered := e.State() == "Established" && (before == "Dialing" || before == "Ringing")
		if len(phases) == 0 || e.State() == before || answered || slices.Contains(allowed[role.Name], e.State()) || r.arranged(e) {
			continue
		}
		out = append(out, Finding{
			Requirement: cmp.Or(own[role.Name], "MSG-6"), Entry: e, Path: "data.call.state",
			Expected: "no such change: the page shows [" + strings.Join(allowed[role.Name], ", ") + "]", Observed: e.State(),
		})
	}
	return out
}

// arranged reports whether an arrangement of ours between the page's steps explains a change.
func (r *Replay) arranged(e *recording.Entry) bool {
	var last *recording.Entry
	for _, request := range r.Requests() {
		if request.At <= e.At && request.Operation() != "" {
			last = request
		}
	}
	return last != nil && last.Purpose == recording.Arrange
}
