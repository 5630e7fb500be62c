package engine

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// selection is what was asked for, as results name it.
func (o Options) selection() *result.Selection {
	s := &result.Selection{
		Profile: o.Profile, Run: slices.Clone(o.Globs), LabelFilter: o.LabelFilter, Gate: o.gate(), Recording: o.Recording, Complete: o.Complete,
		Share: o.Share.String(),
	}
	if o.Target != nil {
		s.Transport = o.Target.Transport
	}
	return s
}

// Set is what the catalogue asks of a server: its rules with level and source, and the checks that judge them. The digest
// changes with any of them, and with nothing else.
func (s *Suite) Set() *result.RequirementSet {
	var lines []string
	for _, q := range s.registry.All() {
		lines = append(lines, strings.Join([]string{
			"requirement", q.ID, string(q.Level), string(q.Evidence), q.Source.Page, q.Source.Section, q.Feature, q.Rule,
		}, "\t"))
	}
	for _, c := range s.Checks {
		lines = append(lines, strings.Join(append([]string{"check", c.ID, string(c.Level)}, c.Requirements...), "\t"))
	}
	slices.Sort(lines)
	set := &result.RequirementSet{
		Digest:       fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(strings.Join(lines, "\n")))),
		Requirements: len(s.registry.All()), Checks: len(s.Checks),
	}
	set.Name = requirement.Release(set.Digest)
	return set
}
