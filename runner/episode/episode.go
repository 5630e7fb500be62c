// Package episode tells apart, in what was recorded without scenarios, what has to do with one another: the calls that a person
// has at once, both ends of a call, a consult call and its original, and what was asked for and read meanwhile. Each episode
// becomes a scenario of its own, so that nothing that was done in one call excuses what is seen of another, and what is over
// can be forgotten.
package episode

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Times are in seconds of the recording.
const (
	linger = 90.0     // how long after its last entry an episode waits for what comes late, by default
	pause  = 60.0     // how long a request that makes a call waits for the call
	stale  = 4 * 3600 // when a call that nobody speaks of is given up: its end was not recorded

	silence = 600.0 // after which a call is the first to be given up where too much is open
)

// Splitter takes a recording entry by entry.
type Splitter struct {
	Linger float64 // seconds for which what is over waits for what comes late

	people   map[person]*caller
	numbers  map[station]*caller // by number
	dialled  map[station]*caller // who dialled a number last
	named    map[station]*episode
	open     []*episode
	outside  []*recording.Entry
	gaps     []*recording.Entry
	episodes int
	now      float64
	oldest   float64 // when the oldest of what was not given out yet came
}

type person struct {
	station int
	actor   string
}

// station is a name within one.
type station struct {
	number int
	name   string
}

// caller is somebody with the calls that are not over.
type caller struct {
	number  string
	live    map[string]*episode // by the id of each call
	over    map[string]bool     // calls of the last episode that have ended
	pending []*recording.Entry  // requests that may make a call
	dialled float64
	begun   float64 // when the last call began
	last    *episode
}

type episode struct {
	number  int
	into    *episode // that it was joined to
	entries []*recording.Entry
	begun   float64 // when its first entry came
	live    int     // ends of calls that are not over
	heard   float64 // when anything was last heard of it
	given   bool    // up: nothing of it is kept, and what belongs to it is known until it is over
}

// New begins with nothing.
func New() *Splitter {
	return &Splitter{Linger: linger, people: map[person]*caller{}, numbers: map[station]*caller{}, dialled: map[station]*caller{}, named: map[station]*episode{}}
}

// Add takes the next entry of the recording.
func (s *Splitter) Add(e *recording.Entry) {
	s.now = max(s.now, e.At)
	who := s.who(e)
	switch {
	case e.Kind == recording.KindGap:
		s.gaps = append(s.gaps, e)
		s.beside(e, who)
	case e.Actor == "" || e.Browser != "" || e.Kind == recording.KindBayeux:
		s.outside = append(s.outside, e)
	case e.Kind == recording.KindMessage && e.CallID() != "":
		s.told(e, who)
	case e.Kind == recording.KindRest && e.Operation() != "":
		s.posted(e, who)
	default:
		s.beside(e, who)
	}
}

// Pass says that all that came before a time was added.
func (s *Splitter) Pass(until float64) { s.now = max(s.now, until) }

func (s *Splitter) who(e *recording.Entry) *caller {
	k := person{e.Station, e.Actor}
	c := s.people[k]
	if c == nil {
		c = &caller{live: map[string]*episode{}, over: map[string]bool{}, begun: -1}
		s.people[k] = c
	}
	return c
}

func (p *episode) add(e *recording.Entry) {
	p.entries = append(p.entries, e)
	p.begun, p.heard = min(p.begun, e.At), max(p.heard, e.At)
}

// root is what became of an episode.
func (p *episode) root() *episode {
	for p != nil && p.into != nil {
		p = p.into
	}
	return p
}

func (s *Splitter) begin(at float64) *episode {
	s.episodes++
	p := &episode{number: s.episodes, begun: at, heard: at}
	s.open = append(s.open, p)
	return p
}

// join makes one of two; either may be nil.
func (s *Splitter) join(a, b *episode) *episode {
	a, b = a.root(), b.root()
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	}
	if b.number < a.number {
		a, b = b, a
	}
	a.entries, a.live, a.begun, a.heard = append(a.entries, b.entries...), a.live+b.live, min(a.begun, b.begun), max(a.heard, b.heard)
	a.given = a.given || b.given
	b.entries, b.into = nil, a
	s.open = slices.DeleteFunc(s.open, func(p *episode) bool { return p == b })
	return a
}

