package security

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

// moment is a state in which operations of one call could be carried out if the wrong person were let in: who is wrong, and
// what is tried.
type moment struct {
	who    func(*Stage) *play.Actor
	opened []opened
}

// opened is an operation of the agent's call that is tried, and what the agent does before so that it could be carried out.
type opened struct {
	operation, before string
	params            map[string]any
}

// The destination has no part in the original call at any time, the caller none in the consult call. What is at the end of a
// list ends the call if it is done.
var (
	whileRinging     = moment{destination, []opened{{operation: "Answer"}}}
	whileEstablished = moment{destination, []opened{
		{operation: "SendDtmf", params: map[string]any{"digits": "1"}},
		{operation: "AttachUserData", params: dataOf("stranger")},
		{operation: "DeleteUserDataPair", params: map[string]any{"key": refusals.KeptKey}},
		{operation: "DeleteUserData"},
		{operation: "MuteCall"},
		{operation: "UnmuteCall", before: "MuteCall"},
		{operation: "StartCallRecording"},
		{operation: "PauseCallRecording", before: "StartCallRecording"},
		{operation: "ResumeCallRecording", before: "PauseCallRecording"},
		{operation: "StopCallRecording"},
		{operation: "InitiateTransfer", params: toSomeone},
		{operation: "InitiateConference", params: toSomeone},
		{operation: "SingleStepTransfer", params: toSomeone},
		{operation: "SingleStepConference", params: toSomeone},
		{operation: "RemoveParticipantFromConference", params: map[string]any{"participant": nil}},
	}}
	whileHeld  = moment{destination, []opened{{operation: "Retrieve"}}}
	ofConsults = moment{caller, []opened{{operation: "SwapCalls"}, {operation: "CompleteConference"}, {operation: "CompleteTransfer"}}}
)

// toSomeone is replaced by a number of the station.
var toSomeone = map[string]any{"destination": nil}

func destination(s *Stage) *play.Actor { return s.Destination }
func caller(s *Stage) *play.Actor      { return s.Caller }

// cases are the operations of a moment as requests that must be refused.
func (m moment) cases() []refusals.Case {
	var out []refusals.Case
	for _, o := range m.opened {
		out = append(out, refusals.Case{
			Name: "stranger-" + strings.ToLower(o.operation), Title: o.operation + " of a call of others", Requirement: "AUTH-7", Expect: []int64{3, 5, 6},
			Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
				return s.Operate(m.who(s), label, c, o.operation, o.fitted(s, c))
			},
		})
	}
	return out
}

// fitted are the parameters with what only the station knows.
func (o opened) fitted(s *play.Stage, c *play.Call) map[string]any {
	if _, has := o.params["destination"]; has {
		return map[string]any{"destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}
	}
	if _, has := o.params["participant"]; has {
		return map[string]any{"participant": s.Caller.Party.Number}
	}
	if o.operation == "SwapCalls" {
		return map[string]any{"otherCallUri": s.CallURI(s.Agent, c)}
	}
	return o.params
}

// try lets somebody do what he must not; false where it was done, and the call is no longer what it was.
func (m moment) try(s *Stage, c *play.Call) bool {
	for i, k := range m.cases() {
		if before := m.opened[i].before; before != "" {
			s.Operate(s.Agent, recording.Arrange.Label(before), c, before, nil)
		}
		if k.Send(s, c, k.Label()).Accepted() {
			s.Settle()
			return false
		}
	}
	return true
}

// heldOfOthers is the reading of a Held call by somebody who has no part in it.
const heldOfOthers = "get.stranger-held"

// strangers is one call that people reach for who have no part in it, by every operation but those that intruders try.
func strangers() {
	var all []refusals.Case
	for _, m := range []moment{whileRinging, whileEstablished, whileHeld, ofConsults} {
		all = append(all, m.cases()...)
	}
	Scenario("security.strangers", "Every operation of a call, by somebody who has no part in it", Profiles("session", "errors"),
		Page("ReturnValues", "statusCodes 3, 5 and 6; the URL /me/calls"), Play(reach), func() {
			refusals.Group("refused", "nobody operates a call of others", "AUTH-7", all...)
			refusals.Common(all...)
			It("nobody reads a Held call of others", Check("held-unread", "AUTH-8"), func() {
				if !Sent(heldOfOthers) {
					NotApplicable("the call was not held")
				}
				Expect(Request(heldOfOthers)).NotTo(BeServed())
			})
		})
}

func reach(s *Stage) {
	for _, stranger := range []*play.Actor{s.Destination, s.Caller} {
		if !stranger.Controlled() {
			s.Untestable("%s, so that nobody can try as the %s", stranger.Absence(), stranger.Role)
		}
	}
	c := s.Dial(s.Caller, s.Agent, "original", nil)
	if !s.AnswersItself(s.Agent) && !whileRinging.try(s, c) {
		return
	}
	s.Answer(s.Agent, c)
	refusals.Keep(s, c)
	if !whileEstablished.try(s, c) {
		return
	}
	// Not while a consult call lives: some servers offer no Retrieve then, and would refuse it to anybody.
	if !changes(s, c, "Hold", "Held") || !whileHeld.try(s, c) {
		return
	}
	s.Get(s.Destination, heldOfOthers, "/me/calls/"+c.ID(s.Agent))
	refusals.Fence(s, c, "strangers-held", "Held")
	if !changes(s, c, "Retrieve", "Established") {
		return
	}
	refusals.Fence(s, c, "strangers", "Established")
	consult := s.Consult(c, "consult", "InitiateTransfer")
	s.AwaitRinging(s.Destination, consult) // what comes of it may go by another id there
	if ofConsults.try(s, consult) {
		refusals.Fence(s, c, "strangers-end", "Held")
	}
}

// changes lets the agent bring his call into another state.
func changes(s *Stage, c *play.Call, operation, state string) bool {
	mark := s.Mark()
	return s.Operate(s.Agent, recording.Arrange.Label(operation), c, operation, nil).Accepted() && s.AwaitState(s.Agent, c, mark, state) != nil
}
