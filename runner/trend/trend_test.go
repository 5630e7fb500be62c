package trend_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/requirement"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/runner/trend"
)

func run(name string, day int, ms float64, outcomes ...result.Outcome) trend.Run {
	r := &result.Report{
		Version: 1, Suite: "1.0.0", Target: "http://u:secret@gws", Gate: requirement.Required, Started: time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC),
		Latency: []result.Latency{{Operation: "Hold", To: "Held", Count: 10, P50: ms}, {Operation: "Dial", To: "answer", Count: 9, P50: ms}},
	}
	for i, o := range outcomes {
		c := result.Check{ID: "check." + string(rune('a'+i)), Level: requirement.Required, Outcome: o}
		if o == result.Failed {
			c.Findings = []result.Finding{{Expected: "Held <b>now</b>", Observed: "nothing\x1b[31m"}}
		}
		r.Checks = append(r.Checks, c)
	}
	r.Count()
	r.Decide()
	return trend.Run{Name: name, Report: r}
}

func three() trend.Trend {
	return trend.Of([]trend.Run{
		run("late.json", 3, 30, result.Passed, result.Failed, result.Passed, result.Passed),
		run("early.json", 1, 10, result.Passed, result.Passed, result.Failed),
		run("middle.json", 2, 20, result.Passed, result.Passed, result.Passed, result.Passed),
	})
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := three().WriteText(&b, 200); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"3 runs of http://gws\n", "   1  2026-11-01 12:00  does not conform: 2 passed, 1 failed, 0 blocked, by voicespec 1.0.0 (early.json)\n",
		"Checks that changed (3)\n  check.b (required): ok → ok → FAILED; expected Held <b>now</b>; observed nothing\\u001b[31m\n" +
			"  check.c (required): FAILED → ok → ok; expected", "  check.d (required): – → ok → ok\n", "  Hold to Held: 10 ms → 20 ms → 30 ms\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "check.a") || strings.Contains(b.String(), "Dial") {
		t.Errorf("what has not changed, or was measured a few times, is shown:\n%s", b.String())
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	if err := three().WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 3: <code>late.json</code> | 2026-11-03 12:00 | does not conform | 3 | 1 | 0 | 1.0.0 |\n",
		"| <code>check.b</code> (required) | ok | ok | FAILED |\n", "| <code>Hold to Held</code> | 10 ms | 20 ms | 30 ms |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in:\n%s", want, b.String())
		}
	}
}

// One page and one picture, which a strict reader takes; nothing of a target is markup.
func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if err := three().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	picture := regexp.MustCompile(`(?s)<svg.*</svg>`).FindString(text)
	shapes := map[string]int{}
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if err == io.EOF { //nolint:errorlint // the decoder's own
			break
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			shapes[start.Name.Local]++
		}
	}
	if shapes["rect"] != 5 || shapes["circle"] != 3 || shapes["g"] != 1 {
		t.Errorf("the picture has %v", shapes)
	}
	if strings.Contains(text, "<b>now") || strings.Contains(text, "\x1b") || strings.Contains(text, "secret") || strings.Contains(text, "http://www") {
		t.Error("what came from outside is obeyed, or shown and should not be")
	}
	var one bytes.Buffer
	if err := trend.Of([]trend.Run{run("one.json", 1, 0)}).WriteHTML(&one); err != nil || strings.Contains(one.String(), "<svg") || !strings.Contains(one.String(), "None.") {
		t.Errorf("a run without checks has a picture: %v", err)
	}
}
