package outcome

import (
	"math"
	"slices"
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
	if voice.Find(o.name).Group != voice.GroupUserData || t.changing(o, e) || o.name == "AttachUserData" && o.end != nil && t.attachedBefore(o) {
		return true
	}
	return shows(o, e)
}

// shows reports whether the user data of a notification are as an operation leaves them.
func shows(o *operation, e *recording.Entry) bool {
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

// spoiled is the notification of a change of user data that tells of an operation without showing what it did; nil where there is none.
// It is the first that came, before the same person asked for the next change of the call, when all that had been asked for before was
// told; and what the operation did was not shown later either, though something was told that the person asked for after it.
func (t *timeline) spoiled(o *operation) *recording.Entry {
	if voice.Find(o.name).Group != voice.GroupUserData || o.name == "AttachUserData" && t.attachedBefore(o) || likeOurs(o) {
		return nil
	}
	next := slices.IndexFunc(o.end.ops, func(p *operation) bool { return p.At > o.At && changesData(p.name) })
	at := slices.IndexFunc(o.end.told, func(e *recording.Entry) bool { return e.At > o.At && e.Type() == voice.AttachedDataChanged })
	if at < 0 || next >= 0 && o.end.told[at].At > o.end.ops[next].At || o.end.told[at].State() == voice.Released ||
		!fencedBetween(o.who.fences, max(o.AnsweredAt, o.end.told[at].At), math.Inf(1)) {
		return nil
	}
	open := func(p *operation) bool {
		over := func() bool { return t.settled(p, o.At) || voice.Find(p.name).Merges && o.end.heardOf(p, o.At) }
		if p == o || p.end == nil || !changesData(p.name) || !p.end.tied(o.end) {
			return false
		}
		return p.who != o.who && !o.end.shown(p, o.At) || p.who == o.who && (!p.sure || !over())
	}
	if slices.ContainsFunc(posted(t.in[o.Scenario], o.At-aftermath, o.end.told[at].At), open) ||
		slices.ContainsFunc(since(o.end.told, o.At), func(e *recording.Entry) bool { return shows(o, e) }) {
		return nil
	}
	return o.end.told[at]
}

// likeOurs reports whether a key of user data that an operation sets is a word of the API, or of a language that a server may be written
// in, or a value is empty: DATA-20, which is recommended, speaks of those.
func likeOurs(o *operation) bool {
	for key, value := range voice.PairsIn(o.Entry) {
		if value == "" || o.end.told[0].Call()[key] != nil || slices.Contains(wordsOfLanguages, key) {
			return true
		}
	}
	return false
}

var wordsOfLanguages = []string{"__proto__", "constructor", "toString", "userData", "statusCode", "key"}

// attachedBefore reports whether a key that an operation attaches was there: it then stands in the call twice, and which of the two is
// shown no page says.
func (t *timeline) attachedBefore(o *operation) bool {
	have := voice.UserDataOf(o.end.before(o.At))
	for key := range voice.PairsIn(o.Entry) {
		if _, there := have[key]; there {
			return true
		}
	}
	return false
}

// Limits of what every switch takes as user data; what lies beyond is for DATA-20, which is recommended.
const (
	mostPairs = 20
	mostText  = 255 // bytes of a value
)

// anySwitchTakes reports whether user data are few, short, not empty, and in ASCII.
func anySwitchTakes(pairs map[string]any) bool {
	if len(pairs) > mostPairs {
		return false
	}
	for key, value := range pairs {
		text := key + recording.JSON(value)
		if value == "" || len(text) > mostText || strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
			return false
		}
	}
	return true
}

func changesData(name string) bool {
	o := voice.Find(name)
	return o.Group == voice.GroupUserData || o.Group == voice.GroupRecording || o.Merges
}
