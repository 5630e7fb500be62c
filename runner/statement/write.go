package statement

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// JSON is statement.json.
func (s *Statement) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("write statement: %w", err)
	}
	return b.Bytes(), nil
}

// mark is the first line of statement.md, and stands in the badge.
const mark = "<!-- voicespec statement %d -->"

// Markdown is statement.md.
func (s *Statement) Markdown() []byte {
	t := &text{}
	t.printf(mark+"\n# Voice API v2: %s\n\n![%s](badge.svg)\n\n", s.Version, evidence.Markdown(s.Target), evidence.Markdown(s.label()))
	t.printf("**%s**\n\n%d of the %d checks at the gate that apply to the target were judged.\n\n", evidence.Markdown(s.Summary), s.Judged, s.Applicable)
	t.printf("## What was tested\n\n| | |\n| --- | --- |\n")
	t.row("Target", s.Target)
	t.row("Fault of the reference server", s.Fault)
	t.row("Transport", s.Transport)
	t.row("Features", strings.Join(s.Features, ", "))
	t.row("Asked for", evidence.Asked(&result.Report{Selection: s.Selection}))
	t.row("Gate", string(s.Gate))
	t.row("voicespec", s.Suite)
	t.row("Requirement set", s.RequirementSet.Name)
	t.row("Its digest", s.RequirementSet.Digest)
	t.row("It has", evidence.Plural(s.RequirementSet.Requirements, "requirement")+", "+evidence.Plural(s.RequirementSet.Checks, "check"))
	t.row("When", s.Started.UTC().Format(time.RFC3339))
	t.row("It took", evidence.Milliseconds(s.DurationMs))
	if s.Runs > 0 {
		t.row("Runs", fmt.Sprint(s.Runs))
	}
	t.row("SHA-256 of results.json", s.ResultsSHA256)
	t.levels(s.Levels)
	t.head("Excused: known failures", len(s.Excused))
	for _, e := range s.Excused {
		why := e.Reason
		if strings.TrimSpace(why) == "" {
			why = "no reason is given"
		}
		t.printf("- %s: %s\n", evidence.Code(why), ids(e.Checks))
	}
	t.list("Known failures that need attention", s.KnownFailureProblems)
	t.list("Not judged at the gate", evidence.NotJudged(&result.Report{NotJudged: s.NotJudged}))
	t.broken("Failed at the gate", s.Failed)
	t.broken("Recommended rules that failed", s.BelowGate)
	t.list("Notes", s.Notes)
	t.printf("\nWhoever has the results can check this: `voicespec statement --check statement.md --results results.json`\n")
	return t.Bytes()
}

type text struct{ bytes.Buffer }

func (t *text) printf(format string, args ...any) { fmt.Fprintf(&t.Buffer, format, args...) }

func (t *text) row(name, value string) {
	if value != "" {
		t.printf("| %s | %s |\n", name, evidence.Code(value))
	}
}

func (t *text) head(title string, n int) {
	if n > 0 {
		t.printf("\n## %s\n\n", title)
	}
}

func (t *text) list(title string, lines []string) {
	t.head(title, len(lines))
	for _, l := range lines {
		t.printf("- %s\n", evidence.Code(l))
	}
}

func (t *text) levels(list []Level) {
	t.printf("\n## What was judged, by level\n\n| level | checks |")
	for _, o := range result.Outcomes {
		t.printf(" %s |", evidence.Words(o))
	}
	t.printf("\n| --- | ---: |%s\n", strings.Repeat(" ---: |", len(result.Outcomes)))
	for _, l := range list {
		t.printf("| %s | %d |", evidence.Markdown(string(l.Level)), l.Checks)
		for _, o := range result.Outcomes {
			t.printf(" %d |", l.Counts[o])
		}
		t.printf("\n")
	}
}

func (t *text) broken(title string, list []Broken) {
	t.head(title, len(list))
	for _, b := range list {
		t.printf("- **%s** (%s)\n", evidence.Markdown(b.Requirement), evidence.Markdown(string(b.Level)))
		for _, c := range b.Checks {
			t.printf("  - %s %s\n", evidence.Code(c.ID), evidence.Markdown(c.Title))
		}
	}
}

func ids(list []string) string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = evidence.Code(id)
	}
	return strings.Join(out, ", ")
}

// label is what the badge says.
func (s *Statement) label() string { return "voicespec " + s.Suite + ": " + s.short() }

// short is the verdict in a few words. What keeps it from being the best one is never left out.
func (s *Statement) short() string {
	switch n := s.excusedAtGate(); {
	case s.Verdict == result.NotTested:
		return "not tested"
	case s.Verdict == result.DoesNotConform:
		return "does not conform"
	case s.Verdict == result.ConformsInPart && n > 0:
		return fmt.Sprintf("conforms in part, %d/%d, %s", s.Judged, s.Applicable, evidence.Plural(n, "known failure"))
	case s.Verdict == result.ConformsInPart:
		return fmt.Sprintf("conforms in part, %d/%d", s.Judged, s.Applicable)
	case n > 0:
		return "conforms but for " + evidence.Plural(n, "known failure")
	}
	return "conforms"
}

// excusedAtGate counts the known failures that would decide.
func (s *Statement) excusedAtGate() int {
	n := 0
	for _, l := range s.Levels {
		if l.Level.Rank() <= s.Gate.Rank() {
			n += l.Counts[result.KnownFailure]
		}
	}
	return n
}

var colours = map[result.Verdict]string{
	result.Conforms: "#1a7f37", result.ConformsInPart: "#9a6700", result.DoesNotConform: "#cf222e", result.NotTested: "#57606a",
}

// Badge is badge.svg: no script, no font, nothing from elsewhere.
func (s *Statement) Badge() []byte {
	const most, letter, margin = 40, 7, 10 // characters of a version; widths of a letter and of the space around a text
	left := evidence.Clip(evidence.Clean("voicespec "+s.Suite), most)
	right := s.short()
	a, b := utf8.RuneCountInString(left)*letter+margin, utf8.RuneCountInString(right)*letter+margin
	title := html.EscapeString(left + ": " + right)
	t := &text{}
	t.printf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" aria-label="%s">`+"\n", a+b, title)
	t.printf(mark+"\n<title>%s</title>\n", s.Version, title)
	t.printf(`<desc>results.json %s, requirement set %s, gate %s</desc>`+"\n", s.ResultsSHA256,
		html.EscapeString(evidence.Clean(s.RequirementSet.Digest)), s.Gate)
	t.printf(`<rect width="%d" height="20" fill="#24292f"/><rect x="%d" width="%d" height="20" fill="%s"/>`+"\n", a, a, b, colours[s.Verdict])
	t.printf(`<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,sans-serif" font-size="11">` + "\n")
	t.printf(`<text x="%d" y="14">%s</text><text x="%d" y="14">%s</text>`+"\n</g>\n</svg>\n", a/2, html.EscapeString(left), a+b/2, html.EscapeString(right))
	return t.Bytes()
}
