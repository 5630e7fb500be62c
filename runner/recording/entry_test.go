package recording_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestAccepted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		response string
		status   int
		problem  string
		want     bool
	}{
		{`{"statusCode":0}`, 200, "", true},
		{`{"statusCode":0}`, 0, "", true}, // a log without the status
		{`{"statusCode":0}`, 202, "", true},
		{`{"statusCode":0}`, 500, "", false},
		{`{"statusCode":4}`, 200, "", false},
		{`{"statusCode":"0"}`, 200, "", true},
		{`{"statusCode":"4"}`, 200, "", false},
		{`{"statusCode":0.5}`, 200, "", false},
		{`{"statusCode":0.0}`, 200, "", true},
		{`{"statusCode":0e7}`, 404, "", false},
		{`{"statusCode":1e400}`, 200, "", false},
		{`{"statusCode":null}`, 200, "", false},
		{`{}`, 200, "", true},
		{`{}`, 404, "", false},
		{``, 200, "", true},
		{``, 200, "reset: it broke", false},
		{`[0]`, 200, "", true},
		{``, 0, "", false},
	} {
		e := &recording.Entry{Kind: recording.KindRest, Response: []byte(tt.response), Status: tt.status, Problem: tt.problem}
		if e.Accepted() != tt.want {
			t.Errorf("HTTP %d %s %s: accepted is %t", tt.status, tt.response, tt.problem, !tt.want)
		}
	}
}

func TestEntryOfOddMessages(t *testing.T) {
	t.Parallel()
	for _, message := range []string{`7`, `null`, `"x"`, `[]`, `{}`, `{"data":7}`, `{"data":{"call":[]}}`, `{"data":{"call":{"id":7,"state":null}}}`, `{"channel":7,"data":{"notificationType":[]}}`} {
		e := &recording.Entry{Kind: recording.KindMessage, Message: []byte(message)}
		if e.CallID() != "" || e.State() != "" || e.Type() != "" || e.IsError() {
			t.Errorf("%s: %q %q %q", message, e.CallID(), e.State(), e.Type())
		}
	}
	for message, want := range map[string]bool{
		`{"data":{"messageType":"ErrorMessage"}}`:           true,
		`{"data":{"notificationType":"Error"}}`:             true,
		`{"data":{"messageType":"CallStateChangeMessage"}}`: false,
	} {
		if e := (&recording.Entry{Kind: recording.KindMessage, Message: []byte(message)}); e.IsError() != want {
			t.Errorf("%s: an error is %t", message, !want)
		}
	}
	if (&recording.Entry{Kind: recording.KindBayeux, Message: []byte(`{"data":{"notificationType":"Error"}}`)}).IsError() {
		t.Error("a meta message is no notification")
	}
	if recording.DecodeJSON([]byte(`{"a":1}x`)) == nil || recording.DecodeJSON([]byte(`{`)) != nil || recording.DecodeJSON(nil) != nil {
		t.Error("DecodeJSON takes one value")
	}
}
