package explore

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// wish is something that somebody has to be told as the outcome of a step. It is waited for, and not judged.
type wish struct {
	who   *Person
	what  string
	meant voice.Predicate
}

// expected is the documented outcome of a step that was accepted, at every end at which it has to come, by what was told
// before it was sent.
func (m *Model) expected(s Step, number string) []wish {
	p := m.Person(s.Who)
	o := voice.Find(s.Do)
	switch o.To {
	case voice.ToCalls:
		return m.calling(p, number)
	case voice.ToDevice, voice.ToChannel:
		return m.ofDevice(p, o, number)
	case voice.ToCall:
		if n := p.Named(s.Call); n != nil {
			return m.ofCall(p, n, s, o, number)
		}
	case voice.ToMe:
	}
	return nil
}

// calling is a new call that dials, and rings where it has to arrive.
func (m *Model) calling(p *Person, number string) []wish {
	known := p.ids()
	out := []wish{{p, "a new call that is Dialing", func(e *recording.Entry) bool {
		return e.State() == voice.Dialing && !known[e.CallID()] && voice.CallOf(e).Names(number)
	}}}
	return append(out, m.ringing(number)...)
}

// ringing is a call that arrives at who is called, where nothing keeps it from that.
func (m *Model) ringing(number string) []wish {
	q := m.withNumber(number)
	if q == nil || !q.free() {
		return nil
	}
	return []wish{{q, "Ringing", voice.Arrived}}
}

func (p *Person) ids() map[string]bool {
	out := map[string]bool{}
	for _, n := range p.Ends {
		out[n.ID] = true
	}
	return out
}

func (m *Model) ofDevice(p *Person, o voice.Operation, number string) []wish {
	shows := func(fits func(voice.Device) bool) []wish {
		return []wish{{p, o.Name, func(e *recording.Entry) bool {
			d := voice.DeviceOf(e, p.Device)
			return d != nil && fits(d)
		}}}
	}
	switch {
	case o.To == voice.ToChannel:
		if p.Shown == nil || p.Shown.UserState().String() == o.Told.State {
			return nil
		}
		return shows(func(d voice.Device) bool { return d.UserState().String() == o.Told.State })
	case o.Group == voice.GroupSupervision:
		return shows(func(d voice.Device) bool { return d.Monitoring().State() == o.Name })
	case o.Name == "CancelSupervisorMonitoring":
		return shows(func(d voice.Device) bool { return d.Monitoring() == nil })
	case o.Name == "ForwardCallsOn":
		return shows(func(d voice.Device) bool { return voice.SameNumber(d.Setting("forwardTo"), number) })
	case o.Told.Value != nil:
		return shows(func(d voice.Device) bool { return d[o.Told.Member] == o.Told.Value })
	}
	return nil
}

// ofCall is what an operation on a call is told by, at the end that it is sent to and at others.
func (m *Model) ofCall(p *Person, n *End, s Step, o voice.Operation, number string) []wish {
	state := func(q *Person, at *End, want string) wish {
		return wish{q, fmt.Sprintf("%s after %s", want, s.Do), voice.All(voice.About(at.ID, ""), voice.MayBeIn(want))}
	}
	own := func() wish {
		return wish{p, s.Do, voice.All(voice.About(n.ID, ""), o.Shows)}
	}
	switch s.Do {
	case "Answer":
		out := []wish{state(p, n, voice.Established)}
		if q, far := m.partner(p, n); far != nil && far.Last.State() == voice.Dialing {
			out = append(out, state(q, far, voice.Established))
		}
		return out
	case "Hangup":
		out := []wish{state(p, n, voice.Released)}
		if q, far := m.partner(p, n); far != nil {
			out = append(out, state(q, far, voice.Released))
		}
		return out
	case "InitiateTransfer", "InitiateConference":
		out := m.calling(p, number)
		if n.Last.State() == voice.Established {
			out = append(out, state(p, n, voice.Held))
		}
		return out
	case "SingleStepTransfer":
		return append([]wish{state(p, n, voice.Released)}, m.ringing(number)...)
	case "SingleStepConference":
		return m.ringing(number)
	case "CompleteTransfer", "CompleteConference":
		return m.completed(p, n, s, state)
	case "SwapCalls":
		return swapped(p, n, s, state)
	case "RemoveParticipantFromConference":
		out := []wish{own()}
		if q := m.withNumber(number); q != nil && q.Acts && !q.Deaf {
			if far := q.Named(s.Call); far != nil && far.live() && far.ID == n.ID {
				out = append(out, state(q, far, voice.Released))
			}
		}
		return out
	}
	if o.Unshown != "" || o.Told.Type == "" {
		return nil
	}
	return []wish{own()}
}

// partner is the only other end of a call of two, where both ends say so.
func (m *Model) partner(p *Person, n *End) (*Person, *End) {
	people, ends := m.farEnds(p, n)
	if len(ends) != 1 || !people[0].Acts || people[0].Deaf {
		return nil, nil
	}
	here, _ := n.Last.Parties()
	there, _ := ends[0].Last.Parties()
	if here != 1 || there != 1 || !n.Last.Names(people[0].Number) || !ends[0].Last.Names(p.Number) {
		return nil, nil
	}
	return people[0], ends[0]
}

func (m *Model) completed(p *Person, n *End, s Step, state func(*Person, *End, string) wish) []wish {
	var other *End
	for _, o := range p.others(n) {
		if consulted(n, o) && (s.Other == "" || o.Name == s.Other || n.Last.Consult()) {
			if other != nil {
				return nil // which of them is not known
			}
			other = o
		}
	}
	if other == nil {
		return nil
	}
	original, consult := n, other
	if n.Last.ParentID() == other.ID {
		original, consult = other, n
	}
	if s.Do == "CompleteTransfer" {
		return []wish{state(p, original, voice.Released), state(p, consult, voice.Released)}
	}
	out := []wish{state(p, consult, voice.Released)}
	if original.Last.State() == voice.Held && consult.Last.State() != voice.Dialing {
		out = append(out, state(p, original, voice.Established))
	}
	return out
}

func swapped(p *Person, n *End, s Step, state func(*Person, *End, string) wish) []wish {
	other := p.Named(s.Other)
	if other == nil {
		return nil
	}
	up, down := n, other
	if up.Last.State() != voice.Held {
		up, down = down, up
	}
	if up.Last.State() != voice.Held || down.Last.State() != voice.Established {
		return nil
	}
	return []wish{state(p, up, voice.Established), state(p, down, voice.Held)}
}
