package html

import (
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// soaked is how a long run went.
type soaked struct {
	Summary string
	Courses []course
	Changed []result.Changed
	More    int
}

// course is a line over the rounds, from 0 at its foot to the largest value.
type course struct{ Name, First, Last, Line, Label string }

const courseHigh = 24 // of a line, in SVG units

func newSoaked(x *result.Soak) *soaked {
	if x == nil {
		return nil
	}
	out := &soaked{Summary: evidence.Soaked(x), More: x.More}
	for _, c := range evidence.Courses(x) {
		out.Courses = append(out.Courses, course{c.Name, c.First, c.Last, lineOf(c.Values), fmt.Sprintf("%s: %s at first, %s at last", c.Name, c.First, c.Last)})
	}
	for _, c := range x.Changed {
		out.Changed = append(out.Changed, result.Changed{
			Who: evidence.Clean(c.Who), Path: evidence.Clean(c.Path), First: evidence.Clean(c.First), Last: evidence.Clean(c.Last),
		})
	}
	return out
}

// lineOf is an SVG path through values.
func lineOf(values []float64) string {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	var b strings.Builder
	for i, v := range values {
		x, y := 0, courseHigh-2
		if len(values) > 1 {
			x = i * (plotWidth - 4) / (len(values) - 1)
		}
		if most > 0 {
			y -= int(v / most * (courseHigh - 4))
		}
		fmt.Fprintf(&b, "%c%d %d", "ML"[min(i, 1)], x, y)
	}
	if len(values) == 1 {
		fmt.Fprintf(&b, "h%d", plotWidth-4)
	}
	return b.String()
}
