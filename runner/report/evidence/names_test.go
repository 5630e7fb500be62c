package evidence_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
)

func TestNamesOfCalls(t *testing.T) {
	const original, consult, other = "011DJV5JI898NB2L04000VTAES000005", "011DJV5JI898NB2L04000VTAES000006", "011DJV5JI898NB2L04000VTAES010006"
	call := func(id, more string) *recording.Entry {
		return &recording.Entry{
			Kind: recording.KindMessage, Channel: "/v2/me/calls",
			Message: json.RawMessage(fmt.Sprintf(`{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage","call":{"id":%q,"state":"Held"%s}}}`, id, more)),
		}
	}
	names := evidence.NameCalls([]*recording.Entry{
		call(original, ""), call(consult, `,"callType":"Consult","parentCallUri":"http://h/api/v2/me/calls/`+original+`"`), call(original, ""),
	})
	for text, want := range map[string]string{
		"Held of " + original + " before Dialing of " + consult: "Held of the original …0005 before Dialing of the consult call …0006",
		"a notification of call " + original:                    "a notification of the original …0005",
		"the consult call " + consult + " is Released":          "the consult call …0006 is Released",
		`"` + consult + `"`:                                     `"` + consult + `"`,
		"http://h/api/v2/me/calls/" + consult:                   "http://h/api/v2/me/calls/" + consult,
		"it did not come":                                       "it did not come",
		"call " + other + " is not ours":                        "call " + other + " is not ours",
	} {
		if got := names.In(text); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
	names = evidence.NameCalls([]*recording.Entry{call(consult, ""), call(other, "")})
	if got, want := names.In("Held of "+consult), "Held of the call …00006"; got != want {
		t.Errorf("two calls that end alike: %q, want %q", got, want)
	}
	if got := evidence.NameCalls(nil).In("of " + original); got != "of "+original {
		t.Errorf("without a recording: %q", got)
	}
}

// Who floods a session shows thousands of calls: each is named in a time that grows with their number, not with its square.
func TestThousandsOfCalls(t *testing.T) {
	t.Parallel()
	var entries []*recording.Entry
	for i := range 50_000 {
		entries = append(entries, &recording.Entry{Kind: recording.KindMessage, Channel: "/v2/me/calls", Message: fmt.Appendf(nil,
			`{"channel":"/v2/me/calls","data":{"messageType":"CallStateChangeMessage","call":{"id":"FFFF%09d000","state":"Held"}}}`, i)})
	}
	if got, want := evidence.NameCalls(entries).In("Held of FFFF000012345000"), "Held of the call …12345000"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
