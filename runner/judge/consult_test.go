package judge

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A consult call that only another end has learnt by the agent's side is not taken for the original, whose id it would have.
func TestConsultLearntElsewhere(t *testing.T) {
	for actor, found := range map[string]int{"caller": 0, "agent": 1} {
		entries := []*recording.Entry{
			{Kind: recording.KindCall, Actor: actor, Role: "call5", ID: "01", Text: "agent,caller"},
			{Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/calls", Message: json.RawMessage(
				`{"data":{"call":{"id":"01","state":"Dialing","callType":"Consult","participants":[{"phoneNumber":"5000"}]}}}`)},
		}
		for i, e := range entries {
			e.Seq = i + 1
		}
		c := NewCase(nil, "s", entries)
		if got := judgeConsultID(c, c.Messages("agent")); len(got) != found {
			t.Errorf("learnt by the %s: %+v", actor, got)
		}
	}
}
