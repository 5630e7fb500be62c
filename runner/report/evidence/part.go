package evidence

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// known counts the known failures at the gate.
func known(r *result.Report) int {
	n := 0
	for _, c := range r.Checks {
		if c.Outcome == result.KnownFailure && r.AtGate(c) {
			n++
		}
	}
	return n
}

// InPart says how much of what applies to the target was judged, and what became of the rest: "4 of 1100 required checks
// were judged, 1096 not selected". It is empty where all was.
func InPart(r *result.Report) string {
	judged, applicable := r.Judged()
	if judged == applicable {
		return ""
	}
	n := map[result.Outcome]int{}
	for _, x := range r.NotJudged {
		n[x.Outcome] += x.Checks
	}
	parts := []string{fmt.Sprintf("%d of %d %s checks were judged", judged, applicable, gate(r))}
	for _, o := range result.Outcomes {
		if n[o] > 0 {
			parts = append(parts, Counted(n[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// gate names the levels that decide.
func gate(r *result.Report) string {
	if r.Gate == requirement.Recommended {
		return "required and recommended"
	}
	return string(r.Gate)
}

// NotJudged are the checks at the gate that were not judged, a line for each reason.
func NotJudged(r *result.Report) []string {
	var out []string
	for _, n := range r.NotJudged {
		reason, _, _ := strings.Cut(n.Reason, "\n")
		switch {
		case n.Outcome == result.NotSelected:
			reason = Words(n.Outcome)
		case reason == "":
			reason = Words(n.Outcome)
		default:
			reason = Words(n.Outcome) + ": " + Clean(reason)
		}
		out = append(out, fmt.Sprintf("%s %s", Plural(n.Checks, "check"), reason))
	}
	return out
}

// Asked is what a run was asked for, as flags; "everything" where nothing was left out.
func Asked(r *result.Report) string {
	s := r.Selection
	if s == nil {
		return ""
	}
	var parts []string
	if s.Recording != "" {
		parts = append(parts, "recording "+s.Recording)
	}
	if s.Profile != "" {
		parts = append(parts, "--profile "+s.Profile)
	}
	for _, glob := range s.Run {
		parts = append(parts, "--run "+glob)
	}
	if s.LabelFilter != "" {
		parts = append(parts, "--label-filter "+s.LabelFilter)
	}
	if s.Share != "" {
		parts = append(parts, "--share "+s.Share)
	}
	if !s.Part() {
		parts = append(parts, "everything")
	}
	return Clean(strings.Join(parts, " "))
}

// Set names the requirement set that a target was judged by.
func Set(r *result.Report) string {
	if r.RequirementSet == nil {
		return ""
	}
	return Clean(r.RequirementSet.Name + ", " + r.RequirementSet.Digest)
}
