package voice

import "slices"

// Offer is what the documents let a call offer in a state.
type Offer struct {
	Always    []string
	Either    [][]string // exactly one of these groups: the samples differ
	Sometimes []string   // by a feature, in company, or on live servers
}

// What a call offers in each state, in the order in which the pages print it. Sources: InitiateTransfer samples 1 and 2, CallsDial,
// CallsHold, SwapCalls, the recording, mute and monitoring pages; ClearCall is in no document but in every list of a
// live server (8.5.202.96).
var (
	dataOffered = []string{"UpdateUserData", "DeleteUserData", "AttachUserData", "DeleteUserDataPair"}
	ringing     = also(dataOffered, "Answer")
	dialing     = also(dataOffered, "SendDtmf", "Hangup")
	consulting  = also(dialing, "SwapCalls")
	talking     = also(dataOffered, "Hangup", "SingleStepTransfer", "SingleStepConference", "InitiateTransfer", "InitiateConference")
	established = also(talking, "Hold", "SendDtmf")
	everywhere  = []string{"ClearCall"}

	completions  = [][]string{{"CompleteTransfer"}, {"CompleteConference"}, {"CompleteTransfer", "CompleteConference"}}
	heldByItself = [][]string{{"Retrieve"}}
	heldParent   = [][]string{
		{"Retrieve"}, {"SwapCalls", "CompleteTransfer"}, {"SwapCalls", "CompleteConference"},
		{"SwapCalls", "CompleteTransfer", "CompleteConference"},
	}
)

func also(list []string, more ...string) []string { return append(slices.Clone(list), more...) }

type situation struct {
	state            string
	consult, company bool
}

var documented = func() map[situation]Offer {
	companions, recording := GroupOf(GroupConsultation), GroupOf(GroupRecording)
	features := slices.Concat(GroupOf(GroupMute), recording, GroupOf(GroupConference), GroupOf(GroupMonitoring))
	talk := Offer{Always: established, Sometimes: also(features, everywhere...)}
	talkInCompany := Offer{Always: established, Sometimes: slices.Concat(companions, features, everywhere)}
	held := Offer{Always: talking, Either: heldByItself, Sometimes: also(recording, everywhere...)}
	heldInCompany := Offer{Always: talking, Either: heldParent, Sometimes: also(recording, everywhere...)}
	consult := Offer{Always: consulting, Either: completions, Sometimes: everywhere}
	return map[situation]Offer{
		{Ringing, false, false}:     {Always: ringing, Sometimes: everywhere},
		{Dialing, false, false}:     {Always: dialing, Sometimes: everywhere},
		{Dialing, false, true}:      {Always: dialing, Sometimes: also(companions, everywhere...)},
		{Dialing, true, false}:      consult,
		{Dialing, true, true}:       consult,
		{Established, false, false}: talk,
		{Established, true, false}:  talk,
		{Established, false, true}:  talkInCompany,
		{Established, true, true}:   talkInCompany,
		{Held, false, false}:        held,
		{Held, true, false}:         held,
		{Held, false, true}:         heldInCompany,
		{Held, true, true}:          heldInCompany,
	}
}()

// OfferOf is what an agent's call may offer in a state: consult for a consult call, company where another call of the
// same agent is up, or was. A call that has ended offers nothing.
func OfferOf(state string, consult, company bool) Offer {
	return documented[situation{state, consult && state != Ringing, company && state != Ringing}]
}

// Anywhere reports whether the documents let a call offer an operation in a state, in whatever company.
func Anywhere(state, operation string) bool {
	offered, _ := Operation{Name: operation}.Offers(state)
	return offered
}

// Sure are the operations that the call offers in any case.
func (o Offer) Sure() []string {
	if len(o.Either) == 1 {
		return also(o.Always, o.Either[0]...)
	}
	return o.Always
}

// May are the operations that it offers in some samples, in company or by a feature.
func (o Offer) May() []string {
	if len(o.Either) < 2 {
		return o.Sometimes
	}
	return slices.Concat(slices.Concat(o.Either...), o.Sometimes)
}

// Offers reports whether the documents let a call offer the operation in a state, in whatever company; always where
// they print it in each sample.
func (o Operation) Offers(state string) (offered, always bool) {
	always = true
	for at, offer := range documented {
		if at.state != state {
			continue
		}
		sure := slices.Contains(offer.Sure(), o.Name)
		offered = offered || sure || slices.Contains(offer.May(), o.Name)
		always = always && sure
	}
	return offered, offered && always
}
