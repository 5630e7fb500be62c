package html

import (
	"slices"
	"strconv"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// Limits of what stands above everything else: it must be read in a minute.
const (
	mostCards   = 12 // causes that are told with their evidence; the others get a line
	mostTold    = 3  // differences of a cause
	mostAlso    = 8  // further checks that a card names
	causeBefore = 5  // lines of the ladder before the one that shows the cause
	causeAfter  = 2  // and after it
	mostReasons = 6  // reasons why checks could not be judged
	mostNamed   = 3  // checks that a reason names
)

// cause is a requirement that is broken: one card, however many checks fail for it.
type cause struct {
	Rule     rule
	Scenario string // title of the one that shows it
	First    check
	Told     bool     // with its evidence
	Further  int      // differences that are told in the scenario only
	Ladder   *ladder  // what happened around it
	Line     string   // anchor of the message that is shown beside the documented one
	Also     []string // further checks that fail for it
	More     int      // and how many are not named
}

// unjudged is the checks that could not be judged for one reason.
type unjudged struct {
	Reason string
	Count  int
	Checks []string
	More   int
}

// causes tells what is wrong: the broken requirements in the order of all outputs, then what they keep from being judged.
func (p *page) causes(in evidence.Input) {
	about := map[string]result.Scenario{}
	for _, s := range in.Report.Scenarios {
		about[s.ID] = s
	}
	for i, g := range in.Failures() {
		p.Causes = append(p.Causes, p.cause(in, g, about[g.Checks[0].Scenario], i < mostCards))
	}
	reasons := evidence.Reasons(in.Report, result.Blocked)
	slices.SortStableFunc(reasons, func(a, b evidence.Reason) int { return len(b.Checks) - len(a.Checks) })
	p.Blocked = p.Counts[result.Blocked]
	for i, r := range reasons {
		if i >= mostReasons {
			p.UnjudgedMore += len(r.Checks)
			continue
		}
		named := clean(r.Checks[:min(len(r.Checks), mostNamed)])
		p.Unjudged = append(p.Unjudged, unjudged{evidence.CleanLines(r.Text), len(r.Checks), named, len(r.Checks) - len(named)})
	}
}

func (p *page) cause(in evidence.Input, g evidence.Group, about result.Scenario, told bool) cause {
	first := g.Checks[0]
	lines := p.timelines[first.Scenario]
	anchor := anchors(evidence.Clean(first.Scenario))
	names := evidence.NameCalls(in.Entries(first.Scenario))
	c := cause{Rule: newRule(g.Requirement), Scenario: evidence.Clean(about.Title), First: view(in, first, names, lines, anchor), Told: told}
	c.Rule.Level = g.Level // a check may be milder than its requirement
	if n := len(c.First.Findings); n > mostTold {
		c.First.Findings, c.Further = c.First.Findings[:mostTold], n-mostTold
	}
	others := g.Checks[1:]
	for _, other := range others[:min(len(others), mostAlso)] {
		c.Also = append(c.Also, evidence.Clean(other.ID))
	}
	c.More = len(others) - len(c.Also)
	for _, f := range c.First.Findings {
		if at := index(f.Line, lines, anchor); told && c.Ladder == nil && at >= 0 {
			from := max(0, at-causeBefore)
			c.Line = f.Line
			c.Ladder = draw(lines[from:min(len(lines), at+causeAfter+1)], station(in.Header, about.Station), evidence.Clean(first.Scenario), from)
		}
	}
	return c
}

// anchors names the lines of a scenario's timeline within the page.
func anchors(scenario string) func(int) string {
	return func(i int) string { return scenario + "~" + strconv.Itoa(i+1) }
}

func index(line string, lines []evidence.Line, anchor func(int) string) int {
	for i := range lines {
		if anchor(i) == line {
			return i
		}
	}
	return -1
}

// shows are the scenarios that show a broken requirement first; the others stay folded.
func shows(causes []evidence.Group) map[string]bool {
	out := map[string]bool{}
	for _, g := range causes[:min(len(causes), mostCards)] {
		out[g.Checks[0].Scenario] = true
	}
	return out
}
