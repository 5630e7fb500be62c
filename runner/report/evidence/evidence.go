// Package evidence turns a recording and the findings about it into what people read:
// the lines of a scenario's timeline with the offending one marked and the missing one as
// a gap, texts that no terminal and no browser obeys, and curl commands. All reports share
// it, so that they cannot tell different stories. It imports the data packages only.
package evidence

import (
	"regexp"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Input is everything that a report is made from. Only Report must be set.
type Input struct {
	Report   *result.Report
	Registry *requirement.Registry // rules and sources; without it a report shows ids only
	Header   *recording.Header

	// Scenarios returns the recording of a scenario, in order.
	Scenarios func(id string) []*recording.Entry
	// Documented returns the page's messages of a scenario, in page order.
	Documented func(scenario string) []Documented

	// Files are the reports that were written, for the console's last lines; the HTML
	// report, if there is one, comes first, since failures point into it.
	Files []string
}

// Documented is one message as the page prints it.
type Documented struct {
	Title string // "agent is notified: Held"
	JSON  string
	Actor string // who gets or sends it; empty: agent
}

// Entries returns the recording of a scenario; nil if there is none.
func (in Input) Entries(scenario string) []*recording.Entry {
	if in.Scenarios == nil || scenario == "" {
		return nil
	}
	return in.Scenarios(scenario)
}

// Pages returns the page's messages of a scenario; nil if there are none.
func (in Input) Pages(scenario string) []Documented {
	if in.Documented == nil {
		return nil
	}
	return in.Documented(scenario)
}

// Rule looks a requirement up. An unknown id gives a Requirement with that id alone.
func (in Input) Rule(id string) requirement.Requirement {
	if in.Registry != nil {
		if q, ok := in.Registry.Get(id); ok {
			return q
		}
	}
	return requirement.Requirement{ID: id}
}

// Source is a rule's source with the kind of evidence, in words.
func Source(q requirement.Requirement) string {
	if q.Source.Page == "" {
		return ""
	}
	words := map[requirement.Evidence]string{
		requirement.Documented: "documented",
		requirement.Observed:   "observed on a live server",
		requirement.ReliedOn:   "relied on by clients",
		requirement.Inferred:   "inferred",
	}
	return q.Source.String() + " (" + words[q.Evidence] + ")"
}

// Primary is the requirement that a failed check is grouped under: the one of its first
// finding, since a check may judge several and break one.
func Primary(c result.Check) string {
	for _, f := range c.Findings {
		if f.Requirement != "" {
			return f.Requirement
		}
	}
	if len(c.Requirements) > 0 {
		return c.Requirements[0]
	}
	return ""
}

// told finds in the text of a failure what was expected and observed: there calls are named by their roles.
var told = regexp.MustCompile(`(?m)^  Expected  (.*)\n  Observed  (.*)$`)

// Difference is what was expected and observed in one line, or why a check was not judged.
func Difference(c result.Check) string {
	if len(c.Findings) == 0 {
		return Clean(firstLine(c.Message))
	}
	if t := told.FindStringSubmatch(c.Message); t != nil && strings.HasPrefix(c.Message, c.ID) {
		return "expected " + Clean(t[1]) + "; observed " + Clean(t[2])
	}
	f := c.Findings[0]
	return "expected " + Clean(firstLine(f.Expected)) + "; observed " + Clean(firstLine(f.Observed))
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}

// Group is the failed checks of one requirement.
type Group struct {
	Requirement requirement.Requirement
	Level       requirement.Level
	Checks      []result.Check
}

// Failures groups the failed checks by requirement: stricter levels first, then what most others are blocked by, else in
// the order of the checks.
func (in Input) Failures() []Group {
	var groups []Group
	at := map[string]int{}
	for _, c := range in.Report.Checks {
		if c.Outcome != result.Failed {
			continue
		}
		// The level is part of the key: a check may be milder than its requirement, and
		// must then not be printed among the required ones.
		key := string(c.Level) + " " + Primary(c)
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, Group{Requirement: in.Rule(Primary(c)), Level: c.Level})
		}
		groups[i].Checks = append(groups[i].Checks, c)
	}
	// What others are blocked by is a cause, and comes first.
	blocks := in.blocks()
	sortStable(groups, func(g Group) int { return -blocks[g.Requirement.ID] })
	sortStable(groups, func(g Group) int { return g.Level.Rank() })
	return groups
}

// naming is how a reason names the requirement that it is found by.
var naming = regexp.MustCompile(`\(([A-Z]+-[0-9]+)\)`)

// blocks counts, for each requirement, the checks that are blocked by what breaks it.
func (in Input) blocks() map[string]int {
	n := map[string]int{}
	for _, c := range in.Report.Checks {
		if c.Outcome != result.Blocked {
			continue
		}
		if by := naming.FindStringSubmatch(c.Message); by != nil {
			n[by[1]]++
		}
	}
	return n
}

// Area is the outcome counts of one area.
type Area struct {
	Name   string
	Counts map[result.Outcome]int
	Total  int
}

// Areas counts outcomes per area, in the order in which areas first appear.
func Areas(r *result.Report) []Area {
	var areas []Area
	at := map[string]int{}
	for _, c := range r.Checks {
		i, known := at[c.Area]
		if !known {
			i = len(areas)
			at[c.Area] = i
			areas = append(areas, Area{Name: c.Area, Counts: map[result.Outcome]int{}})
		}
		areas[i].Counts[c.Outcome]++
		areas[i].Total++
	}
	return areas
}

// Reason is the checks that were not judged for one reason.
type Reason struct {
	Outcome result.Outcome
	Text    string
	Checks  []string
}

// Reasons groups the checks with an outcome by why they were not judged.
func Reasons(r *result.Report, o result.Outcome) []Reason {
	var out []Reason
	at := map[string]int{}
	for _, c := range r.Checks {
		if c.Outcome != o {
			continue
		}
		text := c.Message
		if o == result.KnownFailure && c.KnownFailure != "" {
			text = c.KnownFailure
		}
		i, known := at[text]
		if !known {
			i = len(out)
			at[text] = i
			out = append(out, Reason{Outcome: o, Text: text})
		}
		out[i].Checks = append(out[i].Checks, c.ID)
	}
	return out
}

// Verdict is the outcome of a run in words, with the reason where there is one.
func Verdict(r *result.Report) string {
	word := map[result.Verdict]string{
		result.Conforms:       "conforms",
		result.ConformsInPart: "conforms in part",
		result.DoesNotConform: "does not conform",
		result.NotTested:      "not tested",
	}[r.Outcome]
	if word == "" {
		word = "no verdict"
	}
	if n := known(r); n > 0 && (r.Outcome == result.Conforms || r.Outcome == result.ConformsInPart) {
		word += ", but for " + Plural(n, "known failure")
	}
	switch why := InPart(r); {
	case r.Reason != "":
		word += ": " + Clean(r.Reason)
	case r.Outcome == result.ConformsInPart && why != "":
		word += ": " + why
	}
	return word
}
