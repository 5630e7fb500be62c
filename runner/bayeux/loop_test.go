package bayeux

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const calls = "/v2/me/calls"

// lost sessions: what the server says, and that the client got a new one.
func TestALostSessionIsEstablishedAgain(t *testing.T) {
	handshake := `,"advice":{"reconnect":"handshake","interval":0}`
	for name, answer := range map[string]func(*turn) string{
		"advice with success":    func(x *turn) string { return x.ok(0, handshake) },
		"advice and 402":         func(x *turn) string { return x.no(0, "402::session_unknown", handshake) },
		"advice for a transport": func(x *turn) string { return x.no(0, "x", `,"advice":{"long-polling":{"reconnect":"handshake"}}`) },
		"402 alone":              func(x *turn) string { return x.no(0, "402::Unknown client", "") },
		"401 of Faye":            func(x *turn) string { return x.no(0, "401:abc:Unknown client", "") },
		"403 of Salesforce":      func(x *turn) string { return x.no(0, "403::Unknown client", "") },
		"words alone":            func(x *turn) string { return x.no(0, "unknown session", "") },
	} {
		t.Run(name, func(t *testing.T) {
			f, s, r := play(t, onPoll(1, func(x *turn) { x.send(answer(x)) }))
			r.await(t, KindState, "session lost")
			r.await(t, KindState, "established again")
			r.awaitCount(t, KindGap, "subscribed again", 2) // where it begins, and where it ends
			if s.Number() != 2 || s.ClientID() != "client2" || f.count("/meta/subscribe") != 2 {
				t.Errorf("session %d of %s, %d subscribes", s.Number(), s.ClientID(), f.count("/meta/subscribe"))
			}
			for _, x := range r.find(KindSent, "/meta/subscribe") {
				if want := fmt.Sprintf("client%d", x.Session); !strings.Contains(string(x.Raw), want) {
					t.Errorf("subscribe of session %d: %s", x.Session, x.Raw)
				}
			}
			r.none(t, KindFault)
		})
	}
}

func TestAdviceOutranksTheCode(t *testing.T) {
	f, s, r := play(t, onPoll(1, func(x *turn) {
		x.send(x.no(0, "402::Unknown client", `,"advice":{"reconnect":"retry","interval":0}`))
	}))
	r.awaitCount(t, KindSent, "/meta/connect", 3)
	if f.count("/meta/handshake") != 1 || s.Number() != 1 {
		t.Errorf("a handshake in:\n%s", r)
	}
}

func TestASubscribeFindsTheSessionLost(t *testing.T) {
	for name, text := range map[string]string{"Java": "402::session_unknown", "Faye": "401:x:Unknown client"} {
		t.Run(name, func(t *testing.T) {
			f, s, r := play(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
				if x.n == 2 {
					x.send(x.no(0, text, ""))
					return
				}
				x.behave()
			}})
			if err := s.Subscribe(t.Context(), "/v2/me/devices"); err != nil {
				t.Fatal(err)
			}
			r.await(t, KindState, "session lost: subscribe /v2/me/devices")
			if s.Number() != 2 || f.count("/meta/subscribe") != 4 {
				t.Errorf("session %d, %d subscribes", s.Number(), f.count("/meta/subscribe"))
			}
		})
	}
}

func TestASubscribeThatNeverSucceedsEnds(t *testing.T) {
	_, s, _ := play(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
		if x.batch[0]["subscription"] == "/x" {
			x.send(x.no(0, "402::session_unknown", ""))
			return
		}
		x.behave()
	}})
	wantError(t, s.Subscribe(t.Context(), "/x"), Subscribe, "session_unknown")
}

func TestSubscriptionsThatAreDeniedAfterAHandshake(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "402::session_unknown", "")) })
	on["/meta/subscribe"] = func(x *turn) {
		if x.n == 2 {
			x.send(x.no(0, "403::denied", ""))
			return
		}
		x.behave()
	}
	_, _, r := play(t, on)
	r.await(t, KindGap, "not subscribed again")
	r.await(t, KindState, "established again")
}

