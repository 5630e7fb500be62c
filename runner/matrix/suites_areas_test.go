package matrix_test

import (
	"slices"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// areas are tried with the race detector: what they play is not of the two-step transfer's kind.
var areas = []struct {
	name       string
	globs      []string
	variations []string // beside the plain server
	faults     []string
}{
	{
		"devices", []string{"devices.*", "agent-state.*", "monitoring.*"},
		[]string{"no-session-operation"},
		[]string{"device-read-as-array", "unknown-agent-state-makes-not-ready", "not-ready-twice-refused", "mute-monitored-notified-as-false"},
	},
	{
		"errors", []string{"errors.*"},
		[]string{"errors-400", "errors-200", "async-refusal"},
		[]string{"array-body-accepted", "number-as-text-accepted", "delete-releases-call", "non-ascii-crashes"},
	},
	{
		"notifications", []string{"notifications.*"},
		[]string{"websocket-only", "replies-first", "csrf"},
		[]string{"handshake-without-version", "unknown-client-accepted", "events-repeated-by-next-poll", "session-lost", "bayeux-without-credentials"},
	},
	{
		"security", []string{"security.*"},
		[]string{"csrf", "auth-401"},
		[]string{"wrong-password-accepted", "csrf-refusal-with-effect", "foreign-call-hangup"},
	},
	{
		"session", []string{"session.*"},
		[]string{"session-partial", "no-session-operation", "csrf"},
		[]string{"me-of-other-user", "session-start-needs-bayeux", "session-end-keeps-cookie"},
	},
}

// A correct server passes, in whatever way it is correct; a broken one is told by the rule that it breaks. The
// kill matrix does so with all variations and faults.
func TestAreas(t *testing.T) {
	t.Parallel()
	for _, area := range areas {
		t.Run(area.name+" conforms", func(t *testing.T) {
			t.Parallel()
			variations := []reference.Variation{{}}
			for _, v := range reference.Variations() {
				if slices.Contains(area.variations, v.Name) {
					variations = append(variations, v)
				}
			}
			if len(variations) != len(area.variations)+1 {
				t.Fatalf("not all of %v are there", area.variations)
			}
			rows, err := matrix.Variations(t.Context(), variations, matrix.Options{Globs: area.globs, Event: 10 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.Checks > 0 || r.Blocked > 0 || r.Note != "" {
					t.Errorf("%q: %d failed, %d blocked %s\n%v", r.Name, r.Checks, r.Blocked, r.Note, r.Messages)
				}
			}
		})
		t.Run(area.name+" tells", func(t *testing.T) {
			t.Parallel()
			faults := slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool { return !slices.Contains(area.faults, f.Name) })
			if len(faults) != len(area.faults) {
				t.Fatalf("not all of %v are there", area.faults)
			}
			rows, err := matrix.Faults(t.Context(), faults, matrix.Options{Globs: area.globs, Event: 2 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if !r.Killed {
					t.Errorf("%s is not found by %s; found: %v %s", r.Name, r.Requirement, r.Trips, r.Note)
				}
			}
		})
	}
}
