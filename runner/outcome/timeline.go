package outcome

import (
	"cmp"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// timeline is what the people of one station did and were told.
type timeline struct {
	*Verdict
	people map[string]*person
	roles  []string // of people, in the order of their first entry
	ops    []*operation
	in     map[string][]*operation // the same, by scenario
	merges map[string][]*operation // those that merge calls, by scenario
	acting map[string]bool         // numbers of those who posted any
	denied []*operation            // that were refused
	gets   []*recording.Entry
	known  map[*end]bool                        // see ours
	used   map[string]map[*recording.Entry]bool // notifications that were the outcome of an operation already
}

// person is one actor of the station.
type person struct {
	role, number, device string
	user, userName       string // of the person's user, as it was read first

	calls      []*recording.Entry // own notifications of calls
	devices    []*recording.Entry // own notifications of devices
	errors     []float64          // when an error was told
	missed     []float64          // when waits of the player began that ran out
	deaf       deafness           // when notifications may have been lost
	ends       []*end
	begins     []*end            // the same, in the order in which they began
	in         map[string][]*end // the same, by the scenario of the beginning
	named      map[string]*end   // by each name that the call went by
	listed     *listing          // the last list of calls that the person read
	supervises bool              // the person posted an operation of supervision
	fences     []fence           // operations that were told to the person who posted them, in their order
	begun      []fence           // operations that made a call which the person was told of
}

// fence is when an operation was posted that somebody was told of, and when: what was answered before it was told before that.
type fence struct{ at, told float64 }

// end is one person's end of a call.
type end struct {
	who   *person
	id    string
	told  []*recording.Entry
	acted bool         // an operation was posted to it
	ops   []*operation // that were posted to it, in the order of time
}

// operation is one that was accepted, or may have been: then its outcome is not due, and nobody knows what it did.
type operation struct {
	*recording.Entry
	who     *person
	name    string
	end     *end // that it was posted to; nil where it is no call's, or of one that was never told
	offered bool
	sure    bool // it was accepted
	denied  bool // it was refused
}

func newTimeline(v *Verdict, known map[string]person, station recording.Station, entries []*recording.Entry) *timeline {
	t := &timeline{
		Verdict: v, people: map[string]*person{}, in: map[string][]*operation{}, merges: map[string][]*operation{}, acting: map[string]bool{},
		known: map[*end]bool{}, used: map[string]map[*recording.Entry]bool{},
	}
	for role, p := range known {
		p.named = map[string]*end{}
		t.people[role] = &p
		t.roles = append(t.roles, role)
	}
	slices.Sort(t.roles)
	slices.SortStableFunc(entries, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	var all []float64 // when notifications may have been lost to everybody
	for _, e := range entries {
		if e.Kind == recording.KindGap && e.Actor == "" {
			all = append(all, e.At)
		}
		if e.Actor == "" || e.Browser != "" && e.Kind != recording.KindRest {
			continue
		}
		if p := t.person(station, e.Actor); !misdelivered(station, p, e) {
			p.hear(e)
		}
	}
	for _, p := range t.people {
		p.deaf.inOrder(all)
		p.inOrder()
	}
	for _, e := range entries {
		switch o := t.sent(e); {
		case o == nil:
		case o.denied:
			t.denied = append(t.denied, o)
		default:
			t.ops = append(t.ops, o)
		}
		if e.Kind == recording.KindRest && e.Method == "GET" {
			t.gets = append(t.gets, e)
		}
	}
	slices.SortStableFunc(t.ops, func(a, b *operation) int { return cmp.Compare(a.At, b.At) })
	for _, o := range t.ops {
		t.index(o)
	}
	t.fenced()
	return t
}

// index files an operation where it is looked for.
func (t *timeline) index(o *operation) {
	t.in[o.Scenario] = append(t.in[o.Scenario], o)
	t.acting[o.who.number] = true
	if o.end != nil {
		o.end.ops = append(o.end.ops, o)
	}
	row := voice.Find(o.name)
	if row.Merges {
		t.merges[o.Scenario] = append(t.merges[o.Scenario], o)
	}
	o.who.supervises = o.who.supervises || row.Group == voice.GroupSupervision
}

// posted are those of some operations, in the order of time, that were sent after a time and no later than another.
func posted(list []*operation, after, until float64) []*operation {
	later := func(o *operation, at float64) int {
		if o.At <= at {
			return -1
		}
		return 1
	}
	i, _ := slices.BinarySearchFunc(list, after, later)
	j, _ := slices.BinarySearchFunc(list, until, later)
	return list[i:max(i, j)]
}

func (t *timeline) person(station recording.Station, role string) *person {
	p := t.people[role]
	if p == nil {
		party := station.Party(role)
		p = &person{role: role, number: party.Number, device: party.Device, named: map[string]*end{}}
		t.people[role] = p
		t.roles = append(t.roles, role)
	}
	return p
}

// inOrder sorts by time what others' clocks may have mixed up.
func (p *person) inOrder() {
	byTime := func(a, b *recording.Entry) int { return cmp.Compare(a.At, b.At) }
	slices.SortStableFunc(p.calls, byTime)
	slices.SortStableFunc(p.devices, byTime)
	p.devices = slices.Compact(p.devices)
	p.in = map[string][]*end{}
	for _, n := range p.ends {
		slices.SortStableFunc(n.told, byTime)
		p.in[n.told[0].Scenario] = append(p.in[n.told[0].Scenario], n)
	}
	p.begins = slices.Clone(p.ends)
	slices.SortStableFunc(p.begins, func(a, b *end) int { return cmp.Compare(a.told[0].At, b.told[0].At) })
	for _, times := range [][]float64{p.errors, p.missed} {
		slices.Sort(times)
	}
}

// misdelivered reports whether a notification of a call was meant for another of the station: that is MSG-7's matter.
func misdelivered(station recording.Station, p *person, e *recording.Entry) bool {
	number, _ := voice.Addressee(e)
	if e.Kind != recording.KindMessage || number == "" || p.number == "" || number == p.number {
		return false
	}
	return slices.ContainsFunc(voice.Roles, func(role string) bool {
		party := station.Party(role)
		return role != p.role && party.Number == number && party.Device != "" && voice.SameID(voice.CallOf(e).DeviceID(), party.Device)
	})
}

// hear adds what one entry says.
func (p *person) hear(e *recording.Entry) {
	p.deaf.hear(e)
	switch {
	case e.Kind == recording.KindMissed:
		p.missed = append(p.missed, e.At-e.Waited)
	case e.Kind != recording.KindMessage:
	case e.IsError():
		p.errors = append(p.errors, e.At)
	case voice.IsDevices(e):
		p.devices = append(p.devices, e)
	case e.Call() != nil:
		p.calls = append(p.calls, e)
		p.endOf(e).told = append(p.endOf(e).told, e)
		if number, ok := voice.Addressee(e); ok && p.number == "" {
			p.number = number
		}
	}
}

// endOf is the end that a notification is about, by whatever name it goes: a wrong id is another rule's matter.
func (p *person) endOf(e *recording.Entry) *end {
	call := voice.CallOf(e)
	names := []string{e.CallID(), call.UUID(), voice.LastSegment(call.URI()), voice.LastSegment(call.Path())}
	if !call.Consult() {
		names = append(names, "connection "+call.ConnID())
	}
	var found *end
	for _, name := range names {
		if known := p.named[name]; name != "" && known != nil {
			found = known
			break
		}
	}
	if found == nil {
		found = &end{who: p, id: e.CallID()}
		p.ends = append(p.ends, found)
	}
	for _, name := range names {
		if name != "" && name != "connection " && p.named[name] == nil {
			p.named[name] = found
		}
	}
	return found
}

// sent is the operation that a request was; nil if it was none, or was answered by who knows whom.
func (t *timeline) sent(e *recording.Entry) *operation {
	answered := e.AnswerObject() != nil && e.Problem == ""
	if e.Kind != recording.KindRest || e.Method != "POST" || e.Operation() == "" || t.people[e.Actor] == nil {
		return nil
	}
	own := e.Credentials == "" || e.Credentials == "cookie"
	o := &operation{Entry: e, who: t.people[e.Actor], name: e.Operation(), sure: answered && own}
	if answered && !e.Accepted() {
		code, told := e.StatusCode()
		if !told || code == 0 || !own {
			return nil
		}
		o.denied, o.sure = true, false
	}
	switch voice.Find(o.name).To {
	case voice.ToCall:
		o.end = o.who.named[voice.CallIDOf(e.Path)]
		if o.end == nil {
			return o
		}
		o.end.acted = true
		last := o.end.before(e.At)
		o.offered = last != nil && voice.CallOf(last).Offers(o.name)
	case voice.ToDevice:
		last := lastBefore(o.who.devices, e.At)
		o.offered = last != nil && voice.DeviceOf(last, o.who.device).Offers(o.name)
	default:
		o.offered = true
	}
	return o
}

// before is the last that was told of the end before a time; nil if nothing was.
func (n *end) before(at float64) *recording.Entry { return lastBefore(n.told, at) }

func lastBefore(list []*recording.Entry, at float64) *recording.Entry {
	i, _ := slices.BinarySearchFunc(list, at, func(e *recording.Entry, at float64) int { return cmp.Compare(e.At, at) })
	if i == 0 {
		return nil
	}
	return list[i-1]
}

// since are the notifications of a list from a time on.
func since(list []*recording.Entry, at float64) []*recording.Entry {
	i, _ := slices.BinarySearchFunc(list, at, func(e *recording.Entry, at float64) int { return cmp.Compare(e.At, at) })
	return list[i:]
}

// stateAt is the state that was told last before a time; "" if none was.
func (n *end) stateAt(at float64) string {
	if e := n.before(at); e != nil {
		return e.State()
	}
	return ""
}

// over is the notification of the end of the call; nil if none came.
func (n *end) over() *recording.Entry {
	for _, e := range n.told {
		if e.State() == voice.Released {
			return e
		}
	}
	return nil
}

// liveAt reports whether the end was told of before a time and not as Released.
func (n *end) liveAt(at float64) bool {
	state := n.stateAt(at)
	return state != "" && state != voice.Released
}

// within reports whether one of some times, which are in order, lies between two.
func within(times []float64, from, to float64) bool {
	i, _ := slices.BinarySearch(times, from)
	return i < len(times) && times[i] <= to
}

func (v *Verdict) find(requirement string, f judge.Finding) {
	f.Requirement = requirement
	v.findings[requirement] = append(v.findings[requirement], f)
}
