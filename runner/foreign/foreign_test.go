package foreign_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/voicespec/voicespec/runner/foreign"
	"github.com/voicespec/voicespec/runner/recording"
)

var start = time.Date(2026, 11, 25, 11, 20, 0, 0, time.UTC)

// told is a notification of a call.
func told(id, state, number, other string) string {
	return fmt.Sprintf(`{"channel":"/v2/me/calls","data":{"notificationType":"StatusChange","phoneNumber":%q,"call":{"id":%q,"state":%q,
		"participants":[{"phoneNumber":%q}]}}}`, number, id, state, other)
}

// exchange is one entry of a HAR, in the form of either browser.
type exchange struct {
	at, took float64 // seconds
	user     string
	method   string
	path     string
	sent     string
	status   int
	came     string
	base64   bool
	bodiless bool
}

func har(list ...exchange) []byte {
	var entries []any
	for _, x := range list {
		content := map[string]any{"size": len(x.came), "mimeType": "application/json"}
		switch {
		case x.bodiless:
			content["size"] = 10
		case x.base64:
			content["text"], content["encoding"] = base64.StdEncoding.EncodeToString([]byte(x.came)), "base64"
		default:
			content["text"] = x.came
		}
		request := map[string]any{"method": x.method, "url": "https://gws.example.com/api/v2" + x.path, "headers": []any{
			map[string]any{"name": "Authorization", "value": "Basic " + base64.StdEncoding.EncodeToString([]byte(x.user+":sesame-"+x.user))},
		}}
		if x.sent != "" {
			request["postData"] = map[string]any{"mimeType": "application/json", "text": x.sent}
		}
		entries = append(entries, map[string]any{
			"startedDateTime": start.Add(time.Duration(x.at * float64(time.Second))).Format("2006-01-02T15:04:05.000Z07:00"), "time": 1000 * x.took,
			"request": request, "response": map[string]any{"status": x.status, "headers": []any{}, "content": content},
		})
	}
	out, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]any{"name": "Firefox"}, "entries": entries}})
	if err != nil {
		panic(err)
	}
	return []byte(strings.Replace(string(out), `{"log":`, `{ "log": `, 1))
}

func poll(at, took float64, came string) exchange {
	return exchange{
		at: at, took: took, user: "agent", method: "POST", path: "/notifications/connect", sent: `[{"channel":"/meta/connect"}]`, status: 200, came: came,
	}
}

const (
	hold     = `{"operationName":"Hold"}`
	accepted = `{"statusCode":0}`
	nothing  = `[{"channel":"/meta/connect","successful":true}]`
)

