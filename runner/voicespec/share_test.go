package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
)

// Three processes that share the scenarios out on three stations of one server find together what one process finds.
func TestSharesMakeAWhole(t *testing.T) {
	t.Parallel()
	const shares = 3
	for _, fault := range []string{"", "held-after-dialing"} {
		agents := reference.DefaultAgents(shares)
		_, url := serve(t, reference.Options{Fault: fault, Agents: agents})
		file := targetFile(url, patient, agents)
		whole := newCommand(t, "run")
		whole.write(t, file)
		want := whole.call(t)
		var processes []*command
		var results []string
		for i := 1; i <= shares; i++ {
			c := newCommand(t, "run", "--share", fmt.Sprintf("%d/%d", i, shares))
			if i == 1 { // as in an Indexed Job
				c = newCommand(t, "run", "--share", fmt.Sprintf("auto/%d", shares))
				c.Env = append(c.Env, "JOB_COMPLETION_INDEX=0")
			}
			c.write(t, file)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			processes = append(processes, c)
			results = append(results, filepath.Join(c.Dir, "voicespec-report", "results.json"))
		}
		least, most := 1<<30, 0
		for _, c := range processes {
			if code := c.code(t); code > result.ExitDoesNotConform {
				t.Fatalf("exit code %d\n%s", code, c.err.String())
			}
			r := c.results(t)
			judged := len(r.Checks) - r.Counts[result.NotSelected]
			least, most = min(least, judged), max(most, judged)
		}
		if most-least > 30 {
			t.Errorf("shares are unfair: %d to %d checks", least, most)
		}
		merged := newCommand(t, append([]string{"merge"}, results...)...)
		if code := merged.call(t); code != want {
			t.Errorf("exit code %d, that of the whole is %d\n%s%s", code, want, merged.out.String(), merged.err.String())
		}
		sameOutcomes(t, whole.results(t), merged.results(t))
	}
}

// byChance are the outcomes between which it is chance, where both ends of a call do something at the same moment: whether one
// came before the other so that a rule speaks of it.
var byChance = []result.Outcome{result.Passed, result.NotApplicable}

func sameOutcomes(t *testing.T, whole, merged *result.Report) {
	t.Helper()
	if whole.Outcome != merged.Outcome || merged.Selection.Share != "" || len(whole.Checks) != len(merged.Checks) {
		t.Errorf("%s of %d checks; merged %s of %d, share %q", whole.Outcome, len(whole.Checks), merged.Outcome, len(merged.Checks), merged.Selection.Share)
	}
	outcomes := map[string]result.Outcome{}
	for _, c := range merged.Checks {
		outcomes[c.ID] = c.Outcome
	}
	for _, c := range whole.Checks {
		if outcomes[c.ID] == result.NotApplicable && (c.Scenario == "chains.in-step" || c.Scenario == "chains.beside") {
			continue // two stations play them in step: a process of one station cannot
		}
		if c.Scenario == "chains.at-once" && slices.Contains(byChance, c.Outcome) && slices.Contains(byChance, outcomes[c.ID]) {
			continue
		}
		if outcomes[c.ID] != c.Outcome {
			t.Errorf("%s: %s, merged %s", c.ID, c.Outcome, outcomes[c.ID])
		}
	}
}

func TestMergeWritesOverNoPart(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "run", "--run", "session.me")
	if code := c.call(t); code != 0 {
		t.Fatal(c.err.String())
	}
	part := filepath.Join(c.Dir, "voicespec-report", "results.json")
	before, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	again := newCommand(t, "merge", "voicespec-report/results.json")
	again.Dir = c.Dir
	if code := again.call(t); code != result.ExitUsage || !strings.Contains(again.err.String(), "--report-dir DIR") {
		t.Errorf("exit code %d: %s", code, again.err.String())
	}
	if after, err := os.ReadFile(part); err != nil || string(after) != string(before) {
		t.Errorf("the part was written over: %v", err)
	}
}
