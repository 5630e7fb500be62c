package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
)

// jury turns recordings into results. It is the same for a live run, a saved recording and
// the kill matrix; Ginkgo runs it check by check.
type jury struct {
	registry *requirement.Registry
	selected *selection
	header   *recording.Header
	options  Options

	cases   map[string]*judge.Case
	skipped map[string]judge.Ruling // scenarios that were not played
	results map[string]result.Check
	loose   []*judge.Case // what no scenario owns: connecting, foreign recordings
	broken  []string      // panics of checks: mistakes of ours
}

func newJury(sel *selection, header *recording.Header, o Options) *jury {
	return &jury{
		registry: sel.registry, selected: sel, header: header, options: o,
		cases: map[string]*judge.Case{}, skipped: map[string]judge.Ruling{}, results: map[string]result.Check{},
	}
}

// file opens the case of a scenario.
func (j *jury) file(sc *scenario.Scenario, entries []*recording.Entry) {
	j.cases[sc.ID] = judge.NewCase(j.header, sc.ID, entries)
}

// notPlayed notes why there is no recording of a scenario.
func (j *jury) notPlayed(sc *scenario.Scenario, reason string, neutral bool) {
	if neutral {
		j.skipped[sc.ID] = judge.DoesNotApply("%s", reason)
		return
	}
	j.skipped[sc.ID] = judge.Block("%s", reason)
}

// mostFindings of one check are reported: a thousand more of a flood tell nobody more.
const mostFindings = 100

// rule judges one check and keeps the result.
func (j *jury) rule(sc *scenario.Scenario, c scenario.Check) result.Check {
	began := time.Now()
	ruling := j.ruling(sc, c)
	all := len(ruling.Findings)
	ruling.Findings = ruling.Findings[:min(all, mostFindings)]
	id := sc.CheckID(c)
	r := result.Check{
		ID: id, Title: c.Title, Requirements: c.Requirements, Level: j.registry.Strictest(c.Requirements),
		Area: sc.Area, Scenario: sc.ID, Outcome: ruling.Outcome, Message: ruling.Reason, Findings: judge.Export(ruling.Findings),
	}
	if ruling.Outcome == result.Failed {
		r.Rerun = j.rerun(id)
		r.Message = j.explain(r, ruling.Findings, all, sc)
	}
	r.DurationMs = float64(time.Since(began).Microseconds()) / 1000
	j.results[id] = r
	return r
}

func (j *jury) ruling(sc *scenario.Scenario, c scenario.Check) (ruling judge.Ruling) {
	defer func() {
		if r := recover(); r != nil {
			j.broken = append(j.broken, fmt.Sprintf("check %s: %v", sc.CheckID(c), r))
			ruling = judge.Block("voicespec itself failed while judging: %v", r)
		}
	}()
	if sc.Whole {
		return c.JudgeAll(j.whole())
	}
	if why, ok := j.skipped[sc.ID]; ok {
		return why
	}
	kase := j.cases[sc.ID]
	if kase == nil {
		return judge.CannotTest("the recording does not hold this scenario")
	}
	return c.Judge(kase)
}

func (j *jury) whole() *scenario.Run {
	run := &scenario.Run{}
	for _, sc := range j.selected.all {
		if k := j.cases[sc.ID]; k != nil {
			run.Cases = append(run.Cases, &scenario.Played{Scenario: sc, Case: k})
		}
	}
	run.Loose = j.loose
	return run
}

// strays files what no scenario of the catalogue owns.
func (j *jury) strays(byScenario map[string][]*recording.Entry) {
	for _, id := range slices.Sorted(maps.Keys(byScenario)) {
		j.loose = append(j.loose, judge.NewCase(j.header, id, byScenario[id]))
	}
}

// checks are the results of the whole catalogue in its order; what was not asked for is not selected.
func (j *jury) checks() []result.Check {
	var out []result.Check
	for _, sc := range j.selected.all {
		for _, c := range sc.Checks {
			id := sc.CheckID(c)
			r, judged := j.results[id]
			if !judged {
				r = result.Check{
					ID: id, Title: c.Title, Requirements: c.Requirements, Level: j.registry.Strictest(c.Requirements),
					Area: sc.Area, Scenario: sc.ID, Outcome: result.NotSelected,
				}
				if j.selected.checks[id] {
					r.Outcome, r.Message = result.Blocked, "the run ended before this was judged"
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// ruleAll judges everything selected, without Ginkgo.
func (j *jury) ruleAll(ctx context.Context) {
	for _, sc := range j.selected.all {
		for _, c := range sc.Checks {
			if j.selected.checks[sc.CheckID(c)] && ctx.Err() == nil {
				j.rule(sc, c)
			}
		}
	}
}
