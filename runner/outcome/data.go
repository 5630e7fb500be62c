package outcome

import (
	"strings"
	"unicode"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// done reports whether an operation asks for what is so already, which need not be told again: a pair that is not there is
// deleted, somebody is removed who is no party any more, or is one still, by a second call.
func (t *timeline) done(o *operation) bool {
	last := o.end.before(o.At)
	have := voice.UserDataOf(last)
	switch o.name {
	case "DeleteUserDataPair":
		key, _ := o.Body()["key"].(string)
		return have[key] == nil
	case "DeleteUserData":
		return len(have) == 0
	case "AttachUserData", "UpdateUserData":
		return voice.HasPairs(have, voice.PairsIn(o.Entry))
	case "RemoveParticipantFromConference":
		return !voice.CallOf(last).Names(o.removes()) || t.isDouble(o.removes(), o.At)
	}
	return false
}

// removes is the number of the party that an operation removes.
func (o *operation) removes() string {
	number, _ := o.Body()["participant"].(string)
	return number
}

// dataFits reports whether a notification shows what an operation did to the user data. Where another changes them at the
// same time both may be shown.
func (t *timeline) dataFits(o *operation, e *recording.Entry) bool {
	if voice.Find(o.name).Group != voice.GroupUserData || t.changing(o, e) {
		return true
	}
	have := voice.UserDataOf(e)
	switch o.name {
	case "AttachUserData", "UpdateUserData":
		pairs := voice.PairsIn(o.Entry)
		return !anySwitchTakes(pairs) || voice.HasPairs(have, pairs)
	case "DeleteUserDataPair":
		key, _ := o.Body()["key"].(string)
		return have[key] == nil
	default:
		return len(have) == 0
	}
}

// Limits of what every switch takes as user data; what lies beyond is for DATA-20, which is recommended.
const (
	mostPairs = 20
	mostText  = 255 // bytes of a value
)

// anySwitchTakes reports whether user data are few, short, and in ASCII.
func anySwitchTakes(pairs map[string]any) bool {
	if len(pairs) > mostPairs {
		return false
	}
	for key, value := range pairs {
		text := key + recording.JSON(value)
		if len(text) > mostText || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
			return false
		}
	}
	return true
}

func changesData(name string) bool {
	o := voice.Find(name)
	return o.Group == voice.GroupUserData || o.Group == voice.GroupRecording || o.Merges
}
