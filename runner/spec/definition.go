package spec

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
)

// Stage is what a scenario is played on.
type Stage = play.Stage

// Definition is what is known of a scenario beside its specs. It is played on one station, from idle agents to idle agents.
type Definition struct {
	ID       string // area.behaviour, stable
	Title    string
	Area     string // the first part of the id
	Profiles []string
	Source   requirement.Source
	Feature  string // it applies only where the target claims this
	// Operations are those of the API that it is about; for a page all that it posts. What other scenarios
	// are about and this one only needs, such as Dial, is not among them.
	Operations []string
	// Situations are those of a call in which it tries every operation.
	Situations []Situation

	NeedsDestination     bool // the destination must act, so it needs credentials
	WithoutNotifications bool // it can be played on a station that has none
	WithoutCalls         bool // it begins no call
	Rough                bool // it sends something that must be refused
	Last                 bool // it ends sessions that others need, so it is played after all others
	Whole                bool // it is not played: it judges everything that was recorded
	// InStep is the scenario that is played at the same time on another station, step by step; "" for none.
	InStep string

	Script func(*Stage)
	Page   *page.Page // the page that is replayed; nil for a scenario written in Go
}

// Option is something said of a scenario.
type Option func(*Definition)

// About names the operations of the API that the scenario is about.
func About(operations ...string) Option {
	return func(d *Definition) { d.Operations = append(d.Operations, operations...) }
}

// Page names the page of the documentation, and its section, that the scenario stands on.
func Page(name, section string) Option {
	return func(d *Definition) { d.Source = requirement.Source{Page: name, Section: section} }
}

// Profiles are the selections of --profile that the scenario is part of.
func Profiles(names ...string) Option {
	return func(d *Definition) { d.Profiles = append(d.Profiles, names...) }
}

// Feature says that the scenario applies only to a target that claims the feature.
func Feature(id string) Option { return func(d *Definition) { d.Feature = id } }

// NeedsDestination says that the destination must act, so that it needs credentials in the target file.
func NeedsDestination(d *Definition) { d.NeedsDestination = true }

// WithoutNotifications says that the scenario can be played where notifications cannot be subscribed to.
func WithoutNotifications(d *Definition) { d.WithoutNotifications = true }

// WithoutCalls says that no call is begun.
func WithoutCalls(d *Definition) { d.WithoutCalls = true }

// Refusing says that something is sent which must be refused.
func Refusing(d *Definition) { d.Rough = true }

// PlayedLast says that the scenario ends sessions which others need.
func PlayedLast(d *Definition) { d.Last = true }

// InStepWith says that the scenario is played in step with another, which says the same of it, on a station of its own.
func InStepWith(id string) Option { return func(d *Definition) { d.InStep = id } }

// OfTheWholeRun says that the scenario is not played: its specs judge everything that was recorded.
func OfTheWholeRun(d *Definition) { d.Whole = true }

// Play is how the scenario is played.
func Play(script func(*Stage)) Option { return func(d *Definition) { d.Script = script } }

// Replay plays a page of the documentation as it is printed.
func Replay(p *page.Page) Option {
	return func(d *Definition) {
		d.Script, d.Page, d.Source, d.Feature, d.Profiles = play.Script(p), p, p.Source, p.Feature, p.Profiles
		d.NeedsDestination, d.Operations, d.WithoutCalls = p.Needs.Destination == "answers", p.Operations(), !p.Originates()
	}
}

// Labels by which Ginkgo's label filter selects the specs of a scenario, beside those of each check.
const (
	LabelDocumented = "documented" // a page is replayed
	LabelWhole      = "whole-run"  // it is about the whole run
	LabelOriginates = "originates" // it begins calls
	LabelGentle     = "gentle"     // nothing is sent that must be refused, and no wrong password
)

// Scenario registers a container whose specs judge one scenario. args are Options, one func() with the specs, and
// whatever decorators Ginkgo takes for a container.
func Scenario(id, title string, args ...any) bool {
	ginkgo.GinkgoHelper()
	d := &Definition{ID: id, Title: title}
	d.Area, _, _ = strings.Cut(id, ".")
	var specs func()
	var decorators []any
	for _, arg := range args {
		switch x := arg.(type) {
		case Option:
			x(d)
		case func(*Definition):
			x(d)
		case func():
			specs = x
		default:
			decorators = append(decorators, x)
		}
	}
	suite.definitions = append(suite.definitions, d)
	decorators = append(append(decorators, ginkgo.Label(d.labels()...)), d.place()...)
	of := suite
	if of.Scenarios != nil && !of.Scenarios[id] {
		return true
	}
	return ginkgo.Describe(id+" "+title, append(decorators, func() {
		building, suite = d, of
		of.hosted.forget(d)
		ginkgo.BeforeAll(func(ctx context.Context) { enter(ctx, of, d) })
		ginkgo.BeforeEach(func() { now.mustBeJudged() })
		specs()
	})...)
}

