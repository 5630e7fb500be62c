package engine

import (
	"github.com/voicespec/voicespec/runner/requirement"
)

// CheckInfo describes a check.
type CheckInfo struct {
	ID           string            `json:"id"`
	Title        string            `json:"title"`
	Requirements []string          `json:"requirements"`
	Level        requirement.Level `json:"level"`
}

// ScenarioInfo describes a scenario. Operations are those of the API that it is about.
type ScenarioInfo struct {
	ID         string             `json:"id"`
	Title      string             `json:"title"`
	Area       string             `json:"area"`
	Profiles   []string           `json:"profiles"`
	Source     requirement.Source `json:"source,omitzero"`
	Feature    string             `json:"feature,omitempty"`
	Operations []string           `json:"operations,omitempty"`
	Checks     []CheckInfo        `json:"checks"`
}

// List describes the selected part of the catalogue.
func List(o Options) ([]ScenarioInfo, error) {
	sel, err := selectChecks(o)
	if err != nil {
		return nil, err
	}
	var out []ScenarioInfo
	for _, sc := range sel.all {
		if !sel.selected(sc) {
			continue
		}
		info := ScenarioInfo{ID: sc.ID, Title: sc.Title, Area: sc.Area, Profiles: sc.Profiles, Source: sc.Source, Feature: sc.Feature, Operations: sc.Operations}
		for _, c := range sc.Checks {
			if id := sc.CheckID(c); sel.checks[id] {
				info.Checks = append(info.Checks, CheckInfo{ID: id, Title: c.Title, Requirements: c.Requirements, Level: sel.registry.Strictest(c.Requirements)})
			}
		}
		out = append(out, info)
	}
	return out, nil
}
