package spec

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// What differs of user data is shown, and not all of a hundred pairs.
func TestMissingPairs(t *testing.T) {
	t.Parallel()
	e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(`{"data":{"call":{"userData":{"a":"1","b":"other"}}}}`)}
	f := missingPairs(e, map[string]any{"a": "1", "b": "2", "c": "3"})
	if f.Expected != `b "2", c "3"` || f.Observed != `b "other", c is missing` {
		t.Errorf("%s; %s", f.Expected, f.Observed)
	}
	hundred := map[string]any{}
	for i := range 100 {
		hundred[fmt.Sprint("key", i)] = "value"
	}
	f = missingPairs(e, hundred)
	if !strings.HasSuffix(f.Expected, "and 97 more") || len(f.Observed) > 200 {
		t.Errorf("not shortened: %s; %s", f.Expected, f.Observed)
	}
}

// What a call had before a request it must still have after it, whatever the values; what another state shows does not count.
// The test is not parallel: the scene is the only one of the process.
func TestKeepKeys(t *testing.T) {
	told := func(at float64, state, data string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindMessage, Actor: "agent", At: at, Channel: "/v2/me/calls",
			Message: json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":"StatusChange","call":{"id":"A1","state":%q,"userData":%s}}}`, state, data)),
		}
	}
	pairs := map[string]any{"a": "1", "b": "2", "c": "3"}
	for data, kept := range map[string]bool{`{"a":"1","b":"2"}`: true, `{"a":"9","b":"2","d":"4"}`: true, `{"a":"1"}`: false, `{}`: false} {
		now = &scene{recording: Recording{Case: judge.NewCase(nil, "userdata.changes", []*recording.Entry{
			{Kind: recording.KindCall, Actor: "agent", Role: "original", ID: "A1"},
			told(1, "Established", `{"a":"1","b":"2"}`),
			{Kind: recording.KindRest, Actor: "agent", At: 2, Step: "delete", Method: "POST"},
			told(3, "Established", data), told(4, "Released", `{}`),
		})}}
		n := Notifications{Who: "agent", Call: "original", list: Case().NotificationsAt("agent", "original")}
		matched, err := KeepKeys(pairs, "delete", Established).Match(n)
		if err != nil || matched != kept {
			t.Errorf("%s: %v, %v, want %v", data, matched, err, kept)
		}
		if matched, err = StayIn(Established, After("delete")).Match(n); err != nil || matched {
			t.Errorf("Released is not told from Established: %v, %v", matched, err)
		}
	}
	now = nil
}
