package judge

// Offering is what the documents let a call offer in a state: always, and because of its company, a
// feature, or one of several samples.
type Offering struct{ Always, Sometimes []string }

// DocumentedOffers looks up a state of an agent's own call; consult for a consult call, company
// where the other call of a consultation is up. It is the table that capabilities are judged by.
func DocumentedOffers(state string, consult, company bool) Offering {
	var alternatives []string
	for _, group := range heldParent {
		alternatives = append(alternatives, group...)
	}
	switch state {
	case "Ringing":
		return Offering{Always: ringing}
	case "Dialing":
		if consult {
			return Offering{Always: consulting, Sometimes: completions[len(completions)-1]}
		}
		return Offering{Always: dialing}
	case "Established":
		more := with(muteOps, recordingOps...)
		if company {
			more = with(companyOps, more...)
		}
		return Offering{Always: established, Sometimes: with(with(more, conferenceOps...), monitoringOps...)}
	case "Held":
		if company {
			return Offering{Always: talkOps, Sometimes: with(alternatives, recordingOps...)}
		}
		return Offering{Always: with(talkOps, heldByItself[0]...), Sometimes: recordingOps}
	}
	return Offering{}
}
