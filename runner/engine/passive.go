package engine

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/episode"
	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/outcome"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
)

// batch is how many lines of a recording without scenarios are judged at once. What is over is forgotten then.
const batch = 10_000

// signals are how many signals may end the judging of a part before it is told that it could not be judged.
const signals = 3

// mostShown bounds the lines that are kept to stand beside findings.
const mostShown = 5_000

// Passive judges traffic that nobody played, as it comes.
type Passive struct {
	suite    *Suite
	options  Options
	sel      *selection
	rules    *selection // those of it that traffic without scenarios can keep: what else there is, the first part has answered
	header   *recording.Header
	episodes *episode.Splitter
	memory   *outcome.Memory
	waiting  []*recording.Entry
	gaps     []*recording.Entry // that what waits may have lost a part of
	past     []*recording.Entry // what was judged, as far as it bears on what is still open
	added    int
	held     int // weight of what is not over yet
	ready    int // weight of what waits
	most     int // of either; beyond, calls are given up
	unjudged int // lines of what was given up
	mostPast int
	began    time.Time
	out      *Outcome
	shown    []*recording.Entry // of episodes with findings
}

// Passive begins to judge traffic. header says who is who, as far as that is known.
func (s *Suite) Passive(header *recording.Header, o Options) (*Passive, error) {
	sel, err := s.choose(o)
	if err != nil {
		return nil, err
	}
	return s.passive(header, sel, o), nil
}

func (s *Suite) passive(header *recording.Header, sel *selection, o Options) *Passive {
	return &Passive{
		suite: s, options: o, sel: sel, rules: sel.whole(), header: header, episodes: episode.New(), memory: outcome.NewMemory(), began: time.Now(),
		most: mostHeld, mostPast: mostPast,
	}
}

// Add takes the next entry, and judges what is over when that is much.
func (p *Passive) Add(ctx context.Context, e *recording.Entry) error {
	p.episodes.Add(e)
	p.added++
	if p.held += weigh(e); p.held > p.most {
		p.relieve()
	}
	if p.ready > p.most {
		_, err := p.judge(ctx)
		return err
	}
	if p.added < batch {
		return nil
	}
	p.added = 0
	p.close(false)
	if len(p.waiting) < batch/2 {
		return nil
	}
	_, err := p.judge(ctx)
	return err
}

// Judge judges what is over, or with all everything that has come, and returns what was new. Everything before a time, in seconds of
// the recording, has come: where nothing does, calls are over, too.
func (p *Passive) Judge(ctx context.Context, until float64, all bool) (*result.Report, error) {
	p.episodes.Pass(until)
	p.close(all)
	p.added = 0
	if p.out != nil && len(p.waiting) == 0 {
		return &result.Report{}, nil
	}
	return p.judge(ctx)
}

// close takes what is over, or all, to be judged.
func (p *Passive) close(all bool) {
	for _, g := range p.episodes.Gaps() { // closing forgets them
		if !slices.Contains(p.gaps, g) {
			p.gaps = append(p.gaps, g)
		}
	}
	closed, dropped := p.episodes.Closed(all)
	for _, e := range closed {
		p.held -= weigh(e)
		p.ready += weigh(e)
	}
	p.waiting = append(p.waiting, closed...)
	for _, e := range dropped {
		p.held -= weigh(e)
		if bearing(e) {
			p.past = append(p.past, e)
		}
	}
	p.unjudged += len(dropped)
}

// relieve makes room where too much is held: what is over is judged sooner, and if that does not do, calls are given up. They are not
// judged as far as they go, since what they lack may still come.
func (p *Passive) relieve() {
	linger := p.episodes.Linger
	p.episodes.Linger = linger / 10
	p.close(false)
	if room := p.most / 2; p.held > room {
		p.episodes.Relieve(p.held-room, weigh)
		p.close(false)
	}
	p.episodes.Linger = linger
}

// Bounds of what is held of calls that are not over, in bytes: for a recording, and for traffic that is judged as it comes.
const (
	mostHeld     = 192 << 20
	mostHeldSoon = 64 << 20
)

// weigh is what an entry takes in memory, decoded and all.
func weigh(e *recording.Entry) int {
	const perByte, each = 10, 500
	return perByte*(len(e.Message)+len(e.Request)+len(e.Response)+len(e.RequestText)+len(e.ResponseText)) + each
}

