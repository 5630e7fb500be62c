package play

import (
	"slices"

	"github.com/voicespec/voicespec/runner/voice"
)

// What the replay of pages calls the words of runner/voice.
var lastSegment = voice.LastSegment

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func offers(call voice.Call, operation string) bool { return call.Offers(operation) }
