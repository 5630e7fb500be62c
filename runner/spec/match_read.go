package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Reading is a GET of a call or of a list of calls, with the roles of the calls that it is about.
type Reading struct {
	Label string
	Calls []string

	*recording.Entry
}

// Readings are those of a list that were sent and answered; a spec about none ends.
func Readings(list ...Reading) []Reading {
	var out []Reading
	var silent *recording.Entry
	for _, r := range list {
		switch r.Entry = Case().Step(r.Label); {
		case r.Entry == nil:
		case r.Problem != "":
			silent = r.Entry
		default:
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		if silent != nil {
			answered(silent)
		}
		NotPlayed("a GET of calls")
	}
	return out
}

// ids are those of the calls, as far as the scenario has learnt them.
func (r Reading) ids() []string {
	var out []string
	for _, role := range r.Calls {
		if c, ok := Case().Role(role); ok && c.ID != "" {
			out = append(out, c.ID)
		}
	}
	return out
}

// AgreeWithNotifications judges that what was read of the calls is what was notified of them: last, or as the next change.
func AgreeWithNotifications() types.GomegaMatcher {
	return readings(func(r Reading) []judge.Finding { return Case().ReadsAsNotified(r.Entry, r.ids()) })
}

// ListTheCalls judges that lists hold each of the calls once: their resources where those were asked for, else their URIs.
func ListTheCalls() types.GomegaMatcher {
	return readings(func(r Reading) []judge.Finding { return judge.ListsCalls(r.Entry, r.ids()) })
}

// ListNone judges that lists hold none of the calls; what says so of them: "no Released call".
func ListNone(what string) types.GomegaMatcher {
	return readings(func(r Reading) []judge.Finding { return judge.ListsNone(r.Entry, r.ids(), what) })
}

// BeRefusedOrShow judges that a GET of a call is refused, or shows the call in a state.
func BeRefusedOrShow(state State) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		answered(e)
		return judge.RefusesOrShows(e, string(state))
	})
}

// readings judges each of some readings by itself.
func readings(judged func(Reading) []judge.Finding) types.GomegaMatcher {
	return match(func(list []Reading) []judge.Finding {
		var out []judge.Finding
		for _, r := range list {
			out = append(out, judged(r)...)
		}
		return out
	})
}
