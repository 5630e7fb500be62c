package engine

import (
	"fmt"
	"sort"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// around is how many lines of the timeline stand before and after a finding.
const around = 6

// explain is the one failure text of a check: rule and source, everything that differs, the
// timeline with the line marked, and the command that runs just this again. all counts the findings that there were.
func (j *jury) explain(c result.Check, findings []judge.Finding, all int, sc *scenario.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s   %s · %s\n", c.ID, c.Level, strings.Join(c.Requirements, ", "))
	for _, id := range c.Requirements {
		if q, ok := j.registry.Get(id); ok {
			fmt.Fprintf(&b, "  Rule      %s\n            source: %s (%s)\n", q.Rule, q.Source, q.Evidence)
		}
	}
	for i, f := range findings {
		if i == 10 {
			fmt.Fprintf(&b, "  … and %d more differences\n", all-i)
			break
		}
		if f.Path != "" {
			fmt.Fprintf(&b, "  At        %s%s\n", evidence.Escape(f.Path), where(f.Entry))
		}
		fmt.Fprintf(&b, "  Expected  %s\n  Observed  %s\n", evidence.Escape(f.Expected), evidence.Escape(f.Observed))
	}
	if lines := j.timeline(findings, sc); len(lines) > 0 {
		b.WriteString("  Timeline\n")
		for _, l := range lines {
			b.WriteString("    " + l + "\n")
		}
	}
	fmt.Fprintf(&b, "  Rerun     %s", c.Rerun)
	return b.String()
}

func where(e *recording.Entry) string {
	if e == nil {
		return ""
	}
	return " in " + Line(e)
}

// timeline is the part of the scenario's recording around the findings: the wrong line marked by
// ">", a missing one as a gap where it was expected.
func (j *jury) timeline(findings []judge.Finding, sc *scenario.Scenario) []string {
	kase := j.cases[sc.ID]
	if kase == nil || len(findings) == 0 {
		return nil
	}
	wrong, gap := map[int]bool{}, map[int]string{}
	for _, f := range findings {
		if f.Entry != nil {
			wrong[f.Entry.Seq] = true
		}
		if f.After != nil {
			gap[f.After.Seq] = f.Expected
		}
	}
	var shown []*recording.Entry
	for _, e := range kase.Entries {
		if Shown(e) {
			shown = append(shown, e)
		}
	}
	// A request stands where it was sent, not where its answer came.
	sort.SliceStable(shown, func(a, b int) bool { return shown[a].At < shown[b].At })
	keep := make([]bool, len(shown))
	for i, e := range shown {
		if wrong[e.Seq] || gap[e.Seq] != "" {
			for k := max(0, i-around); k <= min(len(shown)-1, i+around); k++ {
				keep[k] = true
			}
		}
	}
	var out []string
	skipping := false
	for i, e := range shown {
		if !keep[i] {
			skipping = true
			continue
		}
		if skipping {
			out, skipping = append(out, "  …"), false
		}
		mark := "  "
		if wrong[e.Seq] {
			mark = "> "
		}
		out = append(out, mark+Line(e))
		if missing := gap[e.Seq]; missing != "" {
			out = append(out, "> - - - - -  missing: "+evidence.Escape(missing))
		}
	}
	return out
}

// Shown tells whether an entry is a line of a timeline.
func Shown(e *recording.Entry) bool {
	switch e.Kind {
	case recording.KindRest, recording.KindMessage, recording.KindGap, recording.KindFault, recording.KindMissed:
		return true
	case recording.KindScenario:
		return e.Event == recording.Blocked || e.Event == recording.Untestable
	case recording.KindBayeux:
		return e.Probe != ""
	default:
		return false
	}
}

// Line is one line of a timeline, whatever the target sent.
func Line(e *recording.Entry) string {
	return fmt.Sprintf("%+9.3fs  %-11s  %s", e.At, e.Actor, evidence.Escape(text(e)))
}

func text(e *recording.Entry) string {
	switch e.Kind {
	case recording.KindRest:
		op := e.Operation()
		if op != "" {
			op = " " + op
		}
		out := fmt.Sprintf("%s %s%s", e.Method, e.Path, op)
		if e.Problem != "" {
			return out + " → " + e.Problem
		}
		if code, ok := e.StatusCode(); ok {
			return fmt.Sprintf("%s → HTTP %d, statusCode %d", out, e.Status, code)
		}
		return fmt.Sprintf("%s → HTTP %d", out, e.Status)
	case recording.KindMessage:
		if e.Call() != nil {
			return fmt.Sprintf("%s %s of %s", e.Type(), e.State(), e.CallID())
		}
		if mt, ok := e.Data()["messageType"].(string); ok {
			return mt
		}
		return "message on " + e.Channel
	case recording.KindBayeux:
		return e.Direction + " " + e.Channel
	case recording.KindMissed:
		return fmt.Sprintf("waited %.1fs for %s", e.Waits, e.Text)
	default:
		return string(e.Kind) + ": " + e.Text
	}
}

// rerun is the command that runs just one check again.
func (j *jury) rerun(id string) string {
	cmd := "voicespec run --run " + id
	if t := j.options.Target; t != nil && !j.options.Reference {
		if t.File != "" {
			cmd += " --config " + t.File
		}
		cmd += " --target " + t.URL
	}
	if j.options.Fault != "" {
		cmd += " --fault " + j.options.Fault
	}
	if j.options.Variation != "" {
		cmd += " --variation " + j.options.Variation
	}
	if j.options.Seed != 0 {
		cmd += fmt.Sprintf(" --seed %d", j.options.Seed)
	}
	return cmd
}
