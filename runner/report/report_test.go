package report_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/report"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
)

// hostile is what a target may put into any text: escape sequences that clear the screen,
// a bidirectional override, NUL, broken UTF-8, a line separator, markup and a command of
// the GitHub log.
const hostile = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\x00\xff\u2028<script>alert(1)</script>]]>\r\n::error::pwned%0A"

// golden compares with a file of testdata; VOICESPEC_UPDATE=1 writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("VOICESPEC_UPDATE") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (VOICESPEC_UPDATE=1 rewrites it):\n%s", file, diff)
	}
}

func console(t *testing.T, in report.Input, s report.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Console(&b, in, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// attacked is a failing run of a target that wrote hostile texts everywhere it can.
func attacked() report.Input { return sample.Hostile(hostile) }

func TestConsole(t *testing.T) {
	in := sample.Failing()
	in.Files = []string{"voicespec-report/report.html", "voicespec-report/results.json"}
	in.Report.LeftBehind = []string{"call 011D…0106 of agent"}
	in.Report.KnownFailureProblems = []string{"line 3: transfer.gone.* matches no check: remove the entry"}
	in.Report.UnknownMembers = map[string]int{"$.data.call.queue": 12}
	golden(t, "console-failing.txt", []byte(console(t, in, report.Style{})))
	golden(t, "console-clean.txt", []byte(console(t, sample.Clean(26, 7), report.Style{})))
}

func TestConsoleColoursOnlyWhenAsked(t *testing.T) {
	plain := console(t, sample.Failing(), report.Style{})
	coloured := console(t, sample.Failing(), report.Style{Colour: true, Terminal: true, Width: 200})
	if strings.Contains(plain, "\x1b") {
		t.Error("escape sequences without colours")
	}
	if !strings.Contains(coloured, "\x1b[") {
		t.Error("no escape sequences with colours")
	}
}

func TestStyleForAFileIsPlain(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, w := range []io.Writer{f, &bytes.Buffer{}} {
		if diff := cmp.Diff(report.Style{}, report.StyleFor(w)); diff != "" {
			t.Errorf("style of a %T: %s", w, diff)
		}
	}
}

func TestConsoleNeutralisesWhatATargetSent(t *testing.T) {
	out := console(t, attacked(), report.Style{})
	for _, bad := range []string{"\x1b", "\x07", "\u202e", "\x00", "\u2028", "\r", "secret"} {
		if strings.Contains(out, bad) {
			t.Errorf("the output holds %q", bad)
		}
	}
	for l := range strings.SplitSeq(out, "\n") {
		if strings.HasPrefix(l, "::") {
			t.Errorf("a line starts a log command: %s", l)
		}
	}
}

func TestConsoleOfARunThatTestedNothing(t *testing.T) {
	in := report.Input{Report: &result.Report{Target: "http://127.0.0.1:1", Outcome: result.NotTested, Reason: "connection refused", Gate: requirement.Required}}
	out := console(t, in, report.Style{})
	if !strings.Contains(out, "not tested: connection refused") {
		t.Errorf("no verdict in:\n%s", out)
	}
	for i := range 500 {
		in.Report.Checks = append(in.Report.Checks, result.Check{ID: fmt.Sprintf("calls.hold.%d", i), Area: "calls", Outcome: result.Blocked, Message: "the target could not be tested"})
	}
	in.Report.Checks = append(in.Report.Checks, result.Check{ID: "reads.calls.one", Area: "reads", Outcome: result.NotSelected})
	out = console(t, in, report.Style{})
	if strings.Count(out, "blocked") != 1 || strings.Contains(out, "calls.hold") || !strings.Contains(out, "not tested: connection refused") {
		t.Errorf("the cause is hidden among the checks that it blocks:\n%s", out)
	}
}

// A soak is told on the console and in the summary, and what a server shows spoils neither.
func TestSoaked(t *testing.T) {
	in := sample.Soaked(hostile)
	var summary bytes.Buffer
	if err := report.WriteSummary(&summary, in); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]string{"console": console(t, in, report.Style{}), "summary": summary.String()} {
		for _, want := range []string{"2 rounds and 600 steps of exploring", "Hold, median", "4.0 ms", "8.0 ms", "calls that are listed", "and 3 more members"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, out)
			}
		}
		if strings.ContainsAny(out, "\x1b\x07\x00") {
			t.Errorf("%s: a hostile text came through", name)
		}
	}
}

func TestConsoleLeavesOutAreasThatNobodyAskedFor(t *testing.T) {
	out := console(t, report.Input{Report: &result.Report{Outcome: result.Conforms, Gate: requirement.Required, Checks: []result.Check{
		{ID: "calls.hold.held", Area: "calls", Outcome: result.Passed}, {ID: "calls.swap.held", Area: "calls", Outcome: result.NotSelected},
		{ID: "reads.calls.one", Area: "reads", Outcome: result.NotSelected},
	}}}, report.Style{})
	if !strings.Contains(out, "  calls  1 passed, 1 not selected\n") || strings.Contains(out, "reads") {
		t.Errorf("an area is missing, or one that nobody asked for is there:\n%s", out)
	}
}

