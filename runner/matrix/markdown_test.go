package matrix

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/voice"
)

var update = flag.Bool("update", false, "write docs/matrix.md")

func TestDocsAreUpToDate(t *testing.T) {
	const path = "../../docs/matrix.md"
	want, err := Markdown()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/matrix.md is out of date (%v); run go generate ./runner/matrix", err)
	}
}

// unbreakable are requirements that are judged and that no fault can break, each with the reason.
var unbreakable = map[string]string{}

// TestNoHoles holds that the table has no empty cell without a reason. That a fault is found by the checks
// of its rule is TestMatrix's to show: here nothing is played.
func TestNoHoles(t *testing.T) {
	table, err := Table()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]Tested{}
	for _, row := range table {
		known[row.ID] = row
		graded := row.Level != requirement.Informative
		switch {
		case len(row.Checks) == 0 && row.Untested == "":
			t.Errorf("%s (%s) has no check and no reason why it is untested", row.ID, row.Level)
		case len(row.Checks) > 0 && row.Untested != "":
			t.Errorf("%s is said to be untested (%s), but %v judge it", row.ID, row.Untested, row.Checks)
		case len(row.Checks) > 0 && graded && len(row.Faults) == 0 && unbreakable[row.ID] == "":
			t.Errorf("%s (%s) is judged by %v, but no fault breaks it", row.ID, row.Level, row.Checks)
		case len(row.Faults) > 0 && unbreakable[row.ID] != "":
			t.Errorf("%s is said to be unbreakable (%s), but %v break it", row.ID, unbreakable[row.ID], row.Faults)
		}
	}
	for _, f := range reference.Faults() {
		if row, there := known[f.Requirement]; !there || len(row.Checks) == 0 {
			t.Errorf("fault %s breaks %s, which no check judges", f.Name, f.Requirement)
		}
	}
}

// Every operation has scenarios and at least two faults of its own, one that loses or denies what it leads to and
// one that lies in it; where the documents do not show what that is, the reason stands there.
func TestEveryOperationIsTested(t *testing.T) {
	list, err := Operations()
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range list {
		if len(op.Scenarios) == 0 {
			t.Errorf("no scenario is about %s", op.Name)
		}
		own := slices.DeleteFunc(slices.Clone(op.Faults), func(name string) bool { return strings.HasPrefix(name, "stranger-") })
		if why := voice.Find(op.Name).Unshown; len(own) < 2 && why == "" || len(own) >= 2 && why != "" {
			t.Errorf("%s has the faults %v %s", op.Name, op.Faults, why)
		}
	}
}
