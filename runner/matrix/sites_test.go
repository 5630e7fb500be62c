//go:build !race

package matrix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// site is what comes of a run on an installation that is like that.
type site struct {
	outcome string // or what it begins with
	because string // in the cause that it is not tested, or in each reason why a required check is untestable
}

// sites are the variations with which not everything can be tested, or nothing.
var sites = map[string]site{
	"unregistered":             {"not-tested", "Device '5005' is not registered"},
	"unregistered-refused":     {"not-tested", "Device '5005' is not registered"},
	"unregistered-agent":       {"not-tested", "Device '5005' is not registered"},
	"unregistered-caller":      {"not-tested", "Device '5000' is not registered"},
	"unregistered-destination": {"conforms-in-part", "nobody can work as the destination (5001)"},
	"reason-mandatory":         {"conforms-in-part", "NotReady"},
	"auto-answer-at-once":      {"conforms-in-part", "answers by itself"},
	"auto-answer-late":         {"conforms", "answers by itself"}, // in part, or a quick run is done with ringing calls before
	"no-ringing":               {"conforms-in-part", "answers by itself"},
	"shared-with-others":       {"", ""}, // conforms, or is disturbed: what fails is never the server's
}

// What an installation keeps from being tested is named, and nothing of it is held against the server.
func TestSites(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	var variations []reference.Variation
	for _, v := range reference.Variations() {
		if _, site := sites[v.Name]; site {
			variations = append(variations, v)
		}
	}
	rows, err := matrix.Variations(t.Context(), variations, matrix.Options{Event: 2 * matrix.Event, Workers: workers / 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(sites) {
		t.Errorf("%d of %d sites are variations", len(rows), len(sites))
	}
	for _, r := range rows {
		want := sites[r.Name]
		reasons := slices.Clone(r.Untestable)
		if r.Name == "shared-with-others" {
			if r.Outcome == "does-not-conform" {
				t.Errorf("%s: failed %v, %d blocked %.3000s", r.Name, r.Trips, r.Blocked, r.Messages)
			}
			continue
		}
		if want.outcome == "not-tested" {
			reasons = append(reasons, r.Note)
		}
		if !strings.HasPrefix(r.Outcome, want.outcome) || len(r.Trips) > 0 || (len(reasons) == 0) != (r.Outcome == "conforms") {
			t.Errorf("%s: %s %s, want %s; failed %v, %d blocked %.3000s", r.Name, r.Outcome, r.Note, want.outcome, r.Trips, r.Blocked, r.Messages)
		}
		for _, why := range reasons {
			// What the destination does beside a call is left out step by step.
			if !strings.Contains(why, want.because) && !strings.Contains(why, "the recording does not hold") {
				t.Errorf("%s: %q, want %q in it", r.Name, why, want.because)
			}
		}
		if want.outcome != "not-tested" && r.Blocked > 0 {
			t.Errorf("%s: %d blocked", r.Name, r.Blocked)
		}
	}
}
