package transfer

import (
	"slices"

	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites/internal/refusals"
)

const initiate = "InitiateTransfer"

// The cases by the state that the call is in when they are tried.
var (
	onRinging = []refusals.Case{
		{Name: "on-ringing", Title: "InitiateTransfer on a Ringing call", Requirement: "TRANSFER-14", Expect: []int64{2, 3}, Send: wellFormed},
	}
	onEstablished = append(refusals.WithoutDestination("", "TRANSFER-13", initiate),
		refusals.Post("destination-number", "InitiateTransfer with a number as destination", "TRANSFER-13", initiate, map[string]any{"destination": 5001}, 1, 2, 10),
		refusals.Post("complete-without-consult", "CompleteTransfer where there is no consult call", "TRANSFER-15", "CompleteTransfer", nil, 2, 3, 6, 1),
		refusals.Post("unknown-operation", "an unknown operation", "ERR-6", "FlyToTheMoon", nil, 1, 2, 3, 10),
		refusals.Post("unknown-operation-again", "an unknown operation once more", "ERR-6", "FlyToTheMoon", nil, 1, 2, 3, 10),
		refusals.Raw("not-json", "a body that is not JSON", "ERR-5", "application/json", `{"operationName": "InitiateTransfer", "destination": `, 1, 2, 10),
		refusals.Case{Name: "unknown-call", Title: "InitiateTransfer on an unknown call", Requirement: "ERR-9", Expect: []int64{6}, Send: toUnknownCall},
		refusals.Case{
			Name: "not-a-party", Title: "InitiateTransfer on a call that the agent is no party of", Requirement: "AUTH-7",
			Expect: []int64{3, 5, 6}, Send: byDestination,
		},
		refusals.Case{Name: "no-credentials", Title: "a request without credentials", Requirement: "AUTH-1", Freeform: true, Send: withoutCredentials})
	onReleased = []refusals.Case{
		{Name: "on-released", Title: "InitiateTransfer on a Released call", Requirement: "TRANSFER-14", Expect: []int64{2, 3, 6}, Send: wellFormed},
	}
)

// body is a well-formed InitiateTransfer.
func body(s *Stage) map[string]any {
	return map[string]any{"operationName": initiate, "destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}
}

func wellFormed(s *Stage, c *play.Call, label string) *recording.Entry {
	return s.Post(s.Agent, label, "/me/calls/"+c.ID(s.Agent), body(s))
}

func toUnknownCall(s *Stage, _ *play.Call, label string) *recording.Entry {
	return s.Post(s.Agent, label, "/me/calls/00000000000000000000000000000000", body(s))
}

func byDestination(s *Stage, c *play.Call, label string) *recording.Entry {
	if !s.Destination.Controlled() {
		return s.Skip(label, s.Destination.Absence())
	}
	to := map[string]any{"phoneNumber": s.Caller.Party.Number}
	return s.Post(s.Destination, label, "/me/calls/"+c.ID(s.Agent), map[string]any{"operationName": initiate, "destination": to})
}

// request is a well-formed InitiateTransfer whose credentials can be changed.
func request(s *Stage, c *play.Call) play.Request {
	return play.Request{Method: "POST", Path: "/me/calls/" + c.ID(s.Agent), Body: s.Body(body(s)), ContentType: "application/json"}
}

func withoutCredentials(s *Stage, c *play.Call, label string) *recording.Entry {
	r := request(s, c)
	r.NoCredentials = true
	return s.Request(s.Agent, label, r)
}

// refused plays one call through its states and tries in each what must be refused there.
func refused() {
	Scenario("transfer.refusals", "What InitiateTransfer and CompleteTransfer must refuse", About("InitiateTransfer", "CompleteTransfer"),
		Profiles("transfer", "errors", "smoke"), Page("InitiateTransfer", "parameters"),
		Play(func(s *Stage) {
			c := refusals.Play(s, s.Dial(s.Caller, s.Agent, "original", nil), "Ringing", nil, onRinging...)
			s.Answer(s.Agent, c)
			c = refusals.Play(s, c, "Established", func() *play.Call { return s.Inbound("original") }, onEstablished...)
			mark := s.Mark()
			if e := s.Operate(s.Agent, "hangup", c, "Hangup", nil); !e.Accepted() {
				s.Block("Hangup was refused: %s", play.Outcome(e))
			}
			s.AwaitState(s.Agent, c, mark, "Released")
			refusals.Play(s, c, "Released", nil, onReleased...)
		}),
		func() { refusals.Specs(slices.Concat(onRinging, onEstablished, onReleased)...) })
}
