// Package merge makes one result of several: of processes that shared the scenarios out, of stations, of transports. It
// imports the result types and the reports' text helpers.
package merge

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/result"
)

// Part is one of the results, with the name that it is called by.
type Part struct {
	Name   string
	Report *result.Report
}

// rank says which of two outcomes of one check is the merged one: what is wrong in one place is wrong, and what was judged
// in one was judged.
var rank = map[result.Outcome]int{
	result.Failed: 7, result.Blocked: 6, result.KnownFailure: 5, result.Disturbed: 4, result.Passed: 3, result.Untestable: 2, result.NotApplicable: 1, result.NotSelected: 0,
}

// Results merges the results of one target. Errors end with the remedy.
func Results(parts []Part) (*result.Report, error) {
	if len(parts) == 0 {
		return nil, errors.New("no results are named; name the results.json of each process")
	}
	first := parts[0].Report
	for _, p := range parts[1:] {
		if err := alike(parts[0], p); err != nil {
			return nil, err
		}
	}
	out := *first
	out.Checks = checks(parts)
	out.Selection = selection(parts)
	out.Scenarios, out.Latency, out.States = scenarios(parts), latency(parts), states(parts)
	out.UnknownMembers, out.Reason, out.Runs = nil, "", 0
	out.Transport = joined(parts, func(r *result.Report) []string { return strings.Split(r.Transport, ", ") })
	out.Features = unique(parts, func(r *result.Report) []string { return r.Features })
	out.Notes = append(unique(parts, func(r *result.Report) []string { return r.Notes }), sources(parts)...)
	out.LeftBehind = unique(parts, func(r *result.Report) []string { return r.LeftBehind })
	out.Others = unique(parts, func(r *result.Report) []string { return r.Others })
	out.KnownFailureProblems = unique(parts, func(r *result.Report) []string { return r.KnownFailureProblems })
	began, ended := first.Started, time.Time{}
	for _, p := range parts {
		r := p.Report
		if r.Started.Before(began) {
			began = r.Started
		}
		if end := r.Started.Add(time.Duration(r.DurationMs * float64(time.Millisecond))); end.After(ended) {
			ended = end
		}
		for path, n := range r.UnknownMembers {
			if out.UnknownMembers == nil {
				out.UnknownMembers = map[string]int{}
			}
			out.UnknownMembers[path] += n
		}
	}
	out.Started, out.DurationMs = began, float64(ended.Sub(began).Microseconds())/1000
	out.Count()
	out.Decide()
	for _, p := range parts {
		if p.Report.Outcome == result.NotTested && !p.Report.NothingJudged() { // what it should have judged is not known
			out.Outcome, out.Reason = result.NotTested, evidence.Clean(p.Name)+": "+cmp.Or(p.Report.Reason, "not tested")
			if slices.ContainsFunc(out.Checks, func(c result.Check) bool { return c.Outcome == result.Failed && out.AtGate(c) }) {
				out.Outcome = result.DoesNotConform
			}
		}
	}
	return &out, nil
}

// alike says why two results are not parts of one.
func alike(a, b Part) error {
	set := func(r *result.Report) string {
		if r.RequirementSet == nil {
			return ""
		}
		return r.RequirementSet.Digest
	}
	for _, d := range []struct{ what, a, b, remedy string }{
		{"target", evidence.URL(a.Report.Target), evidence.URL(b.Report.Target), "merge results of one target; voicespec trend shows several beside each other"},
		{"voicespec", a.Report.Suite, b.Report.Suite, "run all parts with one version"},
		{"requirement set", set(a.Report), set(b.Report), "run all parts with one version"},
		{"gate", string(a.Report.Gate), string(b.Report.Gate), "run all parts with one --gate"},
		{"fault", a.Report.Fault, b.Report.Fault, "merge results of one target"},
	} {
		if d.a != d.b {
			return fmt.Errorf("%s and %s are no parts of one run, since the %s is %q and %q; %s", a.Name, b.Name, d.what, d.a, d.b, d.remedy)
		}
	}
	return nil
}

// checks are those of all parts, in the order of the first that has them.
func checks(parts []Part) []result.Check {
	out, at := []result.Check{}, map[string]int{}
	for _, p := range parts {
		for _, c := range p.Report.Checks {
			i, known := at[c.ID]
			switch {
			case !known:
				at[c.ID] = len(out)
				out = append(out, c)
			case rank[c.Outcome] > rank[out[i].Outcome]:
				out[i] = c
			}
		}
	}
	return out
}

