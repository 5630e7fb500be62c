package requirement_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/voicespec/voicespec/runner/requirement"
)

func TestTheRegistryIsSound(t *testing.T) {
	t.Parallel()
	r, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.All()) < 100 {
		t.Errorf("only %d requirements", len(r.All()))
	}
	for _, q := range r.All() {
		if got, ok := r.Get(q.ID); !ok || got.Rule != q.Rule {
			t.Errorf("%s is not found by its id", q.ID)
		}
		if !strings.HasSuffix(q.Rule, ".") && !strings.HasSuffix(q.Rule, ")") {
			t.Errorf("the rule of %s is no sentence: %s", q.ID, q.Rule)
		}
	}
	if _, ok := r.Get("NOTHING-1"); ok {
		t.Error("an id that is not there is found")
	}
}

func TestLoadFS(t *testing.T) {
	t.Parallel()
	entry := func(change ...string) string {
		text := "- id: A-1\n  rule: Something holds.\n  level: required\n  source: {page: P, section: s}\n  evidence: documented\n"
		return strings.NewReplacer(change...).Replace(text)
	}
	for _, tt := range []struct{ name, text, err string }{
		{"good", entry(), ""},
		{"two", entry() + entry("A-1", "A-2"), ""},
		{"inferred and recommended", entry("required", "recommended", "documented", "inferred"), ""},
		{"twice", entry() + entry(), "A-1 stands twice"},
		{"no id", entry("A-1", `""`), "has no id or no rule"},
		{"no rule", entry("Something holds.", `""`), "has no id or no rule"},
		{"unknown level", entry("required", "must"), `level "must" is none of required, recommended, informative`},
		{"unknown evidence", entry("documented", "heard"), `unknown evidence "heard"`},
		{"inferred and required", entry("documented", "inferred"), "is inferred and cannot be required"},
		{"no source", entry("page: P, ", ""), "names no source page"},
		{"unknown key", entry("rule:", "rulle:"), `unknown field "rulle"`},
		{"no YAML", "- [", "requirements/a.yaml"},
	} {
		r, err := requirement.LoadFS(fstest.MapFS{"requirements/a.yaml": {Data: []byte(tt.text)}, "other/b.yaml": {Data: []byte("no list")}})
		switch {
		case tt.err == "" && err != nil, tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err) || !strings.Contains(err.Error(), "a.yaml")):
			t.Errorf("%s: %v, want %q and the file", tt.name, err, tt.err)
		case err == nil && len(r.All()) == 0:
			t.Errorf("%s: nothing was read", tt.name)
		}
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	r, err := requirement.LoadFS(fstest.MapFS{"requirements/a.yaml": {Data: []byte(`
- {id: R-1, rule: x., level: required, source: {page: P}, evidence: documented}
- {id: R-2, rule: x., level: recommended, source: {page: P, section: s}, evidence: observed}
- {id: R-3, rule: x., level: informative, source: {page: P}, evidence: inferred}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	for ids, want := range map[string]requirement.Level{
		"": requirement.Informative, "R-3": requirement.Informative, "R-3 R-2": requirement.Recommended,
		"R-2 R-1 R-3": requirement.Required, "UNKNOWN-1": requirement.Informative,
	} {
		if got := r.Strictest(strings.Fields(ids)); got != want {
			t.Errorf("%q: %s, want %s", ids, got, want)
		}
	}
	if requirement.Required.Rank() >= requirement.Recommended.Rank() || requirement.Informative.Rank() >= requirement.Level("odd").Rank() {
		t.Error("levels are out of order")
	}
	two, _ := r.Get("R-2")
	if one, _ := r.Get("R-1"); one.Source.String() != "P" || two.Source.String() != "P, s" {
		t.Errorf("%s, %s", one.Source, two.Source)
	}
}
