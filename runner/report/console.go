package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// Console writes the run for a person: the failures first, grouped by requirement, then
// what could not be judged, then a line for each area, the summary and the verdict. The
// verdict comes last because that is where a terminal stops scrolling.
func Console(w io.Writer, in Input, style Style) error {
	c := &console{in: in, style: style, palette: style.palette(w)}
	c.head()
	if !c.untouched() {
		c.unstable()
		c.failures()
		c.unjudged()
		c.areas()
		c.explored()
		c.soaked()
	}
	c.notes()
	c.summary()
	if _, err := w.Write(c.Bytes()); err != nil {
		return fmt.Errorf("write console report: %w", err)
	}
	return nil
}

type console struct {
	bytes.Buffer
	palette
	in    Input
	style Style
}

func (c *console) printf(format string, args ...any) { fmt.Fprintf(&c.Buffer, format, args...) }

func (c *console) head() {
	r := c.in.Report
	parts := []string{evidence.URL(r.Target)}
	if r.Transport != "" {
		parts = append(parts, evidence.Clean(r.Transport))
	}
	parts = append(parts, "gate "+string(r.Gate))
	if r.Runs > 1 {
		parts = append(parts, evidence.Plural(r.Runs, "run"))
	}
	if r.Fault != "" {
		parts = append(parts, "fault "+evidence.Clean(r.Fault))
	}
	if len(r.Features) > 0 {
		parts = append(parts, "features "+evidence.Clean(strings.Join(r.Features, ", ")))
	}
	c.hanging("", c.bold.Render("voicespec "+evidence.Clean(r.Suite))+"  "+c.dim.Render(strings.Join(parts, " · ")))
	c.printf("\n")
}

// unstable lists first what passed in some runs only: which it is, is a question of luck.
func (c *console) unstable() {
	var lines []string
	blocked := 0
	for _, check := range c.in.Report.Checks {
		switch {
		case check.Ratio == nil:
		case check.Outcome == result.Blocked:
			blocked++
		default:
			lines = append(lines, check.ID+" ("+string(check.Level)+"): "+check.Ratio.String())
		}
	}
	if blocked > 0 {
		lines = append(lines, evidence.Plural(blocked, "check")+" passed in some runs, and could not be judged in others (see Blocked)")
	}
	c.list(c.bad, "Unstable", lines)
}

// untouched reports whether the target could not be tested at all: then the verdict with its cause is all that there
// is to say, and a thousand blocked checks would hide it.
func (c *console) untouched() bool {
	if c.in.Report.Outcome != result.NotTested {
		return false
	}
	return !slices.ContainsFunc(c.in.Report.Checks, func(check result.Check) bool {
		return check.Outcome != result.Blocked && check.Outcome != result.NotSelected
	})
}

func (c *console) areas() {
	areas := slices.DeleteFunc(evidence.Areas(c.in.Report), func(a evidence.Area) bool {
		return a.Counts[result.NotSelected] == a.Total // the sum below counts them
	})
	width := 0
	for _, a := range areas {
		width = max(width, len([]rune(evidence.Clean(a.Name))))
	}
	for _, a := range areas {
		c.hanging("  "+pad(evidence.Clean(a.Name), width)+"  ", c.counts(a.Counts))
	}
	if len(areas) > 0 {
		c.printf("\n")
	}
}

// counts is all outcomes that are there, in the order of result.Outcomes.
func (c *console) counts(n map[result.Outcome]int) string {
	var parts []string
	for _, o := range result.Outcomes {
		if n[o] > 0 {
			parts = append(parts, c.outcome(o).Render(evidence.Counted(n[o], o)))
		}
	}
	if len(parts) == 0 {
		return c.dim.Render("nothing judged")
	}
	return strings.Join(parts, c.dim.Render(", "))
}

func (c *console) outcome(o result.Outcome) lipgloss.Style {
	switch o {
	case result.Passed:
		return c.good
	case result.Failed:
		return c.bad
	case result.KnownFailure, result.Blocked, result.Disturbed, result.Untestable:
		return c.warn
	case result.NotApplicable, result.NotSelected:
	}
	return c.dim
}

// heading is what stands above the checks with an outcome.
func heading(o result.Outcome) string {
	text := evidence.Words(o)
	if o == result.KnownFailure {
		text += "s"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// notes are what a reader should know beside the checks.
func (c *console) notes() {
	r := c.in.Report
	c.list(c.bad, "Known failures need attention", r.KnownFailureProblems)
	c.list(c.warn, "Note", r.Notes)
	c.list(c.warn, "Left behind on the target", r.LeftBehind)
	c.list(c.warn, usedByOthers, r.Others)
	if n := len(r.UnknownMembers); n > 0 {
		c.styled(c.dim, "  ", evidence.Plural(n, "member")+" that the documentation does not name (allowed; listed in results.json)")
		c.printf("\n")
	}
}

// usedByOthers stands above what others did: it may be the cause of any failure.
const usedByOthers = "Somebody else uses these people (another run?): what failed may come of it"

func (c *console) list(style lipgloss.Style, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	c.styled(style, "  ", title)
	for _, l := range lines {
		c.hanging("    - ", evidence.Clean(l))
	}
	c.printf("\n")
}

func (c *console) summary() {
	r := c.in.Report
	counts := r.Counts
	if counts == nil {
		counts = map[result.Outcome]int{}
		for _, check := range r.Checks {
			counts[check.Outcome]++
		}
	}
	took := (time.Duration(r.DurationMs * float64(time.Millisecond))).Round(10 * time.Millisecond)
	c.hanging("  ", fmt.Sprintf("%s: %s  %s", evidence.Plural(len(r.Checks), "check"), c.counts(counts), c.dim.Render("in "+took.String())))
	style, verdict := c.good, evidence.Verdict(r)
	switch r.Outcome {
	case result.Conforms:
	case result.DoesNotConform:
		style = c.bad
		if why := evidence.Against(r); r.Reason == "" && why != "" {
			verdict += ": " + why
		}
	case result.NotTested, result.ConformsInPart:
		style = c.warn
	}
	c.styled(style.Bold(true), "  ", verdict)
	if len(c.in.Files) > 0 {
		c.hanging("  "+c.dim.Render("reports:")+" ", evidence.Clean(strings.Join(c.in.Files, "  ")))
	}
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-len([]rune(s))))
}
