package reference

import (
	"strings"
	"testing"
	"time"
)

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, channel string
		want             bool
	}{
		{"/v2/me/calls", "/v2/me/calls", true},
		{"/v2/me/calls", "/v2/me/devices", false},
		{"/v2/me/*", "/v2/me/calls", true},
		{"/v2/*", "/v2/me/calls", false},
		{"/v2/me/*", "/v2/me/calls/x", false},
		{"/*", "/v2", true},
		{"/**", "/v2/me/calls", true},
		{"/v2/**", "/v2/me/calls", true},
		{"/v2/me/calls/**", "/v2/me/calls", false},
		{"/v2/me/*", "/v2/mean/calls", false},
	} {
		if got := matches(c.pattern, c.channel); got != c.want {
			t.Errorf("matches(%s, %s) = %v", c.pattern, c.channel, got)
		}
	}
	for _, bad := range []string{"", "/", "x", "/a//b", "/a/", "/*/b", "/**/b", "/meta/connect", "/a b", "/a*", "/" + strings.Repeat("a", 300)} {
		if validTopic(bad) {
			t.Errorf("topic %q is taken", bad)
		}
	}
}

// agentOf starts a server with one actor.
func agentOf(t *testing.T, o Options, at int) (*Server, *actor) {
	t.Helper()
	s, base := serveWith(t, o)
	return s, newActor(t, base, DefaultAgents(1)[at])
}

func TestHandshake(t *testing.T) {
	_, a := agentOf(t, Options{}, 0)
	status, header, raw := a.send("POST", "/notifications/handshake", "application/json",
		[]byte(`{"channel":"/meta/handshake","id":"7","version":"1.0","supportedConnectionTypes":["long-polling"]}`))
	r := a.take(raw)[0]
	if status != 200 || r["id"] != "7" || r["successful"] != true || r["version"] != "1.0" || r["clientId"] == nil {
		t.Errorf("HTTP %d %v", status, r)
	}
	cookies := strings.Join(header.Values("Set-Cookie"), "\n")
	for _, want := range []string{"BAYEUX_BROWSER=", "JSESSIONID="} {
		if !strings.Contains(cookies, want) {
			t.Errorf("no %s in %s", want, cookies)
		}
	}
	if !strings.Contains(cookies, "Path=/; HttpOnly") || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Errorf("cookies %s, type %s", cookies, header.Get("Content-Type"))
	}
	advice, _ := r["advice"].(object)
	if advice["reconnect"] != "retry" || advice["timeout"] != 30000.0 {
		t.Errorf("advice %v", advice)
	}
	r = a.bayeux(object{"channel": "/meta/handshake", "supportedConnectionTypes": []string{"callback-polling"}})[0]
	if r["successful"] != false || r["clientId"] != nil {
		t.Errorf("no type in common: %v", r)
	}
}

func TestUnknownClient(t *testing.T) {
	s, a := agentOf(t, Options{}, 0)
	a.listen("/**")
	for _, channel := range []string{"/meta/connect", "/meta/subscribe", "/meta/disconnect"} {
		r := a.bayeux(object{"channel": channel, "clientId": "nobody", "subscription": "/x"})[0]
		if advice, _ := r["advice"].(object); r["successful"] != false || r["error"] != errUnknown || advice["reconnect"] != "handshake" {
			t.Errorf("%s: %v", channel, r)
		}
	}
	// The session belongs to the agent, and over HTTP to the browser cookie.
	other := newActor(t, strings.TrimSuffix(a.api, "/api/v2"), DefaultAgents(1)[1])
	other.listen("/**")
	other.id = a.id
	if r := other.poll(0)[0]; r["successful"] != false {
		t.Errorf("another agent's session: %v", r)
	}
	bare := newActor(t, strings.TrimSuffix(a.api, "/api/v2"), DefaultAgents(1)[0])
	bare.id = a.id
	if r := bare.poll(0)[0]; r["successful"] != false {
		t.Errorf("without the cookie: %v", r)
	}
	a.bayeux(object{"channel": "/meta/disconnect", "clientId": a.id})
	if r := a.poll(0)[0]; r["error"] != errUnknown {
		t.Errorf("after disconnect: %v", r)
	}
	if n := s.Sessions(); n != 1 {
		t.Errorf("%d sessions, want the other agent's", n)
	}
}

