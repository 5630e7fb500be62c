package runner_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// tools are Ginkgo's command and the compiled suite, as somebody has them who works with Ginkgo.
type tools struct{ folder, temp string }

func ginkgoTools(t *testing.T) tools {
	t.Helper()
	needsGo(t)
	k := tools{t.TempDir(), t.TempDir()}
	for _, args := range [][]string{
		{"build", "-o", filepath.Join(k.folder, "ginkgo"), "github.com/onsi/ginkgo/v2/ginkgo"},
		{"test", "-c", "-o", filepath.Join(k.folder, "suites.test"), "./suites"},
	} {
		command := exec.CommandContext(t.Context(), "go", args...)
		command.Dir = root(t)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", args, err, out)
		}
	}
	return k
}

// command is Ginkgo with flags, on the compiled suite; after -- stand the suite's own.
func (k tools) command(t *testing.T, config string, args ...string) *exec.Cmd {
	t.Helper()
	flags, own := args, []string(nil)
	for i, a := range args {
		if a == "--" {
			flags, own = args[:i], args[i:]
			break
		}
	}
	all := append([]string{"--no-color", "--json-report=report.json", "--junit-report=junit.xml", "--output-dir=" + k.folder}, flags...)
	all = append(append(all, filepath.Join(k.folder, "suites.test")), own...)
	command := exec.CommandContext(t.Context(), filepath.Join(k.folder, "ginkgo"), all...)
	command.Dir = k.folder
	command.Env = append(os.Environ(), "VOICESPEC_CONFIG="+config, "TMPDIR="+k.temp)
	return command
}

// leases is the folder of package lease: other runs may be looking into it.
const leases = "voicespec-lease"

// run runs Ginkgo and reads the report that it leaves; nothing else may be left.
func (k tools) run(t *testing.T, config string, args ...string) (report types.Report, output string, ok bool) {
	t.Helper()
	out, err := k.command(t, config, args...).CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return k.report(t, string(out)), string(out), err == nil
}

func (k tools) report(t *testing.T, output string) types.Report {
	t.Helper()
	left, err := os.ReadDir(k.temp)
	left = slices.DeleteFunc(left, func(e os.DirEntry) bool { return e.Name() == leases })
	if err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v %v", left, err)
	}
	data, err := os.ReadFile(filepath.Join(k.folder, "report.json"))
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var reports []types.Report
	if err := json.Unmarshal(data, &reports); err != nil || len(reports) != 1 {
		t.Fatalf("%d reports: %v\n%s", len(reports), err, output)
	}
	if err := os.Remove(filepath.Join(k.folder, "report.json")); err != nil {
		t.Fatal(err)
	}
	return reports[0]
}

// counted are the specs of a report by state.
func counted(r types.Report) (passed, failed, skipped int) {
	for _, s := range r.SpecReports {
		switch {
		case s.LeafNodeType != types.NodeTypeIt:
		case s.State == types.SpecStatePassed:
			passed++
		case s.State == types.SpecStateSkipped:
			skipped++
		default:
			failed++
		}
	}
	return passed, failed, skipped
}

// What people who know Ginkgo type means here what they know.
func TestGinkgo(t *testing.T) {
	k := ginkgoTools(t)
	t.Run("selects", k.selects)
	t.Run("reports", k.reports)
	t.Run("processes", k.processes)
	t.Run("no target", k.withoutTarget)
	t.Run("interrupt", k.interrupted)
	t.Run("cleanup", k.namesWhatIsLeft)
}

