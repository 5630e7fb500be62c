package judge

import (
	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
)

// HasPairs reports whether user data holds all the wanted pairs; it may hold others.
func HasPairs(have, want map[string]any) bool { return page.HasPairs(have, normal(want)) }

// normal brings Go values into the form of decoded JSON.
func normal(v map[string]any) any { return recording.DecodeJSON([]byte(JSON(v))) }

// JSON prints a value for a failure text.
func JSON(v any) string { return recording.JSON(v) }
