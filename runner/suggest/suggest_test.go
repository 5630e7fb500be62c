package suggest_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/suggest"
)

func TestClosest(t *testing.T) {
	known := []string{"target", "transport", "stations", "hold-without-event", "hold-twice"}
	for word, want := range map[string]string{
		"targt": "target", "Transport": "transport", "hold-witout-evnt": "hold-without-event", "trans": "transport",
		"x": "", "": "", "hold": "", "zzzzzzzz": "",
	} {
		if got := suggest.Closest(word, known); got != want {
			t.Errorf("Closest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestRemark(t *testing.T) {
	if got := suggest.Remark("hled", []string{"held"}); got != ` (did you mean "held"?)` {
		t.Error(got)
	}
	if got := suggest.Remark("zzzzzzzz", []string{"held"}); got != "" {
		t.Error(got)
	}
}
