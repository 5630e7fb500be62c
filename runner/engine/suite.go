package engine

import (
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Suite is a catalogue that can be run.
type Suite struct {
	register func()
	always   func() // registers what judges whatever is played, alone; nil: everything is registered
	registry *requirement.Registry
	*spec.Catalogue
}

// New reads a catalogue: register registers its specs with Ginkgo. An error says what is inconsistent.
func New(register func()) (*Suite, error) {
	registry, err := requirement.Load()
	if err != nil {
		return nil, err
	}
	catalogue, err := spec.Read(register)
	return &Suite{register: register, registry: registry, Catalogue: catalogue}, err
}

// ForTraffic says what registers the specs of whatever is played, alone: each part of a long recording of traffic is judged by them.
func (s *Suite) ForTraffic(register func()) *Suite {
	s.always = register
	return s
}

// definition is the one with an id; nil if there is none.
func (s *Suite) definition(id string) *spec.Definition {
	for _, d := range s.Definitions {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// states is the table of states and operations that the recordings of scenarios show.
func (s *Suite) states(cases map[string]*judge.Case) *result.StateTable {
	var columns []judge.Column
	for _, d := range s.Definitions {
		for _, x := range d.Situations {
			columns = append(columns, judge.Column{Situation: x, Scenario: d.ID})
		}
	}
	return judge.StateTable(columns, cases)
}

// CheckInfo describes a check.
type CheckInfo = spec.CheckInfo

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
func (s *Suite) List(o Options) ([]ScenarioInfo, error) {
	sel, err := s.choose(o)
	if err != nil {
		return nil, err
	}
	var out []ScenarioInfo
	for _, d := range s.Definitions {
		if !sel.scenarios[d.ID] {
			continue
		}
		info := ScenarioInfo{
			ID: d.ID, Title: d.Title, Area: d.Area, Profiles: d.Profiles, Source: d.Source, Feature: d.Feature, Operations: d.Operations,
		}
		for _, c := range s.Checks {
			if c.Scenario == d.ID && sel.checks[c.ID] {
				info.Checks = append(info.Checks, c)
			}
		}
		out = append(out, info)
	}
	return out, nil
}
