package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/suites"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// junit writes a file and has it read by everybody: a strict reader, Jenkins and GitLab, who see the same.
func junit(t *testing.T, in report.Input) ([]byte, *node) {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteJUnit(&b, in); err != nil {
		t.Fatal(err)
	}
	root, err := tree(b.Bytes())
	if err != nil {
		t.Fatalf("the file is not strict XML: %v", err)
	}
	strictly(t, root)
	suite := root.all("testsuite")[0]
	failed, skipped := with(suite, "failure")+with(suite, "error"), with(suite, "skipped")
	want := counted{passed: len(suite.all("testcase")) - failed - skipped, failed: failed, skipped: skipped}
	if got := byJenkins(t, root); got != want {
		t.Errorf("Jenkins counts %+v, the file %+v", got, want)
	}
	if got := byGitLab(t, b.Bytes(), root); got != want {
		t.Errorf("GitLab counts %+v, the file %+v", got, want)
	}
	return b.Bytes(), suite
}

// message is why a case has an outcome.
func message(c *node, outcome string) string {
	for _, o := range c.all(outcome) {
		return o.attrs["message"]
	}
	return ""
}

func TestJUnit(t *testing.T) {
	in := sample.Failing()
	in.Files = []string{"/home/somebody/report.html"}
	data, suite := junit(t, in)
	golden(t, "junit.xml", data)
	if f, s, all := with(suite, "failure"), with(suite, "skipped"), len(suite.all("testcase")); f != 3 || s != 6 || all != 10 {
		t.Errorf("%d failed and %d skipped of %d", f, s, all)
	}
	if cwd, err := os.Getwd(); err == nil && (bytes.Contains(data, []byte(cwd)) || bytes.Contains(data, []byte("/home/"))) {
		t.Error("the file holds a machine path")
	}
}

func TestJUnitOfAHostileTargetParses(t *testing.T) {
	data, suite := junit(t, attacked())
	if n := with(suite, "failure"); n != 3 {
		t.Errorf("failures: %d", n)
	}
	for _, bad := range []string{"\x1b", "\x00", "\u202e", "<script>", "secret"} {
		if bytes.Contains(data, []byte(bad)) {
			t.Errorf("the file holds %q", bad)
		}
	}
}

// Files of real runs: of a correct server, of one that breaks a rule, of one that nobody answers.
func TestJUnitOfRealRuns(t *testing.T) {
	registry, err := requirement.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		fault string
		gone  bool
	}{"correct": {}, "broken": {fault: "held-after-dialing"}, "gone": {gone: true}} {
		t.Run(name, func(t *testing.T) {
			agents := reference.DefaultAgents(1)
			state, err := reference.New(reference.Options{Agents: agents, Fault: tt.fault})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(state.Handler())
			if tt.gone {
				server.Close()
			}
			t.Cleanup(func() {
				server.CloseClientConnections()
				server.Close()
				_ = state.Close()
			})
			target := embedded.Target(server.URL, agents)
			target.Budgets.Event, target.Budgets.Quiet = 500*time.Millisecond, 50*time.Millisecond
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"transfer.sample-2"}, Gate: requirement.Required})
			if _, gone := errors.AsType[*engine.TargetError](err); err != nil && !(gone && tt.gone) {
				t.Fatal(err)
			}
			_, suite := junit(t, report.Input{Report: out.Report, Registry: registry, Header: out.Header, Scenarios: out.Scenarios, Documented: out.Documented})
			if red := with(suite, "failure")+with(suite, "error") > 0; red != (name != "correct") {
				t.Errorf("%d failures, %d errors", with(suite, "failure"), with(suite, "error"))
			}
		})
	}
}

