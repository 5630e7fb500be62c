package reference

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// dialSocket opens a WebSocket as an agent.
func dialSocket(t *testing.T, base string, a Agent) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	return dialFrom(t, base, a, "")
}

// dialFrom does so as a browser with a page of that origin; "" is none.
func dialFrom(t *testing.T, base string, a Agent, origin string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.User+":"+a.Password)))
	conn, resp, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(base, "http")+"/api/v2/notifications", header)
	if resp != nil && resp.Body != nil {
		t.Cleanup(func() { _ = resp.Body.Close() })
	}
	if conn != nil {
		t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, resp, err
}

// next reads the messages of one frame.
func next(t *testing.T, conn *websocket.Conn) []object {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	var list []object
	if err := conn.ReadJSON(&list); err != nil {
		t.Fatalf("read: %v", err)
	}
	return list
}

func say(t *testing.T, conn *websocket.Conn, m object) {
	t.Helper()
	if err := conn.WriteJSON([]object{m}); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func TestWebSocket(t *testing.T) {
	s, base := serveWith(t, Options{PollTimeout: time.Minute})
	conn, _, err := dialSocket(t, base, DefaultAgents(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	say(t, conn, object{"channel": "/meta/handshake", "id": "1", "version": "1.0", "supportedConnectionTypes": []string{"websocket"}})
	id, _ := next(t, conn)[0]["clientId"].(string)
	say(t, conn, object{"channel": "/meta/subscribe", "id": "2", "clientId": id, "subscription": "/v2/me/calls"})
	if r := next(t, conn)[0]; r["successful"] != true || r["id"] != "2" {
		t.Fatalf("subscribe: %v", r)
	}
	say(t, conn, object{"channel": "/meta/connect", "id": "3", "clientId": id, "connectionType": "websocket", "advice": object{"timeout": 0}})
	if r := next(t, conn)[0]; r["id"] != "3" || r["successful"] != true {
		t.Fatalf("connect: %v", r)
	}
	say(t, conn, object{"channel": "/meta/connect", "id": "4", "clientId": id, "connectionType": "websocket"})
	s.bayeux.untilHeld(t, id)
	a := newActor(t, base, DefaultAgents(1)[0])
	a.dial("5990")
	if data, _ := next(t, conn)[0]["data"].(object); data["notificationType"] != kindStatus {
		t.Fatalf("event: %v", data)
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte("{")); err != nil {
		t.Fatal(err)
	}
	if r := next(t, conn)[0]; r["successful"] != false {
		t.Errorf("malformed: %v", r)
	}
	say(t, conn, object{"channel": "/meta/disconnect", "id": "5", "clientId": id})
	seen := map[any]bool{}
	for !seen["4"] || !seen["5"] {
		seen[next(t, conn)[0]["id"]] = true
	}
	if s.Sessions() != 0 {
		t.Error("the session lives on")
	}
}

func TestWebSocketRefusals(t *testing.T) {
	_, base := serveWith(t, Options{})
	_, resp, err := dialSocket(t, base, Agent{User: "agent", Password: "wrong"})
	if err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("wrong password: %v", err)
	}
	_, base = serveWith(t, Options{Variation: "long-polling-only"})
	if _, _, err = dialSocket(t, base, DefaultAgents(1)[0]); err == nil {
		t.Error("long-polling-only upgrades")
	}
}

// TestWebSocketResumes: a session whose socket broke takes its events over the
// next one.
func TestWebSocketResumes(t *testing.T) {
	s, base := serveWith(t, Options{})
	first, _, err := dialSocket(t, base, DefaultAgents(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	say(t, first, object{"channel": "/meta/handshake", "supportedConnectionTypes": []string{"websocket"}})
	id, _ := next(t, first)[0]["clientId"].(string)
	say(t, first, object{"channel": "/meta/subscribe", "clientId": id, "subscription": "/**"})
	next(t, first)
	_ = first.Close()
	deadline := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for bound := true; bound; {
		s.bayeux.mu.Lock()
		bound = s.bayeux.sessions[id].socket != nil
		s.bayeux.mu.Unlock()
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the socket is still bound")
		}
	}
	newActor(t, base, DefaultAgents(1)[0]).dial("5990")
	second, _, err := dialSocket(t, base, DefaultAgents(1)[0])
	if err != nil {
		t.Fatal(err)
	}
	say(t, second, object{"channel": "/meta/connect", "clientId": id, "connectionType": "websocket", "advice": object{"timeout": 0}})
	for range 2 { // the event and the reply, in either order
		if m := next(t, second)[0]; m["data"] == nil && m["successful"] != true {
			t.Errorf("after the resumption: %v", m)
		}
	}
}