func TestTheServerEndsTheSession(t *testing.T) {
	status := func(code int) func(*turn) { return func(x *turn) { x.w.WriteHeader(code) } }
	for name, c := range map[string]struct {
		answer func(*turn)
		kind   ErrorKind
		words  string
	}{
		"advice none":         {func(x *turn) { x.send(x.ok(0, `,"advice":{"reconnect":"none"}`)) }, Ended, "advises not to connect"},
		"advice none, failed": {func(x *turn) { x.send(x.no(0, "402::Unknown client", `,"advice":{"reconnect":"none"}`)) }, Ended, "Unknown client"},
		"negative interval":   {func(x *turn) { x.send(x.ok(0, `,"advice":{"interval":-1}`)) }, Ended, "advises not to connect"},
		"401":                 {status(401), Refused, "HTTP 401"},
		"403":                 {status(403), Refused, "HTTP 403"},
	} {
		t.Run(name, func(t *testing.T) {
			f, s, r := play(t, onPoll(1, c.answer))
			r.await(t, KindState, "ended")
			<-s.Done()
			wantError(t, s.Err(), c.kind, c.words)
			wantError(t, s.Subscribe(t.Context(), "/x"), c.kind, c.words)
			_ = s.Close(t.Context())
			if f.count("/meta/handshake") != 1 || f.count("/meta/connect") != 2 {
				t.Errorf("it went on:\n%s", r)
			}
		})
	}
}

func TestARefusedHandshakeEndsTheLostSession(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "401::session_unknown", "")) })
	on["/meta/handshake"] = func(x *turn) {
		if x.n == 1 {
			x.behave()
			return
		}
		x.w.WriteHeader(http.StatusForbidden)
	}
	_, s, r := play(t, on)
	<-s.Done()
	wantError(t, s.Err(), Refused, "handshake: HTTP 403")
	r.await(t, KindState, "ended: handshake")
}

func TestAHandshakeIsTriedUntilItSucceeds(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "402::session_unknown", "")) })
	on["/meta/handshake"] = func(x *turn) {
		switch x.n {
		case 2:
			x.w.WriteHeader(http.StatusServiceUnavailable)
		case 3:
			x.send(x.no(0, "500::busy", `,"advice":{"reconnect":"handshake"}`))
		default:
			x.behave()
		}
	}
	_, s, r := play(t, on)
	r.await(t, KindState, "established again")
	if len(r.find(KindGap, "no session yet")) != 2 || s.Number() != 2 {
		t.Errorf("session %d:\n%s", s.Number(), r)
	}
}

