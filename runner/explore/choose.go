package explore

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/voicespec/voicespec/runner/voice"
)

// Options say what a walk is to do.
type Options struct {
	Focus []string // operations that are chosen more often
	Avoid []string // operations, or words such as Reconnect, that are not chosen
	Wrong float64  // part of the steps that must be refused
}

// Nobody is the number that is dialled where a call is to reach nobody: of zeros, which no plan of numbers gives to anybody.
const Nobody = "0000000"

// Chooser chooses the steps of one walk: a function of its seed, of what was told, and of what was tried before.
type Chooser struct {
	o     Options
	rand  *rand.Rand
	seen  *Coverage
	taste map[voice.Group]float64 // of this walk: not every walk does everything
	shy   bool                    // this walk does nothing that must be refused
	alone bool                    // this walk waits for each step
	made  int
	n     int
}

// NewChooser begins a walk, by number, of an exploration with a seed.
func NewChooser(o Options, seed int64, walk int, seen *Coverage) *Chooser {
	r := rand.New(rand.NewPCG(uint64(seed), uint64(walk))) //nolint:gosec // a walk that can be repeated
	c := &Chooser{o: o, rand: r, seen: seen, taste: map[voice.Group]float64{}}
	for _, g := range groups {
		c.taste[g.group] = 0
		if r.Float64() < g.often {
			c.taste[g.group] = g.weight
		}
	}
	c.shy, c.alone = r.Float64() < 0.4, r.Float64() < 0.6
	return c
}

// groups are how often walks do what, and how much of it: a walk that does everything never gets far in anything.
var groups = []struct {
	group         voice.Group
	often, weight float64
}{
	{voice.GroupCall, 1, 1}, {voice.GroupConsultation, 0.85, 4}, {voice.GroupUserData, 0.6, 0.6}, {voice.GroupMute, 0.4, 0.8},
	{voice.GroupRecording, 0.4, 0.8}, {voice.GroupConference, 0.8, 2}, {voice.GroupMonitoring, 0.8, 0.8}, {voice.GroupSupervision, 0.25, 0.4},
	{voice.GroupDevice, 0.3, 0.5}, {voice.GroupAgentState, 0.4, 0.3}, {voice.GroupSession, 0.25, 0.15},
}

// weights of single operations, where a group's is not theirs. What needs most steps before it is seldom possible, and readily done then.
var weights = map[string]float64{
	"CompleteTransfer": 14, "CompleteConference": 10, "SwapCalls": 5, "RemoveParticipantFromConference": 5,
	"Dial": 5, "Answer": 8, "Hangup": 1.2, "Hold": 1.5, "Retrieve": 2, "InitiateTransfer": 2, "InitiateConference": 2,
	"SingleStepTransfer": 1.2, "SingleStepConference": 1.2, "SendDtmf": 0.6, "DeleteUserData": 0.3, "CancelSupervisorMonitoring": 3,
	"DoNotDisturbOff": 2, "ForwardCallsOff": 2,
}

// most is how many live calls somebody has before no more are made.
const most = 3

// candidate is a step that could be next.
type candidate struct {
	step   Step
	weight float64
	cell   Cell
}

// Length is how many steps the walk is to have.
func (c *Chooser) Length() int { return shortest + c.rand.IntN(longestWalk-shortest) }

// Walks of fewer steps come to nothing, and in longer ones too much has been merged for much to be judged.
const (
	shortest    = 8
	longestWalk = 40
)

// Next is the next step. ok is false where nothing is left to do.
func (c *Chooser) Next(m *Model) (step Step, ok bool) {
	list := c.candidates(m)
	if !c.shy && c.rand.Float64() < c.wrong() {
		if bad := c.refused(m); len(bad) > 0 {
			list = bad
		}
	}
	total := 0.0
	for i := range list {
		list[i].weight /= math.Sqrt(1 + float64(c.seen.Count(list[i].cell)))
		total += list[i].weight
	}
	if total == 0 {
		return Step{}, false
	}
	at := c.rand.Float64() * total
	for _, k := range list {
		if at -= k.weight; at <= 0 {
			return c.finish(m, k.step), true
		}
	}
	return c.finish(m, list[len(list)-1].step), true
}

// wrong is the part of the steps that must be refused.
func (c *Chooser) wrong() float64 { return c.o.Wrong }

