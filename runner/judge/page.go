package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/document"
	"github.com/voicespec/voicespec/runner/recording"
)

// Page is a documented scenario held beside the recording of its replay: which
// notification of the recording stands for which of the page.
type Page struct {
	*Case
	Document *document.Document
	matched  map[*document.Step]*recording.Entry
	rename   map[string]string // the page's number, device or call id: the live one
}

// NewPage matches the recording with the page.
func NewPage(c *Case, d *document.Document) *Page {
	p := &Page{Case: c, Document: d, matched: map[*document.Step]*recording.Entry{}, rename: map[string]string{}}
	for _, role := range []string{"agent", "caller", "destination"} {
		if n := d.Cast[role]; n != "" {
			p.rename[n] = c.Station.Party(role).Number
		}
		if dev := d.Cast[role+"Device"]; dev != "" {
			p.rename[strings.ToLower(dev)] = c.Station.Party(role).Device
		}
	}
	for name, r := range c.roles {
		p.rename[name] = r.ID
	}
	taken := map[*recording.Entry]bool{}
	var cause *recording.Entry
	for i := range d.Page {
		s := &d.Page[i]
		if s.Posts != "" {
			if cause = c.Step(s.Label); cause == nil {
				break // the replay did not get that far
			}
		}
		if s.Notified == nil {
			continue
		}
		if e := p.find(s, cause, taken); e != nil {
			p.matched[s] = e
			taken[e] = true
		}
	}
	return p
}

// Matched is the notification that stands for a step of the page; nil if none came.
func (p *Page) Matched(s *document.Step) *recording.Entry { return p.matched[s] }

