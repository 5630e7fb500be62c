package spec

import (
	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// CallEnds are what the two ends of a call were notified of first: that it is Dialing at the one, and Ringing at the other.
type CallEnds struct {
	From, To         string // who dialled, and who was dialled
	Dialing, Ringing *recording.Entry
}

// CallsBetween are the calls between two people, the first of each direction. Those that were not notified to both ends are
// not among them; a spec about none ends.
func CallsBetween(one, other string) []CallEnds {
	var out []CallEnds
	for _, e := range []CallEnds{{From: one, To: other}, {From: other, To: one}} {
		e.Dialing, e.Ringing = Case().FirstWith(e.From, "Dialing", e.To), Case().FirstWith(e.To, "Ringing", e.From)
		if e.Dialing != nil && e.Ringing != nil {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		NotPlayedOrBlocked("both ends of a call", "no call was notified to both ends")
	}
	return out
}

// NotPlayedOrBlocked ends a spec about something that did not come about: as the player says, where it could not go on; else
// the target is to blame for it.
func NotPlayedOrBlocked(what, reason string) {
	r := Case().NotPlayed(what).OrBlocked(reason)
	conclude(r.Outcome, r.Reason)
}

// HaveOneID judges that both ends of each call have the same id.
func HaveOneID() types.GomegaMatcher {
	return match(func(calls []CallEnds) []judge.Finding {
		var out []judge.Finding
		for _, c := range calls {
			if id := c.Dialing.CallID(); id != c.Ringing.CallID() {
				out = append(out, judge.Finding{
					Entry: c.Ringing, Path: "data.call.id", Expected: id + ", the id at the " + c.From, Observed: judge.Short(c.Ringing.CallID()),
				})
			}
		}
		return out
	})
}

// MakeNoCall judges that after the first of some requests nobody was notified of a call that is not the scenario's, however
// they were answered. because says why there can be none.
func MakeNoCall(because string) types.GomegaMatcher {
	return match(func(list []Mistake) []judge.Finding {
		var out []judge.Finding
		for _, e := range Case().CallsFromNowhere(list[0].Entry) {
			out = append(out, judge.Finding{
				Entry: e, Path: "data.call", Expected: "no call: " + because, Observed: "the " + e.Actor + " is notified of a call that is " + e.State(),
			})
		}
		return out
	})
}
