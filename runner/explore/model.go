package explore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Model is what the people of a station were told: who has which calls, and how their devices are set.
type Model struct {
	People   []*Person // in the order of roles
	making   []making  // steps that may have made calls, the newest last
	extra    int       // calls that no step explains
	forwards bool      // somebody may have calls forwarded: who is called is not who is told
}

// Person is somebody of the station.
type Person struct {
	Role, Number, Device string
	Acts                 bool // something can be done in this person's name
	Ends                 []*End
	Shown                voice.Device // as it was told last; nil if it never was
	Deaf                 bool         // notifications do not come any more
}

// End is one person's end of a call.
type End struct {
	Name  string // by which steps know the call
	ID    string
	Last  voice.Call // as it was told last
	Alien bool       // it is no call of the walk
}

// making is a step that makes a call.
type making struct {
	by      *Person
	number  string
	as, of  string // names of the call, and of that from which it was begun
	between string // roles of its parties; "" where they are not known
	passes  bool   // it brings a call that is there to somebody
}

// NewModel is that of a station before anything was told.
func NewModel(cast recording.Station, acting []string) *Model {
	m := &Model{}
	for _, role := range voice.Roles {
		p := cast.Party(role)
		m.People = append(m.People, &Person{Role: role, Number: p.Number, Device: p.Device, Acts: slices.Contains(acting, role)})
	}
	return m
}

// Person is the one who plays a role; nil for nobody.
func (m *Model) Person(role string) *Person {
	for _, p := range m.People {
		if p.Role == role {
			return p
		}
	}
	return nil
}

// withNumber is the person whom a number calls; nil for nobody.
func (m *Model) withNumber(number string) *Person {
	for _, p := range m.People {
		if number != "" && p.Number == number {
			return p
		}
	}
	return nil
}

// Made notes that a step was accepted which makes a call to a number: who is told of a new call knows it by that step.
func (m *Model) Made(by *Person, number string, s Step) {
	k := making{by: by, number: number, as: s.As}
	if s.Do == "InitiateTransfer" || s.Do == "InitiateConference" {
		k.of = s.Call
	}
	k.passes = k.of == "" && s.Do != "Dial"
	if q := m.withNumber(number); q != nil && !m.forwards && q.Shown.Setting("forwardTo") == "" && !k.passes {
		k.between = by.Role + "," + q.Role
	}
	m.making = append(m.making, k)
}

// Unmade forgets a step that was refused.
func (m *Model) Unmade(as string) {
	m.making = slices.DeleteFunc(m.making, func(k making) bool { return k.as == as })
}

// Fresh is an end of a call that somebody was told of for the first time.
type Fresh struct {
	*End
	Who *Person
	Of  string // id of the original of a consult call
	// Between are the roles of its parties, with commas; "" where they are not known.
	Between string
}

// Hear takes in what somebody was told, and returns the end of a call that is new.
func (m *Model) Hear(e *recording.Entry) *Fresh {
	if e.Kind != recording.KindMessage || e.Browser != "" || e.IsError() {
		return nil
	}
	p := m.Person(e.Actor)
	if p == nil {
		return nil
	}
	if d := voice.DeviceOf(e, p.Device); d != nil {
		p.Shown = d
	}
	call := voice.CallOf(e)
	if call == nil || e.CallID() == "" {
		return nil
	}
	n := p.end(e.CallID(), call)
	if n != nil {
		n.Last = call
		return nil
	}
	return m.begin(p, e.CallID(), call)
}

// end is the one that goes by an id, in whatever place; nil for one that is not known.
func (p *Person) end(id string, call voice.Call) *End {
	for _, n := range p.Ends {
		if n.ID == id {
			return n
		}
	}
	for _, n := range p.Ends {
		if n.live() && call.Alias(n.ID) {
			return n
		}
	}
	return nil
}

// begin gives a call that is new to somebody its name: that which it has for another, or else that of the step which made it.
func (m *Model) begin(p *Person, id string, call voice.Call) *Fresh {
	n := &End{ID: id, Last: call, Name: m.nameOf(id)}
	f := &Fresh{End: n, Who: p}
	if n.Alien = call.Foreign(m.numbers()...); n.Alien { // it comes of no step, whoever was just called
		m.extra++
		n.Name = fmt.Sprintf("other%d", m.extra)
		p.Ends = append(p.Ends, n)
		return f
	}
	if p.Named(n.Name) != nil {
		n.Name = ""
	}
	if n.Name != "" && call.State() != voice.Dialing { // a call that was passed on keeps its name
		m.making = slices.DeleteFunc(m.making, func(k making) bool { return k.passes && k.number == p.Number })
	}
	if k := m.maker(p, n, call); k != nil && call.State() != voice.Released { // which is the late end of another
		n.Name = k.as
		if !m.forwards {
			f.Between = k.between
		}
		if k.by == p && !m.forwards {
			f.Of = p.Named(k.of).id()
		}
	}
	if n.Name == "" {
		m.extra++
		n.Name = fmt.Sprintf("other%d", m.extra)
	}
	if parent := call.ParentID(); parent != "" {
		for _, o := range p.Ends {
			if o.ID == parent {
				f.Of = o.ID
			}
		}
	}
	p.Ends = append(p.Ends, n)
	return f
}

