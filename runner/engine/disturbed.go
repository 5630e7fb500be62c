package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/others"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// Others may use the same people, or phone them, while a run goes on. What did not pass then is played again: what passes is
// disturbed, and says nothing about the target; what fails by itself is the target's.

const (
	// replays is how often something is played again as long as others are in it.
	replays = 4
	// enough failures by the same finding, besides the first, are no chance.
	enough = 2
	// waitOthers is how long is waited then for people whom others use at the moment.
	waitOthers = 10 * time.Second
	// leastAgain is how long is played again at least; a longer run allows as much as it took.
	leastAgain = time.Minute
)

// undisturbed reports whether the run was played to its end.
func (p *player) undisturbed(ctx context.Context) bool {
	return ctx.Err() == nil && p.away == nil && p.limit == nil && p.late == nil && p.failed == ""
}

// noticeOthers says what others did, and which checks that did not pass it may have touched. known says that they are about.
func (s *Suite) noticeOthers(out *Outcome, source *live, known bool) {
	var entries []*recording.Entry
	for _, st := range source.player.session.stations {
		entries = append(entries, st.Tape().From(0)...)
	}
	out.cut = map[string]bool{}
	for _, e := range entries {
		if e.Kind == recording.KindScenario && (e.Event == recording.Blocked || e.Event == recording.Untestable) {
			out.cut[e.Scenario] = true
		}
	}
	seen := others.Seen(source.header(), entries, known)
	if len(seen) == 0 {
		return
	}
	for _, line := range others.Lines(source.header(), seen) {
		out.Report.Others = append(out.Report.Others, source.player.session.run.Redact(line))
	}
	touches := newTouches(seen, entries)
	out.touched, out.places, out.busy = map[string]string{}, map[string][]string{}, map[string]bool{}
	for id, events := range touches.scenarios {
		out.busy[id] = len(events) > 0
	}
	for i := range out.Report.Checks {
		c := &out.Report.Checks[i]
		if c.Outcome != result.Failed && c.Outcome != result.Blocked {
			continue
		}
		if what, places := touches.of(c, s.definition(c.Scenario)); what != "" {
			out.places[c.ID] = places
			out.touched[c.ID] = source.player.session.run.Redact(what)
		}
	}
}

// touches knows in which scenarios others had a hand.
type touches struct {
	scenarios map[string][]others.Event
	entries   map[int]*recording.Entry // by number
	theirs    map[string]bool          // ids of their calls
	impostors map[int][]others.Event   // by station: what they did in the names of our people, which may have had any consequence
	stations  map[string]int           // of scenarios
}

// span is from when to when a scenario was played on a station.
type span struct {
	station  int
	from, to float64
}

func newTouches(seen []others.Event, entries []*recording.Entry) *touches {
	t := &touches{scenarios: map[string][]others.Event{}, entries: map[int]*recording.Entry{}, theirs: map[string]bool{},
		impostors: map[int][]others.Event{}, stations: map[string]int{}}
	spans := map[string]span{}
	for _, e := range entries {
		t.entries[e.Seq] = e
		switch {
		case e.Kind != recording.KindScenario:
		case e.Event == recording.Begin:
			spans[e.Scenario] = span{e.Station, e.At, math.Inf(1)}
			t.stations[e.Scenario] = e.Station
		case e.Event == recording.End:
			x := spans[e.Scenario]
			x.to = e.At
			spans[e.Scenario] = x
		}
	}
	for _, x := range seen {
		if x.Kind == others.Called {
			t.theirs[x.CallID] = true
		}
		if x.Impostor() {
			t.impostors[x.Station] = append(t.impostors[x.Station], x)
		}
		for id, at := range spans {
			if x.Station == at.station && x.From <= at.to && x.To >= at.from {
				t.scenarios[id] = append(t.scenarios[id], x)
			}
		}
	}
	return t
}

