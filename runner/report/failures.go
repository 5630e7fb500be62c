package report

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Limits of what is told beside a failure.
const (
	mostOthers = 8 // further checks of one requirement
	mostIDs    = 3 // checks named for one reason
)

func (c *console) failures() {
	groups := c.in.Failures()
	if len(groups) == 0 {
		return
	}
	level := requirement.Level("")
	for _, g := range groups {
		if g.Level != level {
			level = g.Level
			c.printf("%s\n\n", c.bold.Render("Failed, "+string(level)))
		}
		c.group(g)
	}
}

// group is a failed requirement: the first of its checks with all its evidence, the others with a line each.
func (c *console) group(g evidence.Group) {
	first := g.Checks[0]
	c.check(g.Requirement, first)
	if page := c.page(); page != "" {
		c.printf("%s%s#%s\n", label("Evidence"), evidence.Clean(page), evidence.Clean(first.ID))
	}
	c.others(g.Checks[1:])
	c.printf("\n")
}

// page is the HTML report, if one was written.
func (c *console) page() string {
	for _, f := range c.in.Files {
		if strings.HasSuffix(f, ".html") {
			return f
		}
	}
	return ""
}

func (c *console) others(checks []result.Check) {
	for i, check := range checks {
		name := "Also"
		if i > 0 {
			name = ""
		}
		if i == mostOthers {
			c.printf("%s%s\n", label(name), c.dim.Render(fmt.Sprintf("and %s more", evidence.Plural(len(checks)-i, "check"))))
			return
		}
		what := check.Message
		if len(check.Findings) > 0 {
			what = check.Findings[0].Observed
		}
		line := evidence.Clean(check.ID) + "  " + evidence.Clean(firstLine(what))
		c.hanging(label(name), line)
	}
}

// unjudged lists what could not be judged and what is a known failure, by reason.
func (c *console) unjudged() {
	for _, o := range []result.Outcome{result.Blocked, result.Disturbed, result.Untestable, result.KnownFailure} {
		reasons := evidence.Reasons(c.in.Report, o)
		if len(reasons) == 0 {
			continue
		}
		c.printf("%s\n", c.bold.Render(heading(o)))
		for _, r := range reasons {
			why := evidence.Clean(firstLine(r.Text))
			if why == "" {
				why = "no reason given"
			}
			c.hanging("  - ", fmt.Sprintf("%s: %s", evidence.Plural(len(r.Checks), "check"), why))
			c.styled(c.dim, "    ", ids(r.Checks))
		}
		c.printf("\n")
	}
}

func ids(checks []string) string {
	shown := checks[:min(len(checks), mostIDs)]
	s := evidence.Clean(strings.Join(shown, ", "))
	if more := len(checks) - len(shown); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}