// However much is wrong, the file stays one that every reader takes.
func TestJUnitOfAFloodIsBounded(t *testing.T) {
	const many = 50
	flood := strings.Repeat(strings.Repeat(`"&<`, 200)+"\n", 200)
	r := &result.Report{Gate: requirement.Required, Outcome: result.DoesNotConform, Transport: "websocket"}
	for i := range many {
		r.Checks = append(r.Checks, result.Check{
			ID: fmt.Sprintf("a.b-%d", i), Scenario: "a", Level: requirement.Required, Outcome: result.Failed, Message: flood,
		})
	}
	data, suite := junit(t, report.Input{Report: r})
	if n := with(suite, "failure"); n != many || suite.attrs["name"] != "voicespec (websocket)" {
		t.Errorf("%s: %d of %d failures in %d bytes", suite.attrs["name"], n, many, len(data))
	}
	cases := suite.all("testcase")
	if first, last := cases[0].all("failure")[0].text, cases[many-1].all("failure")[0].text; len(first) < 4*len(last) || !strings.Contains(last, "results.json") {
		t.Errorf("the first takes %d bytes, the last %d", len(first), len(last))
	}
}

func TestJUnitTimesAreDecimals(t *testing.T) {
	r := &result.Report{DurationMs: 12_345_678.9}
	for i, ms := range []float64{0.001, 0.04, 0.06, 1.5, 61_000} {
		r.Checks = append(r.Checks, result.Check{ID: fmt.Sprint(i), Area: "x", Outcome: result.Passed, DurationMs: ms})
	}
	_, suite := junit(t, report.Input{Report: r})
	var got []string
	for _, c := range suite.all("testcase") {
		got = append(got, c.attrs["time"])
	}
	if diff := cmp.Diff([]string{"0", "0", "0.0001", "0.0015", "61"}, got); diff != "" {
		t.Error(diff)
	}
}

// The file says what the exit code says, at either gate; the first failure is that of the first cause.
func TestJUnitAgreesWithTheGate(t *testing.T) {
	for _, gate := range []requirement.Level{requirement.Required, requirement.Recommended} {
		in := sample.Failing()
		in.Report.Gate = gate
		want := 0
		for _, c := range in.Report.Checks {
			if c.Outcome == result.Failed && c.Level.Rank() <= gate.Rank() {
				want++
			}
		}
		_, suite := junit(t, in)
		if n := with(suite, "failure"); n != want || want == 0 {
			t.Errorf("gate %s: %d failures, want %d", gate, n, want)
		}
		cases := suite.all("testcase")
		if first := in.Failures()[0].Checks[0]; !cases[0].has("failure") || !strings.HasPrefix(cases[0].attrs["name"], first.ID+":") {
			t.Errorf("gate %s: the first is %s, not %s", gate, cases[0].attrs["name"], first.ID)
		}
		for _, c := range cases {
			if why := message(c, "failure"); c.has("failure") && (!strings.Contains(why, "expected ") || !strings.Contains(why, "; observed ")) {
				t.Errorf("%s: %s", c.attrs["name"], why)
			}
			if why := message(c, "skipped"); strings.HasPrefix(why, "failed") && !strings.HasPrefix(why, "failed, recommended: ") &&
				!strings.HasPrefix(why, "failed, informative: ") {
				t.Errorf("%s: %s", c.attrs["name"], why)
			}
		}
	}
	blocked := report.Input{Report: &result.Report{
		Gate: requirement.Required, Outcome: result.DoesNotConform,
		Checks: []result.Check{{ID: "x", Area: "x", Level: requirement.Required, Outcome: result.Blocked, Message: "why"}},
	}}
	if _, suite := junit(t, blocked); with(suite, "error") != 1 {
		t.Errorf("%d errors where a blocked check decides", with(suite, "error"))
	}
}

func TestJUnitIsNotGreenWhenNothingWasTested(t *testing.T) {
	_, suite := junit(t, report.Input{Report: &result.Report{
		Outcome: result.NotTested, Reason: "connection refused", KnownFailureProblems: []string{"the first is stale", "the second is stale"},
	}})
	if n := with(suite, "error"); n != 3 {
		t.Errorf("errors: %d, want one for the run and one for each stale entry", n)
	}
}
