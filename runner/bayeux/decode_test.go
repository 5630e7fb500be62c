package bayeux

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecodeKeepsTheBytesOfEachMessage(t *testing.T) {
	body := " [ {\"channel\" : \"/a\",\"data\":\"],[\\\"\\\\\" } ,\n{\"channel\":\"/b\",\"data\":[1,{\"x\":[2]}]},7] "
	list, err := decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, string(m.raw))
	}
	want := []string{"{\"channel\" : \"/a\",\"data\":\"],[\\\"\\\\\" }", `{"channel":"/b","data":[1,{"x":[2]}]}`, "7"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if list[0].problem != "" || list[2].problem == "" {
		t.Errorf("problems %q and %q", list[0].problem, list[2].problem)
	}
}

func TestDecodeBoundsTheNumberOfMessages(t *testing.T) {
	list, err := decode([]byte("[" + strings.Repeat("1,", maxMessages) + "1]"))
	if len(list) != maxMessages || err == nil {
		t.Errorf("%d messages, error %v", len(list), err)
	}
}

func TestAdviceIsSuperseded(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"whole", `{"reconnect":"handshake","interval":100,"timeout":2000}`, "handshake 100ms 2s"},
		{"partial", `{"interval":100}`, "retry 100ms 1m0s"},
		{"empty", `{}`, "retry 0s 1m0s"},
		{"own section", `{"interval":100,"long-polling":{"interval":300,"reconnect":"none"}}`, "none 300ms 1m0s"},
		{"another's section", `{"interval":100,"callback-polling":{"interval":300}}`, "retry 100ms 1m0s"},
		{"nulls", `{"reconnect":null,"interval":null}`, "retry 0s 1m0s"},
		{"huge", `{"interval":1e300,"timeout":1e300}`, "retry 1h0m0s 1h0m0s"},
		{"negative", `{"interval":-1000}`, "retry -1ms 1m0s"},
	} {
		before := Advice{Reconnect: "none", Interval: time.Second, Timeout: time.Minute}
		a, problems := before.superseded(json.RawMessage(c.raw), LongPolling)
		if got := a.Reconnect + " " + a.Interval.String() + " " + a.Timeout.String(); got != c.want || len(problems) > 0 {
			t.Errorf("%s: got %s %v, wanted %s", c.name, got, problems, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", "{}", "[[]]", "[null,1,\"\"]", "<html>", "\xef\xbb\xbf[]", "[]\f", "\v{}", "[]\u00a0", "[{\"channel\":\"/a\",\"data\":\"\xff\"}]",
		`[{"channel":"/meta/connect","id":"1","successful":true,"advice":{"reconnect":"retry","interval":0,"timeout":1}}]`,
		`{"channel":"/v2/me/calls","data":{"a":"]\"\\,["},"id":7}`, `[{"channel":"/meta/subscribe","subscription":["/a",1]}]`,
		strings.Repeat("[", 100_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := decode(body)
		if err != nil {
			if len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		raw := make([]json.RawMessage, 0, len(list))
		for _, m := range list {
			if !json.Valid(m.raw) {
				t.Errorf("not JSON: %q", m.raw)
			}
			if !bytes.Contains(body, m.raw) {
				t.Errorf("not the bytes that came: %q", m.raw)
			}
			for _, by := range []Transport{LongPolling, WebSocket} {
				_ = explicitReconnect(m, by)
			}
			raw = append(raw, m.raw)
		}
		same(t, body, raw)
	})
}

// same holds decode against encoding/json's own reading of an array.
func same(t *testing.T, body []byte, got []json.RawMessage) {
	var want []json.RawMessage
	if json.Unmarshal(body, &want) != nil {
		want = []json.RawMessage{bytes.TrimSpace(body)} // a single object
	}
	if len(want) != len(got) {
		t.Fatalf("%d messages instead of %d in %q", len(got), len(want), body)
	}
	for i := range want {
		if !bytes.Equal(want[i], got[i]) {
			t.Errorf("message %d is %q instead of %q", i, got[i], want[i])
		}
	}
}