// maker is the step that made a call which is new to somebody; nil where none did. Of several, which were not waited for, the
// first is told first.
func (m *Model) maker(p *Person, n *End, call voice.Call) *making {
	var found *making
	for i := range m.making {
		k := &m.making[i]
		if n.Name != "" {
			if k.as == n.Name {
				return k
			}
			continue
		}
		near := k.by == p && !k.passes && call.State() == voice.Dialing && (call.Names(k.number) || voice.SameNumber(call.DNIS(), k.number))
		far := k.by != p && call.State() != voice.Dialing && p.Number == k.number &&
			(k.passes || call.Names(k.by.Number) || len(call.Numbers()) == 0)
		if !near && !far || p.Named(k.as) != nil {
			continue
		}
		if near || k.by.Named(k.as) == nil { // nobody was told of it yet
			return k
		}
		found = k
	}
	return found
}

func (m *Model) nameOf(id string) string {
	for _, p := range m.People {
		for _, n := range p.Ends {
			if n.ID == id {
				return n.Name
			}
		}
	}
	return ""
}

// numbers are those of the people, and all that were dialled.
func (m *Model) numbers() []string {
	var out []string
	for _, p := range m.People {
		out = append(out, p.Number)
	}
	for _, k := range m.making {
		out = append(out, k.number)
	}
	return out
}

// Named is the person's end of the call that has a name; nil for none.
func (p *Person) Named(name string) *End {
	for _, n := range p.Ends {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// Live are the person's calls that are not over, those of strangers left out.
func (p *Person) Live() []*End {
	var out []*End
	for _, n := range p.Ends {
		if n.live() && !n.Alien {
			out = append(out, n)
		}
	}
	return out
}

func (n *End) id() string {
	if n == nil {
		return ""
	}
	return n.ID
}

func (n *End) live() bool { return n.Last.State() != voice.Released }

// others are the person's other live calls.
func (p *Person) others(n *End) []*End {
	return slices.DeleteFunc(p.Live(), func(o *End) bool { return o == n })
}

// consulted reports whether two calls of a person are an original and its consult call.
func consulted(a, b *End) bool {
	return a.Last.ParentID() == b.ID || b.Last.ParentID() == a.ID
}

// free reports whether a call that is made to the person has to arrive.
func (p *Person) free() bool {
	return p.Acts && !p.Deaf && !slices.ContainsFunc(p.Ends, (*End).live) && p.Shown.Setting("doNotDisturb") == "" && p.Shown.Setting("forwardTo") == ""
}

// farEnds are the live ends that others have of a call.
func (m *Model) farEnds(p *Person, n *End) (people []*Person, ends []*End) {
	for _, q := range m.People {
		if q == p {
			continue
		}
		if far := q.Named(n.Name); far != nil && far.live() {
			people, ends = append(people, q), append(ends, far)
		}
	}
	return people, ends
}

// Situation is a call as its person has it: its state, whether it is a consult call, how many others are in it, and the
// states of the person's other calls.
func (p *Person) Situation(n *End) string {
	text := n.Last.State()
	if n.Last.Consult() {
		text += " consult"
	}
	if parties, ok := n.Last.Parties(); ok && parties != 1 {
		text += fmt.Sprintf(" of %d", parties+1)
	}
	var company []string
	for _, o := range p.others(n) {
		company = append(company, o.Last.State())
	}
	slices.Sort(company)
	if len(company) > 0 {
		text += " beside " + strings.Join(company, ", ")
	}
	return text
}

// Whole is the situation of all people, for transitions.
func (m *Model) Whole() string {
	var out []string
	for _, p := range m.People {
		var states []string
		for _, n := range p.Live() {
			states = append(states, n.Last.State())
		}
		slices.Sort(states)
		out = append(out, strings.Join(states, "+"))
	}
	return strings.Join(out, " | ")
}
