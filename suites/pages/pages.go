// Package pages replays the pages of the documentation as they are printed. What is asked of a replay is read off the page,
// so that a new page (fixtures/scenarios) needs no code.
package pages

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

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
		used := names{}
		requests(p)
		notifications(p, used)
		order(p, used)
		if slices.ContainsFunc(p.Notifications(), func(s *page.Step) bool { return s.Call() != nil }) {
			rules(p, used)
			values(p, used)
		} else {
			devices(p)
		}
	})
}

// names makes the names of checks: the second of a name gets a number.
type names map[string]int

func (n names) next(name string) string {
	n[name]++
	if i := n[name]; i > 1 {
		return fmt.Sprintf("%s-%d", name, i)
	}
	return name
}

// requests: every operation of the page is accepted, and answered in the documented form.
func requests(p *page.Page) {
	posted := false
	for i := range p.Steps {
		step := &p.Steps[i]
		if step.Posts == "" {
			continue
		}
		posted = true
		It(step.Operation()+" is accepted", Check(step.Label+"-accepted", step.Requirement), func() {
			Expect(Request(step.Label)).To(BeAccepted())
		})
	}
	if !posted {
		return
	}
	It("operations are answered with HTTP 200", Check("answer-status", "HTTP-1"), func() { Expect(PostedByPage(p)).To(BeHTTP200()) })
	It("answers have the documented form", Check("answer-form", "HTTP-2"), func() { Expect(PostedByPage(p)).To(HaveAnswerForm()) })
	It("answers are application/json", Check("answer-type", "HTTP-3"), func() { Expect(PostedByPage(p)).To(BeJSON()) })
	It("requests are answered in time and whole", Check("answer-complete", "HTTP-5"), func() { Expect(PostedByPage(p)).To(BeAnsweredWhole()) })
}

// notifications: each of the page comes, and says what the page says.
func notifications(p *page.Page, used names) {
	for _, step := range p.Notifications() {
		It(titleOf(step), Check(used.next(nameOf(step)), step.Requirement), func() { Expect(ReplayOf(p)).To(Show(step)) })
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

func order(p *page.Page, used names) {
	for _, o := range p.Order {
		name := o.Name
		if name == "" {
			name = "order"
		}
		It(whose(p, o.First)+" comes before "+whose(p, o.Then), Check(used.next(name), o.Requirement), func() {
			Expect(ReplayOf(p)).To(KeepTheOrder(o))
		})
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
func rules(p *page.Page, used names) {
	var plain, consult []string // states that the page shows
	for _, step := range p.Notifications() {
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
			It(rule.Title, Check(used.next(rule.Name), rule.Requirement), func() { Expect(ReplayOf(p)).To(Keep(rule)) })
		}
	}
}

// values are what only a page can tell of a call.
func values(p *page.Page, used names) {
	It("callType is as documented", Check(used.next("call-type"), "MSG-10"), func() { Expect(ReplayOf(p)).To(ShowTheValuesOf("MSG-10")) })
	if slices.ContainsFunc(p.Notifications(), func(s *page.Step) bool { return s.Call() != nil && s.State() == "Released" }) {
		It("the Released call still lists the other parties", Check(used.next("released-participants"), "ID-20"), func() {
			Expect(ReplayOf(p)).To(ShowTheValuesOf("ID-20"))
		})
	}
	It("dnis is the dialled number", Check(used.next("dnis"), "ID-9"), func() { Expect(ReplayOf(p)).To(ShowTheValuesOf("ID-9")) })
	if p.IsAbout(page.Recording) {
		It("GSIP_RECORD follows the recording state", Check(used.next("user-data"), "RECORD-5"), func() {
			Expect(ReplayOf(p)).To(ShowTheValuesOf("RECORD-5"))
		})
	}
}

func devices(p *page.Page) {
	It("the device is notified in the documented form", Check("schema", "DEVICE-2"), func() {
		Expect(ReplayOf(p)).To(NotifyDevicesInForm())
	})
	It("devices are notified on their channel with their message type", Check("envelope", "MSG-3"), func() {
		Expect(ReplayOf(p)).To(NotifyDevicesOnTheirChannel())
	})
	if p.IsAbout(page.AgentState) {
		It("the agent state has the documented id and name", Check("agent-state-id", "AGENT-6"), func() {
			Expect(ReplayOf(p)).To(ShowTheDeviceValuesOf("AGENT-6"))
		})
	}
}
