package engine

import (
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/runner/suggest"
)

// Profiles that --profile takes: a quick one, each area, whose id is a label of its scenarios, and everything.
var Profiles = []string{
	"smoke", "calls", "transfer", "conference", "userdata", "mute", "recording", "devices", "agent-state", "monitoring", "reads", "states", "chains", "errors",
	"security", "session", "notifications", "full",
}

// selection is which checks of the catalogue are asked for: Ginkgo's label filter, and what it leaves.
type selection struct {
	filter    string
	checks    map[string]bool
	scenarios map[string]bool // those with a selected check
	share     map[string]bool // those of this process, where they are shared out
	alone     bool            // no check of a scenario is among them
}

// whole is what of a selection is about all that was recorded, whichever scenarios that holds.
func (s *selection) whole() *selection {
	return &selection{filter: strings.TrimPrefix(s.filter+" && "+spec.LabelWhole, " && "), alone: true}
}

// choose selects checks: ids, profile and expression become one label filter, since the ids of scenarios and checks are
// labels, too. Every selector must match something: a typing mistake must never look like success.
func (s *Suite) choose(o Options) (*selection, error) {
	var parts []string
	if len(o.Globs) > 0 {
		var ids []string
		for _, g := range o.Globs {
			if _, err := path.Match(g, ""); err != nil {
				return nil, usagef("--run %q is not a glob: %s", g, err)
			}
			if !slices.ContainsFunc(s.ids(), func(id string) bool { ok, _ := path.Match(g, id); return ok }) {
				return nil, usagef("--run %q matches no check%s; voicespec list shows all ids", g, suggest.Remark(g, s.ids()))
			}
			ids = append(ids, "/^"+pattern(g)+"$/")
		}
		parts = append(parts, strings.Join(ids, " || "))
	}
	if o.Profile != "" && !slices.Contains(Profiles, o.Profile) {
		return nil, usagef("there is no profile %q%s; profiles are %s", o.Profile, suggest.Remark(o.Profile, Profiles), strings.Join(Profiles, ", "))
	}
	if o.Profile != "" && o.Profile != "full" {
		parts = append(parts, o.Profile+" || "+spec.LabelWhole)
	}
	if o.LabelFilter != "" {
		if _, err := types.ParseLabelFilter(o.LabelFilter); err != nil {
			return nil, usagef("--label-filter %q cannot be read: %s", o.LabelFilter, firstLine(err.Error()))
		}
		parts = append(parts, o.LabelFilter)
	}
	sel := &selection{checks: map[string]bool{}, scenarios: map[string]bool{}}
	if len(parts) > 0 {
		sel.filter = "(" + strings.Join(parts, ") && (") + ")"
	}
	matches, err := types.ParseLabelFilter(sel.filter)
	if err != nil {
		return nil, usagef("the selection (%s) cannot be read: %s", asked(o), firstLine(err.Error()))
	}
	for _, c := range s.Checks {
		if matches(c.Labels) {
			sel.checks[c.ID], sel.scenarios[c.Scenario] = true, true
		}
	}
	if len(sel.checks) == 0 {
		return nil, usagef("the selection (%s) matches no check; voicespec list shows ids, areas, levels and profiles, which are the labels", asked(o))
	}
	return sel, s.reduce(sel, o.Share)
}

// pattern is a glob as a regular expression. Ids hold no slash, and neither may an expression of a label filter.
func pattern(glob string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case class:
			b.WriteByte(c)
			class = c != ']'
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteByte('.')
		case c == '[':
			b.WriteByte(c)
			class = true
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	return b.String()
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

func (s *Suite) ids() []string {
	var ids []string
	for _, c := range s.Checks {
		ids = append(ids, c.ID)
	}
	for _, d := range s.Definitions {
		ids = append(ids, d.ID)
	}
	sort.Strings(ids)
	return ids
}

// whole counts the selected scenarios that are judged and not played.
func (s *Suite) whole(sel *selection) int {
	n := 0
	for _, d := range s.Definitions {
		if d.Whole && sel.scenarios[d.ID] {
			n++
		}
	}
	return n
}

// toPlay are the scenarios to play: those with a selected check, and everything where a check
// of the whole run is asked for by itself.
func (s *Suite) toPlay(sel *selection) []*spec.Definition {
	played := func(all bool) (out []*spec.Definition) {
		for _, d := range s.Definitions {
			if !d.Whole && (all || sel.scenarios[d.ID] || sel.scenarios[d.InStep]) && (sel.share == nil || sel.share[d.ID]) {
				out = append(out, d)
			}
		}
		return out
	}
	if out := played(false); len(out) > 0 {
		return out
	}
	return played(true)
}