// told files a notification of a call.
func (s *Splitter) told(e *recording.Entry, who *caller) {
	call := voice.CallOf(e)
	if number, ok := voice.Addressee(e); ok && who.number == "" {
		who.number = number
		s.numbers[station{e.Station, number}] = who
	}
	var p *episode
	names := []string{e.CallID(), call.UUID(), voice.LastSegment(call.URI())}
	for _, n := range append(names, connection(call), call.ParentID()) {
		if n != "" {
			p = s.join(p, s.named[station{e.Station, n}])
		}
	}
	for _, theirs := range who.live {
		p = s.join(p, theirs)
	}
	_, live := who.live[e.CallID()]
	fresh := !live && !who.over[e.CallID()]
	if by := s.dialled[station{e.Station, who.number}]; fresh && by != nil && by != who && e.At-by.dialled < pause {
		p = s.join(p, s.of(by))
	}
	if p == nil {
		p = s.begin(e.At)
	}
	for _, n := range append(names, connection(call)) {
		if n != "" {
			s.named[station{e.Station, n}] = p
		}
	}
	s.count(e, who, p)
	p.add(e)
}

// count keeps the account of who has which calls.
func (s *Splitter) count(e *recording.Entry, who *caller, p *episode) {
	_, live := who.live[e.CallID()]
	switch over := e.State() == voice.Released; {
	case over && live:
		delete(who.live, e.CallID())
		p.live--
	case !over && !live && !who.over[e.CallID()]:
		who.live[e.CallID()] = p
		p.live++
		who.begun = e.At
		for _, r := range who.pending {
			p.add(r)
		}
		who.pending = nil
	}
	if who.last.root() != p {
		clear(who.over)
	}
	who.last = p
	if e.State() == voice.Released {
		who.over[e.CallID()] = true
	}
}

// connection is the connId of a call that is no consult call, as a name beside its others.
func connection(call voice.Call) string {
	if call.Consult() || call.ConnID() == "" {
		return ""
	}
	return "connection " + call.ConnID()
}

// posted files an operation: with the call that it was posted to, or that it makes.
func (s *Splitter) posted(e *recording.Entry, who *caller) {
	number := voice.DialledBy(e)
	p := s.named[station{e.Station, voice.CallIDOf(e.Path)}].root()
	switch {
	case p != nil:
		p.add(e)
	case !makesCall(e):
		s.beside(e, who)
	case who.begun >= e.At && who.last.root() != nil: // its answer came after what it made was told
		p = who.last.root()
		p.add(e)
	case who.begun >= e.At: // and that was given up
		s.beside(e, who)
	default:
		who.pending = append(who.pending, e)
	}
	if number == "" {
		return
	}
	who.dialled = e.At
	s.dialled[station{e.Station, number}] = who
	called := s.numbers[station{e.Station, number}]
	if called == nil || called == who || s.of(called) == nil {
		return
	}
	// Who has another call may not be reached, so that the two belong together.
	if p == nil {
		p = s.begin(e.At)
		for _, r := range who.pending {
			p.add(r)
		}
		who.pending = nil
	}
	s.join(p, s.of(called))
}

// makesCall reports whether a request that names no call makes one at who sent it: a Dial, or the beginning of monitoring.
func makesCall(e *recording.Entry) bool {
	o := voice.Find(e.Operation())
	return o.To == voice.ToCalls || o.To == voice.ToDevice && o.Merges
}

// of is what somebody is doing; nil without a live call.
func (s *Splitter) of(who *caller) *episode {
	for _, p := range who.live {
		return p.root()
	}
	return nil
}

// beside files what names no call: with the calls that the person has, or has just had, or by itself.
func (s *Splitter) beside(e *recording.Entry, who *caller) {
	p := s.of(who)
	if last := who.last.root(); p == nil && last != nil && e.Kind == recording.KindRest && e.At-last.heard < linger && slices.Contains(s.open, last) {
		p = last
	}
	if p == nil {
		s.outside = append(s.outside, e)
		return
	}
	p.entries = append(p.entries, e)
}

// GiveUp gives up what is open and began before a time: it is too much to be kept, and is not judged, nor what belongs to it later.
func (s *Splitter) GiveUp(before float64) {
	for _, p := range s.open {
		p.given = p.given || p.begun < before
	}
}

