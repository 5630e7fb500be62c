package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Verify judges a saved recording. Scenarios that it does not hold are untestable; a recording without any (of another
// client) is judged by the rules of every message and every operation, as it is read.
func (s *Suite) Verify(ctx context.Context, r io.Reader, o Options) (*Outcome, error) {
	sel, err := s.choose(o)
	if err != nil {
		return nil, err
	}
	in := &intake{suite: s, sel: sel, options: o, head: &recording.Header{}, doubts: newDoubts()}
	for e, err := range recording.Read(r) {
		switch {
		case errors.Is(err, recording.ErrCut) && in.cutOff(err):
			continue
		case errors.Is(err, recording.ErrCut):
			return nil, &UsageError{Text: err.Error() + in.unfinished()}
		case err != nil:
			return nil, &UsageError{Text: err.Error()}
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		if err := in.add(ctx, e); err != nil {
			return nil, err
		}
	}
	return in.conclude(ctx)
}

// read files the entries of a recording of our own.
func (s *Suite) read(ctx context.Context, r io.Reader) (*saved, error) {
	head := &recording.Header{}
	var all []*recording.Entry
	for e, err := range recording.Read(r) {
		switch {
		case err != nil:
			return nil, &UsageError{Text: err.Error()}
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case e.Kind == recording.KindHeader && e.Header != nil:
			head = e.Header
		case e.Kind != recording.KindHeader:
			all = append(all, e)
		}
	}
	return s.file(ctx, head, all), nil
}

// intake finds out whether a recording holds scenarios of the catalogue: then it is judged as a whole.
type intake struct {
	suite   *Suite
	sel     *selection
	options Options
	head    *recording.Header
	entries []*recording.Entry
	ours    bool
	passive *Passive
	doubts  *doubts
	notes   []string
}

// cutOff reports whether what stands before the end of a recording that is cut off can be judged: what nobody played.
func (in *intake) cutOff(why error) bool {
	if in.ours || in.passive == nil && len(in.entries) == 0 {
		return false
	}
	in.notes = append(in.notes, why.Error()+"; what stands before is judged")
	return true
}

// unfinished says why a recording that is cut off is not judged.
func (in *intake) unfinished() string {
	if in.ours {
		return "; what a run left unfinished is not judged, so run it again"
	}
	return ", and nothing stands before"
}

func (in *intake) add(ctx context.Context, e *recording.Entry) error {
	if e.Kind == recording.KindHeader {
		if e.Header != nil {
			*in.head = *e.Header
		}
		return nil
	}
	if in.passive != nil {
		return in.unplayed(ctx, e)
	}
	in.entries = append(in.entries, e)
	in.ours = in.ours || strings.HasPrefix(e.Scenario, walkPrefix) || e.Scenario != "" && in.suite.definition(e.Scenario) != nil
	if in.ours || len(in.entries) < batch {
		return nil
	}
	return in.asTraffic(ctx)
}

// asTraffic goes on with what was read so far as traffic that nobody played.
func (in *intake) asTraffic(ctx context.Context) error {
	in.passive = in.suite.passive(in.head, in.sel, in.options)
	for _, e := range in.entries {
		if err := in.unplayed(ctx, e); err != nil {
			return err
		}
	}
	in.entries = nil
	return nil
}

// unplayed takes a line that nobody played.
func (in *intake) unplayed(ctx context.Context, e *recording.Entry) error {
	lines, err := in.doubts.see(e)
	for _, line := range lines {
		if err := in.passive.Add(ctx, line); err != nil {
			return err
		}
	}
	return err
}

func (in *intake) conclude(ctx context.Context) (*Outcome, error) {
	if in.ours {
		return in.played(ctx)
	}
	if in.passive == nil {
		if err := in.asTraffic(ctx); err != nil {
			return nil, err
		}
	}
	if err := in.doubts.conclude(); err != nil {
		return nil, err
	}
	if _, err := in.passive.Judge(ctx, 0, true); err != nil {
		return nil, err
	}
	out := in.passive.Outcome()
	out.Report.Notes = slices.Concat(in.notes, in.doubts.notes(), out.Report.Notes)
	return out, ctx.Err()
}

// played judges a recording of scenarios.
func (in *intake) played(ctx context.Context) (*Outcome, error) {
	file := in.suite.file(ctx, in.head, in.entries)
	judged, err := in.suite.judge(ctx, file, in.sel, in.options)
	if err != nil {
		return nil, err
	}
	out := in.suite.outcome(in.sel, file, judged, in.options)
	switch {
	case ctx.Err() != nil:
		return out, ctx.Err()
	case len(out.broken) > 0:
		return nil, fmt.Errorf("voicespec itself failed: %s", out.broken[0])
	}
	return out, nil
}

// saved is the source of a recording that was read from a file.
type saved struct {
	ctx     context.Context //nolint:containedctx // of the judging
	began   time.Time
	head    *recording.Header
	held    []*spec.Definition // scenarios that it holds
	skipped map[string]spec.Recording
	judged  map[string]*judge.Case
	whole   *spec.Whole
}

// file files the entries of a recording.
func (s *Suite) file(ctx context.Context, head *recording.Header, all []*recording.Entry) *saved {
	f := &saved{ctx: ctx, began: time.Now(), head: head, skipped: map[string]spec.Recording{}, judged: map[string]*judge.Case{}}
	byScenario := map[string][]*recording.Entry{}
	var gaps []*recording.Entry
	for _, e := range all {
		if e.Kind == recording.KindGap {
			gaps = append(gaps, e)
		}
		byScenario[owner(e)] = append(byScenario[owner(e)], e)
	}
	f.whole = &spec.Whole{}
	for _, d := range slices.Concat(s.Definitions, walksIn(byScenario)) {
		entries := byScenario[d.ID]
		if len(entries) == 0 || d.Whole {
			continue
		}
		f.held = append(f.held, d)
		delete(byScenario, d.ID)
		if why, skip := skipped(entries); skip {
			f.skipped[d.ID] = why
			continue
		}
		c := judge.NewCase(f.head, d.ID, entries)
		c.Beside(gaps)
		f.judged[d.ID] = c
		f.whole.Played = append(f.whole.Played, spec.Played{Definition: d, Case: c})
	}
	f.whole.Outside = outsiders(f.head, byScenario)
	return f
}

// walksIn are the walks of an exploration that a recording holds.
func walksIn(byScenario map[string][]*recording.Entry) []*spec.Definition {
	var out []*spec.Definition
	for _, id := range slices.Sorted(maps.Keys(byScenario)) {
		if strings.HasPrefix(id, walkPrefix) {
			out = append(out, walkDefinition(id))
		}
	}
	return out
}

// skipped reports whether a recording holds of a scenario only why it was not played.
func skipped(entries []*recording.Entry) (why spec.Recording, ok bool) {
	if len(entries) != 1 || entries[0].Kind != recording.KindScenario {
		return spec.Recording{}, false
	}
	switch e := entries[0]; e.Event {
	case recording.NotApplicable:
		return spec.Recording{Outcome: result.NotApplicable, Reason: e.Text}, true
	case recording.Blocked:
		return spec.Recording{Outcome: result.Blocked, Reason: e.Text}, true
	}
	return spec.Recording{}, false
}

// owner is the scenario of an entry; what is outside of scenarios belongs to its station.
func owner(e *recording.Entry) string {
	if e.Scenario == "" && e.Station > 0 {
		return outside(e.Station)
	}
	return e.Scenario
}

// Recording is that of a scenario, if the file holds it.
func (f *saved) Recording(_ context.Context, d *spec.Definition) spec.Recording {
	if why, ok := f.skipped[d.ID]; ok {
		return why
	}
	if c := f.judged[d.ID]; c != nil {
		return spec.Recording{Case: c}
	}
	return spec.Recording{Outcome: result.Untestable, Reason: "the recording does not hold this scenario"}
}

// Whole is all that the file holds.
func (f *saved) Whole(context.Context) *spec.Whole { return f.whole }

// Stopped says that judging was interrupted.
func (f *saved) Stopped() string {
	if f.ctx.Err() != nil {
		return endedBefore
	}
	return ""
}

func (f *saved) header() *recording.Header { return f.head }

func (f *saved) disturbed(r *result.Report) { disturbedIn(f.whole.Outside, r) }

func (f *saved) operations() map[string]int {
	if !f.whole.Foreign() {
		return nil
	}
	out := map[string]int{}
	for _, c := range f.whole.Outside {
		for _, e := range c.Requests() {
			if e.Operation() != "" && e.Accepted() {
				out[e.Operation()]++
			}
		}
	}
	return out
}

func (f *saved) cases() map[string]*judge.Case { return f.judged }

func (f *saved) entries(id string) []*recording.Entry {
	if c := f.judged[id]; c != nil {
		return c.Entries
	}
	if id == spec.Invariants && len(f.whole.Outside) > 0 {
		return f.whole.Outside[0].Entries
	}
	return nil
}

// describe fills in what the file says of the run.
func (f *saved) describe(r *result.Report, _ Options) {
	h := f.head
	r.Target, r.Transport, r.Seed, r.Features, r.Started = h.Target, h.Transport, h.Seed, h.Features, h.Started
	for _, d := range f.held {
		r.Scenarios = append(r.Scenarios, result.Scenario{ID: d.ID, Title: d.Title, Area: d.Area, Source: d.Source})
	}
	r.DurationMs = ms(time.Since(f.began))
}

var _ judgedSource = (*saved)(nil)
