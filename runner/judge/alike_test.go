package judge

import (
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// alikeAt is an entry in a browser of the agent's, or at his own session where that has no name.
func alikeAt(browser string, at float64, e recording.Entry) *recording.Entry {
	e.Actor, e.Browser, e.At = "agent", browser, at
	return &e
}

func ofACall(state, more string) recording.Entry {
	return recording.Entry{Kind: recording.KindMessage, Channel: calls, Message: fmt.Appendf(nil,
		`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","phoneNumber":"5005","call":{"id":"1","state":%q,"capabilities":["Hold","Hangup"]%s}}}`,
		state, more)}
}

// What a further session is told of a call is compared with what the first was, as far as it is known and has one order.
func TestToldUnlike(t *testing.T) {
	t.Parallel()
	own := func(at float64, state, more string) *recording.Entry { return alikeAt("", at, ofACall(state, more)) }
	beside := func(state, more string) *recording.Entry { return alikeAt("second", 3, ofACall(state, more)) }
	first, over := own(1, "Established", `,"userData":{"a":"1"}`), own(2, "Released", "")
	for name, tt := range map[string]struct {
		entries         []*recording.Entry
		compared, found int
	}{
		"the same":                    {[]*recording.Entry{first, over, beside("Established", `,"userData":{"a":"1"}`)}, 1, 0},
		"in another order, with more": {[]*recording.Entry{first, over, beside("Established", `,"userData":{"a":"1"},"more":1,"capabilities":["Hangup","Hold"]`)}, 1, 0},
		"other user data":             {[]*recording.Entry{first, over, beside("Established", `,"userData":{"a":"2"}`)}, 1, 1},
		"without capabilities":        {[]*recording.Entry{first, over, beside("Established", `,"userData":{"a":"1"},"capabilities":[]`)}, 1, 1},
		"of what the first was told later": {[]*recording.Entry{first, own(1.5, "Established", `,"userData":{"a":"2"}`), over,
			beside("Established", `,"userData":{"a":"2"}`)}, 1, 0},
		"the call goes on":         {[]*recording.Entry{first, beside("Established", "")}, 0, 0},
		"the first missed it":      {[]*recording.Entry{first, over, beside("Held", "")}, 0, 0},
		"the first may have a gap": {[]*recording.Entry{first, over, beside("Established", ""), alikeAt("", 1, recording.Entry{Kind: recording.KindGap})}, 0, 0},
	} {
		if compared, found := NewCase(nil, "x", tt.entries).ToldUnlike(); compared != tt.compared || len(found) != tt.found {
			t.Errorf("%s: %d compared, %v", name, compared, found)
		}
	}
}

// A further session that is subscribed to devices and polls on is told of them.
func TestDeafToDevices(t *testing.T) {
	t.Parallel()
	device := recording.Entry{Kind: recording.KindMessage, Channel: devices, Message: []byte(`{"channel":"/v2/me/devices","data":{"devices":[{}]}}`)}
	granted := alikeAt("second", 1, *replied(subscribeChannel, devices, true))
	polled := func(at float64) *recording.Entry {
		return alikeAt("second", at, *bayeux(0, "received", connectChannel, `{"channel":"/meta/connect","successful":true}`))
	}
	leaves := alikeAt("second", 2.5, *requested(unsubscribeChannel, devices))
	for name, tt := range map[string]struct {
		entries     []*recording.Entry
		told, found int
	}{
		"told":                   {[]*recording.Entry{granted, alikeAt("", 2, device), alikeAt("second", 2.1, device), polled(9)}, 1, 0},
		"not told":               {[]*recording.Entry{granted, alikeAt("", 2, device), polled(9)}, 0, 1},
		"it polls no more":       {[]*recording.Entry{granted, alikeAt("", 2, device), polled(2.5)}, 0, 0},
		"it is subscribed later": {[]*recording.Entry{alikeAt("", 0.5, device), granted, polled(9)}, 0, 0},
		"it unsubscribes":        {[]*recording.Entry{granted, alikeAt("", 2, device), leaves, polled(9)}, 0, 0},
		"subscribed to calls only": {[]*recording.Entry{alikeAt("second", 1, *replied(subscribeChannel, calls, true)), alikeAt("", 2, device), polled(9)},
			0, 0},
	} {
		if told, found := NewCase(nil, "x", tt.entries).DeafToDevices(); told != tt.told || len(found) != tt.found {
			t.Errorf("%s: %d told, %v", name, told, found)
		}
	}
}
