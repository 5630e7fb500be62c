package bayeux

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// fake is a Bayeux server over HTTP that behaves, but for the channels a test
// takes over. It holds a connect until the client goes or disconnects.
type fake struct {
	*httptest.Server
	on map[string]func(*turn)

	mu     sync.Mutex
	counts map[string]int
	bodies []string
	bye    chan struct{}
	set    chan struct{} // closed when the test has subscribed what it needs
}

// turn is one POST: a batch whose first message has the channel.
type turn struct {
	fake  *fake
	w     http.ResponseWriter
	r     *http.Request
	n     int // counts the POSTs of this channel, from 1
	batch []map[string]any
}

func newFake(t *testing.T, on map[string]func(*turn)) *fake {
	t.Helper()
	f := &fake{on: on, counts: map[string]int{}, bye: make(chan struct{}, 1), set: make(chan struct{})}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	x := &turn{fake: f, w: w, r: r}
	if json.Unmarshal(body, &x.batch) != nil || len(x.batch) == 0 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	channel, _ := x.batch[0]["channel"].(string)
	f.mu.Lock()
	f.counts[channel]++
	x.n = f.counts[channel]
	f.bodies = append(f.bodies, string(body))
	f.mu.Unlock()
	if own := f.on[channel]; own != nil {
		own(x)
		return
	}
	x.behave()
}

func (f *fake) count(channel string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[channel]
}

// behave is what a good server does.
func (x *turn) behave() {
	switch x.batch[0]["channel"] {
	case "/meta/handshake":
		x.send(x.handshake(x.n))
	case "/meta/connect":
		if x.batch[0]["advice"] == nil {
			x.hold()
		}
		x.send(x.ok(0, ""))
	case "/meta/disconnect":
		select {
		case x.fake.bye <- struct{}{}:
		default:
		}
		x.send(x.ok(0, ""))
	default:
		var replies []string
		for i, m := range x.batch {
			replies = append(replies, x.ok(i, fmt.Sprintf(`,"subscription":%q`, m["subscription"])))
		}
		x.send(replies...)
	}
}

func (x *turn) hold() {
	select {
	case <-x.fake.bye:
	case <-x.r.Context().Done():
	}
}

// first tells the connect that asks not to be held.
func (x *turn) first() bool { return x.batch[0]["advice"] != nil }

func (x *turn) handshake(n int) string {
	return fmt.Sprintf(`{"channel":"/meta/handshake","id":%q,"successful":true,"version":"1.0",`+
		`"supportedConnectionTypes":["long-polling"],"clientId":"client%d","advice":{"reconnect":"retry","interval":0,"timeout":30000}}`, x.batch[0]["id"], n)
}

func (x *turn) ok(i int, more string) string {
	return fmt.Sprintf(`{"channel":%q,"id":%q,"successful":true%s}`, x.batch[i]["channel"], x.batch[i]["id"], more)
}

func (x *turn) no(i int, text, more string) string {
	return fmt.Sprintf(`{"channel":%q,"id":%q,"successful":false,"error":%q%s}`, x.batch[i]["channel"], x.batch[i]["id"], text, more)
}

func event(n int) string {
	return fmt.Sprintf(`{"data":{"n":%d},"channel":"/v2/me/calls"}`, n)
}

func (x *turn) send(messages ...string) {
	x.write("application/json;charset=UTF-8", "["+strings.Join(messages, ",")+"]")
}

func (x *turn) write(contentType, body string) {
	x.w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(x.w, body)
}

// options for a fake, with limits short enough for a test.
func (f *fake) options(r *recorder) Options {
	return Options{URL: f.URL + "/api/v2/notifications", RequestTimeout: 5 * time.Second, Observe: r.add}
}

// play dials the fake, subscribes /v2/me/calls, and hands both to the test.
func play(t *testing.T, on map[string]func(*turn)) (*fake, *Session, *recorder) {
	t.Helper()
	f, r := newFake(t, on), newRecorder()
	s := dial(t, f.options(r))
	if err := s.Subscribe(t.Context(), "/v2/me/calls"); err != nil {
		t.Fatal(err)
	}
	close(f.set)
	return f, s, r
}

// onPoll answers the n-th held connect by hand, once the test is set, and
// behaves otherwise.
func onPoll(n int, answer func(*turn)) map[string]func(*turn) {
	return map[string]func(*turn){"/meta/connect": func(x *turn) {
		if x.n == n+1 { // the first is not held
			select {
			case <-x.fake.set:
				answer(x)
			case <-x.r.Context().Done():
			}
			return
		}
		x.behave()
	}}
}

// oneConnect checks that no connect was sent before the last one was over.
func oneConnect(t *testing.T, r *recorder) {
	t.Helper()
	held := false
	for _, x := range r.all() {
		switch {
		case x.Channel != "/meta/connect":
		case x.Kind == KindSent && held:
			t.Errorf("two connects at once in:\n%s", r)
		default:
			held = x.Kind == KindSent
		}
	}
}

// channelsOf is the sequence of channels of one kind of observation.
func channelsOf(r *recorder, kinds ...string) (list []string) {
	for _, x := range r.all() {
		for _, k := range kinds {
			if x.Kind == k {
				list = append(list, x.Channel)
			}
		}
	}
	return list
}