func TestAPollThatFails(t *testing.T) {
	status := func(code int) func(*turn) {
		return func(x *turn) {
			x.w.WriteHeader(code)
			_, _ = x.w.Write([]byte("<h1>no</h1>"))
		}
	}
	for name, c := range map[string]struct {
		answer func(*turn)
		gap    string
		fault  bool
	}{
		"408":   {status(408), "HTTP 408", false},
		"429":   {status(429), "HTTP 429", false},
		"500":   {status(500), "HTTP 500", true},
		"502":   {status(502), "HTTP 502", false},
		"503":   {status(503), "HTTP 503", false},
		"504":   {status(504), "HTTP 504", false},
		"400":   {status(400), "<h1>no</h1>", true},
		"302":   {func(x *turn) { http.Redirect(x.w, x.r, "/other", http.StatusFound) }, "redirect", true},
		"reset": {func(x *turn) { hijack(x, true, "") }, "ended the connection", false},
		"EOF":   {func(x *turn) { hijack(x, false, "") }, "ended the connection", false},
		"EOF in the body": {func(x *turn) {
			hijack(x, false, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{")
		}, "ended the connection", false},
		"not HTTP":    {func(x *turn) { hijack(x, false, "SSH-2.0-server\r\n\r\n") }, "not HTTP", true},
		"bad length":  {func(x *turn) { hijack(x, false, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n[]") }, "not HTTP", true},
		"two lengths": {func(x *turn) { hijack(x, false, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]") }, "not HTTP", true},
		"bad coding":  {func(x *turn) { hijack(x, false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: zip\r\n\r\n[]") }, "not HTTP", true},
		"bad chunk":   {func(x *turn) { hijack(x, false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n") }, "not HTTP", true},
		"empty array": {func(x *turn) { x.send() }, "no reply", true},
		"only events": {func(x *turn) { x.send(event(1)) }, "no reply", true},
		"failed":      {func(x *turn) { x.send(x.no(0, "500::oops", "")) }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, s, r := play(t, onPoll(1, c.answer))
			r.awaitCount(t, KindSent, "/meta/connect", 3) // it went on
			if c.gap != "" {
				r.await(t, KindGap, c.gap)
			}
			if faults := r.find(KindFault, ""); (len(faults) > 0) != c.fault {
				t.Errorf("%d faults in:\n%s", len(faults), r)
			}
			if s.Number() != 1 {
				t.Errorf("session %d", s.Number())
			}
			oneConnect(t, r)
		})
	}
}

// hijack ends the connection after some bytes, with FIN or with RST.
func hijack(x *turn, reset bool, answer string) {
	conn, _, err := x.w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if reset {
		_ = conn.(*net.TCPConn).SetLinger(0)
	}
	_, _ = conn.Write([]byte(answer))
	_ = conn.Close()
}

func TestMessagesThatComeWithAnHTTPError(t *testing.T) {
	_, s, r := play(t, onPoll(1, func(x *turn) {
		x.w.WriteHeader(http.StatusBadRequest)
		x.send(event(1), x.no(0, "402::session_unknown", ""))
	}))
	r.await(t, KindEvent, calls)
	r.await(t, KindFault, "HTTP 400")
	r.await(t, KindState, "established again")
	if s.Number() != 2 {
		t.Errorf("session %d", s.Number())
	}
}

func TestAPollThatNeverReturns(t *testing.T) {
	f, r := newFake(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
		if x.first() {
			x.send(x.ok(0, `,"advice":{"timeout":50}`))
			return
		}
		x.hold()
	}}), newRecorder()
	o := f.options(r)
	o.PollMargin = 50 * time.Millisecond
	dial(t, o)
	r.awaitCount(t, KindGap, "no whole answer in time", 2)
	oneConnect(t, r)
}

func TestAnAnswerByteByByteEnds(t *testing.T) {
	on := onPoll(1, func(x *turn) {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for x.r.Context().Err() == nil {
			_, _ = x.w.Write([]byte(" "))
			x.w.(http.Flusher).Flush()
			<-tick.C
		}
	})
	on["/meta/handshake"] = func(x *turn) {
		x.send(strings.Replace(x.handshake(1), "30000", "50", 1))
	}
	f, r := newFake(t, on), newRecorder()
	close(f.set)
	o := f.options(r)
	o.PollMargin = 50 * time.Millisecond
	dial(t, o)
	r.await(t, KindGap, "no whole answer in time")
}

func TestABusyLoopIsSlowedDown(t *testing.T) {
	start := time.Now()
	_, _, r := play(t, map[string]func(*turn){"/meta/connect": func(x *turn) { x.send(x.ok(0, "")) }})
	r.awaitCount(t, KindReply, "/meta/connect", 7)
	if took := time.Since(start); took < 5*busyFloor {
		t.Errorf("6 polls took %s", took)
	}
	if got := r.find(KindFault, "busy loop"); len(got) != 1 {
		t.Errorf("%d faults in:\n%s", len(got), r)
	}
}

func TestQuickAnswersWithEventsAreNoBusyLoop(t *testing.T) {
	_, _, r := play(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
		if x.n > 100 {
			x.behave()
			return
		}
		x.send(event(x.n), x.ok(0, ""))
	}})
	r.awaitCount(t, KindEvent, "", 100)
	r.none(t, KindFault)
}

func TestTheIntervalIsKept(t *testing.T) {
	times := make(chan time.Time, 100)
	_, _, r := play(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
		times <- time.Now()
		x.send(x.ok(0, `,"advice":{"reconnect":"retry","interval":120}`))
	}})
	r.awaitCount(t, KindReply, "/meta/connect", 4)
	last := <-times
	for range 3 {
		next := <-times
		if next.Sub(last) < 110*time.Millisecond {
			t.Errorf("a pause of %s", next.Sub(last))
		}
		last = next
	}
	r.none(t, KindFault)
}

func TestAdviceOfTheFirstConnectCounts(t *testing.T) {
	advised := func(advice string) (*fake, *recorder) {
		f := newFake(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
			if x.n == 1 {
				x.send(x.ok(0, advice))
				return
			}
			x.behave()
		}})
		r := newRecorder()
		dial(t, f.options(r))
		return f, r
	}
	f, r := advised(`,"advice":{"reconnect":"none"}`)
	r.await(t, KindState, "ended")
	if f.count("/meta/connect") != 1 {
		t.Errorf("it connected again:\n%s", r)
	}
	f, r = advised(`,"advice":{"reconnect":"handshake"}`)
	r.await(t, KindState, "established again")
	if f.count("/meta/handshake") != 2 {
		t.Errorf("observed:\n%s", r)
	}
}

func TestALostSessionThatIsLostAgainAtOnce(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "402::session_unknown", "")) })
	on["/meta/subscribe"] = func(x *turn) {
		if x.n == 2 {
			x.send(x.no(0, "402::session_unknown", ""))
			return
		}
		x.behave()
	}
	_, s, r := play(t, on)
	r.await(t, KindGap, "no session yet: subscribe")
	r.await(t, KindState, "established again")
	if s.Number() != 3 { // the second handshake succeeded
		t.Errorf("session %d:\n%s", s.Number(), r)
	}
}

