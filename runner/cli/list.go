package cli

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/requirement"
)

type listCmd struct {
	selectFlags
	JSON bool `name:"json" help:"Print JSON: {scenarios: […], requirements: […]}."`
}

// Run lists scenarios and requirements.
func (c *listCmd) Run(p *Program) error {
	scenarios, err := p.Engine.List(engine.Options{Globs: c.Only, LabelFilter: c.LabelFilter, Profile: c.Profile})
	if err != nil {
		return err
	}
	registry, err := p.registry()
	if err != nil {
		return err
	}
	requirements := c.requirements(registry, scenarios)
	if c.JSON {
		return printJSON(p.Stdout, struct {
			Scenarios    []engine.ScenarioInfo     `json:"scenarios"`
			Requirements []requirement.Requirement `json:"requirements"`
		}{scenarios, requirements})
	}
	checks := 0
	err = table(p.Stdout, []string{"SCENARIO", "CHECKS", "TITLE", "PROFILES"}, len(scenarios), func(i int) []string {
		s := scenarios[i]
		checks += len(s.Checks)
		return []string{s.ID, fmt.Sprint(len(s.Checks)), s.Title, strings.Join(s.Profiles, " ")}
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(p.Stdout)
	err = table(p.Stdout, []string{"REQUIREMENT", "LEVEL", "RULE"}, len(requirements), func(i int) []string {
		q := requirements[i]
		return []string{q.ID, string(q.Level), q.Rule}
	})
	fmt.Fprintf(p.Stdout, "\n%d scenarios, %d checks, %d requirements; `voicespec explain ID` tells more of any of them\n",
		len(scenarios), checks, len(requirements))
	return err
}

// requirements are all of the registry, or those that the selected checks name.
func (c *listCmd) requirements(registry *requirement.Registry, scenarios []engine.ScenarioInfo) []requirement.Requirement {
	if len(c.Only) == 0 && c.LabelFilter == "" && c.Profile == "" {
		return registry.All()
	}
	named := map[string]bool{}
	for _, s := range scenarios {
		for _, check := range s.Checks {
			for _, id := range check.Requirements {
				named[id] = true
			}
		}
	}
	selected := []requirement.Requirement{}
	for _, q := range registry.All() {
		if named[q.ID] {
			selected = append(selected, q)
		}
	}
	return selected
}