// of is what others did that may have touched a check; "" for nothing. What a call of theirs says of itself is the server's doing.
func (t *touches) of(c *result.Check, d *spec.Definition) (what string, places []string) {
	whole := d != nil && d.Whole
	if !whole {
		places = []string{c.Scenario}
	}
	for _, f := range c.Findings {
		line := t.entries[f.Seq]
		if line == nil {
			line = t.entries[f.After]
		}
		switch {
		case line == nil && whole:
			return "", nil
		case line == nil:
		case f.Seq == line.Seq && line.Kind == recording.KindMessage && t.theirs[line.CallID()]:
			return "", nil
		case whole:
			places = append(places, line.Scenario)
			if line.Scenario == "" { // between scenarios, or at the end
				t.scenarios[""] = t.impostors[line.Station]
			}
		}
	}
	var texts []string
	for _, id := range places {
		events := t.scenarios[id]
		if len(events) == 0 {
			events = t.impostors[t.stations[id]]
		}
		if len(events) == 0 {
			return "", nil
		}
		for _, x := range events {
			if text := x.String(); !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	return named(texts), places
}

// doubtful is a check that others may have made fail.
type doubtful struct {
	check  *result.Check
	what   string   // they did
	places []string // the scenarios in which it failed
	always []string // what was found each time
	failed int      // so often when it was played again
	why    string   // it is held to be disturbed; "" while it is not

	unplayed string // why it could not be played again the last time
}

// playAgain plays once more what others may have had a hand in.
func (s *Suite) playAgain(ctx context.Context, o Options, out *Outcome, run *session) {
	var all []*doubtful
	for i := range out.Report.Checks {
		if c := &out.Report.Checks[i]; out.touched[c.ID] != "" {
			all = append(all, &doubtful{check: c, what: out.touched[c.ID], places: out.places[c.ID], always: story(c)})
		}
	}
	open := slices.Clone(all)
	limit := max(leastAgain, time.Duration(out.Report.DurationMs*float64(time.Millisecond)))
	began, tries := time.Now(), 0
	for n := 0; n < replays && len(open) > 0 && ctx.Err() == nil; n++ {
		left := limit - time.Since(began)
		if left <= 0 {
			break
		}
		again, err := s.playOpen(ctx, o, open, left)
		if again != nil {
			out.Report.LeftBehind = append(out.Report.LeftBehind, again.Report.LeftBehind...)
		}
		open = slices.DeleteFunc(open, func(d *doubtful) bool { return d.settled(again, err) })
		tries++
	}
	for _, d := range open {
		switch {
		case d.unplayed != "" && d.failed == 0:
			d.why = "it could not be played again: " + d.unplayed
		case len(d.always) == 0 || d.failed < min(enough, tries):
			d.why = "each time that it was played again they were at it, and it did not fail so each time"
		}
	}
	for _, d := range all {
		if d.why != "" {
			d.conclude(run)
		}
	}
	if len(all) > 0 {
		out.Report.Count()
		out.Report.Decide()
	}
}

// playOpen plays the scenarios of what is open, in sessions of their own, for so long at most.
func (s *Suite) playOpen(ctx context.Context, o Options, open []*doubtful, left time.Duration) (*Outcome, error) {
	again := o
	again.Timeout = left
	again.again, again.beside, again.Save, again.Globs = true, true, nil, nil
	again.Profile, again.LabelFilter, again.Share = "", "", Share{}
	again.Wait, again.Progress = max(o.Wait, waitOthers), nil
	var ids []string
	play := map[string]bool{}
	for _, d := range open {
		again.Globs = append(again.Globs, d.check.ID)
		for _, id := range d.places {
			play[id] = true
		}
		ids = append(ids, d.check.ID)
	}
	o.progress(Event{Kind: "waiting", Text: "others had a hand in what failed, so it is played again: " + named(ids)})
	sel, err := s.choose(again)
	if err != nil {
		return nil, err
	}
	var scenarios []*spec.Definition
	for _, d := range s.Definitions {
		if play[d.ID] && !d.Whole || play[""] && d.WithoutCalls { // logging on and off belongs to no scenario
			scenarios = append(scenarios, d)
		}
	}
	return s.perform(ctx, again, sel, scenarios, func(*session) error { return nil })
}

// settled takes what became of a check when it was played again; false if that says nothing, since others were at it again: then
// a check may pass for want of what it looks for.
func (d *doubtful) settled(again *Outcome, err error) bool {
	i := -1
	if again != nil {
		i = slices.IndexFunc(again.Report.Checks, func(c result.Check) bool { return c.ID == d.check.ID })
	}
	if used, ok := errors.AsType[*TargetError](err); ok && used.Passing {
		d.unplayed = used.Cause
		return false
	}
	if err != nil || i < 0 {
		return true // the server's doing, not that of others: it stays what it is
	}
	c := &again.Report.Checks[i]
	alone := !slices.ContainsFunc(d.places, func(id string) bool { return again.busy[id] })
	switch c.Outcome {
	case result.Failed, result.Blocked:
		if c.Outcome == result.Failed && d.check.Outcome == result.Failed { // what blocks a check is another's failure, and judged there
			now := story(c)
			d.always = slices.DeleteFunc(d.always, func(text string) bool { return !slices.Contains(now, text) })
			d.failed++
		}
		return alone
	case result.Passed, result.KnownFailure, result.NotApplicable, result.Disturbed:
		// What was not played to its end passes, too, for want of what it looks for: who hangs up leaves no trace but that.
		if alone && !slices.ContainsFunc(d.places, func(id string) bool { return again.cut[id] }) {
			d.why = "it did not fail when it was played again"
		}
		return d.why != ""
	case result.Untestable, result.NotSelected:
	}
	return false
}

// conclude makes a check disturbed, and says so in the recording, for who judges that.
func (d *doubtful) conclude(run *session) {
	d.check.Outcome = result.Disturbed
	d.check.Message = fmt.Sprintf("others had a hand in it (%s); %s", d.what, d.why)
	tape := run.stations[0].Tape()
	tape.Append(&recording.Entry{
		Kind: recording.KindScenario, At: tape.Log().Now(), Event: recording.Disturbed, ID: d.check.ID, Text: d.check.Message,
	})
}

// disturbedIn are the checks that a saved recording says others disturbed.
func disturbedIn(cases []*judge.Case, r *result.Report) {
	why := map[string]string{}
	for _, c := range cases {
		for _, e := range c.Entries {
			if e.Kind == recording.KindScenario && e.Event == recording.Disturbed {
				why[e.ID] = e.Text
			}
		}
	}
	for i := range r.Checks {
		if c := &r.Checks[i]; why[c.ID] != "" && (c.Outcome == result.Failed || c.Outcome == result.Blocked) {
			c.Outcome, c.Message = result.Disturbed, why[c.ID]
		}
	}
}

// story is what was found, without what is different each time.
func story(c *result.Check) []string {
	if len(c.Findings) == 0 {
		return []string{string(c.Outcome)}
	}
	var lines []string
	for _, f := range c.Findings {
		lines = append(lines, strings.Join([]string{f.Requirement, f.Path, f.Expected}, "\t"))
	}
	return lines
}

// named are some of a list.
func named(ids []string) string {
	const most = 3
	text := strings.Join(ids[:min(len(ids), most)], ", ")
	if more := len(ids) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
