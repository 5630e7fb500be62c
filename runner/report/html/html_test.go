package html

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/report/evidence"
	"github.com/voicespec/voicespec/runner/report/internal/sample"
	"github.com/voicespec/voicespec/runner/result"
)

func texts(lines []line) string { return join(lines) }

func TestFormatKeepsWhatWasSent(t *testing.T) {
	got := format([]byte(`{"b":[],"n":12345678901234567890.10,"a":{"capabilities":["Hold","\u202e\""],"x":[1,{"y":null}]},"e":{}}`))
	want := `{
 "b": [],
 "n": 12345678901234567890.10,
 "a": {
  "capabilities": [
   "Hold",
   "\u202e\""
  ],
  "x": [
   1,
   {
    "y": null
   }
  ]
 },
 "e": {}
}`
	if diff := cmp.Diff(want, texts(got)); diff != "" {
		t.Error(diff)
	}
	if !json.Valid([]byte(texts(got))) {
		t.Error("what is shown is no JSON any more")
	}
	if p := got[5].path; p != "$.a.capabilities[Hold]" {
		t.Errorf("a capability's place is %s", p)
	}
	if p := got[11].path; p != "$.a.x[1].y" {
		t.Errorf("y's place is %s", p)
	}
}

func TestFormatOfBadInput(t *testing.T) {
	for name, raw := range map[string]string{
		"no JSON":  "<html>\x00",
		"empty":    "",
		"too long": `"` + strings.Repeat("x", mostBytes) + `"`,
		"deep":     strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"wide":     "[" + strings.Repeat("1,", 10_000) + "1]",
	} {
		got := texts(format([]byte(raw)))
		if strings.ContainsRune(got, 0) || len(got) > 4*mostBytes {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
}

func TestMarks(t *testing.T) {
	live := format([]byte(`{"id":"7","state":"Held","capabilities":["B","C"],"new":1}`))
	page := format([]byte(`{"id":"5","state":"Dialing","capabilities":["A","B"],"mute":"Off"}`))
	ofLive, ofPage := marks(live, page)
	show := func(lines []line, marks map[int]string) string {
		var out []string
		for i, l := range lines {
			if marks[i] != "" {
				out = append(out, marks[i]+strings.Trim(l.text, " ,"))
			}
		}
		return strings.Join(out, " ")
	}
	if diff := cmp.Diff(`r"id": "7" d"state": "Held" e"C" e"new": 1`, show(live, ofLive)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(`r"id": "5" d"state": "Dialing" e"A" e"mute": "Off"`, show(page, ofPage)); diff != "" {
		t.Error(diff)
	}
	blame(live, []result.Finding{{Path: "id"}, {Path: "$.capabilities[3].x"}, {Path: "(root).gone"}}, ofLive)
	if got := show(live, ofLive); !strings.Contains(got, `b"id": "7"`) || !strings.Contains(got, `b"capabilities": [`) || !strings.HasPrefix(got, "b{") {
		t.Errorf("blamed: %s", got)
	}
}

// Member stands beside member, whatever the order; what was sent keeps its own.
func TestAlign(t *testing.T) {
	show := func(lines []line, blank []int) string {
		out, n := make([]string, len(lines)+len(blank)), 0
		for i := range out {
			if !slices.Contains(blank, i) {
				out[i], n = strings.TrimSpace(lines[n].text), n+1
			}
		}
		return strings.Join(out, "|")
	}
	for name, c := range map[string]struct{ sent, page, left, right string }{
		"order":       {`{"a":1,"b":2}`, `{"b":3,"a":4}`, `{|"a": 1,|"b": 2|}`, `{|"a": 4,|"b": 3|}`},
		"one side":    {`{"a":1,"x":[]}`, `{"y":null,"a":4}`, `{|"a": 1,|"x": []||}`, `{|"a": 4,||"y": null|}`},
		"sets":        {`{"capabilities":["A","B"]}`, `{"capabilities":["B","C"]}`, `{|"capabilities": [|"A",|"B"||]|}`, `{|"capabilities": [||"B",|"C"|]|}`},
		"other kinds": {`{"a":{"b":1}}`, `{"a":"t"}`, `{|"a": {|"b": 1|}||}`, `{||||"a": "t"|}`},
		"twice":       {`{"a":1,"a":2}`, `{"a":3}`, `{|"a": 1,|"a": 2|}`, `{|"a": 3||}`},
		"no JSON":     {`<html>`, `{"a":3}`, `<html>`, `{|"a": 3|}`},
	} {
		both := align(format([]byte(c.sent)), format([]byte(c.page)))
		if got := show(both.left, both.blankLeft); got != c.left {
			t.Errorf("%s: left %s, want %s", name, got, c.left)
		}
		if got := show(both.right, both.blankRight); got != c.right {
			t.Errorf("%s: right %s, want %s", name, got, c.right)
		}
	}
}

func TestPairHoldsEveryMessageBesideThePage(t *testing.T) {
	entries, initiate, _ := sample.Transfer("x", 0, false, "")
	missing := result.Finding{Expected: "the agent is notified with state Held", After: initiate}
	lines := evidence.Timeline(entries, []result.Finding{missing})
	var got []string
	for i, page := range pair(lines, sample.Pages("x")) {
		got = append(got, fmt.Sprintf("%02d %s = %s", i, strings.TrimSpace(lines[i].State+" "+lines[i].What), page.Title))
	}
	if len(got) != 9 { // all but Dial and what the caller and the destination got
		t.Errorf("%d pairs: %q", len(got), got)
	}
	if p := pair(lines, sample.Pages("x"))[7]; p.Title != "agent is notified: Held" {
		t.Errorf("beside the missing line: %q", p.Title)
	}
}

// exchange is a request that is answered between two notifications.
func exchange() []evidence.Line {
	tape := sample.NewTape("s", 0, 0)
	request := tape.Rest("agent", "/me/calls/1", `{"operationName":"Hold"}`)
	request.AnsweredAt = request.At + 0.03
	tape.Notify("agent", "1", "Held", nil, "5000")
	tape.Notify("agent", "1", "Established", nil, "5000")
	return evidence.Timeline(tape.Entries, nil)
}

func TestLadderDrawsAnOvertakenAnswerInItsTime(t *testing.T) {
	l := draw(exchange(), recording.Station{}, "s", 0)
	var got []string
	for _, r := range l.Rows {
		got = append(got, r.ID+" "+r.At+" "+r.Text)
	}
	want := []string{
		"s~1 0.010 s Hold  /me/calls/1", "s~2 0.031 s Held 1, 0 capabilities",
		"s~1a 0.040 s answer: 200, statusCode 0", "s~3 0.052 s Established 1, 0 capabilities",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if names := len(l.Heads); names != 2 || l.Heads[1].Name != server {
		t.Errorf("lifelines: %v", l.Heads)
	}
}

func TestLadderPutsAGapOnTheRightLifeline(t *testing.T) {
	for text, want := range map[string]string{
		"the caller is notified that the call is Released":               "caller",
		"a notification to the destination, Ringing, as the agent's is":  "destination",
		"a CallStateChangeMessage with state Held":                       "agent",
		"the agent is notified as Held after the caller is notified too": "agent",
	} {
		if got := expectedBy(evidence.Line{What: text}); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func write(t *testing.T, in evidence.Input) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every cell says what became of the operation, and those that a check fails for stand out.
func TestTableOfStates(t *testing.T) {
	out := write(t, sample.Failing())
	for _, want := range []string{
		`<a href="#scenario-states.held">Held call</a>`,
		`<th scope="row">Hold</th><td>refused 2</td><td class="failed">carried out</td>`,
		`<th scope="row">Retrieve</th><td>refused later</td><td>offered, accepted</td>`,
		`<th scope="row">CompleteTransfer</th><td></td><td class="failed">offered, refused 6</td>`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not in the report: %s", want)
		}
	}
	in := sample.Failing()
	in.Report.States = nil
	if strings.Contains(write(t, in), `id="states"`) {
		t.Error("a report without the table has its heading")
	}
}

// A soak is drawn over its rounds, with what is shown otherwise than before.
func TestSoaked(t *testing.T) {
	out := write(t, sample.Soaked("<b>2</b>"))
	for _, want := range []string{
		"2 rounds and 600 steps of exploring in 1m1s; nothing failed in any", `<th scope="row">Hold, median</th><td class="num">4.0 ms</td><td class="num">8.0 ms</td>`,
		`aria-label="calls that are listed: 0 at first, 2 at last"`, `d="M0 12L236 2"`, "<code>/me/calls calls 0 id</code></td><td></td><td>&lt;b&gt;2&lt;/b&gt;</td>",
		"and 3 more members",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("not in the report: %s", want)
		}
	}
	if strings.Contains(write(t, sample.Clean(1, 1)), `id="soaked"`) {
		t.Error("a report of one run has the heading of a soak")
	}
}

func TestBudgetsThatWouldDo(t *testing.T) {
	in := sample.Failing()
	if got := write(t, in); !strings.Contains(got, "a budget request of 1 s is enough") || !strings.Contains(got, "a budget event of 1 s is enough") {
		t.Error("the page does not say which budgets would do")
	}
	in.Report.Latency = nil
	if got := write(t, in); strings.Contains(got, "is enough") {
		t.Error("budgets without measurements")
	}
}

func TestACleanRunStaysBelowTwoMegabytes(t *testing.T) {
	out := write(t, sample.Clean(240, 7))
	if len(out) >= 2_000_000 {
		t.Errorf("%d bytes", len(out))
	}
	if !strings.Contains(out, "To keep this file small") {
		t.Error("what was left out is not said")
	}
	if small := write(t, sample.Clean(20, 7)); strings.Contains(small, "To keep this file small") {
		t.Error("messages of a small run were left out")
	}
}

func TestAFloodIsNotDrawn(t *testing.T) {
	in := sample.Failing()
	tape := sample.NewTape(sample.NoHeld, 0, 0)
	for range 5000 {
		tape.Notify("agent", "1", "Held", nil, "5000")
	}
	in.Scenarios = func(string) []*recording.Entry { return tape.Entries }
	out := write(t, in)
	if n := strings.Count(out, "<path d="); n > 6*(mostRows+10) || !strings.Contains(out, "lines left out") {
		t.Errorf("%d arrows, %d bytes", n, len(out))
	}
}

func TestReportsWithoutEvidence(t *testing.T) {
	out := write(t, evidence.Input{Report: &result.Report{Outcome: result.NotTested, Reason: "connection <refused>", Target: "http://u:secret@h"}})
	if !strings.Contains(out, "not tested: connection &lt;refused&gt;") || strings.Contains(out, "secret") {
		t.Error("no verdict, or a credential, in the report of a run that tested nothing")
	}
	in := sample.Failing()
	in.Registry, in.Header, in.Scenarios, in.Documented = nil, nil, nil, nil
	if out := write(t, in); !strings.Contains(out, `id="transfer.sample-2.held"`) || !strings.Contains(out, "TRANSFER-1") {
		t.Error("a report without recording and registry lacks its checks")
	}
}

// What is wrong stands above all else, once for each broken requirement; the rest of a failing scenario is folded.
func TestCausesComeFirst(t *testing.T) {
	out := write(t, sample.Failing())
	wrong, areas := strings.Index(out, `id="wrong"`), strings.Index(out, `id="areas"`)
	if wrong < 0 || wrong > areas {
		t.Fatalf("what is wrong stands at %d, the areas at %d", wrong, areas)
	}
	groups := sample.Failing().Failures()
	if got := strings.Count(out, `<article class="cause" `); got != len(groups) || got == 0 {
		t.Errorf("%d cards for %d broken requirements", got, len(groups))
	}
	card := out[wrong:areas]
	for _, want := range []string{groups[0].Requirement.ID, "Expected", "Observed", `data-of="`, `data-show="`, "could not be judged because of it", "Rerun"} {
		if !strings.Contains(card, want) {
			t.Errorf("%q is not told at the top", want)
		}
	}
	if !strings.Contains(out, `<details class="rest"><summary>`) {
		t.Error("what passed in a failing scenario is not folded")
	}
	if out := write(t, sample.Clean(3, 2)); strings.Contains(out, `id="wrong"`) {
		t.Error("a clean run has something wrong")
	}
}
