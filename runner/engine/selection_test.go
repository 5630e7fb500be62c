package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/suites"
)

// chosen are the ids of the selected checks, in the order of the catalogue.
func chosen(t *testing.T, o engine.Options) ([]string, error) {
	t.Helper()
	list, err := suites.List(o)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, sc := range list {
		for _, c := range sc.Checks {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

func TestSelection(t *testing.T) {
	t.Parallel()
	all, err := chosen(t, engine.Options{})
	if err != nil || len(all) < 900 {
		t.Fatalf("%d checks, %v", len(all), err)
	}
	for _, tt := range []struct {
		name string
		o    engine.Options
		has  []string // ids
		not  []string
		some bool // not everything
	}{
		{"full", engine.Options{Profile: "full"}, all, nil, false},
		{"a check", engine.Options{Globs: []string{"transfer.sample-2.held"}}, []string{"transfer.sample-2.held"}, []string{"transfer.sample-2.ringing"}, true},
		{"a scenario", engine.Options{Globs: []string{"transfer.sample-2"}}, []string{"transfer.sample-2.held", "transfer.sample-2.ringing"}, []string{"transfer.sample-1.held"}, true},
		{"an area", engine.Options{Globs: []string{"transfer.*"}}, []string{"transfer.sample-2.held", "transfer.sample-1.held"}, []string{"calls.hold.held"}, true},
		{"two globs", engine.Options{Globs: []string{"*.sample-1.held", "calls.hold"}}, []string{"transfer.sample-1.held", "calls.hold.held"}, []string{"transfer.sample-2.held"}, true},
		{"a profile", engine.Options{Profile: "smoke"}, []string{"transfer.sample-2.held", "invariants.schema"}, []string{"transfer.parent.answer-form"}, true},
		{"a level", engine.Options{LabelFilter: "recommended"}, []string{"transfer.sample-2.original-released-first"}, []string{"transfer.sample-2.held"}, true},
		{"a requirement", engine.Options{LabelFilter: "TRANSFER-1"}, []string{"transfer.sample-2.held"}, []string{"transfer.sample-2.ringing"}, true},
		{"an expression", engine.Options{LabelFilter: "transfer && required && !documented"}, []string{"transfer.refusals.destination-missing"}, []string{"transfer.sample-2.held"}, true},
		{"all at once", engine.Options{Globs: []string{"transfer.*"}, Profile: "smoke", LabelFilter: "CAP-6"}, []string{"transfer.sample-2.capabilities-held-original"}, []string{"transfer.sample-2.held"}, true},
	} {
		got, err := chosen(t, tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, id := range tt.has {
			if !slices.Contains(got, id) && slices.Contains(all, id) {
				t.Errorf("%s: %s is not selected", tt.name, id)
			}
		}
		for _, id := range tt.not {
			if slices.Contains(got, id) {
				t.Errorf("%s: %s is selected", tt.name, id)
			}
		}
		if len(got) == 0 || tt.some != (len(got) < len(all)) {
			t.Errorf("%s: %d of %d checks", tt.name, len(got), len(all))
		}
	}
}

// What matches nothing is a mistake, said in one sentence: it must never look like success.
func TestSelectionOfNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		o    engine.Options
		says []string
	}{
		{"a glob", engine.Options{Globs: []string{"nothing.*"}}, []string{`--run "nothing.*" matches no check`, "voicespec list"}},
		{"one glob of two", engine.Options{Globs: []string{"transfer.*", "nothing.*"}}, []string{`--run "nothing.*" matches no check`}},
		{"a mistyped scenario", engine.Options{Globs: []string{"transfer.sampel-2"}}, []string{`did you mean "transfer.sample-2"?`}},
		{"a mistyped check", engine.Options{Globs: []string{"transfer.sample-2.hled"}}, []string{`did you mean "transfer.sample-2.held"?`}},
		{"no glob", engine.Options{Globs: []string{"[a"}}, []string{`--run "[a" is not a glob`}},
		{"a profile", engine.Options{Profile: "smok"}, []string{`there is no profile "smok" (did you mean "smoke"?)`, "profiles are smoke, calls"}},
		{"a label", engine.Options{LabelFilter: "nothing"}, []string{"the selection (--label-filter nothing) matches no check"}},
		{"no expression", engine.Options{LabelFilter: "a &&"}, []string{`--label-filter "a &&" cannot be read`}},
		{"a contradiction", engine.Options{Globs: []string{"transfer.*"}, LabelFilter: "calls && !transfer"}, []string{"the selection (--run transfer.*, --label-filter calls && !transfer) matches no check"}},
	} {
		_, err := chosen(t, tt.o)
		if _, ok := errors.AsType[*engine.UsageError](err); !ok {
			t.Errorf("%s: %v is no usage error", tt.name, err)
			continue
		}
		for _, want := range tt.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", tt.name, err, want)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q is more than a sentence", tt.name, err)
		}
	}
}

// Checks of the whole run that are asked for alone need everything to be played.
func TestToPlay(t *testing.T) {
	t.Parallel()
	_, target := start(t, reference.Options{}, 2)
	target.Budgets.Quiet = 50 * time.Millisecond
	played := func(globs ...string) int {
		out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: globs, SideBySide: true})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.Report.Scenarios)
	}
	for _, tt := range []struct {
		globs []string
		least int
		most  int
	}{
		{[]string{"transfer.sample-2"}, 1, 1},
		{[]string{"transfer.sample-2.held"}, 1, 1},
		{[]string{"transfer.sample-2", "invariants"}, 1, 1},
		{[]string{"invariants"}, 80, 1000},
	} {
		if n := played(tt.globs...); n < tt.least || n > tt.most {
			t.Errorf("%v: %d scenarios are played, want %d to %d", tt.globs, n, tt.least, tt.most)
		}
	}
}

// Each area can be asked for by its name, and has scenarios of its own.
func TestEveryAreaIsAProfile(t *testing.T) {
	t.Parallel()
	list, err := suites.List(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range list {
		area, _, found := strings.Cut(sc.ID, ".")
		if !found {
			continue // the invariants, which every profile has
		}
		ids, err := chosen(t, engine.Options{Profile: area})
		if err != nil || !slices.ContainsFunc(ids, func(id string) bool { return strings.HasPrefix(id, sc.ID+".") }) {
			t.Errorf("%s: not in the profile %s: %v", sc.ID, area, err)
		}
	}
}
