package html

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
)

// Geometry of a ladder, in SVG units.
const (
	gutter    = 74  // for the offsets at the left
	margin    = 76  // from the gutter to the first lifeline, and after the last
	spacing   = 268 // between lifelines
	headRoom  = 44  // for the names
	rowHeight = 29
	answerLow = 21   // the answer's arrow below its request's
	charWidth = 6.65 // of a bold one
)

// server is the lifeline that every arrow starts or ends at.
const server = "server"

// ladder is a sequence diagram: a lifeline for each party, an arrow for each message.
type ladder struct {
	Width, Height int
	Label         string
	Heads         []head
	Lifelines     string // path data
	Rows          []row
}

type head struct {
	X      int
	Name   string
	Number string
}

// row is one arrow (or request with answer, or remark) with its texts.
type row struct {
	ID     string
	N      string // what the ID ends in
	Class  string // m, direction, mark, colour of the call
	Actor  string
	Y      int
	At     string
	Path   string
	X      int // middle of the texts
	Text   string
	Answer string // second text, of a request that is answered at once
	Line   evidence.Line
}

// drawing is a ladder in the making.
type drawing struct {
	out     *ladder
	x       map[string]int
	calls   map[string]int // call id: colour
	y       int
	pending []int // requests whose answer comes later
	anchors func(i int) string
}

// draw makes the diagram of a timeline, or of the part of one that begins at line first; nil if there is nothing to show.
func draw(lines []evidence.Line, station recording.Station, scenario string, first int) *ladder {
	if len(lines) == 0 {
		return nil
	}
	name := anchors(scenario)
	d := &drawing{out: &ladder{}, x: map[string]int{}, calls: map[string]int{}, y: headRoom, anchors: func(i int) string { return name(first + i) }}
	d.heads(lines, station)
	for i, l := range lines {
		if l.Mark != evidence.Missing {
			d.flush(lines, l.At)
		}
		d.row(i, l, lines[i+1:])
	}
	d.flush(lines, math.Inf(1))
	d.out.Height = d.y + 12
	var life strings.Builder
	for _, h := range d.out.Heads {
		fmt.Fprintf(&life, "M%d 38V%d", h.X, d.out.Height-4)
	}
	d.out.Lifelines = life.String()
	d.out.Label = fmt.Sprintf("Ladder diagram of %s: %s", scenario, evidence.Plural(len(lines), "step"))
	return d.out
}

// heads places a lifeline for each actor that occurs, in the order of a call, and the server last.
func (d *drawing) heads(lines []evidence.Line, station recording.Station) {
	occurs := map[string]bool{"agent": true}
	var others []string
	for _, l := range lines {
		if a := actorOf(l); a != "" && !occurs[a] {
			occurs[a] = true
			if a != "caller" && a != "destination" {
				others = append(others, a)
			}
		}
	}
	x := gutter + margin
	place := func(name, number string) {
		d.x[name] = x
		d.out.Heads = append(d.out.Heads, head{X: x, Name: evidence.Clip(evidence.Clean(name), 30), Number: evidence.Clip(evidence.Clean(number), 24)})
		x += spacing
	}
	for _, a := range append([]string{"caller", "agent", "destination"}, others...) {
		if occurs[a] {
			place(a, station.Party(a).Number)
		}
	}
	place(server, "")
	d.out.Width = x - spacing + margin
}

func actorOf(l evidence.Line) string {
	if l.Entry != nil {
		return l.Entry.Actor
	}
	return expectedBy(l)
}

// expectedBy is whose lifeline a missing notification would have reached: the one that the
// expectation names first, else the agent under test.
func expectedBy(l evidence.Line) string {
	best, at := "agent", len(l.What)+1
	for _, a := range []string{"caller", "destination", "agent"} {
		for _, form := range []string{"the " + a + " is notified", "the " + a + " receives", a + " is notified", "to the " + a} {
			if i := strings.Index(l.What, form); i >= 0 && i < at {
				best, at = a, i
			}
		}
	}
	return best
}