// Bounds of how many lines are remembered of parts that were judged.
const (
	mostPast     = 10_000
	mostPastSoon = 2_000
)

// before is how many seconds before the oldest of what is open things bear on it.
const before = 60

// remember keeps what was judged as far as it bears on what is still open, and gives up what is open for too long.
func (p *Passive) remember(judged []*recording.Entry) {
	for _, e := range judged {
		if bearing(e) {
			p.past = append(p.past, e)
		}
	}
	p.past = slices.DeleteFunc(p.past, func(e *recording.Entry) bool { return e.At < p.episodes.Oldest()-before })
	if n := len(p.past); n > p.mostPast {
		slices.SortStableFunc(p.past, func(a, b *recording.Entry) int { return cmp.Compare(a.At, b.At) })
		p.past = slices.Clone(p.past[n-p.mostPast/2:])
		first, last := p.past[0].At, p.past[len(p.past)-1].At
		p.episodes.GiveUp(first + min(before, (last-first)/2))
	}
}

// bearing reports whether an entry of one part of a recording bears on others: what was asked for, what is said of devices, and what
// may have been lost.
func bearing(e *recording.Entry) bool {
	switch e.Kind {
	case recording.KindRest:
		return e.Operation() != ""
	case recording.KindMessage:
		return e.CallID() == ""
	case recording.KindGap, recording.KindFault, recording.KindMissed:
		return true
	default:
		return false
	}
}

// Redact cuts secrets out of what is reported. It is called before anything is added.
func (p *Passive) Redact(cut func(string) string) { p.options.redact = cut }

// Soon has what is over judged so much of its time later, in place of a minute and a half, and little held: for traffic that is judged
// as it comes. So long a notification may come behind the end of its call.
func (p *Passive) Soon(after time.Duration) {
	p.episodes.Linger, p.most, p.mostPast = after.Seconds(), mostHeldSoon, mostPastSoon
}

// Outcome is what was judged so far; nil if nothing was.
func (p *Passive) Outcome() *Outcome { return p.out }

func (p *Passive) judge(ctx context.Context) (*result.Report, error) {
	f := p.source(ctx)
	sel := p.sel
	if p.out != nil {
		sel = p.rules
	}
	judged, err := p.suite.judge(ctx, f, sel, p.options)
	for range signals {
		if err != nil || !slices.Contains(judged.SpecialSuiteFailureReasons, "Interrupted by User") {
			break
		}
		judged, err = p.suite.judge(ctx, f, sel, p.options) // Ginkgo hears the signals of the process, too
	}
	if err != nil {
		return nil, err
	}
	out := p.suite.outcome(sel, f, judged, p.options)
	if len(out.broken) > 0 {
		return nil, fmt.Errorf("voicespec itself failed: %s", out.broken[0])
	}
	p.keep(f, out.Report)
	if p.out == nil {
		p.out = out
	} else {
		join(p.out.Report, out.Report)
	}
	p.out.Scenarios = func(string) []*recording.Entry { return recording.ShownAs(p.shown) }
	p.out.Report.DurationMs = ms(time.Since(p.began))
	p.out.Report.Missing = missing(p.out.Report, p.options.Required)
	p.out.Report.Notes = seen(p.out.Report)
	if p.unjudged > 0 {
		p.out.Report.Notes = append(p.out.Report.Notes, fmt.Sprintf("%d lines of calls were not judged: more was open at once than is kept", p.unjudged))
	}
	return out.Report, nil
}

// missing are the operations of a list that were never accepted.
func missing(r *result.Report, required []string) []string {
	return slices.DeleteFunc(slices.Clone(required), func(name string) bool { return r.Operations[name] > 0 })
}

// source is what waits, as a recording of its own.
func (p *Passive) source(ctx context.Context) *saved {
	f := &saved{ctx: ctx, began: p.began, head: p.header, skipped: map[string]spec.Recording{}, judged: map[string]*judge.Case{}, whole: &spec.Whole{}}
	byScenario := map[string][]*recording.Entry{}
	for _, e := range p.waiting {
		byScenario[owner(e)] = append(byScenario[owner(e)], e)
	}
	f.whole.Memory, f.whole.Beside = p.memory, slices.Clone(p.past)
	for _, e := range p.episodes.Open() {
		if bearing(e) {
			f.whole.Beside = append(f.whole.Beside, e)
		}
	}
	p.remember(p.waiting)
	p.waiting, p.ready = nil, 0
	f.whole.Outside = outsiders(p.header, byScenario)
	for _, c := range f.whole.Outside {
		c.Beside(p.gaps)
		c.Recognise()
		f.judged[c.Scenario] = c
	}
	p.gaps = nil
	return f
}

