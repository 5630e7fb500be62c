package evidence

import (
	"fmt"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/result"
)

// Course is how something went over the rounds of a soak.
type Course struct {
	Name        string
	First, Last string
	Values      []float64
}

// Soaked sums up a long run in a sentence.
func Soaked(x *result.Soak) string {
	failed := 0
	for _, p := range x.Points {
		if p.Failed > 0 {
			failed += p.Rounds
		}
	}
	took := time.Duration(x.ForMs * float64(time.Millisecond)).Round(time.Second)
	text := fmt.Sprintf("%s and %s of exploring in %s", Plural(x.Rounds, "round"), Plural(x.Steps, "step"), took)
	switch {
	case failed == 0:
		return text + "; nothing failed in any"
	case len(x.Points) < x.Rounds:
		return text + fmt.Sprintf("; something failed in %d of them at most", failed)
	}
	return text + fmt.Sprintf("; something failed in %d of them", failed)
}

// Courses are how latencies, and what the server listed, went. A kind of request stands in it that every point has.
func Courses(x *result.Soak) []Course {
	if len(x.Points) == 0 {
		return nil
	}
	var out []Course
	for _, l := range x.Points[0].Latency {
		var values []float64
		for _, p := range x.Points {
			i := slices.IndexFunc(p.Latency, func(of result.Latency) bool { return of.Operation == l.Operation && of.To == l.To })
			if i >= 0 {
				values = append(values, p.Latency[i].P50)
			}
		}
		if len(values) == len(x.Points) {
			out = append(out, Course{Clean(l.Operation) + ", median", Milliseconds(values[0]), Milliseconds(values[len(values)-1]), values})
		}
	}
	for _, count := range []struct {
		name string
		of   func(result.SoakPoint) int
	}{
		{"calls that are listed", func(p result.SoakPoint) int { return p.Calls }},
		{"elements of all lists", func(p result.SoakPoint) int { return p.Listed }},
		{"bytes that are shown of all people", func(p result.SoakPoint) int { return p.Bytes }},
	} {
		var values []float64
		for _, p := range x.Points {
			values = append(values, float64(count.of(p)))
		}
		out = append(out, Course{count.name, fmt.Sprint(values[0]), fmt.Sprint(values[len(values)-1]), values})
	}
	return out
}

// Altered says what the server shows otherwise at the end of a soak than at its beginning.
func Altered(x *result.Soak) []string {
	var out []string
	for _, c := range x.Changed {
		first, last := c.First, c.Last
		if first == "" {
			first = "nothing"
		}
		if last == "" {
			last = "nothing"
		}
		out = append(out, fmt.Sprintf("%s: %s: %s at first, %s at last", Clean(c.Who), Clean(c.Path), Clean(first), Clean(last)))
	}
	if x.More > 0 {
		out = append(out, "and "+Plural(x.More, "more member"))
	}
	return out
}