func (d *drawing) row(i int, l evidence.Line, rest []evidence.Line) {
	r := row{ID: d.anchors(i), N: strconv.Itoa(i + 1), Class: "m", At: fmt.Sprintf("%.3f s", l.At), Line: l, Actor: actorOf(l), Y: d.y + 18}
	d.y += rowHeight
	from, to := d.x[r.Actor], d.x[server]
	switch {
	case l.Mark == evidence.Missing:
		r.Class += " i gap"
		r.At = ""
		r.Path = arrow(to, from)
		r.Text = l.What
	case l.Entry.Kind == recording.KindRest:
		r.Class += " o"
		r.Path, r.Text = arrow(from, to), request(l)
		if atOnce(l, rest) {
			r.Path += back(from, to)
			r.Answer = l.Result
			d.y += answerLow
		} else if l.Answered > 0 {
			d.pending = append(d.pending, i)
		}
	case l.Entry.Kind == recording.KindMessage:
		r.Class += fmt.Sprintf(" i c%d", d.colour(l.Entry.CallID()))
		r.Path, r.Text = arrow(to, from), notified(l)
	case (l.Entry.Kind == recording.KindBayeux || l.Entry.Kind == recording.KindSIP) && l.Entry.Direction == "sent":
		r.Class += " o"
		r.Path, r.Text = arrow(from, to), l.What
	case l.Entry.Kind == recording.KindBayeux, l.Entry.Kind == recording.KindSIP:
		r.Class += " i"
		r.Path, r.Text = arrow(to, from), l.What
	default:
		r.Class += " n"
		r.Text = l.What
		from, to = gutter, d.out.Width
	}
	if l.Mark == evidence.Offending {
		r.Class += " bad"
	}
	r.X = (from + to) / 2
	if l.Mark == evidence.Missing { // nothing else is on this line: its text may be wider than its arrow
		half := min(r.X-gutter, d.out.Width-r.X)
		from, to = r.X-half, r.X+half
	}
	r.Text = fit(r.Text, from, to)
	r.Answer = fit(r.Answer, from, to)
	r.Actor = evidence.Clean(r.Actor)
	d.out.Rows = append(d.out.Rows, r)
}

// flush draws the answers that came until a time, of requests whose answer was overtaken.
func (d *drawing) flush(lines []evidence.Line, until float64) {
	var still []int
	for _, i := range d.pending {
		l := lines[i]
		if l.Answered > until {
			still = append(still, i)
			continue
		}
		from, to := d.x[actorOf(l)], d.x[server]
		class := "m i"
		if l.Mark == evidence.Offending {
			class += " bad"
		}
		d.out.Rows = append(d.out.Rows, row{
			ID: d.anchors(i) + "a", N: strconv.Itoa(i+1) + "a", Class: class, Actor: evidence.Clean(actorOf(l)), Y: d.y + 18, At: fmt.Sprintf("%.3f s", l.Answered),
			Path: arrow(to, from), X: (from + to) / 2, Text: fit("answer: "+l.Result, from, to), Line: l,
		})
		d.y += rowHeight
	}
	d.pending = still
}

// atOnce reports whether a request was answered before anything else was seen.
func atOnce(l evidence.Line, rest []evidence.Line) bool {
	if l.Answered == 0 {
		return l.Entry.Problem != ""
	}
	for _, r := range rest {
		if r.Mark != evidence.Missing {
			return l.Answered <= r.At
		}
	}
	return true
}

func request(l evidence.Line) string {
	if op := evidence.Clean(l.Entry.Operation()); op != "" {
		return op + "  " + evidence.ShortPath(l.Entry.Path)
	}
	return l.What
}

func notified(l evidence.Line) string {
	text := l.State
	if t := evidence.Clean(l.Entry.Type()); t != "StatusChange" || text == "" {
		text = strings.TrimSpace(t + " " + text)
	}
	if text == "" {
		text = l.What
	}
	if id := l.Entry.CallID(); id != "" {
		text += " " + evidence.Short(id)
	}
	if l.Caps >= 0 {
		text += ", " + evidence.Plural(l.Caps, "capability")
	}
	return text
}

// colour numbers the calls of a scenario, so that an eye can follow one; there are four.
func (d *drawing) colour(id string) int {
	if id == "" {
		return 0
	}
	if _, known := d.calls[id]; !known {
		d.calls[id] = len(d.calls)%4 + 1
	}
	return d.calls[id]
}

// arrow is the path of an arrow from x1 to x2 with an open head.
func arrow(x1, x2 int) string {
	if x2 < x1 {
		return fmt.Sprintf("M%d 0H%dm8-4-8 4 8 4", x1, x2)
	}
	return fmt.Sprintf("M%d 0H%dm-8-4 8 4-8 4", x1, x2)
}

// back is the answer's arrow below a request's.
func back(from, to int) string {
	return fmt.Sprintf("M%d %dH%dm8-4-8 4 8 4", to, answerLow, from)
}

func fit(text string, from, to int) string {
	room := int(float64(max(from-to, to-from)-12) / charWidth)
	if r := []rune(text); len(r) > room && room > 1 {
		return string(r[:room-1]) + "…"
	}
	return text
}
