package play

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

func TestIDsInPaths(t *testing.T) {
	t.Parallel()
	ids := []string{
		"0071027C9A2B1C00", "a b", "50%", "Zoë", "a;b", "gw1:7@a!b(c)*'", "../../admin?x=", "..", "x/y", "x?y", "x#y", "x\ny", `x\y`, strings.Repeat("a", 2000),
	}
	var o oddIDs
	for _, id := range ids {
		raw, err := json.Marshal(map[string]any{"statusCode": 0, "calls": []any{map[string]any{"id": id}}})
		if err != nil {
			t.Fatal(err)
		}
		o.note(&recording.Entry{Kind: recording.KindRest, Response: raw})
	}
	o.note(&recording.Entry{Kind: recording.KindRest, Response: []byte(`{"uris":["http://h/api/v2/me/devices/d d"]}`)})
	o.note(&recording.Entry{Kind: recording.KindMessage, Message: []byte(`{"channel":"/v2/me/calls","data":{"call":{"id":"m m"}}}`)})
	for in, want := range map[string]string{
		"/me/calls/0071027C9A2B1C00?fields=*": "/me/calls/0071027C9A2B1C00?fields=*",
		"/me/calls/a b":                       "/me/calls/a%20b", "/me/calls/50%?fields=*": "/me/calls/50%25?fields=*", "/me/calls/Zoë": "/me/calls/Zo%C3%AB",
		"/me/calls/a;b/x": "/me/calls/a%3Bb/x", "/me/calls/gw1:7@a!b(c)*'": "/me/calls/gw1:7@a!b(c)*'", "/me/devices/d d/calls": "/me/devices/d%20d/calls", "/me/calls/m m": "/me/calls/m%20m",
		"/me/calls/../../admin?x=": "", "/me/calls/..": "", "/me/calls/x/y": "", "/me/calls/x?y": "", "/me/calls/x#y": "", "/me/calls/x\ny": "",
		`/me/calls/x\y`: "", "/me/calls/" + ids[13]: "",
		"/me/calls/%zz": "/me/calls/%zz", "/me?subresources=*": "/me?subresources=*", // of a scenario
	} {
		got, fault := o.path(in)
		if want == "" && fault == "" || want != "" && (got != want || fault != "") {
			t.Errorf("%.60q: %.60q, %s", in, got, fault)
		}
	}
}
