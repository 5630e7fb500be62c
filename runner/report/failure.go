package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// Limits of one failure's text; the HTML report has the rest.
const (
	linesBefore  = 9  // of the timeline before the first marked line
	linesBetween = 2  // before each further one
	linesAfter   = 3  // after a marked one
	mostMarks    = 8  // marked lines
	mostFindings = 10 // differences that are told in full
)

// labelWidth lines up the texts of a failure: "  Expected  ".
const labelWidth = 12

// unwrapped is a width that no text reaches: a line for each field, however long.
const unwrapped = 1 << 20

// FailureText is the failure text of a check: its rule with the source, what was expected and observed, the timeline of
// entries with the offending line marked, and the command that runs just this again. It is what results.json has as the
// check's message. The console and JUnit show the same, wrapped to their width. A check that has no findings has its
// message only.
func FailureText(registry *requirement.Registry, check result.Check, entries []*recording.Entry) string {
	if len(check.Findings) == 0 {
		return check.Message
	}
	in := Input{Registry: registry, Scenarios: func(string) []*recording.Entry { return entries }}
	return plainText(in, check, unwrapped)
}

// Text is FailureText wrapped for readers of text files. It names no file: the reader has it on another machine.
func Text(in Input, check result.Check) string { return plainText(in, check, defaultWidth) }

func plainText(in Input, check result.Check, width int) string {
	c := &console{in: in, style: Style{Width: width}, palette: Style{}.palette(io.Discard)}
	c.check(in.Rule(evidence.Primary(check)), check)
	return strings.TrimRight(c.String(), "\n")
}

// check writes one failure.
func (c *console) check(rule requirement.Requirement, check result.Check) {
	if told := check.Message; strings.HasPrefix(told, check.ID) && c.in.Entries(check.Scenario) == nil { // read from results, without the recording
		c.printf("%s\n", evidence.CleanLines(told))
		return
	}
	tag := fmt.Sprintf("%s · %s", check.Level, evidence.Clean(rule.ID))
	id := evidence.Clean(check.ID)
	space := max(2, min(c.style.Columns(), defaultWidth)-len([]rune(id))-len([]rune(tag)))
	c.printf("%s%s%s\n", c.bad.Render(id), strings.Repeat(" ", space), c.dim.Render(tag))
	text := rule.Rule
	if text == "" {
		text = check.Title
	}
	c.field("Rule", evidence.Clean(text))
	if source := evidence.Source(rule); source != "" {
		c.styled(c.dim, strings.Repeat(" ", labelWidth), "source: "+evidence.Clean(source))
	}
	c.findings(check)
	c.walk(check)
	c.timeline(check)
	if check.Rerun != "" {
		c.printf("%s%s\n", label("Rerun"), evidence.Clean(check.Rerun)) // in one line, to be copied
	}
}

func (c *console) findings(check result.Check) {
	if len(check.Findings) == 0 {
		c.field("Observed", evidence.CleanLines(check.Message))
		return
	}
	names := evidence.NameCalls(c.in.Entries(check.Scenario))
	for i, f := range check.Findings {
		if i == mostFindings {
			c.field("", "… and "+evidence.Plural(len(check.Findings)-i, "more difference"))
			return
		}
		where := ""
		if f.Path != "" {
			where = "at " + evidence.Clean(f.Path) + ": "
		}
		if f.Requirement != "" && f.Requirement != evidence.Primary(check) {
			where = evidence.Clean(f.Requirement) + " " + where
		}
		c.field("Expected", where+names.In(evidence.Clean(f.Expected)))
		c.field("Observed", names.In(evidence.Clean(f.Observed)))
	}
}

// walk lists what was done, where that was chosen at random.
func (c *console) walk(check result.Check) {
	name := "Walk"
	for i, step := range check.Walk {
		c.hanging(label(name), fmt.Sprintf("%*d  %s", len(strconv.Itoa(len(check.Walk))), i+1, evidence.Clean(step)))
		name = ""
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
		c.line(label(name), l, width)
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

func (c *console) line(label string, l evidence.Line, width int) {
	at := fmt.Sprintf("%+.3fs", l.At)
	switch l.Mark {
	case evidence.Missing:
		c.styled(c.bad, label+"> "+strings.Repeat("·", len(at))+"  "+pad("", width)+"  ", l.Text())
	case evidence.Offending:
		c.styled(c.bad, label+"> "+at+"  "+pad(l.Actor, width)+"  ", l.Text())
	case evidence.Unmarked:
		c.hanging(label+"  "+c.dim.Render(at)+"  "+pad(l.Actor, width)+"  ", l.Text())
	}
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
	c.wrapped(prefix, text, func(line string) string { return line })
}

// styled is hanging, each line in a style.
func (c *console) styled(style lipgloss.Style, prefix, text string) {
	c.wrapped(prefix, text, func(line string) string { return style.Render(line) })
}

func (c *console) wrapped(prefix, text string, render func(line string) string) {
	wide := lipgloss.Width(prefix)
	for _, l := range evidence.Wrap(text, max(20, c.style.Columns()-wide)) {
		c.printf("%s\n", render(prefix+l))
		prefix = strings.Repeat(" ", wide)
	}
}
