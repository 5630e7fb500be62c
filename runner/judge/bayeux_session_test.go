package judge

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func bayeux(at float64, direction, channel, message string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindBayeux, At: at, Direction: direction, Channel: channel, Message: json.RawMessage(message)}
}

func asked(at float64, channel string) *recording.Entry { return bayeux(at, "sent", channel, `{}`) }

func answeredAt(at float64, successful bool) *recording.Entry {
	return bayeux(at, "received", connectChannel, fmt.Sprintf(`{"channel":"/meta/connect","successful":%t}`, successful))
}

// What ends a session without the server's doing is not held against it.
func TestKept(t *testing.T) {
	t.Parallel()
	gap := &recording.Entry{Kind: recording.KindGap, Text: "the connection broke"}
	fault := &recording.Entry{Kind: recording.KindFault, Status: 500, Text: "HTTP 500 instead of 200"}
	start := Dialogue{asked(0, handshakeChannel), asked(0.1, connectChannel), answeredAt(0.2, true)}
	for _, x := range []struct {
		name string
		more Dialogue
		want int
	}{
		{"it goes on", Dialogue{asked(0.3, connectChannel), answeredAt(30, true)}, 0},
		{"lost between polls", Dialogue{asked(0.3, connectChannel), answeredAt(0.4, false)}, 1},
		{"lost after a long poll", Dialogue{asked(0.3, connectChannel), answeredAt(30, true), asked(30.1, connectChannel), answeredAt(30.2, false)}, 1},
		{"we did not poll", Dialogue{asked(20, connectChannel), answeredAt(20.1, false)}, 0},
		{"the connection broke", Dialogue{gap, asked(1, connectChannel), answeredAt(1.1, false)}, 0},
		{"disconnected", Dialogue{asked(1, disconnectChannel), answeredAt(1.1, false)}, 0},
		{"advised not to connect", Dialogue{asked(0.3, connectChannel), bayeux(0.4, "received", connectChannel, `{"successful":true,"advice":{"reconnect":"none"}}`)}, 1},
		{"disconnected, and advised so", Dialogue{
			asked(0.3, connectChannel), asked(0.4, disconnectChannel), bayeux(0.5, "received", connectChannel, `{"successful":true,"advice":{"reconnect":"none"}}`),
		}, 0},
		{"an HTTP error", Dialogue{asked(0.3, connectChannel), fault, gap}, 1},
	} {
		if got := Kept(append(append(Dialogue{}, start...), x.more...)); len(got) != x.want {
			t.Errorf("%s: %d findings, want %d: %v", x.name, len(got), x.want, got)
		}
	}
	if got := Kept(Dialogue{asked(0, handshakeChannel), asked(0.1, connectChannel), answeredAt(0.2, false)}); len(got) > 0 {
		t.Errorf("a session that never worked was not lost: %v", got)
	}
}

func TestRising(t *testing.T) {
	t.Parallel()
	numbers := func(list ...int) (out []*recording.Entry) {
		for _, n := range list {
			e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":"AttachedDataChanged","call":{"userData":{"%s":"%d"}}}}`, NumberKey, n))}
			e.Decode()
			out = append(out, e)
		}
		return out
	}
	for _, x := range []struct {
		list []int
		want int
	}{{nil, 0}, {[]int{1, 2, 3}, 0}, {[]int{1, 1, 2}, 0}, {[]int{1, 3}, 0}, {[]int{2, 1}, 1}, {[]int{3, 2, 1}, 2}} {
		if got := Rising(numbers(x.list...)); len(got) != x.want {
			t.Errorf("%v: %d findings, want %d", x.list, len(got), x.want)
		}
	}
}

// A session that we left alone for too long may expire.
func TestExpired(t *testing.T) {
	t.Parallel()
	if why := (Dialogue{answeredAt(1, true), answeredAt(3, false)}).Expired(); why != "" {
		t.Error(why)
	}
	if why := (Dialogue{answeredAt(1, true), answeredAt(12, false)}).Expired(); why == "" {
		t.Error("12 s without a poll are too long")
	}
}

// A session is over where the server says so, but not by what it answers when we have ended it.
func TestEnded(t *testing.T) {
	t.Parallel()
	begun := Dialogue{asked(0, handshakeChannel), asked(0.1, connectChannel), answeredAt(0.2, true)}
	none := bayeux(0.3, "received", connectChannel, `{"channel":"/meta/connect","successful":true,"advice":{"reconnect":"none"}}`)
	for name, tt := range map[string]struct {
		more Dialogue
		want bool
	}{
		"it goes on":             {nil, false},
		"it is lost":             {Dialogue{answeredAt(0.3, false)}, true},
		"it is advised against":  {Dialogue{none}, true},
		"after we have ended it": {Dialogue{asked(0.3, disconnectChannel), answeredAt(0.4, false), none}, false},
	} {
		if got := append(append(Dialogue{}, begun...), tt.more...).Ended(); (got != nil) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
