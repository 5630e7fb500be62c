package engine_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/spec"
	"github.com/voicespec/voicespec/suites"
)

// exploredTarget is a reference server.
func exploredTarget(t *testing.T, o reference.Options, stations int) *config.Target {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	target.Budgets.Quiet = 100 * time.Millisecond
	return target
}

// exploring explores a reference server.
func exploring(t *testing.T, o reference.Options, stations int, x engine.Exploration) *engine.Outcome {
	t.Helper()
	target := exploredTarget(t, o, stations)
	out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Fault: o.Fault}, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range out.Report.LeftBehind {
		t.Errorf("left behind: %s", left)
	}
	return out
}

// few are operations of which a walk soon comes to a Hold, whatever comes when.
var few = []string{"Dial", "Answer", "Hold", "Retrieve", "Hangup", explore.Read}

// allBut are all that a step can do, but for some.
func allBut(some ...string) []string {
	return slices.DeleteFunc(append(explore.Words(), "nobody"), func(word string) bool { return slices.Contains(some, word) })
}

func failed(r *result.Report) (out []result.Check) {
	for _, c := range r.Checks {
		if c.Outcome == result.Failed {
			out = append(out, c)
		}
	}
	return out
}

// A correct server keeps all rules, wherever the walks go.
func TestExploreCorrectServer(t *testing.T) {
	t.Parallel()
	out := exploring(t, reference.Options{}, 2, engine.Exploration{Seed: 3, Steps: 240, Shrink: time.Second})
	for _, c := range failed(out.Report) {
		t.Errorf("%s\n%s", c.Message, strings.Join(c.Walk, "\n"))
	}
	x := out.Report.Explore
	if x.Steps != 240 || x.Stations != 2 || x.Cells < 50 || x.Transitions < 50 || len(x.Situations) < 20 {
		t.Errorf("%d steps on %d stations: %d kinds of steps, %d transitions, %d situations", x.Steps, x.Stations, x.Cells, x.Transitions, len(x.Situations))
	}
}

// What is found is shown by a short walk, which shows it again as a script. How short depends on how many replays there is time
// for, so it is not played beside others.
func TestExploreFindsAndShrinks(t *testing.T) {
	const fault, check = "held-without-retrieve", "invariants.capabilities-held"
	target := exploredTarget(t, reference.Options{Fault: fault}, 1)
	target.Budgets.Event = 2 * time.Second // for the waits in vain of replays: nothing that is due is missing here
	out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Fault: fault},
		engine.Exploration{Seed: 1, Steps: 120, Shrink: 2 * time.Minute, Focus: []string{"Hold"}, Avoid: allBut(few...)})
	if err != nil {
		t.Fatal(err)
	}
	var found *result.Found
	for i, f := range out.Report.Explore.Found {
		if f.Check == check {
			found = &out.Report.Explore.Found[i]
		}
	}
	if found == nil {
		t.Fatalf("not found: %+v", out.Report.Explore.Found)
	}
	if found.Shortest > 5 || found.Intermittent() || found.Requirement != "CAP-5" {
		t.Errorf("%+v", found)
	}
	script := out.Scripts[found.Script]
	if last := script.Steps[len(script.Steps)-1]; last.Do != "Hold" {
		t.Errorf("the last step is %s", last)
	}
	var file bytes.Buffer
	if err := script.Write(&file, script.Remarks...); err != nil {
		t.Fatal(err)
	}
	read, err := explore.ReadScript(&file)
	if err != nil {
		t.Fatal(err)
	}
	again := exploring(t, reference.Options{Fault: fault}, 1, engine.Exploration{Script: read})
	if list := failed(again.Report); len(list) != 1 || list[0].ID != check || again.Report.Outcome != result.DoesNotConform {
		t.Errorf("%s: %+v", again.Report.Outcome, list)
	}
	sound := exploring(t, reference.Options{}, 1, engine.Exploration{Script: read})
	if list := failed(sound.Report); len(list) > 0 || sound.Report.Outcome == result.DoesNotConform {
		t.Errorf("a correct server fails: %+v", list)
	}
}

// What was saved is judged again as it was.
func TestExploreSavedIsVerified(t *testing.T) {
	t.Parallel()
	for _, o := range []reference.Options{{}, {Fault: "held-without-retrieve"}} {
		x := engine.Exploration{Seed: 1, Steps: 80}
		if o.Fault != "" {
			x.Steps, x.Focus, x.Avoid = 120, []string{"Hold"}, allBut(few...)
		}
		target := exploredTarget(t, o, 1)
		var saved bytes.Buffer
		out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Save: &saved}, x)
		if err != nil {
			t.Fatal(err)
		}
		verified, err := suites.Verify(t.Context(), &saved, engine.Options{Target: target, Globs: []string{"invariants"}})
		if err != nil {
			t.Fatal(err)
		}
		judged := func(r *result.Report) string {
			var out []string
			for _, c := range r.Checks {
				if strings.HasPrefix(c.ID, spec.Invariants+".") && (c.Outcome == result.Passed || c.Outcome == result.Failed) {
					out = append(out, fmt.Sprintf("%s %s", c.ID, c.Outcome))
				}
			}
			slices.Sort(out)
			return strings.Join(out, "\n")
		}
		if live, later := judged(out.Report), judged(verified.Report); live != later {
			t.Errorf("%q: found\n%s\nand in the recording\n%s", o.Fault, live, later)
		}
		if found := failed(verified.Report); (len(found) > 0) != (o.Fault != "") {
			t.Errorf("%q: %d checks fail", o.Fault, len(found))
		}
	}
}

func TestExploreRefusesWords(t *testing.T) {
	t.Parallel()
	_, err := suites.Explore(t.Context(), engine.Options{}, engine.Exploration{Steps: 1, Avoid: []string{"hold"}})
	if err == nil || !strings.Contains(err.Error(), "Hold") {
		t.Errorf("%v", err)
	}
}