// finish fills in what depends on chance, and no more on the choice.
func (c *Chooser) finish(m *Model, s Step) Step {
	c.n++
	if s.Wrong == "" {
		s.With = c.parameters(m, s)
	}
	if makes(s.Do) && s.Wrong == "" {
		c.made++
		s.As = fmt.Sprintf("call%d", c.made)
	}
	s.Together = !c.alone && s.Wrong == "" && c.rand.Float64() < 0.15 && s.Do != Reconnect && s.Do != Relogin && s.Do != Read
	return s
}

// makes reports whether an operation makes a call, or brings one to somebody.
func makes(operation string) bool {
	return slices.ContainsFunc(voice.Find(operation).Needs, func(p voice.Parameter) bool { return p.Kind == voice.Party })
}

// candidates are all steps that calls and devices offer.
func (c *Chooser) candidates(m *Model) []candidate {
	var out []candidate
	add := func(s Step, situation string) {
		if w := c.weight(s.Do); w > 0 {
			out = append(out, candidate{s, w, Cell{situation, s.kind()}})
		}
	}
	for _, p := range m.People {
		if !p.Acts || p.Deaf {
			continue
		}
		for _, n := range p.Live() {
			c.ofCall(m, p, n, add)
		}
		c.ofPerson(m, p, add)
	}
	return out
}

// ofCall adds what a call offers.
func (c *Chooser) ofCall(m *Model, p *Person, n *End, add func(Step, string)) {
	situation := p.Situation(n)
	offered, _ := n.Last.Capabilities()
	for _, name := range offered {
		o := voice.Find(name)
		if o.To != voice.ToCall || !o.Page {
			continue
		}
		s := Step{Who: p.Role, Do: name, Call: n.Name}
		switch {
		case makes(name):
			c.making(m, p, n, s, func(s Step, to string) { add(s, situation+to) })
		case name == "SwapCalls":
			for _, o := range p.others(n) {
				s.Other = o.Name
				add(s, situation)
			}
		case o.Group == voice.GroupConsultation && m.supervised():
		case o.Group == voice.GroupConsultation:
			add(s, situation)
			for _, o := range p.others(n) {
				if consulted(n, o) && o.Last.Consult() {
					s.Other = o.Name
					add(s, situation)
				}
			}
		case name == "RemoveParticipantFromConference":
			for _, number := range n.Last.Numbers() {
				if q := m.withNumber(number); q != nil {
					s.To = q.Role
					add(s, situation)
				}
			}
		case name == "DeleteUserDataPair" && len(n.Last.UserData()) == 0, name == "DeleteUserData" && len(n.Last.UserData()) == 0:
		default:
			add(s, situation)
		}
	}
}

// making adds a step that makes a call, to each that can be called from n.
func (c *Chooser) making(m *Model, p *Person, n *End, s Step, add func(Step, string)) {
	if len(p.Live()) >= most || m.supervised() {
		return
	}
	for _, to := range c.destinations(m, p) {
		if q := m.Person(to); q == nil || !n.Last.Names(q.Number) {
			s.To = to
			add(s, c.calling(m, to))
			if q != nil && len(q.Live()) == 0 {
				add(s, c.calling(m, to)) // twice as often whom it brings in
			}
		}
	}
}

// ofPerson adds what somebody can do without a call.
func (c *Chooser) ofPerson(m *Model, p *Person, add func(Step, string)) {
	situation := fmt.Sprintf("with %d calls", len(p.Live()))
	if len(p.Live()) < most-1 && !p.supervises() {
		for _, to := range c.destinations(m, p) {
			add(Step{Who: p.Role, Do: "Dial", To: to}, situation+c.calling(m, to))
		}
	}
	for _, name := range p.Shown.Capabilities() {
		o := voice.Find(name)
		if o.To != voice.ToDevice || !o.Page {
			continue
		}
		s := Step{Who: p.Role, Do: name}
		switch o.Group {
		case voice.GroupSupervision:
			for _, q := range m.People {
				if s.To = q.Role; q != p && q.Device != "" && len(p.Live()) == 0 {
					add(s, situation)
				}
			}
		case voice.GroupDevice:
			if name == "ForwardCallsOn" {
				s.To = c.another(m, p)
			}
			add(s, situation)
		default:
		}
	}
	if p.Shown != nil {
		for _, name := range voice.GroupOf(voice.GroupAgentState) {
			add(Step{Who: p.Role, Do: name}, situation)
		}
	}
	add(Step{Who: p.Role, Do: Read}, situation)
	add(Step{Who: p.Role, Do: Reconnect}, situation)
	if len(p.Ends) == 0 || len(p.Live()) == 0 && p.Shown.Setting("doNotDisturb") == "" && p.Shown.Setting("forwardTo") == "" {
		add(Step{Who: p.Role, Do: Relogin}, situation)
	}
}

