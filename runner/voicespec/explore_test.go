package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/result"
)

// What exploring finds is a script that finds it again, by the command alone.
func TestExploredScriptPlaysAgain(t *testing.T) {
	t.Parallel()
	const fault = "hold-without-notification"
	c := newCommand(t, "explore", "--steps", "120", "--fault", fault, "--slow", "0.1", "--shrink", "20s", "--focus", "Hold")
	if code := c.call(t); code != result.ExitDoesNotConform {
		t.Fatalf("exit code %d\n%s%s", code, c.out.String(), c.err.String())
	}
	out := c.out.String()
	if strings.Index(out, "invariants.every-hold") > strings.Index(out, "Explored") || !strings.Contains(out, "  Walk ") {
		t.Errorf("the violation with its walk does not come first:\n%s", out)
	}
	var found *result.Found
	for _, f := range c.results(t).Explore.Found {
		if f.Check == "invariants.every-hold" {
			found = &f
		}
	}
	if found == nil {
		t.Fatalf("not found:\n%s", out)
	}
	script, err := os.ReadFile(filepath.Join(c.Dir, "voicespec-report", found.Script))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
	}{
		{[]string{"--fault", fault, "--slow", "0.1"}, result.ExitDoesNotConform},
		{nil, result.ExitConforms},
	} {
		again := newCommand(t, append([]string{"run", "--script", "found.yaml"}, tt.args...)...)
		if err := os.WriteFile(filepath.Join(again.Dir, "found.yaml"), script, 0o600); err != nil {
			t.Fatal(err)
		}
		if code := again.call(t); code != tt.code {
			t.Errorf("%v: exit code %d\n%s%s\n%s", tt.args, code, again.out.String(), again.err.String(), script)
		}
	}
}

func TestExploreUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"explore", "--steps", "0"}, "one step at least"},
		{[]string{"explore", "--avoid", "Hodl"}, `"Hold"`},
		{[]string{"explore", "--stations", "0"}, "one station"},
		{[]string{"run", "--script", "none.yaml"}, "there is no such file"},
		{[]string{"run", "--script", "none.yaml", "--profile", "smoke"}, "in place of the catalogue"},
	} {
		c := newCommand(t, tt.args...)
		if code := c.call(t); code != result.ExitUsage || !strings.Contains(c.err.String(), tt.says) {
			t.Errorf("%v: exit code %d, %s", tt.args, code, c.err.String())
		}
	}
}