// summary is a recording in short: what each line is, at what time, and whose.
func summary(t *testing.T, sources ...foreign.Source) (lines []string, log *foreign.Log) {
	t.Helper()
	log, err := foreign.Read(sources...)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := log.Write(&text); err != nil {
		t.Fatal(err)
	}
	for e, err := range recording.Read(&text) {
		if err != nil {
			t.Fatal(err)
		}
		what := string(e.Kind)
		switch e.Kind {
		case recording.KindHeader:
			continue
		case recording.KindRest:
			what = e.Method + " " + e.Path + " " + e.Operation()
		case recording.KindMessage:
			what = e.State()
		default:
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%.1f %s %s", e.At, e.Actor, what)))
	}
	return lines, log
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// What a poll brings came at its end, though it stands in the HAR where it was begun.
func TestHAR(t *testing.T) {
	data := har(
		poll(0, 2, "["+told("1", "Held", "5005", "5000")+"]"),
		exchange{at: 1, took: 0.5, user: "agent", method: "POST", path: "/me/calls/1", sent: hold, status: 200, came: accepted, base64: true},
		exchange{at: 1.2, took: 0.1, user: "agent", method: "GET", path: "/me?token=abcdefgh", status: 200, came: `{"statusCode":0,"password":"x","user":{"userName":"agent"}}`},
	)
	lines, log := summary(t, foreign.Source{Name: "a.har", Data: data})
	same(t, lines, "0.2 agent GET /me?token=***", "0.0 agent POST /me/calls/1 Hold", "1.0 agent Held")
	if p := log.Header.Stations[0].Agent; p.User != "agent" || p.Number != "5005" || !p.Controlled {
		t.Errorf("the agent is %+v", p)
	}
	if log.Header.Target != "https://gws.example.com" {
		t.Errorf("the target is %q", log.Header.Target)
	}
}

func TestSecretsAreCut(t *testing.T) {
	data := har(exchange{
		at: 0, took: 1, user: "agent", method: "POST", path: "/me/calls/1?access_token=abcdefgh", sent: `{"operationName":"Hold","password":"hunter22"}`,
		status: 200, came: `{"statusCode":0,"csrfToken":"0123-4567","echo":"sesame-agent"}`,
	})
	log, err := foreign.Read(foreign.Source{Name: "a.har", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := log.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"abcdefgh", "hunter22", "0123-4567", "sesame", base64.StdEncoding.EncodeToString([]byte("agent:sesame-agent"))} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s stands in the recording", secret)
		}
	}
}

// What a poll lost is a gap where more follows; a poll that is cut off at the end is how a log ends.
func TestLostBodiesAreGaps(t *testing.T) {
	lost := poll(1, 1, "")
	lost.bodiless = true
	last := poll(4, 1, "")
	last.status = 0
	lines, log := summary(t, foreign.Source{Name: "a.har", Data: har(poll(0, 1, nothing), lost, poll(2, 1, "["+told("1", "Held", "5005", "5000")+"]"), last)})
	same(t, lines, "0.0 agent gap", "1.0 agent Held")
	if len(log.Notes) != 1 || !strings.Contains(log.Notes[0], "1 of 4 answers have no body") {
		t.Errorf("notes: %q", log.Notes)
	}
}

func TestSeveralPeopleInOneHAR(t *testing.T) {
	dial := `{"operationName":"Dial","destination":{"phoneNumber":"5005"}}`
	transfer := `{"operationName":"InitiateTransfer","destination":{"phoneNumber":"5001"}}`
	lines, _ := summary(t, foreign.Source{Name: "a.har", Data: har(
		exchange{at: 0, took: 0.1, user: "cora", method: "POST", path: "/me/devices/d/calls", sent: dial, status: 200, came: accepted},
		exchange{at: 1, took: 0.1, user: "anna", method: "POST", path: "/me/calls/1", sent: transfer, status: 200, came: accepted},
	)})
	same(t, lines, "0.0 caller POST /me/devices/d/calls Dial", "1.0 agent POST /me/calls/1 InitiateTransfer")
	if _, err := foreign.Read(foreign.Source{Name: "a.har", Actor: "agent", Data: har(
		exchange{user: "cora", method: "GET", path: "/me", status: 200, came: accepted}, exchange{user: "anna", method: "GET", path: "/me", status: 200, came: accepted},
	)}); err == nil || !strings.Contains(err.Error(), "it holds 2 people (cora, anna)") {
		t.Errorf("two people as one: %v", err)
	}
}

func TestWebSocketMessages(t *testing.T) {
	at := float64(start.Unix())
	data := fmt.Sprintf(`{"log":{"entries":[{"startedDateTime":"2026-11-25T11:20:00.000Z","time":5000,"request":{"method":"GET","url":"wss://gws.example.com/api/v2/notifications",
		"headers":[]},"response":{"status":101,"headers":[],"content":{}},"_webSocketMessages":[{"type":"send","time":%f,"opcode":1,"data":"[{\"channel\":\"/meta/handshake\"}]"},
		{"type":"receive","time":%f,"opcode":1,"data":%q},{"type":"receive","time":%f,"opcode":1,"data":"[{\"channel\":\"/meta/connect\",\"successful\":true}]"}]}]}}`,
		at, at+1.5, "["+strings.ReplaceAll(told("1", "Held", "5005", "5000"), "\n\t\t", "")+"]", at+2)
	lines, _ := summary(t, foreign.Source{Name: "a.har", Data: []byte(data)})
	same(t, lines, "0.0 agent Held")
}

func cometd(stamps ...string) []byte {
	var b strings.Builder
	for i, s := range stamps {
		message := strings.ReplaceAll(told("1", []string{"Ringing", "Established", "Held"}[i%3], "5005", "5000"), "\n\t\t", "")
		fmt.Fprintf(&b, "cometd.js:1 %s Transport long-polling received response [%s]\n", s, message)
	}
	return []byte(b.String())
}

// Over midnight another day begins; a clock that was set back goes on from where it was, and says so.
func TestConsoleLogOfCometD(t *testing.T) {
	lines, _ := summary(t, foreign.Source{Name: "a.log", Data: cometd("23:59:59.000", "00:00:01.000")})
	same(t, lines, "0.0 agent Ringing", "2.0 agent Established")
	lines, log := summary(t, foreign.Source{Name: "a.log", Data: cometd("10:00:05.000", "10:00:01.000", "10:00:02.000")})
	same(t, lines, "0.0 agent Ringing", "0.0 agent gap", "0.0 agent Established", "1.0 agent Held")
	if len(log.Notes) != 1 || !strings.Contains(log.Notes[0], "its clock runs back by 4s") {
		t.Errorf("notes: %q", log.Notes)
	}
	short := append(cometd("10:00:00.000"), "10:00:01.000 Transport long-polling received response [{…}]\n"...)
	lines, _ = summary(t, foreign.Source{Name: "a.log", Data: short})
	same(t, lines, "0.0 agent Ringing", "1.0 agent gap")
}

// Files of several people are laid on one clock by a call that both know, whatever zone their own clocks show.
func TestFilesOfSeveralPeople(t *testing.T) {
	agent := har(poll(0, 1, "["+told("1", "Ringing", "5005", "5000")+"]"))
	caller := cometd("14:50:00.800")
	lines, _ := summary(t, foreign.Source{Name: "a.har", Actor: "agent", Data: agent}, foreign.Source{Name: "c.log", Actor: "caller", Data: caller})
	same(t, lines, "0.0 caller Ringing", "0.2 agent Ringing")
}

func TestUTF16(t *testing.T) {
	plain := cometd("10:00:00.000")
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for _, mark := range []string{"\ufeff", ""} {
			var data []byte
			for _, u := range utf16.Encode([]rune(mark + string(plain))) {
				data = order.AppendUint16(data, u)
			}
			if got := foreign.Text(data); !bytes.Equal(got, plain) {
				t.Errorf("%s endian with mark %q: %q", name, mark, got)
			}
		}
	}
	if got := foreign.Text([]byte("\xef\xbb\xbfx")); string(got) != "x" {
		t.Errorf("UTF-8 with a mark: %q", got)
	}
}

