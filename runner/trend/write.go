package trend

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// mostRows is how many checks are shown; the most pressing come first.
const mostRows = 200

// WriteText writes the trend for a console of width columns. It holds no markup and no escape sequence.
func (t Trend) WriteText(w io.Writer, width int) error {
	var b bytes.Buffer
	line := func(prefix, text string) {
		for _, l := range evidence.Wrap(text, max(20, width-len([]rune(prefix)))) {
			fmt.Fprintf(&b, "%s%s\n", prefix, l)
			prefix = strings.Repeat(" ", len([]rune(prefix)))
		}
	}
	line("", fmt.Sprintf("%s of %s", evidence.Plural(len(t.Runs), "run"), t.targets()))
	for i, r := range t.Runs {
		n := r.Report.Counts
		line(fmt.Sprintf("  %2d  ", i+1), fmt.Sprintf("%s  %s: %d passed, %d failed, %d blocked, by voicespec %s (%s)",
			r.when(), verdict(r.Report), n[result.Passed], n[result.Failed], n[result.Blocked], evidence.Clean(r.Report.Suite), evidence.Clean(r.Name)))
	}
	fmt.Fprintf(&b, "\nChecks that changed (%d)\n", len(t.Changed))
	for i, row := range t.Changed {
		if i == mostRows {
			fmt.Fprintf(&b, "  … %s more\n", evidence.Plural(len(t.Changed)-i, "check"))
			break
		}
		text := fmt.Sprintf("%s (%s): %s", evidence.Clean(row.ID), row.Level, strings.Join(marks(row), " → "))
		if row.Says != "" {
			text += "; " + row.Says
		}
		line("  ", text)
	}
	if len(t.Latency) > 0 {
		fmt.Fprintf(&b, "\nLatency, median of %d samples at least: where it differs most\n", enoughSamples)
	}
	for _, l := range t.Latency {
		line("  ", l.name()+": "+strings.Join(medians(l), " → "))
	}
	return written(w, &b)
}

// WriteMarkdown writes the trend as tables, a column for each run.
func (t Trend) WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## voicespec: %s of %s\n\n", evidence.Plural(len(t.Runs), "run"), evidence.Markdown(t.targets()))
	fmt.Fprintf(&b, "| run | started | verdict | passed | failed | blocked | voicespec |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for i, r := range t.Runs {
		n := r.Report.Counts
		fmt.Fprintf(&b, "| %d: %s | %s | %s | %d | %d | %d | %s |\n", i+1, evidence.Code(r.Name), r.when(), verdict(r.Report),
			n[result.Passed], n[result.Failed], n[result.Blocked], evidence.Markdown(r.Report.Suite))
	}
	head := func(title, first string) {
		fmt.Fprintf(&b, "\n### %s\n\n| %s |", title, first)
		for i := range t.Runs {
			fmt.Fprintf(&b, " %d |", i+1)
		}
		fmt.Fprintf(&b, "\n| --- |%s\n", strings.Repeat(" --- |", len(t.Runs)))
	}
	if len(t.Changed) > 0 {
		head(fmt.Sprintf("Checks that changed (%d)", len(t.Changed)), "check")
	}
	for i, row := range t.Changed {
		if i == mostRows {
			fmt.Fprintf(&b, "\n%s more are not shown.\n", evidence.Plural(len(t.Changed)-i, "check"))
			break
		}
		fmt.Fprintf(&b, "| %s (%s) | %s |\n", evidence.Code(row.ID), row.Level, strings.Join(marks(row), " | "))
	}
	if len(t.Latency) > 0 {
		head(fmt.Sprintf("Latency, median of %d samples at least: where it differs most", enoughSamples), "step")
	}
	for _, l := range t.Latency {
		fmt.Fprintf(&b, "| %s | %s |\n", evidence.Code(l.name()), strings.Join(medians(l), " | "))
	}
	return written(w, &b)
}

func written(w io.Writer, b *bytes.Buffer) error {
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write trend: %w", err)
	}
	return nil
}

// targets are those of the runs; most often it is one.
func (t Trend) targets() string {
	var all []string
	seen := map[string]bool{}
	for _, r := range t.Runs {
		if url := evidence.URL(r.Report.Target); !seen[url] {
			seen[url] = true
			all = append(all, url)
		}
	}
	return strings.Join(all, ", ")
}

func marks(row Row) []string {
	out := make([]string, 0, len(row.Outcomes))
	for _, o := range row.Outcomes {
		out = append(out, mark(o))
	}
	return out
}

func medians(l Line) []string {
	out := make([]string, 0, len(l.P50))
	for _, ms := range l.P50 {
		if ms == 0 {
			out = append(out, "–")
			continue
		}
		out = append(out, evidence.Milliseconds(ms))
	}
	return out
}
