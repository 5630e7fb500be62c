package engine

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/states"
)

// Verify judges a saved recording. Scenarios that it does not hold are untestable; what was
// recorded outside of scenarios (a foreign log) is judged by the rules of every notification.
func Verify(ctx context.Context, r io.Reader, o Options) (*Outcome, error) {
	if o.Gate == "" {
		o.Gate = requirement.Required
	}
	sel, err := selectChecks(o)
	if err != nil {
		return nil, err
	}
	header := &recording.Header{}
	byScenario := map[string][]*recording.Entry{}
	for e, err := range recording.Read(r) {
		switch {
		case err != nil:
			return nil, &UsageError{Text: err.Error()}
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case e.Kind == recording.KindHeader && e.Header != nil:
			header = e.Header
		case e.Kind != recording.KindHeader:
			byScenario[owner(e)] = append(byScenario[owner(e)], e)
		}
	}
	j := newJury(sel, header, o)
	var order []string
	for _, sc := range sel.all {
		if entries := byScenario[sc.ID]; len(entries) > 0 && !sc.Whole {
			if reason, neutral, skip := skipped(entries); skip {
				j.notPlayed(sc, reason, neutral)
			} else {
				j.file(sc, entries)
			}
			order = append(order, sc.ID)
			delete(byScenario, sc.ID)
		}
	}
	j.strays(byScenario)
	began := time.Now()
	j.ruleAll(ctx)
	if len(j.broken) > 0 {
		return nil, fmt.Errorf("voicespec itself failed: %s", j.broken[0])
	}
	rep := &result.Report{
		Version: 1, Suite: o.Version, Target: header.Target, Transport: header.Transport, Gate: o.Gate, Seed: header.Seed,
		Features: header.Features, Started: header.Started, Checks: j.checks(),
		Latency: latencies(j.cases), States: states.Table(j.cases), ExtraFields: judge.UnknownMembers(j.cases), DurationMs: ms(time.Since(began)),
	}
	for _, id := range order {
		i := slices.IndexFunc(sel.all, func(s *scenario.Scenario) bool { return s.ID == id })
		rep.Scenarios = append(rep.Scenarios, result.Scenario{ID: id, Title: sel.all[i].Title, Area: sel.all[i].Area, Source: sel.all[i].Source})
	}
	rep.Count()
	rep.Decide()
	return &Outcome{
		Report: rep, Header: header, Documented: sel.documented,
		Scenarios: func(id string) []*recording.Entry {
			if k := j.cases[id]; k != nil {
				return k.Entries
			}
			if id == scenario.Throughout && len(j.loose) > 0 {
				return j.loose[0].Entries
			}
			return nil
		},
	}, nil
}

// owner is the scenario of an entry; what is outside of scenarios belongs to its station.
func owner(e *recording.Entry) string {
	if e.Scenario == "" && e.Station > 0 {
		return outside(e.Station)
	}
	return e.Scenario
}

func outside(station int) string { return fmt.Sprintf("station %d", station) }
