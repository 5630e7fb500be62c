// Package pages replays the pages of the documentation as they are printed. What is asked of a replay is read off the page,
// so that a new page (fixtures/scenarios) needs no code.
package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/page"
	. "github.com/voicespec/voicespec/runner/spec"
)

// load reads the pages once: the tree of specs is built anew for each run, and area by area.
var load = sync.OnceValues(page.Load)

// Specs registers the pages of an area, in the order of their ids; those named in first come before the others.
func Specs(area string, first ...string) {
	all, err := load()
	if err != nil {
		panic(err) // embedded, and tested
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *page.Page) int { return rank(first, a) - rank(first, b) })
	for _, p := range all {
		if p.Area == area {
			Register(p)
		}
	}
}

func rank(first []string, p *page.Page) int {
	if i := slices.Index(first, p.ID); i >= 0 {
		return i
	}
	return len(first)
}

// Register registers one page.
func Register(p *page.Page) {
	Scenario(p.ID, p.Title, Replay(p), func() {
		for _, c := range Checks(p) {
			It(c.Title, Check(c.Name, c.Requirement), func() {
				subject, matcher := c.Judge()
				Expect(subject).To(matcher)
			})
		}
	})
}

// Checks are what is asked of the replay of a page.
func Checks(p *page.Page) []Judgement {
	c := &checks{page: p, used: map[string]int{}}
	c.requests()
	c.notifications()
	c.order()
	if slices.ContainsFunc(p.Notifications(), func(s *page.Step) bool { return s.Call() != nil }) {
		c.rules()
		c.values()
	} else {
		c.devices()
	}
	return c.list
}

// checks of a page, as they are read off it.
type checks struct {
	page *page.Page
	used map[string]int // names
	list []Judgement
}

// add adds a check; the second of a name gets a number.
func (c *checks) add(name, requirement, title string, judge func() (any, types.GomegaMatcher)) {
	c.used[name]++
	if i := c.used[name]; i > 1 {
		name = fmt.Sprintf("%s-%d", name, i)
	}
	c.list = append(c.list, Judgement{Name: name, Title: title, Requirement: requirement, Judge: judge})
}

// posted adds a check of all that the page posts.
func (c *checks) posted(name, requirement, title string, matcher func() types.GomegaMatcher) {
	c.add(name, requirement, title, func() (any, types.GomegaMatcher) { return PostedByPage(c.page), matcher() })
}

// replay adds a check of the page beside its recording.
func (c *checks) replay(name, requirement, title string, matcher func() types.GomegaMatcher) {
	c.add(name, requirement, title, func() (any, types.GomegaMatcher) { return ReplayOf(c.page), matcher() })
}

// requests: every operation of the page is accepted, and answered in the documented form.
func (c *checks) requests() {
	posted := false
	for i := range c.page.Steps {
		step := &c.page.Steps[i]
		if step.Posts == "" {
			continue
		}
		posted = true
		c.add(step.Label+"-accepted", step.Requirement, step.Operation()+" is accepted", func() (any, types.GomegaMatcher) {
			return Request(step.Label), BeAccepted()
		})
	}
	if !posted {
		return
	}
	c.posted("answer-status", "HTTP-1", "operations are answered with HTTP 200", BeHTTP200)
	c.posted("answer-form", "HTTP-2", "answers have the documented form", HaveAnswerForm)
	c.posted("answer-type", "HTTP-3", "answers are application/json", BeJSON)
	c.posted("answer-complete", "HTTP-5", "requests are answered in time and whole", BeAnsweredWhole)
}

// notifications: each of the page comes, and says what the page says.
func (c *checks) notifications() {
	for _, step := range c.page.Notifications() {
		c.replay(nameOf(step), step.Requirement, titleOf(step), func() types.GomegaMatcher { return Show(step) })
	}
}

func nameOf(step *page.Step) string {
	if step.Call() == nil {
		return "notified"
	}
	name := strings.ToLower(step.State())
	if step.Type() != "StatusChange" && step.Type() != "" {
		name = kebab(step.Type())
	}
	if step.Consult() {
		name = "consult-" + name
	}
	return name
}

func titleOf(step *page.Step) string {
	switch {
	case step.Call() == nil:
		return "the device is notified as documented"
	case step.Type() != "StatusChange" && step.Type() != "":
		return step.Type() + " is notified as documented"
	case step.Consult():
		return "the consult call is notified as " + step.State()
	}
	return "the call is notified as " + step.State()
}

func kebab(s string) string {
	var out strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				out.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		out.WriteRune(r)
	}
	return out.String()
}

func (c *checks) order() {
	for _, o := range c.page.Order {
		title := whose(c.page, o.First) + " comes before " + whose(c.page, o.Then)
		c.replay(cmp.Or(o.Name, "order"), o.Requirement, title, func() types.GomegaMatcher { return KeepTheOrder(o) })
	}
}

// whose names a notification by its state, and by its call where the page has a consult call.
func whose(p *page.Page, of string) string {
	state, id := page.Split(of)
	consults, this := false, false
	for _, step := range p.Notifications() {
		if step.Consult() {
			consults = true
			this = this || step.CallID() == id
		}
	}
	switch {
	case this:
		return state + " of the consult call"
	case consults:
		return state + " of the original"
	}
	return state
}

// rules: what holds for every notification is judged for those of the page.
func (c *checks) rules() {
	var plain, consult []string // states that the page shows
	for _, step := range c.page.Notifications() {
		switch {
		case step.Call() == nil:
		case step.Consult():
			consult = append(consult, step.State())
		default:
			plain = append(plain, step.State())
		}
	}
	for _, rule := range Rules() {
		if rule.Shown(plain, consult) {
			c.replay(rule.Name, rule.Requirement, rule.Title, func() types.GomegaMatcher { return Keep(rule) })
		}
	}
}

// values are what only a page can tell of a call.
func (c *checks) values() {
	show := func(name, requirement, title string) {
		c.replay(name, requirement, title, func() types.GomegaMatcher { return ShowTheValuesOf(requirement) })
	}
	show("call-type", "MSG-10", "callType is as documented")
	if slices.ContainsFunc(c.page.Notifications(), func(s *page.Step) bool { return s.Call() != nil && s.State() == "Released" }) {
		show("released-participants", "ID-20", "the Released call still lists the other parties")
	}
	show("dnis", "ID-9", "dnis is the dialled number")
	if c.page.IsAbout(page.Recording) {
		show("user-data", "RECORD-5", "GSIP_RECORD follows the recording state")
	}
}

func (c *checks) devices() {
	c.replay("schema", "DEVICE-2", "the device is notified in the documented form", NotifyDevicesInForm)
	c.replay("envelope", "MSG-3", "devices are notified on their channel with their message type", NotifyDevicesOnTheirChannel)
	if c.page.IsAbout(page.AgentState) {
		c.replay("agent-state-id", "AGENT-6", "the agent state has the documented id and name", func() types.GomegaMatcher {
			return ShowTheDeviceValuesOf("AGENT-6")
		})
	}
}
