package matrix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/suites"
)

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

// Tested is one requirement with what judges it and what breaks it.
type Tested struct {
	requirement.Requirement

	Checks []Check
	Faults []string
}

// Check is a check by the scenario that it belongs to.
type Check struct{ Scenario, Name string }

// catalogue is what there is to be tested, and by what.
func catalogue() (*requirement.Registry, []engine.ScenarioInfo, error) {
	registry, err := requirement.Load()
	if err != nil {
		return nil, nil, err
	}
	all, err := suites.List(engine.Options{})
	return registry, all, err
}

// Table joins requirements, checks and faults, in the order of the registry. It plays nothing.
func Table() ([]Tested, error) {
	registry, all, err := catalogue()
	if err != nil {
		return nil, err
	}
	return join(registry.All(), all, append(reference.Faults(), reference.TelephoneFaults()...)), nil
}

func join(rules []requirement.Requirement, all []engine.ScenarioInfo, faults []reference.Fault) []Tested {
	table := make([]Tested, len(rules))
	at := map[string]*Tested{}
	for i, q := range rules {
		table[i].Requirement = q
		at[q.ID] = &table[i]
	}
	for _, s := range all {
		for _, c := range s.Checks {
			for _, id := range c.Requirements {
				if row := at[id]; row != nil {
					row.Checks = append(row.Checks, Check{s.ID, strings.TrimPrefix(c.ID, s.ID+".")})
				}
			}
		}
	}
	for _, f := range faults {
		if row := at[f.Requirement]; row != nil {
			row.Faults = append(row.Faults, f.Name)
		}
	}
	return table
}

const docsHead = `# Requirements, checks and faults

<!-- Generated from fixtures/requirements, suites and runner/reference by go generate. Do not edit. -->

Every rule that voicespec knows, the checks that judge it, and the faults of the reference server that break it.
` + "`voicespec explain ID`" + ` tells the same of a single rule, check or fault.

- **Level.** A failed *required* check makes a server not conform. A failed *recommended* one does so with
  ` + "`--gate recommended`" + `. An *informative* one never does.
- **Evidence.** *documented*: the page says or shows it. *observed*: a live server does it. *relied-on*: clients need it.
  *inferred*: it follows from what is documented; such a rule is never required.
- **Checks.** ` + "`*.name`" + ` stands for the check of that name in several scenarios.
- **Faults.** ` + "`voicespec run --fault NAME`" + ` shows what a failure of the rule looks like. A test plays all checks
  against every fault and holds that the rule is found broken, and few others.
`

// Markdown is docs/matrix.md.
func Markdown() (string, error) {
	table, err := Table()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(docsHead)
	topic := ""
	for _, row := range table {
		if name, _, _ := strings.Cut(row.ID, "-"); name != topic {
			topic = name
			fmt.Fprintf(&b, "\n## %s\n\n| rule | | checks | faults |\n|---|---|---|---|\n", topic)
		}
		fmt.Fprintf(&b, "| **%s**<br>%s | %s<br>*%s, %s* | %s | %s |\n",
			row.ID, row.standing(), cell(row.Rule), cell(row.Source.String()), row.Evidence, row.judged(), codes(row.Faults, "–"))
	}
	operations, err := operationsTable()
	return b.String() + operations, err
}

// standing is the level, and the feature that it is tied to.
func (r *Tested) standing() string {
	if r.Feature == "" {
		return string(r.Level)
	}
	return fmt.Sprintf("%s, with `%s`", r.Level, r.Feature)
}

// several is from how many scenarios on checks of one name are summed up.
const several = 4

// judged names the checks, or says why there is none.
func (r *Tested) judged() string {
	if len(r.Checks) == 0 {
		return "not tested: " + cell(r.Untested)
	}
	count := map[string]int{}
	for _, c := range r.Checks {
		count[c.Name]++
	}
	var names []string
	for _, c := range r.Checks {
		name := c.Scenario + "." + c.Name
		if n := count[c.Name]; n >= several {
			name = "*." + c.Name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return codes(names, "–")
}

func codes(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return "`" + strings.Join(names, "`<br>`") + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
