package judge

import "github.com/voicespec/voicespec/runner/voice"

// What the comparison with pages calls the words of runner/voice.
var (
	recordingOps = recordings
	lastSegment  = voice.LastSegment
	sameID       = voice.SameID
	sameNumber   = voice.SameNumber
)

func str(v any) string { s, _ := v.(string); return s }
