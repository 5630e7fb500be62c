package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// BeFramedAsHTTP judges that answers are what their status lines and headers say.
func BeFramedAsHTTP() types.GomegaMatcher { return each(judge.Framed) }

// BeReadInOneWay judges that all JSON that came is read in the same way by everybody; the requirement of the spec says of
// which kind of doubt.
func BeReadInOneWay() types.GomegaMatcher {
	return ofAllThatCame(judge.Unambiguous)
}

// HoldNoCredentials judges that nothing that came holds a password, or what a client authorises itself with.
func HoldNoCredentials() types.GomegaMatcher {
	return ofAllThatCame(func(e *recording.Entry) []judge.Finding {
		if now.whole.Foreign() {
			Untestable("the recording does not hold the credentials")
		}
		return judge.Discreet(e)
	})
}

// PassEveryAnswerOn says where an answer went that a telephone of voicespec's should have been asked for, and nobody was told of.
func PassEveryAnswerOn() types.GomegaMatcher {
	return ofEveryCase("an answer by a telephone of voicespec's own", func(c *judge.Case) (int, []judge.Finding) {
		found, answers := c.Telephones()
		return answers, found
	})
}

func ofAllThatCame(judged func(*recording.Entry) []judge.Finding) types.GomegaMatcher {
	return match(func(w *Whole) []judge.Finding {
		var out []judge.Finding
		n := 0
		for _, c := range w.Cases() {
			for _, e := range c.Entries {
				if len(e.Response) > 0 || len(e.Message) > 0 && e.Direction != "sent" {
					n++
					out = append(out, judged(e)...)
				}
			}
		}
		if n == 0 {
			w.nothing("an answer or a message in JSON")
		}
		return slices.DeleteFunc(out, func(f judge.Finding) bool { return f.Requirement != ruleOfSpec() })
	})
}
