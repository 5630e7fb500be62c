package judge

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// A state may be told again for what somebody did that changes none of it (MSG-14), and not for what was refused, or for nothing (MSG-4).
func TestStateToldAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		who, operation string
		status         int
		want           string
	}{
		"nothing was done":                  {"agent", "", 0, "MSG-4"},
		"the other end holds":               {"caller", "Hold", 200, "MSG-14"},
		"the other end may not hold":        {"caller", "Hold", 400, "MSG-4"},
		"the same end sends digits":         {"agent", "SendDtmf", 200, "MSG-14"},
		"the same end mutes, which is told": {"agent", "MuteCall", 200, "MSG-4"},
	} {
		told := func(at float64) *recording.Entry {
			return &recording.Entry{
				Kind: recording.KindMessage, Actor: "agent", Station: 1, Session: 1, At: at, Channel: "/v2/me/calls",
				Message: json.RawMessage(`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":"1","state":"Established"}}}`),
			}
		}
		entries := []*recording.Entry{told(1)}
		if tt.operation != "" {
			code := `{"statusCode":0}`
			if tt.status != 200 {
				code = `{"statusCode":2}`
			}
			entries = append(entries, &recording.Entry{
				Kind: recording.KindRest, Actor: tt.who, Station: 1, At: 2, AnsweredAt: 2.1, Method: "POST", Path: "/me/calls/1", Status: tt.status,
				Request: json.RawMessage(`{"operationName":"` + tt.operation + `"}`), Response: json.RawMessage(code),
			})
		}
		entries = append(entries, told(3))
		c := NewCase(&recording.Header{Stations: []recording.Station{{}}}, "", entries)
		found := judgeOnce(c, c.Messages(""))
		if len(found) != 1 || found[0].Requirement != tt.want {
			t.Errorf("%s: %v, not %s", name, found, tt.want)
		}
	}
}

// Both Initiate operations tell Held first, also where the call was Held; nothing else tells it again.
func TestHeldToldByThePage(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]int{"InitiateTransfer": 0, "InitiateConference": 0, "Hold": 1, "AttachUserData": 1} {
		told := func(at float64) *recording.Entry {
			return &recording.Entry{
				Kind: recording.KindMessage, Actor: "agent", Station: 1, Session: 1, At: at, Channel: "/v2/me/calls",
				Message: json.RawMessage(`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","call":{"id":"1","state":"Held"}}}`),
			}
		}
		c := NewCase(&recording.Header{Stations: []recording.Station{{}}}, "", []*recording.Entry{told(1), {
			Kind: recording.KindRest, Actor: "agent", Station: 1, At: 2, AnsweredAt: 2.1, Method: "POST", Path: "/me/calls/1", Status: 200,
			Request: json.RawMessage(`{"operationName":"` + operation + `"}`), Response: json.RawMessage(`{"statusCode":0}`),
		}, told(3)})
		if found := judgeOnce(c, c.Messages("")); len(found) != want {
			t.Errorf("%s: %v, not %d", operation, found, want)
		}
	}
}

// A key that was attached twice may stand twice; nothing else of a call may.
func TestKeysTwice(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]int{`"userData":{"a":"1","a":"2"}`: 0, `"state":"Held","state":"Established"`: 1, `"userData":{},"userData":{"a":"1"}`: 1} {
		e := &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: json.RawMessage(`{"channel":"/v2/me/calls","data":{"call":{` + call + `}}}`)}
		if found := Unambiguous(e); len(found) != want {
			t.Errorf("%s: %v, not %d", call, found, want)
		}
	}
}
