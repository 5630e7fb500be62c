package judge

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// What the agent's own session is told of between two updates another session is told of, too, if it is told of both.
func TestStatesBetween(t *testing.T) {
	t.Parallel()
	update := func(n int) *recording.Entry {
		return &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(fmt.Sprintf(
			`{"data":{"notificationType":"AttachedDataChanged","call":{"id":"1","state":"Established","userData":{%q:"%d"}}}}`, NumberKey, n))}
	}
	state := func(id, state string) *recording.Entry {
		return &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(fmt.Sprintf(
			`{"data":{"notificationType":"StatusChange","call":{"id":%q,"state":%q}}}`, id, state))}
	}
	own := Dialogue{state("1", "Ringing"), update(1), state("1", "Held"), state("1", "Established"), update(2), state("1", "Released")}
	for name, tt := range map[string]struct {
		other Dialogue
		want  int
	}{
		"all of it":              {own[1:5], 0},
		"not that it was Held":   {Dialogue{update(1), state("1", "Established"), update(2)}, 1},
		"that another was Held":  {Dialogue{update(1), state("2", "Held"), state("1", "Established"), update(2)}, 1},
		"nothing":                {nil, 0},
		"nothing from some time": {own[1:3], 0},
	} {
		if got := statesBetween(own, tt.other, "socket", 1, 2); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
