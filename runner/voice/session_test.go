package voice_test

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

func TestOpensVoice(t *testing.T) {
	t.Parallel()
	for answer, opens := range map[string]bool{
		`{"statusCode":0}`: true,
		`{"statusCode":7,"succeeded":[{"channel":"voice"}],"failed":[{"channel":"chat"}]}`: true,
		`{"statusCode":7,"succeeded":[{}]}`:                                                true,
		`{"statusCode":7,"succeeded":[{"channel":"chat"}]}`:                                false,
		`{"statusCode":7,"succeeded":["voice"]}`:                                           false,
		`{"statusCode":1}`:                                                                 false,
	} {
		if got := voice.OpensVoice(&recording.Entry{Kind: recording.KindRest, Status: 200, Response: []byte(answer)}); got != opens {
			t.Errorf("%s: %v", answer, got)
		}
	}
}

func TestCallIDOf(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{"http://x/api/v2/me/calls/7": "7", "/calls/7": "7", "7": "", "": "", "/devices/7": "", "/me/calls/a%2Cb": "a,b", "/me/calls/100%": "100%"} {
		if got := voice.CallIDOf(uri); got != want {
			t.Errorf("%s names the call %q, want %q", uri, got, want)
		}
	}
}
