package html

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// page is what the template prints. Texts are clean already.
type page struct {
	CSP                  string
	Style                template.CSS
	Script               template.JS
	Verdict              string
	Class                string // of the verdict
	Why                  string // what stands against conformance, counted
	Causes               []cause
	Unjudged             []unjudged
	UnjudgedMore         int // checks whose reasons are not told
	Blocked              int
	Target               string
	Facts                []fact
	Outcomes             []result.Outcome // that occur
	Counts               map[result.Outcome]int
	Checks               int
	Levels               []requirement.Level
	Areas                []evidence.Area
	NotJudged            []string // where that is why it conforms in part only
	Notes                []string
	KnownFailureProblems []string
	Left                 []string
	Others               []string
	Unknown              []fact
	Sections             []section
	Requirements         []rule // that the checks judge
	Latency              []latencyRow
	Budgets              []string // which would do
	PlotWidth            int
	States               *stateTable
	Explored             *explored
	Soaked               *soaked
	Bodies               *bodies

	shows     map[string]bool // scenarios that show a cause first
	timelines map[string][]evidence.Line
}

type fact struct{ Name, Value string }

// section is the scenarios of one area.
type section struct {
	Area      string
	Scenarios []scenario
}

type scenario struct {
	ID, Title, Source, Played string
	Counts                    []count
	Open                      bool
	Ladder                    *ladder
	Table                     bool // the timeline as a table too
	Broken                    []check
	Quiet                     []check // passed and what was left out: one line each
}

type count struct {
	Outcome result.Outcome
	N       int
}

type check struct {
	ID, Title, Message, Rerun, KnownFailure string
	Walk                                    []string // steps of an exploration
	Name                                    string   // the id without its scenario's, which stands above
	Outcome                                 result.Outcome
	Level                                   requirement.Level
	Rules                                   []rule
	Findings                                []finding
}

type rule struct {
	ID, Text, Source string
	Level            requirement.Level
}

type finding struct{ Requirement, Path, Expected, Observed, Line string }

