package devices_test

import (
	"slices"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

var globs = []string{"devices.*", "agent-state.*", "monitoring.*"}

// A correct server passes, in whatever way it is correct.
func TestConforms(t *testing.T) {
	t.Parallel()
	var list []reference.Variation
	for _, name := range []string{"", "no-session-operation"} {
		list = append(list, reference.Variation{Name: name})
	}
	rows, err := matrix.Variations(t.Context(), list, matrix.Options{Globs: globs, Event: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Checks > 0 || r.Blocked > 0 || r.Note != "" {
			t.Errorf("%q: %d failed, %d blocked %s\n%v", r.Name, r.Checks, r.Blocked, r.Note, r.Messages)
		}
	}
}

// A broken one is told by the rule that it breaks; the kill matrix does so for all of them.
func TestTells(t *testing.T) {
	t.Parallel()
	var list []reference.Fault
	for _, f := range reference.Faults() {
		if slices.Contains([]string{"device-read-as-array", "unknown-agent-state-makes-not-ready", "not-ready-twice-refused", "mute-monitored-notified-as-false"}, f.Name) {
			list = append(list, f)
		}
	}
	if len(list) != 4 {
		t.Fatalf("%d of the faults are there", len(list))
	}
	rows, err := matrix.Faults(t.Context(), list, matrix.Options{Globs: globs, Event: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !r.Killed {
			t.Errorf("%s is not found by %s; found: %v %s", r.Name, r.Requirement, r.Trips, r.Note)
		}
	}
}
