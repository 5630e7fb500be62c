package evidence_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
	"github.com/voicespec/voicespec/runner/result"
)

func TestCurl(t *testing.T) {
	post := recording.Entry{Kind: recording.KindRest, Method: "POST", Path: "/me/calls/7", Request: json.RawMessage(`{"operationName":"Answer"}`)}
	get := recording.Entry{Kind: recording.KindRest, Method: "GET", Path: "/me?subresources=*"}
	none, wrong, cookie := get, get, get
	none.Credentials, wrong.Credentials, cookie.Credentials = "none", "wrong", "cookie"
	evil := recording.Entry{Kind: recording.KindRest, Method: "POST", Path: "/x'$(reboot)`reboot`", RequestText: "'; reboot #\x1b[2J\n"}
	for name, c := range map[string]struct {
		entry *recording.Entry
		want  string
	}{
		"post":   {&post, `curl -i -u "$USER:$PASSWORD" -X POST -H 'Content-Type: application/json' --data-raw '{"operationName":"Answer"}' http://h/p/api/v2/me/calls/7`},
		"get":    {&get, `curl -i -u "$USER:$PASSWORD" 'http://h/p/api/v2/me?subresources=*'`},
		"none":   {&none, `curl -i 'http://h/p/api/v2/me?subresources=*'`},
		"wrong":  {&wrong, `curl -i -u "$USER:wrong" 'http://h/p/api/v2/me?subresources=*'`},
		"cookie": {&cookie, `curl -i -b "$COOKIE" 'http://h/p/api/v2/me?subresources=*'`},
		"evil":   {&evil, `curl -i -u "$USER:$PASSWORD" -X POST -H 'Content-Type: application/json' --data-raw ''\''; reboot #\u001b[2J\n' 'http://h/p/api/v2/x'\''$(reboot)` + "`reboot`'"},
		"other":  {&recording.Entry{Kind: recording.KindMessage}, ""},
	} {
		if diff := cmp.Diff(c.want, evidence.Curl("http://user:secret@h/p/", c.entry)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTimelineMarks(t *testing.T) {
	entries, initiate, _ := sample.Transfer("s", 0, false, "")
	gap := result.Finding{Expected: "Held", After: initiate}
	offending := result.Finding{Expected: "x", Seq: entries[2].Seq}
	elsewhere := result.Finding{Expected: "at the end", After: 9999}
	lines := evidence.Timeline(entries, []result.Finding{gap, gap, offending, elsewhere})
	var got []string
	for i, l := range lines {
		if l.Mark != evidence.Unmarked {
			got = append(got, map[evidence.Mark]string{evidence.Offending: "offending ", evidence.Missing: "missing "}[l.Mark]+l.What)
		}
		if l.Mark == evidence.Missing && l.What == "missing: Held" && lines[i-1].Entry.Seq != initiate {
			t.Errorf("the gap stands after entry %d", lines[i-1].Entry.Seq)
		}
	}
	want := []string{"offending StatusChange of 011D…0105", "missing missing: Held", "missing missing: at the end"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTimelineOfOtherKinds(t *testing.T) {
	entries := []*recording.Entry{
		{Kind: recording.KindScenario, Seq: 1, Event: recording.Begin, At: 5},
		{Kind: recording.KindBayeux, Seq: 2, At: 5.1, Direction: "sent", Channel: "/meta/connect"},
		{Kind: recording.KindBayeux, Seq: 3, At: 5.2, Direction: "received", Channel: "/meta/connect", Message: json.RawMessage(`{"successful":false}`)},
		{Kind: recording.KindCall, Seq: 4, At: 5.2},
		{Kind: recording.KindMissed, Seq: 5, At: 7, Text: "Held", Waited: 5},
		{Kind: recording.KindRest, Seq: 6, At: 8, Method: "GET", Path: "/me", Problem: "timeout"},
		{Kind: recording.KindMessage, Seq: 7, At: 9, Channel: "/v2/me/devices", Message: json.RawMessage(`{"data":{"notificationType":"StatusChange"}}`)},
		{Kind: recording.KindScenario, Seq: 8, At: 9, Event: recording.Blocked, Text: "no Held"},
	}
	var got []string
	for _, l := range evidence.Timeline(entries, nil) {
		got = append(got, strings.TrimSpace(l.Text()))
	}
	want := []string{
		"received /meta/connect, not successful", "waited 5.0 s in vain for Held", "GET /me  no answer: timeout",
		"StatusChange on /v2/me/devices", "scenario blocked: no Held",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A number and its unit stay in one line.
func TestWrapKeepsUnits(t *testing.T) {
	got := evidence.Wrap("200, statusCode 0 (12 ms) and more in 1.5 s", 22)
	if diff := cmp.Diff([]string{"200, statusCode 0", "(12 ms) and more in", "1.5 s"}, got); diff != "" {
		t.Error(diff)
	}
}