func (k tools) selects(t *testing.T) {
	var all int
	for _, tt := range []struct {
		name string
		args []string
		min  int // specs that pass
		of   string
	}{
		{"whole", []string{"--randomize-all"}, 1200, ""},
		{"label-filter", []string{"--label-filter=transfer"}, 200, `^(transfer\.|calls\.swap )`},
		{"label of a requirement", []string{"--label-filter=TRANSFER-3"}, 1, ""},
		{"focus", []string{"--focus=transfer.sample-2 "}, 10, `^transfer\.sample-2 `},
		{"label-filter in two processes", []string{"-p", "--procs=2", "--label-filter=transfer && required || whole-run"}, 150, ""},
		{"invariants alone", []string{"--label-filter=invariants"}, 20, `^invariants `},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, output, ok := k.run(t, "", tt.args...)
			passed, failed, _ := counted(r)
			if !ok || failed > 0 || passed < tt.min {
				t.Errorf("%d passed and %d failed: %v\n%s", passed, failed, ok, output)
			}
			all = max(all, passed)
			if tt.name != "whole" && passed >= all {
				t.Errorf("the selection is all of %d specs", passed)
			}
			scope := regexp.MustCompile(tt.of)
			for _, s := range r.SpecReports {
				if s.State == types.SpecStatePassed && s.LeafNodeType == types.NodeTypeIt && !scope.MatchString(s.ContainerHierarchyTexts[0]) {
					t.Errorf("%s was run", s.FullText())
				}
			}
			wholeRunIsLast(t, r)
		})
	}
	t.Run("dry-run", func(t *testing.T) {
		server, file := started(t, reference.Options{}, 1)
		r, output, ok := k.run(t, file, "--dry-run")
		if passed, failed, _ := counted(r); !ok || passed < all || failed > 0 {
			t.Errorf("%d specs are listed: %v\n%s", passed, ok, output)
		}
		if n := server.ContactCenterSessions(); n != 0 {
			t.Errorf("%d agents are logged on for a dry run", n)
		}
	})
}

