package explore_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/explore"
)

func TestScriptRoundTrip(t *testing.T) {
	t.Parallel()
	s := &explore.Script{Title: "every Hold is told", Steps: []explore.Step{
		{Who: "agent", Do: "Dial", To: "caller", As: "call1", With: map[string]any{"userData": map[string]any{"a \"b\"": "x: #y\n", "😀": map[string]any{"n": "1"}}}},
		{Who: "caller", Do: "Answer", Call: "call1", Together: true},
		{Who: "destination", Do: "Hold", Call: "call1", Of: "agent", Wrong: explore.Stranger},
		{Who: "agent", Do: explore.Reconnect},
	}}
	var b bytes.Buffer
	if err := s.Write(&b, "a remark\nin two lines"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "# a remark in two lines\n") {
		t.Errorf("no remark: %s", b.String())
	}
	back, err := explore.ReadScript(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, s) {
		t.Errorf("%+v, want %+v", back, s)
	}
}

func TestScriptsThatAreNone(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"":                                       "no step",
		"steps: []":                              "no step",
		"steps: 7":                               "docs/exploring.md",
		"step: []":                               `unknown field "step"`,
		"- a":                                    "docs/exploring.md",
		"steps: [{who: agnt, do: Ready}]":        `did you mean "agent"`,
		"steps: [{who: agent, do: Redy}]":        `did you mean "Ready"`,
		"steps: [{who: agent, do: Hold}]":        "call is missing",
		"steps: [{who: agent, do: Dial}]":        "to is missing",
		"steps: [{who: agent, do: Ready, w: 1}]": `unknown field "w"`,
		"steps: [{who: agent, do: Hold, call: a, wrong: no}]":       "wrong is",
		"steps: [{who: agent, do: Hold, call: a, wrong: stranger}]": "of is missing",
	} {
		if _, err := explore.ReadScript(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}
