package judge

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// list is a subscription, or the end of one, to several topics.
func list(direction, channel, more string, topics ...string) *recording.Entry {
	return bayeux(0, direction, channel, fmt.Sprintf(`{"channel":%q,"subscription":["%s"]%s}`, channel, strings.Join(topics, `","`), more))
}

// updateAt is the notification of a numbered update; of the agent's own session if browser is "".
func updateAt(browser string, n int, at float64) *recording.Entry {
	return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Browser: browser, At: at, Channel: calls, Message: json.RawMessage(fmt.Sprintf(
		`{"channel":"/v2/me/calls","data":{"notificationType":"AttachedDataChanged","call":{"id":"01","state":"Established","userData":{%q:"%d"}}}}`, NumberKey, n))}
}

// A session that is subscribed no more is told of nothing, and not later of what came meanwhile; what it was told of late, what it asked for
// again just then, and what is still subscribed in another way it may be told.
func TestHeardWhileAway(t *testing.T) {
	t.Parallel()
	const star, yes, no = "/v2/me/*", `,"successful":true`, `,"successful":false`
	on := Dialogue{requested(subscribeChannel, calls), replied(subscribeChannel, calls, true)}
	off := Dialogue{requested(unsubscribeChannel, calls), replied(unsubscribeChannel, calls, true)}
	both := Dialogue{list("sent", subscribeChannel, "", calls, star), list("received", subscribeChannel, yes, calls, star)}
	offBoth := list("sent", unsubscribeChannel, "", calls, star)
	join := func(parts ...Dialogue) (d Dialogue) {
		for _, p := range parts {
			d = append(d, p...)
		}
		return d
	}
	for name, tt := range map[string]struct {
		before      Dialogue // the update
		told, again float64  // when the session was told of it, and subscribed again; 0 for never
		lag         float64  // how far it was behind the agent's own session before
		away        bool
		want        int
	}{
		"told of nothing":                         {before: join(on, off), away: true},
		"told at once":                            {before: join(on, off), told: 20.2, away: true, want: 1},
		"told of what came between":               {before: join(on, off), again: 22, told: 22.1, away: true, want: 1},
		"subscribed again just then":              {before: join(on, off), again: 20.4, told: 20.5, away: true},
		"behind the agent's own session":          {before: join(on, off), again: 21, told: 21.1, lag: 0.5, away: true},
		"still subscribed":                        {before: on, told: 20.2},
		"the end was refused":                     {before: join(on, Dialogue{off[0], replied(unsubscribeChannel, calls, false)}), told: 20.2},
		"a wildcard is left":                      {before: join(both, off), told: 20.2},
		"of several the first was":                {before: join(both, Dialogue{offBoth, list("received", unsubscribeChannel, yes, calls, star)}), told: 20.2, away: true, want: 1},
		"answered one by one":                     {before: join(both, Dialogue{offBoth, off[1], replied(unsubscribeChannel, star, true)}), told: 20.2, away: true, want: 1},
		"answered one by one, and the last is no": {before: join(both, Dialogue{offBoth, off[1], replied(unsubscribeChannel, star, false)}), told: 20.2},
		"several are refused":                     {before: join(both, Dialogue{offBoth, list("received", unsubscribeChannel, no, calls, star)}), told: 20.2},
		"the other was never granted":             {before: join(on, Dialogue{requested(subscribeChannel, star), replied(subscribeChannel, star, false)}, off), away: true, told: 20.2, want: 1},
		"what is subscribed twice may be refused": {before: join(on, Dialogue{on[0], replied(subscribeChannel, calls, false)}, both, Dialogue{
			requested(unsubscribeChannel, star), replied(unsubscribeChannel, star, true)}), told: 20.2},
		"in the session before": {before: join(on, off, Dialogue{asked(0, handshakeChannel)}, on), told: 20.2},
	} {
		entries := []*recording.Entry{
			{Kind: recording.KindCall, Actor: "agent", Role: "original", ID: "01", Text: "agent,caller"}, updateAt("", 1, 1), updateAt("b", 1, 1+tt.lag),
		}
		update := &recording.Entry{Kind: recording.KindRest, Actor: "agent", Method: "POST", Path: "/me/calls/01", At: 20, AnsweredAt: 20.1, Status: 200,
			Request:  json.RawMessage(fmt.Sprintf(`{"operationName":"UpdateUserData","userData":{%q:"2"}}`, NumberKey)),
			Response: json.RawMessage(`{"statusCode":0}`)}
		for i, e := range tt.before {
			c := *e
			c.Browser, c.At = "b", 3+float64(i)/10
			entries = append(entries, &c)
		}
		entries = append(entries, update, updateAt("", 2, 20.2))
		if tt.again > 0 {
			c := *on[0]
			c.Browser, c.At = "b", tt.again
			entries = append(entries, &c)
		}
		if tt.told > 0 {
			entries = append(entries, updateAt("b", 2, tt.told))
		}
		for i, e := range entries {
			e.Seq = i + 1
		}
		c := NewCase(nil, "notifications.polling", entries)
		got, away := c.HeardWhileAway("original", c.Dialogue("b", ""), update)
		if away != tt.away || len(got) != tt.want {
			t.Errorf("%s: away %t, %v", name, away, got)
		}
	}
}
