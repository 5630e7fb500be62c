package knownfailures

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"

	"github.com/voicespec/voicespec/runner/result"
)

// days is how long a written entry holds: long enough for a release, short enough that
// somebody looks at it again.
const days = 90

// shortest is the length from which a text is worth being a fragment.
const shortest = 4

const head = `# Known failures. Each entry names a check that fails; the run fails again when it
# passes, when the date is over, or when the failure reads differently than fragment.
# Fill in the reasons: reports print them. voicespec known-failures write keeps them.
`

// Unexplained stands in place of a reason until the vendor gives one.
const Unexplained = "not explained yet: say why this deviation is accepted"

// Write writes the list of the failures of report. Entries of old that still
// speak of a failure, or of something that this run did not judge, are kept as they are,
// so reasons, links, dates and globs survive a rewrite (comments do not); those whose
// checks pass or are gone are dropped. Every failed or blocked check at the gate that no
// kept entry covers gets an entry of its own, which holds for 90 days from the run on.
func Write(w io.Writer, report *result.Report, old *List) error {
	entries := []Entry{}
	if old != nil {
		for _, e := range old.Entries {
			if needed(report.Checks, e) {
				entries = append(entries, e)
			}
		}
	}
	kept := len(entries)
	for _, c := range report.Checks {
		if !broken(c) || c.Level.Rank() > report.Gate.Rank() || covered(c, entries[:kept]) {
			continue
		}
		e := Entry{Check: c.ID, Reason: Unexplained, Fragment: fragment(c)}
		if c.Outcome == result.KnownFailure && c.KnownFailure != "" {
			e.Reason = c.KnownFailure
		}
		if !report.Started.IsZero() {
			e.Expires = report.Started.UTC().AddDate(0, 0, days).Format(dateForm)
		}
		entries = append(entries, e)
	}
	var b bytes.Buffer
	b.WriteString(head)
	out, err := yaml.Marshal(entries)
	if err != nil {
		return fmt.Errorf("write known failures: %w", err)
	}
	b.Write(out)
	// What was written must be readable: a target's text stands in it.
	if _, err := Parse("", b.Bytes()); err != nil {
		return fmt.Errorf("write known failures: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write known failures: %w", err)
	}
	return nil
}

func broken(c result.Check) bool {
	return c.Outcome == result.Failed || c.Outcome == result.Blocked || c.Outcome == result.KnownFailure
}

// needed reports whether an entry still speaks of something that fails or was not judged.
func needed(checks []result.Check, e Entry) bool {
	for _, c := range checks {
		if e.matches(c.ID) && (e.Sometimes || c.Outcome != result.Passed && c.Outcome != result.NotApplicable) {
			return true
		}
	}
	return false
}

func covered(c result.Check, entries []Entry) bool {
	for _, e := range entries {
		if e.matches(c.ID) && fits(c, e.Fragment) {
			return true
		}
	}
	return false
}

// fragment chooses the part of a failure's message that will read the same next time: the
// longest run of words without a digit, since ids, counts and times change with every run.
func fragment(c result.Check) string {
	text := c.Message
	if len(c.Findings) > 0 && c.Findings[0].Observed != "" {
		text = c.Findings[0].Observed
	}
	text, _, _ = strings.Cut(text, "\n")
	best, start := "", 0
	words := strings.SplitAfter(text, " ")
	for i := 0; i <= len(words); i++ {
		if i < len(words) && !strings.ContainsFunc(words[i], changing) {
			continue
		}
		if run := strings.TrimSpace(strings.Join(words[start:i], "")); len(run) > len(best) {
			best = run
		}
		start = i + 1
	}
	if r := []rune(best); len(r) > 80 {
		best = strings.TrimSpace(string(r[:80]))
	}
	if len(best) < shortest {
		return ""
	}
	return best
}

func changing(r rune) bool {
	return unicode.IsDigit(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || !unicode.IsPrint(r)
}