func newPage(in evidence.Input) *page {
	r := in.Report
	p := &page{
		Verdict: evidence.Verdict(r), Class: string(r.Outcome), Target: evidence.URL(r.Target), Checks: len(r.Checks),
		Counts: map[result.Outcome]int{}, Areas: evidence.Areas(r), Latency: latencies(r.Latency), Budgets: evidence.SuggestBudgets(r.Latency), PlotWidth: plotWidth,
		Why: evidence.Clean(evidence.Against(r)), shows: shows(in.Failures()), timelines: map[string][]evidence.Line{},
		KnownFailureProblems: clean(r.KnownFailureProblems), Left: clean(r.LeftBehind), Others: clean(r.Others),
		States: newStateTable(r.States), Bodies: newBodies(r.Target),
	}
	p.Notes, p.Explored, p.Soaked = clean(r.Notes), newExplored(r.Explore), newSoaked(r.Soak)
	if r.Outcome == result.ConformsInPart {
		p.NotJudged = evidence.NotJudged(r)
	}
	for _, c := range r.Checks {
		p.Counts[c.Outcome]++
		if !slices.Contains(p.Levels, c.Level) {
			p.Levels = append(p.Levels, c.Level)
		}
	}
	slices.SortFunc(p.Levels, func(a, b requirement.Level) int { return a.Rank() - b.Rank() })
	for _, o := range result.Outcomes {
		if p.Counts[o] > 0 {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	p.facts(r)
	p.requirements(in)
	p.sections(in)
	p.causes(in)
	return p
}

// requirements are those that the checks judge, by id.
func (p *page) requirements(in evidence.Input) {
	seen := map[string]bool{}
	for _, c := range in.Report.Checks {
		for _, id := range c.Requirements {
			if !seen[id] {
				seen[id] = true
				p.Requirements = append(p.Requirements, newRule(in.Rule(id)))
			}
		}
	}
	slices.SortFunc(p.Requirements, func(a, b rule) int { return strings.Compare(a.ID, b.ID) })
}

func (p *page) facts(r *result.Report) {
	add := func(name, value string) {
		if value != "" {
			p.Facts = append(p.Facts, fact{name, evidence.Clean(value)})
		}
	}
	add("Transport", r.Transport)
	add("Gate", string(r.Gate))
	add("Asked for", evidence.Asked(r))
	add("Requirement set", evidence.Set(r))
	add("Features", strings.Join(r.Features, ", "))
	add("Fault", r.Fault)
	if !r.Started.IsZero() {
		add("Started", r.Started.UTC().Format("2006-01-02 15:04:05")+" UTC")
	}
	add("Took", time.Duration(r.DurationMs*float64(time.Millisecond)).Round(10*time.Millisecond).String())
	add("Seed", strconv.FormatInt(r.Seed, 10))
	add("voicespec", r.Suite)
	var paths []string
	for path := range r.UnknownMembers {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		p.Unknown = append(p.Unknown, fact{evidence.Clean(path), strconv.Itoa(r.UnknownMembers[path])})
	}
}

func clean(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = evidence.Clean(s)
	}
	return out
}

// sections puts the checks under their scenarios and the scenarios under their areas, each
// in the order of the checks. A scenario that the report does not sum up still appears.
func (p *page) sections(in evidence.Input) {
	about := map[string]result.Scenario{}
	for _, s := range in.Report.Scenarios {
		about[s.ID] = s
	}
	var order []string
	checks := map[string][]result.Check{}
	for _, c := range in.Report.Checks {
		if _, known := checks[c.Scenario]; !known {
			order = append(order, c.Scenario)
		}
		checks[c.Scenario] = append(checks[c.Scenario], c)
	}
	at := map[string]int{}
	for _, id := range order {
		area := checks[id][0].Area
		i, known := at[area]
		if !known {
			i = len(p.Sections)
			at[area] = i
			p.Sections = append(p.Sections, section{Area: evidence.Clean(area)})
		}
		p.Sections[i].Scenarios = append(p.Sections[i].Scenarios, p.scenario(in, id, about[id], checks[id]))
	}
}

func (p *page) scenario(in evidence.Input, id string, about result.Scenario, checks []result.Check) scenario {
	s := scenario{ID: evidence.Clean(id), Title: evidence.Clean(about.Title), Table: false}
	if s.Title == "" {
		s.Title = s.ID
	}
	if about.Source.Page != "" {
		s.Source = evidence.Clean(about.Source.String())
	}
	if about.PlayedMs > 0 {
		s.Played = evidence.Milliseconds(about.PlayedMs)
	}
	var findings []result.Finding
	n := map[result.Outcome]int{}
	for _, c := range checks {
		n[c.Outcome]++
		if c.Outcome == result.Failed || c.Outcome == result.KnownFailure {
			findings = append(findings, c.Findings...)
		}
	}
	for _, o := range result.Outcomes {
		if n[o] > 0 {
			s.Counts = append(s.Counts, count{o, n[o]})
		}
	}
	s.Open = p.shows[id]
	broken := n[result.Failed] > 0 || n[result.Blocked] > 0 || n[result.KnownFailure] > 0 || n[result.Disturbed] > 0
	lines := trim(evidence.Timeline(in.Entries(id), findings))
	s.Ladder, s.Table = draw(lines, station(in.Header, about.Station), s.ID, 0), broken
	p.timelines[id] = lines
	anchor := anchors(s.ID)
	p.Bodies.add(lines, in.Pages(id), anchor, broken)
	names := evidence.NameCalls(in.Entries(id))
	for _, c := range checks {
		v := view(in, c, names, lines, anchor)
		switch c.Outcome {
		case result.Failed, result.Blocked, result.KnownFailure, result.Disturbed:
			s.Broken = append(s.Broken, v)
		case result.Passed, result.Untestable, result.NotApplicable, result.NotSelected:
			s.Quiet = append(s.Quiet, v)
		}
	}
	return s
}

// mostRows is how many lines of one scenario are drawn: what a target floods is no diagram.
const mostRows = 400

// trim keeps the beginning of a flooded timeline, and marked lines as far as there is room.
func trim(lines []evidence.Line) []evidence.Line {
	if len(lines) <= mostRows {
		return lines
	}
	kept := slices.Clone(lines[:mostRows/2])
	for _, l := range lines[mostRows/2:] {
		if l.Mark != evidence.Unmarked && len(kept) < mostRows {
			kept = append(kept, l)
		}
	}
	text := evidence.Plural(len(lines)-len(kept), "line") + " left out; save the recording (--save) to see all"
	note := &recording.Entry{Kind: recording.KindNote, Text: text, At: lines[len(lines)-1].At}
	return append(kept, evidence.Line{Entry: note, At: note.At, What: text, Caps: -1})
}

func station(h *recording.Header, n int) recording.Station {
	if h == nil || len(h.Stations) == 0 {
		return recording.Station{}
	}
	return h.Stations[min(max(n-1, 0), len(h.Stations)-1)]
}

func newRule(q requirement.Requirement) rule {
	return rule{ID: evidence.Clean(q.ID), Text: evidence.Clean(q.Rule), Source: evidence.Clean(evidence.Source(q)), Level: q.Level}
}

func view(in evidence.Input, c result.Check, names evidence.Names, lines []evidence.Line, anchor func(int) string) check {
	v := check{
		ID: evidence.Clean(c.ID), Title: evidence.Clean(c.Title), Outcome: c.Outcome, Level: c.Level,
		Walk: clean(c.Walk), Rerun: evidence.Clean(c.Rerun), KnownFailure: evidence.Clean(c.KnownFailure),
		Name: evidence.Clean(strings.TrimPrefix(c.ID, c.Scenario+".")),
	}
	if c.Outcome != result.Passed {
		v.Message = evidence.CleanLines(c.Message)
	}
	for _, id := range c.Requirements {
		q := in.Rule(id)
		v.Rules = append(v.Rules, newRule(q))
	}
	for _, f := range c.Findings {
		v.Findings = append(v.Findings, finding{
			Requirement: evidence.Clean(f.Requirement), Path: evidence.Clean(f.Path),
			Expected: names.In(evidence.CleanLines(f.Expected)), Observed: names.In(evidence.CleanLines(f.Observed)), Line: where(f, lines, anchor),
		})
	}
	return v
}

// where is the anchor of the line that shows a finding.
func where(f result.Finding, lines []evidence.Line, anchor func(int) string) string {
	for i, l := range lines {
		for _, g := range l.Findings {
			if g == f || g.Seq == 0 && f.Seq == 0 && g.Expected == f.Expected && g.After == f.After {
				return anchor(i)
			}
		}
	}
	return ""
}

// part is one piece of the bar that shows an area's outcomes.
type part struct {
	Outcome result.Outcome
	X, W    int
}

// barWidth is the width of an area's bar, in SVG units.
const barWidth = 120

// bar divides a bar by an area's outcomes. What is there at all is seen, be it one check.
func bar(a evidence.Area) []part {
	var parts []part
	x := 0
	for _, o := range slices.Backward(result.Outcomes) {
		if n := a.Counts[o]; n > 0 && o != result.Passed {
			w := max(3, n*barWidth/a.Total)
			x += w
			parts = append(parts, part{o, barWidth - x, w})
		}
	}
	if a.Counts[result.Passed] > 0 {
		parts = append(parts, part{result.Passed, 0, max(3, barWidth-x)})
	}
	return parts
}
