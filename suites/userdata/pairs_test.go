package userdata

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// The kinds are what they say, and survive the way through JSON.
func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range kinds {
		back, ok := recording.DecodeJSON([]byte(recording.JSON(k.sent()))).(map[string]any)
		if !ok || !voice.HasPairs(back, k.pairs) {
			t.Errorf("%s does not survive JSON", k.name)
		}
		for key := range k.pairs {
			if seen[key] {
				t.Errorf("%s: the key %s stands twice", k.name, key)
			}
			seen[key] = true
		}
	}
	if n := len(hundred()); n != manyPairs {
		t.Errorf("%d pairs", n)
	}
}