// weight is how readily an operation is chosen.
func (c *Chooser) weight(name string) float64 {
	if slices.Contains(c.o.Avoid, name) {
		return 0
	}
	o := voice.Find(name)
	w, own := weights[name]
	switch {
	case own && c.taste[o.Group] > 0:
	case name == Read:
		w = 0.4
	case name == Reconnect, name == Relogin:
		w = c.taste[voice.GroupSession]
	default:
		w = c.taste[o.Group]
	}
	if slices.Contains(c.o.Focus, name) {
		w = max(w, 1) * 10
	}
	return w
}

// destinations are whom somebody may call: the others, and now and then nobody.
func (c *Chooser) destinations(m *Model, p *Person) []string {
	var out []string
	for _, q := range m.People {
		if q != p && q.Number != "" && q.Number != p.Number && !q.supervises() {
			out = append(out, q.Role)
		}
	}
	if !slices.Contains(c.o.Avoid, "nobody") && c.rand.Float64() < 0.06 {
		out = append(out, Nobody)
	}
	return out
}

// supervises reports whether somebody may have an end of others' calls.
func (p *Person) supervises() bool { return p.Shown.Monitoring() != nil }

// supervised reports whether anybody may listen to others. What comes of calls that are put together meanwhile no page says: who listens may
// be in them twice.
func (m *Model) supervised() bool { return slices.ContainsFunc(m.People, (*Person).supervises) }

func (c *Chooser) another(m *Model, p *Person) string {
	list := slices.DeleteFunc(slices.Clone(m.People), func(q *Person) bool { return q == p || q.Number == "" })
	if len(list) == 0 {
		return Nobody
	}
	return list[c.rand.IntN(len(list))].Role
}

// calling is what is known of who is called.
func (c *Chooser) calling(m *Model, to string) string {
	q := m.Person(to)
	switch {
	case q == nil:
		return ", calling nobody"
	case len(q.Live()) > 0:
		return ", calling one who talks"
	case q.Shown.Setting("doNotDisturb") != "":
		return ", calling one who is not to be disturbed"
	case q.Shown.Setting("forwardTo") != "":
		return ", calling one who is forwarded"
	}
	return ""
}

// parameters are what is sent along, beside parties and calls.
func (c *Chooser) parameters(m *Model, s Step) map[string]any {
	have := map[string]any{}
	if p := m.Person(s.Who); p != nil && p.Named(s.Call) != nil {
		have = p.Named(s.Call).Last.UserData()
	}
	switch s.Do {
	case "SendDtmf":
		return map[string]any{"digits": fmt.Sprintf("%d", c.rand.IntN(1000))}
	case "AttachUserData", "UpdateUserData":
		return map[string]any{"userData": c.pairs(s.Do, have)}
	case "DeleteUserDataPair":
		known := slices.Sorted(func(yield func(string) bool) {
			for k := range have {
				if !yield(k) {
					return
				}
			}
		})
		if len(known) == 0 {
			return map[string]any{"key": "VsNone"}
		}
		return map[string]any{"key": known[c.rand.IntN(len(known))]}
	}
	if makes(s.Do) && c.taste[voice.GroupUserData] > 0 && c.rand.Float64() < 0.3 {
		return map[string]any{"userData": c.pairs(s.Do, have)}
	}
	return nil
}

// pairs are user data to set: new ones are attached, and new or old ones updated.
func (c *Chooser) pairs(operation string, have map[string]any) map[string]any {
	out := map[string]any{}
	for range 1 + c.rand.IntN(3) {
		key := keys[c.rand.IntN(len(keys))]
		if _, is := have[key]; is && operation != "UpdateUserData" {
			key = fmt.Sprintf("%s %d", key, c.n)
		}
		out[key] = value(c.rand, c.n)
	}
	return out
}
