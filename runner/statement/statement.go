// Package statement makes of results.json what a vendor hands in or publishes: what was tested, with what, when, and what
// came of it. A statement says nothing of its own: all of it follows from the results, so that anybody who has them can
// find out whether it was changed.
package statement

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// FormatVersion is the version of statements that this voicespec makes and checks.
const FormatVersion = 1

// Statement is what statement.json holds.
type Statement struct {
	Version        int                    `json:"version"` // of this format
	ResultsSHA256  string                 `json:"resultsSha256"`
	Target         string                 `json:"target"`
	Fault          string                 `json:"fault,omitempty"` // of the reference server
	Transport      string                 `json:"transport,omitempty"`
	Features       []string               `json:"features,omitempty"`
	Selection      *result.Selection      `json:"selection"`
	Gate           requirement.Level      `json:"gate"`
	Suite          string                 `json:"suite"` // voicespec's version
	RequirementSet *result.RequirementSet `json:"requirementSet"`
	Started        time.Time              `json:"started"`
	DurationMs     float64                `json:"durationMs"`
	Runs           int                    `json:"runs,omitempty"`

	Verdict    result.Verdict     `json:"verdict"`
	Summary    string             `json:"summary"`    // the verdict in words
	Judged     int                `json:"judged"`     // checks at the gate
	Applicable int                `json:"applicable"` // checks at the gate that apply to the target
	Levels     []Level            `json:"levels"`
	Excused    []Excused          `json:"excused"`
	NotJudged  []result.NotJudged `json:"notJudged"` // at the gate, by reason
	Failed     []Broken           `json:"failed"`    // at the gate
	BelowGate  []Broken           `json:"belowGate"` // recommended rules that failed and do not decide

	KnownFailureProblems []string `json:"knownFailureProblems,omitempty"`
	Notes                []string `json:"notes,omitempty"`
}

// Level is what became of the checks of one level.
type Level struct {
	Level  requirement.Level      `json:"level"`
	Checks int                    `json:"checks"`
	Counts map[result.Outcome]int `json:"counts"`
}

// Excused are the known failures that have one reason.
type Excused struct {
	Reason string   `json:"reason"`
	Checks []string `json:"checks"`
}

// Broken is a requirement whose checks failed.
type Broken struct {
	Requirement string            `json:"requirement"`
	Level       requirement.Level `json:"level"`
	Checks      []Failed          `json:"checks"`
}

// Failed is a check that failed.
type Failed struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

var levels = []requirement.Level{requirement.Required, requirement.Recommended, requirement.Informative}

// ContradictionError says in what results contradict themselves.
type ContradictionError struct{ Differences []string }

func (e *ContradictionError) Error() string {
	const most = 3
	list, more := e.Differences, ""
	if len(list) > most {
		more = fmt.Sprintf("; and %d more", len(list)-most)
		list = list[:most]
	}
	return "the results do not follow from their checks: " + strings.Join(list, "; ") + more + "; state what voicespec run wrote, unchanged"
}

// Make makes the statement of a results.json. Results that contradict themselves are a *ContradictionError.
func Make(results []byte) (*Statement, error) {
	r, err := report.ReadJSON(bytes.NewReader(results))
	if err != nil {
		return nil, err
	}
	if r.RequirementSet == nil || r.Selection == nil {
		return nil, fmt.Errorf("read results: they do not name the selection and the requirement set (of voicespec %s, outcome %s); "+
			"run voicespec again, to the end", evidence.Clean(r.Suite), evidence.Clean(string(r.Outcome)))
	}
	if differences := contradictions(results, r); len(differences) > 0 {
		return nil, &ContradictionError{differences}
	}
	r.NotJudged = decided(r).NotJudged
	s := &Statement{
		Version: FormatVersion, ResultsSHA256: fmt.Sprintf("%x", sha256.Sum256(results)),
		Target: target(r), Fault: r.Fault, Transport: r.Transport, Features: r.Features, Selection: selection(r.Selection), Gate: r.Gate,
		Suite: r.Suite, RequirementSet: r.RequirementSet, Started: r.Started, DurationMs: r.DurationMs, Runs: r.Runs,
		Verdict: r.Outcome, Summary: summary(r), Levels: byLevel(r), Excused: []Excused{}, NotJudged: r.NotJudged, Failed: []Broken{}, BelowGate: []Broken{},
		KnownFailureProblems: r.KnownFailureProblems, Notes: r.Notes,
	}
	s.Judged, s.Applicable = r.Judged()
	if s.NotJudged == nil {
		s.NotJudged = []result.NotJudged{}
	}
	for _, e := range evidence.Reasons(r, result.KnownFailure) {
		s.Excused = append(s.Excused, Excused{Reason: e.Text, Checks: e.Checks})
	}
	s.broken(r)
	return s, nil
}

// broken lists what failed: what decides, and the recommended rules that do not.
func (s *Statement) broken(r *result.Report) {
	for _, g := range (evidence.Input{Report: r}).Failures() {
		b := Broken{Requirement: g.Requirement.ID, Level: g.Level}
		for _, c := range g.Checks {
			b.Checks = append(b.Checks, Failed{ID: c.ID, Title: c.Title})
		}
		switch {
		case r.AtGate(g.Checks[0]):
			s.Failed = append(s.Failed, b)
		case g.Level == requirement.Recommended:
			s.BelowGate = append(s.BelowGate, b)
		}
	}
}

func byLevel(r *result.Report) []Level {
	out := make([]Level, 0, len(levels))
	for _, level := range levels {
		of := result.Report{}
		for _, c := range r.Checks {
			if c.Level == level {
				of.Checks = append(of.Checks, c)
			}
		}
		of.Count()
		out = append(out, Level{Level: level, Checks: len(of.Checks), Counts: of.Counts})
	}
	return out
}

// summary is the verdict in words, with what stands against the target.
func summary(r *result.Report) string {
	words := evidence.Verdict(r)
	if why := evidence.Against(r); r.Outcome == result.DoesNotConform && r.Reason == "" && why != "" {
		words += ": " + why
	}
	return words
}

// target is what was tested, without what nobody else should read: user, password and query of an address, the folder of a
// recording.
func target(r *result.Report) string {
	t := r.Target
	if file := r.Selection.Recording; file != "" && strings.HasSuffix(t, file) {
		t = strings.TrimSuffix(t, file) + filepath.Base(file)
	}
	if u, err := url.Parse(t); err == nil && u.Host != "" {
		u.User, u.RawQuery, u.Fragment = nil, "", ""
		t = u.String()
	}
	return evidence.Clean(t)
}

func selection(s *result.Selection) *result.Selection {
	public := *s
	if s.Recording != "" {
		public.Recording = filepath.Base(s.Recording)
	}
	return &public
}
