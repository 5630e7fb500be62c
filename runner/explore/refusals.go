package explore

import (
	"slices"

	"github.com/voicespec/voicespec/runner/voice"
)

// refused are steps that a server must refuse.
func (c *Chooser) refused(m *Model) []candidate {
	var out []candidate
	add := func(s Step, situation string) {
		if !slices.Contains(c.o.Avoid, s.Do) {
			out = append(out, candidate{s, 1, Cell{situation, s.kind()}})
		}
	}
	for _, p := range m.People {
		if !p.Acts || p.Deaf {
			continue
		}
		c.refusedOf(m, p, add)
		strange(m, p, add)
		add(Step{Who: p.Role, Do: "Hold", Wrong: UnknownCall}, "")
	}
	return out
}

// refusedOf adds what the own calls of somebody do not offer.
func (c *Chooser) refusedOf(m *Model, p *Person, add func(Step, string)) {
	for _, n := range p.Ends {
		for _, o := range voice.CallOperations() {
			if n.Alien || !n.Last.ListsCapabilities() || n.Last.Offers(o.Name) || o.Group == voice.GroupConsultation || voice.Anywhere(n.Last.State(), o.Name) {
				continue
			}
			add(Step{Who: p.Role, Do: o.Name, Call: n.Name, To: c.another(m, p), With: sample(o), Wrong: NotOffered}, p.Situation(n))
		}
		if n.live() && n.Last.Offers("SendDtmf") {
			add(Step{Who: p.Role, Do: "SendDtmf", Call: n.Name, Wrong: NoParameters}, p.Situation(n))
		}
	}
}

// strange adds operations on the calls of others.
func strange(m *Model, p *Person, add func(Step, string)) {
	for _, q := range m.People {
		for _, n := range q.Live() {
			if q == p || p.Named(n.Name) != nil {
				continue
			}
			for _, name := range []string{"Hangup", "Hold", "Answer", "UpdateUserData", "SendDtmf"} {
				add(Step{Who: p.Role, Do: name, Call: n.Name, Of: q.Role, With: sample(voice.Find(name)), Wrong: Stranger}, q.Situation(n))
			}
		}
	}
}

// sample are parameters with which nothing is wrong.
func sample(o voice.Operation) map[string]any {
	out := map[string]any{}
	for _, need := range o.Needs {
		switch need.Kind {
		case voice.Digits:
			out[need.Name] = "5"
		case voice.Key:
			out[need.Name] = "VsRefused"
		case voice.Pairs:
			out[need.Name] = map[string]any{"VsRefused": "yes"}
		default:
		}
	}
	return out
}
