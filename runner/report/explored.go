package report

import "github.com/voicespec/voicespec/runner/report/evidence"

// mostSituations is how many situations a console lists.
const mostSituations = 12

// explored tells what an exploration tried, and how it found what it found.
func (c *console) explored() {
	x := c.in.Report.Explore
	if x == nil {
		return
	}
	c.printf("  %s\n", c.bold.Render("Explored"))
	c.hanging("    ", evidence.Explored(x))
	for i, s := range x.Situations {
		if i == mostSituations {
			c.printf("    %s\n", c.dim.Render("and "+evidence.Plural(len(x.Situations)-i, "more situation")+" (listed in results.json)"))
			break
		}
		c.hanging("    ", c.dim.Render(evidence.Clean(s.Situation)+": "+evidence.Tried(s)))
	}
	c.printf("\n")
	var lines []string
	for _, f := range x.Found {
		lines = append(lines, evidence.Showing(f))
	}
	c.list(c.bad, "Shortest walks", lines)
}
