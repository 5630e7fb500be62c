package scenario_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
)

func registry(t *testing.T) *requirement.Registry {
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

func judged(*judge.Case) judge.Ruling { return judge.Pass() }

func whole(*scenario.Run) judge.Ruling { return judge.Pass() }

// good is a scenario without a mistake.
func good(id string) *scenario.Scenario {
	return &scenario.Scenario{ID: id, Area: "area", Checks: []scenario.Check{
		{Name: "one", Requirements: []string{"A-1"}, Judge: judged},
		{Name: "two", Requirements: []string{"A-1", "A-2"}, Judge: judged},
	}}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	with := func(change func(*scenario.Scenario)) *scenario.Scenario {
		s := good("area.one")
		change(s)
		return s
	}
	for _, tt := range []struct {
		name string
		all  []*scenario.Scenario
		err  string
	}{
		{"good", []*scenario.Scenario{good("area.one"), good("area.two")}, ""},
		{"whole", []*scenario.Scenario{{ID: "throughout", Whole: true, Checks: []scenario.Check{{Name: "x", Requirements: []string{"A-1"}, JudgeAll: whole}}}}, ""},
		{"twice", []*scenario.Scenario{good("area.one"), good("area.one")}, `"area.one" stands twice`},
		{"an id in capitals", []*scenario.Scenario{good("Area.one")}, "not of the form"},
		{"no id", []*scenario.Scenario{good("")}, "not of the form"},
		{"an id with an operator", []*scenario.Scenario{good("area.one&two")}, "not of the form"},
		{"no checks", []*scenario.Scenario{{ID: "area.one"}}, "has no checks"},
		{"a check twice", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[1].Name = "one" })}, `"area.one.one" stands twice`},
		{"a check with a bad name", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[1].Name = "Two words" })}, "malformed"},
		{"a check that is a scenario", []*scenario.Scenario{good("area.one"), good("area.one.two")}, "stands twice"},
		{"no requirement", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[0].Requirements = nil })}, "names no requirement"},
		{"unknown requirement", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[0].Requirements = []string{"A-9"} })}, "unknown requirement A-9"},
		{"judges nothing", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[0].Judge = nil })}, "judges nothing"},
		{"judges twice", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[0].JudgeAll = whole })}, "judges nothing"},
		{"judges the whole", []*scenario.Scenario{with(func(s *scenario.Scenario) { s.Checks[0].Judge, s.Checks[0].JudgeAll = nil, whole })}, "judges nothing"},
	} {
		err := scenario.Validate(tt.all, registry(t))
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.err)
		}
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	s := good("area.one")
	s.Profiles = []string{"smoke", "area"}
	if got := s.Labels(s.Checks[1], registry(t)); !slices.Equal(got, []string{"A-1", "A-2", "area", "required", "smoke"}) {
		t.Errorf("%v", got)
	}
	s.Page = &page.Page{}
	if got := s.Labels(s.Checks[0], registry(t)); !slices.Contains(got, "documented") {
		t.Errorf("%v", got)
	}
	if s.CheckID(s.Checks[1]) != "area.one.two" {
		t.Error(s.CheckID(s.Checks[1]))
	}
}
