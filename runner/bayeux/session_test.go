package bayeux

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAGoodSession(t *testing.T) {
	f, s, r := play(t, nil)
	if s.ClientID() != "client1" || s.Number() != 1 || s.Transport() != LongPolling || s.Err() != nil {
		t.Errorf("clientId %q, number %d, transport %q, error %v", s.ClientID(), s.Number(), s.Transport(), s.Err())
	}
	if got := s.Advice(); got.Reconnect != "retry" || got.Timeout != 30*time.Second {
		t.Errorf("advice %+v", got)
	}
	if got := s.SupportedTypes(); !slices.Equal(got, []string{"long-polling"}) {
		t.Errorf("supported %v", got)
	}
	if err := s.Unsubscribe(t.Context(), "/v2/me/calls"); err != nil {
		t.Error(err)
	}
	for range 2 { // idempotent
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	wantError(t, s.Err(), Ended, "closed")
	wantError(t, s.Subscribe(t.Context(), "/x"), Ended, "closed")
	r.none(t, KindGap)
	r.none(t, KindFault)
	last := r.all()[len(r.all())-1]
	if last.Kind != KindState || !strings.HasPrefix(last.Text, "ended") {
		t.Errorf("the last observation is %+v", last)
	}
	for _, body := range f.bodies {
		if body[0] != '[' {
			t.Errorf("not an array: %s", body)
		}
	}
}

func TestObservationsKeepTheBytes(t *testing.T) {
	odd := `{ "data" : {"duration": 36, "duration":"36", "n": 1.0e2},"channel":"/v2/me/calls" , "x-new":null}`
	_, _, r := play(t, onPoll(1, func(x *turn) { x.send(odd, x.ok(0, "")) }))
	got := r.await(t, KindEvent, "/v2/me/calls")
	if string(got.Raw) != odd {
		t.Errorf("raw %s", got.Raw)
	}
	if got.HTTPStatus != 200 || got.ContentType == "" || got.Session != 1 || got.Transport != LongPolling || got.At.IsZero() {
		t.Errorf("observation %+v", got)
	}
}

func TestTimesNeverFall(t *testing.T) {
	_, s, r := play(t, nil)
	_ = s.Close(t.Context())
	var last time.Time
	for _, x := range r.all() {
		if x.At.Before(last) {
			t.Errorf("%s %s is earlier than its predecessor", x.Kind, x.Channel)
		}
		last = x.At
	}
}

func TestASingleObjectIsAnAnswer(t *testing.T) {
	single := func(x *turn, m string) { x.write("application/json", m) }
	_, _, r := play(t, map[string]func(*turn){
		"/meta/handshake": func(x *turn) { single(x, x.handshake(1)) },
		"/meta/subscribe": func(x *turn) { single(x, x.ok(0, "")) },
	})
	r.none(t, KindFault)
}

func TestEventsAnywhere(t *testing.T) {
	on := onPoll(1, func(x *turn) { x.send(event(3), x.ok(0, ""), event(4)) })
	on["/meta/handshake"] = func(x *turn) { x.send(x.handshake(1), event(1)) }
	on["/meta/subscribe"] = func(x *turn) { x.send(event(2), x.ok(0, "")) }
	_, _, r := play(t, on)
	got := r.awaitCount(t, KindEvent, "", 4)
	if len(got) != 4 {
		t.Errorf("%d events", len(got))
	}
	r.none(t, KindFault)
}

func TestAResponseIsObservedInItsOrder(t *testing.T) {
	for name, events := range map[string][]int{"events first": {1, 2}, "reply first": {}} {
		t.Run(name, func(t *testing.T) {
			_, _, r := play(t, onPoll(1, func(x *turn) {
				list := []string{x.ok(0, "")}
				for _, n := range events {
					list = slices.Insert(list, len(list)-1, event(n))
				}
				x.send(append(list, event(9))...)
			}))
			r.awaitCount(t, KindEvent, "", len(events)+1)
			want := make([]string, 0, 8)
			for range events {
				want = append(want, "/v2/me/calls")
			}
			want = append(want, "/meta/connect", "/v2/me/calls")
			got := channelsOf(r, KindReply, KindEvent)
			if i := slices.Index(got, "/v2/me/calls"); len(events) > 0 && i >= 0 {
				got = got[i:]
			}
			if diff := cmp.Diff(want, got[len(got)-len(want):]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDuplicatesArePassedOn(t *testing.T) {
	_, _, r := play(t, onPoll(1, func(x *turn) { x.send(event(1), event(1), x.ok(0, "")) }))
	r.awaitCount(t, KindEvent, "", 2)
}

func TestRepliesWithoutID(t *testing.T) {
	bare := func(x *turn) {
		var list []string
		for i := range x.batch {
			list = append(list, fmt.Sprintf(`{"channel":"/meta/subscribe","successful":true,"subscription":%q}`, x.batch[len(x.batch)-1-i]["subscription"]))
		}
		x.send(list...)
	}
	f, r := newFake(t, map[string]func(*turn){"/meta/subscribe": bare}), newRecorder()
	s := dial(t, f.options(r))
	if err := s.Subscribe(t.Context(), "/a", "/b"); err != nil {
		t.Error(err)
	}
	if got := r.find(KindFault, "without the id"); len(got) != 2 {
		t.Errorf("%d faults in:\n%s", len(got), r)
	}
}

func TestRepliesWithOddIDs(t *testing.T) {
	f, r := newFake(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
		if x.n == 1 {
			x.send(fmt.Sprintf(`{"channel":"/meta/subscribe","id":%s,"successful":true}`, x.batch[0]["id"]))
			return
		}
		x.send(`{"channel":"/meta/subscribe","id":"other","successful":true}`)
	}}), newRecorder()
	s := dial(t, f.options(r))
	if err := s.Subscribe(t.Context(), "/a"); err != nil {
		t.Error(err)
	}
	r.await(t, KindFault, "as a number")
	wantError(t, s.Subscribe(t.Context(), "/b"), Protocol, "no reply")
	r.await(t, KindFault, "an id that no request had")
}

func TestASubscriptionIsDenied(t *testing.T) {
	_, s, _ := play(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
		if x.batch[0]["subscription"] == "/secret" {
			x.send(x.no(0, "403:/secret:subscribe_denied", ""), x.ok(1, ""))
			return
		}
		x.behave()
	}})
	wantError(t, s.Subscribe(t.Context(), "/secret", "/v2/me/devices"), Subscribe, "403:/secret:subscribe_denied")
	s.mu.Lock()
	defer s.mu.Unlock()
	if diff := cmp.Diff([]string{"/v2/me/calls", "/v2/me/devices"}, s.channels); diff != "" {
		t.Error(diff)
	}
}

func TestDialFails(t *testing.T) {
	answer := func(status int, body string) func(*turn) {
		return func(x *turn) {
			x.w.Header().Set("Content-Type", "application/json")
			x.w.WriteHeader(status)
			_, _ = x.w.Write([]byte(body))
		}
	}
	handshake := func(more string) func(*turn) {
		return answer(200, `[{"channel":"/meta/handshake","id":"1"`+more+`}]`)
	}
	cases := map[string]struct {
		on    func(*turn)
		kind  ErrorKind
		words string
	}{
		"401":           {answer(401, ""), Refused, "HTTP 401"},
		"403 of GWS":    {answer(403, `{"statusCode":20,"statusMessage":"Access denied"}`), Refused, "Access denied"},
		"503":           {answer(503, "busy"), Unreachable, "HTTP 503"},
		"404":           {answer(404, "<html>"), Protocol, "<html>"},
		"302":           {answer(302, ""), Protocol, "redirect"},
		"HTML":          {answer(200, "<html>login</html>"), Protocol, "not JSON"},
		"empty":         {answer(200, ""), Protocol, "empty body"},
		"null":          {answer(200, "null"), Protocol, "neither an array nor an object"},
		"[]":            {answer(200, "[]"), Protocol, "no reply"},
		"no":            {handshake(`,"successful":false,"error":"404::no such thing"`), Handshake, "404::no such thing"},
		"denied":        {handshake(`,"successful":false,"error":"403::handshake_denied"`), Refused, "handshake_denied"},
		"no clientId":   {handshake(`,"successful":true`), Protocol, "no clientId"},
		"bad clientId":  {handshake(`,"successful":true,"clientId":7`), Protocol, "no clientId"},
		"no successful": {handshake(``), Handshake, "without an error"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, map[string]func(*turn){"/meta/handshake": c.on})
			_, err := Dial(t.Context(), f.options(newRecorder()))
			wantError(t, err, c.kind, c.words)
		})
	}
}

