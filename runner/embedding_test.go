package runner_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/suites"
)

// host is a run of the tests of docs/examples/embedding, a module of its own.
type host struct {
	ok      bool
	outcome map[string]string // of each test: pass, fail, skip
	output  string
}

// hosted runs a package of the example with the real go test.
func hosted(t *testing.T, name string, env ...string) host {
	t.Helper()
	temp := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "test", "-json", "-count=1", name)
	command.Dir = filepath.Join(root(t), "docs", "examples", "embedding")
	command.Env = append(os.Environ(), append([]string{"VOICESPEC_CONFIG=", "HOST_FAILS=", "TMPDIR=" + temp}, env...)...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	h := host{ok: err == nil, outcome: map[string]string{}}
	for line := range strings.Lines(string(out)) {
		var e struct{ Action, Test, Output string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("go test printed %q: %v\n%s", line, err, stderr.String())
		}
		h.output += e.Output
		if e.Test != "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
			h.outcome[e.Test] = e.Action
		}
	}
	if len(h.outcome) == 0 {
		t.Fatalf("go test ran nothing: %v\n%s%s", err, h.output, stderr.String())
	}
	left, _ := filepath.Glob(filepath.Join(temp, "voicespec*"))
	if left = slices.DeleteFunc(left, func(name string) bool { return filepath.Base(name) == leases }); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
	return h
}

// started is a reference server that runs during the test, and its target file.
func started(t *testing.T, o reference.Options, stations int) (server *reference.Server, file string) {
	t.Helper()
	server, target, err := embedded.Start(o, stations)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server, targetFile(t, target)
}

// targetFile writes a target file, with budgets that are short.
func targetFile(t *testing.T, target *config.Target) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("target: " + target.URL + "\nbudgets: {event: 3s}\nstations:\n")
	for _, s := range target.Stations {
		sign := "- "
		for _, role := range config.Roles {
			p := s.Party(role)
			text.WriteString("  " + sign + role + ": {user: " + p.User + ", password: " + p.Password + ", number: \"" + p.Number + "\"}\n")
			sign = "  "
		}
	}
	file := filepath.Join(t.TempDir(), "voicespec.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func needsGo(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles test binaries")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
}

// Each check is a subtest of the host's test, in its outcome and its text.
func TestEmbeddedInAGoTest(t *testing.T) {
	needsGo(t)
	h := hosted(t, ".")
	if n := len(h.outcome); !h.ok || n < 100 || h.outcome["TestVoiceAPI"] != "pass" || h.outcome["TestVoiceAPI/transfer.sample-2.held-before-dialing"] == "fail" {
		t.Errorf("%d tests passed: %v\n%s", n, h.ok, h.output)
	}
	for name, outcome := range h.outcome {
		if outcome != "pass" || strings.HasPrefix(name, "TestVoiceAPI/userdata.") {
			t.Errorf("%s: %s", name, outcome)
		}
	}
	_, file := started(t, reference.Options{Fault: "held-after-dialing"}, 2)
	h = hosted(t, ".", "VOICESPEC_CONFIG="+file)
	failed := 0
	for name, outcome := range h.outcome {
		if outcome == "fail" && name != "TestVoiceAPI" {
			failed++
		}
	}
	if h.ok || failed == 0 || failed > 20 || !strings.Contains(h.output, "TRANSFER-3") {
		t.Errorf("%d checks fail against a broken server: %v\n%s", failed, h.ok, h.output)
	}
	h = hosted(t, ".", "VOICESPEC_CONFIG="+nowhere(t))
	if h.ok || len(h.outcome) != 1 || strings.Count(h.output, "refuses connections") != 1 {
		t.Errorf("a target that is not there: %v\n%s", h.outcome, h.output)
	}
}

// nowhere is a target file of a server that is gone.
func nowhere(t *testing.T) string {
	t.Helper()
	server, file := started(t, reference.Options{}, 2)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// In the Ginkgo suite of a host its own specs run beside those of voicespec, and a failure of either is seen.
func TestEmbeddedInAGinkgoSuite(t *testing.T) {
	needsGo(t)
	h := hosted(t, "./hostsuite")
	if !h.ok || !strings.Contains(h.output, "Specs in") || strings.Contains(h.output, " 0 Passed") {
		t.Errorf("the suite passed: %v\n%s", h.ok, h.output)
	}
	h = hosted(t, "./hostsuite", "HOST_FAILS=1")
	if h.ok || !strings.Contains(h.output, "the host is broken") || !strings.Contains(h.output, "1 Failed") {
		t.Errorf("a broken host passed: %v\n%s", h.ok, h.output)
	}
	_, file := started(t, reference.Options{Fault: "held-after-dialing"}, 2)
	h = hosted(t, "./hostsuite", "VOICESPEC_CONFIG="+file)
	if h.ok || strings.Contains(h.output, "the host is broken") || !strings.Contains(h.output, "TRANSFER-3") || !strings.Contains(h.output, "Expected") {
		t.Errorf("a broken server passed: %v\n%s", h.ok, h.output)
	}
}

// Performances are judged one by one; one that fails is told as that.
func TestEmbeddedPerformances(t *testing.T) {
	needsGo(t)
	for _, fault := range []string{"", "held-after-dialing"} {
		_, file := started(t, reference.Options{Fault: fault}, 1)
		h := hosted(t, "./soak", "VOICESPEC_CONFIG="+file)
		if h.ok != (fault == "") || fault != "" && !strings.Contains(h.output, "transfer.sample-2.held-before-dialing") {
			t.Errorf("fault %q: %v\n%s", fault, h.ok, h.output)
		}
	}
}

// Tests of a host may run side by side: each judges its own run.
func TestEmbeddedSideBySide(t *testing.T) {
	for _, scenario := range []string{"transfer.sample-1", "transfer.sample-2", "calls.swap"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			suites.Test(t, nil, suites.Only(scenario))
		})
	}
}

// An option that means nothing is no reason to run something else than was asked for.
func TestRegisterRefuses(t *testing.T) {
	for says, option := range map[string]suites.Option{"--label-filter": suites.Only("transfer"), "gates are": suites.Gate("everything")} {
		func() {
			defer func() {
				if err, _ := recover().(error); err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("%s: %v", says, err)
				}
			}()
			suites.Register(nil, option)
		}()
	}
}
