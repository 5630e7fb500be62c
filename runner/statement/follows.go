package statement

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// decided is a copy of results with what follows from their checks.
func decided(r *result.Report) *result.Report {
	again := *r
	again.Reason = ""
	again.Count()
	again.Decide()
	return &again
}

// contradictions are in what results do not follow from their checks.
func contradictions(data []byte, r *result.Report) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, evidence.Clean(fmt.Sprintf(format, args...))) }
	again := decided(r)
	// A run that was broken off says so in place of a verdict.
	stopped := r.Outcome == result.NotTested && r.Reason != "" && r.Reason != nothing
	if r.Outcome != again.Outcome && !stopped {
		say("outcome: they say %q, their checks %q", r.Outcome, again.Outcome)
	}
	var said struct {
		Counts map[result.Outcome]int `json:"counts"`
	}
	_ = json.Unmarshal(data, &said) // it was read before
	for _, o := range result.Outcomes {
		if said.Counts[o] != again.Counts[o] {
			say("counts.%s: they say %d, their checks %d", o, said.Counts[o], again.Counts[o])
		}
	}
	if !maps.Equal(reasons(r.NotJudged), reasons(again.NotJudged)) && !stopped {
		say("notJudged: they do not say what their checks say (%d at the gate were not judged)", total(again.NotJudged))
	}
	set := r.RequirementSet
	if len(r.Checks) != set.Checks {
		say("checks: there are %d, the requirement set has %d", len(r.Checks), set.Checks)
	}
	if r.Selection.Gate != r.Gate {
		say("gate: %q was asked for, and %q decides", r.Selection.Gate, r.Gate)
	}
	if !slices.Contains(levels, r.Gate) {
		say("gate: there is no level %q", r.Gate)
	}
	for _, c := range r.Checks {
		switch {
		case !slices.Contains(levels, c.Level):
			say("check %s: there is no level %q", c.ID, c.Level)
		case c.Outcome == result.Passed && len(c.Findings) > 0:
			say("check %s: it passed, and has a finding", c.ID)
		}
	}
	return append(out, foreignSet(set)...)
}

// nothing is why a run is not tested in which no check was judged.
var nothing = decided(&result.Report{}).Reason

// foreignSet is what tells a requirement set from the one that the release froze that it names. A release that this voicespec
// does not know is newer than it.
func foreignSet(set *result.RequirementSet) []string {
	list, err := requirement.Releases()
	if err != nil {
		return []string{err.Error()}
	}
	return differentSet(list, set)
}

func differentSet(list []requirement.Frozen, set *result.RequirementSet) []string {
	for _, f := range list {
		frozen := result.RequirementSet{Name: f.Release, Digest: f.Digest, Requirements: f.Requirements, Checks: f.Checks}
		if f.Release == set.Name && frozen != *set {
			return []string{evidence.Clean(fmt.Sprintf("requirementSet: they say %s, %s; the release has %s", set.Name, set.Digest, f.Digest))}
		}
	}
	return nil
}

// reasons are counts by outcome and reason, in no order.
func reasons(list []result.NotJudged) map[string]int {
	out := map[string]int{}
	for _, n := range list {
		out[string(n.Outcome)+" "+n.Reason] += n.Checks
	}
	return out
}

func total(list []result.NotJudged) int {
	n := 0
	for _, x := range list {
		n += x.Checks
	}
	return n
}