func TestSubscribeWaitsForTheNewSession(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "402::session_unknown", "")) })
	again := make(chan struct{})
	on["/meta/handshake"] = func(x *turn) {
		if x.n > 1 {
			<-again
		}
		x.behave()
	}
	_, s, r := play(t, on)
	r.awaitCount(t, KindSent, "/meta/handshake", 2)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantError(t, s.Subscribe(ctx, "/a"), Unreachable, "no session in time")
	close(again)
	if err := s.Subscribe(t.Context(), "/a"); err != nil {
		t.Error(err)
	}
}

func TestBadAdviceIsAFault(t *testing.T) {
	_, s, r := play(t, onPoll(1, func(x *turn) {
		x.send(x.ok(0, `,"advice":{"reconnect":"maybe","interval":"soon","timeout":-5}`))
	}))
	for _, words := range []string{"advice.reconnect", "advice.interval", "advice.timeout"} {
		r.await(t, KindFault, words)
	}
	if got := s.Advice(); got.Reconnect != "retry" || got.Interval != 0 || got.Timeout != 30*time.Second {
		t.Errorf("advice %+v", got)
	}
}

func TestBackoffGrowsToItsCap(t *testing.T) {
	var s Session
	var got []string
	for range 7 {
		got = append(got, s.backoff().String())
	}
	if want := "100ms 200ms 400ms 800ms 1.6s 2s 2s"; strings.Join(got, " ") != want {
		t.Errorf("got %v, wanted %s", got, want)
	}
}

func TestCloseInTheMidstOfRepair(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(x.no(0, "402::session_unknown", "")) })
	on["/meta/handshake"] = func(x *turn) {
		if x.n == 1 {
			x.behave()
			return
		}
		<-x.r.Context().Done()
	}
	_, s, r := play(t, on)
	r.awaitCount(t, KindSent, "/meta/handshake", 2)
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
	wantError(t, s.Err(), Ended, "")
}

// Events at once in each answer are no reason to spin for ever.
func TestABusyLoopOfEvents(t *testing.T) {
	f, _, r := play(t, map[string]func(*turn){"/meta/connect": func(x *turn) { x.send(event(1), x.ok(0, "")) }})
	r.await(t, KindFault, "busy loop: 2000 connects")
	before := f.count("/meta/connect")
	r.awaitCount(t, KindSent, "/meta/connect", before+3)
	began := time.Now()
	r.awaitCount(t, KindSent, "/meta/connect", before+8)
	if took := time.Since(began); took < 4*busyFloor {
		t.Errorf("five polls took %s", took)
	}
}

// What is not admitted is dropped, and ends the session.
func TestAFlood(t *testing.T) {
	f := newFake(t, onPoll(1, func(x *turn) { x.send(event(1), event(2), event(3), event(4), x.ok(0, "")) }))
	close(f.set)
	r := newRecorder()
	o := f.options(r)
	o.Admit = func(x Observation) bool { return !strings.Contains(string(x.Raw), `"n":3`) }
	s := dial(t, o)
	r.await(t, KindFault, "a flood: 3 of the messages")
	r.await(t, KindGap, "events are lost: a flood")
	<-s.Done()
	var err *Error
	if !errors.As(s.Err(), &err) || err.Kind != Flooded {
		t.Errorf("ended by %v", s.Err())
	}
	if n := len(r.find(KindEvent, "")); n != 2 || f.count("/meta/connect") != 2 {
		t.Errorf("%d events, %d polls", n, f.count("/meta/connect"))
	}
}
