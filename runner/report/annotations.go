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

// mostAnnotations is how many annotations of one kind GitHub shows for a step.
const mostAnnotations = 10

// Annotations writes GitHub workflow commands (::error title=…::…), which show up on the
// run's page: one for each failed requirement, an error where it decides at the gate, else
// a warning or notice. The caller writes them when GITHUB_ACTIONS is set.
func Annotations(w io.Writer, in Input) error {
	a := &annotations{counts: map[string]int{}}
	r := in.Report
	if r.Outcome == result.NotTested {
		a.add("error", "voicespec: not tested", evidence.Verdict(r))
	}
	if r.Outcome == result.ConformsInPart {
		a.add("notice", "voicespec: conforms in part", strings.Join(append([]string{evidence.InPart(r)}, evidence.NotJudged(r)...), "\n"))
	}
	for _, n := range r.Notes {
		a.add("warning", "voicespec", evidence.Clean(n))
	}
	for _, e := range r.KnownFailureProblems {
		a.add("error", "voicespec: known failures", evidence.Clean(e))
	}
	a.list("voicespec: left behind on the target", r.LeftBehind)
	a.list("voicespec: somebody else uses these people", r.Others)
	for _, g := range in.Failures() {
		first := g.Checks[0]
		names := evidence.NameCalls(in.Entries(first.Scenario))
		text := evidence.Clean(g.Requirement.Rule) + "\n" + evidence.Clean(first.ID) + ": " + names.In(evidence.Clean(observed(first)))
		if len(first.Findings) > 0 {
			text += "\nexpected: " + names.In(evidence.Clean(firstLine(first.Findings[0].Expected)))
		}
		if n := len(g.Checks) - 1; n > 0 {
			text += "\nand " + evidence.Plural(n, "further check") + " of this requirement"
		}
		a.add(severity(g.Level, r.Gate), evidence.Clean(g.Requirement.ID)+" failed", strings.TrimPrefix(text, "\n"))
	}
	for _, b := range evidence.Reasons(r, result.Blocked) {
		a.add("warning", evidence.Plural(len(b.Checks), "check")+" could not be judged", evidence.Clean(firstLine(b.Text))+"\n"+ids(b.Checks))
	}
	a.rest()
	if _, err := w.Write(a.Bytes()); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	return nil
}

func severity(l, gate requirement.Level) string {
	switch {
	case l.Rank() <= gate.Rank():
		return "error"
	case l == requirement.Informative:
		return "notice"
	}
	return "warning"
}

type annotations struct {
	bytes.Buffer
	counts map[string]int
}

// add writes one command, or counts it where GitHub would drop it anyway: the last of a
// kind is kept for telling how many there are.
func (a *annotations) add(kind, title, text string) {
	a.counts[kind]++
	if a.counts[kind] < mostAnnotations {
		fmt.Fprintf(&a.Buffer, "::%s title=%s::%s\n", kind, commandProperty(title), commandText(text))
	}
}

// list is one warning for all lines, since a run shows few annotations.
func (a *annotations) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	text := evidence.Clean(lines[0])
	if n := len(lines) - 1; n > 0 {
		text += fmt.Sprintf("\nand %d more; see the summary or the HTML report", n)
	}
	a.add("warning", title, text)
}

func (a *annotations) rest() {
	for _, kind := range []string{"error", "warning", "notice"} {
		if more := a.counts[kind] - mostAnnotations + 1; more > 0 {
			fmt.Fprintf(&a.Buffer, "::%s title=voicespec::%d more; see the summary or the HTML report\n", kind, more)
		}
	}
}

// commandText escapes the text of a workflow command as the runner unescapes it.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty escapes a property, which also ends at a colon or comma.
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
