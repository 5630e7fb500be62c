package report

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Limits of one failure on a console; the HTML report has the rest.
const (
	linesBefore  = 9 // of the timeline before the first marked line
	linesBetween = 2 // before each further one
	linesAfter   = 3 // after a marked one
	mostMarks    = 8 // marked lines
	mostOthers   = 8 // further checks of one requirement
	mostIDs      = 3 // checks named for one reason
)

// labelWidth lines up the texts of a failure: "  Expected  ".
const labelWidth = 12

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

func (c *console) group(g evidence.Group) {
	first := g.Checks[0]
	tag := fmt.Sprintf("%s · %s", g.Level, evidence.Clean(g.Requirement.ID))
	id := evidence.Clean(first.ID)
	space := max(2, min(c.style.width(), defaultWidth)-len([]rune(id))-len([]rune(tag)))
	c.printf("%s%s%s\n", c.bad.Render(id), strings.Repeat(" ", space), c.dim.Render(tag))
	rule := g.Requirement.Rule
	if rule == "" {
		rule = first.Title
	}
	c.field("Rule", evidence.Clean(rule))
	if source := evidence.Source(g.Requirement); source != "" {
		c.hanging(strings.Repeat(" ", labelWidth), c.dim.Render("source: "+evidence.Clean(source)))
	}
	c.findings(first)
	c.timeline(first)
	if first.Rerun != "" {
		c.printf("%s%s\n", label("Rerun"), evidence.Clean(first.Rerun))
	}
	if page := c.page(); page != "" {
		c.printf("%s%s#%s\n", label("Evidence"), evidence.Clean(page), id)
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

func (c *console) findings(check result.Check) {
	if len(check.Findings) == 0 {
		c.field("Observed", evidence.CleanLines(check.Message))
		return
	}
	for _, f := range check.Findings {
		where := ""
		if f.Path != "" {
			where = "at " + evidence.Clean(f.Path) + ": "
		}
		if f.Requirement != "" && f.Requirement != evidence.Primary(check) {
			where = evidence.Clean(f.Requirement) + " " + where
		}
		c.field("Expected", where+evidence.Clean(f.Expected))
		c.field("Observed", evidence.Clean(f.Observed))
	}
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
		c.printf("%s%s\n", label(name), evidence.Clip(line, c.style.width()))
	}
}

func (c *console) timeline(check result.Check) {
	lines := evidence.Timeline(c.in.Entries(check.Scenario), check.Findings)
	if len(lines) == 0 {
		return
	}
	name, skipped := "Timeline", 0
	width := 0
	for _, l := range lines {
		width = max(width, len([]rune(l.Actor)))
	}
	shown := near(lines)
	for i, l := range lines {
		if !shown[i] {
			skipped++
			continue
		}
		c.skipped(&name, &skipped)
		c.printf("%s%s\n", label(name), c.line(l, width))
		name = ""
	}
	c.skipped(&name, &skipped)
}

func (c *console) skipped(name *string, n *int) {
	if *n > 0 {
		c.printf("%s  %s\n", label(*name), c.dim.Render(fmt.Sprintf("… %s", evidence.Plural(*n, "line"))))
		*name, *n = "", 0
	}
}

func (c *console) line(l evidence.Line, width int) string {
	at := fmt.Sprintf("%+.3fs", l.At)
	switch l.Mark {
	case evidence.Missing:
		return c.bad.Render("> " + strings.Repeat("·", len(at)) + "  " + pad("", width) + "  " + l.Text())
	case evidence.Offending:
		return c.bad.Render("> " + at + "  " + pad(l.Actor, width) + "  " + l.Text())
	case evidence.Unmarked:
	}
	return "  " + c.dim.Render(at) + "  " + pad(l.Actor, width) + "  " + l.Text()
}

// near tells which lines are close enough to a marked one to be shown. Without any mark
// the end of the scenario is shown. Only the first marks count: a flood is told by a few.
func near(lines []evidence.Line) []bool {
	shown := make([]bool, len(lines))
	show := func(from, to int) {
		for i := max(0, from); i <= min(to, len(lines)-1); i++ {
			shown[i] = true
		}
	}
	marked := 0
	for i, l := range lines {
		if l.Mark == evidence.Unmarked || marked == mostMarks {
			continue
		}
		before := linesBetween
		if marked == 0 {
			before = linesBefore
		}
		show(i-before, i+linesAfter)
		marked++
	}
	if marked == 0 {
		show(len(lines)-linesBefore, len(lines)-1)
	}
	return shown
}

// unjudged lists what could not be judged and what was excused, by reason.
func (c *console) unjudged() {
	for _, o := range []result.Outcome{result.Blocked, result.Untestable, result.Excused} {
		reasons := evidence.Reasons(c.in.Report, o)
		if len(reasons) == 0 {
			continue
		}
		c.printf("%s\n", c.bold.Render(strings.ToUpper(words(o)[:1])+words(o)[1:]))
		for _, r := range reasons {
			why := evidence.Clean(firstLine(r.Text))
			if why == "" {
				why = "no reason given"
			}
			c.hanging("  - ", fmt.Sprintf("%s: %s", evidence.Plural(len(r.Checks), "check"), why))
			c.hanging("    ", c.dim.Render(ids(r.Checks)))
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

func label(name string) string { return "  " + pad(name, labelWidth-2) }

// field writes a labelled text; its further lines hang below its first.
func (c *console) field(name, text string) {
	prefix := label(name)
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		c.hanging(prefix, l)
		prefix = label("")
	}
}

// hanging writes text after prefix, wrapped at spaces to the width and indented under itself.
func (c *console) hanging(prefix, text string) {
	room := max(20, c.style.width()-len([]rune(prefix)))
	for {
		line, rest := wrap(text, room)
		c.printf("%s%s\n", prefix, line)
		if rest == "" {
			return
		}
		prefix, text = strings.Repeat(" ", len([]rune(prefix))), rest
	}
}

// wrap cuts text at the last space that leaves the first part within room. A word that is
// longer than the line stays whole: ids and JSON must be copied in one piece.
func wrap(text string, room int) (line, rest string) {
	runes := []rune(text)
	if len(runes) <= room || strings.Contains(text, "\x1b") {
		return text, ""
	}
	cut := -1
	for i, r := range runes {
		if r == ' ' && (i <= room || cut < 0) && i > 0 {
			cut = i
		}
		if i > room && cut > 0 {
			break
		}
	}
	if cut <= 0 {
		return text, ""
	}
	return string(runes[:cut]), strings.TrimLeft(string(runes[cut:]), " ")
}
