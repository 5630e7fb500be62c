//go:build !race

package matrix_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
)

// together are conformant variations that one server may well have at once.
var together = []string{
	"capabilities-shuffled+unknown-members+notification-first+public-url+path-prefix+errors-400+csrf-word+replies-first+json-otherwise+formatted-numbers+both-completions+switch-data+lists-answered-one-by-one",
	"batched+short-polls+errors-200+cookie-words+participants-again+international-numbers+retrieved-by-switch+session-partial+events-with-client-id+single-object-replies+closes-connections+state-told-again",
	"sample-1+other-end-late+attached-data+unrelated-calls+auth-401+consult-released-first+released-without-participants+lists-not-unsubscribed+ringing-untold+consult-data-told",
	"live-8.5.202+device-chatter+async-refusal+auto-answer+user-data-limit",
	"recorded-at-random+rate-limited+other-topics+number-of-nobody-refused+location-looked-up+features-off",
	"no-session-operation+not-ready-reject-unsaid",
	"in-call-reject+participants-late+session-runs-already+first-connect-402+events-with-any-reply+reads-redirected+sign-in+malformed-as-html",
}

// Nothing fails where several variations meet either.
func TestVariationsTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	var list []reference.Variation
	for _, name := range together {
		list = append(list, reference.Variation{Name: name})
	}
	rows, err := matrix.Variations(t.Context(), list, matrix.Options{Event: 8 * time.Second, Workers: workers, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var may []string
		for name := range strings.SplitSeq(r.Name, "+") {
			may = append(append(may, allowed[name]), alsoAllowed[name]...)
		}
		unexpected := slices.DeleteFunc(slices.Clone(r.Trips), func(id string) bool { return slices.Contains(may, id) })
		if len(unexpected) > 0 || len(r.Required) > 0 || r.Blocked > 0 || len(r.Untestable) > 0 || r.Note != "" {
			t.Errorf("%s: trips %v, required %v, %d blocked, untestable %.500q %s\n%.2000s", r.Name, unexpected, r.Required, r.Blocked, r.Untestable, r.Note, r.Messages)
		}
	}
}