// What cannot be judged is told in one sentence, and nothing is made of it.
func TestBadInput(t *testing.T) {
	bodiless := exchange{at: 0, took: 1, user: "agent", method: "GET", path: "/me", status: 200, bodiless: true}
	whole := har(poll(0, 1, nothing), poll(1, 1, "["+told("1", "Held", "5005", "5000")+"]"))
	for name, tt := range map[string]struct {
		data string
		want string
	}{
		"no bodies":   {string(har(bodiless)), "none of the bodies"},
		"another API": {`{"log":{"entries":[{"startedDateTime":"2026-11-25T11:20:00Z","request":{"url":"https://example.com/api/v1/x"}}]}}`, "none of the 1 requests is of the Voice API: none goes to /api/v2, none brings its notifications; the first goes to example.com/api/v1/x"},
		"no request":  {`{"log":{"entries":[]}}`, "the HAR holds no request"},
		"cut at once": {string(whole[:60]), "ends before its first request"},
		"prose":       {"Dear support,\nthe call was lost.\n", "it seems to be text in which no message stands as it was sent; taken are a HAR"},
		"no debug":    {"10:00:00.000 Status disconnected -> handshaking\n", "set logLevel to debug"},
	} {
		_, err := foreign.Read(foreign.Source{Name: "x", Data: []byte(tt.data)})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	held := poll(1, 1, "["+told("1", "Held", "5005", "5000")+"]")
	twice := har(held, held)
	lines, log := summary(t, foreign.Source{Name: "x", Data: twice[:len(twice)-60]})
	same(t, lines, "0.0 agent Held")
	if len(log.Notes) != 1 || !strings.Contains(log.Notes[0], "the HAR is cut off behind its request 1") {
		t.Errorf("notes: %q", log.Notes)
	}
}
