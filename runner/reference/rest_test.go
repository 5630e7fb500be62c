package reference

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestRefusals(t *testing.T) {
	s, base := serveWith(t, Options{})
	agent, caller, _ := station(t, base)
	caller.dial("5005")
	ring := agent.state(ringing, "")
	at := agent.path(ring)
	device := "/me/devices/" + agent.agent.DeviceID
	to := func(v any) object { return object{"operationName": "InitiateTransfer", "destination": v} }
	for _, c := range []struct {
		name, method, path string
		body               any
		status, code       int
	}{
		{"no body", "POST", at, nil, 400, 10},
		{"array", "POST", at, []any{1}, 400, 10},
		{"no operation", "POST", at, object{}, 400, 1},
		{"operation of wrong type", "POST", at, object{"operationName": 7}, 400, 10},
		{"unknown operation", "POST", at, object{"operationName": "Fly"}, 400, 10},
		{"unknown call", "POST", "/me/calls/none", object{"operationName": "Answer"}, 404, 6},
		{"wrong state", "POST", at, to(object{"phoneNumber": "5001"}), 409, 2},
		{"no consult call", "POST", at, object{"operationName": "CompleteTransfer"}, 409, 2},
		{"unknown path", "GET", "/nowhere", nil, 404, 6},
		{"root", "GET", "", nil, 404, 6},
		{"wrong method", "PUT", at, object{}, 405, 3},
		{"delete", "DELETE", at, nil, 405, 3},
		{"unknown call read", "GET", "/me/calls/none", nil, 404, 6},
		{"foreign device", "GET", "/me/devices/nothing", nil, 404, 6},
		{"dial without destination", "POST", device + "/calls", object{"operationName": "Dial"}, 400, 1},
		{"dial with a string", "POST", device + "/calls", object{"operationName": "Dial", "destination": "5001"}, 400, 10},
		{"dial with a number", "POST", device + "/calls", object{"operationName": "Dial", "destination": object{"phoneNumber": 5001}}, 400, 10},
		{"dial oneself", "POST", device + "/calls", object{"operationName": "Dial", "destination": object{"phoneNumber": "5005"}}, 400, 10},
		{"long number", "POST", device + "/calls", object{"operationName": "Dial", "destination": object{"phoneNumber": strings.Repeat("5", 5000)}}, 400, 10},
		{"not ASCII", "POST", device + "/calls", object{"operationName": "Dial", "destination": object{"phoneNumber": "５００１"}}, 400, 10},
		{"user data of wrong type", "POST", at, object{"operationName": "AttachUserData", "userData": "x"}, 400, 10},
		{"user data missing", "POST", at, object{"operationName": "AttachUserData"}, 400, 1},
		{"no key", "POST", at, object{"operationName": "DeleteUserDataPair"}, 400, 1},
		{"agent state without session", "POST", "/me/channels/voice", object{"operationName": "Ready"}, 409, 2},
		{"channels of wrong type", "POST", "/me", object{"operationName": "StartContactCenterSession", "channels": "voice"}, 400, 10},
		{"forward nowhere", "POST", device, object{"operationName": "ForwardCallsOn"}, 400, 1},
		{"monitor nobody", "POST", device, object{"operationName": "ListenIn"}, 400, 1},
		{"unknown device operation", "POST", device, object{"operationName": "Fly"}, 400, 10},
	} {
		status, v := agent.json(c.method, c.path, c.body)
		if status != c.status || v["statusCode"] != float64(c.code) || len(v) != 2 || v["statusMessage"] == "" {
			t.Errorf("%s: HTTP %d %v, want %d and %d", c.name, status, v, c.status, c.code)
		}
	}
	agent.poll(0)
	if len(agent.seen) != 0 || s.LiveCalls() != 1 {
		t.Errorf("refusals caused %v", agent.seen)
	}
}

func TestHostileBodies(t *testing.T) {
	_, base := serveWith(t, Options{})
	agent, caller, _ := station(t, base)
	caller.dial("5005")
	at := agent.path(agent.state(ringing, ""))
	deep := strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000)
	for name, body := range map[string]string{
		"deep": deep, "deep array": strings.Repeat("[", 100000), "not UTF-8": "{\"operationName\":\"\xff\"}",
		"two values": `{"operationName":"Answer"}{}`, "huge": `{"operationName":"` + strings.Repeat("x", 5<<20) + `"}`,
		"text": "operationName=Answer", "number": "1e999999", "null": "null", "nul": "\x00",
	} {
		status, _, raw := agent.send("POST", at, "application/json", []byte(body))
		if status < 400 || !strings.Contains(string(raw), `"statusCode":10`) {
			t.Errorf("%s: HTTP %d %.100s", name, status, raw)
		}
	}
	status, _, raw := agent.send("POST", at, "text/plain", []byte(`{"operationName":"Answer"}`))
	if status != http.StatusUnsupportedMediaType {
		t.Errorf("text/plain: HTTP %d %s", status, raw)
	}
	agent.must(at, "UpdateUserData", "userData", object{"big": strings.Repeat("é", 1<<19)})
	data := agent.until("big data", func(d object) bool { return d["notificationType"] == kindData })
	if got := data["call"].(object)["userData"].(object)["big"].(string); len(got) != 1<<20 {
		t.Errorf("%d bytes came back", len(got))
	}
	agent.must(at, "Answer")
}

