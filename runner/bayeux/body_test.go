package bayeux

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// What may stand in the body of a poll's answer: the fault it makes, and that
// the client goes on.
func TestBodies(t *testing.T) {
	big := strings.Repeat("x", 200_000)
	for name, c := range map[string]struct {
		answer func(*turn)
		fault  string
		events int
	}{
		"HTML":           {func(x *turn) { x.write("text/html", "<html>login</html>") }, "not JSON", 0},
		"HTML, labelled": {func(x *turn) { x.write("text/html", "<p>") }, "content type is \"text/html\"", 0},
		"no type":        {func(x *turn) { x.w.Header()["Content-Type"] = nil; x.write("", "["+event(1)+","+x.ok(0, "")+"]") }, "content type", 1},
		"text/plain":     {func(x *turn) { x.write("text/plain", "["+event(1)+","+x.ok(0, "")+"]") }, "text/plain", 1},
		"invalid UTF-8":  {func(x *turn) { x.send("{\"channel\":\"/x\",\"data\":\"\xff\"}", x.ok(0, "")) }, "UTF-8", 1},
		"cut":            {func(x *turn) { x.write("application/json", `[{"channel":"/x","da`) }, "not JSON", 0},
		"empty":          {func(x *turn) { x.write("application/json", "") }, "empty body", 0},
		"a form feed":    {func(x *turn) { x.write("application/json", "[]\f") }, "white space", 0},
		"two arrays":     {func(x *turn) { x.write("application/json", "[][]") }, "behind the end", 0},
		"deep":           {func(x *turn) { x.write("application/json", strings.Repeat("[", 100_000)) }, "max depth", 0},
		"deep data": {func(x *turn) {
			x.send(`{"channel":"/x","data":` + strings.Repeat("[", 40_000) + strings.Repeat("]", 40_000) + "}")
		}, "max depth", 0},
		"numbers":         {func(x *turn) { x.send("1", event(1), "null", x.ok(0, "")) }, "no object", 1},
		"no channel":      {func(x *turn) { x.send(`{"data":1}`, event(1), x.ok(0, "")) }, "without channel", 1},
		"channel 5":       {func(x *turn) { x.send(`{"channel":5,"data":1}`, x.ok(0, "")) }, "channel is not a string", 0},
		"neither":         {func(x *turn) { x.send(`{"channel":"/x"}`, x.ok(0, "")) }, "neither data nor successful", 0},
		"Data is no data": {func(x *turn) { x.send(`{"channel":"/x","Data":1}`, x.ok(0, "")) }, "neither data nor successful", 0},
		"successful 1":    {func(x *turn) { x.send(`{"channel":"/meta/connect","id":"x","successful":1}`) }, "successful is not a boolean", 0},
		"advice 5":        {func(x *turn) { x.send(x.ok(0, `,"advice":5`)) }, "advice is not an object", 0},
		"too large":       {func(x *turn) { x.send(`{"channel":"/x","data":"` + big + `"}`) }, "longer than 100000 bytes", 0},
		"switched": {func(x *turn) {
			conn, _, err := http.NewResponseController(x.w).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"))
			_, _ = conn.Read(make([]byte, 1)) // until the client goes
		}, "HTTP 101", 0},
		"endless": {func(x *turn) {
			for x.r.Context().Err() == nil {
				if _, err := x.w.Write([]byte(big)); err != nil {
					return
				}
			}
		}, "longer than 100000 bytes", 0},
	} {
		t.Run(name, func(t *testing.T) {
			f, r := newFake(t, onPoll(1, c.answer)), newRecorder()
			close(f.set)
			o := f.options(r)
			o.MaxBody = 100_000
			dial(t, o)
			kind := KindFault
			ours := strings.Contains(c.fault, "max depth") || strings.Contains(c.fault, "longer than")
			if ours {
				kind = KindGap
			}
			got := r.await(t, kind, c.fault)
			if ours && len(r.find(KindFault, "")) > 0 {
				t.Errorf("a limit of ours is a fault:\n%s", r)
			}
			if len(got.Text) > maxText+500 {
				t.Errorf("a text of %d bytes", len(got.Text))
			}
			r.awaitCount(t, KindSent, "/meta/connect", 3)
			if n := len(r.find(KindEvent, "")); n != c.events {
				t.Errorf("%d events in:\n%s", n, r)
			}
		})
	}
}

func TestARawRequest(t *testing.T) {
	f := newFake(t, map[string]func(*turn){"/meta/subscribe": func(x *turn) {
		x.send(x.no(0, "402::session_unknown", ""))
	}})
	r := newRecorder()
	status, header, body, err := Raw(t.Context(), f.options(r), []byte(`[{"channel":"/meta/subscribe","id":"7"}]`))
	if err != nil || status != 200 || header.Get("Content-Type") == "" || !strings.Contains(string(body), "session_unknown") {
		t.Errorf("HTTP %d %s, error %v", status, body, err)
	}
	if r.await(t, KindSent, "/meta/subscribe").Raw == nil || r.await(t, KindReply, "/meta/subscribe").Session != 0 {
		t.Errorf("observed:\n%s", r)
	}
	r.none(t, KindFault)

	status, _, _, err = Raw(t.Context(), f.options(r), []byte("{not JSON"))
	if status != http.StatusBadRequest || err != nil {
		t.Errorf("HTTP %d, error %v", status, err)
	}
	r.await(t, KindSent, "{not JSON")

	f.CloseClientConnections()
	f.Close()
	_, _, _, err = Raw(t.Context(), f.options(r), nil)
	wantError(t, err, Unreachable, "refuses connections")
}

func TestNegotiate(t *testing.T) {
	f, r := newFake(t, nil), newRecorder()
	reply, supported, err := Negotiate(t.Context(), f.options(r))
	if err != nil || len(supported) != 1 || !strings.Contains(string(reply), "client1") {
		t.Errorf("%s %v %v", reply, supported, err)
	}
	if f.count("/meta/disconnect") != 1 {
		t.Error("the session was not given back")
	}
	for words, answer := range map[string]func(*turn){
		"404::no":  func(x *turn) { x.send(x.no(0, "404::no", "")) },
		"HTTP 403": func(x *turn) { x.w.WriteHeader(403) },
		"not JSON": func(x *turn) { x.write("text/html", "<html>") },
		"no reply": func(x *turn) { x.send(event(1)) },
	} {
		f := newFake(t, map[string]func(*turn){"/meta/handshake": answer})
		_, _, err := Negotiate(t.Context(), f.options(r))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Text, words) {
			t.Errorf("%s: %v", words, err)
		}
	}
}
