//go:build !race

package matrix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// written are the areas whose scenarios no page shows, each with the rules that they alone judge.
var written = []struct {
	globs []string
	rules []string
}{
	{[]string{"reads.*"}, []string{"READ-1", "READ-2", "READ-3", "READ-4", "AUTH-8"}},
	{[]string{"userdata.values", "userdata.changes", "userdata.refusals"}, []string{"DATA-5", "DATA-6", "DATA-7", "DATA-8"}},
	{[]string{"calls.dial-*", "calls.two-ends", "calls.dtmf", "calls.swap-refusals"}, []string{"DIAL-4", "DIAL-5", "DIAL-6", "ANSWER-2", "HANGUP-2", "DTMF-2", "SWAP-3", "ID-10"}},
	{
		[]string{"conference.complete-on-original", "conference.consult-call-uri", "conference.after-initiate-transfer", "conference.user-data", "conference.single-step-destination", "conference.removal", "conference.refusals"},
		[]string{"CONFERENCE-7", "CONFERENCE-8", "CONFERENCE-9", "CONFERENCE-10", "CONFERENCE-11", "CONFERENCE-14", "CONFERENCE-15", "CONFERENCE-16"},
	},
	{[]string{"transfer.single-step-refusals"}, []string{"TRANSFER-19"}},
}

// The first fault of each rule is found by the area's own scenarios, and by that rule. The kill matrix
// does the same with all faults and the whole catalogue.
func TestFaultsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a hundred scenarios")
	}
	for _, area := range written {
		t.Run(area.globs[0], func(t *testing.T) {
			rows, err := matrix.Faults(t.Context(), firstOf(area.rules), matrix.Options{Globs: area.globs, Event: matrix.Event, Workers: 4})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				if !row.Killed {
					t.Errorf("%s is not found by %s; found: %v", row.Name, row.Requirement, row.Trips)
				}
			}
		})
	}
}

func firstOf(rules []string) []reference.Fault {
	seen := map[string]bool{}
	return slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool {
		first := slices.Contains(rules, f.Requirement) && !seen[f.Requirement]
		seen[f.Requirement] = true
		return !first
	})
}

// No area finds fault with what the documents leave open, least of all with what comes late or unasked.
func TestVariationsConform(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a hundred scenarios")
	}
	tried := []string{"notification-late", "notification-first", "attached-data", "unrelated-calls", "live-8.5.202", "async-refusal", "auto-answer", "sample-1", "errors-200"}
	var globs []string
	for _, area := range written {
		globs = append(globs, area.globs...)
	}
	variations := slices.DeleteFunc(reference.Variations(), func(v reference.Variation) bool { return !slices.Contains(tried, v.Name) })
	rows, err := matrix.Variations(t.Context(), variations, matrix.Options{Globs: globs, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if !strings.HasPrefix(row.Outcome, "conforms") {
			t.Errorf("%s: %s; %s", row.Name, row.Outcome, strings.Join(row.Messages, "\n"))
		}
	}
}
