package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what has to come.
const patience = 10 * time.Second

// serveWith starts a server for a test, and ends it with the test.
func serveWith(t testing.TB, o Options) (*Server, string) {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("new: %v", err)
	}
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, base
}

// actor is an agent as a plain HTTP client: a cookie jar, Basic credentials,
// and polls by hand.
type actor struct {
	t      testing.TB
	api    string
	agent  Agent
	http   *http.Client
	id     string   // clientId
	seen   []object // notifications
	csrf   string
	plain  bool // without Basic
	strict bool // fail on what goes wrong on the way
}

func newActor(t testing.TB, base string, a Agent) *actor {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &actor{t: t, api: base + "/api/v2", agent: a, http: &http.Client{Jar: jar, Transport: transport}, strict: true}
}

func (a *actor) send(method, path, contentType string, body []byte) (int, http.Header, []byte) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, a.api+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatalf("request: %v", err)
	}
	r.Header.Set("Content-Type", contentType)
	if a.csrf != "" {
		r.Header.Set("X-CSRF-TOKEN", a.csrf)
	}
	if !a.plain {
		r.SetBasicAuth(a.agent.User, a.agent.Password)
	}
	resp, err := a.http.Do(r)
	if err != nil {
		if a.strict {
			a.t.Fatalf("%s %s: %v", method, path, err)
		}
		return 0, nil, nil
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil && a.strict {
		a.t.Fatalf("%s %s: read: %v", method, path, err)
	}
	if token := resp.Header.Get("X-CSRF-TOKEN"); token != "" {
		a.csrf = token
	}
	return resp.StatusCode, resp.Header, raw
}

func (a *actor) json(method, path string, body any) (int, object) {
	a.t.Helper()
	status, _, raw := a.send(method, path, "application/json", encode(body))
	var v object
	if err := json.Unmarshal(raw, &v); err != nil && a.strict {
		a.t.Fatalf("%s %s: HTTP %d, %.200s: %v", method, path, status, raw, err)
	}
	return status, v
}

func (a *actor) get(path string) object {
	a.t.Helper()
	_, v := a.json("GET", path, nil)
	return v
}

// op posts an operation; more is pairs of parameter and value.
func (a *actor) op(path, name string, more ...any) object {
	a.t.Helper()
	body := object{"operationName": name}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	_, v := a.json("POST", path, body)
	return v
}

// must posts an operation that has to be accepted.
func (a *actor) must(path, name string, more ...any) {
	a.t.Helper()
	if v := a.op(path, name, more...); a.strict && v["statusCode"] != 0.0 {
		a.t.Fatalf("%s of %s: %v", name, a.agent.User, v)
	}
}

// bayeux posts messages and keeps the events; it returns the replies.
func (a *actor) bayeux(messages ...object) []object {
	a.t.Helper()
	_, _, raw := a.send("POST", "/notifications", "application/json", encode(messages))
	return a.take(raw)
}

func (a *actor) take(raw []byte) []object {
	var list []object
	if json.Unmarshal(raw, &list) != nil {
		var one object
		if json.Unmarshal(raw, &one) == nil {
			list = []object{one}
		}
	}
	var replies []object
	for _, m := range list {
		if _, event := m["data"]; event {
			a.seen = append(a.seen, m)
		} else {
			replies = append(replies, m)
		}
	}
	return replies
}

// listen begins a Bayeux session with the topics.
func (a *actor) listen(topics ...string) {
	a.t.Helper()
	a.get("/me")
	replies := a.bayeux(object{"channel": "/meta/handshake", "version": "1.0", "id": "1",
		"supportedConnectionTypes": []string{"long-polling"}})
	if len(replies) == 1 {
		a.id, _ = replies[0]["clientId"].(string)
	}
	if a.id == "" && a.strict {
		a.t.Fatalf("handshake of %s: %v", a.agent.User, replies)
	}
	replies = a.bayeux(object{"channel": "/meta/subscribe", "clientId": a.id, "id": "2", "subscription": topics})
	if a.strict && (len(replies) != 1 || replies[0]["successful"] != true) {
		a.t.Fatalf("subscribe of %s: %v", a.agent.User, replies)
	}
	a.poll(0)
}

func (a *actor) poll(timeout time.Duration) []object {
	a.t.Helper()
	return a.bayeux(object{"channel": "/meta/connect", "clientId": a.id, "id": "3", "connectionType": "long-polling",
		"advice": object{"timeout": timeout.Milliseconds()}})
}