func TestTheFirstConnectIsRefused(t *testing.T) {
	f := newFake(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
		x.send(x.no(0, "301:long-polling:Connection types not supported", ""))
	}})
	_, err := Dial(t.Context(), f.options(newRecorder()))
	wantError(t, err, Handshake, "Connection types not supported")
}

// The server may say at any point of a session's life that it is to begin anew, and says so for ever perhaps.
func TestTheFirstConnectIsToldToBeginAnew(t *testing.T) {
	for refusals, opens := range map[int]bool{1: true, firstTries - 1: true, firstTries: false} {
		f := newFake(t, map[string]func(*turn){"/meta/connect": func(x *turn) {
			if x.n <= refusals {
				x.send(x.no(0, "402::session_unknown", `,"advice":{"reconnect":"handshake"}`))
				return
			}
			x.behave()
		}})
		s, err := Dial(t.Context(), f.options(newRecorder()))
		if !opens {
			wantError(t, err, Handshake, "session_unknown")
			continue
		}
		if err != nil {
			t.Fatalf("%d refusals: %v", refusals, err)
		}
		if n := f.count("/meta/handshake"); n != refusals+1 {
			t.Errorf("%d handshakes after %d refusals", n, refusals)
		}
		_ = s.Close(t.Context())
	}
}

