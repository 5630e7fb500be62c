package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/play"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// SessionsMustBeThere ends a spec about the contact centre session of a server without its operations: agents are there without
// them. One that has them and refuses gives another reason, or has shown the device as Inactive. read is the label of the GET
// of the device, starts are those of the requests that must succeed.
func SessionsMustBeThere(read string, starts ...string) {
	list := slices.DeleteFunc(RequestsLabelled(starts...), func(e *recording.Entry) bool { return e.Problem != "" })
	if len(list) == 0 {
		NotPlayed("an answer to StartContactCenterSession")
	}
	if before := Case().Step(read); before != nil && judge.ReadsInactive(before) {
		return
	}
	if slices.ContainsFunc(list, func(e *recording.Entry) bool { return voice.OpensVoice(e) || !play.NoSuchOperation(e) }) {
		return
	}
	NotApplicable("the server has no StartContactCenterSession (%s); the agents' devices are active without it", play.Outcome(list[0]))
}

// NotWhileOneRuns ends a spec where the server refuses to start the session that runs, and starts it again when it has ended: no
// page says that what runs can be started. read is a read of the device before.
func NotWhileOneRuns(read, again string, starts ...string) {
	list := RequestsLabelled(starts...)
	if before := Case().Step(read); before == nil || judge.ReadsInactive(before) || len(list) == 0 || slices.ContainsFunc(list, voice.OpensVoice) {
		return
	}
	if Sent(again) && voice.OpensVoice(Request(again)) {
		NotApplicable("what runs is not started again (%s), and what was ended is", play.Outcome(list[0]))
	}
}

// PartialSuccesses are those of some requests that succeeded in part; a spec about none does not apply.
func PartialSuccesses(list []*recording.Entry) []*recording.Entry {
	list = slices.DeleteFunc(slices.Clone(list), func(e *recording.Entry) bool { return !voice.Partial(e) })
	if len(list) == 0 {
		NotApplicable("no request was answered with a partial success")
	}
	return list
}

// OpenVoice judges that a start of the contact centre session opened the voice channel.
func OpenVoice() types.GomegaMatcher {
	return &Matcher[*recording.Entry]{
		differences: func(e *recording.Entry) []judge.Finding {
			answered(e)
			return unopened(e)
		},
		what: refusal,
	}
}

func unopened(e *recording.Entry) []judge.Finding {
	if voice.OpensVoice(e) {
		return nil
	}
	return []judge.Finding{{Entry: e, Path: "statusCode", Expected: "0, or 7 with voice among succeeded", Observed: play.Outcome(e)}}
}

// OpenVoiceOnce judges that one of the starts opened the voice channel.
func OpenVoiceOnce() types.GomegaMatcher {
	return &Matcher[[]*recording.Entry]{
		differences: func(list []*recording.Entry) []judge.Finding {
			if slices.ContainsFunc(list, voice.OpensVoice) {
				return nil
			}
			return eachAnswered(list, unopened)
		},
		what: func(list []*recording.Entry) string { return refusal(list[0]) },
	}
}

// OpenVoiceEachTime judges that all starts opened the voice channel.
func OpenVoiceEachTime() types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		return eachAnswered(list, func(e *recording.Entry) []judge.Finding {
			if voice.OpensVoice(e) {
				return nil
			}
			return []judge.Finding{{Entry: e, Path: "statusCode", Expected: "the same answer in either order: 0", Observed: e.Step + ": " + play.Outcome(e)}}
		})
	})
}

// OpenVoiceNever judges that no start opened the voice channel; because says what is wrong with them.
func OpenVoiceNever(because string) types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		return eachAnswered(list, func(e *recording.Entry) []judge.Finding {
			if !voice.OpensVoice(e) {
				return nil
			}
			return []judge.Finding{{Entry: e, Path: "statusCode", Expected: "a statusCode other than 0: " + because, Observed: play.Outcome(e)}}
		})
	})
}

// ShowTheAgentLoggedIn judges that a device, as it is read, is in service with an agent.
func ShowTheAgentLoggedIn() types.GomegaMatcher {
	return answerHolds("device", "an Active device whose agent is logged in", func(e *recording.Entry) bool {
		d := voice.DeviceIn(e)
		return d.DeviceState() == "Active" && d.UserState() != nil && d.UserState().State() != loggedOut
	})
}

// ShowTheAgentLoggedOut judges that a device, as it is read, has no agent any more; it may not be the agent's any more either.
func ShowTheAgentLoggedOut() types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		answered(e)
		d := voice.DeviceIn(e)
		if state := d.UserState().State(); d.DeviceState() == voice.Inactive || state == "" || state == loggedOut {
			return nil
		}
		return []judge.Finding{{Entry: e, Path: "device.userState", Expected: "none, or LoggedOut", Observed: judge.Short(d.UserState().State())}}
	})
}

const loggedOut = "LoggedOut"

// AnswerWithTheUser judges that GET /me of each person is answered with a user, and with that of nobody else.
func AnswerWithTheUser() types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding {
		return orSilent(Case().Users(list), list)
	})
}

// HoldSubresources judges that GET /me?subresources= is answered with what is named.
func HoldSubresources() types.GomegaMatcher {
	return match(func(list []*recording.Entry) []judge.Finding { return eachAnswered(list, Case().Subresources) })
}
