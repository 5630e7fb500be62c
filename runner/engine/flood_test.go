package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/result"
)

// floods are servers whose every answer is within all limits, and there is no end to what they send.
var floods = []struct {
	name  string
	spoil func(*rogue, http.ResponseWriter, *http.Request) bool
}{
	{"8,000 events in each poll", onPoll(hotPoll(8_000))},
	{"an event in each poll", onPoll(hotPoll(1))},
	{"500 events in each real poll", burdened},
	{"9,000 replies in each poll", onPoll(func(_ *rogue, w http.ResponseWriter, r *http.Request) {
		batch(w, r, strings.Repeat(`{"channel":"/meta/subscribe","id":"9","successful":true},`, 9_000))
	})},
	{"9,000 numbers in each poll", onPoll(func(_ *rogue, w http.ResponseWriter, r *http.Request) { batch(w, r, strings.Repeat(`1,`, 9_000)) })},
	{"large events", onPoll(func(_ *rogue, w http.ResponseWriter, r *http.Request) {
		batch(w, r, `{"channel":"/v2/me/calls","data":{"x":[`+strings.Repeat(`{},`, 160_000)+`0]}},`)
	})},
	{"100,000 calls in each list", onGET(text("application/json", `{"statusCode":0,"calls":[`+strings.Repeat(`{},`, 160_000)+`{}]}`))},
}

// burdens are floods that harm nobody who heeds no more of them than it needs: no rule is broken.
var burdens = []struct {
	name  string
	spoil func(*rogue, http.ResponseWriter, *http.Request) bool
}{
	{"100 cookies in each answer", cookies},
	{"800 KB of headers in each answer", headers},
}

// A flood is told as such, by the rule about what comes on a session, and what is left behind it is played no more.
func TestAFloodIsTold(t *testing.T) {
	t.Parallel()
	for _, tt := range floods[:1] {
		_, target := newRogue(t, tt.spoil)
		target.Transport = config.LongPolling
		out, err := run(t, target, "calls.hold.*", "transfer.*", "notifications.sessions")
		told(t, out, err)
		checked := 0
		for _, c := range out.Report.Checks {
			switch {
			case c.ID == "notifications.sessions.media-type":
				checked++
				if c.Outcome != result.Failed || !strings.Contains(c.Message, "a flood: ") {
					t.Errorf("%s: %s %s", c.ID, c.Outcome, c.Message)
				}
			case strings.Contains(c.Message, "floods the session"):
				checked++
			}
		}
		if checked < 2 {
			t.Errorf("%d checks tell of it", checked)
		}
	}
}

// A server that tells much in every scenario floods nobody, however many scenarios there are.
func TestMuchIsNoFlood(t *testing.T) {
	t.Parallel()
	noise := strings.Repeat(`{"channel":"/noise","data":{}},`, 300)
	_, target := newRogue(t, onPoll(func(g *rogue, w http.ResponseWriter, r *http.Request) { beforeReplies(g, w, r, noise) }))
	target.Transport = config.LongPolling
	out, err := run(t, target, "calls.*", "userdata.*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, sc := range out.Report.Scenarios {
		n += len(out.Scenarios(sc.ID))
	}
	if n < 2*recording.MostMessages {
		t.Errorf("%d entries: that is not much", n)
	}
	for _, c := range out.Report.Checks {
		if c.Outcome == result.Failed || c.Outcome == result.Blocked {
			t.Errorf("%s: %s", c.ID, c.Message)
		}
	}
}

const foreignEvent = `{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage","notificationType":"StatusChange",` +
	`"call":{"id":"FFFF%012d","state":"Established","callType":"Inbound","participants":[{"phoneNumber":"999"}],"capabilities":["Hold","Hangup"]}}},`

// batch answers a connect at once, with messages before its reply.
func batch(w http.ResponseWriter, r *http.Request, messages string) {
	var asked []struct{ ID, Channel string }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &asked) != nil || len(asked) == 0 {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `[%s{"channel":%q,"id":%q,"successful":true}]`, messages, asked[0].Channel, asked[0].ID)
}

func foreignEvents(n int, from *atomic.Int64) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, foreignEvent, from.Add(1))
	}
	return b.String()
}

func hotPoll(n int) misdeed {
	var sent atomic.Int64
	return func(_ *rogue, w http.ResponseWriter, r *http.Request) { batch(w, r, foreignEvents(n, &sent)) }
}

var burdenedSent atomic.Int64

// burdened answers each poll as a good server does, with other events before its own.
func burdened(g *rogue, w http.ResponseWriter, r *http.Request) bool {
	return onPoll(func(g *rogue, w http.ResponseWriter, r *http.Request) {
		beforeReplies(g, w, r, foreignEvents(500, &burdenedSent))
	})(g, w, r)
}

// beforeReplies answers as a good server does, with other messages before its own.
func beforeReplies(g *rogue, w http.ResponseWriter, r *http.Request, messages string) {
	got := httptest.NewRecorder()
	g.next.ServeHTTP(got, r)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(bytes.Replace(got.Body.Bytes(), []byte("["), []byte("["+messages), 1))
}

var cookiesSent atomic.Int64

func cookies(_ *rogue, w http.ResponseWriter, _ *http.Request) bool {
	for range 100 {
		n := cookiesSent.Add(1)
		http.SetCookie(w, &http.Cookie{Name: fmt.Sprint("c", n), Value: fmt.Sprintf("value-%032d", n), Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: fmt.Sprint("same", n%100), Value: fmt.Sprintf("other-%032d", n), Path: "/"})
	}
	return false
}

func headers(_ *rogue, w http.ResponseWriter, _ *http.Request) bool {
	for _, name := range []string{"Allow", "Location", "Www-Authenticate", "X"} {
		w.Header().Set(name, strings.Repeat("x", 200<<10))
	}
	return false
}

// frameFloods are the same over WebSocket.
var frameFloods = []badSocket{
	{name: "events without end", spoil: func(c net.Conn) {
		var sent atomic.Int64
		framesWithoutEnd(c, websocket.TextMessage, "["+strings.TrimSuffix(foreignEvents(100, &sent), ",")+"]")
	}},
	{name: "junk without end", spoil: func(c net.Conn) { framesWithoutEnd(c, websocket.TextMessage, "<x>") }},
	{name: "binary frames without end", spoil: func(c net.Conn) { framesWithoutEnd(c, websocket.BinaryMessage, "[]") }},
	{name: "pings without end", spoil: func(c net.Conn) { framesWithoutEnd(c, websocket.PingMessage, "x") }},
}

func framesWithoutEnd(c net.Conn, kind int, text string) {
	head := []byte{0x80 | byte(kind), byte(len(text))}
	if len(text) >= 126 {
		head = []byte{0x80 | byte(kind), 126, byte(len(text) >> 8), byte(len(text))}
	}
	frames := bytes.Repeat(append(head, text...), max(1, len(block)/(len(text)+4)))
	for {
		if _, err := c.Write(frames); err != nil {
			return
		}
	}
}
