package spec

import (
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// BeNotified judges that a notification came that meets the conditions. Where one came that meets all but the user data
// asked for, that one is shown; else the gap after the request of After.
func BeNotified(conditions ...Condition) types.GomegaMatcher {
	return &Matcher[Notifications]{
		differences: func(n Notifications) []judge.Finding {
			if n.Any(conditions...) {
				return nil
			}
			return []judge.Finding{n.missing(conditions)}
		},
		what: func(n Notifications) string { return "the " + n.Who + " was not notified" + describe(conditions) },
		contrary: func(n Notifications) judge.Finding {
			e := n.which(conditions)[0]
			f := judge.Finding{
				Entry: e, Path: "data.call.state", Expected: n.String() + " is not notified" + describe(conditions), Observed: e.Type() + " " + e.State(),
			}
			if voice.CallOf(e) == nil {
				f.Path, f.Observed = "data.devices", judge.Short(e.Data()["devices"])
			}
			return f
		},
	}
}

// missing is the finding that a notification did not come.
func (n Notifications) missing(conditions []Condition) judge.Finding {
	f := judge.Finding{Who: n.Who, Expected: n.String() + " is notified" + describe(conditions), Observed: "it did not come"}
	var others []Condition
	var pairs map[string]any
	for _, c := range conditions {
		switch x := c.(type) {
		case carrying:
			pairs = x.pairs
		case after:
			f.After = x.request
			others = append(others, c)
		default:
			others = append(others, c)
		}
	}
	if pairs == nil {
		return f
	}
	if list := n.which(others); len(list) > 0 {
		return missingPairs(nearest(list), pairs)
	}
	return f
}

// nearest is the notification to show for user data that did not come: the last that tells of user data, else the first.
func nearest(list []*recording.Entry) *recording.Entry {
	at := list[0]
	for _, e := range list {
		if e.Type() == voice.AttachedDataChanged {
			at = e
		}
	}
	return at
}

// StayIn judges that all notifications that meet the conditions show the call in one state.
func StayIn(state State, conditions ...Condition) types.GomegaMatcher {
	return match(func(n Notifications) []judge.Finding {
		var out []judge.Finding
		for _, e := range n.which(append(slices.Clone(conditions), OtherThan(state))) {
			out = append(out, judge.Finding{
				Entry: e, Path: "data.call.state", Expected: string(state) + describe(conditions), Observed: judge.Short(voice.CallOf(e)["state"]),
			})
		}
		return out
	})
}
