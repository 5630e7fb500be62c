package transfer

import (
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/scenario"
	"github.com/voicespec/voicespec/suites/probe"
)

const initiate = "InitiateTransfer"

// onRinging, onEstablished and onReleased are what must be refused in each state.
var (
	onRinging = []probe.Probe{
		{Name: "on-ringing", Title: "InitiateTransfer on a Ringing call", Requirement: "TRANSFER-14", Expect: []int64{2, 3}, Send: good(agentOf)},
	}
	onEstablished = []probe.Probe{
		probe.Post("no-destination", "InitiateTransfer without destination", "TRANSFER-13", initiate, nil, 1),
		probe.Post("destination-text", "InitiateTransfer with a text as destination", "TRANSFER-13", initiate, map[string]any{"destination": "5001"}, 1, 2, 10),
		probe.Post("destination-number", "InitiateTransfer with a number as destination", "TRANSFER-13", initiate, map[string]any{"destination": 5001}, 1, 2, 10),
		probe.Post("destination-list", "InitiateTransfer with a list as destination", "TRANSFER-13", initiate, map[string]any{"destination": []any{"5001"}}, 1, 2, 10),
		probe.Post("destination-empty", "InitiateTransfer with an empty object as destination", "TRANSFER-13", initiate, map[string]any{"destination": map[string]any{}}, 1, 2, 10),
		probe.Post("complete-without-consult", "CompleteTransfer where there is no consult call", "TRANSFER-15", "CompleteTransfer", nil, 2, 3, 6, 1),
		probe.Post("unknown-operation", "an unknown operation", "ERR-6", "FlyToTheMoon", nil, 1, 2, 3, 10),
		probe.Raw("not-json", "a body that is not JSON", "ERR-5", "application/json", `{"operationName": "InitiateTransfer", "destination": `, 1, 2, 10),
		{Name: "unknown-call", Title: "InitiateTransfer on an unknown call", Requirement: "ERR-9", Expect: []int64{6}, Send: func(s *play.Stage, _ *play.Call, label string) *recording.Entry {
			return s.Post(s.Agent, label, "/me/calls/00000000000000000000000000000000", good0(s))
		}},
		{Name: "not-a-party", Title: "InitiateTransfer on a call that the agent is no party of", Requirement: "AUTH-7", Expect: []int64{3, 5, 6}, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
			if !s.Destination.Controlled() {
				return s.Skip(label, "the destination has no credentials in the target file")
			}
			return s.Post(s.Destination, label, "/me/calls/"+c.ID(s.Agent), map[string]any{"operationName": initiate, "destination": map[string]any{"phoneNumber": s.Caller.Party.Number}})
		}},
		{Name: "no-credentials", Title: "a request without credentials", Requirement: "AUTH-1", Freeform: true, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
			return s.Request(s.Agent, label, play.Request{Method: "POST", Path: "/me/calls/" + c.ID(s.Agent), Body: s.Body(good0(s)), ContentType: "application/json", NoCredentials: true})
		}},
		{Name: "wrong-password", Title: "a request with a wrong password", Requirement: "AUTH-2", Freeform: true, Send: func(s *play.Stage, c *play.Call, label string) *recording.Entry {
			return s.Request(s.Agent, label, play.Request{
				Method: "POST", Path: "/me/calls/" + c.ID(s.Agent), Body: s.Body(good0(s)), ContentType: "application/json",
				Credentials: &play.Credentials{User: s.Agent.Party.User, Password: "not-" + s.Agent.Party.User + "-s-password"},
			})
		}},
	}
	onReleased = []probe.Probe{
		{Name: "on-released", Title: "InitiateTransfer on a Released call", Requirement: "TRANSFER-14", Expect: []int64{2, 3, 6}, Send: good(agentOf)},
	}
)

func agentOf(s *play.Stage) *play.Actor { return s.Agent }

func good0(s *play.Stage) map[string]any {
	return map[string]any{"operationName": initiate, "destination": map[string]any{"phoneNumber": s.Destination.Party.Number}}
}

// good sends a well-formed InitiateTransfer.
func good(who func(*play.Stage) *play.Actor) func(*play.Stage, *play.Call, string) *recording.Entry {
	return func(s *play.Stage, c *play.Call, label string) *recording.Entry {
		a := who(s)
		return s.Post(a, label, "/me/calls/"+c.ID(a), good0(s))
	}
}

// refusals plays one call through its states and tries in each what must be refused there.
func refusals() *scenario.Scenario {
	all := append(append(append([]probe.Probe{}, onRinging...), onEstablished...), onReleased...)
	return &scenario.Scenario{
		ID: "transfer.refusals", Title: "What InitiateTransfer and CompleteTransfer must refuse", Area: "transfer", Operations: []string{"InitiateTransfer", "CompleteTransfer"}, Profiles: []string{"transfer", "errors", "smoke"}, Source: initiatePage,
		Script: func(s *play.Stage) {
			ringing := func() *play.Call { return s.Dial(s.Caller, s.Agent, "original", nil) }
			c := probe.Play(s, ringing(), "Ringing", nil, onRinging...)
			s.Answer(s.Agent, c)
			c = probe.Play(s, c, "Established", func() *play.Call { return s.Inbound("original") }, onEstablished...)
			mark := s.Mark()
			if e := s.Operate(s.Agent, "hangup", c, "Hangup", nil); !e.Accepted() {
				s.Block("Hangup was refused: %s", play.Outcome(e))
			}
			s.AwaitState(s.Agent, c, mark, "Released")
			probe.Play(s, c, "Released", nil, onReleased...)
		},
		Checks: probe.Checks(all...),
	}
}