func TestSubscriptions(t *testing.T) {
	_, a := agentOf(t, Options{}, 0)
	a.listen("/v2/me/*", "/**", "/v2/me/devices")
	a.must("/me", "StartContactCenterSession")
	a.until("LoggedIn", func(d object) bool { return userStateOf(d) == "LoggedIn" })
	a.until("Ready", func(d object) bool { return userStateOf(d) == "Ready" })
	a.must("/me/channels/voice", "NotReady")
	a.until("NotReady", func(d object) bool { return userStateOf(d) == "NotReady" })
	if len(a.seen) != 0 {
		t.Errorf("three matching subscriptions are one delivery, got %v besides", a.seen)
	}
	r := a.bayeux(object{"channel": "/meta/unsubscribe", "clientId": a.id, "id": "9", "subscription": []string{"/v2/me/*", "/**", "/v2/me/devices"}})[0]
	if r["successful"] != true || r["id"] != "9" {
		t.Errorf("unsubscribe: %v", r)
	}
	r = a.bayeux(object{"channel": "/meta/subscribe", "clientId": a.id, "subscription": "/v2/me/calls"})[0]
	if r["successful"] != true || r["subscription"] != "/v2/me/calls" {
		t.Errorf("subscribe: %v", r)
	}
	a.must("/me/channels/voice", "Ready")
	a.dial("5990")
	a.state(dialing, "")
	if len(a.seen) != 0 {
		t.Errorf("delivered after unsubscribe: %v", a.seen)
	}
	r = a.bayeux(object{"channel": "/meta/subscribe", "clientId": a.id, "subscription": "/a//b"})[0]
	if r["successful"] != false {
		t.Errorf("bad name: %v", r)
	}
	r = a.bayeux(object{"channel": "/v2/me/calls", "clientId": a.id, "data": object{}})[0]
	if r["successful"] != false {
		t.Errorf("publish: %v", r)
	}
}

func userStateOf(d object) any {
	list, _ := d["devices"].([]any)
	if len(list) == 0 {
		return nil
	}
	u, _ := list[0].(object)["userState"].(object)
	return u["state"]
}

func TestQueueBetweenPolls(t *testing.T) {
	_, a := agentOf(t, Options{}, 0)
	a.listen("/v2/me/calls")
	a.dial("5990")
	call := a.state(dialing, "")
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		a.must(a.path(call), "UpdateUserData", "userData", object{"N": n})
	}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		got := a.until("data "+n, func(object) bool { return true })
		if pairs := got["call"].(object)["userData"].(object); pairs["N"] != n {
			t.Fatalf("want %s, got %v", n, pairs)
		}
	}
}

// TestHeldConnect covers what ends a held connect: an event, another connect,
// disconnect, the timeout, and Close.
func TestHeldConnect(t *testing.T) {
	s, a := agentOf(t, Options{PollTimeout: time.Minute}, 0)
	a.listen("/v2/me/calls")
	hold := func() <-chan []object {
		done := make(chan []object, 1)
		go func() { done <- a.poll(time.Minute) }()
		s.bayeux.untilHeld(t, a.id)
		return done
	}
	first := hold()
	if r := a.poll(0); len(r) != 1 || r[0]["successful"] != true {
		t.Errorf("second connect: %v", r)
	}
	<-first
	second := hold()
	a.dial("5990")
	<-second
	a.state(dialing, "")
	third := hold()
	a.bayeux(object{"channel": "/meta/disconnect", "clientId": a.id})
	if r := <-third; len(r) != 1 {
		t.Errorf("held connect at disconnect: %v", r)
	}
}

// untilHeld waits for a connect of the client to be held.
func (b *bayeux) untilHeld(t testing.TB, id string) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		b.mu.Lock()
		s := b.sessions[id]
		held := s != nil && s.poll != nil && !s.poll.over
		b.mu.Unlock()
		if held {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("no connect is held")
		}
	}
}

func TestSessionExpires(t *testing.T) {
	s, a := agentOf(t, Options{SessionTimeout: 20 * time.Millisecond}, 0)
	a.listen("/**")
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.Sessions() > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the session lives on")
		}
	}
	if r := a.poll(0)[0]; r["error"] != errUnknown {
		t.Errorf("after expiry: %v", r)
	}
}

func TestCloseEndsHeldConnect(t *testing.T) {
	s, a := agentOf(t, Options{PollTimeout: time.Minute}, 0)
	a.listen("/**")
	a.strict = false
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.poll(time.Minute)
	}()
	s.bayeux.untilHeld(t, a.id)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	<-done
	if _, err := s.Start("127.0.0.1:0"); err == nil {
		t.Error("a closed server starts")
	}
}

func TestMalformedBayeux(t *testing.T) {
	_, a := agentOf(t, Options{}, 0)
	a.listen("/**")
	for _, body := range []string{"", "{", "[]", "7", `"x"`, "null", "[null]", "[[]]", "[{}]", `[{"channel":7}]`, "\xff",
		strings.Repeat("[", 100000), `[{"channel":"/meta/connect"}`} {
		if status, _, _ := a.send("POST", "/notifications", "application/json", []byte(body)); status != 400 {
			t.Errorf("%.20q: HTTP %d", body, status)
		}
	}
	if status, _, _ := a.send("GET", "/notifications", "application/json", nil); status != 400 {
		t.Errorf("GET: HTTP %d", status)
	}
	if r := a.poll(0); len(r) != 1 || r[0]["successful"] != true {
		t.Errorf("the session after it: %v", r)
	}
}

func TestBayeuxNeedsCredentials(t *testing.T) {
	_, a := agentOf(t, Options{}, 0)
	a.plain = true
	status, v := a.json("POST", "/notifications", []object{{"channel": "/meta/handshake"}})
	if status != 403 || v["statusCode"] != 20.0 {
		t.Errorf("HTTP %d %v", status, v)
	}
}
