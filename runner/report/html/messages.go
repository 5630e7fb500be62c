package html

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
)

// Budgets for the messages inside the page, in bytes of text. Those of scenarios with a
// failure are what people come for; those of passed ones are kept while there is room.
const (
	failedBudget = 4 << 20
	wholePage    = 1_900_000 // what a page of passed scenarios should stay below
)

// message is what the page shows of one line when it is opened. The short names are for
// the size of the file.
type message struct {
	Panes []pane `json:"p,omitempty"`
	Curl  string `json:"c,omitempty"`
	Note  string `json:"n,omitempty"`
}

// pane is one text of a message, with the marks of its lines by number.
type pane struct {
	Title string         `json:"t"`
	Text  string         `json:"x,omitempty"`
	Page  int            `json:"d,omitempty"` // number of a text in bodies.Pages, from 1
	Marks map[int]string `json:"m,omitempty"`
	Blank []int          `json:"b,omitempty"` // rows that the other side alone has
}

// bodies is the data block of the page: what its ladders open.
type bodies struct {
	Messages map[string]message `json:"m"`
	Pages    []string           `json:"d"`

	target  string
	page    map[string]int
	failed  int               // bytes left
	laid    map[string][]line // page messages that are laid out already
	later   []func()          // takes up the messages of passed scenarios
	passed  int
	Dropped int `json:"-"`
}

func newBodies(target string) *bodies {
	return &bodies{Messages: map[string]message{}, Pages: []string{}, target: target, page: map[string]int{}, laid: map[string][]line{}, failed: failedBudget}
}

// add takes up the messages of a ladder's lines. anchor gives the line's id in the page.
func (b *bodies) add(lines []evidence.Line, pages []evidence.Documented, anchor func(int) string, broken bool) {
	if broken {
		b.take(lines, pages, anchor, &b.failed)
		return
	}
	b.later = append(b.later, func() { b.take(lines, pages, anchor, &b.passed) })
}

// spend takes up the messages of passed scenarios while there is room in the page; false
// if there are no such scenarios.
func (b *bodies) spend(used int) bool {
	b.passed = wholePage - used
	for _, f := range b.later {
		f()
	}
	return len(b.later) > 0
}

func (b *bodies) take(lines []evidence.Line, pages []evidence.Documented, anchor func(int) string, budget *int) {
	if *budget <= 0 {
		b.Dropped += len(lines)
		return
	}
	documented := pair(lines, pages)
	for i, l := range lines {
		page, has := documented[i]
		pages := len(b.Pages)
		var m message
		if l.Entry == nil {
			m = b.missing(l, page, has)
		} else {
			m = b.message(l, page, has)
		}
		size := len(m.Curl) + len(m.Note) + 80
		for _, text := range b.Pages[pages:] {
			size += len(text) + strings.Count(text, "\"") + strings.Count(text, "\n")
		}
		for _, p := range m.Panes {
			size += len(p.Text) + strings.Count(p.Text, "\"") + strings.Count(p.Text, "\n") + 90 + 9*len(p.Marks) + 4*len(p.Blank)
		}
		if size > *budget {
			b.Dropped++
			b.forget(pages)
			continue
		}
		*budget -= size
		if len(m.Panes) > 0 || m.Note != "" {
			b.Messages[anchor(i)] = m
		}
	}
}

// forget takes out the documented texts from number n on, which came with a message that found no room.
func (b *bodies) forget(n int) {
	for _, text := range b.Pages[n:] {
		delete(b.page, text)
	}
	b.Pages = b.Pages[:n]
}

func (b *bodies) missing(l evidence.Line, page evidence.Documented, has bool) message {
	m := message{Note: "Nothing came here." + said(l)}
	if has {
		p := b.layOut(page.JSON)
		m.Panes = append(m.Panes, b.documented(page.Title, p, nil, nil))
	}
	return m
}

func (b *bodies) message(l evidence.Line, page evidence.Documented, has bool) message {
	e := l.Entry
	m := message{Note: strings.TrimSpace(said(l))}
	var docs []line
	if has {
		docs = b.layOut(page.JSON)
	}
	switch e.Kind {
	case recording.KindRest:
		m.Curl = evidence.Curl(b.target, e)
		ofPage := map[int]string{}
		var blank []int
		if sent := body(e.Request, e.RequestText); len(sent) > 0 {
			both := align(format(sent), docs)
			docs, blank = both.right, both.blankRight
			var ofLive map[int]string
			ofLive, ofPage = marks(both.left, docs)
			m.Panes = append(m.Panes, live("Request", both.left, ofLive, both.blankLeft))
		}
		if got := body(e.Response, e.ResponseText); len(got) > 0 {
			lines := format(got)
			ofLive := map[int]string{}
			blame(lines, l.Findings, ofLive)
			m.Panes = append(m.Panes, live("Answer: "+l.Result, lines, ofLive, nil))
		}
		if has {
			m.Panes = append(m.Panes, b.documented(page.Title, docs, ofPage, blank))
		}
	case recording.KindMessage, recording.KindBayeux:
		both := align(format(e.Message), docs)
		ofLive, ofPage := marks(both.left, both.right)
		blame(both.left, l.Findings, ofLive)
		m.Panes = append(m.Panes, live("Received", both.left, ofLive, both.blankLeft))
		if has {
			m.Panes = append(m.Panes, b.documented(page.Title, both.right, ofPage, both.blankRight))
		}
		if e.Direction == "sent" {
			m.Panes[0].Title = "Sent"
		}
	case recording.KindSIP:
		title := "Received"
		if e.Direction == "sent" {
			title = "Sent"
		}
		m.Panes = append(m.Panes, pane{Title: title, Text: evidence.CleanLines(strings.ReplaceAll(e.Text, "\r\n", "\n"))})
	case recording.KindHeader, recording.KindScenario, recording.KindCall, recording.KindGap, recording.KindFault, recording.KindMissed, recording.KindNote:
	}
	return m
}

// said is what the findings of a line say.
func said(l evidence.Line) string {
	var b strings.Builder
	for _, f := range l.Findings {
		text := "\nExpected: " + evidence.CleanLines(f.Expected) + "\nObserved: " + evidence.CleanLines(f.Observed)
		if !strings.Contains(b.String(), text) { // several checks may say the same
			b.WriteString(text)
		}
	}
	return b.String()
}

func body(json []byte, text string) []byte {
	if len(json) > 0 {
		return json
	}
	return []byte(text)
}

func live(title string, lines []line, marks map[int]string, blank []int) pane {
	return pane{Title: title, Text: join(lines), Marks: marks, Blank: blank}
}

// layOut formats a page's message once, however many server messages it is held beside.
func (b *bodies) layOut(json string) []line {
	lines, known := b.laid[json]
	if !known {
		lines = format([]byte(json))
		b.laid[json] = lines
	}
	return lines
}

// documented is the pane of a page's message; its text stands once in the file.
func (b *bodies) documented(title string, lines []line, marks map[int]string, blank []int) pane {
	text := join(lines)
	n, known := b.page[text]
	if !known {
		b.Pages = append(b.Pages, text)
		n = len(b.Pages)
		b.page[text] = n
	}
	return pane{Title: "Documented: " + evidence.Clean(title), Page: n, Marks: marks, Blank: blank}
}

func join(lines []line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	return strings.Join(texts, "\n")
}
