package judge

import (
	"encoding/json"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// said is an entry of one Bayeux message.
func said(direction, channel, message string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindBayeux, Direction: direction, Channel: channel, Transport: "long-polling", Message: json.RawMessage(message)}
}

func TestCorrelatedReplies(t *testing.T) {
	t.Parallel()
	const connect = "/meta/connect"
	sent := func(id string) *recording.Entry {
		return said("sent", connect, `{"channel":"/meta/connect","id":"`+id+`"}`)
	}
	reply := func(members string) *recording.Entry {
		return said("received", connect, `{"channel":"/meta/connect","successful":true`+members+`}`)
	}
	nameless := &recording.Entry{Kind: recording.KindFault, Message: json.RawMessage(`{"successful":true,"id":"1"}`)}
	for _, x := range []struct {
		name string
		talk Dialogue
		want int
	}{
		{"each with its id", Dialogue{sent("1"), reply(`,"id":"1"`), sent("2"), reply(`,"id":"2"`)}, 0},
		{"in another order", Dialogue{sent("1"), sent("2"), reply(`,"id":"2"`), reply(`,"id":"1"`)}, 0},
		{"the last is still held", Dialogue{sent("1"), reply(`,"id":"1"`), sent("2")}, 0},
		{"no id", Dialogue{sent("1"), reply("")}, 1},
		{"another id", Dialogue{sent("1"), reply(`,"id":"0"`)}, 1},
		{"a number", Dialogue{sent("1"), reply(`,"id":1`)}, 1},
		{"no channel", Dialogue{sent("1"), nameless}, 1},
		{"another channel", Dialogue{sent("1"), said("received", "/meta/subscribe", `{"channel":"/meta/subscribe","id":"1"}`)}, 1},
		{"what nobody waits for", Dialogue{sent("1"), said("received", "/meta/subscribe", `{"channel":"/meta/subscribe","id":"7"}`)}, 0},
		{"a request without id", Dialogue{said("sent", connect, `{"channel":"/meta/connect"}`), reply("")}, 0},
	} {
		if got := CorrelatedReplies(x.talk); len(got) != x.want {
			t.Errorf("%s: %d findings, want %d: %v", x.name, len(got), x.want, got)
		}
	}
}

func TestSubscribed(t *testing.T) {
	t.Parallel()
	reply := func(members string) Dialogue {
		return Dialogue{said("received", "/meta/subscribe", `{"channel":"/meta/subscribe","id":"3"`+members+`}`)}
	}
	for _, x := range []struct {
		name string
		talk Dialogue
		ok   bool
	}{
		{"as a text", reply(`,"successful":true,"subscription":"/v2/me/calls"`), true},
		{"as a list", reply(`,"successful":true,"subscription":["/v2/me/calls"]`), true},
		{"another topic", reply(`,"successful":true,"subscription":"/v2/me/other"`), false},
		{"no topic", reply(`,"successful":true`), false},
		{"refused", reply(`,"successful":false,"error":"403::denied"`), false},
		{"no reply", nil, false},
	} {
		if got := Subscribed("BAYEUX-4", x.talk, "/v2/me/calls"); (len(got) == 0) != x.ok {
			t.Errorf("%s: %v", x.name, got)
		}
	}
}

func TestReconnect(t *testing.T) {
	t.Parallel()
	for advice, want := range map[string]string{
		`{"reconnect":"handshake"}`:                                 "handshake",
		`{"reconnect":"retry","long-polling":{"reconnect":"none"}}`: "none",
		`{"interval":0}`:                                            "",
	} {
		if got := Reconnect(said("received", "/meta/connect", `{"advice":`+advice+`}`)); got != want {
			t.Errorf("%s: %q, want %q", advice, got, want)
		}
	}
}

func TestMeantFor(t *testing.T) {
	t.Parallel()
	header := &recording.Header{Stations: []recording.Station{{
		Agent: recording.Party{Number: "5005", Device: "A"}, Caller: recording.Party{Number: "5000", Device: "C"},
	}}}
	message := func(data string) *recording.Entry {
		e := &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Station: 1, Message: json.RawMessage(`{"data":` + data + `}`)}
		e.Decode()
		return e
	}
	c := NewCase(header, "", nil)
	c.Station = header.Stations[0]
	for _, x := range []struct{ data, want string }{
		{`{"phoneNumber":"5005","call":{"deviceUri":"http://h/api/v2/devices/A"}}`, ""},
		{`{"phoneNumber":"5000","call":{"deviceUri":"http://h/api/v2/devices/C"}}`, "caller"},
		{`{"devices":[{"id":"a"}]}`, ""},
		{`{"devices":[{"id":"c"}]}`, "caller"},
		{`{"devices":[{"id":"unknown"}]}`, ""},
	} {
		if got := c.MeantFor(message(x.data)); got != x.want {
			t.Errorf("%s: %q, want %q", x.data, got, x.want)
		}
	}
}
