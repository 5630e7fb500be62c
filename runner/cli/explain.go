package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/suggest"
)

type explainCmd struct {
	ID string `arg:"" name:"id" help:"Id of a requirement (TRANSFER-1), scenario, check or fault; voicespec list and voicespec faults name them."`
}

// catalogue is everything that has an id.
type catalogue struct {
	w         io.Writer
	registry  *requirement.Registry
	scenarios []engine.ScenarioInfo
	faults    []reference.Fault
}

// Run explains one id. Upper and lower case are the same to it.
func (c *explainCmd) Run(p *Program) error {
	registry, err := p.registry()
	if err != nil {
		return err
	}
	scenarios, err := p.Engine.List(engine.Options{})
	if err != nil {
		return err
	}
	k := &catalogue{w: p.Stdout, registry: registry, scenarios: scenarios, faults: everyFault()}
	if k.explain(c.ID) {
		return nil
	}
	if best := suggest.Closest(c.ID, k.ids()); best != "" {
		return usagef("nothing has the id %q; did you mean %q?", c.ID, best)
	}
	return usagef("nothing has the id %q; `voicespec list` names requirements, scenarios and checks, `voicespec faults` the faults", c.ID)
}

func (k *catalogue) ids() []string {
	var ids []string
	for _, q := range k.registry.All() {
		ids = append(ids, q.ID)
	}
	for _, s := range k.scenarios {
		ids = append(ids, s.ID)
		for _, c := range s.Checks {
			ids = append(ids, c.ID)
		}
	}
	for _, f := range k.faults {
		ids = append(ids, f.Name)
	}
	return ids
}

func (k *catalogue) explain(id string) bool {
	for _, q := range k.registry.All() {
		if strings.EqualFold(q.ID, id) {
			k.requirement(q)
			return true
		}
	}
	for _, s := range k.scenarios {
		if strings.EqualFold(s.ID, id) {
			k.scenario(s)
			return true
		}
		for _, c := range s.Checks {
			if strings.EqualFold(c.ID, id) {
				k.check(s, c)
				return true
			}
		}
	}
	for _, f := range k.faults {
		if strings.EqualFold(f.Name, id) {
			k.fault(f)
			return true
		}
	}
	return false
}

// line prints a label and what belongs to it, if there is anything.
func (k *catalogue) line(label, text string) {
	if text != "" {
		fmt.Fprintf(k.w, "  %-9s %s\n", label, text)
	}
}

func (k *catalogue) rule(q requirement.Requirement) {
	k.line("rule", q.Rule)
	k.line("level", string(q.Level))
	k.line("source", q.Source.String())
	k.line("evidence", string(q.Evidence))
	k.line("feature", q.Feature)
	if q.Untested != "" {
		k.line("untested", q.Untested)
	}
}

func (k *catalogue) requirement(q requirement.Requirement) {
	fmt.Fprintf(k.w, "requirement %s\n", q.ID)
	k.rule(q)
	label := "checks"
	for _, s := range k.scenarios {
		for _, c := range s.Checks {
			if slices.Contains(c.Requirements, q.ID) {
				k.line(label, c.ID+"  "+c.Title)
				label = ""
			}
		}
	}
	k.faultsOf([]string{q.ID})
}

func (k *catalogue) faultsOf(requirements []string) {
	label := "faults"
	for _, f := range k.faults {
		if slices.Contains(requirements, f.Requirement) {
			k.line(label, f.Name+"  "+f.Description)
			label = ""
		}
	}
}

func (k *catalogue) scenario(s engine.ScenarioInfo) {
	fmt.Fprintf(k.w, "scenario %s\n", s.ID)
	k.line("title", s.Title)
	if s.Source.Page != "" {
		k.line("source", s.Source.String())
	}
	k.line("area", s.Area)
	k.line("profiles", strings.Join(s.Profiles, ", "))
	label := "checks"
	for _, c := range s.Checks {
		k.line(label, fmt.Sprintf("%s  %s (%s; %s)", c.ID, c.Title, c.Level, strings.Join(c.Requirements, ", ")))
		label = ""
	}
	k.line("run", "voicespec run --run "+s.ID)
}

func (k *catalogue) check(s engine.ScenarioInfo, c engine.CheckInfo) {
	fmt.Fprintf(k.w, "check %s\n", c.ID)
	k.line("title", c.Title)
	k.line("level", string(c.Level))
	k.line("scenario", s.ID+"  "+s.Title)
	for _, id := range c.Requirements {
		if q, ok := k.registry.Get(id); ok {
			fmt.Fprintf(k.w, "\nrequirement %s\n", id)
			k.rule(q)
		}
	}
	fmt.Fprintln(k.w)
	k.faultsOf(c.Requirements)
	k.line("run", "voicespec run --run "+c.ID)
}

func (k *catalogue) fault(f reference.Fault) {
	fmt.Fprintf(k.w, "fault %s\n", f.Name)
	k.line("does", f.Description)
	k.line("run", "voicespec run --fault "+f.Name)
	if q, ok := k.registry.Get(f.Requirement); ok {
		fmt.Fprintf(k.w, "\nbreaks requirement %s\n", q.ID)
		k.rule(q)
	}
}
