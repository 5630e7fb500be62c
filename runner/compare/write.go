package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// WriteJSON writes the comparison; empty lists are there as [].
func (d Diff) WriteJSON(w io.Writer) error {
	d.Old.Target, d.New.Target = evidence.URL(d.Old.Target), evidence.URL(d.New.Target)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// mostRows is how much of one list Markdown shows; a comment of thousands of rows is not read.
const mostRows = 100

// WriteMarkdown writes the comparison for a pull request, a step summary or a console:
// first whether there is a regression, then a table for each kind of change that occurs.
func (d Diff) WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	d.title(&b)
	fmt.Fprintf(&b, "| | old | new |\n| --- | --- | --- |\n")
	fmt.Fprintf(&b, "| verdict | %s | %s |\n", verdict(d.Old.Outcome), verdict(d.New.Outcome))
	fmt.Fprintf(&b, "| target | %s | %s |\n", evidence.Code(evidence.URL(d.Old.Target)), evidence.Code(evidence.URL(d.New.Target)))
	fmt.Fprintf(&b, "| voicespec | %s | %s |\n", evidence.Markdown(d.Old.Suite), evidence.Markdown(d.New.Suite))
	fmt.Fprintf(&b, "| checks | %d | %d |\n", d.Old.Checks, d.New.Checks)
	section(&b, "Newly failing", d.NewlyFailing)
	section(&b, "Passed before, not judged now", d.NoLongerJudged)
	section(&b, "Gone", d.Gone)
	section(&b, "Newly passing", d.NewlyPassing)
	section(&b, "Still failing, with another message", d.ChangedMessages)
	section(&b, "New checks", d.Added)
	d.latency(&b)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

func (d Diff) title(b *bytes.Buffer) {
	n := len(d.Regressions())
	switch {
	case n > 0:
		fmt.Fprintf(b, "## voicespec: %s\n\n", evidence.Plural(n, "regression"))
	case d.Regressed:
		fmt.Fprintf(b, "## voicespec: regression, the target could not be tested\n\n")
	case d.Same():
		fmt.Fprintf(b, "## voicespec: no change\n\n")
	default:
		fmt.Fprintf(b, "## voicespec: no regression\n\n")
	}
}

func verdict(v result.Verdict) string {
	if v == "" {
		return "none"
	}
	return evidence.Verdict(&result.Report{Outcome: v})
}

func section(b *bytes.Buffer, title string, list []Change) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s (%d)\n\n| check | level | old | new | message |\n| --- | --- | --- | --- | --- |\n", title, len(list))
	for i, c := range list {
		if i == mostRows {
			fmt.Fprintf(b, "\n%s more are in the JSON form.\n", evidence.Plural(len(list)-i, "change"))
			return
		}
		mark := ""
		if c.Regression {
			mark = " **regression**"
		}
		message := evidence.Code(c.NewMessage)
		if c.Old == result.Failed && c.New == result.Failed {
			message = "was: " + evidence.Code(c.OldMessage) + "<br>is: " + message
		}
		fmt.Fprintf(b, "| %s%s | %s | %s | %s | %s |\n", evidence.Code(c.ID), mark, evidence.Markdown(string(c.Level)), outcome(c.Old), outcome(c.New), message)
	}
}

func outcome(o result.Outcome) string {
	if o == "" {
		return "–"
	}
	return evidence.Markdown(string(o))
}

// What is no noise: from so many samples each, so much more or less, by factor and difference.
const (
	enoughSamples = 3
	noiseFactor   = 1.5
	noiseMs       = 5
)

// beyondNoise reports whether a latency has changed by more than two runs of one server differ.
func (l Latency) beyondNoise() bool {
	low, high := min(l.Old.P50, l.New.P50), max(l.Old.P50, l.New.P50)
	return min(l.Old.Count, l.New.Count) >= enoughSamples && high-low >= noiseMs && high >= noiseFactor*low
}

func (d Diff) latency(b *bytes.Buffer) {
	list := slices.DeleteFunc(slices.Clone(d.Latency), func(l Latency) bool { return !l.beyondNoise() })
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### Latency (informative)\n\nThose whose median differs by half and by %d ms, of %d samples at least.\n\n", noiseMs, enoughSamples)
	fmt.Fprintf(b, "| operation | to | p50 | p95 | max | p50 new/old |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, l := range list {
		factor := "–"
		if l.Factor > 0 {
			factor = fmt.Sprintf("%.2f", l.Factor)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", evidence.Code(l.Operation), evidence.Markdown(l.To),
			pair(l, l.Old.P50, l.New.P50), pair(l, l.Old.P95, l.New.P95), pair(l, l.Old.Max, l.New.Max), factor)
	}
}

func pair(l Latency, old, current float64) string {
	a, b := "–", "–"
	if l.Old.Count > 0 {
		a = evidence.Milliseconds(old)
	}
	if l.New.Count > 0 {
		b = evidence.Milliseconds(current)
	}
	return a + " → " + b
}
