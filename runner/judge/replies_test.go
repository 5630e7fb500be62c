package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestRepliesComplete(t *testing.T) {
	t.Parallel()
	given := bayeux(0, "received", handshakeChannel, `{"channel":"/meta/handshake","clientId":"a","successful":true}`)
	reply := func(channel, message string) Dialogue {
		return Dialogue{given, bayeux(1, "received", channel, message)}
	}
	for name, tt := range map[string]struct {
		d    Dialogue
		want int
	}{
		"in full": {reply(unsubscribeChannel, `{"successful":true,"subscription":"/v2/me/calls"}`), 0},
		"a list":  {reply(subscribeChannel, `{"successful":true,"subscription":["/v2/me/calls"]}`), 0},
		"another subscription": {Dialogue{
			given, bayeux(1, "sent", subscribeChannel, `{"subscription":"/v2/me/calls"}`),
			bayeux(2, "received", subscribeChannel, `{"successful":true,"subscription":"/v2/me/devices"}`),
		}, 1},
		"one of two subscriptions": {Dialogue{
			given, bayeux(1, "sent", subscribeChannel, `{"subscription":["/v2/me/calls","/v2/me/devices"]}`),
			bayeux(2, "received", subscribeChannel, `{"successful":true,"subscription":"/v2/me/devices"}`),
		}, 0},
		"no subscription":            {reply(unsubscribeChannel, `{"successful":true}`), 1},
		"an empty list":              {reply(subscribeChannel, `{"successful":true,"subscription":[]}`), 1},
		"refused":                    {reply(unsubscribeChannel, `{"successful":false,"error":"402::session_unknown"}`), 0},
		"neither true nor false":     {reply(disconnectChannel, `{"error":""}`), 1},
		"true as a text":             {reply(disconnectChannel, `{"successful":"true"}`), 1},
		"its clientId":               {reply(connectChannel, `{"successful":true,"clientId":"a"}`), 0},
		"no clientId, by null":       {reply(connectChannel, `{"successful":true,"clientId":null}`), 0},
		"somebody else's clientId":   {reply(connectChannel, `{"successful":true,"clientId":"b"}`), 1},
		"a clientId that is no text": {reply(connectChannel, `{"successful":true,"clientId":{"a":1}}`), 1},
		"begun before": {Dialogue{
			bayeux(0, "sent", connectChannel, `{"clientId":"b"}`), bayeux(1, "received", connectChannel, `{"successful":true,"clientId":"b"}`),
		}, 0},
		"advice":                         {reply(connectChannel, `{"successful":true,"advice":{"reconnect":"retry","interval":0,"timeout":30000,"hosts":[]}}`), 0},
		"advice of a transport, no text": {reply(connectChannel, `{"successful":true,"advice":{"websocket":{"reconnect":"none"},"reconnect":null}}`), 0},
		"no advice, by null":             {reply(connectChannel, `{"successful":true,"advice":null}`), 0},
		"advice as a text":               {reply(connectChannel, `{"successful":true,"advice":"retry"}`), 1},
		"advice as a list":               {reply(connectChannel, `{"successful":true,"advice":[]}`), 1},
		"advice in capitals":             {reply(connectChannel, `{"successful":true,"advice":{"reconnect":"RETRY"}}`), 1},
		"an interval as a text":          {reply(connectChannel, `{"successful":true,"advice":{"interval":"0"}}`), 1},
		"advice of a handshake": {Dialogue{
			bayeux(0, "received", handshakeChannel, `{"channel":"/meta/handshake","clientId":"a","successful":true,"advice":[]}`),
		}, 1},
		"of a publication": {reply("/v2/me/calls", `{"error":"403"}`), 0},
		"of no form":       {Dialogue{given, {Kind: recording.KindFault, Channel: disconnectChannel, Message: []byte(`{"id":"1"}`)}}, 1},
	} {
		if got, _ := RepliesComplete(tt.d); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestConnectsReplied(t *testing.T) {
	t.Parallel()
	sent := asked(0, connectChannel)
	none := &recording.Entry{Kind: recording.KindFault, Channel: connectChannel, Text: unanswered + connectChannel}
	for name, tt := range map[string]struct {
		d    Dialogue
		want int
	}{
		"replied":                  {Dialogue{sent, answeredAt(1, true), sent, answeredAt(2, true)}, 0},
		"not replied, and goes on": {Dialogue{sent, none, sent, answeredAt(2, true)}, 1},
		"at its end":               {Dialogue{sent, answeredAt(1, true), sent, none}, 0},
		"it is lost":               {Dialogue{sent, none, sent, answeredAt(2, false)}, 0},
	} {
		if got, _ := ConnectsReplied(tt.d); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestClientsApart(t *testing.T) {
	t.Parallel()
	given := func(id, successful string) *recording.Entry {
		return bayeux(0, "received", handshakeChannel, `{"channel":"/meta/handshake","clientId":"`+id+`","successful":`+successful+`}`)
	}
	for name, tt := range map[string]struct {
		sessions []Dialogue
		want     int
	}{
		"each its own":         {[]Dialogue{{given("a", "true"), given("b", "true")}, {given("c", "true")}}, 0},
		"of another":           {[]Dialogue{{given("a", "true")}, {given("a", "true")}}, 1},
		"again":                {[]Dialogue{{given("a", "true"), given("a", "true")}}, 1},
		"refused by its name":  {[]Dialogue{{given("a", "true"), given("a", "false")}}, 0},
		"none, which is wrong": {[]Dialogue{{given("", "true"), given("", "true")}}, 0},
	} {
		if got, _ := ClientsApart(tt.sessions); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
