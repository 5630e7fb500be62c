// Package scenario is the catalogue's vocabulary: a scenario is something that is played
// once and then judged by several checks, each of which names the requirements it judges.
package scenario

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/requirement"
)

// Scenario is played on one station, from idle agents to idle agents.
type Scenario struct {
	ID       string // area.behaviour, stable
	Title    string
	Area     string
	Profiles []string
	Source   requirement.Source
	Feature  string // it applies only where the target claims this
	// Operations are those of the API that it is about; for a page all that it posts. What other scenarios
	// are about and this one only needs, such as Dial, is not among them.
	Operations []string

	// NeedsDestination: the destination must act, so it needs credentials.
	NeedsDestination bool
	// Deaf scenarios can be played without notifications.
	Deaf bool
	// Last scenarios end sessions that others need; they are played after all others.
	Last bool

	Script func(*play.Stage)
	Checks []Check

	// Page is what is replayed; nil for scenarios written in Go.
	Page *page.Page
	// Whole scenarios are not played: they judge everything that was recorded.
	Whole bool
}

// Check judges one requirement (seldom more) of its scenario.
type Check struct {
	Name         string // last part of its id, stable
	Title        string // what the server does, third person
	Requirements []string
	Judge        func(*judge.Case) judge.Ruling
	// JudgeAll judges the whole run, for Whole scenarios.
	JudgeAll func(*Run) judge.Ruling
}

// Run is everything that was played, for checks of the whole.
type Run struct {
	Cases []*Played
	Loose []*judge.Case // what no scenario owns: connecting, or a foreign recording
}

// Throughout is the scenario whose checks judge everything that was recorded.
const Throughout = "throughout"

// Played is a scenario with its recording.
type Played struct {
	*Scenario
	*judge.Case
}

// CheckID is the id of a check.
func (s *Scenario) CheckID(c Check) string { return s.ID + "." + c.Name }

// Labels are what --label-filter selects by: area, profiles, level and requirement ids.
func (s *Scenario) Labels(c Check, registry *requirement.Registry) []string {
	labels := append([]string{s.Area, string(registry.Strictest(c.Requirements))}, s.Profiles...)
	labels = append(labels, c.Requirements...)
	if s.Page != nil {
		labels = append(labels, "documented")
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

var idForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)

// Validate finds what would make a catalogue lie: ids that stand twice or are malformed, unknown
// requirements, checks that judge nothing.
func Validate(all []*Scenario, registry *requirement.Registry) error {
	seen := map[string]bool{}
	for _, s := range all {
		if seen[s.ID] || !idForm.MatchString(s.ID+".x") {
			return fmt.Errorf("scenario id %q stands twice or is not of the form area.behaviour", s.ID)
		}
		seen[s.ID] = true
		if len(s.Checks) == 0 {
			return fmt.Errorf("scenario %s has no checks", s.ID)
		}
		for _, c := range s.Checks {
			id := s.CheckID(c)
			switch {
			case seen[id] || !idForm.MatchString(id):
				return fmt.Errorf("check id %q stands twice or is malformed", id)
			case len(c.Requirements) == 0:
				return fmt.Errorf("check %s names no requirement", id)
			case (c.Judge == nil) == (c.JudgeAll == nil) || s.Whole != (c.JudgeAll != nil):
				return fmt.Errorf("check %s judges nothing", id)
			}
			seen[id] = true
			for _, r := range c.Requirements {
				if _, ok := registry.Get(r); !ok {
					return fmt.Errorf("check %s names the unknown requirement %s", id, r)
				}
			}
		}
	}
	return nil
}
