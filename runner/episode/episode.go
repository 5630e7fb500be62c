// Package episode tells apart, in what was recorded without scenarios, what has to do with one another: the calls that a person
// has at once, both ends of a call, a consult call and its original, and what was asked for and read meanwhile. Each episode
// becomes a scenario of its own, so that nothing that was done in one call excuses what is seen of another, and what is over
// can be forgotten.
package episode

import (
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