// The reports of Ginkgo say what failed, in voicespec's words.
func (k tools) reports(t *testing.T) {
	_, file := started(t, reference.Options{Fault: "held-after-dialing"}, 2)
	r, output, ok := k.run(t, "", "--label-filter=transfer", "--", "-config", file)
	_, failed, _ := counted(r)
	data, err := os.ReadFile(filepath.Join(k.folder, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(data, &suites); err != nil {
		t.Fatal(err)
	}
	if ok || failed == 0 || failed > 20 || suites.Failures != failed || !strings.Contains(output, "TRANSFER-3") {
		t.Errorf("%d specs failed, %d in JUnit: %v\n%s", failed, suites.Failures, ok, output)
	}
}

// wholeRunIsLast holds that what is judged over the whole run is judged when all else was.
func wholeRunIsLast(t *testing.T, r types.Report) {
	t.Helper()
	var whole, other time.Time
	for _, s := range r.SpecReports {
		if s.LeafNodeType != types.NodeTypeIt || s.State != types.SpecStatePassed {
			continue
		}
		labels := strings.Join(s.Labels(), " ")
		switch {
		case !strings.Contains(labels, "whole-run"):
			other = later(other, s.EndTime)
		case whole.IsZero() || s.StartTime.Before(whole):
			whole = s.StartTime
		}
	}
	if !whole.IsZero() && whole.Before(other) {
		t.Errorf("the whole run was judged at %s, before its end at %s", whole, other)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// becomesResults holds that voicespec merge reads of Ginkgo's report what the command itself would have found.
func becomesResults(t *testing.T, r types.Report) {
	t.Helper()
	data, err := json.Marshal([]types.Report{r})
	if err != nil {
		t.Fatal(err)
	}
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	got, err := engine.ReadGinkgo(data, registry, requirement.Required, "devel")
	if err != nil {
		t.Fatal(err)
	}
	passed, failed := 0, 0
	for _, c := range got.Checks {
		switch {
		case c.Outcome == result.Passed:
			passed++
		case c.Outcome == result.Failed && len(c.Findings) > 0 && strings.Contains(c.Message, "Expected"):
			failed++
		}
	}
	if want, _, _ := counted(r); got.Outcome != result.DoesNotConform || passed != want || failed == 0 || len(got.Checks) < 1500 {
		t.Errorf("%s: %d of %d checks passed, %d failed; ginkgo says that %d passed", got.Outcome, passed, len(got.Checks), failed, want)
	}
	if _, err := engine.ReadGinkgo([]byte("[{}]"), registry, requirement.Required, "devel"); err == nil {
		t.Error("a report without a check of voicespec's is taken")
	}
}

// Processes have a station each; what one of them recorded is judged by the first.
func (k tools) processes(t *testing.T) {
	server, file := started(t, reference.Options{}, 2)
	r, output, ok := k.run(t, file, "-p", "--procs=2", "--label-filter=(transfer && required) || whole-run")
	if passed, failed, _ := counted(r); !ok || failed > 0 || passed < 150 {
		t.Errorf("%d passed, %d failed: %v\n%s", passed, failed, ok, output)
	}
	if server.LiveCalls()+server.ContactCenterSessions()+server.Sessions() > 0 {
		t.Errorf("left on the server: %d calls, %d agents, %d sessions", server.LiveCalls(), server.ContactCenterSessions(), server.Sessions())
	}
	r, output, ok = k.run(t, file, "-p", "--procs=3", "--label-filter=transfer")
	if passed, failed, _ := counted(r); ok || passed > 0 || failed == 0 || failed > 3 || !strings.Contains(output, "run ginkgo --procs 2") {
		t.Errorf("three processes on two stations: %d passed, %d failed\n%s", passed, failed, output)
	}
	// What process plays the one scenario is Ginkgo's choice; the whole run is judged in the first.
	_, file = started(t, reference.Options{Fault: "uri-of-other-call"}, 2)
	r, output, ok = k.run(t, file, "-p", "--procs=2", "--label-filter=transfer.options || whole-run")
	found := false
	for _, s := range r.SpecReports {
		found = found || s.Failed() && strings.HasPrefix(s.ContainerHierarchyTexts[0], "invariants ")
	}
	if ok || !found {
		t.Errorf("a fault that the whole run shows is not found: %v\n%s", ok, output)
	}
	becomesResults(t, r)
}

// A target that cannot be tested is one failure, whatever was selected; a target file that is wrong is none of Ginkgo's.
func (k tools) withoutTarget(t *testing.T) {
	for _, filter := range []string{"", "recommended && !required"} {
		r, output, ok := k.run(t, nowhere(t), "--label-filter="+filter)
		if passed, failed, skipped := counted(r); ok || passed > 0 || failed != 1 || skipped < 1000 || !strings.Contains(output, "refuses connections") {
			t.Errorf("%q: %d passed, %d failed, %d skipped\n%s", filter, passed, failed, skipped, output)
		}
	}
	for _, c := range []struct{ file, says string }{
		{"no-such-file.yaml", "there is no such file"},
		{filepath.Join(root(t), "go.mod"), "go.mod"},
	} {
		out, err := k.command(t, c.file).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: %v\n%s", c.file, err, out)
		}
	}
}

// An interrupt ends the run at once; calls are hung up and sessions closed.
func (k tools) interrupted(t *testing.T) {
	var operations atomic.Int32
	reached := make(chan struct{})
	server, file := started(t, reference.Options{Fault: "initiate-transfer-without-held", Log: func(line string) {
		if strings.HasPrefix(line, "POST ") && strings.Contains(line, "/me/calls/") && operations.Add(1) == 2 {
			close(reached)
		}
	}}, 1)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "event: 3s", "event: 2m", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	// As in a terminal: ^C reaches the test binary itself.
	command := exec.CommandContext(t.Context(), filepath.Join(k.folder, "suites.test"), "--ginkgo.label-filter=transfer", "--ginkgo.no-color", "-config", file)
	command.Env = append(os.Environ(), "TMPDIR="+k.temp)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	began := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil {
		t.Errorf("an interrupted run passed\n%s", output.String())
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %s to end", took)
	}
	if server.LiveCalls()+server.ContactCenterSessions()+server.Sessions() > 0 {
		t.Errorf("left on the server: %d calls, %d agents, %d sessions", server.LiveCalls(), server.ContactCenterSessions(), server.Sessions())
	}
	if !strings.Contains(output.String(), "Interrupted by User") {
		t.Errorf("Ginkgo does not say that it was interrupted\n%s", output.String())
	}
}

// What could not be undone is named at the end.
func (k tools) namesWhatIsLeft(t *testing.T) {
	_, file := started(t, reference.Options{Fault: "hangup-does-nothing"}, 1)
	_, output, ok := k.run(t, file, "--label-filter=calls.answer")
	if ok || strings.Count(output, "left behind: ") == 0 {
		t.Errorf("calls that nothing ends are not named: %v\n%s", ok, output)
	}
}
