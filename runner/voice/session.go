package voice

import (
	"cmp"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
)

// partialSuccess is the statusCode of an operation that succeeded in part.
const partialSuccess = 7

// Partial reports whether an answer says that the operation succeeded in part.
func Partial(e *recording.Entry) bool {
	code, _ := e.StatusCode()
	return code == partialSuccess
}

// OpensVoice reports whether the voice channel is open after a start of the contact centre session, alone or among
// others that failed.
func OpensVoice(e *recording.Entry) bool {
	if e.Accepted() {
		return true
	}
	list, _ := e.AnswerObject()["succeeded"].([]any)
	return Partial(e) && slices.ContainsFunc(list, func(x any) bool {
		m, ok := x.(map[string]any)
		return ok && (m["channel"] == "voice" || m["channel"] == nil)
	})
}

// FailedVoice is what an answer says of the voice channel where that is among those that failed; "" where it is not.
func FailedVoice(e *recording.Entry) string {
	if !Partial(e) {
		return ""
	}
	list, _ := e.AnswerObject()["failed"].([]any)
	for _, x := range list {
		if m := object(x); m["channel"] == "voice" {
			return cmp.Or(text(m["statusMessage"]), "it is among those that failed")
		}
	}
	return ""
}
