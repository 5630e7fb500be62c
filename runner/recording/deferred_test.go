package recording_test

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestDeferred(t *testing.T) {
	for _, c := range []struct {
		message string
		want    bool
	}{
		{`{"channel":"/meta/handshake","successful":false,"advice":{"reconnect":"handshake"}}`, true},
		{`{"channel":"/meta/handshake","successful":false,"advice":{"reconnect":"none"}}`, false},
		{`{"channel":"/meta/handshake","successful":false}`, false},
		{`{"channel":"/meta/handshake","successful":true,"advice":{"reconnect":"retry"}}`, false},
		{`{"channel":"/meta/connect","successful":false,"advice":{"reconnect":"retry"}}`, true},
		{`{"channel":"/meta/connect","successful":false,"advice":{"reconnect":"handshake"}}`, false},
		{`{"channel":"/meta/connect","advice":{"reconnect":"retry"}}`, false},
		{`{"channel":"/meta/subscribe","successful":false,"advice":{"reconnect":"retry"}}`, false},
	} {
		var m struct{ Channel string }
		if err := json.Unmarshal([]byte(c.message), &m); err != nil {
			t.Fatal(err)
		}
		e := &recording.Entry{Kind: recording.KindBayeux, Direction: "received", Channel: m.Channel, Message: json.RawMessage(c.message)}
		if got := e.Deferred(); got != c.want {
			t.Errorf("%s: %v", c.message, got)
		}
	}
}

func TestOfAnotherKind(t *testing.T) {
	for data, want := range map[string]bool{
		`{"messageType":"CallHistoryMessage","entries":[]}`:               true,
		`{"messageType":"CallStateChangeMessage"}`:                        false,
		`{"messageType":"CallMessage","call":{}}`:                         false,
		`{"messageType":"DeviceMessage","devices":[]}`:                    false,
		`{"messageType":"CallMessage","notificationType":"StatusChange"}`: false,
		`{"messageType":"ErrorMessage","devicePath":"/devices/1"}`:        false,
		`{"entries":[]}`: false,
		`{"messageType":"CallStateChangeMessage","devices":[],"call":{"x":1}}`: false,
	} {
		e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(`{"channel":"/v2/me/calls","data":` + data + `}`)}
		if got := e.OfAnotherKind(); got != want {
			t.Errorf("%s: %v", data, got)
		}
		if e.IsCall() == want {
			t.Errorf("%s: about a call: %v", data, e.IsCall())
		}
	}
}
