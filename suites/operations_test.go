package suites_test

import (
	"slices"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/matrix"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/reference"
)

// What a scenario says that it is about, it posts.
func TestOperationsArePosted(t *testing.T) {
	t.Parallel()
	agents := reference.DefaultAgents(2)
	server, err := reference.New(reference.Options{Agents: agents})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close() //nolint:errcheck // a server of this test's own
	url, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out, err := engine.Run(t.Context(), engine.Options{Target: matrix.Target(url, agents), Reference: true, Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := engine.List(engine.Options{})
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
