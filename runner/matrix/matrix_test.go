//go:build !race

package matrix_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
)

// few is how many other required rules one fault may trip: a member that is no longer there, or a
// state that is called by another name, is missed wherever a page shows it.
const few = 7

// spreading are faults that break whatever is played: two calls become one for whoever goes by their ids, as every rule does, and any
// notification may be lost, the more of them the busier the machine is; and whatever is accepted though it is wrong in its type, or is not there, has an
// outcome to be missed.
var spreading = map[string]bool{
	"ids-used-again": true, "events-lost-between-polls": true, "wrong-typed-parameter-accepted": true, "missing-parameter-accepted": true,
}

// workers are more than cores: most of a run against a broken server is waiting. The matrices are played side by side, and all
// of their runs share the places of one pool, so that none has less of the machine than its budgets need.
const workers = 16

var pool = make(chan struct{}, 2*workers)

// Every fault is found by the requirement that it breaks, and by few others. The race detector makes
// this ten times slower and finds nothing here that the other tests do not: make matrix runs it without.
func TestKillMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	t.Parallel()
	rows, err := matrix.Faults(t.Context(), reference.Faults(), matrix.Options{Event: matrix.Event, Narrow: true, Workers: workers, Pool: pool})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		others := 0
		for _, id := range r.Required {
			if id != r.Requirement {
				others++
			}
		}
		switch {
		case !r.Killed:
			t.Errorf("%s: its own requirement %s does not fail; outcome %s, failed: %v %s", r.Name, r.Requirement, r.Outcome, r.Trips, r.Note)
		case others > few && !spreading[r.Name]:
			t.Errorf("%s: trips %d required rules beside %s: %v", r.Name, others, r.Requirement, r.Required)
		case strings.HasPrefix(r.Outcome, "conforms"):
			t.Errorf("%s: the server conforms all the same", r.Name)
		}
	}
	t.Logf("%d faults", len(rows))
}

// refusing are the topics of what must be refused.
var refusing = []string{"ERR-", "STATE-1", "STATE-2", "AUTH-", "DEVICE-6", "DEVICE-7", "AGENT-8", "TRANSFER-13", "TRANSFER-14", "TRANSFER-15"}

// unlike is found late by another rule: its effect comes in the company of what the next request does.
const unlike = "initiate-transfer-refused-but-done"

// What a refused request did all the same is found also where it is notified long after the answer.
func TestKillsLateEffects(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	var faults []reference.Fault
	for _, f := range reference.Faults() {
		if f.Name != unlike && slices.ContainsFunc(refusing, func(topic string) bool { return strings.HasPrefix(f.Requirement, topic) }) {
			faults = append(faults, f)
		}
	}
	if len(faults) < 40 {
		t.Fatalf("only %d faults", len(faults))
	}
	rows, err := matrix.Faults(t.Context(), faults, matrix.Options{Event: 2 * matrix.Event, Narrow: true, Workers: 2 * workers, Pool: pool, Variation: "notification-late"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !r.Killed {
			t.Errorf("%s: its own requirement %s does not fail; outcome %s, failed: %v %s", r.Name, r.Requirement, r.Outcome, r.Trips, r.Note)
		}
	}
}

// alsoRequired are faults of recommended rules that break a required one too: what it is that they accept, or say.
var alsoRequired = map[string]string{
	"hold-while-ringing":                 "MSG-6",
	"session-start-notified-as-inactive": "DEVICE-13",
	"wrong-state-accepted":               "TRANSFER-14",
	"number-as-text-accepted":            "DTMF-2",
	"duration-of-held-call-begins-anew":  "MSG-8", // where a call lasts a second before
	// What is read contradicts what was notified.
	"complete-transfer-notifies-caller-released":   "READ-3",
	"complete-conference-loses-participant":        "READ-1",
	"complete-conference-keeps-held":               "READ-1",
	"second-conference-loses-participant":          "READ-1",
	"second-recording-marked-off":                  "READ-1",
	"second-pause-marked-on":                       "READ-1",
	"single-step-transfer-tells-caller-of-the-end": "READ-3",
}

// A server that does not do what is only recommended conforms at the gate of what is required: neither
// another rule fails for it, nor is one blocked.
func TestRecommendedRulesAreNotRequired(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	faults := slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool {
		q, _ := registry.Get(f.Requirement)
		return q.Level == requirement.Required || alsoRequired[f.Name] != ""
	})
	rows, err := matrix.Faults(t.Context(), faults, matrix.Options{Event: matrix.Event, Narrow: true, Workers: workers, Pool: pool, Gate: requirement.Required})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !r.Killed || !strings.HasPrefix(r.Outcome, "conforms") {
			t.Errorf("%s, which breaks %s: found: %v, outcome %s, required rules that fail: %v, %d checks blocked", r.Name, r.Requirement, r.Killed, r.Outcome, r.Required, r.Blocked)
		}
	}
	t.Logf("%d faults", len(rows))
}

// allowed are the recommended rules that a conformant variation breaks.
var allowed = map[string]string{
	"consult-released-first": "TRANSFER-6", "attached-data": "MSG-14", "participants-again": "MSG-14", "participants-late": "MSG-14", "state-told-again": "MSG-14", "original-told-again": "MSG-14", "user-data-limit": "DATA-20",
	"lists-unwrapped": "ERR-16", "malformed-as-html": "ERR-15", "attach-nothing": "DATA-21", "released-without-participants": "ID-20", "id-of-the-connection": "ID-11",
}

// alsoAllowed are what else variations break that is only recommended.
var alsoAllowed = map[string][]string{"ringing-hung-up": {"STATE-2", "STATE-4"}}

// slowly are played by the main scenarios only: 1.5 s a step for everything takes half an hour.
var slowly = []string{"transfer.sample-2", "transfer.refusals", "calls.hold", "invariants"}

// A conformant variation trips nothing at all.
func TestVariationsMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	t.Parallel()
	var fast, slow []reference.Variation
	for _, v := range reference.Variations() {
		_, site := sites[v.Name]
		switch {
		case v.Name == "slow":
			slow = append(slow, v)
		case !site: // those have a test of their own
			fast = append(fast, v)
		}
	}
	generous := matrix.Options{Event: 8 * time.Second, Workers: workers, Pool: pool}
	var rows, more []matrix.Row
	var g errgroup.Group
	g.Go(func() (err error) {
		rows, err = matrix.Variations(t.Context(), fast, generous)
		return err
	})
	g.Go(func() (err error) {
		o := generous
		o.Globs, o.Pool = slowly, nil // it takes longest, and hardly anything of the machine
		more, err = matrix.Variations(t.Context(), slow, o)
		return err
	})
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, r := range append(rows, more...) {
		for _, id := range r.Trips {
			if allowed[r.Name] != id && !slices.Contains(alsoAllowed[r.Name], id) {
				t.Errorf("%s trips %s", r.Name, id)
			}
		}
		if r.Note != "" || len(r.Required) > 0 || r.Blocked > 0 {
			t.Errorf("%s: required %v, %d blocked %s", r.Name, r.Required, r.Blocked, r.Note)
		}
		// What a correct server may do leaves nothing unjudged: it conforms, and not in part.
		for _, u := range r.Untestable {
			t.Errorf("%s leaves a required check untestable: %s", r.Name, u)
		}
		if t.Failed() && len(r.Messages) > 0 {
			t.Log(r.Messages[0])
		}
	}
}
