package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// mostFailures is how many failed requirements a summary tells in full: GitHub cuts a step
// summary at 1 MiB and shows nothing of it beyond.
const mostFailures = 50

// WriteSummary writes summary.md, for a pull request or as a GitHub step summary: the
// verdict, a table of the areas, every failed requirement with its evidence folded, and
// what could not be judged.
func WriteSummary(w io.Writer, in Input) error {
	s := &summary{in: in}
	s.head()
	if in.Report.Outcome == result.ConformsInPart {
		s.list("Not judged at gate "+string(in.Report.Gate), evidence.NotJudged(in.Report))
	}
	s.list("Note", in.Report.Notes)
	s.areas()
	s.failures()
	s.unjudged()
	s.list("Known failures need attention", in.Report.KnownFailureProblems)
	s.list("Left behind on the target", in.Report.LeftBehind)
	s.list(usedByOthers, in.Report.Others)
	s.soaked()
	s.latency()
	if _, err := w.Write(s.Bytes()); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

type summary struct {
	bytes.Buffer
	in Input
}

func (s *summary) printf(format string, args ...any) { fmt.Fprintf(&s.Buffer, format, args...) }

func (s *summary) head() {
	r := s.in.Report
	mark := map[result.Verdict]string{result.Conforms: "✅", result.ConformsInPart: "☑️", result.DoesNotConform: "❌", result.NotTested: "⚠️"}[r.Outcome]
	verdict := evidence.Markdown(evidence.Verdict(r))
	if why := evidence.Against(r); r.Outcome == result.DoesNotConform && r.Reason == "" && why != "" {
		verdict += ": " + why
	}
	s.printf("## voicespec: %s %s\n\n", mark, verdict)
	s.printf("%s, gate %s, voicespec %s, %s, %s\n\n", evidence.Code(evidence.URL(r.Target)), r.Gate,
		evidence.Markdown(r.Suite), evidence.Plural(len(r.Checks), "check"), evidence.Milliseconds(r.DurationMs))
	if asked, set := evidence.Asked(r), evidence.Set(r); asked != "" && set != "" {
		s.printf("Asked for: %s. Requirement set: %s\n\n", evidence.Code(asked), evidence.Code(set))
	}
}

func (s *summary) areas() {
	areas := evidence.Areas(s.in.Report)
	if len(areas) == 0 {
		return
	}
	var used []result.Outcome
	for _, o := range result.Outcomes {
		for _, a := range areas {
			if a.Counts[o] > 0 {
				used = append(used, o)
				break
			}
		}
	}
	s.printf("| area |")
	for _, o := range used {
		s.printf(" %s |", evidence.Words(o))
	}
	s.printf("\n| --- |%s\n", strings.Repeat(" ---: |", len(used)))
	for _, a := range areas {
		s.printf("| %s |", evidence.Markdown(a.Name))
		for _, o := range used {
			s.printf(" %d |", a.Counts[o])
		}
		s.printf("\n")
	}
	s.printf("\n")
}

func (s *summary) failures() {
	level := requirement.Level("")
	for i, g := range s.in.Failures() {
		if i == mostFailures {
			s.printf("More failed requirements are in the HTML report.\n\n")
			return
		}
		if g.Level != level {
			level = g.Level
			s.printf("### Failed, %s\n\n", level)
		}
		rule := g.Requirement.Rule
		if rule == "" {
			rule = g.Checks[0].Title
		}
		s.printf("**%s** %s", evidence.Markdown(g.Requirement.ID), evidence.Markdown(rule))
		if source := evidence.Source(g.Requirement); source != "" {
			s.printf("<br>%s", evidence.Markdown(source))
		}
		s.printf("\n\n")
		for j, c := range g.Checks {
			if j == mostOthers {
				s.printf("- and %s more\n", evidence.Plural(len(g.Checks)-j, "check"))
				break
			}
			s.printf("- %s %s\n", evidence.Code(c.ID), evidence.Code(observed(c)))
		}
		s.printf("\n<details><summary>Evidence of %s</summary>\n\n%s\n\n</details>\n\n", evidence.Code(g.Checks[0].ID), fenced(Text(s.in, g.Checks[0])))
	}
}

// observed is a failure in one line.
func observed(c result.Check) string {
	if len(c.Findings) > 0 {
		return firstLine(c.Findings[0].Observed)
	}
	return firstLine(c.Message)
}

// fenced is a code block whose fence is longer than any run of backticks in the text.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence
}

func (s *summary) unjudged() {
	for _, o := range []result.Outcome{result.Blocked, result.Disturbed, result.Untestable, result.KnownFailure} {
		reasons := evidence.Reasons(s.in.Report, o)
		if len(reasons) == 0 {
			continue
		}
		s.printf("### %s\n\n", heading(o))
		for _, r := range reasons {
			s.printf("- %s: %s (%s)\n", evidence.Plural(len(r.Checks), "check"), evidence.Code(firstLine(r.Text)), evidence.Markdown(ids(r.Checks)))
		}
		s.printf("\n")
	}
}

func (s *summary) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.printf("### %s\n\n", title)
	for _, l := range lines {
		s.printf("- %s\n", evidence.Code(l))
	}
	s.printf("\n")
}

func (s *summary) latency() {
	list := Stable(s.in.Report).Latency
	if len(list) == 0 {
		return
	}
	s.printf("<details><summary>Latency</summary>\n\n| operation | to | count | p50 | p95 | max |\n| --- | --- | ---: | ---: | ---: | ---: |\n")
	for _, l := range list {
		s.printf("| %s | %s | %d | %s | %s | %s |\n", evidence.Code(l.Operation), evidence.Code(l.To), l.Count,
			evidence.Milliseconds(l.P50), evidence.Milliseconds(l.P95), evidence.Milliseconds(l.Max))
	}
	s.printf("\n")
	for _, sentence := range evidence.SuggestBudgets(list) {
		s.printf("- %s\n", evidence.Markdown(sentence))
	}
	s.printf("\n</details>\n")
}