func TestCredentials(t *testing.T) {
	_, base := serveWith(t, Options{})
	a := newActor(t, base, DefaultAgents(1)[0])
	a.plain = true
	if status, v := a.json("GET", "/me", nil); status != 403 || v["statusCode"] != 20.0 || v["statusMessage"] != "Access denied" {
		t.Errorf("without credentials: HTTP %d %v", status, v)
	}
	a.plain = false
	a.must("/me", "StartContactCenterSession", "channels", []string{"voice"})
	a.plain = true
	a.must("/me/channels/voice", "NotReady") // by the cookie alone
	if v := a.op("/me", "StartContactCenterSession", "channels", []string{"voice", "chat"}); v["statusCode"] != 7.0 {
		t.Errorf("with chat: %v", v)
	}
	a.must("/me", "EndContactCenterSession")
	if status, _ := a.json("GET", "/me", nil); status != 403 {
		t.Errorf("the cookie after the session: HTTP %d", status)
	}
	a.plain, a.agent.Password = false, "wrong"
	if status, _ := a.json("GET", "/me", nil); status != 403 {
		t.Errorf("wrong password: HTTP %d", status)
	}
}

func TestForeignCall(t *testing.T) {
	_, base := serveWith(t, Options{Agents: DefaultAgents(2)})
	agent, caller, dest := station(t, base)
	caller.dial("5005")
	at := agent.path(agent.state(ringing, ""))
	if v := dest.op(at, "Answer"); v["statusCode"] != 6.0 {
		t.Errorf("a foreign call is operated: %v", v)
	}
	if v := dest.get(at); v["statusCode"] != 6.0 {
		t.Errorf("a foreign call is read: %v", v)
	}
	if v := agent.get(at + "/"); v["call"].(object)["state"] != ringing {
		t.Errorf("with a slash at the end: %v", v)
	}
	if v := agent.get("/me/calls/?fields=*"); len(v["calls"].([]any)) != 1 {
		t.Errorf("list: %v", v)
	}
}

func TestReads(t *testing.T) {
	_, base := serveWith(t, Options{})
	a := newActor(t, base, DefaultAgents(1)[0])
	for path, member := range map[string]string{
		"/me": "user", "/me/?subresources=*": "user", "/me/devices": "uris", "/me/devices?fields=*": "devices",
		"/me/devices/" + a.agent.DeviceID: "device", "/devices/" + a.agent.DeviceID: "device",
		"/me/devices/" + a.agent.DeviceID + "/settings/tserver": "settings",
		"/me/calls": "uris", "/me/calls?fields=*": "calls", "/services?fields=*": "services", "/diagnostics/version": "version",
	} {
		if v := a.get(path); v["statusCode"] != 0.0 || v[member] == nil {
			t.Errorf("GET %s: %v", path, v)
		}
	}
}

// TestUserForClients holds what a client written in C# casts without looking: settings are an object of objects.
func TestUserForClients(t *testing.T) {
	_, base := serveWith(t, Options{})
	a := newActor(t, base, DefaultAgents(1)[0])
	for _, query := range []string{"*", "settings"} {
		user := a.get("/me?subresources=" + query)["user"].(object)
		settings, _ := user["settings"].(object)
		if len(settings) == 0 || user["changePasswordOnFirstLogin"] != false {
			t.Errorf("subresources=%s: %v", query, user)
		}
		for name, section := range settings {
			if _, ok := section.(object); !ok {
				t.Errorf("settings.%s is no object: %v", name, section)
			}
		}
	}
	if user := a.get("/me")["user"].(object); user["settings"] != nil {
		t.Errorf("settings unasked: %v", user)
	}
}

// TestOperationsInParallel looks for races: every agent of three stations at
// once.
func TestOperationsInParallel(t *testing.T) {
	s, base := serveWith(t, Options{Agents: DefaultAgents(3)})
	var wait sync.WaitGroup
	for i := range 3 {
		agents := s.opts.Agents[3*i:]
		wait.Go(func() {
			agent, caller := newActor(t, base, agents[0]), newActor(t, base, agents[1])
			agent.listen("/v2/me/calls")
			for range 5 {
				caller.dial(agents[0].Number)
				call := agent.state(ringing, "")
				agent.must(agent.path(call), "Answer")
				agent.state(established, "")
				caller.must(caller.path(call), "Hangup")
				agent.state(released, "")
			}
		})
	}
	wait.Wait()
	if n := s.LiveCalls(); n != 0 {
		t.Errorf("%d live calls", n)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"operationName":"Dial","destination":{"phoneNumber":"1"}}`, `[{"channel":"/meta/connect"}]`, "\xff", `"\ud800"`, `{"a":1e999}`, "[[["} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if body, err := decodeObject(raw); err == nil {
			_, _ = userData(body)
			_, _ = sessionChannels(body)
			_ = encode(body)
		}
		messages, _ := parseMessages(raw)
		for _, m := range messages {
			_, _ = topics(m)
		}
	})
}

// FuzzRequest posts anything to a call and to the notifications of a server.
func FuzzRequest(f *testing.F) {
	s, base := serveWith(f, Options{})
	a := newActor(f, base, DefaultAgents(1)[0])
	a.listen("/**")
	a.dial("5990")
	at := newest(s, "5005")
	for op := range callOperations {
		f.Add([]byte(`{"operationName":"` + op + `","destination":{"phoneNumber":"5001"},"userData":{"k":[1]},"digits":"1"}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		a.t = t
		if status, _, body := a.send("POST", at, "application/json", raw); !strings.Contains(string(body), "statusCode") {
			t.Errorf("HTTP %d %s", status, body)
		}
		if !strings.Contains(string(raw), "/meta/connect") { // it would be held
			a.send("POST", "/notifications", "application/json", raw)
		}
	})
}