func TestNobodyListens(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	for _, by := range []Transport{LongPolling, WebSocket} {
		_, err := Dial(t.Context(), Options{URL: server.URL, Transport: by})
		wantError(t, err, Unreachable, "refuses connections")
	}
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{
		{}, {URL: "ftp://host/"}, {URL: "http://user:secret@host/"}, {URL: "http://host/", Transport: "pigeon"}, {URL: "http://%zz"},
	} {
		_, err := Dial(t.Context(), o)
		wantError(t, err, Invalid, "")
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("a secret in %q", err)
		}
	}
}

func TestARedirectGetsNoCredentials(t *testing.T) {
	asked := make(chan struct{}, 10)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	defer other.Close()
	f := newFake(t, map[string]func(*turn){"/meta/handshake": func(x *turn) {
		http.Redirect(x.w, x.r, other.URL, http.StatusTemporaryRedirect)
	}})
	o := f.options(newRecorder())
	o.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	_, err := Dial(t.Context(), o)
	wantError(t, err, Protocol, "redirect")
	if len(asked) > 0 {
		t.Error("the redirect was followed")
	}
}

func TestHeadersOfEachPOST(t *testing.T) {
	seen := make(chan string, 1)
	f := newFake(t, map[string]func(*turn){"/meta/handshake": func(x *turn) {
		seen <- x.r.Header.Get("Content-Type") + " " + x.r.Header.Get("Authorization")
		x.behave()
	}})
	o := f.options(newRecorder())
	o.Prepare = func(r *http.Request) { r.Header.Set("Authorization", "Basic x") }
	dial(t, o)
	if got := <-seen; got != "application/json;charset=UTF-8 Basic x" {
		t.Error(got)
	}
}

func TestTheContextEndsTheSession(t *testing.T) {
	f, r := newFake(t, nil), newRecorder()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Dial(ctx, f.options(r))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-s.Done()
	wantError(t, s.Err(), Ended, "given up")
	r.none(t, KindGap)
	_ = s.Close(t.Context())
}

func TestCloseDoesNotWaitForAStubbornServer(t *testing.T) {
	stuck := func(x *turn) { <-x.r.Context().Done() }
	_, s, _ := play(t, map[string]func(*turn){"/meta/disconnect": stuck})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantError(t, s.Close(ctx), Unreachable, "disconnect")
	select {
	case <-s.Done():
	default:
		t.Error("the loop still runs")
	}
}

func TestSubscribeGivesUpWithItsContext(t *testing.T) {
	_, s, _ := play(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
		if x.n > 1 {
			<-x.r.Context().Done()
			return
		}
		x.behave()
	}})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	wantError(t, s.Subscribe(ctx, "/b"), Unreachable, "in time")
	if s.Err() != nil {
		t.Errorf("the session ended: %v", s.Err())
	}
}

func TestSubscribeWhileTheSessionCloses(t *testing.T) {
	for range 20 {
		f, r := newFake(t, nil), newRecorder()
		s := dial(t, f.options(r))
		var subscribers sync.WaitGroup
		for range 4 {
			subscribers.Go(func() {
				for s.Subscribe(t.Context(), "/a") == nil { //nolint:revive // until the session has closed
				}
			})
		}
		r.await(t, KindReply, "/meta/subscribe")
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		n := len(r.all())
		subscribers.Wait()
		if last := r.all(); len(last) != n || last[n-1].Kind != KindState {
			t.Errorf("observed after Close:\n%s", r)
		}
	}
}

func TestTheCookiesOfTheHTTPClientAreKept(t *testing.T) {
	cookies := make(chan int, 10)
	f := newFake(t, map[string]func(*turn){
		"/meta/handshake": func(x *turn) {
			http.SetCookie(x.w, &http.Cookie{Name: "BAYEUX_BROWSER", Value: "1", Path: "/"})
			x.behave()
		},
		"/meta/subscribe": func(x *turn) {
			cookies <- len(x.r.Cookies())
			x.behave()
		},
	})
	o := f.options(newRecorder())
	jar, _ := cookiejar.New(nil)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	o.HTTP = &http.Client{Jar: jar, Transport: transport, Timeout: time.Nanosecond} // a timeout would cut polls: it is not used
	s, err := Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Subscribe(t.Context(), "/a"); err != nil {
		t.Error(err)
	}
	if n := <-cookies; n != 1 {
		t.Errorf("%d cookies", n)
	}
	_ = s.Close(t.Context())
}
