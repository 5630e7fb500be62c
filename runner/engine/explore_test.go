package engine_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/explore"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// exploring explores a reference server.
func exploring(t *testing.T, o reference.Options, stations int, x engine.Exploration) *engine.Outcome {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	target.Budgets.Event, target.Budgets.Quiet = time.Second, 100*time.Millisecond
	out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Fault: o.Fault}, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range out.Report.LeftBehind {
		t.Errorf("left behind: %s", left)
	}
	return out
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

// What is found is shown by a short walk, which shows it again as a script.
func TestExploreFindsAndShrinks(t *testing.T) {
	t.Parallel()
	const fault, check = "hold-without-notification", "invariants.every-hold"
	out := exploring(t, reference.Options{Fault: fault}, 1, engine.Exploration{Seed: 1, Steps: 60, Shrink: time.Minute})
	var found *result.Found
	for i, f := range out.Report.Explore.Found {
		if f.Check == check {
			found = &out.Report.Explore.Found[i]
		}
	}
	if found == nil {
		t.Fatalf("not found: %+v", out.Report.Explore.Found)
	}
	if found.Shortest > 5 || found.Intermittent() || found.Requirement != "HOLD-1" {
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
	server, target, err := embedded.Start(reference.Options{Fault: "hold-without-notification"}, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	target.Budgets.Event, target.Budgets.Quiet = time.Second, 100*time.Millisecond
	var saved bytes.Buffer
	out, err := suites.Explore(t.Context(), engine.Options{Target: target, Reference: true, Save: &saved}, engine.Exploration{Seed: 1, Steps: 60})
	if err != nil {
		t.Fatal(err)
	}
	verified, err := suites.Verify(t.Context(), &saved, engine.Options{Target: target, Globs: []string{"invariants"}})
	if err != nil {
		t.Fatal(err)
	}
	ids := func(r *result.Report) (out []string) {
		for _, c := range failed(r) {
			out = append(out, c.ID)
		}
		return out
	}
	if live, later := ids(out.Report), ids(verified.Report); len(live) == 0 || strings.Join(live, " ") != strings.Join(later, " ") {
		t.Errorf("found %q, and in the recording %q", live, later)
	}
}

func TestExploreRefusesWords(t *testing.T) {
	t.Parallel()
	_, err := suites.Explore(t.Context(), engine.Options{}, engine.Exploration{Steps: 1, Avoid: []string{"hold"}})
	if err == nil || !strings.Contains(err.Error(), "Hold") {
		t.Errorf("%v", err)
	}
}
