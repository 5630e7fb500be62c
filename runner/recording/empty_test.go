package recording_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// Only what is known to have come without a body is taken for empty: logs leave bodies out.
func TestEmpty(t *testing.T) {
	t.Parallel()
	none := map[string]string{"Content-Length": "0"}
	for name, tt := range map[string]struct {
		entry recording.Entry
		want  bool
	}{
		"it came so":        {recording.Entry{Status: 200, Headers: none}, true},
		"no content":        {recording.Entry{Status: 204}, true},
		"not logged":        {recording.Entry{Status: 200}, false},
		"broken off":        {recording.Entry{Status: 200, Headers: none, Problem: "reset"}, false},
		"a body after all":  {recording.Entry{Status: 200, Headers: none, ResponseText: "x"}, false},
		"JSON after all":    {recording.Entry{Status: 204, Response: []byte("{}")}, false},
		"nothing was heard": {recording.Entry{}, false},
	} {
		if got := tt.entry.Empty(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAsJSON(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]bool{
		"": true, "application/json": true, "Application/JSON; charset=UTF-8": true, "application/problem+json": true,
		"text/plain": false, "application/x-www-form-urlencoded": false, "application/json5": false,
	} {
		if got := recording.AsJSON(kind); got != want {
			t.Errorf("%q: %v", kind, got)
		}
	}
}
