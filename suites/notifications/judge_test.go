package notifications

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

func bayeux(at float64, direction, channel, message string) *recording.Entry {
	return &recording.Entry{Kind: recording.KindBayeux, At: at, Direction: direction, Channel: channel, Message: json.RawMessage(message)}
}

func asked(at float64, channel string) *recording.Entry { return bayeux(at, "sent", channel, `{}`) }

func answeredAt(at float64, successful bool) *recording.Entry {
	return bayeux(at, "received", connect, fmt.Sprintf(`{"channel":"/meta/connect","successful":%t}`, successful))
}

// What ends a session without the server's doing is not held against it.
func TestKept(t *testing.T) {
	t.Parallel()
	gap := &recording.Entry{Kind: recording.KindGap, Text: "the connection broke"}
	fault := &recording.Entry{Kind: recording.KindFault, Status: 500, Text: "HTTP 500 instead of 200"}
	start := judge.Talk{asked(0, handshake), asked(0.1, connect), answeredAt(0.2, true)}
	for _, x := range []struct {
		name string
		more judge.Talk
		want int
	}{
		{"it goes on", judge.Talk{asked(0.3, connect), answeredAt(30, true)}, 0},
		{"lost between polls", judge.Talk{asked(0.3, connect), answeredAt(0.4, false)}, 1},
		{"lost after a long poll", judge.Talk{asked(0.3, connect), answeredAt(30, true), asked(30.1, connect), answeredAt(30.2, false)}, 1},
		{"we did not poll", judge.Talk{asked(20, connect), answeredAt(20.1, false)}, 0},
		{"the connection broke", judge.Talk{gap, asked(1, connect), answeredAt(1.1, false)}, 0},
		{"disconnected", judge.Talk{asked(1, disconnect), answeredAt(1.1, false)}, 0},
		{"an HTTP error", judge.Talk{asked(0.3, connect), fault, gap}, 1},
	} {
		if got := kept(append(append(judge.Talk{}, start...), x.more...)); len(got) != x.want {
			t.Errorf("%s: %d findings, want %d: %v", x.name, len(got), x.want, got)
		}
	}
	if got := kept(judge.Talk{asked(0, handshake), asked(0.1, connect), answeredAt(0.2, false)}); len(got) > 0 {
		t.Errorf("a session that never worked was not lost: %v", got)
	}
}

func TestRising(t *testing.T) {
	t.Parallel()
	numbers := func(list ...int) (out []*recording.Entry) {
		for _, n := range list {
			e := &recording.Entry{Kind: recording.KindMessage, Message: json.RawMessage(fmt.Sprintf(`{"data":{"notificationType":"AttachedDataChanged","call":{"userData":{"%s":"%d"}}}}`, seqKey, n))}
			e.Decode()
			out = append(out, e)
		}
		return out
	}
	for _, x := range []struct {
		list []int
		want int
	}{{nil, 0}, {[]int{1, 2, 3}, 0}, {[]int{1, 1, 2}, 0}, {[]int{1, 3}, 0}, {[]int{2, 1}, 1}, {[]int{3, 2, 1}, 2}} {
		if got := rising("BAYEUX-20", numbers(x.list...)); len(got) != x.want {
			t.Errorf("%v: %d findings, want %d", x.list, len(got), x.want)
		}
	}
}

// A session that we left alone for too long may expire.
func TestExpired(t *testing.T) {
	t.Parallel()
	if why := expired(judge.Talk{answeredAt(1, true), answeredAt(3, false)}); why != "" {
		t.Error(why)
	}
	if why := expired(judge.Talk{answeredAt(1, true), answeredAt(12, false)}); why == "" {
		t.Error("12 s without a poll are too long")
	}
}
