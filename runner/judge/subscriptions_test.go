package judge

import (
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func replied(channel, topic string, successful bool) *recording.Entry {
	return bayeux(0, "received", channel, fmt.Sprintf(`{"channel":%q,"subscription":%q,"successful":%t}`, channel, topic, successful))
}

func requested(channel, topic string) *recording.Entry {
	return bayeux(0, "sent", channel, fmt.Sprintf(`{"channel":%q,"subscription":%q}`, channel, topic))
}

func delivered(topic string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindMessage, Channel: topic}
}

const calls, devices = "/v2/me/calls", "/v2/me/devices"

func TestSubscriptionsGranted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		d    Dialogue
		want int
	}{
		"refused, and nothing comes":             {Dialogue{replied(subscribeChannel, calls, false), delivered(devices)}, 0},
		"refused, and delivered":                 {Dialogue{replied(subscribeChannel, calls, false), delivered(calls), delivered(calls)}, 1},
		"refused the second time":                {Dialogue{replied(subscribeChannel, calls, true), replied(subscribeChannel, calls, false), delivered(calls)}, 0},
		"refused, and granted by a wildcard":     {Dialogue{replied(subscribeChannel, "/v2/me/*", true), replied(subscribeChannel, calls, false), delivered(calls)}, 0},
		"refused in the session before":          {Dialogue{replied(subscribeChannel, calls, false), asked(1, handshakeChannel), delivered(calls)}, 0},
		"what is not documented may be anything": {Dialogue{replied(subscribeChannel, "/other", false), delivered("/other")}, 0},
	} {
		if got, _ := SubscriptionsGranted(tt.d); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestQuietWhenUnsubscribed(t *testing.T) {
	t.Parallel()
	start := Dialogue{asked(0, handshakeChannel), requested(subscribeChannel, calls), replied(subscribeChannel, calls, true)}
	off, poll := replied(unsubscribeChannel, calls, true), asked(0, connectChannel)
	for name, tt := range map[string]struct {
		d    Dialogue
		want int
	}{
		"quiet":                                {Dialogue{off, poll, poll, delivered(devices)}, 0},
		"what waited comes with the next poll": {Dialogue{off, delivered(calls), poll, delivered(calls)}, 0},
		"still delivered":                      {Dialogue{off, poll, poll, delivered(calls)}, 1},
		"subscribed again":                     {Dialogue{off, requested(subscribeChannel, calls), poll, poll, delivered(calls)}, 0},
		"by a wildcard":                        {Dialogue{requested(subscribeChannel, "/v2/**"), off, poll, poll, delivered(calls)}, 0},
		"not unsubscribed":                     {Dialogue{replied(unsubscribeChannel, calls, false), poll, poll, delivered(calls)}, 0},
		"a wildcard that is no more":           {Dialogue{requested(subscribeChannel, "/v2/me/*"), off, replied(unsubscribeChannel, "/v2/me/*", true), poll, poll, delivered(calls)}, 1},
		"a wildcard that is no more just now":  {Dialogue{requested(subscribeChannel, "/v2/me/*"), off, poll, poll, replied(unsubscribeChannel, "/v2/me/*", true), delivered(calls)}, 0},
		"a session anew":                       {Dialogue{off, asked(1, handshakeChannel), poll, poll, delivered(calls)}, 0},
	} {
		if got, _ := QuietWhenUnsubscribed(append(append(Dialogue{}, start...), tt.d...)); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
		if got, _ := QuietWhenUnsubscribed(tt.d); len(got) > 0 && name != "a session anew" {
			t.Errorf("%s: of a session whose beginning is not known: %v", name, got)
		}
	}
}

func TestHandshakesGiven(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]bool{
		`{"channel":"/meta/handshake","successful":false,"error":"403::denied"}`:                                                       true,
		`{"channel":"/meta/handshake","successful":true,"clientId":"a","version":"1.0","supportedConnectionTypes":["long-polling"]}`:   true,
		`{"channel":"/meta/handshake","successful":"true","clientId":"a","version":"1.0","supportedConnectionTypes":["long-polling"]}`: false,
		`{"channel":"/meta/handshake","successful":true,"version":"1.0","supportedConnectionTypes":["long-polling"]}`:                  false,
	} {
		if got, _ := HandshakesGiven(Dialogue{bayeux(0, "received", handshakeChannel, answer)}); len(got) == 0 != want {
			t.Errorf("%s: %v", answer, got)
		}
	}
}

func TestEventsOfTheirSession(t *testing.T) {
	t.Parallel()
	given := bayeux(0, "received", handshakeChannel, `{"channel":"/meta/handshake","clientId":"a","successful":true}`)
	event := func(more string) *recording.Entry {
		e := delivered(calls)
		e.Message = []byte(`{"channel":"/v2/me/calls","data":{}` + more + `}`)
		return e
	}
	for name, tt := range map[string]struct {
		d    Dialogue
		want int
	}{
		"none":                         {Dialogue{given, event("")}, 0},
		"null":                         {Dialogue{given, event(`,"clientId":null`)}, 0},
		"its own":                      {Dialogue{given, event(`,"clientId":"a"`)}, 0},
		"another's":                    {Dialogue{given, event(`,"clientId":"b"`)}, 1},
		"of a session that is unknown": {Dialogue{event(`,"clientId":"b"`)}, 0},
	} {
		if got, _ := EventsOfTheirSession(tt.d); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
