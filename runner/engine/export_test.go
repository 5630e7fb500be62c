package engine

// Lengths of scenarios, for a test that knows the catalogue.
var Lengths = lengths

// Bound sets how much is held of what is not over, in bytes, and how many lines are remembered.
func (p *Passive) Bound(held, past int) { p.most, p.mostPast = held, past }
