package compare

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// WriteText writes the comparison for a console of width columns: a line for each change, with what was expected and
// observed, and the result last, where a terminal stops scrolling. It holds no markup and no escape sequence.
func (d Diff) WriteText(w io.Writer, width int) error {
	b := &text{width: width}
	for _, k := range d.kinds() {
		b.changes(k)
	}
	b.latency(d.moved())
	b.line("  old  ", d.Old.text())
	b.line("  new  ", d.New.text())
	b.line("  ", d.title())
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// text is what is written for a console.
type text struct {
	bytes.Buffer
	width int
}

// line writes a text behind a prefix, wrapped and indented under itself.
func (b *text) line(prefix, s string) {
	for _, l := range evidence.Wrap(s, max(20, b.width-len([]rune(prefix)))) {
		fmt.Fprintf(b, "%s%s\n", prefix, l)
		prefix = strings.Repeat(" ", len([]rune(prefix)))
	}
}

func (b *text) changes(k kind) {
	if len(k.changes) == 0 {
		return
	}
	fmt.Fprintf(b, "%s (%d)\n", k.title, len(k.changes))
	for i, c := range k.changes {
		if i == mostRows {
			fmt.Fprintf(b, "  … %s more; --json names them\n", evidence.Plural(len(k.changes)-i, "change"))
			break
		}
		mark := "  "
		if c.Regression {
			mark = "! "
		}
		b.line(mark+"  ", c.text())
	}
	b.WriteByte('\n')
}

// text is a change in one line.
func (c Change) text() string {
	s := fmt.Sprintf("%s (%s, %s → %s)", evidence.Clean(c.ID), c.Level, plain(c.Old), plain(c.New))
	says := c.says()
	if c.Old == result.Failed && c.New == result.Failed {
		says = "was: " + c.OldSays + "; is: " + says
	}
	if says == "" {
		return s
	}
	return s + ": " + evidence.Clean(says)
}

func plain(o result.Outcome) string {
	if o == "" {
		return "not there"
	}
	return evidence.Words(o)
}

func (r Run) text() string {
	return fmt.Sprintf("%s, %s of %s by voicespec %s", verdict(r.Outcome), evidence.Plural(r.Checks, "check"), evidence.URL(r.Target), evidence.Clean(r.Suite))
}

func (b *text) latency(list []Latency) {
	if len(list) == 0 {
		return
	}
	b.line("", "Latency (informative). "+noise)
	for _, l := range list {
		b.line("    ", fmt.Sprintf("%s to %s: median %s (%.1f times), p95 %s",
			evidence.Clean(l.Operation), evidence.Clean(l.To), pair(l, l.Old.P50, l.New.P50), l.Factor, pair(l, l.Old.P95, l.New.P95)))
	}
	b.WriteByte('\n')
}
