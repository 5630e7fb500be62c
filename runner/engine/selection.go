package engine

import (
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/runner/suggest"
)

// Profiles that --profile takes; full is everything.
var Profiles = []string{"smoke", "calls", "transfer", "conference", "userdata", "recording", "devices", "session", "notifications", "errors", "full"}

// selection is which checks of the catalogue are asked for.
type selection struct {
	all      []*scenario.Scenario
	registry *requirement.Registry
	checks   map[string]bool
}

// choose selects checks. Every selector must match something: a typing mistake must never
// look like success.
func choose(all []*scenario.Scenario, registry *requirement.Registry, o Options) (*selection, error) {
	s := &selection{all: all, registry: registry, checks: map[string]bool{}}
	filter := types.LabelFilter(func([]string) bool { return true })
	if o.LabelFilter != "" {
		var err error
		if filter, err = types.ParseLabelFilter(o.LabelFilter); err != nil {
			return nil, usagef("--label-filter %q cannot be read: %s", o.LabelFilter, firstLine(err.Error()))
		}
	}
	if o.Profile != "" && !slices.Contains(Profiles, o.Profile) {
		return nil, usagef("there is no profile %q%s; profiles are %s", o.Profile, suggest.Remark(o.Profile, Profiles), strings.Join(Profiles, ", "))
	}
	matched := map[string]bool{}
	for _, sc := range all {
		inProfile := o.Profile == "" || o.Profile == "full" || slices.Contains(sc.Profiles, o.Profile) || sc.Whole
		for _, c := range sc.Checks {
			id := sc.CheckID(c)
			byGlob := len(o.Globs) == 0
			for _, g := range o.Globs {
				ok, err := matches(g, sc.ID, id)
				if err != nil {
					return nil, usagef("--run %q is not a glob: %s", g, err)
				}
				if ok {
					matched[g], byGlob = true, true
				}
			}
			s.checks[id] = byGlob && inProfile && filter(sc.Labels(c, registry))
		}
	}
	for _, g := range o.Globs {
		if !matched[g] {
			return nil, usagef("--run %q matches no check%s; voicespec list shows all ids", g, suggest.Remark(g, s.ids()))
		}
	}
	if !s.any() {
		return nil, usagef("the selection (%s) matches no check; voicespec list shows ids, areas, levels and profiles, which are the labels", asked(o))
	}
	return s, nil
}

func matches(glob, scenarioID, checkID string) (bool, error) {
	ok, err := path.Match(glob, checkID)
	if err != nil || ok {
		return ok, err
	}
	return path.Match(glob, scenarioID)
}

func asked(o Options) string {
	var parts []string
	if len(o.Globs) > 0 {
		parts = append(parts, "--run "+strings.Join(o.Globs, " --run "))
	}
	if o.LabelFilter != "" {
		parts = append(parts, "--label-filter "+o.LabelFilter)
	}
	if o.Profile != "" {
		parts = append(parts, "--profile "+o.Profile)
	}
	return strings.Join(parts, ", ")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

func (s *selection) ids() []string {
	var ids []string
	for id := range s.checks {
		ids = append(ids, id)
	}
	for _, sc := range s.all {
		ids = append(ids, sc.ID)
	}
	sort.Strings(ids)
	return ids
}

func (s *selection) any() bool {
	for _, on := range s.checks {
		if on {
			return true
		}
	}
	return false
}

// selected tells whether any check of a scenario is asked for.
func (s *selection) selected(sc *scenario.Scenario) bool {
	for _, c := range sc.Checks {
		if s.checks[sc.CheckID(c)] {
			return true
		}
	}
	return false
}

// whole counts the selected scenarios that are judged and not played.
func (s *selection) whole() int {
	n := 0
	for _, sc := range s.all {
		if sc.Whole && s.selected(sc) {
			n++
		}
	}
	return n
}

// toPlay are the scenarios to play: those with a selected check, and everything where a check
// of the whole run is asked for by itself.
func (s *selection) toPlay() []*scenario.Scenario {
	var out []*scenario.Scenario
	for _, sc := range s.all {
		if !sc.Whole && s.selected(sc) {
			out = append(out, sc)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, sc := range s.all {
		if !sc.Whole {
			out = append(out, sc)
		}
	}
	return out
}
