package judge

import (
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// HasPairs reports whether user data holds all the wanted pairs; it may hold others.
func HasPairs(have, want map[string]any) bool { return voice.HasPairs(have, want) }

// JSON prints a value for a failure text.
func JSON(v any) string { return recording.JSON(v) }
