package engine

import (
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// judgedSource is a source that was judged.
type judgedSource interface {
	spec.Source
	// entries are the recording of a scenario.
	entries(id string) []*recording.Entry
	// cases are those that were judged, by scenario.
	cases() map[string]*judge.Case
	// describe fills in what the source knows of the run.
	describe(r *result.Report, o Options)
	header() *recording.Header
	// disturbed says of checks that others had a hand in their failure, where the source knows it.
	disturbed(r *result.Report)
	// operations are those that were seen to be accepted, by name, in traffic that nobody played.
	operations() map[string]int
}

// outcome makes the report from Ginkgo's.
func (s *Suite) outcome(sel *selection, source judgedSource, judged types.Report, o Options) *Outcome {
	r := &result.Report{Version: 1, Suite: o.Version}
	source.describe(r, o)
	r.Gate, r.Selection, r.RequirementSet = o.gate(), o.selection(), s.Set()
	checks, broken := spec.Results(judged, s.registry)
	r.Checks = checks
	if !sel.alone {
		r.Checks = s.catalogued(checks)
	}
	for i := range r.Checks {
		if r.Checks[i].Outcome == result.Failed {
			r.Checks[i].Rerun = rerun(o, r.Checks[i].ID)
		}
	}
	source.disturbed(r)
	cases := source.cases()
	r.Latency, r.UnknownMembers = latencies(cases), judge.UnknownMembers(cases)
	r.States = s.states(cases)
	r.Operations = source.operations()
	r.Count()
	r.Decide()
	shown := func(id string) []*recording.Entry { return recording.ShownAs(source.entries(id)) }
	out := &Outcome{Report: r, Header: source.header(), Scenarios: shown, Documented: s.documented, broken: broken}
	if o.redact != nil {
		out.Header = redactedHeader(out.Header, o.redact)
		redactReport(r, o.redact)
	}
	return out
}

func (o Options) gate() requirement.Level {
	if o.Gate == "" {
		return requirement.Required
	}
	return o.Gate
}

// failures counts the failed checks at a gate.
func (out *Outcome) failures(gate requirement.Level) int {
	n := 0
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed && c.Level.Rank() <= gate.Rank() {
			n++
		}
	}
	return n
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *session) since() time.Duration { return time.Since(s.started) }

// blank is the report of a session before anything was played.
func (s *session) blank(o Options) *result.Report {
	target := o.Target.URL
	if o.Reference {
		target = "embedded reference server" // its port is another one each time
	}
	notes := s.run.FeaturesOfOneSide()
	if s.unseen != "" {
		notes = append(notes, s.unseen)
	}
	return &result.Report{
		Version: 1, Suite: o.Version, Target: target, Transport: s.run.Transport(), Gate: o.gate(), Selection: o.selection(), Seed: o.Seed,
		Fault: o.Fault, Features: s.run.Features, Notes: notes, Started: s.started.UTC().Truncate(time.Second),
	}
}

// documented are the page's messages of a scenario, for the reports.
func (s *Suite) documented(id string) []Documented {
	d := s.definition(id)
	if d == nil || d.Page == nil {
		return nil
	}
	var out []Documented
	for i := range d.Page.Steps {
		step := &d.Page.Steps[i]
		switch {
		case step.Posts != "":
			out = append(out, Documented{Actor: "agent", Title: "POST " + step.Posts, JSON: string(step.Body)})
		case step.Notified != nil:
			title := step.Type() + " " + step.State()
			if step.Call() == nil {
				title = "DeviceStateChangeMessage"
			}
			out = append(out, Documented{Actor: "agent", Title: title, JSON: string(step.Notified)})
		}
	}
	return out
}

// text is the text of a failure, which all reports show.
func (s *Suite) text(o Options, c spec.CheckInfo, findings []result.Finding, k *judge.Case) string {
	check := result.Check{
		ID: c.ID, Title: c.Title, Requirements: c.Requirements, Level: c.Level, Scenario: c.Scenario, Outcome: result.Failed,
		Findings: findings, Rerun: rerun(o, c.ID),
	}
	var entries []*recording.Entry
	if k != nil {
		entries = recording.ShownAs(k.Entries)
	}
	return report.FailureText(s.registry, check, entries)
}
