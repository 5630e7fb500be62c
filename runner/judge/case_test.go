package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A call line that does not name the parties says nothing of who may be told of the call.
func TestPartiesOfCalls(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		parties string
		speaks  bool
		wrong   int
	}{
		{"", false, 0},
		{"agent,caller", true, 0},
		{"caller,destination", true, 1},
	} {
		told := &recording.Entry{
			Kind: recording.KindMessage, Actor: "agent", Channel: "/v2/me/calls",
			Message: []byte(`{"channel":"/v2/me/calls","data":{"call":{"id":"01","state":"Ringing"},"messageType":"CallStateChangeMessage"}}`),
		}
		cast := &recording.Entry{Kind: recording.KindCall, Actor: "agent", Role: "02", ID: "01", Text: x.parties}
		c := NewCase(nil, "transfer.sample-2", []*recording.Entry{cast, told})
		if found, speaks := Private(c), ofKnownPeople(c, told); len(found) != x.wrong || speaks != x.speaks {
			t.Errorf("parties %q: %v, speaks of it: %v", x.parties, found, speaks)
		}
	}
}
