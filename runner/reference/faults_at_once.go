package reference

import (
	"maps"
	"slices"
)

// soon is how many exchanges of anybody may lie between two that come at the same moment.
const soon = 3

// atOnceFaults show where agents do the same at the same moment: who have nothing to do with one another, or who are the ends of a call.
func atOnceFaults() []fault {
	return []fault{
		row("hold-at-once-untold", "HOLD-1", "of two agents who hold their calls at the same moment one is not told", func(h *hooks) {
			var m moments
			h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
				if m.meet(x, "Hold") != nil {
					return toOthers(notes, x.agent)
				}
				return notes
			})
		}),
		row("updates-at-once-mixed", "DATA-11", "of two agents who update user data at the same moment one is told the other's, too", func(h *hooks) {
			var m moments
			h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
				other := m.meet(x, "UpdateUserData")
				if other == nil {
					return notes
				}
				for _, n := range notes {
					if c := n.call(); c != nil {
						c["userData"] = together(other.body["userData"], c["userData"])
					}
				}
				return notes
			})
		}),
		row("consults-at-once-untold", "TRANSFER-2", "of two consult calls that are begun at the same moment one is not told", func(h *hooks) {
			var m moments
			h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
				if m.meet(x, "InitiateTransfer") != nil {
					return slices.DeleteFunc(notes, func(n *note) bool { return n.state == dialing && n.to == x.agent })
				}
				return notes
			})
		}),
		row("hold-by-both-untold", "HOLD-1", "of two ends of a call that hold it at the same moment one is not told", func(h *hooks) {
			m := moments{joint: true}
			h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
				if m.meet(x, "Hold") != nil {
					return toOthers(notes, x.agent)
				}
				return notes
			})
		}),
		row("retrieve-by-both-untold", "RETRIEVE-1", "of two ends of a call that retrieve it at the same moment one is not told", func(h *hooks) {
			m := moments{joint: true}
			h.notes = append(h.notes, func(x *exchange, notes []*note) []*note {
				if m.meet(x, "Retrieve") != nil {
					return toOthers(notes, x.agent)
				}
				return notes
			})
		}),
		row("batch-of-more-than-ten-cut", "BAYEUX-12", "a poll brings at most ten events, and the rest is lost", func(h *hooks) {
			h.bayeux.drain = append(h.bayeux.drain, func(_ *session, events [][]byte) [][]byte { return events[:min(len(events), 10)] })
		}),
	}
}

// together are the pairs of two; where both have a key, the second's.
func together(first, second any) object {
	pairs := object{}
	for _, of := range []any{first, second} {
		some, _ := of.(object)
		maps.Copy(pairs, some)
	}
	return pairs
}

// moments finds operations that come at the same moment as others.
type moments struct {
	joint bool // of the ends of one call, in place of those who have nothing to do with one another
	count int
	last  map[string]*exchange
	at    map[string]int
}

// meet is the exchange of an operation by somebody else shortly before this one; nil for none.
func (m *moments) meet(x *exchange, op string) *exchange {
	if m.last == nil {
		m.last, m.at = map[string]*exchange{}, map[string]int{}
	}
	m.count++
	if x.op != op || x.leg == nil {
		return nil
	}
	last, at := m.last[op], m.at[op]
	m.last[op], m.at[op] = x, m.count
	if last == nil || m.count-at > soon || last.agent == x.agent || (last.leg.data == x.leg.data) != m.joint {
		return nil
	}
	return last
}