// selection is what the parts were asked for together.
func selection(parts []Part) *result.Selection {
	if parts[0].Report.Selection == nil {
		return nil
	}
	s := *parts[0].Report.Selection
	same, everything, onlyRun := true, false, true
	var run, asked []string
	for _, p := range parts {
		q := p.Report.Selection
		if q == nil {
			everything, same = true, false
			continue
		}
		s.Complete = s.Complete || q.Complete
		if q.Transport != s.Transport {
			s.Transport = ""
		}
		own := *q
		own.Share = ""
		same = same && own.Profile == s.Profile && own.LabelFilter == s.LabelFilter && slices.Equal(own.Run, s.Run)
		everything = everything || !own.Part()
		onlyRun = onlyRun && own.Profile == "" && own.LabelFilter == ""
		run = append(run, own.Run...)
		asked = append(asked, "("+evidence.Asked(&result.Report{Selection: &own})+")")
	}
	switch {
	case same:
	case everything:
		s.Profile, s.LabelFilter, s.Run = "", "", nil
	case onlyRun:
		s.Run = run
	default:
		s.Profile, s.Run, s.LabelFilter = "", nil, strings.Join(asked, " or ")
	}
	s.Share = missing(parts)
	return &s
}

// missing is which shares there are, such as 1+2/3, and "" where none is missing.
func missing(parts []Part) string {
	var have []string
	all := ""
	for _, p := range parts {
		if q := p.Report.Selection; q != nil && q.Share != "" {
			index, of, _ := strings.Cut(q.Share, "/")
			have, all = append(have, strings.Split(index, "+")...), of
		}
	}
	slices.Sort(have)
	have = slices.Compact(have)
	if fmt.Sprint(len(have)) == all || all == "" {
		return ""
	}
	return strings.Join(have, "+") + "/" + all
}

// sources say of what the result was made.
func sources(parts []Part) []string {
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		r := p.Report
		text := fmt.Sprintf("merged from %s: %s", p.Name, evidence.Verdict(&result.Report{Outcome: r.Outcome, Reason: r.Reason}))
		if asked := evidence.Asked(r); asked != "" {
			text += ", " + asked
		}
		out = append(out, evidence.Clean(text+", "+r.Transport))
	}
	return out
}

func unique(parts []Part, of func(*result.Report) []string) []string {
	var out []string
	for _, p := range parts {
		for _, text := range of(p.Report) {
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

func joined(parts []Part, of func(*result.Report) []string) string {
	return strings.Join(slices.DeleteFunc(unique(parts, of), func(s string) bool { return s == "" }), ", ")
}

func scenarios(parts []Part) []result.Scenario {
	var out []result.Scenario
	at := map[string]int{}
	for _, p := range parts {
		for _, s := range p.Report.Scenarios {
			if i, known := at[s.ID]; known {
				out[i].PlayedMs = max(out[i].PlayedMs, s.PlayedMs)
				continue
			}
			at[s.ID] = len(out)
			out = append(out, s)
		}
	}
	return out
}

// latency joins what was measured. Samples are not in results: the median of all is taken as the mean of the medians by
// their counts, p95 and maximum as the highest.
func latency(parts []Part) []result.Latency {
	type key struct{ operation, to string }
	all := map[key]result.Latency{}
	for _, p := range parts {
		for _, l := range p.Report.Latency {
			k := key{l.Operation, l.To}
			sum := all[k]
			if n := sum.Count + l.Count; n > 0 {
				l.P50 = (sum.P50*float64(sum.Count) + l.P50*float64(l.Count)) / float64(n)
				l.Count = n
			}
			l.P95, l.Max = max(l.P95, sum.P95), max(l.Max, sum.Max)
			all[k] = l
		}
	}
	return slices.SortedFunc(maps.Values(all), func(a, b result.Latency) int {
		return cmp.Or(strings.Compare(a.Operation, b.Operation), strings.Compare(a.To, b.To))
	})
}

// states joins tables that have the same columns: each cell from the part that tried it.
func states(parts []Part) *result.StateTable {
	var out *result.StateTable
	for _, p := range parts {
		t := p.Report.States
		switch {
		case t == nil:
		case out == nil:
			out = &result.StateTable{States: slices.Clone(t.States)}
			for _, row := range t.Operations {
				row.Cells = slices.Clone(row.Cells)
				out.Operations = append(out.Operations, row)
			}
		default:
			join(out, t)
		}
	}
	return out
}

// join adds to a table what another has tried: columns by title, rows by operation.
func join(out, t *result.StateTable) {
	for column, state := range t.States {
		at := slices.Index(out.States, state)
		if at < 0 {
			at = len(out.States)
			out.States = append(out.States, state)
			for i := range out.Operations {
				out.Operations[i].Cells = append(out.Operations[i].Cells, result.StateCell{})
			}
		}
		for _, row := range t.Operations {
			i := slices.IndexFunc(out.Operations, func(r result.StateRow) bool { return r.Operation == row.Operation })
			if i < 0 {
				i = len(out.Operations)
				out.Operations = append(out.Operations, result.StateRow{Operation: row.Operation, Cells: make([]result.StateCell, len(out.States))})
			}
			if cell := &out.Operations[i].Cells[at]; cell.Became == "" && column < len(row.Cells) {
				*cell = row.Cells[column]
			}
		}
	}
}
