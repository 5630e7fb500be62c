package spec

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/onsi/ginkgo/v2"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/requirement"
)

func twoRequirements(t *testing.T) *requirement.Registry {
	t.Helper()
	r, err := requirement.LoadFS(fstest.MapFS{"requirements/a.yaml": {Data: []byte(`
- {id: A-1, rule: x., level: required, source: {page: P}, evidence: documented}
- {id: A-2, rule: x., level: informative, source: {page: P}, evidence: documented}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// catalogue is one of scenarios without a mistake, each with two checks.
func catalogue(ids ...string) *Catalogue {
	c := &Catalogue{}
	for _, id := range ids {
		c.Definitions = append(c.Definitions, &Definition{ID: id, Script: func(*Stage) {}})
		for _, name := range []string{"one", "two"} {
			c.Checks = append(c.Checks, CheckInfo{ID: id + "." + name, Scenario: id, Requirements: []string{"A-1", "A-2"}})
		}
	}
	return c
}

func TestValidate(t *testing.T) {
	t.Parallel()
	with := func(change func(*Catalogue)) *Catalogue {
		c := catalogue("area.one")
		change(c)
		return c
	}
	for _, tt := range []struct {
		name      string
		catalogue *Catalogue
		err       string
	}{
		{"good", catalogue("area.one", "area.two"), ""},
		{"whole", with(func(c *Catalogue) { c.Definitions[0].Script, c.Definitions[0].Whole = nil, true }), ""},
		{"twice", with(func(c *Catalogue) { c.Definitions = append(c.Definitions, c.Definitions[0]) }), `"area.one" stands twice`},
		{"an id in capitals", with(func(c *Catalogue) { c.Definitions[0].ID = "Area.one" }), "not of the form"},
		{"no id", with(func(c *Catalogue) { c.Definitions[0].ID = "" }), "not of the form"},
		{"an id with an operator", with(func(c *Catalogue) { c.Definitions[0].ID = "area.one&two" }), "not of the form"},
		{"no checks", with(func(c *Catalogue) { c.Checks = nil }), "has no checks"},
		{"a check twice", with(func(c *Catalogue) { c.Checks[1].ID = c.Checks[0].ID }), `"area.one.one" stands twice`},
		{"a check without an id", with(func(c *Catalogue) { c.Checks[1].ID = "" }), "has no Check"},
		{"a check that is a scenario", catalogue("area.one", "area.one.two"), "stands twice"},
		{"no requirement", with(func(c *Catalogue) { c.Checks[0].Requirements = nil }), "names no requirement"},
		{"unknown requirement", with(func(c *Catalogue) { c.Checks[0].Requirements = []string{"A-9"} }), "unknown requirement A-9"},
		{"not played", with(func(c *Catalogue) { c.Definitions[0].Script = nil }), "neither played"},
		{"played, and about the whole", with(func(c *Catalogue) { c.Definitions[0].Whole = true }), "or both"},
	} {
		err := validate(tt.catalogue.Definitions, tt.catalogue.Checks, twoRequirements(t))
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.err)
		}
	}
}

// A label filter selects by scenario, check, area, profile, requirement and level. Ginkgo's tree is global: the test is not parallel.
func TestLabels(t *testing.T) {
	check := func() {
		ginkgo.It("does what it should", Check("one", "STATE-1", "STATE-2"), func() {})
	}
	c, err := Read(func() {
		Scenario("area.one", "One", Profiles("smoke", "area"), Play(func(*Stage) {}), check)
		Scenario("area.page", "A page", Replay(&page.Page{}), check)
		Scenario("all", "Everything", OfTheWholeRun, check)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{
		{"area.one", "area", LabelOriginates, LabelGentle, "smoke", "area.one.one", "STATE-1", "STATE-2", "required"},
		{"area.page", "area", LabelDocumented, LabelGentle, "area.page.one", "STATE-1", "STATE-2", "required"},
		{"all", LabelWhole, LabelGentle, "all.one", "STATE-1", "STATE-2", "required"},
	} {
		got := c.Checks[i]
		slices.Sort(want)
		if labels := slices.Sorted(slices.Values(got.Labels)); !slices.Equal(labels, want) {
			t.Errorf("%s: %q, want %q", got.ID, labels, want)
		}
		if got.Scenario != c.Definitions[i].ID || got.ID != got.Scenario+".one" || got.Level != "required" ||
			!slices.Equal(got.Requirements, []string{"STATE-1", "STATE-2"}) {
			t.Errorf("%+v", got)
		}
	}
}
