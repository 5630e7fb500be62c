package spec

import (
	"strconv"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// BeAnsweredMessageByMessage judges that each message of one request was replied to, and once.
func BeAnsweredMessageByMessage() types.GomegaMatcher { return onBayeux(judge.Answered) }

// BeToldOfTheUpdateOnce judges that a session was notified of the numbered update of a step, once. Where it was not told of
// that of the first, that is why.
func BeToldOfTheUpdateOnce(first, step string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		if len(judge.ToldOnce(Case().Dialogue(d.First().Browser, ""), numberAt(first), nil)) > 0 {
			Untestable("the session was not notified, once, of an update before")
		}
		cause := Case().Step(step)
		if cause == nil || !cause.Accepted() {
			Untestable("UpdateUserData was refused")
		}
		return judge.ToldOnce(d, numberAt(step), cause)
	})
}

// HearNothingWhileAway judges that a session was not told of the numbered update of a step, which was caused when it was subscribed no more.
func HearNothingWhileAway(role, step string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		cause := Case().Step(step)
		if cause == nil || !cause.Accepted() {
			Untestable("nothing happened while the session was not subscribed")
		}
		out, away := Case().HeardWhileAway(role, d, cause)
		if !away {
			NotApplicable("the server did not say that the session is subscribed no more, or did not notify anybody meanwhile")
		}
		return out
	})
}

// BeToldToTheLast judges that a session which was told of the numbered update of one step is told of that of a later one, too, where the
// agent's own session is, and nothing says that the session is over.
func BeToldToTheLast(role, first, last string) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding {
		cause := Case().Step(last)
		switch {
		case cause == nil || !cause.Accepted():
			Untestable("there was no update at the end")
		case len(judge.Told(d, numberAt(first), nil)) > 0:
			Untestable("%s", oneSessionOnly)
		case d.Broken() != "":
			Blocked("the session broke: %s", d.Broken())
		case d.Ended() != nil:
			Untestable("the server ended the session: %s", judge.Short(string(d.Ended().Message)))
		case len(judge.Told(Case().Of("agent", role), numberAt(last), nil)) > 0:
			Untestable("the agent's own session was not told of the update at the end")
		}
		return judge.Told(d, numberAt(last), cause)
	})
}

// numberAt is the number that the update of a step set; 0 if it set none.
func numberAt(step string) int {
	cause := Case().Step(step)
	if cause == nil {
		NotPlayed("the update " + step)
	}
	text, _ := voice.PairsIn(cause)[judge.NumberKey].(string)
	n, _ := strconv.Atoi(text) // 0 is no update
	return n
}

// BeAnsweredSoonAfter judges that a held connect returned when its session was ended.
func BeAnsweredSoonAfter(disconnect judge.Dialogue) types.GomegaMatcher {
	return onBayeux(func(d judge.Dialogue) []judge.Finding { return judge.ReleasedBy(d, disconnect) })
}

// Forged is the messageType of what somebody publishes who may not.
const Forged = "VoicespecForged"

// BeHeardByNobodyElse judges that what a browser published was delivered to no one but its own sessions.
func BeHeardByNobodyElse(browser string) types.GomegaMatcher {
	return match(func(messageType string) []judge.Finding {
		var out []judge.Finding
		for _, e := range Case().Entries {
			if e.Kind == recording.KindMessage && e.Browser != browser && e.Data()["messageType"] == messageType {
				out = append(out, judge.Finding{Entry: e, Expected: "nothing of what another agent publishes", Observed: "it was delivered to the " + e.Actor})
			}
		}
		return out
	})
}
