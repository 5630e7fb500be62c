package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// HaveUserData judges that a notification's user data holds pairs; it may hold others.
func HaveUserData(pairs map[string]any) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if voice.HasPairs(voice.UserDataOf(e), pairs) {
			return nil
		}
		return []judge.Finding{missingPairs(e, pairs)}
	})
}

const shownPairs = 3

// missingPairs shows the pairs in which user data is not as wanted: three of them, if there are many.
func missingPairs(e *recording.Entry, want map[string]any) judge.Finding {
	have := voice.UserDataOf(e)
	var keys []string
	for key, v := range want {
		if !voice.HasPairs(have, map[string]any{key: v}) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var expected, observed []string
	for i, key := range keys {
		if i == shownPairs {
			expected, observed = append(expected, fmt.Sprintf("and %d more", len(keys)-i)), append(observed, "…")
			break
		}
		expected = append(expected, fmt.Sprintf("%s %s", key, judge.Short(want[key])))
		if v, there := have[key]; there {
			observed = append(observed, fmt.Sprintf("%s %s", key, judge.Short(v)))
		} else {
			observed = append(observed, key+" is missing")
		}
	}
	return judge.Finding{
		Entry: e, Path: "data.call.userData", Expected: strings.Join(expected, ", "), Observed: strings.Join(observed, ", "),
	}
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
	have := voice.UserDataOf(e)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(pairs)), func(key string) bool { _, there := have[key]; return !there })
}

// shortData shows pairs in a sentence: the keys alone where they are many or long.
func shortData(pairs map[string]any) string {
	const longest = 120
	if whole := recording.JSON(pairs); len(whole) <= longest {
		return whole
	}
	keys := slices.Sorted(maps.Keys(pairs))
	if len(keys) > shownPairs {
		return strings.Join(keys[:shownPairs], ", ") + fmt.Sprintf(" and %d more", len(keys)-shownPairs)
	}
	return strings.Join(keys, ", ")
}