// Relieve gives up as much of what is open, by its weight, as is needed: first what was not heard of for long, then what began last,
// so that the rest can be judged from its beginning to its end.
func (s *Splitter) Relieve(needed int, weigh func(*recording.Entry) int) {
	order := slices.Clone(s.open)
	silent := func(p *episode) int {
		if s.now-p.heard > silence {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b *episode) int { return cmp.Or(silent(a)-silent(b), b.number-a.number) })
	for _, p := range order {
		if needed <= 0 {
			return
		}
		p.given = true
		for _, e := range p.entries {
			needed -= weigh(e)
		}
	}
}

// Oldest is when the oldest of what was not given out yet came.
func (s *Splitter) Oldest() float64 { return s.oldest }

// Open is what was not given out yet.
func (s *Splitter) Open() []*recording.Entry {
	out := slices.Clone(s.outside)
	for _, p := range s.open {
		out = append(out, p.entries...)
	}
	for _, c := range s.people {
		out = append(out, c.pending...)
	}
	return out
}

// Gaps are the holes of the recording that something which is not closed may have lost a part of.
func (s *Splitter) Gaps() []*recording.Entry { return slices.Clone(s.gaps) }

// Closed gives out what is over: its entries, in their order, each with the name of its episode as its scenario, and those of no
// episode. With all, that is everything that is left. dropped are the entries of what was given up.
func (s *Splitter) Closed(all bool) (out, dropped []*recording.Entry) {
	var late []*recording.Entry
	answered := s.answered()
	for i, e := range s.outside {
		if !all && (s.now-e.At < s.Linger || e.Kind == recording.KindBayeux && i > answered[dialogueOf(e)]) {
			late = append(late, e) // what it has to do with may stand behind it
			continue
		}
		out = append(out, e)
	}
	s.outside = late
	oldest := s.now
	for _, e := range late {
		oldest = min(oldest, e.At)
	}
	s.open = slices.DeleteFunc(s.open, func(p *episode) bool {
		quiet := s.now - p.heard
		over := all || quiet >= s.Linger && (p.live <= 0 || quiet >= stale)
		switch {
		case p.given:
			dropped = append(dropped, p.entries...)
			p.entries = nil
			return over
		case !over:
			oldest = min(oldest, p.begun)
			return false
		}
		for _, e := range p.entries {
			e.Own(fmt.Sprintf("calls %d", p.number))
		}
		out = append(out, p.entries...)
		return true
	})
	for _, c := range s.people {
		c.pending = slices.DeleteFunc(c.pending, func(e *recording.Entry) bool {
			late := all || s.now-e.At > pause
			if late {
				out = append(out, e)
			} else {
				oldest = min(oldest, e.At)
			}
			return late
		})
	}
	s.oldest = oldest
	s.forget(oldest)
	for _, list := range [][]*recording.Entry{out, dropped} {
		slices.SortStableFunc(list, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	}
	return out, dropped
}

// dialogue is a Bayeux session of somebody.
type dialogue struct {
	person

	browser string
	session int
}

func dialogueOf(e *recording.Entry) dialogue {
	return dialogue{person{e.Station, e.Actor}, e.Browser, e.Session}
}

// answered are the places up to which every request of a Bayeux session was answered, in what is outside of episodes and old enough: a
// request is judged together with its answer.
func (s *Splitter) answered() map[dialogue]int {
	asked, out := map[dialogue]int{}, map[dialogue]int{}
	for i, e := range s.outside {
		if e.Kind != recording.KindBayeux || s.now-e.At < s.Linger {
			continue
		}
		d := dialogueOf(e)
		if _, known := out[d]; !known {
			out[d] = -1
		}
		if e.Direction == "sent" {
			asked[d]++
		} else {
			asked[d] = max(0, asked[d]-1)
		}
		if asked[d] == 0 {
			out[d] = i
		}
	}
	return out
}

// forget drops what no open episode needs.
func (s *Splitter) forget(oldest float64) {
	open := map[*episode]bool{}
	for _, p := range s.open {
		open[p] = true
	}
	for name, p := range s.named {
		if !open[p.root()] {
			delete(s.named, name)
		}
	}
	for _, c := range s.people {
		for id, p := range c.live {
			if !open[p.root()] {
				delete(c.live, id)
			}
		}
		if c.last != nil && !open[c.last.root()] {
			c.last = nil
			clear(c.over)
		}
	}
	s.gaps = slices.DeleteFunc(s.gaps, func(g *recording.Entry) bool { return g.At < oldest-linger })
}