// keep keeps the episodes that findings are about, to be shown.
func (p *Passive) keep(f *saved, r *result.Report) {
	lines := map[int]bool{}
	for _, c := range r.Checks {
		for _, x := range c.Findings {
			lines[x.Seq], lines[x.After] = true, true
		}
	}
	for _, c := range f.whole.Outside {
		if len(p.shown)+len(c.Entries) > mostShown && len(p.shown) > 0 {
			continue
		}
		if slices.ContainsFunc(c.Entries, func(e *recording.Entry) bool { return lines[e.Seq] }) {
			p.shown = append(p.shown, c.Entries[:min(len(c.Entries), mostShown)]...)
		}
	}
	slices.SortStableFunc(p.shown, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
}

// mostFindings of one check are kept over all batches.
const mostFindings = 100

// join adds what a further batch was found to be to what was known before.
func join(r, next *result.Report) {
	of := make(map[string]result.Check, len(next.Checks))
	for _, n := range next.Checks {
		of[n.ID] = n
	}
	for i := range r.Checks {
		c := &r.Checks[i]
		n, judged := of[c.ID]
		if !judged {
			continue // of a scenario: the first part has said that traffic holds none
		}
		if weight(n.Outcome) > weight(c.Outcome) {
			n.Findings = append(slices.Clone(c.Findings), n.Findings...)
			*c = n
			continue
		}
		if n.Outcome == c.Outcome && len(c.Findings) < mostFindings {
			c.Findings = append(c.Findings, n.Findings...)
		}
	}
	for name, n := range next.UnknownMembers {
		if r.UnknownMembers == nil {
			r.UnknownMembers = map[string]int{}
		}
		r.UnknownMembers[name] += n
	}
	for name, n := range next.Operations {
		if r.Operations == nil {
			r.Operations = map[string]int{}
		}
		r.Operations[name] += n
	}
	r.Latency = joinLatency(r.Latency, next.Latency)
	r.Count()
	r.Reason = ""
	r.Decide()
}

// weight orders what became of a check: what was judged outweighs what was not, and a failure all.
func weight(o result.Outcome) int {
	return slices.Index([]result.Outcome{result.NotSelected, result.NotApplicable, result.Untestable, result.Passed, result.Blocked, result.Failed}, o)
}

// joinLatency joins what two batches took. Percentiles are those of the larger one.
func joinLatency(list, next []result.Latency) []result.Latency {
	for _, n := range next {
		i := slices.IndexFunc(list, func(l result.Latency) bool { return l.Operation == n.Operation && l.To == n.To })
		if i < 0 {
			list = append(list, n)
			continue
		}
		l := list[i]
		if n.Count > l.Count {
			list[i].P50, list[i].P95 = n.P50, n.P95
		}
		list[i].Count, list[i].Max = l.Count+n.Count, max(l.Max, n.Max)
	}
	slices.SortFunc(list, func(a, b result.Latency) int {
		if a.Operation != b.Operation {
			return strings.Compare(a.Operation, b.Operation)
		}
		return strings.Compare(a.To, b.To)
	})
	return list
}

// seen says in words what traffic held: a verdict about operations that nobody did says nothing.
func seen(r *result.Report) []string {
	var out []string
	names := slices.Sorted(maps.Keys(r.Operations))
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = fmt.Sprintf("%s %d", name, r.Operations[name])
	}
	if len(list) == 0 {
		out = append(out, "operations seen: none; only what was told and read is judged")
	} else {
		out = append(out, "operations seen, and how often: "+strings.Join(list, ", "))
	}
	judged, all := 0, 0
	for _, c := range r.Checks {
		if c.Scenario != spec.Invariants || c.Outcome == result.NotSelected {
			continue
		}
		all++
		if c.Outcome == result.Passed || c.Outcome == result.Failed {
			judged++
		}
	}
	out = append(out, fmt.Sprintf("%d of %d rules for traffic had something to judge", judged, all))
	if len(r.Missing) > 0 {
		out = append(out, "required, and not seen: "+strings.Join(r.Missing, ", "))
	}
	return out
}
