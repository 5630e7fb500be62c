// Package suites is the catalogue: everything that voicespec plays and judges.
package suites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/documented"
)

// areas is the order in which scenarios are played and reported: the page that the project
// began with comes first.
var areas = []string{"transfer", "calls", "userdata", "conference", "mute", "recording", "devices", "agent-state", "monitoring", "reads", "states", "errors", "security", "notifications", "session", "throughout"}

// All returns the catalogue in playing order.
func All(registry *requirement.Registry) ([]*scenario.Scenario, error) {
	all, err := documented.Scenarios()
	if err != nil {
		return nil, fmt.Errorf("load the pages: %w", err)
	}
	for _, more := range written() {
		all = append(all, more...)
	}
	slices.SortStableFunc(all, func(a, b *scenario.Scenario) int {
		if a.Last != b.Last {
			if a.Last {
				return 1
			}
			return -1
		}
		if i, j := slices.Index(areas, a.Area), slices.Index(areas, b.Area); i != j {
			return i - j
		}
		// Sample 2 is the whole transfer: first of all.
		return strings.Compare(rank(a), rank(b))
	})
	if err := scenario.Validate(all, registry); err != nil {
		return nil, fmt.Errorf("the catalogue is inconsistent: %w", err)
	}
	return all, nil
}

func rank(s *scenario.Scenario) string {
	if s.ID == "transfer.sample-2" {
		return ""
	}
	if s.Page != nil {
		return "a" + s.ID
	}
	return "b" + s.ID
}
