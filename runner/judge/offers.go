package judge

import "github.com/voicespec/voicespec/runner/voice"

// Offering is what the documents let a call offer in a state: always, and because of its company, a
// feature, or one of several samples.
type Offering struct{ Always, Sometimes []string }

// DocumentedOffers looks up a state of an agent's own call; consult for a consult call, company
// where the other call of a consultation is up. It is the table that capabilities are judged by.
func DocumentedOffers(state string, consult, company bool) Offering {
	o := voice.OfferOf(state, consult, company)
	return Offering{Always: o.Sure(), Sometimes: o.May()}
}