// Judged are the notifications that stand for the page's, in order of arrival.
func (p *Page) Judged() []*recording.Entry {
	var out []*recording.Entry
	for _, e := range p.matched {
		if e.Call() != nil {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	return out
}

// find looks for the notification that a page's step stands for: same call, same
// notificationType and state. Where there is none, one of the call in the awaited state
// will do, so that a wrong type is reported as such and not as a missing notification.
func (p *Page) find(s *document.Step, cause *recording.Entry, taken map[*recording.Entry]bool) *recording.Entry {
	if s.Call() == nil {
		return p.findDevice(s, cause, taken)
	}
	var first, second *recording.Entry
	state := ""
	for _, e := range p.Of("agent", s.CallID()) {
		before := state
		state = e.State()
		if taken[e] || !Since(cause, e) || e.At >= p.Cleaning() {
			continue
		}
		if _, isText := e.Call()["state"].(string); s.State() != "" && isText && e.State() != s.State() {
			continue // a state that is no text is reported as that
		}
		if e.Type() == s.Type() || s.Type() == "" && e.Type() != "AttachedDataChanged" {
			// A call may be notified in the same state for another reason (its company changed):
			// the one that says what the page says is meant, if there is one.
			if len(p.compare(s, e)) == 0 {
				return e
			}
			if first == nil {
				first = e
			}
		}
		// A change of state that is told by another type is that notification with a wrong type.
		if second == nil && s.Type() == "StatusChange" && e.State() != before && !e.IsError() {
			second = e
		}
		if second == nil && s.Type() != "StatusChange" && cause != nil && p.tells(s, e) {
			second = e
		}
	}
	if first != nil {
		return first
	}
	return second
}

// tells: a notification of another type that nevertheless tells what the page's tells.
func (p *Page) tells(s *document.Step, e *recording.Entry) bool {
	return e.Type() == "StatusChange" && len(p.compare(s, e)) == 0 && content(e) != "" && s.Call()["userData"] != nil
}

func (p *Page) findDevice(s *document.Step, cause *recording.Entry, taken map[*recording.Entry]bool) *recording.Entry {
	var nearest *recording.Entry
	fewest := -1
	for _, e := range p.DeviceMessages("agent") {
		if taken[e] || !Since(cause, e) || e.IsError() || cleansBefore(p.Case, e) {
			continue
		}
		// Agent states that nobody asked for are normal: the one that fits best is the one meant.
		n := len(p.compare(s, e))
		if n == 0 {
			return e
		}
		if fewest < 0 || n < fewest {
			nearest, fewest = e, n
		}
	}
	return nearest
}

// cleansBefore tells whether a device had begun to be put back when e arrived.
func cleansBefore(c *Case, e *recording.Entry) bool {
	for _, r := range c.Steps("clean.") {
		if r.At <= e.At {
			return true
		}
	}
	return false
}

// Missing is the finding for a notification that did not come.
func (p *Page) Missing(s *document.Step, cause *recording.Entry) Finding {
	return Finding{
		Requirement: s.Requirement, After: cause,
		Expected: "the notification of " + p.describe(s), Observed: "it did not come" + p.instead(s, cause),
	}
}

func (p *Page) describe(s *document.Step) string {
	if s.Call() == nil {
		return "the device (DeviceStateChangeMessage)"
	}
	id := p.rename[s.CallID()]
	if id == "" {
		id = "a new call"
	} else {
		id = "call " + id
	}
	if s.Type() == "StatusChange" || s.Type() == "" {
		return fmt.Sprintf("%s in state %s", id, s.State())
	}
	return fmt.Sprintf("%s by %s", id, s.Type())
}

// instead lists what came of the call since the operation, for the failure text.
func (p *Page) instead(s *document.Step, cause *recording.Entry) string {
	var seen []string
	for _, e := range p.Of("agent", s.CallID()) {
		if Since(cause, e) && e.At < p.Cleaning() {
			seen = append(seen, e.Type()+" "+e.State())
		}
	}
	for _, m := range p.Entries {
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
func (p *Page) Cause(s *document.Step) *recording.Entry {
	var cause *recording.Entry
	for i := range p.Document.Page {
		x := &p.Document.Page[i]
		if x == s {
			break
		}
		if x.Posts != "" {
			cause = p.Step(x.Label)
		}
	}
	return cause
}

// Ordered judges that one notification of the page came before another.
func (p *Page) Ordered(o document.Order) Ruling {
	first, then := p.named(o.First), p.named(o.Then)
	if first == nil || then == nil {
		return p.NotPlayed(fmt.Sprintf("%s and %s", o.First, o.Then)).OrBlocked("one of the two notifications did not come")
	}
	if first.Session != then.Session {
		return Block("the Bayeux session was lost between the two notifications")
	}
	if first.Seq < then.Seq {
		return Pass()
	}
	return Fail(Finding{
		Requirement: o.Requirement, Entry: then,
		Expected: p.live(o.First) + " before " + p.live(o.Then), Observed: "the other way round",
	})
}

// OrBlocked turns a ruling that the recording lacks something into one that blames the target.
func (r Ruling) OrBlocked(reason string) Ruling {
	if r.Reason == "" || strings.HasPrefix(r.Reason, "the recording does not hold") {
		return Block("%s", reason)
	}
	return r
}

func (p *Page) named(of string) *recording.Entry {
	state, call := document.Split(of)
	for _, s := range p.Document.Notifications() {
		if s.CallID() == call && s.State() == state && (s.Type() == "StatusChange" || s.Type() == "") {
			return p.matched[s]
		}
	}
	return nil
}

func (p *Page) live(of string) string {
	state, call := document.Split(of)
	if id := p.rename[call]; id != "" {
		call = id
	}
	return state + " of " + call
}

// Page holds the case beside a page; it is built once.
func (c *Case) Page(d *document.Document) *Page {
	if c.page == nil || c.page.Document != d {
		c.page = NewPage(c, d)
	}
	return c.page
}

// PageFindings are the differences of all the page's notifications for one requirement, but
// for those steps whose own requirement it is: they report it themselves.
func (p *Page) PageFindings(requirement string) []Finding {
	var out []Finding
	for _, s := range p.Document.Notifications() {
		if s.Requirement != requirement {
			out = append(out, p.Differences(s, requirement)...)
		}
	}
	return out
}

// WithCompany adds to the page's notifications the others of the same calls and agent: rules about
// sequences need them all.
func (p *Page) WithCompany(messages []*recording.Entry) []*recording.Entry {
	seen := map[*recording.Entry]bool{}
	var out []*recording.Entry
	for _, e := range p.Messages("agent") {
		if p.Ours(e) || slices.Contains(messages, e) {
			if !seen[e] {
				out = append(out, e)
			}
			seen[e] = true
		}
	}
	return out
}

// Absent is the ruling for a notification at the page's very beginning that did not come.
func (p *Page) Absent(s *document.Step) Ruling {
	if dialled := p.Step("arrange.dial"); dialled != nil && dialled.Accepted() {
		return Fail(p.Missing(s, dialled))
	}
	return p.NotPlayed("what the page begins with").OrBlocked("what the page begins with did not come about")
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

// Unexpected are the changes of state that the page does not show: after an operation the
// agent's call goes into the states that the page notifies, and no other. A call that is
// dialing or ringing may be answered at any time.
func (p *Page) Unexpected() []Finding {
	var out []Finding
	allowed := map[string][]string{} // page call id: states
	var phases []*recording.Entry
	own := map[string]string{} // page call id: requirement of its notifications in this phase
	next := 0
	steps := p.Document.Page
	advance := func(e *recording.Entry) {
		for next < len(steps) {
			s := &steps[next]
			if s.Posts != "" {
				cause := p.Step(s.Label)
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
	for _, e := range p.Messages("agent") {
		r, ok := p.RoleOf(e)
		if !ok || e.At >= p.Cleaning() || p.misdelivered(e) != "" || e.IsError() || e.State() == "" {
			continue
		}
		advance(e)
		before := state[r.Name]
		state[r.Name] = e.State()
		answered := e.State() == "Established" && (before == "Dialing" || before == "Ringing")
		if len(phases) == 0 || e.State() == before || answered || slices.Contains(allowed[r.Name], e.State()) || p.arranged(e) {
			continue
		}
		requirement := own[r.Name]
		if requirement == "" {
			requirement = "MSG-6"
		}
		out = append(out, Finding{Requirement: requirement, Entry: e, Path: "data.call.state", Expected: "no such change: the page shows " + list(allowed[r.Name]), Observed: e.State()})
	}
	return out
}

// arranged tells whether an arrangement of ours between the page's steps explains a change.
func (p *Page) arranged(e *recording.Entry) bool {
	var last *recording.Entry
	for _, r := range p.Requests() {
		if r.At <= e.At && r.Operation() != "" {
			last = r
		}
	}
	return last != nil && strings.HasPrefix(last.Step, "arrange.")
}
