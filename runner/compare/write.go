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

// WriteMarkdown writes the comparison for a pull request or a step summary:
// first whether there is a regression, then a table for each kind of change that occurs.
func (d Diff) WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## voicespec: %s\n\n", d.title())
	fmt.Fprintf(&b, "| | old | new |\n| --- | --- | --- |\n")
	fmt.Fprintf(&b, "| verdict | %s | %s |\n", verdict(d.Old.Outcome), verdict(d.New.Outcome))
	fmt.Fprintf(&b, "| target | %s | %s |\n", evidence.Code(evidence.URL(d.Old.Target)), evidence.Code(evidence.URL(d.New.Target)))
	fmt.Fprintf(&b, "| voicespec | %s | %s |\n", evidence.Markdown(d.Old.Suite), evidence.Markdown(d.New.Suite))
	fmt.Fprintf(&b, "| checks | %d | %d |\n", d.Old.Checks, d.New.Checks)
	for _, k := range d.kinds() {
		section(&b, k.title, k.changes)
	}
	d.latency(&b)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write comparison: %w", err)
	}
	return nil
}

// kind is one kind of change.
type kind struct {
	title   string
	changes []Change
}

// kinds are all of them, what matters most first.
func (d Diff) kinds() []kind {
	return []kind{
		{"Newly failing", d.NewlyFailing},
		{"Passed before, not judged now", d.NoLongerJudged},
		{"Gone", d.Gone},
		{"Newly passing", d.NewlyPassing},
		{"Still failing, but differently", d.ChangedMessages},
		{"New checks", d.Added},
	}
}

// title says whether there is a regression.
func (d Diff) title() string {
	n := len(d.Regressions())
	switch {
	case n > 0:
		return evidence.Plural(n, "regression")
	case d.Regressed:
		return "regression, the target could not be tested"
	case d.Same():
		return "no change"
	}
	return "no regression"
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
	fmt.Fprintf(b, "\n### %s (%d)\n\n| check | level | old | new | what it says |\n| --- | --- | --- | --- | --- |\n", title, len(list))
	for i, c := range list {
		if i == mostRows {
			fmt.Fprintf(b, "\n%s more are in the JSON form.\n", evidence.Plural(len(list)-i, "change"))
			return
		}
		mark := ""
		if c.Regression {
			mark = " **regression**"
		}
		message := evidence.Code(c.says())
		if c.Old == result.Failed && c.New == result.Failed {
			message = "was: " + evidence.Code(c.OldSays) + "<br>is: " + message
		}
		fmt.Fprintf(b, "| %s%s | %s | %s | %s | %s |\n", evidence.Code(c.ID), mark, evidence.Markdown(string(c.Level)), outcome(c.Old), outcome(c.New), message)
	}
}

// says is what the newer run says of a check; of one that passes or is gone, what the older said.
func (c Change) says() string {
	if c.NewSays == "" {
		return c.OldSays
	}
	return c.NewSays
}

func outcome(o result.Outcome) string {
	if o == "" {
		return "–"
	}
	return evidence.Markdown(string(o))
}

// What is no noise: a median of many samples each, that is twice the other at least, a difference that is felt, and
// beyond what most of the other run's samples were.
const (
	enoughSamples = 10
	noiseFactor   = 2
	noiseMs       = 20
)

// noise is that in words.
var noise = fmt.Sprintf("Medians of %d samples or more that are %d times the other's and differ by %d ms, above what 95 %% of its samples took.",
	enoughSamples, noiseFactor, noiseMs)

// beyondNoise reports whether a latency has changed by more than two runs of one server differ.
func (l Latency) beyondNoise() bool {
	low, high := l.Old, l.New
	if low.P50 > high.P50 {
		low, high = high, low
	}
	return min(low.Count, high.Count) >= enoughSamples && high.P50-low.P50 >= noiseMs && high.P50 >= noiseFactor*low.P50 && high.P50 > low.P95
}

// moved are the latencies that changed beyond noise.
func (d Diff) moved() []Latency {
	return slices.DeleteFunc(slices.Clone(d.Latency), func(l Latency) bool { return !l.beyondNoise() })
}

func (d Diff) latency(b *bytes.Buffer) {
	list := d.moved()
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### Latency (informative)\n\n%s\n\n", noise)
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
