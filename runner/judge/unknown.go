package judge

import (
	"iter"
	"maps"
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// knownMembers are the members that some page or recording of this API names, by the path of their object.
var knownMembers = map[string][]string{
	"": {"channel", "data", "id", "clientId", "advice", "ext", "timestamp"},
	"data": {"notificationType", "call", "phoneNumber", "extensions", "messageType", "devices", "devicePath", "deviceUri",
		"errorMessage", "errorCode"},
	"data.call": {"id", "state", "callUuid", "connId", "deviceUri", "participants", "dnis", "callType", "capabilities", "userData",
		"parentCallUri", "parentCallPath", "duration", "mute", "recordingState", "supervisorListeningIn", "monitoredUserMuted",
		"monitoring", "uri", "path", "participantsInfo", "ani"},
	"data.call.participants.*": {"e164Number", "formattedPhoneNumber", "phoneNumber", "digits"},
}

// UnknownMembers counts the members of notifications that no page names. They are allowed.
func UnknownMembers(cases map[string]*Case) map[string]int {
	out := map[string]int{}
	count := func(at string, members iter.Seq[string]) {
		for k := range members {
			if !slices.Contains(knownMembers[at], k) {
				path := k
				if at != "" {
					path = at + "." + k
				}
				out[path]++
			}
		}
	}
	for _, c := range cases {
		for _, e := range c.Entries {
			if e.Kind != recording.KindMessage || e.Data() == nil {
				continue
			}
			count("data", maps.Keys(e.Data()))
			if call := e.Call(); call != nil {
				count("data.call", maps.Keys(call))
				for _, p := range voice.CallOf(e).Participants() {
					count("data.call.participants.*", p.Members())
				}
			}
		}
	}
	return out
}
