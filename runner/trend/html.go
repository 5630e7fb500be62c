package trend

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

//go:embed page.gohtml
var pageText string

//go:embed style.css
var style string

var page = template.Must(template.New("trend").Parse(pageText))

// The picture: a bar for each run, and a line for each step above the same places.
const (
	column    = 64  // between two runs
	left      = 60  // of the first run, where the scale stands
	barsHigh  = 120 // of a bar in which all checks are judged
	linesHigh = 160
	gap       = 40 // between bars and lines, where the numbers of the runs stand
)

type view struct {
	CSP, Title       string
	Style            template.CSS
	Runs             []viewRun
	Changed          []viewRow
	More             int
	Bars             []bar
	Lines            []line
	Width, Height    int
	Top, Zero        int // of the lines
	Most             string
	Samples          int
	HasBars, HasLine bool
}

type viewRun struct {
	N                                        int
	Name, Started, Verdict, Class, Suite     string
	Passed, Failed, Known, Blocked, NotKnown int
	X                                        int
}

type viewRow struct {
	ID, Level, Says string
	Cells           []cell
}

type cell struct{ Class, Text string }

type bar struct {
	Class      string
	X, Y, W, H int
	Title      string
}

type line struct {
	Class, Name string
	Path        string
	Dots        []dot
	Values      []string
}

type dot struct {
	X, Y  int
	Title string
}

// WriteHTML writes the trend as one file that works from disk without a network.
func (t Trend) WriteHTML(w io.Writer) error {
	sum := sha256.Sum256([]byte(style))
	v := view{
		Title: fmt.Sprintf("%s of %s", evidence.Plural(len(t.Runs), "run"), t.targets()), Samples: enoughSamples,
		Style: template.CSS(style), //nolint:gosec // our own embedded file
		CSP:   "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Width: left + column*len(t.Runs) + 20, Top: barsHigh + gap + 20, Zero: barsHigh + gap + 20 + linesHigh,
	}
	v.runs(t)
	v.rows(t)
	v.lines(t)
	v.Height = barsHigh + gap
	if v.HasLine {
		v.Height = v.Zero + 24
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return fmt.Errorf("write trend: %w", err)
	}
	return written(w, &b)
}

func x(run int) int { return left + run*column + column/2 }

func (v *view) runs(t Trend) {
	most := 1
	for _, r := range t.Runs {
		most = max(most, len(r.Report.Checks))
	}
	for i, r := range t.Runs {
		n := r.Report.Counts
		v.Runs = append(v.Runs, viewRun{
			N: i + 1, Name: evidence.Clean(r.Name), Started: r.when(), Verdict: verdict(r.Report), Class: string(r.Report.Outcome), Suite: evidence.Clean(r.Report.Suite),
			Passed: n[result.Passed], Failed: n[result.Failed], Known: n[result.KnownFailure], Blocked: n[result.Blocked],
			NotKnown: len(r.Report.Checks) - n[result.Passed] - n[result.Failed] - n[result.KnownFailure] - n[result.Blocked], X: x(i),
		})
		y := barsHigh + 8
		for _, o := range []result.Outcome{result.Failed, result.Blocked, result.KnownFailure, result.Passed} {
			if n[o] == 0 {
				continue
			}
			high := max(2, int(math.Round(float64(n[o]*barsHigh)/float64(most)))) // a single failure must be seen
			y -= high
			v.Bars = append(v.Bars, bar{Class: string(o), X: x(i) - 14, Y: y, W: 28, H: high, Title: fmt.Sprintf("run %d: %s", i+1, evidence.Counted(n[o], o))})
		}
	}
	v.HasBars = len(v.Bars) > 0
}

func (v *view) rows(t Trend) {
	for i, row := range t.Changed {
		if i == mostRows {
			v.More = len(t.Changed) - i
			break
		}
		out := viewRow{ID: evidence.Clean(row.ID), Level: string(row.Level), Says: evidence.Clean(row.Says)}
		for _, o := range row.Outcomes {
			out.Cells = append(out.Cells, cell{string(o), mark(o)})
		}
		v.Changed = append(v.Changed, out)
	}
}

func (v *view) lines(t Trend) {
	most := 0.0
	for _, l := range t.Latency {
		for _, ms := range l.P50 {
			most = max(most, ms)
		}
	}
	v.HasLine, v.Most = most > 0, evidence.Milliseconds(most)
	for n, l := range t.Latency {
		out := line{Class: fmt.Sprintf("l%d", n), Name: l.name(), Values: medians(l)}
		var path strings.Builder
		for i, ms := range l.P50 {
			if ms == 0 {
				continue
			}
			y := v.Zero - int(math.Round(ms/most*linesHigh))
			command := "L"
			if path.Len() == 0 {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%d %d", command, x(i), y)
			out.Dots = append(out.Dots, dot{x(i), y, fmt.Sprintf("run %d, %s: %s", i+1, l.name(), evidence.Milliseconds(ms))})
		}
		out.Path = path.String()
		v.Lines = append(v.Lines, out)
	}
}
