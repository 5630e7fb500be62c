package spec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
)

// HaveUserData judges that a notification's user data holds pairs; it may hold others.
func HaveUserData(pairs map[string]any) types.GomegaMatcher {
	return match(func(e *recording.Entry) []judge.Finding {
		if judge.HasPairs(userData(e), pairs) {
			return nil
		}
		return []judge.Finding{dataFinding(e, pairs)}
	})
}

const shownPairs = 3

// dataFinding shows the pairs in which user data is not as wanted: three of them, if there are many.
func dataFinding(e *recording.Entry, want map[string]any) judge.Finding {
	have := userData(e)
	var keys []string
	for key, v := range want {
		if !judge.HasPairs(have, map[string]any{key: v}) {
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
