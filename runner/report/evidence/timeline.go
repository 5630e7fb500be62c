package evidence

import (
	"fmt"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// Mark says what a finding has to do with a line.
type Mark int

// Marks.
const (
	Unmarked  Mark = iota
	Offending      // the entry that breaks the rule
	Missing        // nothing came; the line stands where it was expected
)

// Line is one line of a scenario's timeline. Texts are clean.
type Line struct {
	Entry    *recording.Entry // nil for a missing one
	At       float64          // seconds since the scenario began
	Answered float64          // when the answer came, same clock; 0 if none did
	Actor    string
	What     string // "POST /calls/011D…0005 Answer", "StatusChange of 011D…0005"
	State    string // of the call or device
	Result   string // of a request: "200, statusCode 0"
	Caps     int    // number of capabilities; -1 where there are none to count
	Mark     Mark
	Findings []result.Finding // those that marked it
}

// Timeline describes a scenario's recording in order of time, with the lines that findings
// speak of marked. Housekeeping (a plain /meta/connect, learnt call ids) is left out unless
// a finding speaks of it.
func Timeline(entries []*recording.Entry, findings []result.Finding) []Line {
	if len(entries) == 0 {
		return nil
	}
	ordered := append([]*recording.Entry(nil), entries...)
	sort.SliceStable(ordered, func(i, j int) bool { return ordered[i].At < ordered[j].At })
	start := ordered[0].At
	about := map[int][]result.Finding{}
	after := map[int][]result.Finding{}
	here := map[int]bool{}
	for _, e := range ordered {
		here[e.Seq] = true
	}
	for _, f := range findings {
		switch {
		case f.Seq != 0:
			about[f.Seq] = append(about[f.Seq], f)
		case here[f.After]:
			after[f.After] = append(after[f.After], f)
		case f.After != 0: // after something of another scenario, or of before: at the end
			after[-1] = append(after[-1], f)
		}
	}
	names := NameCalls(ordered)
	var lines []Line
	for _, e := range ordered {
		line, shown := describe(e)
		line.At = e.At - start
		if e.AnsweredAt > 0 {
			line.Answered = e.AnsweredAt - start
		}
		if line.Findings = about[e.Seq]; len(line.Findings) > 0 {
			line.Mark, shown = Offending, true
		}
		if shown {
			lines = append(lines, line)
		}
		lines = append(lines, gaps(after[e.Seq], e, start, names)...)
	}
	return append(lines, gaps(after[-1], ordered[len(ordered)-1], start, names)...)
}

// EntryLine describes one entry by itself, with the time of the run's clock.
func EntryLine(e *recording.Entry) string {
	l, _ := describe(e)
	l.At, l.Answered = e.At, e.AnsweredAt
	return fmt.Sprintf("%+9.3fs  %-11s  %s", l.At, l.Actor, l.Text())
}

// gaps makes one line for each different expectation that was not met.
func gaps(findings []result.Finding, e *recording.Entry, start float64, names Names) []Line {
	var lines []Line
	at := map[string]int{}
	for _, f := range findings {
		i, known := at[f.Expected]
		if !known {
			i = len(lines)
			at[f.Expected] = i
			lines = append(lines, Line{At: e.At - start, Caps: -1, Mark: Missing, What: "missing: " + names.In(Clean(f.Expected))})
		}
		lines[i].Findings = append(lines[i].Findings, f)
	}
	return lines
}

func describe(e *recording.Entry) (Line, bool) {
	e.Decode()
	l := Line{Entry: e, Actor: Clean(e.Actor), Caps: -1, What: string(e.Kind)}
	if e.Browser != "" {
		l.Actor += " (" + Clean(e.Browser) + ")"
	}
	switch e.Kind {
	case recording.KindRest:
		l.What = Clean(e.Method) + " " + ShortPath(e.Path)
		if op := e.Operation(); op != "" {
			l.What += " " + Clean(op)
		}
		l.Result = restResult(e)
		return l, true
	case recording.KindMessage:
		notification(e, &l)
		return l, true
	case recording.KindBayeux:
		l.What = Clean(e.Direction) + " " + Clean(e.Channel)
		ok, _ := recording.DecodeJSON(e.Message).(map[string]any)
		failed := ok["successful"] == false
		if failed {
			l.What += ", not successful"
		}
		return l, failed || e.Channel != "/meta/connect"
	case recording.KindMissed:
		l.What = fmt.Sprintf("waited %.1f s in vain for %s", e.Waited, Clean(e.Text))
		return l, true
	case recording.KindScenario:
		l.What = "scenario " + Clean(e.Event)
		if e.Text != "" {
			l.What += ": " + Clean(e.Text)
		}
		return l, e.Event != recording.Begin && e.Event != recording.End
	case recording.KindGap, recording.KindFault, recording.KindNote:
		l.What = string(e.Kind) + ": " + Clean(e.Text+e.Problem)
		return l, true
	case recording.KindSIP:
		l.What = sipLine(e.Text)
		return l, true
	case recording.KindHeader, recording.KindCall:
	}
	return l, false
}

// sipLine is what of a SIP message stands in one line: the request with what it asks for, or the answer with what it answers.
func sipLine(message string) string {
	head, body, _ := strings.Cut(strings.ReplaceAll(message, "\r\n", "\n"), "\n\n")
	first, rest, _ := strings.Cut(head, "\n")
	value := func(name string) string {
		for line := range strings.SplitSeq(rest, "\n") {
			if n, v, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(n), name) {
				return strings.TrimSpace(v)
			}
		}
		return ""
	}
	what := strings.TrimPrefix(first, "SIP/2.0 ")
	if what == first {
		what, _, _ = strings.Cut(first, " ")
		if event := value("Event"); event != "" {
			what += " " + event
		}
	} else if _, method, found := strings.Cut(value("CSeq"), " "); found {
		what += " (" + method + ")"
	}
	if strings.Contains(body, "m=audio") {
		what += ", SDP"
	}
	return "SIP " + Clean(what)
}

func notification(e *recording.Entry, l *Line) {
	l.What = Clean(e.Type())
	if l.What == "" {
		l.What = "message on " + Clean(e.Channel)
	}
	l.State = Clean(e.State())
	if id := e.CallID(); id != "" {
		l.What += " of " + Short(id)
	} else if e.Call() == nil && e.Channel != "" && e.Type() != "" {
		l.What += " on " + Clean(e.Channel)
	}
	if list, ok := e.Call()["capabilities"].([]any); ok {
		l.Caps = len(list)
	}
}

func restResult(e *recording.Entry) string {
	switch code, ok := e.StatusCode(); {
	case e.Problem != "":
		return "no answer: " + Clean(e.Problem)
	case ok:
		return fmt.Sprintf("%d, statusCode %d", e.Status, code)
	case e.Status == 0:
		return "answered"
	}
	return fmt.Sprintf("%d", e.Status)
}

// Took is how long the answer took in milliseconds; 0 if none came.
func (l Line) Took() float64 {
	if l.Answered == 0 {
		return 0
	}
	return (l.Answered - l.At) * 1000
}

// Text is the line in words, without time and actor.
func (l Line) Text() string {
	s := l.What
	if l.State != "" {
		s += "  " + l.State
	}
	if l.Caps >= 0 {
		s += ", " + Plural(l.Caps, "capability")
	}
	if l.Result != "" {
		s += "  " + l.Result
		if l.Answered > 0 {
			s += fmt.Sprintf(" (%.0f ms)", l.Took())
		}
	}
	return s
}