// A narrow terminal breaks no word: lines are wrapped at spaces, and hang below their label.
func TestConsoleIsNarrow(t *testing.T) {
	for line := range strings.Lines(console(t, sample.Failing(), report.Style{Width: 80})) {
		line = strings.TrimRight(line, "\n")
		_, longest, ok := strings.Cut(strings.TrimSpace(line), "  ") // what stands behind a label
		if n := utf8.RuneCountInString(line); n > 80 && !strings.HasPrefix(line, "  Rerun") && (!ok || strings.Contains(strings.TrimSpace(longest), " ")) {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestJSONIsTheSameForTwoRuns(t *testing.T) {
	a, b := sample.Failing().Report, sample.Failing().Report
	b.Checks[0], b.Checks[1] = b.Checks[1], b.Checks[0]
	b.Checks[2].Findings[0].After += 7
	b.Scenarios[0], b.Scenarios[1] = b.Scenarios[1], b.Scenarios[0]
	b.Scenarios[0].Station, b.Scenarios[1].Station = 1, 1
	b.Latency[0], b.Latency[2] = b.Latency[2], b.Latency[0]
	var x, y bytes.Buffer
	for w, r := range map[io.Writer]*result.Report{&x: a, &y: b} {
		if err := report.WriteJSON(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(x.String(), y.String()); diff != "" {
		t.Error(diff)
	}
	back, err := report.ReadJSON(&x)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report.Stable(a), back); diff != "" {
		t.Errorf("read back differently: %s", diff)
	}
}

// Results of before 0.1.0 are read in the words of today.
func TestReadOlderJSON(t *testing.T) {
	r, err := report.ReadJSON(strings.NewReader(`{"version":1,"counts":{"excused":1},"excuseProblems":["stale"],
		"checks":[{"id":"a","outcome":"passed"},{"id":"b","outcome":"excused","excuse":"our switch is old"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Checks[1]; c.Outcome != result.KnownFailure || c.KnownFailure != "our switch is old" || r.Counts[result.KnownFailure] != 1 {
		t.Errorf("an excused check is %+v", c)
	}
	if diff := cmp.Diff([]string{"stale"}, r.KnownFailureProblems); diff != "" {
		t.Error(diff)
	}
}

func TestReadJSONSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {" \n", "the file is empty"},
		"not JSON":     {"{\n\n<html>", "line 3"},
		"wrong type":   {"{\"version\":1,\n\"checks\": 7}", "line 2: the member \"checks\" cannot be of type number"},
		"foreign":      {`{"name":"x"}`, "no results.json of voicespec"},
		"newer":        {`{"version":2,"checks":[]}`, "newer than this voicespec reads (1)"},
		"no checks":    {`{"version":1}`, "it has no checks"},
		"no id":        {`{"version":1,"checks":[{"outcome":"passed"}]}`, "checks[0] has no id"},
		"twice":        {`{"version":1,"checks":[{"id":"a","outcome":"passed"},{"id":"a","outcome":"passed"}]}`, "check a stands twice"},
		"bad outcome":  {`{"version":1,"checks":[{"id":"a","outcome":"ok"}]}`, `outcome "ok" is none of passed, failed`},
		"trailing":     {`{"version":1,"checks":[]}}`, "not JSON at line 1"},
		"a JSON array": {`[]`, "cannot be of type array"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := report.ReadJSON(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestProgressOnATerminal(t *testing.T) {
	var b bytes.Buffer
	p := report.NewProgress(&b, report.Style{Terminal: true, Width: 60}, 3)
	p.Start("transfer.sample-1")
	p.Start(strings.Repeat("long\x1b", 30))
	if _, err := p.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte(" a line\nrest")); err != nil {
		t.Fatal(err)
	}
	p.Done("transfer.sample-1", []result.Check{{Outcome: result.Failed}}, time.Second)
	p.Close()
	p.Start("too late")
	var screen []string
	for part := range strings.SplitSeq(b.String(), "\r\x1b[K") {
		if strings.Contains(part, "\x1b") {
			t.Errorf("an escape sequence of a scenario's name: %q", part)
		}
		if len([]rune(strings.TrimSpace(part))) > 59 {
			t.Errorf("wider than the terminal: %q", part)
		}
		screen = append(screen, part)
	}
	want := "half a line\n"
	if !strings.Contains(strings.Join(screen, "|"), "|"+want+"|") {
		t.Errorf("the printed line is mixed with the status line: %q", screen)
	}
	if !strings.HasSuffix(b.String(), "\r\x1b[Krest\n") || strings.Contains(b.String(), "too late") {
		t.Errorf("not cleaned up at the end: %q", b.String())
	}
}

func TestProgressElsewhere(t *testing.T) {
	var b bytes.Buffer
	p := report.NewProgress(&b, report.Style{}, 12)
	p.Start("transfer.sample-1")
	p.Done("transfer.sample-1", []result.Check{{Outcome: result.Passed}, {Outcome: result.Passed}, {Outcome: result.Blocked}}, 340*time.Millisecond)
	p.Close()
	if diff := cmp.Diff("[ 1/12] transfer.sample-1: 2 passed, 1 blocked (0.34s)\n", b.String()); diff != "" {
		t.Error(diff)
	}
}
