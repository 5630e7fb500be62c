package reference

// faultsConference break the conference operations.
func faultsConference() []fault {
	const initiate, complete, single, remove = "InitiateConference", "CompleteConference", "SingleStepConference", "RemoveParticipantFromConference"
	return []fault{
		row("initiate-conference-without-held", "CONFERENCE-1", "the original is not notified as Held", drop(initiate, own(held))),
		row("initiate-conference-keeps-established", "CONFERENCE-1", "the original is notified as Established instead of Held",
			pretend(initiate, own(held), established)),
		row("initiate-conference-does-nothing", "CONFERENCE-1", "InitiateConference is answered 0 and nothing happens", idle(initiate)),
		row("initiate-conference-without-dialing", "CONFERENCE-2", "the consult call is not notified", drop(initiate, own(dialing))),
		row("initiate-conference-consult-established", "CONFERENCE-2", "the consult call is notified as Established at once",
			pretend(initiate, consulting(own(dialing)), established)),
		row("conference-held-after-dialing", "CONFERENCE-3", "the consult call is notified as Dialing before the original as Held", last(initiate, own(held))),
		row("complete-conference-without-consult", "CONFERENCE-4", "the consult call is not notified as Released", drop(complete, consulting(own(released)))),
		row("complete-conference-consult-held", "CONFERENCE-4", "the consult call is notified as Held instead of Released",
			pretend(complete, consulting(own(released)), held)),
		row("complete-conference-does-nothing", "CONFERENCE-4", "CompleteConference is answered 0 and nothing happens", idle(complete)),
		row("complete-conference-without-original", "CONFERENCE-5", "the original is not notified", drop(complete, original(own("")))),
		row("complete-conference-loses-participant", "CONFERENCE-5", "the original lists one other party only", bendCall(complete, original(own("")), func(c object) {
			if list, _ := c["participants"].([]any); len(list) > 1 {
				c["participants"] = list[:1]
			}
		})),
		row("complete-conference-keeps-held", "CONFERENCE-5", "the original is notified as Held", pretend(complete, original(own(established)), held)),
		row("conference-original-first", "CONFERENCE-6", "the original is notified before the consult call is Released", last(complete, consulting(own(released)))),
		row("complete-conference-at-original-refused", "CONFERENCE-7", "CompleteConference posted to the original is refused", refuses(complete, withConsult)),
		row("complete-conference-refuses-consult-call-uri", "CONFERENCE-7", "CompleteConference with consultCallUri is refused",
			refuses(complete, given("consultCallUri"))),
		row("conference-after-initiate-transfer-refused", "CONFERENCE-8", "CompleteConference is refused after InitiateTransfer", refuses(complete, ofTransfer)),
		row("conference-after-initiate-transfer-without-effect", "CONFERENCE-8", "CompleteConference does nothing after InitiateTransfer",
			idleWhen(complete, ofTransfer)),
		row("initiate-conference-accepts-no-destination", "CONFERENCE-9", "InitiateConference without destination is answered 0",
			accepts(initiate, lacking("destination"))),
		row("initiate-conference-accepts-wrong-type", "CONFERENCE-9", "InitiateConference with a destination of the wrong type is answered 0",
			accepts(initiate, mistyped("destination"))),
		row("single-step-conference-accepts-no-destination", "CONFERENCE-9", "SingleStepConference without destination is answered 0",
			accepts(single, lacking("destination"))),
		row("complete-conference-without-consult-accepted", "CONFERENCE-10", "CompleteConference without a consult call is answered 0",
			accepts(complete, coded(codeState))),
		row("single-step-conference-does-nothing", "CONFERENCE-11", "SingleStepConference is answered 0 and nothing happens", idle(single)),
		row("single-step-conference-does-not-ring", "CONFERENCE-11", "the destination is not notified of a single-step conference", drop(single, theirs(ringing))),
		row("single-step-conference-refused", "CONFERENCE-11", "SingleStepConference is refused", refuses(single, inState(established, held))),
		row("initiate-conference-refuses-location", "CONFERENCE-18", "InitiateConference with location is refused", refuses(initiate, given("location"))),
		row("single-step-conference-refuses-location", "CONFERENCE-18", "SingleStepConference with location is refused", refuses(single, given("location"))),
		row("anybody-removes-participants", "CONFERENCE-19", "who was called into a conference may remove others", forced(remove, func(x *exchange) bool {
			l := x.agent.find(x.id)
			return l != nil && !l.owner && len(l.peers) > 1
		})),
		row("remove-participant-without-notification", "CONFERENCE-13", "the removal of a participant is not notified", drop(remove, own(""))),
		row("remove-participant-still-listed", "CONFERENCE-13", "the removed party is still listed", bend(remove, own(""), func(x *exchange, n *note) {
			if c, number := n.call(), x.body["participant"]; c != nil {
				removed, _ := number.(string)
				list, _ := c["participants"].([]any)
				c["participants"] = append(list, participant(removed))
			}
		})),
		row("remove-participant-as-status-change", "CONFERENCE-13", "the removal is notified as StatusChange", asStatusChange(remove)),
		row("removed-party-not-notified", "CONFERENCE-16", "the removed party is not notified of Released", drop(remove, theirs(released))),
		row("removed-party-notified-as-held", "CONFERENCE-16", "the removed party is notified of Held", pretend(remove, theirs(released), held)),
		row("remove-participant-does-nothing", "CONFERENCE-13", "RemoveParticipantFromConference is answered 0 and nothing happens", idle(remove)),
		row("remove-participant-accepts-nobody", "CONFERENCE-14", "RemoveParticipantFromConference without participant is answered 0",
			accepts(remove, lacking("participant"))),
		row("remove-participant-picks-somebody", "CONFERENCE-14", "RemoveParticipantFromConference without participant removes the first",
			arrives(remove, func(x *exchange) *apiError {
				if l := x.agent.find(x.id); l != nil && x.body["participant"] == nil && len(l.peers) > 0 {
					x.body["participant"] = l.peers[0].number
				}
				return nil
			})),
		row("initiate-conference-loses-user-data", "CONFERENCE-15", "the consult call does not carry the userData of InitiateConference",
			loses(initiate, "userData")),
		row("initiate-conference-refuses-user-data", "CONFERENCE-15", "InitiateConference with userData is refused", refuses(initiate, given("userData"))),
	}
}

// ofTransfer is true where the consult call was begun by InitiateTransfer.
func ofTransfer(x *exchange) bool {
	l := x.agent.find(x.id)
	if l == nil {
		return false
	}
	if !l.parent.live() {
		l = l.partner()
	}
	return l != nil && !l.conference
}
