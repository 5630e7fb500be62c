package spec

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// Since are notifications that came after a request was sent, those that cleaning up caused among them: for what a call
// keeps to its end.
func Since(label string) Condition { return after{request: Request(label), end: math.Inf(1)} }

// OtherThan are notifications of a call in another state than one.
func OtherThan(state State) Condition { return otherThan(state) }

type otherThan State

func (o otherThan) meets(e *recording.Entry) bool { return e.State() != string(o) }

func (o otherThan) String() string { return "of the call in another state than " + string(o) }

// StayIn judges that all notifications that meet the conditions show the call in one state.
func StayIn(state State, conditions ...Condition) types.GomegaMatcher {
	return match(func(n Notifications) []judge.Finding {
		var out []judge.Finding
		for _, e := range n.which(append(slices.Clone(conditions), OtherThan(state))) {
			out = append(out, judge.Finding{
				Entry: e, Path: "data.call.state", Expected: string(state) + describe(conditions), Observed: judge.Short(e.Call()["state"]),
			})
		}
		return out
	})
}

// KeepKeys judges that the notifications since a request that meet the conditions still have those of some user data keys
// that the call had before it. A spec is blocked where it had none. The values are a matter of the changes themselves.
func KeepKeys(pairs map[string]any, label string, conditions ...Condition) types.GomegaMatcher {
	return match(func(n Notifications) []judge.Finding {
		had := keysOf(n.Last(Established, Before(label)), pairs)
		if len(had) == 0 {
			Blocked("the call had no user data before %s", Request(label).Operation())
		}
		var out []judge.Finding
		for _, e := range n.which(append(slices.Clone(conditions), Since(label))) {
			if has := keysOf(e, pairs); len(has) < len(had) {
				lost := slices.DeleteFunc(slices.Clone(had), func(key string) bool { return slices.Contains(has, key) })
				out = append(out, judge.Finding{
					Entry: e, Path: "data.call.userData", Expected: "the pairs " + strings.Join(had, ", ") + ", as before",
					Observed: "missing: " + strings.Join(lost, ", "),
				})
			}
		}
		return out
	})
}

// keysOf are the keys of pairs that a notification's user data has, sorted.
func keysOf(e *recording.Entry, pairs map[string]any) []string {
	if e == nil {
		return nil
	}
	have := userData(e)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(pairs)), func(key string) bool { _, there := have[key]; return !there })
}

// shortData shows pairs in a sentence: the keys alone where they are many or long.
func shortData(pairs map[string]any) string {
	const longest = 120
	if whole := judge.JSON(pairs); len(whole) <= longest {
		return whole
	}
	keys := slices.Sorted(maps.Keys(pairs))
	if len(keys) > shownPairs {
		return strings.Join(keys[:shownPairs], ", ") + fmt.Sprintf(" and %d more", len(keys)-shownPairs)
	}
	return strings.Join(keys, ", ")
}