// labels are what a label filter selects the specs of a scenario by, beside those of each check.
func (d *Definition) labels() []string {
	labels := append([]string{d.ID, d.Area}, d.Profiles...)
	if d.Page != nil {
		labels = append(labels, LabelDocumented)
	}
	if d.Whole {
		labels = append(labels, LabelWhole)
	}
	if !d.WithoutCalls && !d.Whole {
		labels = append(labels, LabelOriginates)
	}
	if d.gentle() {
		labels = append(labels, LabelGentle)
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// gentle reports whether a scenario sends nothing that must be refused: those that do are of the profile errors, or of an area
// that is about it, or say so.
func (d *Definition) gentle() bool {
	about := []string{"errors", "security", "states"}
	return !d.Rough && !slices.Contains(d.Profiles, "errors") && !slices.Contains(about, d.Area) && !strings.HasSuffix(d.ID, "refusals")
}

// place is where a scenario stands among others that Ginkgo shuffles: the lowest priority runs last, and Serial specs when
// all other processes have finished. In a run of ours each has its own, so that the judge follows the player.
func (d *Definition) place() []any {
	place := []any{ginkgo.Ordered, ginkgo.ContinueOnFailure}
	switch {
	case suite.inOrder:
		// Ginkgo sorts containers by where they stand, and shuffles them, but for their priorities. What is in order already is
		// sorted in no time.
		n := len(suite.definitions)
		place = append(place, ginkgo.SpecPriority(-n), types.CodeLocation{FileName: fmt.Sprintf("scenario %04d", n)})
	case d.Whole:
		place = append(place, ginkgo.Serial, ginkgo.SpecPriority(-2))
	case d.Last:
		place = append(place, ginkgo.SpecPriority(-1))
	}
	return place
}

// building is the scenario whose specs are being registered.
var building *Definition

// Check gives a spec its name, the last part of its id, which is stable, and the requirements that it judges: the
// first is the one that a difference breaks where nothing else is said.
func Check(name string, requirements ...string) ginkgo.Labels {
	labels := append(ginkgo.Labels{building.ID + "." + name}, requirements...)
	if level := suite.registry.Strictest(requirements); !slices.Contains(labels, string(level)) {
		labels = append(labels, string(level))
	}
	suite.hosted.add(building, labels)
	return labels
}

// add notes a check of a hosted suite while Ginkgo builds its tree.
func (c *Catalogue) add(d *Definition, labels []string) {
	if c != nil {
		c.Checks = append(c.Checks, CheckInfo{ID: labels[0], Scenario: d.ID, Labels: append(d.labels(), labels...)})
	}
}

// forget drops the checks of a scenario: Ginkgo builds the tree anew when a host previews its specs.
func (c *Catalogue) forget(d *Definition) {
	if c != nil {
		c.Checks = slices.DeleteFunc(c.Checks, func(i CheckInfo) bool { return i.Scenario == d.ID })
	}
}

var (
	idForm          = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	requirementForm = regexp.MustCompile(`^[A-Z]+-[0-9]+$`)
)

// validate finds what would make a catalogue lie: ids that stand twice or are malformed, unknown
// requirements, a scenario without specs.
func validate(definitions []*Definition, checks []CheckInfo, registry *requirement.Registry) error {
	seen, judged := map[string]bool{}, map[string]bool{}
	for _, c := range checks {
		judged[c.Scenario] = true
		switch {
		case c.ID == "":
			return fmt.Errorf("the spec %q (%s) has no Check, whose name of small letters, digits and dashes gives it its id", c.Title, strings.Join(c.Labels, " "))
		case seen[c.ID]:
			return fmt.Errorf("check id %q stands twice", c.ID)
		case len(c.Requirements) == 0:
			return fmt.Errorf("check %s names no requirement", c.ID)
		}
		seen[c.ID] = true
		for _, r := range c.Requirements {
			if _, ok := registry.Get(r); !ok {
				return fmt.Errorf("check %s names the unknown requirement %s", c.ID, r)
			}
		}
	}
	for _, d := range definitions {
		switch {
		case seen[d.ID] || !idForm.MatchString(d.ID+".x"):
			return fmt.Errorf("scenario id %q stands twice or is not of the form area.behaviour", d.ID)
		case !judged[d.ID]:
			return fmt.Errorf("scenario %s has no checks", d.ID)
		case d.Whole != (d.Script == nil):
			return fmt.Errorf("scenario %s is neither played nor about the whole run, or both", d.ID)
		}
		seen[d.ID] = true
	}
	return nil
}