// until polls until a notification matches, and returns it.
func (a *actor) until(what string, match func(object) bool) object {
	a.t.Helper()
	deadline := time.Now().Add(patience)
	for at := 0; ; {
		for ; at < len(a.seen); at++ {
			if data, _ := a.seen[at]["data"].(object); match(data) {
				a.seen = a.seen[at+1:]
				return data
			}
		}
		if time.Now().After(deadline) {
			a.t.Fatalf("%s: no %s in %d notifications: %s", a.agent.User, what, len(a.seen), encode(a.seen))
		}
		if replies := a.poll(time.Second); len(replies) == 0 || replies[0]["successful"] != true {
			a.t.Fatalf("%s: poll: %v", a.agent.User, replies)
		}
	}
}

// state waits for a call notification; id may be empty.
func (a *actor) state(state, id string) object {
	a.t.Helper()
	data := a.until(state+" "+id, func(d object) bool {
		c, _ := d["call"].(object)
		return c["state"] == state && (id == "" || c["id"] == id) && c["callType"] != "Inbound"
	})
	return data["call"].(object)
}

func (a *actor) path(call object) string { return "/me/calls/" + call["id"].(string) }

// dial calls a number with the documented URL.
func (a *actor) dial(number string, more ...any) {
	a.t.Helper()
	a.must("/me/devices/"+a.agent.DeviceID+"/calls", "Dial", append(more, "destination", object{"phoneNumber": number})...)
}

// station is the three agents of a station, listening.
func station(t testing.TB, base string) (agent, caller, dest *actor) {
	t.Helper()
	a := DefaultAgents(1)
	agent, caller, dest = newActor(t, base, a[0]), newActor(t, base, a[1]), newActor(t, base, a[2])
	for _, x := range []*actor{agent, caller, dest} {
		x.listen("/v2/me/calls", "/v2/me/devices")
	}
	return agent, caller, dest
}

func names(v any) string {
	list, _ := v.([]any)
	var out []string
	for _, s := range list {
		out = append(out, s.(string))
	}
	return strings.Join(out, ",")
}

func TestSample2(t *testing.T) {
	s, base := serveWith(t, Options{})
	agent, caller, dest := station(t, base)
	caller.dial("5005")
	ring := agent.state(ringing, "")
	if got := names(ring["capabilities"]); got != "UpdateUserData,DeleteUserData,AttachUserData,DeleteUserDataPair,Answer" {
		t.Errorf("Ringing offers %s", got)
	}
	if ring["dnis"] != "5005" || ring["callUuid"] != ring["id"] || ring["duration"] != "0" || ring["callType"] != "Internal" {
		t.Errorf("Ringing: %v", ring)
	}
	agent.must(agent.path(ring), "Answer")
	agent.state(established, ring["id"].(string))
	caller.state(established, ring["id"].(string))
	agent.must(agent.path(ring), "InitiateTransfer", "destination", object{"phoneNumber": "5001"})
	onHold := agent.state(held, ring["id"].(string))
	if got := names(onHold["capabilities"]); !strings.Contains(got, "Retrieve") || strings.Contains(got, "SwapCalls") {
		t.Errorf("Held offers %s", got)
	}
	consult := agent.state(dialing, "")
	if consult["callType"] != "Consult" || consult["id"] == ring["id"] || consult["parentCallUri"] != ring["uri"] {
		t.Errorf("consult: %v", consult)
	}
	dest.state(ringing, consult["id"].(string))
	agent.must(agent.path(consult), "CompleteTransfer")
	over := agent.state(released, ring["id"].(string))
	if got := names(over["capabilities"]); got != "" {
		t.Errorf("Released offers %s", got)
	}
	agent.state(released, consult["id"].(string))
	caller.until("ParticipantsUpdated", func(d object) bool { return d["notificationType"] == kindParticipants })
	if calls := agent.get("/me/calls"); len(calls["uris"].([]any)) != 0 {
		t.Errorf("calls after the transfer: %v", calls)
	}
	if n := s.LiveCalls(); n != 2 {
		t.Errorf("%d live calls, want the caller's and the destination's", n)
	}
	dest.must(dest.path(consult), "Answer")
	dest.state(established, "")
	caller.must(caller.path(ring), "Hangup")
	dest.state(released, "")
	if n := s.LiveCalls(); n != 0 {
		t.Errorf("%d live calls at the end", n)
	}
}
