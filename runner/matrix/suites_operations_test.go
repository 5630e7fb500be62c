package matrix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
)

// The parameter location is tried with the name that the target file gives.
func TestLocationOfTheTargetFile(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"transfer.options", "calls.dial-options"} {
		out := run(t, func(o *engine.Options) { o.Globs, o.Target.Location = []string{id}, "SIP_Switch" })
		if !slices.ContainsFunc(out.Scenarios(id), func(e *recording.Entry) bool {
			return e.Step == "location" && strings.Contains(string(e.Request), `"location":"SIP_Switch"`)
		}) {
			t.Errorf("%s does not post the location", id)
		}
	}
}

// run plays against a reference server of its own.
func run(t *testing.T, set func(*engine.Options)) *engine.Outcome {
	t.Helper()
	server, target, err := embedded.Start(reference.Options{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	o := engine.Options{Target: target, Reference: true, SideBySide: true}
	set(&o)
	out, err := suites.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What a scenario says that it is about, it posts.
func TestOperationsArePosted(t *testing.T) {
	t.Parallel()
	out := run(t, func(*engine.Options) {})
	catalogue, err := suites.List(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range catalogue {
		if sc.Area == "states" {
			continue // there an operation that is offered is posted only where that ends nothing
		}
		entries := out.Scenarios(sc.ID)
		for _, op := range sc.Operations {
			if !slices.ContainsFunc(entries, func(e *recording.Entry) bool { return e.Operation() == op }) {
				t.Errorf("%s is said to be about %s, and does not post it", sc.ID, op)
			}
		}
	}
}
